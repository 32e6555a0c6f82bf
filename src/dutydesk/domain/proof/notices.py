"""Checks that each notice of the desk is for a bureau that may get it, and is delivered once under its key."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.delivery.states import Notice
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.logged_notices import (
    DEAD,
    MADE,
    QUEUED,
    SENDING,
    STATUS_BY_EVENT,
    NoticeKey,
    listed_keys,
    parse_key,
)
from dutydesk.domain.events.notices import NoticesEvent
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.state import ProofState

#: Notices for the sender of an item alone.
_TO_SENDER = frozenset(
    {
        Notice.RECEIPT,
        Notice.REFUSED,
        Notice.INFORMATION_REQUEST,
        Notice.RETENTION_QUESTION,
        Notice.BLOCKED,
        Notice.HIT,
    }
)
#: Notices for those who hold a copy; a recall is for the sender too.
_TO_HOLDERS = frozenset(
    {Notice.RECALL, Notice.WITHDRAWAL, Notice.CAVEAT, Notice.CAVEAT_LIFTED, Notice.ACCESS_WITHDRAWN}
)
#: The places from which each kind of event may move a notice.
_FROM = {
    "notices.sending": (QUEUED,),
    "notices.requeued": (SENDING,),
    "notices.made": (SENDING,),
    "notices.dead": (QUEUED, SENDING),
}


def verify_notice(world: ProofState, fact: Fact[NoticesEvent]) -> Iterator[str]:
    """A key begins where the notice is queued, or where the commit that makes it leases it."""
    for key, _ in listed_keys(fact.event):
        number = parse_key(key).number
        if fact.kind == "notices.sending":
            yield from world.bureau_routes.verify_recipients(fact.at, f"the notice {key}", (parse_key(key).recipient,))
        known = world.notices.get(number)
        if known is None:
            yield from _begun(world, fact, key)
        else:
            yield from _verify_next_event(fact, key, *known)
        if known is None or known[1] != MADE:
            world.notices[number] = (known[0] if known is not None else key, STATUS_BY_EVENT[fact.kind])


def _begun(world: ProofState, fact: Fact[NoticesEvent], key: str) -> Iterator[str]:
    if fact.kind not in ("notices.queued", "notices.sending"):
        yield f"the notice {key} was {STATUS_BY_EVENT[fact.kind]}, and was never in hand"
        return
    told = parse_key(key)
    if told.item is None:
        source = world.sources_of_hits.get(told.about)
        if source != told.recipient:
            yield f"the notice {key} is for {told.recipient}, and the hit was on a record of {source or 'nobody'}"
        return
    item = world.items.get(told.about)
    if item is None:
        yield f"the notice {key} is about {told.about}, which never came in"
    elif told.notice in _TO_SENDER and told.recipient != item.sender:
        yield f"the notice {key} is for {told.recipient}, and is only for {item.sender}, the sender"
    elif told.notice in _TO_HOLDERS and not _may_hold(world, item, told):
        yield f"the notice {key} is for {told.recipient}, to whom {item.name} was not delivered"


def _may_hold(world: ProofState, item: ReplayedItem, told: NoticeKey) -> bool:
    """A recall is for the sender too."""
    if told.notice is Notice.RECALL and told.recipient == item.sender:
        return True
    return bool(world.roll.of((told.recipient,)) & item.made)


def _verify_next_event(fact: Fact[NoticesEvent], key: str, known: str, place: str) -> Iterator[str]:
    if key != known:
        yield f"the notice {known} was taken for {key}: another address or another matter"
    if fact.kind == "notices.queued":
        yield f"the notice {key} was queued twice"
    elif place == MADE and fact.kind in ("notices.sending", "notices.made"):
        yield f"the notice {key} was handed over a second time under one key"
    elif place not in _FROM[fact.kind]:
        yield f"{fact.kind} takes the notice {key}, which was {_SAID[place]}"


_SAID = {QUEUED: "queued", SENDING: "under way", MADE: "handed over", DEAD: "dead"}
