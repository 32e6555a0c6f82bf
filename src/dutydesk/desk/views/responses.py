"""Read the recipients' responses from the log: the latest of each counts, and silence is not a response."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.desk.base.rows import AccessBoard, EventRow, ResponseBoard, ResponseRow
from dutydesk.domain.delivery.items import Delivery, Item
from dutydesk.domain.delivery.states import HOLDING, DeliveryState
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.messages.message import ResponseAction
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import joined, sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import notices

#: Actions of recipients, from the most to the least.
_ACTION_ORDER = (ResponseAction.ACTED, ResponseAction.ACTING, ResponseAction.ACKNOWLEDGED, ResponseAction.DECLINED)


def decisions(history: Iterable[EventRow]) -> tuple[ResponseRow, ...]:
    """Return every response of the recipients, oldest first; ``stands`` marks the latest of each recipient."""
    found = [
        (row, answer)
        for row in history
        if isinstance(answer := row.event, DeliveryAnswered) and answer.action in _ACTION_ORDER
    ]
    last = {answer.recipient: row.seq for row, answer in found}
    return tuple(
        ResponseRow(
            recipient=required(answer.recipient),
            action=required(answer.action),
            note=optional(answer.note) or None,
            at=row.at,
            stands=last[answer.recipient] == row.seq,
        )
        for row, answer in found
    )


def response_board(rows: Iterable[Delivery], response_rows: Iterable[ResponseRow]) -> ResponseBoard | None:
    """Group the recipients by their latest response, and list the holders of a copy without one.

    ``None`` where no recipient holds a copy.
    """
    holders = [row.recipient for row in rows if row.state in HOLDING]
    if not holders:
        return None
    by_action = {
        action: tuple(sorted(row.recipient for row in response_rows if row.stands and row.action == action))
        for action in _ACTION_ORDER
    }
    responded = {recipient for recipients in by_action.values() for recipient in recipients}
    return ResponseBoard(
        acted=by_action[ResponseAction.ACTED],
        acting=by_action[ResponseAction.ACTING],
        acknowledged=by_action[ResponseAction.ACKNOWLEDGED],
        declined=by_action[ResponseAction.DECLINED],
        no_word=tuple(recipient for recipient in holders if recipient not in responded),
    )


def board_words(board: ResponseBoard) -> str:
    """Return the board on one line, such as ``acted 2: DE, FR; declined 1: PL; no word 14``."""
    by_action = {
        marked("acted {count}: {codes}"): board.acted,
        marked("acting {count}: {codes}"): board.acting,
        marked("acknowledged {count}: {codes}"): board.acknowledged,
        marked("declined {count}: {codes}"): board.declined,
    }
    parts = [
        sentence(template, count=len(codes), codes=", ".join(codes)) for template, codes in by_action.items() if codes
    ]
    if board.no_word:
        parts.append(sentence("no word {count}", count=len(board.no_word)))
    return joined(parts, "; ")


def access_board(handle: Handle, item: Item) -> AccessBoard | None:
    """Return which holders of a copy are to be notified, are notified, or confirmed that their access is withdrawn.

    ``None`` where there is no such notice.
    """
    listed = notices.access_notices(handle, item.number)
    if not listed:
        return None
    confirmed = {notice.recipient for notice in listed if notice.state is DeliveryState.RECALL_CONFIRMED}
    notified = {notice.recipient for notice in listed if notice.state is DeliveryState.DELIVERED} - confirmed
    waiting = {notice.recipient for notice in listed} - notified - confirmed
    return AccessBoard(tuple(sorted(waiting)), tuple(sorted(notified)), tuple(sorted(confirmed)))
