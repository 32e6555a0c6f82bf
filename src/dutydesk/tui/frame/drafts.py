"""Drafts: texts that were typed and not sent. They outlive their dialog; with a file, also the console."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

#: The suffix of the file of saved filters, in the folder of the drafts.
VIEWS: Final = "views"

#: The values of a form by the names of its fields; several choices are separated by commas.
Values = dict[str, str]


class Drafts(MutableMapping[str, Values]):
    """One officer's drafts on one store, by the form's title.

    The file has mode 0600 and is written at each change. If it can't be read or written, the drafts only last as long
    as the console; the error is logged.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._drafts = _read(file) if file is not None else {}

    @property
    def persistent(self) -> bool:
        return self._file is not None

    def __getitem__(self, title: str) -> Values:
        return self._drafts[title]

    def __setitem__(self, title: str, values: Values) -> None:
        if self._drafts.get(title) != values:
            self._drafts[title] = dict(values)
            self._write()

    def __delitem__(self, title: str) -> None:
        del self._drafts[title]
        self._write()

    def __iter__(self) -> Iterator[str]:
        return iter(self._drafts)

    def __len__(self) -> int:
        return len(self._drafts)

    def sibling_file(self, name: str) -> Drafts:
        """Another store of the same officer; without a file it too lasts only as long as the console."""
        return Drafts(None if self._file is None else self._file.with_suffix(f".{name}.json"))

    def _write(self) -> None:
        if self._file is None:
            return
        try:
            if not self._drafts:
                self._file.unlink(missing_ok=True)
                return
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            hidden = self._file.with_name(f".{self._file.name}.{os.getpid()}")
            with suppress(FileNotFoundError):
                hidden.unlink()
            descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                json.dump(self._drafts, out)
            hidden.rename(self._file)
        except OSError:
            log.exception("a draft could not be kept in %s", self._file)


def drafts_file(folder: Path, store: Path, officer: str) -> Path:
    """The file of an officer's drafts on a store; its name reveals neither."""
    owner = f"{store.resolve()}\n{officer}"
    return folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:32]}.json"


def _read(file: Path) -> dict[str, Values]:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, encoding="utf-8") as source:
            found = json.load(source)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.exception("the drafts in %s can't be read", file)
        return {}
    return dict(_valid_drafts(found))


def _valid_drafts(found: object) -> Iterator[tuple[str, Values]]:
    """The entries that have the form of a draft."""
    for title, values in found.items() if isinstance(found, Mapping) else ():
        if isinstance(values, Mapping) and all(isinstance(text, str) for text in values.values()):
            yield str(title), dict(values)
