"""The review queue: items that wait for a decision, by urgency and age, then those that wait for a post-review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from dutydesk.desk.base.rows import ItemRow, without_ended_claim
from dutydesk.domain.delivery.bodies import CHANGED_WORDS
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState, PostReview
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.feed.table import urgency_cell
from dutydesk.tui.frame.text_format import due_text, duration_text, kind_word, short_age, urgency_word
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.texts import texts as item_texts
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.text.safe_text import safe_text

#: From this width on, due dates have a column of their own next to the status.
_DUE_COLUMN_WIDTH = 92
#: Below this width the urgency is only a sign, and the status is short.
_SHORT_STATUS_WIDTH = 60


class Queue(LineTable[ItemRow]):
    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(texts.EMPTY_REVIEW, self._columns, lambda row: row.item, id=id)
        self._now = now
        self._answered: frozenset[str] = frozenset()
        self._findings: Mapping[str, tuple[int, int]] = {}

    def show_findings(self, findings: Mapping[str, tuple[int, int]]) -> None:
        """How many findings of an item block a release, and how many are indications."""
        before, self._findings = self._findings, findings
        self.repaint_keys(item for item in {*before, *findings} if before.get(item) != findings.get(item))

    def show_answers(self, answered: frozenset[str]) -> None:
        """Mark the items whose sender has answered the desk's question."""
        if answered != self._answered:
            changed, self._answered = answered ^ self._answered, answered
            self.repaint_keys(changed)

    def _columns(self) -> Sequence[Column[ItemRow]]:
        """With room, due dates have a column of their own; else they are part of the status, at last a short one."""
        due, brief = self.size.width >= _DUE_COLUMN_WIDTH, self.size.width < _SHORT_STATUS_WIDTH
        status = self._holder_cell if due else self._short_status_cell if brief else self._status_cell
        return (
            Column("", 2, _urgency_sign) if brief else Column(frame_texts.URGENCY, 8, urgency_cell, name="urgency"),
            Column(frame_texts.ITEM, max(8, self.longest_key), lambda row: Cell(row.item)),
            Column(frame_texts.KIND, 8, lambda row: Cell(kind_word(row)), name="kind"),
            Column(frame_texts.FROM, 4, lambda row: Cell(row.sender or "?", "strong"), name="from"),
            Column(frame_texts.AGE, 5, self._age, right=True, name="age"),
            Column(texts.FINDINGS_COLUMN, 6, self._findings_cell, drop_order=1, name="findings"),
            *((Column(frame_texts.DUE, 23, self._due, name="due"),) if due else ()),
            Column(frame_texts.CLAIM_STATUS, 17 if brief else 11, status, flexible=True, unlit=True),
        )

    def _findings_cell(self, row: ItemRow) -> Cell:
        blocking, flags = self._findings.get(row.item, (0, 0))
        return Cell(texts.findings_count(blocking, flags), "bad" if blocking else "warn")

    def _age(self, row: ItemRow) -> Cell:
        return Cell(short_age(row.received_at, self._now()), "dim")

    def _status_cell(self, row: ItemRow) -> Cell:
        now = self._now()
        return self._marked_status(row, claim_status(without_ended_claim(row, now), now))

    def _short_status_cell(self, row: ItemRow) -> Cell:
        now = self._now()
        return self._marked_status(row, short_status(without_ended_claim(row, now), now))

    def _holder_cell(self, row: ItemRow) -> Cell:
        return self._marked_status(row, claim_status(without_ended_claim(row, self._now()), None))

    def _marked_status(self, row: ItemRow, status: str) -> Cell:
        if row.item in self._answered:
            return Cell(texts.ANSWERED if status == item_texts.FREE else f"{texts.ANSWERED}, {status}", "warn")
        return Cell(status, "warn" if row.escalated else "")

    def _due(self, row: ItemRow) -> Cell:
        now = self._now()
        found = next_due(without_ended_claim(row, now), now)
        return Cell(found[1], "bad" if found[0] <= now else "") if found else Cell("")


#: The orders of the queue, as they are kept, the usual one first: by urgency, as the desk lists it.
QUEUE_ORDERS: Final = ("urgency", "age", "sender", "findings", "due")


