"""What others have changed on an item since the officer opened it, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from dutydesk.desk.base.rows import ItemView
from dutydesk.domain.frozen import value
from dutydesk.tui.frame.text_format import display_text, readable_name, time_of_day
from dutydesk.tui.item.earlier_items import EarlierItems
from dutydesk.tui.item.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph, heading


@value(frozen=True, slots=True)
class OpenedItem:
    """An item as it was when it was opened, and as it is now."""

    first: ItemView
    view: ItemView
    earlier: EarlierItems
    at: datetime


def changed_lines(opened: OpenedItem, officer: str) -> Iterator[Paragraph]:
    found = list(list_changes(opened.first, opened.view, officer))
    if found:
        yield heading(f"{texts.CHANGED_SINCE} ({time_of_day(opened.at)})")
        for text in found:
            yield Paragraph(display_text(text), "-", "warn", indent=2)


def list_changes(before: ItemView, after: ItemView, officer: str) -> Iterator[str]:
    """Leaves out what the officer did."""
    others = [event for event in after.history if event.actor != officer and not _is_known(before, event.seq)]
    if not others:
        return
    yield from _row_changes(before, after, officer)
    yield from _text_changes(before, after)
    yield from _audience_changes(before, after)
    ticked = {point.check: point.ticked_by for point in before.checklist}
    for point in after.checklist:
        if point.ticked_by not in (None, officer) and point.ticked_by != ticked.get(point.check):
            yield texts.ticked(point.check, point.ticked_by or "")
    for note in after.notes[len(before.notes) :]:
        if note.officer != officer:
            yield texts.noted(note.officer, note.text)


def _is_known(view: ItemView, seq: int) -> bool:
    return bool(view.history) and seq <= view.history[-1].seq


def _row_changes(before: ItemView, after: ItemView, officer: str) -> Iterator[str]:
    old, new = before.row, after.row
    if old.state != new.state:
        of_state = [
            event for event in after.history if not _is_known(before, event.seq) and event.kind.startswith("item.")
        ]
        actor = of_state[-1].actor if of_state else ""
        if actor != officer:
            yield texts.state_changed(readable_name(new.state), readable_name(old.state), actor)
    if old.claimed_by != new.claimed_by and new.claimed_by != officer:
        yield texts.claim_changed(new.claimed_by)
    if new.escalated and not old.escalated:
        yield texts.ESCALATED_NOW
    if (old.level, old.measure) != (new.level, new.measure):
        yield texts.route_changed(new.level, new.measure)


def _text_changes(before: ItemView, after: ItemView) -> Iterator[str]:
    if before.row.version != after.row.version:
        fields: list[str] = []
        if isinstance(before.body, Mapping) and isinstance(after.body, Mapping):
            names = [*after.body, *(name for name in before.body if name not in after.body)]
            fields = [
                readable_name(name)
                for name in names
                if before.body.get(name) != after.body.get(name) and name not in ("reference", "sent_at", "type", "of")
            ]
        yield texts.new_version(after.row.version, fields)
    old, new = {f.rule for f in before.findings}, {f.rule for f in after.findings}
    if new - old:
        yield texts.new_findings(sorted(new - old))
    if old - new:
        yield texts.cleared_findings(sorted(old - new))


def _audience_changes(before: ItemView, after: ItemView) -> Iterator[str]:
    if not before.audience or not after.audience:
        return
    old, new = ({v.recipient for v in view.audience if v.verdict == "deliver"} for view in (before, after))
    if new - old:
        yield texts.would_receive(sorted(new - old))
    if old - new:
        yield texts.would_not_receive(sorted(old - new))
