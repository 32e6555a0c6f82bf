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
ALONE = 0
_BESIDE_BITS = 4 * sounds.COARSE_LENGTH


def key(skeleton: int, beside: int) -> int:
    """One integer below 2**60."""
    return skeleton << _BESIDE_BITS | beside


def skeleton_in(mark: int) -> int:
    return mark >> _BESIDE_BITS


def span(skeleton: int) -> tuple[int, int]:
    """The first and the last key of a part, whatever stands beside it."""
    return key(skeleton, 0), key(skeleton + 1, 0) - 1


def keys_of(names: Iterable[FoldedName]) -> tuple[int, ...]:
    """Under which a person is filed."""
    found: set[int] = set()
    for name in names:
        parts = name.parts
        if len(parts) == 1:
            found |= {key(skeleton, ALONE) for skeleton in sounds.skeletons(parts[0])}
        for one, other in permutations(parts, 2):
            found |= {key(skeleton, beside) for skeleton in sounds.skeletons(one) for beside in sounds.coarse(other)}
    return tuple(sorted(found))


def skeletons_of(parts: Iterable[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(skeleton for part in parts for skeleton in sounds.skeletons(part)))


def near(skeleton: int, known: Iterable[int]) -> tuple[int, ...]:
    """Those of the index's skeletons that are near enough: one consonant apart, or two where it is long."""
    others = list(known)
    allowed = 2 if sounds.is_long(skeleton) else 1
    figures = list(map(hex, others))
    found = process.extract(hex(skeleton), figures, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return tuple(others[place] for _, _, place in found)


def probes(parts: Sequence[str], neighbours: Mapping[int, Iterable[int]]) -> list[int]:
    """The keys under which whoever is asked for may be filed. ``neighbours``: of each skeleton those near it."""
    found: list[int] = []
    for place, part in enumerate(parts):
        others = (*parts[:place], *parts[place + 1 :])
        besides = {ALONE, *(beside for other in others for beside in sounds.coarse(other))}
        for skeleton in sounds.skeletons(part):
            found += [near << _BESIDE_BITS | beside for near in neighbours[skeleton] for beside in besides]
    return found
