"""A data owner's restrictions (RPD 58): which countries may not see its data, in general or for one family of items.

The owner's denial overrides every address list. Statements apply in order: within one scope the last statement that
names the country (or everyone) counts. An ``allow`` lifts a denial only within its own scope, so a country that is
allowed on one item stays denied if it is denied on all of the owner's data.

An item and all corrections descended from it form one family and one scope: a statement on any of them applies to all.
A body that names a country in ``restricted_from`` denies the family to that country from then on. A later body that
omits or addresses the country lifts nothing; only an ``allow`` does. An ``allow`` never overrides the current body: an
item whose current body names a country stays denied to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from dutydesk.domain.frozen import value

EVERYONE = "*"


class RestrictionState(StrEnum):
    PROPOSED = "proposed"
    RESTRICTED = "restricted"
    DISSENTED = "dissented"
    VOID = "void"


@value(frozen=True, slots=True)
class RestrictionProposal:
    """An officer's proposal to widen access on an owner's behalf; a second person must confirm it.

    ``item`` is the number of one item of the owner, ``None`` for all its data. ``allow`` holds bureau codes, or ``*``.
    ``ended_by`` is the officer who confirmed it, dissented or made it void.
    """

    number: int
    owner: str
    item: int | None
    allow: tuple[str, ...]
    officer: str
    at: datetime
    state: RestrictionState
    ended_by: str | None = None
    revision: int = 1


@value(frozen=True, slots=True)
class Denials:
    """The restrictions of one scope: each country's last statement, as its order number and whether it denies."""

    statements: Mapping[str, tuple[int, bool]] = field(default_factory=dict)

    def denies(self, country: str) -> bool:
        """Whether the last statement that names the country, or everyone, denies it."""
        general = self.statements.get(EVERYONE, (0, False))
        named = self.statements.get(country, (0, False))
        return max(general, named)[1]


NO_DENIALS = Denials()


def inherited_denials(before: Iterable[str], new: Iterable[str], family: Denials) -> tuple[str, ...]:
    """The countries to deny by name when a correction joins a family, sorted by code.

    ``before`` are the countries that the corrected body restricts, ``new`` those that the new body restricts. The first
    body of a family adds no statement, so a country of ``before`` without a statement must be denied now to stay
    denied. A country with a statement needs nothing more: that statement denies it, or an ``allow`` followed.
    """
    stated = family.statements
    unstated = [country for country in before if country not in stated and EVERYONE not in stated]
    return tuple(sorted({*unstated, *(country for country in new if not family.denies(country))}))


@value(frozen=True, slots=True)
class Scopes:
    """The restrictions that apply to one item.

    ``owner_denials`` are on all data of the owner and of its parent bureau, ``family`` on the item's family.
    ``named_in_body`` are the countries that the item's current body restricts.
    """

    owner_denials: tuple[Denials, ...] = ()
    family: Denials = NO_DENIALS
    named_in_body: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.owner_denials or self.named_in_body or self.family.statements)

    def denies(self, country: str, parent: str | None) -> bool:
        """Whether the country is denied. A sub-bureau is denied everything that its parent bureau is denied."""
        if self.is_empty:
            return False
        return any(self._denies_code(code) for code in (country, parent) if code is not None)

    def _denies_code(self, country: str) -> bool:
        return (
            country in self.named_in_body
            or self.family.denies(country)
            or any(denials.denies(country) for denials in self.owner_denials)
        )
