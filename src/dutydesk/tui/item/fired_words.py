"""The words in an item's text on which rules fired."""

from __future__ import annotations

from collections.abc import Sequence

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.domain.rules.folded_text import fold
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import readable_name
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.body_fields import BodyLine
from dutydesk.tui.widgets.marking import mark_places
from dutydesk.tui.widgets.text_layout import Mark, Paragraph
from dutydesk.tui.widgets.text_search import find_places
from dutydesk.wire.text.safe_text import safe_text

#: The tone of the finding that the officer has gone to.
_HERE = "fired-here"
_CUT = "…"


@value(frozen=True, slots=True)
class FiredPlace:
    """Where the words of a finding stand: the line, and the part of its text."""

    finding: int
    line: int
    start: int
    end: int


def fired_places(lines: Sequence[BodyLine], findings: Sequence[Finding]) -> list[FiredPlace]:
    """One place for each finding whose words the lines show; none for a missing value."""
    found: list[FiredPlace] = []
    for number, finding in enumerate(findings):
        place = _first_place(lines, finding)
        if place is not None:
            found.append(FiredPlace(number, *place))
    return found


def _first_place(lines: Sequence[BodyLine], finding: Finding) -> tuple[int, int, int] | None:
    words = finding.words.removesuffix(_CUT)
    answers = {"true": value_texts.YES, "false": value_texts.NO}  # how values of the wire are shown
    shown = (words, readable_name(words), *filter(None, (answers.get(words),)))
    forms = [fold(safe_text(form)) for form in dict.fromkeys(shown) if form.strip()]
    for place, line in enumerate(lines):
        if _is_part(line.path, finding.field) or _is_part(finding.field, line.path):
            for form in forms:
                found = find_places(line.text, form)
                if found:
                    return place, *found[0]
    return None


def _is_part(whole: str, part: str) -> bool:
    """Whether a path is another one, or lies within it: ``judicial.offences[0].law`` in ``judicial.offences[0]``."""
    return part == whole or part.startswith((f"{whole}.", f"{whole}["))


def marked_lines(
    lines: Sequence[BodyLine], findings: Sequence[Finding], here: int | None, signs: Glyphs
) -> list[Paragraph]:
    """The lines with marks on the words; those of the finding ``here`` stand out."""
    places = fired_places(lines, findings)
    made: list[Paragraph] = []
    for number, line in enumerate(lines):
        marks = [
            Mark(place.start, place.end, _HERE if place.finding == here else _tone(findings[place.finding]))
            for place in sorted(places, key=lambda place: place.finding != here)
            if place.line == number
        ]
        text, placed = mark_places(line.text, marks, signs)
        made.append(Paragraph(text, line.label, columns=True, marks=placed))
    return made


def _tone(finding: Finding) -> str:
    return "fired-block" if finding.severity is Severity.BLOCK else "fired"
