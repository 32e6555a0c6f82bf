"""What an old store still has of contents that the log names by a digest only: taken where it is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.proof.projection.said import UNSAID
from dutydesk.store.tables import old_rows

if TYPE_CHECKING:
    from dutydesk.domain.proof.projection.said import Column
    from dutydesk.store.engine.reader import Handle

MOST_NAMED: Final = 1_000


@dataclass(slots=True)
class Salvage:
    """Reads the old store; ``None`` where there is none. ``lost`` names what could not be had, ``counts`` all of it."""

    old: Handle | None
    lost: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def lose(self, what: str, words: str) -> None:
        """Notes something that could not be had; ``what`` is its kind."""
        self.counts[what] += 1
        if len(self.lost) < MOST_NAMED:
            self.lost.append(f"{what}: {words}")

    def row(self, table: str, **key: object) -> Mapping[str, Any] | None:
        """The old store's row of that key; ``None`` where it has none, or can't be read there."""
        return None if self.old is None else old_rows.find(self.old, table, key)

    def text(self, table: str, column: str, digest: Column, **key: object) -> str | None:
        """A text of the old store whose digest is that of the log."""
        return self._same(table, column, digest, digest_of, key)

    def hashed_text(self, table: str, column: str, digest: Column, **key: object) -> str | None:
        """The same for a text that the log has the whole SHA-256 of."""
        return self._same(table, column, digest, lambda text: sha256(text.encode()).hexdigest(), key)

    def _same(
        self, table: str, column: str, digest: Column, make: Callable[[str], str], key: Mapping[str, object]
    ) -> str | None:
        row = self.row(table, **key)
        text = None if row is None else row[column]
        if not isinstance(text, str) or (digest is not UNSAID and make(text) != digest):
            return None
        return text

    def raw(self, item: int, version: int, digest: Column) -> bytes | None:
        """The bytes of a body, where they are those that were received."""
        row = self.row("body", item=item, version=version)
        raw = None if row is None else row["raw"]
        return raw if isinstance(raw, bytes) and sha256(raw).hexdigest() == digest else None

    def filled(self, table: str, values: Mapping[str, Column], **key: object) -> dict[str, object]:
        """The values of a row; what an earlier release did not log is taken from the old store as it stands there."""
        if UNSAID not in values.values():
            return dict(values)
        row = self.row(table, **key) or {}
        unsaid = [column for column, value in values.items() if value is UNSAID]
        self.lose("not in the log", f"{table} {' '.join(map(str, key.values()))}: {', '.join(unsaid)}")
        return {column: row.get(column) if value is UNSAID else value for column, value in values.items()}
