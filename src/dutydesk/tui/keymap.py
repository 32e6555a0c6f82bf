"""Keys that a desk has moved: ``[keys]`` in its settings, by the ids of the key table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dutydesk.domain.errors import BadCall
from dutydesk.tui.keys import KEYS, Key, Where

_DEFAULTS = dict(KEYS)
#: Without these nobody gets out of a dialog, or out of the console.
FIXED = frozenset({"dialog.submit", "dialog.cancel", "desk.quit", "desk.back", "desk.help"})


def use(moved: Mapping[str, str]) -> None:
    """Shows the moved keys in footer, help and palette. Raises BadCall, naming the id, for a map that can't be."""
    table = {place: tuple(_moved(key, moved) for key in keys) for place, keys in _DEFAULTS.items()}
    known = {key.id for keys in _DEFAULTS.values() for key in keys}
    for name in moved:
        if name not in known:
            raise BadCall(f"desk.toml, [keys]: {name!r} is no key's id; ids are {', '.join(sorted(known))}")
        if name in FIXED:
            raise BadCall(f"desk.toml, [keys]: {name} can't be moved")
    for place in table:
        _refuse_clash(place, table, moved)
    KEYS.update(table)


def _moved(key: Key, moved: Mapping[str, str]) -> Key:
    to = moved.get(key.id)
    return key if to is None else replace(key, keys=to, shown=to.replace(",", ", "))


def _refuse_clash(place: Where, table: Mapping[Where, tuple[Key, ...]], moved: Mapping[str, str]) -> None:
    """A moved key must be free in its own place and everywhere."""
    for key in table[place]:
        if key.id not in moved:
            continue
        for other in _beside(place, table):
            taken = set(key.keys.split(",")) & set(other.keys.split(","))
            if other.id != key.id and taken:
                raise BadCall(
                    f"desk.toml, [keys]: {key.id} can't be {', '.join(sorted(taken))}, which is {other.id} already"
                )


def _beside(place: Where, table: Mapping[Where, tuple[Key, ...]]) -> Iterator[Key]:
    for other, keys in table.items():
        if other in (place, Where.EVERYWHERE) or place is Where.EVERYWHERE:
            yield from keys
