"""Events of a review: who has an item, what he or she ticks, and what is decided on it by one person or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class ClaimEvent(LogEvent):
    """``claimant`` has the claim until ``until``; ``holder`` had it before. ``given_to`` is a claimant who did not act.

    ``reason`` is that of a take-over. ``until`` is to the second, ``lapses_at`` exact.
    """

    login: Logged[str]
    claimant: Logged[str]
    until: Logged[str]
    reason: Logged[str | None]
    holder: Logged[str | None]
    given_to: Logged[str | None]
    lapses_at: Logged[str] = ABSENT


@event
class ItemClaimed(ClaimEvent):
    kind: ClassVar = EventKind.ITEM_CLAIMED


@event
class ItemTakenOver(ClaimEvent):
    kind: ClassVar = EventKind.ITEM_TAKEN_OVER


@event
class ItemUnclaimed(LogEvent):
    kind: ClassVar = EventKind.ITEM_UNCLAIMED

    login: Logged[str]


@event
class ItemTicked(LogEvent):
    """``check`` is a point of the checklist, ticked for one version of the body."""

    kind: ClassVar = EventKind.ITEM_TICKED

    login: Logged[str]
    check: Logged[str]
    version: Logged[int]
    note: Logged[str | None]


@event
class ItemDistinguished(LogEvent):
    """The item's person was judged not to be the one of ``reference``; ``score`` is their likeness, from 0 to 100.

    ``reference`` is a register's own, or an earlier item's name. ``until`` is to the second, ``until_at`` exact.
    ``judged`` has what is kept of it: source, hash of the person, number of the watched person, score.
    """

    kind: ClassVar = EventKind.ITEM_DISTINGUISHED

    login: Logged[str]
    reference: Logged[str]
    score: Logged[int]
    reason: Logged[str]
    until: Logged[str]
    until_at: Logged[str] = ABSENT
    judged: Logged[tuple[tuple[str, str, int, int], ...]] = ABSENT


@event
class ItemNoted(LogEvent):
    """``text`` is the note's digest; the store alone has the note."""

    kind: ClassVar = EventKind.ITEM_NOTED

    login: Logged[str]
    text: Logged[str] = ABSENT


@event
class ItemRead(LogEvent):
    kind: ClassVar = EventKind.ITEM_READ

    login: Logged[str]
    revision: Logged[int]
    version: Logged[int]


@event
class ProposalEvent(LogEvent):
    """The first half of a decision that takes two persons. ``digest`` is that of all that the proposer saw."""

    login: Logged[str]
    decision: Logged[str]
    reason: Logged[str]
    code: Logged[str | None]
    articles: Logged[tuple[str, ...]]
    overrides: Logged[tuple[str, ...]]
    because: Logged[tuple[str, ...]]
    version: Logged[int]
    cycle: Logged[int]
    digest: Logged[str]


@event
class ItemProposed(ProposalEvent):
    kind: ClassVar = EventKind.ITEM_PROPOSED


@event
class ItemRecallProposed(ProposalEvent):
    kind: ClassVar = EventKind.ITEM_RECALL_PROPOSED


@event
class ItemDissented(LogEvent):
    """``proposer``'s proposal to ``of`` is turned down; ``own``: its proposer takes it back."""

    kind: ClassVar = EventKind.ITEM_DISSENTED

    login: Logged[str]
    proposer: Logged[str]
    of: Logged[str]
    own: Logged[bool]
    reason: Logged[str]
    cycle: Logged[int]


@event
class ItemProposalVoid(LogEvent):
    """``differences`` are sentences on what changed since the proposal.

    ``alone``: nothing else happens to the item in this commit.
    """

    kind: ClassVar = EventKind.ITEM_PROPOSAL_VOID

    proposer: Logged[str]
    decision: Logged[str]
    differences: Logged[tuple[str, ...]]
    cycle: Logged[int]
    alone: Logged[bool] = ABSENT


class RulingFields(TypedDict):
    """The fields of ``RulingEvent``."""

    login: str
    reason: str
    articles: tuple[str, ...]
    overrides: tuple[str, ...]
    version: int
    cycle: int
    demands: tuple[str, ...]
    proposed_by: Logged[str]
    digest: Logged[str]


