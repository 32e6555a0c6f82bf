"""Which keys of an item do nothing on it as it is now: the footer leaves them out, the help lists them last."""

from __future__ import annotations

from typing import Final

from dutydesk.desk.base.rows import ItemRow, ItemView
from dutydesk.domain.delivery.route import HOLDING_RULES
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState, PostReview
from dutydesk.domain.messages.message import MessageType
from dutydesk.tui.console import Console
from dutydesk.tui.frame.keys import DEFAULT_KEYS, KeyPlace
from dutydesk.tui.frame.text_format import readable_name
from dutydesk.tui.item.paragraphs import has_earlier_text
from dutydesk.tui.review.texts import texts

_ALL: Final = frozenset(
    key.id for place in (KeyPlace.ITEMS, KeyPlace.PERSON, KeyPlace.MARKS) for key in DEFAULT_KEYS[place]
)
#: Keys that act on every item.
_ALWAYS: Final = frozenset({"item.note", "item.export", "item.legal_hold"}) | {
    key.id for key in DEFAULT_KEYS[KeyPlace.MARKS]
}
_DECIDING: Final = frozenset({"item.claim", "item.give", "item.tick", "item.decide"})
_SIGNING: Final = frozenset({"item.confirm", "item.dissent"})
_COMPARING: Final = frozenset({"item.difference"})
#: Types of items that may name a person; which of them do, the row does not tell.
_ABOUT_SOMEBODY: Final = frozenset({MessageType.DIFFUSION, MessageType.NOTICE_REQUEST, MessageType.CORRECTION})
#: States of items that a later item may correct; the row does not tell.
_MAY_BE_CORRECTED: Final = frozenset(
    {ItemState.RELEASED, ItemState.SUPERSEDED, ItemState.RECALLED, ItemState.WITHDRAWN}
)


def unavailable_item_keys(row: ItemRow | None, officer: str, view: ItemView | None = None) -> frozenset[str]:
    """Ids of keys; ``view`` also tells of dead deliveries and of proposed restrictions."""
    if row is None:
        return _ALL
    return _ALL - _ALWAYS - _by_state(row, officer) - _by_view(view)


def _by_state(row: ItemRow, officer: str) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    if row.state in OPEN_STATES:
        found |= _signing(row.proposed_by, officer) if row.state == ItemState.PROPOSED else _DECIDING
        found |= {"item.unclaim"} if row.claimed_by == officer else frozenset()
    if row.recall_proposed is not None:
        found |= _signing(row.recall_proposed, officer)
    if row.unratified or (row.state == ItemState.RELEASED and row.recall_proposed is None):
        found |= {"item.after"}
    if row.state == ItemState.RELEASED:
        found |= {"item.undo", "item.retry"}
    if row.state == ItemState.REFUSED:
        found |= {"item.reopen"}
    if row.state == ItemState.QUARANTINED:
        found |= {"item.reread", "item.reject"}
    elif row.sender is not None:
        found |= {"item.restrict"}
    if row.type in _ABOUT_SOMEBODY:
        found |= {"person.file"}
    if has_earlier_text(row) or row.state == ItemState.PROPOSED or row.state in _MAY_BE_CORRECTED:
        found |= _COMPARING
    return found


def _signing(proposer: str | None, officer: str) -> frozenset[str]:
    """Nobody confirms an own proposal; dissent takes it back."""
    return _SIGNING - {"item.confirm"} if proposer == officer else _SIGNING


def _by_view(view: ItemView | None) -> frozenset[str]:
    return _SIGNING if view is not None and view.restrictions_proposed else frozenset()


def is_possible(console: Console, row: ItemRow, key: str) -> bool:
    """Whether the key does something on the item as it is now; tells the officer if not, before a form opens."""
    if key not in unavailable_item_keys(row, console.actor.officer):
        return True
    console.notify(texts.not_possible(row.item, readable_name(row.state), texts.NOT_POSSIBLE[key]), "warn")
    return False


def awaited_item_keys(row: ItemRow | None, view: ItemView | None = None) -> tuple[str, ...]:
    """Ids of the keys for which the item waits, first in the footer."""
    if row is None:
        return ()
    found: list[str] = []
    if _by_view(view) or row.state == ItemState.PROPOSED or row.recall_proposed is not None:
        found += ["item.confirm", "item.dissent"]
    if row.unratified or row.post_review == PostReview.DUE:
        found.append("item.after")
    if has_earlier_text(row) or (view is not None and view.proposal is not None and view.proposal.changed):
        found.append("item.difference")
    if view is not None and any(finding.rule in HOLDING_RULES for finding in view.findings):
        found.append("person.file")
    return tuple(found)
