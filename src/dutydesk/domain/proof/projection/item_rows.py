"""Rows about items by the log: each field is a column of the table of that name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from dutydesk.domain.proof.projection.said import UNSAID, Column


@dataclass(slots=True)
class ItemColumns:
    """A row of ``item``, without the columns that are counted from its deliveries."""

    number: int
    type: Column = None
    kind: Column = None
    reference: Column = None
    sender: Column = None
    state: Column = UNSAID
    version: int = 1
    cycle: int = 1
    revision: Column = 1
    urgency: Column = UNSAID
    precedence: Column = UNSAID
    received_at: Column = UNSAID
    routed_at: Column = UNSAID
    title: Column = UNSAID
    original_script: Column = UNSAID
    level: Column = None
    measure: Column = None
    causes: Column = UNSAID
    restricted_from: Column = ""
    confidential: Column = 0
    claimed_by: Column = None
    claimed_until: Column = None
    escalated: int = 0
    post_review: Column = None
    post_review_due: Column = None
    information_due: Column = None
    parent: Column = None
    family: Column = None
    beside: Column = None
    same_text_as: Column = None
    decided_by: Column = None
    held_before: int = 0
    proposed_by: Column = None
    recall_proposed_by: Column = None
    unratified: int = 0
    legal_hold: int = 0
    notice_number: Column = None
    offered_kind: Column = None
    retention_until: Column = UNSAID
    retention_ask: Column = UNSAID


class BodyColumns(NamedTuple):
    """A row of ``body``: ``sha256`` is that of the bytes, ``findings`` the digest of the findings' text."""

    version: int
    received_at: Column
    sha256: Column
    findings: Column
    problems: Column
    purged: bool = False


class DeliveryColumns(NamedTuple):
    """A row of ``delivery`` for one recipient."""

    version: int
    cycle: int
    state: str
    cause: str | None
    waiting: int
    attempts: Column


class TickColumns(NamedTuple):
    """A row of ``tick``, whose key is the version and the point of the checklist."""

    officer: str
    at: int
    note: Column


class ProposalColumns(NamedTuple):
    """A row of ``proposal``: ``seen`` is the SHA-256 of what the proposer saw, in hex."""

    officer: str
    what: Column
    reason: Column
    code: Column
    articles: Column
    overrides: Column
    because: Column
    seen: Column
    at: int


@dataclass(slots=True)
class ProjectedItem:
    """An item by the log, with its bodies, deliveries by recipient, ticks by version and point, and its proposal.

    ``body_version`` is the version whose message says title and urgency, ``None`` where no message does.
    ``superseded_due`` is when the review was due that ended as the item was superseded. ``refused_text`` is the sender
    and the digest of a refused text. ``messages`` are the versions that were read as messages. ``is_complete``: the
    event that was applied last is one of a complete log. ``purged_from`` is the state before the purge.
    """

    row: ItemColumns
    bodies: dict[int, BodyColumns] = field(default_factory=dict)
    deliveries: dict[str, DeliveryColumns] = field(default_factory=dict)
    ticks: dict[tuple[int, str], TickColumns] = field(default_factory=dict)
    proposal: ProposalColumns | None = None
    reviews: list[ReviewColumns] = field(default_factory=list)
    remarks: list[RemarkColumns] = field(default_factory=list)
    refused_text: tuple[str, str] | None = None
    messages: list[int] = field(default_factory=list)
    body_version: int | None = None
    superseded_due: Column = None
    is_complete: bool = True
    purged_from: Column = None

    def changed(self, times: int = 1) -> None:
        """Counts as many writes of the item's row."""
        if isinstance(self.row.revision, int):
            self.row.revision += times


class ReviewColumns(NamedTuple):
    """A row of ``review``; ``seq`` is the number of its event."""

    seq: int
    cycle: int
    officer: str
    decision: str
    reason: Column
    code: Column
    articles: Column
    at: int


class RemarkColumns(NamedTuple):
    """A row of ``remark``: ``text`` is the digest of its text; ``seq`` is the number of its event."""

    seq: int
    officer: str
    text: Column
    at: int
    purged: bool = False
