"""Ways in which the benchmark gets a person's name wrong; ``None`` where a name can't be wrong in such a way."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from dutydesk_bench.sample_people import SamplePerson, mistype

CYRILLIC = frozenset(("RU", "UA", "BY", "KZ"))
ARABIC = frozenset(("EG", "SY", "MA", "DZ", "IQ"))


def _without_given(rng: Random, one: SamplePerson) -> str | None:
    """One of two given names left out, or one of two family names."""
    given, family = list(one.given), list(one.family)
    parts = given if len(given) > 1 else family
    if len(parts) < 2:
        return None
    del parts[rng.randrange(len(parts))]
    return " ".join(word.latin for word in (*given, *family))


def _without_family(_rng: Random, one: SamplePerson) -> str | None:
    return " ".join(word.latin for word in one.given) if len(one.given) > 1 else None


def _other_spelling(one: SamplePerson) -> str | None:
    name = one.full_name(lambda word: word.other)
    return name if name != one.full_name() else None


def _with_particle(rng: Random, one: SamplePerson) -> str:
    first, *rest = one.full_name().split()
    return " ".join((first, rng.choice(("de la", "van der", "al", "bin", "von")), *rest))


MISSPELLINGS: dict[str, Callable[[Random, SamplePerson], str | None]] = {
    "written the same": lambda _rng, one: one.full_name(),
    "one letter wrong": lambda rng, one: mistype(rng, one.full_name(), 1),
    "two letters wrong in one part of six or more": lambda rng, one: mistype(rng, one.full_name(), 2, 6),
    "two letters wrong in one part of four or more": lambda rng, one: mistype(rng, one.full_name(), 2),
    "family name first": lambda _rng, one: " ".join(one.full_name().split()[::-1]),
    "one of two given or two family names left out": _without_given,
    "the family name left out, which leaves what many share": _without_family,
    "otherwise transliterated, or without diacritics": lambda _rng, one: _other_spelling(one),
    "Cyrillic by a third scheme (as ISO 9)": lambda _rng, one: (
        one.full_name(lambda word: word.third) if one.nationality in CYRILLIC else None
    ),
    "in Cyrillic": lambda _rng, one: one.full_name(lambda word: word.original) if one.nationality in CYRILLIC else None,
    "in Arabic, of records that have it in Latin only": lambda _rng, one: (
        one.full_name(lambda word: word.original) if one.nationality in ARABIC else None
    ),
    "Arabic names by a French scheme": lambda _rng, one: _other_spelling(one) if one.nationality in ARABIC else None,
    "with a particle": _with_particle,
}
