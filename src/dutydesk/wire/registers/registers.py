"""Reads the registers of refugees and of the CCF from CSV and JSON: the entries, and each rejected row by its line.

Columns in any order; those with a star are required:

- both: ``reference``\\* (the register's own, unique in a file), ``family``, ``given``, ``original_script``,
  ``date_of_birth`` (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``), ``identity_document``, ``document_issuer``,
  ``date``\\* (``YYYY-MM-DD``), ``status``;
- refugees: ``country_of_origin``\\*; ``status`` is ``confirmed`` (also if it is empty) or ``ended``; a column
  ``granted_by`` is ignored and never stored;
- ccf: ``matter``\\* (``decision`` or ``open request``), ``decision`` (what was decided; required for a decision),
  ``nationality``; ``status`` is ``in force`` (also if it is empty) or ``ended``.

A row names a person (at least two words of name) or a document. CSV is UTF-8, or UTF-16 with a byte order mark,
separated by ``,``, ``;`` or tabs, with a line of column names. JSON is a list of objects with the same fields, or an
object with that list as ``entries``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.domain.rules.likeness import identity
from dutydesk.domain.rules.registers import CcfMatter, Register, RegisterEntry
from dutydesk.wire.decode.dates import date_problem, full_date, partial_date
from dutydesk.wire.decode.strict_json import UndecodableError, parse_json
from dutydesk.wire.registers.encoding import to_utf8
from dutydesk.wire.registers.rows import UnreadableFileError

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUE_CHARACTERS = 1_000
_DELIMITERS = (",", ";", "\t")
_COMMON = frozenset({"reference", "family", "given", "original_script", "date_of_birth", "identity_document",
                     "document_issuer", "date", "status"})  # fmt: skip
_COLUMNS = {
    Register.REFUGEES: _COMMON | {"country_of_origin", "granted_by"},
    Register.CCF: _COMMON | {"matter", "decision", "nationality"},
}
_REQUIRED_COLUMNS = {
    Register.REFUGEES: ("reference", "date", "country_of_origin"),
    Register.CCF: ("reference", "date", "matter"),
}
_STATUSES = {Register.REFUGEES: ("confirmed", "ended"), Register.CCF: ("in force", "ended")}

Fields = Mapping[str, str]


class UnreadableRegisterError(ValueError):
    """The file as a whole is unreadable; the argument is one sentence, and nothing is imported."""


class _RowError(ValueError):
    """The row is invalid; the argument is one sentence."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is rejected. ``line`` is the line of a CSV file, or the number of a JSON entry, from 1."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The entries of a file with their lines, and the rejected rows."""

    register: Register
    sha256: str
    entries: tuple[tuple[int, RegisterEntry], ...]
    problems: tuple[RowProblem, ...]
    row_noun: str


def read_register(register: Register, raw: bytes, directory: Directory, today: date) -> RegisterFile:
    """Read a whole register. Raises UnreadableRegisterError."""
    if len(raw) > MAX_BYTES:
        raise UnreadableRegisterError(f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are taken")
    try:
        body = to_utf8(raw)
    except UnreadableFileError as fault:
        raise UnreadableRegisterError(str(fault)) from None
    is_json = body.lstrip()[:1] in (b"[", b"{")
    rows, counted_by = (_json_rows(register, body), "entry") if is_json else (_csv_rows(register, body), "line")
    entries: list[tuple[int, RegisterEntry]] = []
    problems: list[RowProblem] = []
    lines: dict[str, int] = {}
    for line, fields in rows:
        try:
            if isinstance(fields, _RowError):
                raise fields
            entry = _entry(register, fields, directory, today)
            if entry.reference in lines:
                raise _RowError(
                    f"the reference {entry.reference} stands on {counted_by} {lines[entry.reference]} already"
                )
        except _RowError as fault:
            problems.append(RowProblem(line, str(fault)))
        else:
            lines[entry.reference] = line
            entries.append((line, entry))
    if not entries and not problems:
        raise UnreadableRegisterError("the file holds no entries")
    return RegisterFile(register, sha256(raw).hexdigest(), tuple(entries), tuple(problems), counted_by)


def _text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        raise UnreadableRegisterError(f"line {line} is not UTF-8; save the file as UTF-8") from None
    if "\0" in text:
        raise UnreadableRegisterError(f"line {text[: text.index(chr(0))].count(chr(10)) + 1} holds a NUL character")
    return text


def _csv_rows(register: Register, body: bytes) -> Iterator[tuple[int, Fields | _RowError]]:
    text = _text(body)
    first = text.split("\n", 1)[0]
    parted_by = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted_by, strict=True)
    names: list[str] | None = None
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            words = f"line {begins}: it can't be read as CSV ({fault}); nothing of the file is taken"
            raise UnreadableRegisterError(words) from None
        line, begins = begins, reader.line_num + 1
        if not any(value.strip() for value in row):
            continue
        if names is None:
            names = [name.strip().lower().replace(" ", "_") for name in row]
            _reject_columns(register, names)
        elif len(row) != len(names):
            yield line, _RowError(f"it has {len(row)} fields, and the first line names {len(names)} columns")
        else:
            yield line, {name: value.strip() for name, value in zip(names, row, strict=True)}


def _reject_columns(register: Register, names: list[str]) -> None:
    known = _COLUMNS[register]
    for name in names:
        if name not in known:
            raise UnreadableRegisterError(f"the column {name!r} is unknown; known are {', '.join(sorted(known))}")
        if names.count(name) > 1:
            raise UnreadableRegisterError(f"the column {name} stands twice")
    for name in _REQUIRED_COLUMNS[register]:
        if name not in names:
            raise UnreadableRegisterError(f"the column {name} is missing")


def _json_rows(register: Register, body: bytes) -> Iterator[tuple[int, Fields | _RowError]]:
    try:
        content = parse_json(body)
    except UndecodableError as fault:
        raise UnreadableRegisterError(f"the file {fault}") from None
    if content.problems:
        raise UnreadableRegisterError(f"{content.problems[0].path}: {content.problems[0].problem}")
    tree = content.tree
    rows = tree.get("entries") if isinstance(tree, dict) and tree.keys() == {"entries"} else tree
    if not isinstance(rows, list):
        raise UnreadableRegisterError("the file is no list of entries, nor an object with one as entries")
    return ((number, _json_fields(register, row)) for number, row in enumerate(rows, 1))


def _json_fields(register: Register, row: object) -> Fields | _RowError:
    if not isinstance(row, dict):
        return _RowError("it is no object")
    known = _COLUMNS[register]
    for name, value in row.items():
        if name not in known:
            return _RowError(f"the field {name!r} is unknown; known are {', '.join(sorted(known))}")
        if value is not None and not isinstance(value, str):
            return _RowError(f"{name} is no text")
    return {name: (value or "").strip() for name, value in row.items()}


def _entry(register: Register, fields: Fields, directory: Directory, today: date) -> RegisterEntry:
    for name, value in fields.items():
        if len(value) > MAX_VALUE_CHARACTERS:
            raise _RowError(f"{name} has {len(value):,} characters; at most {MAX_VALUE_CHARACTERS:,} are taken")
    for name in _REQUIRED_COLUMNS[register]:
        if not fields.get(name):
            raise _RowError(f"{name} is empty")
    on = full_date(fields["date"])
    if on is None:
        raise _RowError(f"date {date_problem(fields['date'], partial=False)}")
    if on > today:
        raise _RowError(f"date is {on}, which lies in the future")
    names = (PersonName(fields.get("family"), fields.get("given"), fields.get("original_script")),)
    person = identity(
        names,
        _birth(fields.get("date_of_birth", ""), today),
        (IdentityDocument(number=fields.get("identity_document"), issuer=_issuer(fields, directory)),),
    )
    if person.is_empty:
        raise _RowError("it names nobody: two words of a name, or the number of a document, are needed")
    country, matter, decision = _matter(register, fields, directory)
    return RegisterEntry(
        register, fields["reference"], person, on, country, matter, decision, _is_in_force(register, fields), names
    )


def _birth(written: str, today: date) -> PartialDate | None:
    if not written:
        return None
    birth = partial_date(written)
    if birth is None:
        raise _RowError(f"date_of_birth {date_problem(written, partial=True)}")
    if birth.earliest() > today:
        raise _RowError(f"date_of_birth is {birth}, which lies in the future")
    return birth


def _issuer(fields: Fields, directory: Directory) -> str | None:
    code = fields.get("document_issuer") or None
    if code is not None and not directory.is_nationality(code):
        raise _RowError(f"document_issuer: {directory.nationality_error(code)}")
    return code


def _matter(
    register: Register, fields: Fields, directory: Directory
) -> tuple[str | None, CcfMatter | None, str | None]:
    where = "country_of_origin" if register is Register.REFUGEES else "nationality"
    country = fields.get(where) or None
    if country is not None and not directory.is_nationality(country):
        raise _RowError(f"{where}: {directory.nationality_error(country)}")
    if register is Register.REFUGEES:
        return country, None, None
    written = fields["matter"].lower().replace("_", " ")
    if written not in set(CcfMatter):
        raise _RowError(f"matter is {' or '.join(CcfMatter)}, not {fields['matter']!r}")
    matter, decision = CcfMatter(written), fields.get("decision") or None
    if matter is CcfMatter.DECISION and decision is None:
        raise _RowError("decision is empty: it says what was decided")
    return country, matter, decision


def _is_in_force(register: Register, fields: Fields) -> bool:
    status = (fields.get("status") or _STATUSES[register][0]).lower().replace("_", " ")
    if status not in _STATUSES[register]:
        raise _RowError(f"status is {' or '.join(_STATUSES[register])}, not {fields['status']!r}")
    return status != "ended"
