"""Compares the references that senders have used up, and the receipts that their messages got, with the log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.accepted import content_of, reference_of
from dutydesk.domain.events.checks import CheckTaken
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.items import ItemInformed, ItemWithdrawn
from dutydesk.domain.events.notices import ReceiptsKept
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.events.routes import ItemCorrected, ItemReread, VersionEvent
from dutydesk.domain.proof.projection.compare import missing_row, surplus_row
from dutydesk.domain.proof.projection.said import UNSAID, said
from dutydesk.store.tables import log_queries, state_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.domain.events.event import LogEvent
    from dutydesk.domain.proof.projection.said import Column
    from dutydesk.store.engine.reader import Handle

#: The kinds of events that use up a reference, or name the receipt.
REFERENCE_KINDS: Final = tuple(
    each.kind.value
    for each in (
        IntakeAccepted,
        ItemCorrected,
        ItemWithdrawn,
        ItemInformed,
        ItemReread,
        DeliveryAnswered,
        RestrictionStated,
        CheckTaken,
        ReceiptsKept,
    )
)


class ReferenceTable:
    """Looks up the row of each reference that the log names, as the log is walked."""

    def __init__(self, handle: Handle, found: StateFindings) -> None:
        self._handle, self._found = handle, found
        self._known = 0
        #: Messages that were taken, by their senders.
        self.received: Counter[str] = Counter()

    def apply(self, fact: Fact[LogEvent]) -> None:
        """Compares the row behind one event. Raises IncompleteEvent for one that lacks what it must have."""
        if isinstance(fact.event, ReceiptsKept):
            self._receipts(fact.event)
            return
        sender, reference = reference_of(fact.event)
        if sender is None or reference is None:
            return
        self._known += 1
        if not isinstance(fact.event, ItemReread):
            self.received[sender] += 1
        expected: dict[str, Column] = {"content_hash": content_column(fact.event), "item": item_of(fact)}
        row = self._handle.one("state_reference", sender=sender, reference=reference)
        key = f"{sender} {reference}"
        if row is None:
            self._found.add([missing_row("reference", key)])
            return
        stands = dict(zip(row.keys(), row, strict=True))
        self._found.add(self._found.comparison.compare_row("reference", key, stands, expected))

    def _receipts(self, event: ReceiptsKept) -> None:
        for name, digest in required(event.digests).items():
            sender, _, reference = name.partition(" ")
            row = self._handle.one("state_reference", sender=sender, reference=reference)
            if row is None:
                continue  # its own event names it
            receipt = row["receipt"]
            stands = {"receipt": digest_of(receipt) if isinstance(receipt, str) else receipt}
            self._found.add(self._found.comparison.compare_row("reference", name, stands, {"receipt": digest}))

    def finish(self) -> None:
        """Names the rows that no event is behind; the table is only walked where it has more rows than the log."""
        if int(self._handle.value("state_references_count")) > self._known:
            self._found.add(surplus_row("reference", key) for key in self._unknown())

    def _unknown(self) -> Iterator[str]:
        for row in state_rows.rows(self._handle, "state_references"):
            if log_queries.acceptance_of(self._handle, row["sender"], row["reference"]) is None:
                yield f"{row['sender']} {row['reference']}"


def content_column(event: LogEvent) -> Column:
    """The hash of what the message says; logs of earlier releases have it only of messages without a body."""
    if isinstance(event, IntakeAccepted | VersionEvent):
        return said(event.content)
    content = content_of(event)
    return UNSAID if content is None else content


def item_of(fact: Fact[LogEvent]) -> int | None:
    if isinstance(fact.event, DeliveryAnswered | CheckTaken):
        return None
    if isinstance(fact.event, RestrictionStated):
        return item_number(optional(fact.event.item) or "")
    return item_number(fact.subject)
