"""What officers and bureaus wrote on an item: reviews and remarks, as the events about it name them."""

from __future__ import annotations

from dutydesk.domain.events.event import LogEvent, Logged, Missing, fitting, optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.items import ItemInformed, ItemPurged
from dutydesk.domain.events.reviews import (
    ItemAsked,
    ItemDissented,
    ItemEscalated,
    ItemNoted,
    ItemPostReview,
    ItemProposed,
    ItemRecalled,
    ItemRecallProposed,
    ItemRecallRatified,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    RulingEvent,
)
from dutydesk.domain.proof.projection.item_events import json_list
from dutydesk.domain.proof.projection.item_rows import ProjectedItem, RemarkColumns, ReviewColumns
from dutydesk.domain.proof.projection.said import UNSAID, Column, micros, said
from dutydesk.domain.review.guards import Decision


def _add(item: ProjectedItem, fact: Fact[LogEvent], decision: str, reason: Column, cycle: int | None = None) -> None:
    _add_with(item, fact, decision, reason, (None, "[]"), cycle)


def _add_with(
    item: ProjectedItem,
    fact: Fact[LogEvent],
    decision: str,
    reason: Column,
    basis: tuple[Column, Column],
    cycle: int | None = None,
) -> None:
    round = item.row.cycle if cycle is None else cycle
    item.reviews.append(ReviewColumns(fact.seq, round, fact.actor, decision, reason, *basis, micros(fact.at)))


def _basis(code: Logged[str] | None, articles: Logged[tuple[str, ...]], *, is_said: bool) -> tuple[Column, Column]:
    """Code and articles of a decision, which a log of an earlier release does not always have."""
    names = fitting(articles)
    if not is_said:
        return (UNSAID if isinstance(code, Missing) else code), (UNSAID if names is None else json_list(names))
    return fitting(code), json_list(names or ())


def _ruled(item: ProjectedItem, fact: Fact[RulingEvent], decision: Decision, code: Logged[str]) -> None:
    event, cycle = fact.event, required(fact.event.cycle)
    if optional(event.proposed_by) is not None:
        _add(item, fact, "confirm", "", cycle)
    else:
        basis = _basis(code, event.articles, is_said=item.is_complete)
        _add_with(item, fact, decision.value, said(event.reason), basis, cycle)


def _released(item: ProjectedItem, fact: Fact[ItemReleased]) -> None:
    _ruled(item, fact, Decision.RELEASE, fact.event.code)


def _refused(item: ProjectedItem, fact: Fact[ItemRefused]) -> None:
    _ruled(item, fact, Decision.REFUSE, fact.event.code)


def _asked(item: ProjectedItem, fact: Fact[ItemAsked]) -> None:
    basis = _basis(fact.event.code, fact.event.articles, is_said=item.is_complete)
    _add_with(item, fact, Decision.ASK.value, said(fact.event.text), basis, required(fact.event.cycle))


def _escalated(item: ProjectedItem, fact: Fact[ItemEscalated]) -> None:
    """Without a login the desk escalates by itself, and nobody has reviewed anything."""
    if optional(fact.event.login) is not None:
        basis = _basis(fact.event.code, fact.event.articles, is_said=item.is_complete)
        _add_with(item, fact, Decision.ESCALATE.value, said(fact.event.reason), basis)


def _proposed(item: ProjectedItem, fact: Fact[ItemProposed]) -> None:
    event = fact.event
    basis = said(event.code), json_list(required(event.articles))
    _add_with(item, fact, required(event.decision), said(event.reason), basis, required(event.cycle))


def _recall_proposed(item: ProjectedItem, fact: Fact[ItemRecallProposed]) -> None:
    _add(item, fact, "recall", said(fact.event.reason), required(fact.event.cycle))


def _recalled(item: ProjectedItem, fact: Fact[ItemRecalled]) -> None:
    if required(fact.event.urgent):
        _add(item, fact, "recall, urgent", said(fact.event.reason), required(fact.event.cycle))
    else:
        _add(item, fact, "confirm", "", required(fact.event.cycle))


def _ratified(item: ProjectedItem, fact: Fact[ItemRecallRatified]) -> None:
    _add(item, fact, "ratify", "")


def _dissented(item: ProjectedItem, fact: Fact[ItemDissented]) -> None:
    words = "take back" if required(fact.event.own) else "dissent"
    _add(item, fact, words, said(fact.event.reason), required(fact.event.cycle))


def _reopened(item: ProjectedItem, fact: Fact[ItemReopened]) -> None:
    _add(item, fact, "reopen", said(fact.event.reason), required(fact.event.cycle))


def _post_reviewed(item: ProjectedItem, fact: Fact[ItemPostReview]) -> None:
    if fitting(fact.event.state) == "ok":
        _add(item, fact, "reviewed, stands", said(fact.event.reason))


def _noted(item: ProjectedItem, fact: Fact[ItemNoted]) -> None:
    item.remarks.append(RemarkColumns(fact.seq, fact.actor, said(fact.event.text), micros(fact.at)))


def _informed(item: ProjectedItem, fact: Fact[ItemInformed]) -> None:
    """A bureau's answer is a remark; an event of an early release does not name the bureau."""
    sender = optional(fact.event.sender)
    bureau = item.row.sender if sender is None else sender
    item.remarks.append(RemarkColumns(fact.seq, f"bureau {bureau!s}", said(fact.event.text), micros(fact.at)))


def _purged(item: ProjectedItem, _fact: Fact[ItemPurged]) -> None:
    item.remarks = [remark._replace(purged=True) for remark in item.remarks]


OPINION_EVENTS = ByType[ProjectedItem, None]()
OPINION_EVENTS.add(_released, ItemReleased)
OPINION_EVENTS.add(_refused, ItemRefused)
OPINION_EVENTS.add(_asked, ItemAsked)
OPINION_EVENTS.add(_escalated, ItemEscalated)
OPINION_EVENTS.add(_proposed, ItemProposed)
OPINION_EVENTS.add(_recall_proposed, ItemRecallProposed)
OPINION_EVENTS.add(_recalled, ItemRecalled)
OPINION_EVENTS.add(_ratified, ItemRecallRatified)
OPINION_EVENTS.add(_dissented, ItemDissented)
OPINION_EVENTS.add(_reopened, ItemReopened)
OPINION_EVENTS.add(_post_reviewed, ItemPostReview)
OPINION_EVENTS.add(_noted, ItemNoted)
OPINION_EVENTS.add(_informed, ItemInformed)
OPINION_EVENTS.add(_purged, ItemPurged)
