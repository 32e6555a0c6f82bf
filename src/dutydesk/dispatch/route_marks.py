"""Which route an outbox folder is for, as a file in it says: boxes that share a disk could name one for two routes.

The dispatcher of each would take the other's unfinished segments for its own. Streams need no such file: each bureau
has a subject by itself.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dutydesk.dispatch.durable import error_words, open_regular
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import InvalidRequest, StoreUnusable
from dutydesk.language.sentences import sentence

#: Beside the folders of the bureaus; a reader of the outbox passes over names with a dot in front.
MARK: Final = ".route"
_MODE: Final = 0o660
_MOST_BYTES: Final = 64


def is_marked(folder: Path) -> bool:
    """Whether it says whose outbox it is, or something that is no mark stands in its place."""
    return os.path.lexists(folder / MARK)


def require_unclaimed(folder: Path, route: str) -> None:
    """Raises InvalidRequest for the outbox of another route, StoreUnusable where the mark can't be read."""
    with _as_faults(folder):
        _require_own(folder, route, _marked_route(folder) or route)


def claim_outbox(folder: Path, route: str) -> None:
    """Mark the folder as this route's outbox, unless it is already.

    Raises InvalidRequest where it is another route's, StoreUnusable where the mark can't be read or written.
    """
    with _as_faults(folder):
        _require_own(folder, route, _marked_route(folder) or _mark(folder, route))


@contextmanager
def _as_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnusable(
            StoreCode.OUTBOX_UNUSABLE,
            sentence("the outbox {outbox} can't be used: {error}", outbox=folder, error=error_words(error)),
        ) from error


def _require_own(folder: Path, route: str, marked: str | None) -> None:
    if marked != route:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ROUTES,
            sentence(
                "the outbox {outbox} is that of the route {marked}; name another for {route}, or remove the file "
                "{mark} from it once nothing of {marked} is being sent",
                outbox=folder,
                marked=marked,
                route=route,
                mark=MARK,
            ),
        )


def _marked_route(folder: Path) -> str | None:
    try:
        with open_regular(folder / MARK) as file:
            return file.read(_MOST_BYTES).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None


def _mark(folder: Path, route: str) -> str | None:
    """Write the mark whole, or leave the one that another box was first to write; return which it is."""
    draft = folder / f"{MARK}.{secrets.token_hex(6)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE), "w") as file:
            file.write(f"{route}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            (folder / MARK).hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:  # a file system without such links
            draft.replace(folder / MARK)
    finally:
        draft.unlink(missing_ok=True)
    return _marked_route(folder)
