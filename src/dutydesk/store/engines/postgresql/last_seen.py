"""What this box has seen of its store, kept in its home: a process that starts later knows an old primary by it."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

#: The file in the home of a box, beside the one that holds the URL.
LAST_SEEN_FILE: Final = "primary-last-seen"
_MOST_BYTES: Final = 1_024


@value(frozen=True, slots=True)
class SeenPrimary:
    """``timeline`` counts the promotions of the cluster ``system``; ``head`` is the ``seq`` of the last event."""

    system: str
    timeline: int
    store: str
    head: int


class LastSeen:
    """The file of one box. ``place`` is the file that stands for the database."""

    def __init__(self, place: Path) -> None:
        self.path = place.with_name(LAST_SEEN_FILE)

    def read(self) -> SeenPrimary | None:
        """``None`` where nothing was kept. Raises StoreUnusable where it can't be read."""
        try:
            with self.path.open("rb") as file:
                return _parse(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreUnusable(
                StoreCode.HOME_UNUSABLE,
                sentence(
                    "{path}, which says how far this box has seen the log, can't be read; make sure that the server is "
                    "the primary, and remove the file",
                    path=self.path,
                ),
            ) from error

    def require_no_older(self, reached: SeenPrimary) -> None:
        """Raises StoreUnusable for an old primary, or for an older state of the store that the box has seen."""
        seen = self.read()
        if seen is None or seen.store != reached.store:
            return
        if reached.system == seen.system and reached.timeline < seen.timeline:
            raise StoreUnusable(
                StoreCode.STORE_OLDER,
                sentence(
                    "the server is an old primary, whose place another has taken; nothing was written: stop it, or "
                    "remove {path} if it was restored to be the primary again",
                    path=self.path,
                ),
            )
        if reached.head < seen.head:
            raise StoreUnusable(
                StoreCode.STORE_OLDER,
                sentence(
                    "the store ends at event {head}, and this box has seen event {seen}: the server is an old primary "
                    "or a restored one; nothing was written: stop it, or remove {path} if it was restored on purpose",
                    head=reached.head,
                    seen=seen.head,
                    path=self.path,
                ),
            )

    def keep(self, reached: SeenPrimary) -> None:
        """Never less than what another process of this box has kept. A home that can't be written keeps nothing."""
        with suppress(OSError, StoreUnusable):
            if not self._is_known(reached):
                self._write(reached)

    def _is_known(self, reached: SeenPrimary) -> bool:
        seen = self.read()
        if seen is None or (seen.store, seen.system) != (reached.store, reached.system):
            return False
        return (seen.timeline, seen.head) >= (reached.timeline, reached.head)

    def _write(self, reached: SeenPrimary) -> None:
        kept = {
            "system": reached.system,
            "timeline": reached.timeline,
            "store": reached.store,
            "head": reached.head,
        }
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(f"{json.dumps(kept)}\n")
            draft.replace(self.path)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _parse(content: bytes) -> SeenPrimary:
    """Raises ValueError."""
    kept = json.loads(content)
    match kept:
        case {"system": str(system), "timeline": int(timeline), "store": str(store), "head": int(head)}:
            return SeenPrimary(system, timeline, store, head)
    raise ValueError("no such record")
