"""Open and write the files that a person names.

The desk follows a symbolic link only where the caller allows it, and never to write. It writes a file completely or
not at all, replaces an existing file only on request, and makes the file readable to its owner only.
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
from dutydesk.language.sentences import sentence


def refuse_store(path: Path, store: Path) -> None:
    """Raise InvalidRequest if ``path`` is the store, or one of the store's other files in its folder."""
    same_folder = path.parent.resolve() == store.parent.resolve()
    if same_folder and (path.name.startswith(store.name) or path.name == "desk.toml"):
        raise InvalidRequest(
            InvalidRequestCode.STORE_FILE_NAMED, sentence("{path} belongs to the store; choose another name", path=path)
        )


def open_file(path: Path, *, follow_links: bool = False) -> BinaryIO:
    """Open a file that a person named, to read it.

    The function checks the opened file, not its name beforehand, so that nothing can replace the file in between. A
    pipe without a writer does not block. Raises InvalidRequest, in one sentence, if the file can't be opened, is not a
    regular file, or is a symbolic link and ``follow_links`` is false.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | (0 if follow_links else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP and path.is_symlink():
            raise InvalidRequest(
                InvalidRequestCode.LINK_NOT_FOLLOWED,
                sentence("{path} is a symbolic link, which is never followed; name the file itself", path=path),
            ) from error
        raise InvalidRequest(
            InvalidRequestCode.FILE_NOT_READABLE,
            sentence("{path} can't be read: {fault}", path=path, fault=_open_failure(path, error)),
        ) from error
    what = special_file_kind(os.fstat(descriptor).st_mode)
    if what is not None:
        os.close(descriptor)
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_FILE,
            sentence("{path} can't be read: it is {what}, not a file", path=path, what=what),
        )
    return os.fdopen(descriptor, "rb")


def _open_failure(path: Path, error: OSError | ValueError) -> str:
    with suppress(OSError, ValueError):
        what = special_file_kind(path.stat().st_mode)
        if what is not None:
            return sentence("it is {what}, not a file", what=what)
    return getattr(error, "strerror", None) or str(error)


def special_file_kind(mode: int) -> str | None:
    """Return the kind of file in words, such as ``a pipe``, or ``None`` for a regular file."""
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
    """Raise InvalidRequest if the file to write is a pipe, a socket or a device."""
    with suppress(OSError, ValueError):
        mode = path.lstat().st_mode
        if stat.S_IFMT(mode) not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
            raise InvalidRequest(
                InvalidRequestCode.NOT_A_FILE,
                sentence("{path} is {mode}, not a file; name a file", path=path, mode=special_file_kind(mode)),
            )


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Yield a new file, which gets the name ``path`` when the block ends without an exception.

    A link is never followed. Raises InvalidRequest if ``path`` is a pipe, a socket or a device. Raises Refused, in one
    sentence, if ``path`` exists and ``replace`` is false, is a folder, or can't be written.
    """
    refuse_special_file(path)
    if not replace and os.path.lexists(path):
        raise Refused(RefusedCode.FILE_EXISTS, sentence("{path} is there already; --force replaces it", path=path))
    if path.is_dir():
        raise Refused(RefusedCode.IS_FOLDER, sentence("{path} is a folder; name a file", path=path))
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
        raise Refused(
            RefusedCode.FILE_NOT_WRITABLE,
            sentence("{path} can't be written: {strerror}", path=path, strerror=error.strerror or error),
        ) from error


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
        raise Refused(
            RefusedCode.FILE_EXISTS, sentence("{path} is there already; --force replaces it", path=path)
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
