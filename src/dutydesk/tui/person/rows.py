"""The rows of a person's file: its lines in words, what is folded away, and what is cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.desk.base.person_rows import LineKind, LinkKind, PersonFile, PersonLine, PersonLink, Sameness
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import kind_word, state_word, title_of
from dutydesk.tui.person.lanes import Lanes, draw_lanes
from dutydesk.tui.person.texts import texts
from dutydesk.wire.text.safe_text import safe_text

_FOLD_KEY, _CUT_KEY = "fold", "cut"
_TONES = {
    LineKind.REFUSAL: "bad",
    LineKind.RECALL: "bad",
    LineKind.REGISTER: "warn",
}


@value(frozen=True, slots=True)
class FileRow:
    """A line with what is drawn beside it; without a line, words that head the rows below: what
    is cut, or what is judged to be of another person."""

    key: str
    line: PersonLine | None = None
    drawing: str = ""
    links: tuple[PersonLink, ...] = ()
    words: str = ""
    is_apart: bool = False


def file_rows(file: PersonFile, signs: Glyphs, lanes: int, fold_key: str, *, unfolded: bool) -> Iterator[FileRow]:
    drawn: Lanes = draw_lanes([line.key for line in file.lines], file.links, signs, lanes)
    for line in file.lines:
        yield FileRow(line.key, line, drawn.drawings[line.key], drawn.links.get(line.key, ()))
    if file.left_out or file.more:
        yield FileRow(_CUT_KEY, words=texts.left_out(file.left_out, more=file.more))
    if file.apart:
        number = len(file.apart)
        yield FileRow(_FOLD_KEY, words=(texts.unfolded if unfolded else texts.folded)(number, fold_key))
        if unfolded:
            yield from (FileRow(line.key, line, is_apart=True) for line in file.apart)


def when(line: PersonLine) -> str:
    """ISO, in UTC; a register knows the day alone."""
    return line.at.strftime("%Y-%m-%d %H:%M") if isinstance(line.at, datetime) else line.at.isoformat()


def what(line: PersonLine, signs: Glyphs) -> str:
    if line.kind is LineKind.REFUSAL:
        code = line.ruling.code if line.ruling is not None else None
        return f"{signs.states['refused']} {texts.refused_for(code) if code else texts.REFUSED}"
    if line.kind is LineKind.RECALL:
        return f"{signs.states['recalled']} {texts.RECALLED}"
    if line.hit is not None:
        return f"{signs.hit} {texts.hit(line.hit.database)}"
    if line.record is not None:
        return texts.RECORD_OF_PERSON if line.record.subject == "person" else texts.RECORD_OF_DOCUMENT
    if line.entry is not None:
        return texts.register_entry(line.entry.register, line.entry.matter)
    return f"{kind_word(line.item):<5} {state_word(line.item.state, signs)}" if line.item is not None else ""


def tone_of(line: PersonLine) -> str:
    return _TONES.get(line.kind, "")


def name_on(line: PersonLine) -> str:
    """The person's name as the line has it; not isolated yet."""
    if line.item is not None:
        return title_of(line.item)
    if line.hit is not None:
        return safe_text(line.hit.title)
    return safe_text(line.record.title) if line.record is not None else ""


def why(row: FileRow, *, with_values: bool) -> str:
    """Why the line stands there, and what it shares: the drawing, then what is most certain.

    ``with_values``: also the numbers that are shared.
    """
    line = row.line
    if line is None:
        return ""
    if line.apart is not None:
        return safe_text(line.apart.reason)
    return row.drawing + safe_text("; ".join(_reasons(line, row.links, with_values=with_values)))


def _reasons(line: PersonLine, links: tuple[PersonLink, ...], *, with_values: bool) -> Iterator[str]:
    if line.sameness is Sameness.SELF and line.kind in (LineKind.ITEM, LineKind.RECORD):
        yield texts.SAMENESS[Sameness.SELF]
    shared = [link for link in links if _adds_to(link, line)]
    yield from (link_words(link, line) if with_values else texts.LINKS_BRIEF[link.kind] for link in shared)
    if not any(_says(link, line) for link in links) and line.sameness is not Sameness.SELF:
        yield from filter(None, (texts.SAMENESS[line.sameness],))
    if line.sameness in (Sameness.LIKE, Sameness.QUERY, Sameness.NAME):
        yield from filter(None, (read_sentence(line.reasons),))


def _adds_to(link: PersonLink, line: PersonLine) -> bool:
    """A shared name and birth is said only where it is why the line stands there."""
    return link.kind is not LinkKind.PERSON or line.sameness is Sameness.NAME_AND_BIRTH


def _says(link: PersonLink, line: PersonLine) -> bool:
    """Whether the link says what the line's likeness would say."""
    return (link.kind, line.sameness) in (
        (LinkKind.DOCUMENT, Sameness.DOCUMENT),
        (LinkKind.PERSON, Sameness.NAME_AND_BIRTH),
    )


def link_words(link: PersonLink, line: PersonLine) -> str:
    if link.kind is LinkKind.FAMILY and line.subject == link.value:
        return texts.CORRECTED
    return texts.link(link.kind, link.value)
