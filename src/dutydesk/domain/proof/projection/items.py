"""An item with its bodies, deliveries, ticks and proposal, from the events about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.intake import IntakeAccepted, IntakeConflict, IntakeQuarantined
from dutydesk.domain.events.items import (
    ItemBlocked,
    ItemHeldAgain,
    ItemInformed,
    ItemLegalHold,
    ItemPurged,
    ItemReinstated,
    ItemRejected,
    ItemRetentionAsked,
    ItemSuperseded,
    ItemWithdrawn,
)
from dutydesk.domain.events.reviews import (
    ItemAsked,
    ItemClaimed,
    ItemDissented,
    ItemEscalated,
    ItemNoted,
    ItemPostReview,
    ItemProposalVoid,
    ItemProposed,
    ItemRecalled,
    ItemRecallProposed,
    ItemRecallRatified,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    ItemTakenOver,
    ItemTicked,
    ItemUnclaimed,
    ItemUndone,
)
from dutydesk.domain.events.routes import ItemCorrected, ItemExaminedAgain, ItemReread, ItemRouted
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.projection import item_events, review_events
from dutydesk.domain.proof.projection.delivery_events import DELIVERY_EVENTS, connect
from dutydesk.domain.proof.projection.item_events import PRECEDENCE, arrives
from dutydesk.domain.proof.projection.item_rows import ProjectedItem
from dutydesk.domain.proof.projection.network import Network
from dutydesk.domain.proof.projection.opinions import OPINION_EVENTS
from dutydesk.domain.proof.projection.said import UNSAID

E = TypeVar("E", bound=LogEvent)


@value(frozen=True, slots=True)
class MessageFacts:
    """What the desk's lists show of a message, read from its bytes."""

    title: str
    original_script: str | None
    urgency: str


#: Reads a version of an item's body; ``None`` where it is gone or can't be read.
MessageReader: TypeAlias = Callable[[int, int], "MessageFacts | None"]

_WITHOUT_NETWORK: ByType[ProjectedItem, None] = ByType()
_WITH_NETWORK: dict[str, Callable[[ProjectedItem, Fact[Any], Network], None]] = {
    ItemRouted.kind: item_events.apply_routed,
    ItemReread.kind: item_events.apply_reread,
    ItemCorrected.kind: item_events.apply_corrected,
    ItemReleased.kind: review_events.apply_release,
}
_WITHOUT_NETWORK.add(item_events.apply_examined_again, ItemExaminedAgain)
_WITHOUT_NETWORK.add(item_events.apply_informed, ItemInformed)
_WITHOUT_NETWORK.add(item_events.apply_withdrawn, ItemWithdrawn)
_WITHOUT_NETWORK.add(item_events.apply_superseded, ItemSuperseded)
_WITHOUT_NETWORK.add(item_events.apply_reinstated, ItemReinstated)
_WITHOUT_NETWORK.add(item_events.apply_enforcement, ItemHeldAgain, ItemBlocked)
_WITHOUT_NETWORK.add(item_events.apply_rejected, ItemRejected)
_WITHOUT_NETWORK.add(item_events.apply_legal_hold, ItemLegalHold)
_WITHOUT_NETWORK.add(item_events.apply_retention_asked, ItemRetentionAsked)
_WITHOUT_NETWORK.add(item_events.apply_purged, ItemPurged)
_WITHOUT_NETWORK.add(review_events.apply_claim, ItemClaimed, ItemTakenOver)
_WITHOUT_NETWORK.add(review_events.apply_unclaim, ItemUnclaimed)
_WITHOUT_NETWORK.add(review_events.apply_tick, ItemTicked)
_WITHOUT_NETWORK.add(review_events.apply_proposal, ItemProposed)
_WITHOUT_NETWORK.add(review_events.apply_recall_proposal, ItemRecallProposed)
_WITHOUT_NETWORK.add(review_events.apply_dissent, ItemDissented)
_WITHOUT_NETWORK.add(review_events.apply_void, ItemProposalVoid)
_WITHOUT_NETWORK.add(review_events.apply_refusal, ItemRefused)
_WITHOUT_NETWORK.add(review_events.apply_question, ItemAsked)
_WITHOUT_NETWORK.add(review_events.apply_escalation, ItemEscalated)
_WITHOUT_NETWORK.add(review_events.apply_return, ItemUndone)
_WITHOUT_NETWORK.add(review_events.apply_return, ItemReopened)
_WITHOUT_NETWORK.add(review_events.apply_recall, ItemRecalled)
_WITHOUT_NETWORK.add(review_events.apply_ratification, ItemRecallRatified)
_WITHOUT_NETWORK.add(review_events.apply_post_review, ItemPostReview)
_ARRIVALS = (IntakeAccepted.kind.value, IntakeQuarantined.kind.value, IntakeConflict.kind.value)

#: The kinds of events, about an item, that change a row of it.
PROJECTED_ITEM_KINDS: tuple[str, ...] = (
    *_ARRIVALS,
    *(kind.value for kind in (ItemRouted.kind, ItemReread.kind, ItemCorrected.kind, ItemReleased.kind)),
    *_WITHOUT_NETWORK.kinds,
    *DELIVERY_EVENTS.kinds,
    ItemNoted.kind.value,
)


class ItemProjection:
    """Follows one item through its events, and its bureaus' connections between them."""

    def __init__(self, network: Network, complete_from: int = 1) -> None:
        self._network, self._complete_from = network, complete_from
        self._seq = 0
        self.item: ProjectedItem | None = None

    def apply(self, fact: Fact[LogEvent]) -> None:
        """Applies the item's next event. Raises IncompleteEvent for one that can't be read."""
        if self.item is None:
            self.item = arrives(fact)
            self._seq = fact.seq
            return
        self._connect(fact.seq)
        self.item.is_complete = 0 < self._complete_from <= fact.seq
        opinion = OPINION_EVENTS.find(fact.kind)
        if opinion is not None:
            opinion(self.item, fact)
        act = _WITHOUT_NETWORK.find(fact.kind) or DELIVERY_EVENTS.find(fact.kind)
        if act is not None:
            act(self.item, fact)
        elif fact.kind in _WITH_NETWORK:
            _WITH_NETWORK[fact.kind](self.item, fact, self._network)

    def finish(self, last: int, read: MessageReader) -> ProjectedItem | None:
        """The item as of event ``last``, with what its body says; ``None`` where no event opened it."""
        item = self.item
        if item is None:
            return None
        self._connect(last + 1)
        if item.body_version is not None:
            facts = read(item.row.number, item.body_version)
            if facts is not None:
                item.row.title, item.row.original_script = facts.title, facts.original_script
                item.row.urgency, item.row.precedence = facts.urgency, PRECEDENCE.get(facts.urgency, UNSAID)
        return item

    def _connect(self, before: int) -> None:
        item = self.item
        if item is not None:
            for _, code, off in self._network.between(self._seq, before):
                connect(item, code, off=off)
        self._seq = max(self._seq, before - 1)


def project_item(
    facts: Iterable[Fact[LogEvent]], network: Network, complete_from: int, last: int, read: MessageReader
) -> ProjectedItem | None:
    """The item by its events in their order, as of event ``last``.

    From event ``complete_from`` on the log is complete. Raises IncompleteEvent for an event that lacks what it must
    have.
    """
    projection = ItemProjection(network, complete_from)
    for fact in facts:
        projection.apply(fact)
    return projection.finish(last, read)


def read_nothing(_number: int, _version: int) -> MessageFacts | None:
    """For a log without bodies."""
    return None
