"""The keys of the record index: the consonants of one part of a name with those of another part.

A search tolerates one wrong consonant in a part, two in a long one; of the other part only the coarse beginning counts.
A record has one key for each ordered pair of its parts; a search tries the neighbours of each part that the index
knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dutydesk.screening import sounds
from dutydesk.screening.names import FoldedName

#: The place of the other part in the key of a name of only one part.
SINGLE_PART = 0
_BESIDE_BITS = 4 * sounds.COARSE_LENGTH
#: Marks a skeleton that is a whole name, so that the few of these are searched separately.
_LONE = 1 << 4 * (sounds.LONGEST + 1)


def key(skeleton: int, beside: int) -> int:
    """One integer below 2**60."""
    return skeleton << _BESIDE_BITS | beside


def index_part(name_key: int) -> int:
    """The index entry of a key's first part: its skeleton, marked if it is a whole name."""
    skeleton, beside = divmod(name_key, 1 << _BESIDE_BITS)
    return skeleton | _LONE if beside == SINGLE_PART else skeleton


def index_variants(known: int) -> tuple[int, ...]:
    """The entry itself and the variants under which a search for a near skeleton finds it."""
    return (*sounds.shortened_skeletons(known & ~_LONE), *((known,) if known & _LONE else ()))


def key_range(skeleton: int) -> tuple[int, int]:
    """The first and the last key of a part, with any other part."""
    return key(skeleton, 0), key(skeleton + 1, 0) - 1


def keys_of(names: Iterable[FoldedName]) -> tuple[int, ...]:
    """The keys that a person is filed under."""
    found: set[int] = set()
    for name in names:
        parts = name.parts
        if len(parts) == 1:
            found |= {key(skeleton, SINGLE_PART) for skeleton in sounds.skeletons(parts[0])}
        for one, other in permutations(parts, 2):
            found |= {
                key(skeleton, beside) for skeleton in sounds.skeletons(one) for beside in sounds.coarse_skeletons(other)
            }
    return tuple(sorted(found))


def skeletons_of(parts: Iterable[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(skeleton for part in parts for skeleton in sounds.skeletons(part)))


class Near(NamedTuple):
    """The known skeletons near one: those of parts, as keys that lack what is beside, and the keys of whole names."""

    parts: tuple[int, ...]
    whole_names: tuple[int, ...]


def near_skeletons(skeleton: int, known: Iterable[int]) -> Near:
    """The known skeletons that are near: one consonant apart, two if the skeleton is long."""
    others = list(known)
    allowed = 2 if sounds.is_long(skeleton) else 1
    figures = [hex(other & ~_LONE) for other in others]
    found = process.extract(hex(skeleton), figures, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    near = [others[place] for _, _, place in found]
    return Near(
        tuple([each << _BESIDE_BITS for each in near if each < _LONE]),
        tuple([key(each & ~_LONE, SINGLE_PART) for each in near if each >= _LONE]),
    )


def lookup_keys(parts: Sequence[str], neighbours: Mapping[int, Near]) -> list[int]:
    """The keys under which the wanted person may be filed. ``neighbours`` has the near skeletons of each skeleton."""
    found: list[int] = []
    for place, part in enumerate(parts):
        others = (*parts[:place], *parts[place + 1 :])
        besides = {beside for other in others for beside in sounds.coarse_skeletons(other)}
        for skeleton in sounds.skeletons(part):
            near = neighbours[skeleton]
            found += [one | beside for beside in besides for one in near.parts]
            found += near.whole_names
    return found


def keys_of_one_part(parts: Sequence[str]) -> list[int]:
    """The keys of persons one of whose parts has these consonants, and another nearly the same coarse beginning."""
    return [
        key(skeleton, beside)
        for one, other in permutations(parts, 2)
        for skeleton in sounds.skeletons(one)
        for beside in sounds.near_coarse_skeletons(other)
    ]
