"""Files that a person names, never through a link.

What the desk writes there is whole or not at all, never over another, and nobody else's to read.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dutydesk.domain.errors import BadCall, Refused


def refuse_store(path: Path, store: Path) -> None:
    """Raises BadCall for a name that belongs to the store or stands beside it as one of its files."""
    same_folder = path.parent.resolve() == store.parent.resolve()
    if same_folder and (path.name.startswith(store.name) or path.name == "desk.toml"):
        raise BadCall(f"{path} belongs to the store; choose another name")


def opened(path: Path) -> BinaryIO:
    """A file that somebody named, to be read. Raises BadCall, in one sentence, for a link or what is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP and path.is_symlink():
            raise BadCall(f"{path} is a symbolic link, which is never followed; name the file itself") from error
        raise BadCall(f"{path} can't be read: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadCall(f"{path} can't be read: it is no file")
    return os.fdopen(descriptor, "rb")


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Takes its name once the block has ended well. Raises Refused, in one sentence, where the system does not let it.

    What has the name already is left alone, or with ``replace`` replaced; a link is never followed.
    """
    if not replace and os.path.lexists(path):
        raise Refused(f"{path} is there already; --force replaces it")
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file")
    hidden = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                yield out
                _settle(out)
            _name(hidden, path, replace=replace)
            _sync_folder(path.parent)
        finally:
            with suppress(FileNotFoundError):
                hidden.unlink()
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror or error}") from error


def _settle(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _name(hidden: Path, path: Path, *, replace: bool) -> None:
    if replace:
        hidden.replace(path)
        return
    try:
        os.link(hidden, path, follow_symlinks=False)
    except FileExistsError as error:
        raise Refused(f"{path} is there already; --force replaces it") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
