"""The keys by which records are found: for each two parts of a name, the consonants of one with those of the other.

A part may be wrong in one consonant, a long one in two, while of the other only the beginning counts, coarsely. A
record has one key for each ordered pair of its parts; whoever asks tries the neighbours of each part that the index
knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dutydesk.screening import sounds
from dutydesk.screening.names import FoldedName

#: The other part's place in the key of a name of one part only.
SINGLE_PART = 0
_BESIDE_BITS = 4 * sounds.COARSE_LENGTH
#: Tells a skeleton that makes a whole name from the same as a part: few do, and only those are looked for alone.
_LONE = 1 << 4 * (sounds.LONGEST + 1)


def key(skeleton: int, beside: int) -> int:
    """One integer below 2**60."""
    return skeleton << _BESIDE_BITS | beside


def index_part(name_key: int) -> int:
    """What the index knows a key's first part by: its skeleton, marked where it stands alone."""
    skeleton, beside = divmod(name_key, 1 << _BESIDE_BITS)
    return skeleton | _LONE if beside == SINGLE_PART else skeleton


def index_variants(known: int) -> tuple[int, ...]:
    """Under which what :func:`known_by` gives is found by whoever asks for a skeleton near to it, and itself."""
    return (*sounds.shortened_skeletons(known & ~_LONE), *((known,) if known & _LONE else ()))


def key_range(skeleton: int) -> tuple[int, int]:
    """The first and the last key of a part, whatever stands beside it."""
    return key(skeleton, 0), key(skeleton + 1, 0) - 1


def keys_of(names: Iterable[FoldedName]) -> tuple[int, ...]:
    """Under which a person is filed."""
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


def near_skeletons(skeleton: int, known: Iterable[int]) -> tuple[int, ...]:
    """Those that the index knows and that are near enough: one consonant apart, or two where it is long."""
    others = list(known)
    allowed = 2 if sounds.is_long(skeleton) else 1
    figures = [hex(other & ~_LONE) for other in others]
    found = process.extract(hex(skeleton), figures, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return tuple(others[place] for _, _, place in found)


def lookup_keys(parts: Sequence[str], neighbours: Mapping[int, Iterable[int]]) -> list[int]:
    """The keys under which whoever is asked for may be filed. ``neighbours``: of each skeleton those near it."""
    found: list[int] = []
    for place, part in enumerate(parts):
        others = (*parts[:place], *parts[place + 1 :])
        besides = {beside for other in others for beside in sounds.coarse_skeletons(other)}
        for skeleton in sounds.skeletons(part):
            near = neighbours[skeleton]
            found += [each << _BESIDE_BITS | beside for each in near if each < _LONE for beside in besides]
            found += [key(each & ~_LONE, SINGLE_PART) for each in near if each >= _LONE]
    return found
