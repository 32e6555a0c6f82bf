"""Reads CSV of stolen and lost travel documents as a stream, with constant memory for millions of rows.

Columns in any order; those with a star are required: ``number``\\*, ``issuer``\\* (ISO alpha-2, 914, 916, 922, UNK),
``status`` (``stolen``, ``stolen_blank``, ``lost``, ``revoked``, ``invalid``), ``type`` (``passport``,
``identity_card``, ``visa``, ``travel_document``, ``residence_permit``), ``date`` of the loss (``YYYY``, ``YYYY-MM`` or
``YYYY-MM-DD``). Other usual names of these columns are recognised; further columns are ignored and named.

UTF-8 with or without a byte order mark, or UTF-16 with one, separated by ``,``, ``;`` or tabs. A row is one line: an
unclosed quotation mark spoils its own row only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

from dutydesk.domain.countries import Directory
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.wire.decode.dates import date_problem, partial_date
from dutydesk.wire.registers.lines import read_lines
from dutydesk.wire.registers.rows import LineSource, RejectedRow, UnreadableFileError

MAX_NUMBER_CHARACTERS = 32
_DELIMITERS = (",", ";", "\t")


class DocumentType(StrEnum):
    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    VISA = "visa"
    TRAVEL_DOCUMENT = "travel_document"
    RESIDENCE_PERMIT = "residence_permit"


class DocumentStatus(StrEnum):
    STOLEN = "stolen"
    STOLEN_BLANK = "stolen_blank"
    LOST = "lost"
    REVOKED = "revoked"
    INVALID = "invalid"


@value(frozen=True, slots=True)
class DocumentRow:
    """One document. ``number`` is as written; ``line`` is its line; ``on`` is when it was lost or stolen."""

    line: int
    number: str
    issuer: str
    status: DocumentStatus | None
    type: DocumentType | None
    on: PartialDate | None


@value(frozen=True, slots=True)
class DocumentFile:
    """``ignored_columns`` are unknown columns. ``rows`` yields each row, or why it is rejected, in the file's order."""

    ignored_columns: tuple[str, ...]
    rows: Iterator[DocumentRow | RejectedRow]


_NAMES = {
    "number": ("number", "document_number", "document_no", "doc_number", "no"),
    "issuer": ("issuer", "issuing_country", "issuing_state", "country"),
    "status": ("status", "reason", "kind_of_loss"),
    "type": ("type", "document_type", "doc_type"),
    "date": ("date", "date_of_loss", "date_of_theft", "loss_date", "reported"),
}
_REQUIRED_COLUMNS = ("number", "issuer")
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}


class _DocumentRowError(ValueError):
    """The row is invalid; the argument is one clause."""


def read_documents(file: LineSource, directory: Directory, today: date) -> DocumentFile:
    """Read the header now and each row on demand. Raises UnreadableFileError for a file without a header."""
    lines = read_lines(file)
    parted_by, names = _head(lines)
    reader = _DocumentReader(_column_positions(names), directory, today)
    read_past = tuple(name for name in names if name not in _COLUMN_OF)
    return DocumentFile(read_past, _rows(lines, reader, parted_by, len(names)))


def _rows(
    lines: Iterator[tuple[int, bytes | RejectedRow]], reader: _DocumentReader, delimiter: str, width: int
) -> Iterator[DocumentRow | RejectedRow]:
    for number, line in lines:
        if isinstance(line, RejectedRow):
            yield line
            continue
        if not line.strip():
            continue
        try:
            yield reader.row(number, _fields(line, delimiter, width))
        except _DocumentRowError as fault:
            yield RejectedRow(number, str(fault))


def _head(lines: Iterator[tuple[int, bytes | RejectedRow]]) -> tuple[str, list[str]]:
    for number, line in lines:
        if isinstance(line, RejectedRow):
            break
        if not line.strip():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise UnreadableFileError(f"line {number} is not UTF-8; save the file as UTF-8") from None
        if "\0" in text:
            raise UnreadableFileError(f"line {number} holds a NUL character; the file is no CSV")
        parted_by = max(_DELIMITERS, key=text.count)
        try:
            written = next(csv.reader([text], delimiter=parted_by))
        except csv.Error as fault:
            raise UnreadableFileError(f"line {number} can't be read as names of columns ({fault})") from None
        return parted_by, [_normalise(name) for name in written]
    raise UnreadableFileError("the file holds no line of column names")


