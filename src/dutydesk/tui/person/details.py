"""One line of a person's file in full: what it is, how like, why, and what it shares with which lines."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.desk.base.person_rows import EntryLine, PersonFile, PersonLine, RecordLine
from dutydesk.domain.rules.registers import Register
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import date_and_time, display_text
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.person.rows import link_words, name_on, what, when
from dutydesk.tui.person.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled

#: Rows of the page that are not its text: border, title, and two for lines that are broken.
_FRAME_ROWS = 5


def details(file: PersonFile, line: PersonLine, signs: Glyphs) -> Iterator[Paragraph]:
    yield labelled(texts.DETAILS_WHAT, " ".join(what(line, signs).split()))
    yield labelled(texts.DETAILS_WHEN, when(line))
    if line.bureau is not None:
        yield labelled(texts.DETAILS_BUREAU, line.bureau)
    if name_on(line):
        yield labelled(texts.DETAILS_TITLE, display_text(name_on(line)))
    yield labelled(texts.DETAILS_LIKE, texts.points(line.points))
    reasons = filter(None, (texts.SAMENESS[line.sameness], *read_sentence(line.reasons).split("; ")))
    for place, reason in enumerate(reasons):
        yield labelled("" if place else texts.DETAILS_BECAUSE, display_text(reason))
    yield from _ruling(line)
    if line.hit is not None and line.hit.place:
        yield labelled(texts.DETAILS_PLACE, display_text(line.hit.place))
    if line.apart is not None:
        until = date_and_time(line.apart.until)
        words = texts.judged_apart(line.apart.officer, until, line.apart.reason)
        yield labelled(texts.DETAILS_APART, display_text(words), "warn")
    if line.record is not None:
        yield from _record(line.record)
    if line.entry is not None:
        yield from _entry(line.entry)
    if line.hit is None:
        yield from _links(file, line)


def _ruling(line: PersonLine) -> Iterator[Paragraph]:
    if line.ruling is not None:
        yield labelled(texts.DETAILS_RULED_BY, display_text(line.ruling.officer))
        if line.ruling.code is not None:
            yield labelled(texts.DETAILS_CODE, line.ruling.code)
        if line.ruling.urgent:
            yield labelled(texts.DETAILS_URGENT, texts.ONE_SIGNATURE)


def _links(file: PersonFile, line: PersonLine) -> Iterator[Paragraph]:
    """A refusal or a recall shares what its item shares."""
    yield heading(texts.DETAILS_LINKS)
    subjects = {other.key: other.subject for other in file.lines}
    links = [link for link in file.links if line.subject in (subjects.get(key) for key in link.members)]
    if not links:
        yield Paragraph(texts.NO_LINK, indent=2)
    for link in links:
        others = [subjects[key] for key in link.members if subjects.get(key) not in (None, line.subject)]
        words = texts.shared_with(link_words(link, line), ", ".join(dict.fromkeys(others)))
        yield Paragraph(display_text(words), "-", indent=2)


def _record(record: RecordLine) -> Iterator[Paragraph]:
    yield heading(texts.DETAILS_RECORD)
    for label, value in (
        (texts.DETAILS_LIST, record.origin),
        (texts.DETAILS_REFERENCE, record.reference or ""),
        (texts.DETAILS_BORN, record.birth),
        (texts.DETAILS_NATIONALITIES, " ".join(record.nationalities)),
        (texts.DETAILS_DOCUMENTS, documents_text(record.documents)),
        (texts.DETAILS_UNTIL, date_and_time(record.ends_at) if record.ends_at is not None else ""),
    ):
        if value:
            yield labelled(f"  {label}", display_text(value))


def _entry(entry: EntryLine) -> Iterator[Paragraph]:
    yield heading(texts.DETAILS_ENTRY)
    for label, value in (
        (texts.DETAILS_REGISTER, texts.REGISTER_NAMES[Register(entry.register)]),
        (texts.DETAILS_REFERENCE, entry.reference),
        (texts.DETAILS_MATTER, entry.matter or ""),
        (texts.DETAILS_DECISION, entry.decision or ""),
        (texts.DETAILS_COUNTRY, entry.country or ""),
    ):
        if value:
            yield labelled(f"  {label}", display_text(value))


def documents_text(documents: tuple[tuple[str, str], ...]) -> str:
    """Issuer and number of each, as an officer reads them."""
    return ", ".join(" ".join(filter(None, (issuer, number))) for number, issuer in documents)


class LineDetails(Viewer):
    """The page of one line: no larger than its text, so that it costs a thin line little."""

    def on_mount(self) -> None:
        super().on_mount()
        page = self.query_one("#viewer").styles
        page.min_height = 0
        page.height = min(len(self._paragraphs) + _FRAME_ROWS, self.app.size.height)
