"""Reads persons from the JSON of the public notices service: lists, pages, details, or one object for each line.

The service's data are untidy. A row that can't be used is rejected with its number; a field that can't be used is
omitted and named in ``omitted_fields``. Nothing is guessed: a birth of which only the year is known stays so, a height
of 0 is unknown, an invalid code is omitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName, PhysicalDescription, Sex
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.outcome import WHOLE_MESSAGE, Problem
from dutydesk.wire.decode.strict_json import JsonContent, UndecodableError, parse_json
from dutydesk.wire.reference.offences import categories_of
from dutydesk.wire.registers.encoding import to_utf8
from dutydesk.wire.registers.notice_dates import date_fault, dates_of, notice_date
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError

MAX_BYTES = 256 * 1024 * 1024
_ENTRY = re.compile(r"([0-9]{4})[/-]([0-9]{1,8})")
_UN_ENTRY = re.compile(r"[A-Z][A-Za-z]{1,3}\.[0-9]{1,5}")
_OF_ORGANISATIONS = ("registration_number", "legal_form", "main_activity", "administrators")
_NO_NAME = frozenset({"", "-", "--", ".", "?", "n/a", "unknown"})

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge. ``issuer`` is the country of the warrant, as written; lines end with a plain newline."""

    text: str
    issuer: str | None
    translation: str | None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One person. ``entry`` is the service's own id; ``row`` is its place in the file, from 1.

    ``source`` is the bureau of the warrant or request, if the row names one. ``detailed``: from a detail, not from a
    list. ``categories`` are words for the charges. ``omitted_fields`` are clauses.
    """

    row: int
    entry: str
    kind: str | None
    source: str | None
    name: PersonName
    aliases: tuple[PersonName, ...]
    births: tuple[PartialDate, ...]
    place_of_birth: str | None
    nationalities: tuple[str, ...]
    sex: Sex | None
    description: PhysicalDescription
    documents: tuple[IdentityDocument, ...]
    charges: tuple[Charge, ...]
    categories: tuple[str, ...]
    detailed: bool
    omitted_fields: tuple[str, ...]


class _NoticeRowError(ValueError):
    """The row is invalid; the argument is one clause."""


def read_notices(raw: bytes, directory: Directory, today: date) -> Iterator[NoticeRow | RejectedRow]:
    """Yield each person, or why the row is rejected, in the order of the file. Raises UnreadableFileError."""
    if len(raw) > MAX_BYTES:
        raise UnreadableFileError(f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are taken")
    body = to_utf8(raw)
    if not body.strip():
        raise UnreadableFileError("the file is empty")
    return _persons(_parse_body(body), directory, today)


def _persons(
    entries: Iterator[tuple[object, list[Problem]] | RejectedRow], directory: Directory, today: date
) -> Iterator[NoticeRow | RejectedRow]:
    """Skip the list row of a person whose detail came earlier in the file, because it adds nothing."""
    detailed: set[str] = set()
    number = 0
    for found in entries:
        number += 1
        if isinstance(found, RejectedRow):
            yield RejectedRow(number, found.problem)
            continue
        entry, problems = found
        try:
            person = _person(number, entry, problems, directory, today)
        except _NoticeRowError as fault:
            yield RejectedRow(number, str(fault))
            continue
        if person.detailed:
            detailed.add(person.entry)
        elif person.entry in detailed:
            continue
        yield person


def _parse_body(body: bytes) -> Iterator[tuple[object, list[Problem]] | RejectedRow]:
    try:
        content = parse_json(body)
    except UndecodableError as fault:
        lines = body.splitlines()
        first = next(line for line in lines if line.strip())
        if len(lines) == 1 or not _is_json(first):
            raise UnreadableFileError(f"the file {fault}") from None
        return _parse_lines(lines)
    return _entries(content, "")


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(parse_json(line).tree, dict | list)
    except UndecodableError:
        return False


def _parse_lines(lines: list[bytes]) -> Iterator[tuple[object, list[Problem]] | RejectedRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            content = parse_json(line)
        except UndecodableError as fault:
            yield RejectedRow(number, f"line {number} {fault}")
        else:
            yield from _entries(content, f"line {number}: ")


def _entries(content: JsonContent, where: str) -> Iterator[tuple[object, list[Problem]] | RejectedRow]:
    """Rows with the problems of their own JSON; a page without a list of notices is rejected as one row."""
    for path, entry in _flatten(content.tree, "" if content.tree is None else WHOLE_MESSAGE):
        if entry is None:
            yield RejectedRow(0, f"{where}it is neither a notice nor a page of the service")
        else:
            yield entry, [problem for problem in content.problems if _concerns(problem.path, path)]


def _flatten(tree: object, path: str) -> Iterator[tuple[str, object]]:
    """The rows of persons with their paths; pages and lists of pages are opened. ``None`` stands for anything else."""
    match tree:
        case list():
            for index, each in enumerate(tree):
                yield from _flatten(each, f"[{index}]" if path == WHOLE_MESSAGE else f"{path}[{index}]")
        case {"_embedded": {"notices": list() as rows}}:
            begin = "" if path == WHOLE_MESSAGE else f"{path}."
            for index, row in enumerate(rows):
                yield f"{begin}_embedded.notices[{index}]", row
        case {"entity_id": _} | {"un_reference": _}:
            yield path, tree
        case _:
            yield path, None


def _concerns(problem: str, path: str) -> bool:
    return path == WHOLE_MESSAGE or problem == path or problem.startswith((f"{path}.", f"{path}["))


def _person(number: int, entry: object, problems: list[Problem], directory: Directory, today: date) -> NoticeRow:
    if not isinstance(entry, dict):
        raise _NoticeRowError("it is no object")
    if problems:
        raise _NoticeRowError(f"{problems[0].path} {problems[0].problem}")
    if any(entry.get(field) for field in _OF_ORGANISATIONS):
        raise _NoticeRowError("it is about an organisation, and records are of persons")
    reader = _NoticeReader(entry, directory, today)
    name = reader.name()
    charges = reader.charges()
    return NoticeRow(
        row=number,
        entry=reader.id(),
        kind=reader.kind(),
        source=reader.source(charges),
        name=name,
        aliases=reader.aliases(),
        births=reader.births(),
        place_of_birth=reader.text("place_of_birth", limits.NAME),
        nationalities=reader.nationalities(),
        sex=reader.sex(),
        description=reader.description(),
        documents=reader.documents(),
        charges=charges,
        categories=categories_of(text for charge in charges for text in (charge.text, charge.translation) if text),
        detailed=any(field in entry for field in ("sex_id", "arrest_warrants", "height", "un_resolution")),
        omitted_fields=tuple(reader.left_out),
    )


class _NoticeReader:
    """Reads one row, field by field; fields that can't be used are noted in ``omitted_fields``."""

    def __init__(self, entry: Row, directory: Directory, today: date) -> None:
        self._entry = entry
        self._directory = directory
        self._today = today
        self.left_out: list[str] = []

    def text(self, field: str, longest: int) -> str | None:
        value = self._entry.get(field)
        if value is None:
            return None
        if not isinstance(value, str):
            self.left_out.append(f"{field} is no text")
            return None
        words = " ".join(value.split())
        if len(words) > longest:
            self.left_out.append(f"{field} has {len(words):,} characters; at most {longest} are taken")
            return None
        return words or None

    def _list(self, field: str) -> list[object]:
        value = self._entry.get(field)
        if isinstance(value, list):
            return value
        if value is not None:
            self.left_out.append(f"{field} is no list")
        return []

    def id(self) -> str:
        written = self.text("entity_id", limits.REFERENCE)
        found = _ENTRY.fullmatch(plain_figures(written)) if written else None
        if found is not None:
            return f"{found[1]}/{found[2]}"
        reference = self.text("un_reference", limits.REFERENCE)
        if reference is not None and _UN_ENTRY.fullmatch(reference):
            return reference
        raise _NoticeRowError(
            "it has no entity_id" if not written else f"its entity_id is {written[:40]!r}; it is written YYYY/NUMBER"
        )

    def kind(self) -> str | None:
        """The kind by the row's own link, else by fields that only one kind has."""
        links = self._entry.get("_links")
        own = links.get("self") if isinstance(links, dict) else None
        href = own.get("href") if isinstance(own, dict) else None
        for kind in ("red", "yellow", "un"):
            if isinstance(href, str) and f"/{kind}/" in href:
                return kind
        by_field = {"un_reference": "un", "arrest_warrants": "red", "date_of_event": "yellow"}
        return next((kind for field, kind in by_field.items() if field in self._entry), None)

    def source(self, charges: tuple[Charge, ...]) -> str | None:
        """The country of the first warrant, or the country that searches for a missing person, if it has a bureau."""
        named = [charge.issuer for charge in charges] or [self.text("country", limits.CODE)]
        bureaus = (code for code in named if code and self._directory.bureau(code, self._today) is not None)
        return next(bureaus, None)

    def name(self) -> PersonName:
        name = self._name_of(self._entry)
        if name is None:
            raise _NoticeRowError("it names nobody: name and forename are empty")
        return name

    def _name_of(self, fields: Row) -> PersonName | None:
        family, given = _name(fields.get("name")), _name(fields.get("forename"))
        original = " ".join(
            part
            for field in ("name_in_original_script", "forename_in_original_script")
            if (part := _name(fields.get(field)))
        )
        return PersonName(family, given, original or None) if family or given or original else None

    def aliases(self) -> tuple[PersonName, ...]:
        found: list[PersonName] = []
        for alias in self._list("aliases"):
            name = self._name_of(alias) if isinstance(alias, dict) else PersonName(_name(alias))
            if name is not None and name != PersonName():
                found.append(name)
        for field in ("birth_name", "name_at_birth"):
            if (name_then := _name(self._entry.get(field))) is not None:
                found.append(PersonName(name_then, _name(self._entry.get("forename"))))
        return tuple(dict.fromkeys(found))[: limits.ALIASES]

    def births(self) -> tuple[PartialDate, ...]:
        value = self._entry.get("date_of_birth")
        if value is None:
            return ()
        return tuple(dict.fromkeys(birth for each in dates_of(value) if (birth := self._birth(each)) is not None))

    def _birth(self, written: object) -> PartialDate | None:
        if isinstance(written, str) and not written.strip():
            return None
        birth = notice_date(written.strip()) if isinstance(written, str) else None
        if birth is None:
            self.left_out.append(f"date_of_birth is {str(written)[:40]!r}, {date_fault(str(written).strip())}")
        elif birth.earliest() > self._today:
            self.left_out.append(f"date_of_birth is {birth}, which lies in the future")
            return None
        return birth

    def nationalities(self) -> tuple[str, ...]:
        """The nationalities; an entry such as that of a union of countries stands for any of them."""
        found: dict[str, None] = {}
        for value in self._list("nationalities"):
            for code in value.split(",") if isinstance(value, str) else (str(value),):
                plain = code.strip()
                if self._directory.is_nationality(plain):
                    found[plain] = None
                elif plain:
                    self.left_out.append(f"nationalities: {self._directory.nationality_error(plain)}")
        return tuple(found)[: limits.NATIONALITIES * 2]

    def sex(self) -> Sex | None:
        written = self.text("sex_id", limits.CODE)
        if written is None:
            return None
        if written not in set(Sex):
            self.left_out.append(f"sex_id is {written[:8]!r}; known are {', '.join(Sex)}")
            return None
        return Sex(written)

    def description(self) -> PhysicalDescription:
        hair, eyes = (
            ", ".join(code for code in self._list(field) if isinstance(code, str)) or None
            for field in ("hairs_id", "eyes_colors_id")
        )
        return PhysicalDescription(
            self._measurement("height", 100, limits.HEIGHT_CM),
            self._measurement("weight", 1, limits.WEIGHT_KG),
            hair,
            eyes,
            self.text("distinguishing_marks", limits.PARAGRAPH),
        )

    def _measurement(self, field: str, times: int, most: int) -> int | None:
        """A measurement; heights are in metres and weights in kilograms, and 0 is unknown."""
        value = self._entry.get(field)
        if value is None or (not isinstance(value, bool) and value == 0):
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value * times <= most:
            self.left_out.append(f"{field} is {str(value)[:20]}, which no person has")
            return None
        return round(value * times)

    def documents(self) -> tuple[IdentityDocument, ...]:
        found: list[IdentityDocument] = []
        for document in self._list("identity_documents"):
            fields = document if isinstance(document, dict) else {"number": document}
            number = next((n for key in ("number", "document_number") if isinstance(n := fields.get(key), str)), "")
            if not number.strip() or len(number) > limits.SHORT:
                self.left_out.append("an identity document has no number that can be used")
                continue
            type, issuer = (fields.get(key) for key in ("type", "issuer"))
            known = isinstance(issuer, str) and self._directory.is_nationality(issuer)
            found.append(
                IdentityDocument(
                    type if isinstance(type, str) else None, number.strip(), str(issuer) if known else None
                )
            )
        return tuple(found)[: limits.DOCUMENTS]

    def charges(self) -> tuple[Charge, ...]:
        found: list[Charge] = []
        for warrant in self._list("arrest_warrants"):
            if not isinstance(warrant, dict):
                self.left_out.append("a warrant is no object")
                continue
            text, translation = (_paragraph(warrant.get(key)) for key in ("charge", "charge_translation"))
            issuer = warrant.get("issuing_country_id")
            if text or translation or issuer:
                code = issuer.strip() if isinstance(issuer, str) and issuer.strip() else None
                found.append(Charge(text or "", code, translation))
        return tuple(found)[: limits.OFFENCES]


def _name(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    words = " ".join(value.split())[: limits.NAME]
    return None if words.lower() in _NO_NAME else words


def _paragraph(value: object) -> str | None:
    """Text with plain newlines, cut at the maximum length; ``None`` for anything else."""
    if not isinstance(value, str):
        return None
    lines = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return lines[: limits.PARAGRAPH] or None
