"""Write the moved keys into ``desk.toml``; everything else in the file stays as it is, byte for byte."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import tomli

from dutydesk.desk.base.settings import FILE_NAME
from dutydesk.desk.base.user_files import new_file, open_file
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.language.sentences import sentence

_HEADER = "[keys]"


def save_moved_keys(store: Path, moved: Mapping[str, str]) -> Path:
    """Add ``moved`` to the keys that the desk has moved; the file.

    Raises Refused if the file can't be written, or has its keys in a form that only a person should edit.
    """
    path = store.with_name(FILE_NAME)
    before, mode = _read(path, store)
    after = with_keys(before, moved)
    with new_file(path, replace=True) as out:
        os.fchmod(out.fileno(), mode)
        out.write(after.encode())
    return path


def _read(path: Path, store: Path) -> tuple[str, int]:
    """The text, and the mode of the new file: that of the old one, else readable for those who read the store."""
    if not os.path.lexists(path):
        return "", stat.S_IMODE(store.stat().st_mode) & 0o644
    with open_file(path) as source:
        return source.read().decode(), stat.S_IMODE(os.fstat(source.fileno()).st_mode)


def with_keys(text: str, moved: Mapping[str, str]) -> str:
    """The text of the settings with these keys moved. Raises Refused."""
    try:
        wanted = tomli.loads(text)
        wanted["keys"] = {**wanted.get("keys", {}), **moved}
        lines = text.splitlines()
        here = next((place for place, line in enumerate(lines) if line.strip() == _HEADER), None)
        if here is None:
            lines += ["", _HEADER] if lines else [_HEADER]
            here = len(lines) - 1
        end = next(
            (place for place in range(here + 1, len(lines)) if lines[place].lstrip().startswith("[")), len(lines)
        )
        kept = [line for line in lines[here + 1 : end] if not _moves(line, moved)]
        added = [f"{json.dumps(name)} = {json.dumps(to)}" for name, to in moved.items()]
        made = "\n".join([*lines[: here + 1], *added, *kept, *lines[end:]]) + "\n"
        if tomli.loads(made) == wanted:
            return made
    except (tomli.TOMLDecodeError, TypeError):
        pass
    raise Refused(
        RefusedCode.FILE_NOT_WRITABLE,
        sentence(
            "the keys in {file_name} are not in a [keys] table of their own; edit it by hand", file_name=FILE_NAME
        ),
    )


def _moves(line: str, moved: Mapping[str, str]) -> bool:
    """Whether a line of the table is that of a moved key."""
    try:
        return bool(tomli.loads(line).keys() & moved.keys())
    except tomli.TOMLDecodeError:
        return False
