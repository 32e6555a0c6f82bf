"""Phrases of the bureaus: the structure of the phrase books for the four languages of the wire.

Phrases may contain ``{town}``, ``{month}``, ``{year}``, ``{number}`` and ``{amount}``.
"""

from __future__ import annotations

from typing import Protocol

from dutydesk.domain.frozen import value


class RandomSource(Protocol):
    """The random functions that a phrase needs."""

    def randrange(self, start: int, stop: int) -> int: ...


@value(frozen=True, slots=True)
class Crime:
    """An invented case; ``months`` is the maximum penalty."""

    category: str
    charge: str
    law: str
    months: int
    facts: str


@value(frozen=True, slots=True)
class PhraseBook:
    """The phrases of one language.

    ``crimes`` are serious ordinary-law crimes. ``excluded`` are conduct for which no red notice is published (RPD
    83(1)(a)(i)), ``political`` cases touch article 3 of the Constitution, ``unfair`` ones article 2(1). ``thin`` states
    a crime without the person's own acts, time and place.
    """

    crimes: tuple[Crime, ...]
    excluded: tuple[Crime, ...]
    political: tuple[Crime, ...]
    unfair: tuple[Crime, ...]
    thin: str
    texts: dict[str, tuple[str, ...]]
    things: dict[str, tuple[tuple[str, str], ...]]
    events: dict[str, tuple[str, ...]]
    months: tuple[str, ...]
    court: tuple[str, ...]
    prosecutor: str
    occupations: tuple[str, ...]
    hair: tuple[str, ...]
    eyes: tuple[str, ...]
    marks: tuple[str, ...]
    religion: str
    corrected: str
    withdrawals: dict[str, str]
    correspondence: tuple[str, ...]

    def fill(self, phrase: str, town: str, moment: tuple[int, int], rng: RandomSource) -> str:
        """``phrase`` with the place, the ``(year, month)`` and invented figures filled in."""
        year, month = moment
        return phrase.format(
            town=town,
            year=year,
            month=self.months[month - 1],
            number=rng.randrange(3, 40),
            amount=f"{rng.randrange(21, 940) * 1000:,}".replace(",", " "),
        )