def sort_queue(
    rows: Iterable[ItemRow], order: str, findings: Mapping[str, tuple[int, int]], now: datetime
) -> list[ItemRow]:
    """Rows that are alike in this order stay in the usual one."""
    listed = list(rows)
    match order:
        case "age":
            listed.sort(key=lambda row: row.received_at)
        case "sender":
            listed.sort(key=lambda row: row.sender or "")
        case "findings":
            listed.sort(key=lambda row: findings.get(row.item, (0, 0)), reverse=True)
        case "due":
            listed.sort(key=lambda row: _due_date(row, now))
    return listed


def _due_date(row: ItemRow, now: datetime) -> datetime:
    found = next_due(without_ended_claim(row, now), now)
    return found[0] if found else datetime.max.replace(tzinfo=UTC)


def _urgency_sign(row: ItemRow) -> Cell:
    return Cell(urgency_word(row.urgency).partition(" ")[0], "strong")


def next_due(row: ItemRow, now: datetime) -> tuple[datetime, str] | None:
    """The first of: the sender's reply, the post-review, the end of the claim."""
    dates: list[tuple[datetime, str]] = []
    if row.state == ItemState.INFORMATION_REQUESTED and row.information_due:
        dates.append((row.information_due, item_texts.reply_due(due_text(row.information_due, now))))
    if row.post_review == PostReview.DUE and row.post_review_due:
        dates.append((row.post_review_due, item_texts.review_due(due_text(row.post_review_due, now))))
    if row.claimed_by and row.claimed_until:
        dates.append((row.claimed_until, item_texts.claim_ends(duration_text(row.claimed_until - now))))
    return min(dates, default=None)


def claim_status(row: ItemRow, now: datetime | None, *, in_full: bool = False) -> str:
    """The claim and the attributes of an item; due times only if ``now`` is given."""
    parts: list[str] = [read_sentence(CHANGED_WORDS)] if row.changed and not in_full else []
    if row.state == ItemState.PROPOSED:
        parts.append(item_texts.PROPOSED_TO_SECOND if in_full else item_texts.TO_BE_CONFIRMED)
    if row.claimed_by:
        holder = safe_text(row.claimed_by)
        if in_full:
            left = duration_text(row.claimed_until - now) if row.claimed_until and now else ""
            parts.append(item_texts.claimed_by(holder, left))
        else:
            brief = short_age(now, row.claimed_until) if row.claimed_until and now else ""
            parts.append(f"{holder} {brief}".strip())
    if row.escalated:
        parts.append(item_texts.ESCALATED)
    if row.state == ItemState.INFORMATION_REQUESTED:
        if in_full:  # next to the state, which says that its sender was asked
            parts[:0] = [item_texts.reply_due(_until(row.information_due, now))] if row.information_due and now else []
        elif now is None or row.information_due is None:
            parts.append(item_texts.INFORMATION_REQUESTED)
        else:
            parts.append(
                _time_left(row.information_due, now, item_texts.information_requested_short, item_texts.REPLY_OVERDUE)
            )
    if row.post_review == PostReview.DUE:
        parts.append(item_texts.post_review(_until(row.post_review_due, now)))
    return ", ".join(parts) or (item_texts.FREE if row.state in OPEN_STATES else "")


def short_status(row: ItemRow, now: datetime) -> str:
    """The most important attribute, in about 17 cells."""
    if row.changed:
        return item_texts.BODY_CHANGED_SHORT
    if row.state == ItemState.PROPOSED:
        return item_texts.TO_BE_CONFIRMED
    if row.claimed_by:
        left = short_age(now, row.claimed_until) if row.claimed_until else ""
        return f"{safe_text(row.claimed_by)} {left}".strip()
    if row.escalated:
        return item_texts.ESCALATED
    if row.state == ItemState.INFORMATION_REQUESTED:
        return _time_left(row.information_due, now, item_texts.information_requested_short, item_texts.REPLY_OVERDUE)
    if row.post_review == PostReview.DUE:
        return _time_left(row.post_review_due, now, item_texts.post_review_short, item_texts.REVIEW_OVERDUE)
    return item_texts.FREE if row.state in OPEN_STATES else ""


def _time_left(due: datetime | None, now: datetime, say: Callable[[str], str], overdue: str) -> str:
    if due is not None and due <= now:
        return overdue
    return say(short_age(now, due) if due else "")


def _until(due: datetime | None, now: datetime | None) -> str:
    return due_text(due, now) if due and now else ""
