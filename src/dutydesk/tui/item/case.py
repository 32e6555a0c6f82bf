"""The first page of an item: the case, and what is to be judged on it, in one column or in two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from dutydesk.desk.base.rows import ItemView
from dutydesk.domain.frozen import value
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.item.body_fields import body_lines
from dutydesk.tui.item.changes import OpenedItem, changed_lines
from dutydesk.tui.item.earlier_items import earlier_lines
from dutydesk.tui.item.fired_words import fired_places
from dutydesk.tui.item.paragraphs import (
    audience_lines,
    case_lines,
    checklist_lines,
    closed_body_lines,
    finding_lines,
    header_lines,
    origin_lines,
    remark_lines,
)
from dutydesk.tui.widgets.text_layout import BLANK, Paragraph


@value(frozen=True, slots=True)
class CaseColumn:
    """``findings``: the block of each finding; ``fired``: block and place of the words on which it fired."""

    blocks: Sequence[Paragraph]
    findings: Mapping[int, int] = field(default_factory=dict)
    fired: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@value(frozen=True, slots=True)
class CasePage:
    """``side`` is ``None`` if all of it is one column."""

    main: CaseColumn
    side: CaseColumn | None


def case_page(
    opened: OpenedItem, signs: Glyphs, now: datetime, officer: str, *, two_columns: bool, here: int | None
) -> CasePage:
    """``here`` is the finding that the officer has gone to."""
    view = opened.view
    head = [*header_lines(view, signs, now, status=False), *changed_lines(opened, officer)]
    found = list(finding_lines(view, here))
    case = case_lines(view, signs, here)
    rest = [
        *checklist_lines(view, signs),
        *remark_lines(view),
        *earlier_lines(view, opened.earlier, signs),
        *audience_lines(view.audience),
    ]
    foot = [*([BLANK] if case else []), *closed_body_lines(view), *origin_lines(view)]
    if two_columns:
        main = [*head, BLANK, *case, *foot]
        return CasePage(
            CaseColumn(main, fired=_fired(view, len(head) + 1)), CaseColumn([*found, *rest], _findings(view, found, 0))
        )
    blocks = [*head, *found, BLANK, *case, *rest, *foot]
    fired = _fired(view, len(head) + len(found) + 1)
    return CasePage(CaseColumn(blocks, _findings(view, found, len(head)), fired), None)


def _findings(view: ItemView, found: Sequence[Paragraph], first: int) -> dict[int, int]:
    """A heading comes before the findings."""
    return {number: first + 1 + number for number in range(len(view.findings))} if found else {}


def _fired(view: ItemView, first: int) -> dict[int, tuple[int, int]]:
    places = fired_places(body_lines(view.body, view.row.kind), view.findings)
    return {place.finding: (first + place.line, place.start) for place in places}
