"""Sorts the fragments of a file of entities by person on disk, so that memory stays flat whatever the file's order.

All fragments of one person go into the same part; a part is a temporary file without a name, which nobody else can open
and which vanishes with the process. One part at a time is read into memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import orjson

from dutydesk.wire.registers.entity_lines import EntityFragment, FragmentKind
from dutydesk.wire.registers.rows import RejectedRow


class PartsError(Exception):
    """A temporary file can't be written; the argument says why, such as that the disk is full."""


class FragmentParts:
    """The parts, and the rejected rows in the order of the file. ``folder`` is where the temporary files are made.

    Making them, adding and ``flush`` raise PartsError.
    """

    def __init__(self, folder: Path | None, number: int) -> None:
        self._parts: list[BinaryIO] = []
        self._rejected = _new_file(folder)
        self._parts = [_new_file(folder) for _ in range(number)]

    def add(self, fragment: EntityFragment) -> None:
        part = self._parts[crc32(fragment.owner.encode()) % len(self._parts)]
        _write(part, (fragment.line, fragment.kind.value, fragment.schema, fragment.owner, fragment.values))

    def reject(self, row: RejectedRow) -> None:
        _write(self._rejected, (row.line, row.problem))

    def flush(self) -> None:
        """Write what is left; a full disk is noticed here, and not when the parts are read."""
        try:
            for file in (self._rejected, *self._parts):
                file.flush()
        except OSError as error:
            raise PartsError(error.strerror) from error

    def rejected(self) -> Iterator[RejectedRow]:
        self._rejected.seek(0)
        for line in self._rejected:
            number, problem = orjson.loads(line)
            yield RejectedRow(number, problem)

    def parts(self) -> Iterator[Iterator[EntityFragment]]:
        """The fragments of each part, in the order of the file within one part."""
        return map(_fragments, self._parts)

    def close(self) -> None:
        for file in (self._rejected, *self._parts):
            with suppress(OSError):
                file.close()


def _new_file(folder: Path | None) -> BinaryIO:
    try:
        return tempfile.TemporaryFile(dir=folder)
    except OSError as error:
        raise PartsError(error.strerror) from error


def _write(file: BinaryIO, fields: tuple[object, ...]) -> None:
    try:
        file.write(orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise PartsError(error.strerror) from error


def _fragments(part: BinaryIO) -> Iterator[EntityFragment]:
    part.seek(0)
    for line in part:
        number, kind, schema, owner, values = orjson.loads(line)
        yield EntityFragment(number, FragmentKind(kind), schema, owner, values)
