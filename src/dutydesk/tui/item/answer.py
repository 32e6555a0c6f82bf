"""The sender's answer to the desk's question, while the item waits for a decision on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from dutydesk.desk.base.rows import ItemView, NoteRow, ReviewRow
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.frozen import value
from dutydesk.domain.review.guards import Decision
from dutydesk.tui.frame.text_format import date_and_time, display_text
from dutydesk.tui.item.texts import texts
from dutydesk.tui.widgets.text_layout import Paragraph, heading

_ABOUT_QUESTIONS: Final = (EventKind.ITEM_ASKED, EventKind.ITEM_INFORMED, EventKind.ITEM_CORRECTED)


@value(frozen=True, slots=True)
class BureauAnswer:
    """``question`` and ``text`` are ``None`` where the reader may not see them."""

    at: datetime
    question: ReviewRow | None
    text: NoteRow | None


def answer_of(view: ItemView) -> BureauAnswer | None:
    """The answer to the last question; ``None`` if none has come, or the item no longer waits for a decision."""
    if view.row.state != ItemState.HELD:
        return None
    last = next((event for event in reversed(view.history) if event.kind in _ABOUT_QUESTIONS), None)
    if last is None or last.kind != EventKind.ITEM_INFORMED:
        return None
    question = next((review for review in reversed(view.reviews) if review.decision == Decision.ASK), None)
    text = next((note for note in reversed(view.notes) if note.at == last.at), None)
    return BureauAnswer(last.at, question, text)


def answer_lines(view: ItemView) -> Iterator[Paragraph]:
    """The question and its answer, one under the other."""
    answer = answer_of(view)
    if answer is None or (answer.question is None and answer.text is None):
        return
    yield heading(texts.QUESTION_AND_ANSWER)
    if answer.question is not None:
        asked = texts.asked_by(display_text(answer.question.officer), date_and_time(answer.question.at))
        yield Paragraph(display_text(answer.question.reason), asked, indent=2)
    if answer.text is not None:
        answered = texts.answered_by(display_text(answer.text.officer), date_and_time(answer.text.at))
        yield Paragraph(display_text(answer.text.text), answered, "warn", indent=2)
