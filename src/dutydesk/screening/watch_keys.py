"""The keys of the watch list: the persons of registers and of refused items, whom every message is compared with.

They are fewer than those of the record index, and are looked up without reading its neighbours, because each message
pays for them. Two names share a key if one part of each has the same coarse consonants, and another part begins or
ends alike; or if one part has the same coarse consonants and both persons are born on the same day of a year. One
wrong letter leaves one of these.

A key also names whose messages it is looked up for, its scope: a bureau's, or everyone's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations
from zlib import crc32

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening import sounds
from dutydesk.screening.names import FoldedName

#: The scope of a person whom everyone's messages are compared with.
EVERYONE = ""
_SCOPE_SHIFT = 36
_PART_SHIFT = 12
#: The tail of the key of a name of only one part.
_LONE = 0
#: Added to the tail that stands for a day of the year; lower tails stand for another part's first or last consonant.
_DAY = 512
#: Marks the key of a whole name or of a document's number.
_EXACT = 1 << 61


@lru_cache(maxsize=1_024)
def scope_base(scope: str) -> int:
    """The scope's place in a key; ``scope`` is a bureau's code of up to three letters or figures, or ``EVERYONE``."""
    return int.from_bytes(scope.encode(), "big") << _SCOPE_SHIFT


def watch_keys(names: Iterable[FoldedName], birth: PartialDate | None) -> frozenset[int]:
    """The keys, without a scope, that a person is filed under."""
    found: set[int] = set()
    for name in names:
        parts = name.parts
        if len(parts) == 1:
            found.update(coarse << _PART_SHIFT | _LONE for coarse in sounds.coarse_skeletons(parts[0]))
        for one, other in permutations(parts, 2):
            tails = _tails(other)
            for coarse in sounds.coarse_skeletons(one):
                found.update([coarse << _PART_SHIFT | tail for tail in tails])
        day = _day_tail(birth)
        if day is not None:
            found.update(coarse << _PART_SHIFT | day for part in parts for coarse in sounds.coarse_skeletons(part))
    return frozenset(found)


def sought_keys(names: Iterable[FoldedName], birth: PartialDate | None) -> frozenset[int]:
    """The keys, without a scope, under which a person may be filed, except those of :func:`lone_ranges`."""
    every = tuple(names)
    lone = {
        coarse << _PART_SHIFT | _LONE
        for name in every
        for part in name.parts
        for coarse in sounds.coarse_skeletons(part)
    }
    return watch_keys(every, birth) | lone


def lone_ranges(names: Iterable[FoldedName]) -> list[tuple[int, int]]:
    """The ranges of keys, without a scope, that a name of only one part shares with longer names."""
    coarse = {skeleton for name in names if len(name.parts) == 1 for skeleton in sounds.coarse_skeletons(name.parts[0])}
    return [(skeleton << _PART_SHIFT, skeleton << _PART_SHIFT | _DAY - 1) for skeleton in sorted(coarse)]


@lru_cache(maxsize=8_192)
def _tails(part: str) -> tuple[int, ...]:
    """What stands for the first and for the last coarse consonant of a part."""
    found = []
    for coarse in sounds.coarse_skeletons(part):
        first = coarse
        while first > 0xF:
            first >>= 4
        found += [first << 1, (coarse & 0xF) << 1 | 1]
    return tuple(dict.fromkeys(found))


def _day_tail(birth: PartialDate | None) -> int | None:
    if birth is None or birth.month is None or birth.day is None:
        return None
    return _DAY | birth.month << 5 | birth.day


def exact_key(mark: str) -> int:
    """The key, without a scope, of a whole name or a document's number, as the store keeps it for exact comparison.

    Two texts may have the same key, which must then be compared themselves.
    """
    return _EXACT | crc32(mark.encode(errors="surrogatepass"))
