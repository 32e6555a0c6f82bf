"""The inbox's files: which ones to read, what is in them, and where they are moved."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.dispatch.durable import error_words, open_regular, sync
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode.stream import RawMessage, read_lines, read_one
from dutydesk.wire.encode.json_line import to_json_line

DONE = "done"
RECEIPTS = ".receipts.jsonl"
FILE_MODE, FOLDER_MODE = 0o660, 0o770
_BUREAU = re.compile(r"[A-Z]{2}|\d{3}", re.ASCII)
_MAX_NAME_LENGTH = 200


@value(frozen=True, slots=True)
class InboxFile:
    """A file to be read. ``bound_to`` is the bureau whose folder it is in; ``None`` in the inbox itself."""

    path: Path
    bound_to: str | None


@value(frozen=True, slots=True)
class InboxScan:
    """The files to be read; ``problems`` are sentences about what can't be read."""

    files: tuple[InboxFile, ...]
    problems: tuple[str, ...]


#: A file that stays in the inbox, and why.
Fault = tuple[InboxFile, str]


@dataclass
class _Scan:
    files: list[InboxFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def scan(inbox: Path) -> InboxScan:
    """All files without a dot-name, in the order of their names; the inbox itself first, then the bureaus' folders."""
    found = _Scan()
    folders = _scan_folder(inbox, None, found)
    for folder in folders:
        if folder.name == DONE:
            continue
        if not _BUREAU.fullmatch(folder.name):
            found.problems.append(
                sentence(
                    "{folder}: a folder of the inbox bears a bureau's code; its files are not taken", folder=folder
                )
            )
            continue
        for inner in _scan_folder(folder, folder.name, found):
            found.problems.append(sentence("{inner}: folders within a bureau's folder are not taken", inner=inner))
    return InboxScan(tuple(found.files), tuple(found.problems))


def _scan_folder(folder: Path, bound_to: str | None, found: _Scan) -> list[Path]:
    """Add a folder's files to ``found``; return the folders in it."""
    names: list[str] = []
    folders: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    found.problems.append(
                        sentence(
                            "{path}: is a symbolic link, which is never followed; put a file there", path=entry.path
                        )
                    )
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    names.append(entry.name)
                else:
                    found.problems.append(sentence("{path}: is no regular file; remove it", path=entry.path))
    except OSError as error:
        found.problems.append(sentence("{folder}: can't be listed: {error}", folder=folder, error=error_words(error)))
    found.files += (InboxFile(folder / name, bound_to) for name in sorted(names))
    return sorted(folders)


def open_file(file: InboxFile) -> BinaryIO:
    """Open a file. Raises OSError, also if a link, a pipe or a device has taken its place."""
    return open_regular(file.path)


#: Inode, size and modification time, which change while a file is being written.
Stamp = tuple[int, int, int]
STILL_GROWING = (
    "was still being written while it was read, and is read again: write it under a dot-name, then rename it"
)


def stamp_of(stream: BinaryIO) -> Stamp:
    return _stamp(os.fstat(stream.fileno()))


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_ino, found.st_size, found.st_mtime_ns


def is_one_message(file: InboxFile) -> bool:
    return file.path.suffix.lower() == ".json"


def messages_in(file: InboxFile, stream: BinaryIO) -> Iterator[RawMessage]:
    """The messages of a file: a ``.json`` file is one message, any other has one on each line."""
    if is_one_message(file):
        yield read_one(stream)
    else:
        yield from read_lines(stream)


class ReceiptFiles:
    """The receipts of some files, under dot-names until they are durable; then the files leave the inbox."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._files: list[tuple[InboxFile, Path, Path]] = []
        self._stamps: dict[InboxFile, Stamp] = {}
        self._claimed: set[Path] = set()

    def open_receipts(self, file: InboxFile, stamp: Stamp) -> BinaryIO:
        """Open the stream for a file's receipts; ``stamp`` is the file's when it was read. Raises OSError."""
        self._stamps[file] = stamp
        folder = _make_folder(self._inbox / DONE)
        if file.bound_to is not None:
            folder = _make_folder(folder / file.bound_to)
        final = self._free_name(folder, file.path)
        draft = folder / f".{final.name}{RECEIPTS}"
        draft.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        stream = os.fdopen(os.open(draft, flags, FILE_MODE), "wb")
        with suppress(OSError):
            os.fchmod(stream.fileno(), FILE_MODE)
        self._files.append((file, draft, final))
        self._claimed.add(final)
        return stream

    def complete(self) -> list[Fault]:
        """Publish the receipts, then move the files; after a crash in between a file is read again and repeats nothing.

        Returns the files that could not leave the inbox. Raises OSError if nothing could be made durable.
        """
        if not self._files:
            return []
        sync(self._inbox, (path for _, draft, _ in self._files for path in (draft, draft.parent)))
        faults: list[Fault] = []
        for file, draft, final in self._files:
            try:
                if _stamp(file.path.lstat()) != self._stamps[file]:
                    draft.unlink()
                    faults.append((file, STILL_GROWING))
                    continue
                draft.rename(_receipts_of(final))
            except OSError as error:
                faults.append((file, error_words(error)))
        failed = {file for file, _ in faults}
        for file, _, final in self._files:
            try:
                if file not in failed:
                    file.path.rename(final)
            except OSError as error:
                _receipts_of(final).unlink(missing_ok=True)
                faults.append((file, error_words(error)))
        touched = {folder for file, _, final in self._files for folder in (file.path.parent, final.parent)}
        sync(self._inbox, touched)
        self._files.clear()
        return faults

    def discard(self, file: InboxFile) -> None:
        """Discard the receipts of one file, which stays in the inbox."""
        for known, draft, _ in self._files:
            if known == file:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
        self._files = [entry for entry in self._files if entry[0] != file]

    def abandon(self) -> None:
        """Leave the files in the inbox, to be read again from their beginning."""
        for _, draft, _ in self._files:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        self._files.clear()

    def _free_name(self, folder: Path, path: Path) -> Path:
        """The file's own name, with a number if that is taken; no file is ever overwritten."""
        stem, suffix = path.stem[:_MAX_NAME_LENGTH], path.suffix[:20]
        candidates = (folder / (f"{stem}{suffix}" if n == 0 else f"{stem}.{n}{suffix}") for n in range(10**9))
        return next(name for name in candidates if name not in self._claimed and not _is_taken(name))


def _receipts_of(final: Path) -> Path:
    return final.with_name(final.name + RECEIPTS)


def _is_taken(final: Path) -> bool:
    return os.path.lexists(final) or os.path.lexists(_receipts_of(final))


def _make_folder(folder: Path) -> Path:
    """Create the folder if it is missing. Raises OSError if a link or a file has its name."""
    if folder.is_symlink():
        raise OSError(20, "is a symbolic link; make it a folder", str(folder))
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)
        folder.chmod(FOLDER_MODE)
    return folder


def receipt_line(receipt: Receipt) -> str:
    """One receipt as a line, as ``submit`` prints it and the inbox writes it."""
    return to_json_line(receipt)