class RefusedTextFields(TypedDict, total=False):
    """A refused text's sender and digest."""

    sender: str
    text_digest: str


@event
class RulingEvent(LogEvent):
    """A release or a refusal. ``demands`` are sentences on why it takes two persons; empty where it takes one.

    A second person's ruling has ``proposed_by`` and the ``digest`` of what was confirmed.
    """

    login: Logged[str]
    reason: Logged[str]
    articles: Logged[tuple[str, ...]]
    overrides: Logged[tuple[str, ...]]
    version: Logged[int]
    cycle: Logged[int]
    demands: Logged[tuple[str, ...]]
    proposed_by: Logged[str] = ABSENT
    digest: Logged[str] = ABSENT


@event
class ItemReleased(RulingEvent):
    """``checks`` are the points of the checklist that must be ticked. ``deliver`` and ``suppress`` are the audience."""

    kind: ClassVar = EventKind.ITEM_RELEASED

    level: Logged[str]
    measure: Logged[str | None]
    notice_number: Logged[str | None]
    checks: Logged[tuple[str, ...]]
    deliver: Logged[tuple[str, ...]]
    suppress: Logged[Mapping[str, str]]
    code: Logged[str] = ABSENT


@event
class ItemRefused(RulingEvent):
    """``text_digest`` is that of the refused text, by which ``sender``'s resubmission of it is recognised."""

    kind: ClassVar = EventKind.ITEM_REFUSED

    code: Logged[str]
    sender: Logged[str] = ABSENT
    text_digest: Logged[str] = ABSENT


@event
class ItemAsked(LogEvent):
    """The sender is asked ``text``. ``offered_kind`` is another kind under which a notice request may be sent.

    ``due`` is to the second, ``due_at`` exact. ``code`` and ``articles`` are absent where the officer named none.
    """

    kind: ClassVar = EventKind.ITEM_ASKED

    login: Logged[str]
    text: Logged[str]
    due: Logged[str]
    cycle: Logged[int]
    offered_kind: Logged[str | None]
    due_at: Logged[str] = ABSENT
    code: Logged[str] = ABSENT
    articles: Logged[tuple[str, ...]] = ABSENT


@event
class ItemEscalated(LogEvent):
    """Without ``login`` the desk escalates by itself. ``code`` and ``articles`` are as in ``ItemAsked``."""

    kind: ClassVar = EventKind.ITEM_ESCALATED

    reason: Logged[str]
    login: Logged[str] = ABSENT
    code: Logged[str] = ABSENT
    articles: Logged[tuple[str, ...]] = ABSENT


@event
class ItemUndone(LogEvent):
    """``officer`` had released it; ``cycle`` is that of the new review."""

    kind: ClassVar = EventKind.ITEM_UNDONE

    login: Logged[str]
    cycle: Logged[int]
    officer: Logged[str | None]


@event
class ItemReopened(LogEvent):
    kind: ClassVar = EventKind.ITEM_REOPENED

    login: Logged[str]
    reason: Logged[str]
    cycle: Logged[int]


@event
class ItemRecalled(LogEvent):
    """A recall by two persons, or by one where it is ``urgent``."""

    kind: ClassVar = EventKind.ITEM_RECALLED

    login: Logged[str]
    reason: Logged[str]
    urgent: Logged[bool]
    proposed_by: Logged[str | None]
    digest: Logged[str | None]
    version: Logged[int]
    cycle: Logged[int]


@event
class ItemRecallRatified(LogEvent):
    kind: ClassVar = EventKind.ITEM_RECALL_RATIFIED

    login: Logged[str]
    recalled_by: Logged[str | None]


@event
class ItemPostReview(LogEvent):
    """The review after release: ``due`` until ``review_due``, or ``ok``.

    ``crossed`` are those to whom the item was being sent already.
    """

    kind: ClassVar = EventKind.ITEM_POST_REVIEW

    state: Logged[str]
    crossed: Logged[tuple[str, ...]] = ABSENT
    measure: Logged[str | None] = ABSENT
    login: Logged[str] = ABSENT
    reason: Logged[str] = ABSENT
    review_due: Logged[str] = ABSENT