def _column_positions(names: list[str]) -> Mapping[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = _COLUMN_OF.get(name)
        if column in places:
            raise UnreadableFileError(f"the column {column} stands twice")
        if column is not None:
            places[column] = place
    for column in _REQUIRED_COLUMNS:
        if column not in places:
            raise UnreadableFileError(f"the column {column} is missing; the first line names the columns")
    return places


def _fields(line: bytes, delimiter: str, width: int) -> list[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError as fault:
        raise _DocumentRowError(f"it is not UTF-8 at byte {fault.start + 1} of the line") from None
    if "\0" in text:
        raise _DocumentRowError("it holds a NUL character")
    if '"' in text:
        try:
            fields = next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            raise _DocumentRowError("it has a quotation mark that does not end, or stands within a field") from None
    else:
        fields = text.split(delimiter)
    if len(fields) != width:
        raise _DocumentRowError(
            f"it has {len(fields)} {'field' if len(fields) == 1 else 'fields'}, and the head names {width}"
        )
    return fields


class _DocumentReader:
    """Validates rows; the results for frequent values are cached."""

    def __init__(self, places: Mapping[str, int], directory: Directory, today: date) -> None:
        self._number, self._issuer = (places[column] for column in _REQUIRED_COLUMNS)
        self._status, self._type, self._date = (places.get(column) for column in ("status", "type", "date"))
        self._directory = directory
        self._today = today
        self._issuers: dict[str, str | None] = {}

    def row(self, line: int, fields: list[str]) -> DocumentRow:
        return DocumentRow(
            line,
            _number(fields[self._number].strip()),
            self._issuer_of(fields[self._issuer].strip()),
            None if self._status is None else _status(fields[self._status]),
            None if self._type is None else _type(fields[self._type]),
            None if self._date is None else self._date_of(fields[self._date].strip()),
        )

    def _issuer_of(self, code: str) -> str:
        if code not in self._issuers:
            if len(self._issuers) > 10_000:
                self._issuers.clear()
            known = bool(code) and self._directory.is_nationality(code)
            self._issuers[code] = None if known else self._directory.nationality_error(code)
        refusal = self._issuers[code]
        if not code:
            raise _DocumentRowError("its issuer is empty")
        if refusal is not None:
            raise _DocumentRowError(f"its issuer: {refusal}")
        return code

    def _date_of(self, written: str) -> PartialDate | None:
        if not written:
            return None
        on = partial_date(written)
        if on is None:
            raise _DocumentRowError(f"its date {date_problem(written, partial=True)}")
        if on.earliest() > self._today:
            raise _DocumentRowError(f"its date is {on}, which lies in the future")
        return on


def _number(number: str) -> str:
    if not number:
        raise _DocumentRowError("its number is empty")
    if len(number) > MAX_NUMBER_CHARACTERS:
        raise _DocumentRowError(f"its number has {len(number):,} characters; at most {MAX_NUMBER_CHARACTERS} are taken")
    if not any(map(str.isalnum, number)):
        raise _DocumentRowError("its number holds no letter and no digit")
    return number


@lru_cache(maxsize=256)
def _status(written: str) -> DocumentStatus | None:
    if not written.strip():
        return None
    try:
        return DocumentStatus(_normalise(written))
    except ValueError:
        known = ", ".join(DocumentStatus)
        raise _DocumentRowError(f"its status is one of {known}, not {written.strip()[:40]!r}") from None


@lru_cache(maxsize=256)
def _type(written: str) -> DocumentType | None:
    if not written.strip():
        return None
    try:
        return DocumentType(_normalise(written))
    except ValueError:
        known = ", ".join(DocumentType)
        raise _DocumentRowError(f"its type is one of {known}, not {written.strip()[:40]!r}") from None


def _normalise(written: str) -> str:
    return "_".join(written.lower().replace("-", " ").replace("_", " ").split())
