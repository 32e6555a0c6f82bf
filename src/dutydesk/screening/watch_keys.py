"""The keys of the watch list: the persons of registers and of refused items, whom every message is compared with.

They are fewer than those of the record index, and are looked up without reading its neighbours, because each message
pays for them. Two persons share a key

- if a part of their names has the same coarse consonants, another part begins or ends alike, and they are born in the
  same year as far as that is known;
- if a part has the same coarse consonants, and they are born on the same day of any year;
- where one has no birth: if a part has the same coarse consonants, and another the same but for one.

One wrong letter leaves one of these. A key also names whose messages it is looked up for, its scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import permutations
from zlib import crc32

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening import sounds
from dutydesk.screening.names import FoldedName

#: The scope of a person whom everyone's messages are compared with.
EVERYONE = ""
_SCOPE_SHIFT = 38
_PART_SHIFT = 14
#: What follows a part in its key: another part's first or last consonant from 2 on, with a year of birth; or a day.
_TAIL_SHIFT = 9
_LONE, _DAY = 0, 1 << _TAIL_SHIFT
_ANY_YEAR = (1 << _TAIL_SHIFT) - 1
_FIRST_YEAR = 1_800
_NO_YEAR = 0
#: Marks the key of someone without a birth, and that of a whole name or of a document's number.
_BIRTHLESS, _EXACT = 1 << 60, 1 << 61
_BIRTHLESS_BITS = (1 << _SCOPE_SHIFT) - 1
#: Mixes two skeletons into one key: odd numbers whose bits are spread evenly.
_MIX_ONE, _MIX_OTHER = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F


@lru_cache(maxsize=1_024)
def scope_base(scope: str) -> int:
    """The scope's place in a key; ``scope`` is a bureau's code of up to three letters or figures, or ``EVERYONE``."""
    return (int(scope, 36) + 1 if scope else 0) << _SCOPE_SHIFT


def filed_keys(names: Collection[FoldedName], birth: PartialDate | None) -> frozenset[int]:
    """The keys, without a scope, that a person is filed under."""
    years = [_NO_YEAR] if birth is None else [_year(birth.year)]
    if birth is not None and birth.month is None:
        years += [years[0] - 1, years[0] + 1]
    found = {pair | year for pair in _pairs(names) for year in years}
    found.update(lone | year for name in names if len(name.parts) == 1 for lone in _lone_keys(name) for year in years)
    return frozenset(found).union(_day_keys(names, birth), birthless_keys(names) if birth is None else ())


def sought_keys(names: Collection[FoldedName], birth: PartialDate) -> list[int]:
    """The keys, without a scope, under which a person of this birth may be filed, except those of ranges.

    Every message pays for them, so that they are put together from parts that are remembered.
    """
    year = _year(birth.year)
    years = (year,) if birth.month is not None else (year, year - 1, year + 1)
    day = _day(birth)
    found: list[int] = []
    for name in names:
        for one, other in permutations(name.parts, 2):
            pair = _pair(one, other)
            for known in years:
                found += [key | known for key in pair]
            found += _birthless_pair(one, other)
        for part in name.parts:
            for key in _lone_part(part):
                found += [key | known for known in (*years, _NO_YEAR)]
                if day is not None:
                    found.append(key | day)
    return found if len(names) == 1 else list(dict.fromkeys(found))


def sought_ranges(names: Collection[FoldedName], birth: PartialDate | None) -> list[tuple[int, int]]:
    """The ranges of keys, without a scope, first and last.

    A name of only one part shares its part with any longer name; someone without a birth may be born in any year.
    """
    ranges: list[tuple[int, int]] = []
    if birth is None:
        starts = {*_pairs(names), *(lone for name in names for lone in _lone_keys(name))}
        ranges += [(start, start | _ANY_YEAR) for start in sorted(starts)]
    lone = {key for name in names if len(name.parts) == 1 for key in _lone_keys(name)}
    return ranges + [(key, key | (1 << _PART_SHIFT) - 1) for key in sorted(lone)]


def exact_key(mark: str) -> int:
    """The key, without a scope, of a whole name or a document's number, as the store keeps it for exact comparison.

    Two texts may have the same key, which must then be compared themselves.
    """
    return _EXACT | crc32(mark.encode(errors="surrogatepass"))


def birthless_keys(names: Iterable[FoldedName]) -> frozenset[int]:
    """The keys, without a scope, by which someone without a birth and one with a birth find each other."""
    return frozenset(
        key for name in names for one, other in permutations(name.parts, 2) for key in _birthless_pair(one, other)
    )


def _year(year: int) -> int:
    return min(max(year - _FIRST_YEAR, 2), _ANY_YEAR - 1)


def _pairs(names: Iterable[FoldedName]) -> set[int]:
    return {key for name in names for one, other in permutations(name.parts, 2) for key in _pair(one, other)}


@lru_cache(maxsize=8_192)
def _pair(one: str, other: str) -> tuple[int, ...]:
    """The keys of a part beside the first and the last coarse consonant of another, without a year."""
    return tuple(
        coarse << _PART_SHIFT | tail << _TAIL_SHIFT for coarse in sounds.coarse_skeletons(one) for tail in _tails(other)
    )


@lru_cache(maxsize=8_192)
def _tails(part: str) -> tuple[int, ...]:
    found = []
    for sound in sounds.sounds(part):
        coarse = sounds.merge_consonants(sounds.consonants(sound))
        found += [sounds.pack(coarse[:1]) << 1, sounds.pack(coarse[-1:]) << 1 | 1]
    return tuple(dict.fromkeys(found))


def _lone_keys(name: FoldedName) -> list[int]:
    """The key of each part as if it were the whole name, without a year."""
    return [key for part in name.parts for key in _lone_part(part)]


@lru_cache(maxsize=8_192)
def _lone_part(part: str) -> tuple[int, ...]:
    return tuple(coarse << _PART_SHIFT | _LONE << _TAIL_SHIFT for coarse in sounds.coarse_skeletons(part))


def _day_keys(names: Iterable[FoldedName], birth: PartialDate | None) -> list[int]:
    day = None if birth is None else _day(birth)
    return [] if day is None else [key | day for name in names for key in _lone_keys(name)]


def _day(birth: PartialDate) -> int | None:
    """A day of any year, as it stands in a key."""
    return None if birth.month is None or birth.day is None else _DAY | birth.month << 5 | birth.day


@lru_cache(maxsize=8_192)
def _birthless_pair(one: str, other: str) -> tuple[int, ...]:
    return tuple(
        _BIRTHLESS | (coarse * _MIX_ONE ^ less * _MIX_OTHER) >> 13 & _BIRTHLESS_BITS
        for coarse in sounds.coarse_skeletons(one)
        for less in _shortened(other)
    )


@lru_cache(maxsize=8_192)
def _shortened(part: str) -> tuple[int, ...]:
    """The coarse consonants of a part, whole and without one of them; a single one stays."""
    found: dict[int, None] = {}
    for sound in sounds.sounds(part):
        coarse = sounds.merge_consonants(sounds.consonants(sound))[: sounds.COARSE_LENGTH]
        found[sounds.pack(coarse)] = None
        if len(coarse) > 1:
            found |= dict.fromkeys(sounds.pack(coarse[:at] + coarse[at + 1 :]) for at in range(len(coarse)))
    return tuple(found)
