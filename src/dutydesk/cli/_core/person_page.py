"""A person's file as an object and as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_sentence, print_table
from dutydesk.desk.base.person_rows import LineKind, LinkKind, Sameness

if TYPE_CHECKING:
    from dutydesk.desk.base.person_rows import PersonFile, PersonLine

_SAMENESS = {
    Sameness.SELF: "the file is opened from it",
    Sameness.DOCUMENT: "same document",
    Sameness.NAME_AND_BIRTH: "same name and date of birth",
    Sameness.NAME: "same name",
}
_LINKS = {
    LinkKind.DOCUMENT: "Same document",
    LinkKind.CASE: "Same case",
    LinkKind.FAMILY: "An item and its corrections",
    LinkKind.PERSON: "Same name and date of birth",
}


def as_object(file: PersonFile) -> dict[str, object]:
    return {
        "subject": file.subject,
        "title": file.title,
        "original_script": file.original_script,
        "birth": file.birth,
        "nationalities": file.nationalities,
        "documents": [_document(number, issuer) for number, issuer in file.documents],
        "lines": [_line_object(line) for line in file.lines],
        "apart": [_line_object(line) for line in file.apart],
        "links": [
            {"kind": link.kind, "value": link.value, "lines": [_subject(file, key) for key in link.members]}
            for link in file.links
        ],
        "left_out": file.left_out,
        "more": file.more,
    }


def _document(number: str, issuer: str) -> dict[str, str | None]:
    return {"number": number, "issuer": issuer or None}


def _subject(file: PersonFile, key: str) -> str:
    return next((line.subject for line in file.lines if line.key == key), key)


def _line_object(line: PersonLine) -> dict[str, object]:
    """The line's own fields, then those of what it is."""
    found: dict[str, object] = {
        "line": line.kind,
        "subject": line.subject,
        "at": line.at,
        "bureau": line.bureau,
        "points": line.points,
        "sameness": line.sameness,
        "reasons": [reason for reason in line.reasons.split("; ") if reason],
    }
    for name in ("item", "hit", "ruling", "record", "entry", "apart"):
        if (part := getattr(line, name)) is not None:
            found[name] = part
    return found


def print_person(file: PersonFile) -> None:
    print_sentence(f"{file.title}, from {file.subject}")
    papers = ", ".join(" ".join(filter(None, (issuer, number))) for number, issuer in file.documents)
    for name, value in (("born", file.birth), ("nationalities", " ".join(file.nationalities)), ("documents", papers)):
        if value:
            print_sentence(f"  {name}: {value}")
    _print_lines(file.lines)
    for link in file.links:
        names = ", ".join(dict.fromkeys(_subject(file, key) for key in link.members))
        print_sentence(f"{_LINKS[link.kind]}, {link.value}: {names}")
    if file.left_out:
        print_sentence(f"{file.left_out} more are not shown: the least like, and the oldest hits.")
    if file.more:
        print_sentence("There may be others: the desk compares only the likest.")
    if file.apart:
        print_sentence("Judged to be another person")
        _print_lines(file.apart)


def _print_lines(lines: tuple[PersonLine, ...]) -> None:
    rows = ((cell_text(line.at), line.subject, _what(line), line.bureau, line.points, _why(line)) for line in lines)
    print_table(("When, UTC", "Line", "What", "From", "Like", "Why"), rows)


def _what(line: PersonLine) -> str:
    match line.kind:
        case LineKind.ITEM if line.item is not None:
            kind = " ".join(filter(None, (line.item.kind, (line.item.type or "").replace("_", " "))))
            return f"{line.item.state} {kind}"
        case LineKind.REFUSAL if line.ruling is not None and line.ruling.code:
            return f"refused, {line.ruling.code}"
        case LineKind.REFUSAL:
            return "refused"
        case LineKind.RECALL:
            return "recalled"
        case LineKind.HIT if line.hit is not None:
            return f"hit, {line.hit.database.replace('_', ' ')}"
        case LineKind.REGISTER if line.entry is not None:
            return f"{line.entry.register} {line.entry.matter or ''}".strip()
        case _:
            return line.kind.value


def _why(line: PersonLine) -> str:
    return "; ".join(_reasons(line))


def _reasons(line: PersonLine) -> Iterator[str]:
    if line.apart is not None:
        yield f"{line.apart.officer} until {cell_text(line.apart.until)}: {line.apart.reason}"
    if line.sameness in _SAMENESS:
        yield _SAMENESS[line.sameness]
    if line.sameness not in (Sameness.SELF, Sameness.DOCUMENT, Sameness.NAME_AND_BIRTH) and line.reasons:
        yield line.reasons
