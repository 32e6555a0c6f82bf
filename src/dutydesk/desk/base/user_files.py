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

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused


def refuse_store(path: Path, store: Path) -> None:
    """Raises InvalidRequest for a name that belongs to the store or stands beside it as one of its files."""
    same_folder = path.parent.resolve() == store.parent.resolve()
    if same_folder and (path.name.startswith(store.name) or path.name == "desk.toml"):
        raise InvalidRequest(InvalidRequestCode.STORE_FILE_NAMED, f"{path} belongs to the store; choose another name")


def open_file(path: Path, *, follow_links: bool = False) -> BinaryIO:
    """Open a file that somebody named, to be read.

    What was opened is looked at, not its name before: nothing can take the name's place in between, and a pipe without
    a writer does not block. Raises InvalidRequest, in one sentence, for what is no file, and for a link unless
    ``follow_links``.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | (0 if follow_links else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP and path.is_symlink():
            raise InvalidRequest(
                InvalidRequestCode.LINK_NOT_FOLLOWED,
                f"{path} is a symbolic link, which is never followed; name the file itself",
            ) from error
        raise InvalidRequest(
            InvalidRequestCode.FILE_NOT_READABLE, f"{path} can't be read: {_open_failure(path, error)}"
        ) from error
    what = special_file_kind(os.fstat(descriptor).st_mode)
    if what is not None:
        os.close(descriptor)
        raise InvalidRequest(InvalidRequestCode.NOT_A_FILE, f"{path} can't be read: it is {what}, and no file")
    return os.fdopen(descriptor, "rb")


def _open_failure(path: Path, error: OSError | ValueError) -> str:
    with suppress(OSError, ValueError):
        what = special_file_kind(path.stat().st_mode)
        if what is not None:
            return f"it is {what}, and no file"
    return getattr(error, "strerror", None) or str(error)


def special_file_kind(mode: int) -> str | None:
    """What a file mode stands for, in words, where it is no regular file."""
    if stat.S_ISREG(mode):
        return None
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def refuse_special_file(path: Path) -> None:
    """Raises InvalidRequest where the name of a file to be written belongs to a pipe, a socket or a device."""
    with suppress(OSError, ValueError):
        mode = path.lstat().st_mode
        if stat.S_IFMT(mode) not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
            raise InvalidRequest(
                InvalidRequestCode.NOT_A_FILE, f"{path} is {special_file_kind(mode)}, and no file; name a file"
            )


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Takes its name once the block has ended well. Raises Refused, in one sentence, where the system does not let it,
    and InvalidRequest for the name of a pipe, a socket or a device.

    What has the name already is left alone, or with ``replace`` replaced; a link is never followed.
    """
    refuse_special_file(path)
    if not replace and os.path.lexists(path):
        raise Refused(RefusedCode.FILE_EXISTS, f"{path} is there already; --force replaces it")
    if path.is_dir():
        raise Refused(RefusedCode.IS_FOLDER, f"{path} is a folder; name a file")
    hidden = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                yield out
                _flush_to_disk(out)
            _publish(hidden, path, replace=replace)
            _sync_folder(path.parent)
        finally:
            with suppress(FileNotFoundError):
                hidden.unlink()
    except OSError as error:
        raise Refused(RefusedCode.FILE_NOT_WRITABLE, f"{path} can't be written: {error.strerror or error}") from error


def _flush_to_disk(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _publish(hidden: Path, path: Path, *, replace: bool) -> None:
    if replace:
        hidden.replace(path)
        return
    try:
        os.link(hidden, path, follow_symlinks=False)
    except FileExistsError as error:
        raise Refused(RefusedCode.FILE_EXISTS, f"{path} is there already; --force replaces it") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
