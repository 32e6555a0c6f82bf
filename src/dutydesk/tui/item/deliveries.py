"""An item's deliveries: recipients grouped by what became of theirs, and what recipients reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dutydesk.desk.base.rows import DeliveryRow, ItemView, ResponseRow
from dutydesk.desk.views.responses import board_words
from dutydesk.tui.frame.text_format import date_and_time, desk_text, display_text, readable_name
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.texts import texts
from dutydesk.tui.item.words import cause_text
from dutydesk.tui.widgets.text_layout import BLANK, Paragraph, heading, labelled

_TONES = ("bad", "warn", "")


def deliveries_page(view: ItemView) -> Iterator[Paragraph]:
    if not view.deliveries:
        yield Paragraph(texts.NO_DELIVERIES)
        return
    yield from _groups(view)
    if view.decided is not None:
        yield Paragraph(board_words(view.decided), f"{texts.RECIPIENTS}:")
    yield from _boards(view)
    troubled = [row for row in view.deliveries if row.error or row.attempts > 1]
    if troubled:
        yield heading(texts.TROUBLED)
    for row in troubled:
        error = f": {desk_text(row.error)}" if row.error else ""
        text = f"{readable_name(row.state)}{texts.attempts(row.attempts)}{error}"
        yield labelled(f"  {row.recipient}", text, _tone(row))
    if view.decisions:
        yield heading(texts.RECIPIENTS)
    for decision in view.decisions:
        yield _response(decision)
    if view.holds:
        yield heading(texts.HOLDS)
        for held in view.holds:
            yield labelled(f"  {held.recipient}", f"{held.item} v{held.version}")
    yield BLANK


def _groups(view: ItemView) -> Iterator[Paragraph]:
    """What needs an officer comes first, then the largest group."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in view.deliveries:
        groups[_state_text(row), _tone(row)].append(row.recipient)
    for (state, tone), codes in sorted(groups.items(), key=lambda group: (_TONES.index(group[0][1]), -len(group[1]))):
        yield Paragraph(texts.counted_state(state, len(codes)), tone=tone or "strong")
        yield Paragraph(" ".join(codes), indent=2)


def _state_text(row: DeliveryRow) -> str:
    state = readable_name(row.state)
    if row.waiting:
        return texts.waits_for_network(state)
    return texts.state_with_cause(state, cause_text(row.cause)) if row.cause else state


def _tone(row: DeliveryRow) -> str:
    return "bad" if row.state in ("dead", "failed") else "warn" if row.cause or row.waiting else ""


def _boards(view: ItemView) -> Iterator[Paragraph]:
    for title, board in ((texts.RECALL_BOARD, view.recall), (texts.ACCESS_BOARD, view.access_withdrawn)):
        if board is None:
            continue
        for label, codes in (
            (texts.TO_BE_NOTIFIED, board.to_be_told),
            (texts.NOTIFIED, board.told),
            (texts.CONFIRMED, board.confirmed),
        ):
            yield Paragraph(" ".join(codes) or value_texts.NOBODY, texts.board_of(title, len(codes), label))


def _response(decision: ResponseRow) -> Paragraph:
    note = f": {display_text(decision.note)}" if decision.note else ""
    text = f"{date_and_time(decision.at)} {decision.action}{note}"
    if decision.stands:
        return labelled(f"  {decision.recipient}", text)
    return labelled(f"  {decision.recipient}", f"{text}; {texts.EARLIER_DECISION}", "dim")
