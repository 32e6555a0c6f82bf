"""The order in which persons are compared: by the similarity of their names in sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from rapidfuzz.fuzz import ratio

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening.score import SoughtPerson, closest_names, phonetic_name

#: A record's number, its names by their sound, one per line, and its birth.
SoundRow = tuple[int, str, str]

#: Least similarity in sound, in points, at which a name is compared.
MINIMUM_SOUND_SCORE = 58.0
_NEXT_YEAR, _OTHER_YEAR = 10.0, 25.0
#: How much of a rank is the similarity of the parts that both names have; the rest is that of the whole names. Of a
#: longer name only its parts count, because parts are left out more often than added.
_OF_PARTS = 0.75

Rank = TypeVar("Rank", int, float)


def rank_by_name(found: list[SoundRow], sought: SoughtPerson) -> list[int]:
    """Rank persons by the similarity of their names; among equal names, the same year of birth comes first."""
    ranks = _ranks(found, sought, by_whole_name=False)
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def rank_records(found: list[SoundRow], sought: SoughtPerson) -> dict[int, int]:
    """The records in the order of the similarity of their names, each with its rank in whole points.

    A name that lacks a part of the wanted one, as many do, comes after an equal one.
    """
    ranks = _ranks(found, sought, by_whole_name=True)
    return {number: round(rank) for number, rank in sorted_ranks(ranks).items()}


def sorted_ranks(ranks: Mapping[int, Rank]) -> dict[int, Rank]:
    """The highest first; of equal ones the oldest record."""
    return {number: ranks[number] for number in sorted(ranks, key=lambda number: (-ranks[number], number))}


def _ranks(found: list[SoundRow], sought: SoughtPerson, by_whole_name: bool) -> dict[int, float]:
    owners: list[tuple[int, str]] = []
    heard: list[str] = []
    for number, sound_lines, born in found:
        record_sounds = sound_lines.split("\n")
        owners += [(number, born)] * len(record_sounds)
        heard += record_sounds
    ranks: dict[int, float] = {}
    for reading in sought.names:
        whole = phonetic_name(reading)
        turned, spaces = " ".join(whole.split()[::-1]), whole.count(" ")
        for index, points in closest_names(reading, heard, MINIMUM_SOUND_SCORE).items():
            number, born = owners[index]
            other = heard[index]
            if by_whole_name and other.count(" ") <= spaces:
                points = _OF_PARTS * points + (1.0 - _OF_PARTS) * max(ratio(whole, other), ratio(turned, other))
            rank = points - _birth_year_penalty(sought.birth, born)
            ranks[number] = max(rank, ranks.get(number, rank))
    return ranks


def _birth_year_penalty(birth: PartialDate | None, born: str) -> float:
    """Return the points that a different year of birth takes from a rank; 0 where either year is unknown."""
    if birth is None or not born or born[:4] == f"{birth.year:04d}":
        return 0.0
    return _NEXT_YEAR if abs(int(born[:4]) - birth.year) == 1 else _OTHER_YEAR
