"""The keys of the watch list: the persons of registers and of refused items, whom every message is compared with.

They are fewer than those of the record index, and are looked up without reading its neighbours, because each message
pays for them. Two persons share a key

- if a part of their names has the same coarse consonants, another part begins or ends alike, and they are born in the
  same year, or one of them has no birth;
- if a part has the same coarse consonants, and they are born on the same day of any year.

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
#: Marks the key of a whole name or of a document's number.
_EXACT = 1 << 61


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
    return frozenset(found).union(_day_keys(names, birth))


def sought_keys(names: Collection[FoldedName], birth: PartialDate) -> tuple[list[int], list[int]]:
    """The keys, without a scope, under which a person of this birth may be filed, except those of ranges.

    First the many; then those of persons without a birth or with a name of one part, who are few. Every message pays
    for them, so that they are put together from what is remembered of each part.
    """
    year, day = _year(birth.year), _day(birth)
    years = (year,) if birth.month is not None else (year, year - 1, year + 1)
    many: list[int] = []
    few: list[int] = []
    for name in names:
        for place, part in enumerate(name.parts):
            heads = _heads(part)
            few += [head | known for head in heads for known in (*years, _NO_YEAR)]
            if day is not None:
                many += [head | day for head in heads]
            for other in name.parts[:place] + name.parts[place + 1 :]:
                pair = [head | tail for tail in _tails(other) for head in heads]
                few += pair
                many += [key | known for key in pair for known in years]
    return (many, few) if len(names) == 1 else (list(dict.fromkeys(many)), list(dict.fromkeys(few)))


def is_of_few(key: int) -> bool:
    """Whether a key, with or without a scope, is that of a person without a birth, or of a name of one part."""
    tail = key & (1 << _PART_SHIFT) - 1
    return not key & _EXACT and (tail >> _TAIL_SHIFT == _LONE or not tail & _ANY_YEAR)


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


def _year(year: int) -> int:
    return min(max(year - _FIRST_YEAR, 2), _ANY_YEAR - 1)


def _pairs(names: Iterable[FoldedName]) -> set[int]:
    return {key for name in names for one, other in permutations(name.parts, 2) for key in _pair(one, other)}


def _pair(one: str, other: str) -> list[int]:
    """The keys of a part beside the first and the last coarse consonant of another, without a year."""
    return [head | tail for head in _heads(one) for tail in _tails(other)]


@lru_cache(maxsize=8_192)
def _heads(part: str) -> tuple[int, ...]:
    """What the keys of a part begin with; each is the key of the part as if it were the whole name, without a year."""
    return tuple(coarse << _PART_SHIFT | _LONE << _TAIL_SHIFT for coarse in sounds.coarse_skeletons(part))


@lru_cache(maxsize=8_192)
def _tails(part: str) -> tuple[int, ...]:
    """What the keys of a part beside this one have in their middle."""
    found = []
    for sound in sounds.sounds(part):
        coarse = sounds.merge_consonants(sounds.consonants(sound))
        found += [sounds.pack(coarse[:1]) << 1, sounds.pack(coarse[-1:]) << 1 | 1]
    return tuple(tail << _TAIL_SHIFT for tail in dict.fromkeys(found))


def _lone_keys(name: FoldedName) -> list[int]:
    """The key of each part as if it were the whole name, without a year."""
    return [key for part in name.parts for key in _heads(part)]


def _day_keys(names: Iterable[FoldedName], birth: PartialDate | None) -> list[int]:
    day = None if birth is None else _day(birth)
    return [] if day is None else [key | day for name in names for key in _lone_keys(name)]


def _day(birth: PartialDate) -> int | None:
    """A day of any year, as it stands in a key."""
    return None if birth.month is None or birth.day is None else _DAY | birth.month << 5 | birth.day
