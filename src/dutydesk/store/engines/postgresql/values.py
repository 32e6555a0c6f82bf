"""Values with the Python types that the store has with every engine: whole numbers, floats, text and bytes."""

from __future__ import annotations

from typing import Any, Final

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.numeric import Int8Dumper


class WholeNumberLoader(Loader):
    """``sum()`` of whole numbers comes as ``numeric``, and is one; anything else is a float."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class FlagLoader(Loader):
    """A condition is 1 or 0."""

    def load(self, data: Buffer) -> int:
        return 1 if bytes(data) == b"t" else 0


class FlagDumper(Int8Dumper):
    """A flag is stored as 1 or 0."""

    def dump(self, obj: Any) -> Buffer | None:
        return b"1" if obj else b"0"


#: Kinds of values by the names that PostgreSQL has for them.
_LOADERS: Final[dict[str, type[Loader]]] = {"bool": FlagLoader, "numeric": WholeNumberLoader}


def adapt_values(adapters: AdaptersMap) -> None:
    """Have a connection, or all that follow, give and take the store's values."""
    for name, loader in _LOADERS.items():
        adapters.register_loader(name, loader)
    # One size, else each statement would be prepared once for each size of each of its numbers.
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, FlagDumper)
