"""What a store's path must be before SQLite opens it: a regular file that only its owner and group can access."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.sqlite.locks import LOCK_SUFFIXES

#: One page of SQLite's smallest page size.
MIN_STORE_BYTES = 512
#: How a list of PostgreSQL's options begins.
_OPTIONS = re.compile(r"\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=")


def validate_path(path: Path) -> Path:
    """The absolute path of a file that can be a store, by its name and mode. Changes nothing.

    Raises StoreUnusable for anything else.
    """
    reject_url(path)
    path = path.absolute()
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreUnusable(
            StoreCode.STORE_MISSING,
            sentence("there is no store at {path}; make one with: dutydesk --db {path} init", path=path),
        ) from error
    except (OSError, ValueError) as error:
        raise StoreUnusable(
            StoreCode.STORE_UNREACHABLE,
            sentence("{path} can't be reached ({error}); name another path", path=path, error=error),
        ) from error
    if stat.S_ISLNK(status.st_mode):
        raise StoreUnusable(
            StoreCode.STORE_IS_LINK, sentence("{path} is a symbolic link; name the store file itself", path=path)
        )
    if not stat.S_ISREG(status.st_mode):
        raise StoreUnusable(
            StoreCode.STORE_IS_NO_FILE, sentence("{path} is not a file; name the store file itself", path=path)
        )
    _reject_world_access(path, status.st_mode)
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        raise StoreUnusable(
            StoreCode.STORE_ON_READ_ONLY_DISK,
            sentence(
                "{path} is on a read-only file system; mount it for writing, or copy the store elsewhere", path=path
            ),
        )
    for right, word in ((os.R_OK, "read"), (os.W_OK, "written")):
        if not os.access(path, right) or not os.access(path.parent, right):
            raise StoreUnusable(
                StoreCode.STORE_NO_ACCESS,
                sentence("{path} can't be {word} by this user; ask an administrator for access", path=path, word=word),
            )
    _validate_companion_files(path)
    if status.st_size == 0:
        raise StoreUnusable(
            StoreCode.STORE_EMPTY,
            sentence("{path} is empty; it is no store: remove it and run init, or name another file", path=path),
        )
    if status.st_size < MIN_STORE_BYTES:
        raise StoreUnusable(
            StoreCode.NOT_A_STORE,
            sentence("{path} is no store of dutydesk, or its start is damaged; name another file", path=path),
        )
    return path


def reject_url(path: Path) -> None:
    """Refuse a URL, or the options of a database. They may hold a password, so the message does not repeat them.

    As a path a URL has one slash less.
    """
    if _OPTIONS.match(str(path)):
        raise StoreUnusable(
            StoreCode.STORE_IS_URL,
            sentence(
                "a store is a file, or a database at a postgresql:// URL, not a list of options; write "
                "postgresql://USER@HOST/NAME"
            ),
        )
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):/", str(path))
    if match:
        raise StoreUnusable(
            StoreCode.STORE_IS_URL,
            sentence(
                "a store is a file, or a database at a postgresql:// URL, not a {match} URL; give a path to --db",
                match=match[1],
            ),
        )


def _reject_world_access(path: Path, mode: int) -> None:
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise StoreUnusable(
            StoreCode.STORE_EXPOSED,
            sentence(
                "{path} is open to everyone on this machine; run: chmod o= {quoted}",
                path=path,
                quoted=shlex.quote(str(path)),
            ),
        )


def _validate_companion_files(path: Path) -> None:
    """Check SQLite's files and the lock files, which hold the same data or can block the desk."""
    for beside in companion_files(path):
        try:
            mode = beside.lstat().st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode):
            raise StoreUnusable(
                StoreCode.STORE_IS_LINK, sentence("{beside} is a symbolic link; remove it and try again", beside=beside)
            )
        if not stat.S_ISREG(mode):
            raise StoreUnusable(
                StoreCode.STORE_IS_NO_FILE, sentence("{beside} is no file; remove it and try again", beside=beside)
            )
        _reject_world_access(beside, mode)


def companion_files(path: Path) -> Iterator[Path]:
    """The files that belong to a store, whether or not they exist."""
    for suffix in ("-wal", "-shm", *LOCK_SUFFIXES):
        yield path.with_name(path.name + suffix)
