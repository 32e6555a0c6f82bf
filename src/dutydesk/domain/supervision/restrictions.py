"""A data owner's restrictions (RPD 58): who may not see its data, in general or for one family of corrections.

The owner's denial beats every address list. Statements are kept in their order; within one scope the last that names
a country (or everyone) counts. An ``allow`` lifts a denial of its own scope only, so an item that is allowed stays
denied where all the owner's data are.

An item and all corrections descended from it are one family and one scope: what is stated on any of them holds for all
of them. A body that names a country in ``restricted_from`` denies the family to it from then on; a later body that
leaves the country out, or addresses it, lifts nothing. Only an ``allow`` does, and never against the body itself: an
item whose present body names a country stays denied to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

EVERYONE = "*"


class RestrictionState(StrEnum):
    PROPOSED = "proposed"
    RESTRICTED = "restricted"
    DISSENTED = "dissented"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class RestrictionProposal:
    """What an officer proposed to allow on an owner's behalf: widening access takes a second person.

    ``item`` is one item of the owner, ``None`` for all its data; ``allow`` are bureaus' codes, or ``*``. ``ended_by``
    is who confirmed it, said no to it or made it void.
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


@dataclass(frozen=True, slots=True)
class Denials:
    """One scope of one owner: each country's last statement, with its place in the order of statements."""

    statements: Mapping[str, tuple[int, bool]] = field(default_factory=dict)

    def denies(self, country: str) -> bool:
        general = self.statements.get(EVERYONE, (0, False))
        named = self.statements.get(country, (0, False))
        return max(general, named)[1]


NO_DENIALS = Denials()


def inherited_denials(before: Iterable[str], new: Iterable[str], family: Denials) -> tuple[str, ...]:
    """The countries that are to be denied by name when a new body comes into a family, in the order of their codes.

    ``before`` are those that the body to be corrected names, and ``new`` those that the new body names. A family gets
    its first statements after its first body, so a country of ``before`` on which nothing was stated goes on being
    denied. One on which something was stated needs nothing more: it is denied by that, or it was allowed since.
    """
    stated = family.statements
    unsaid = [country for country in before if country not in stated and EVERYONE not in stated]
    return tuple(sorted({*unsaid, *(country for country in new if not family.denies(country))}))


@dataclass(frozen=True, slots=True)
class Scopes:
    """The owner's restrictions that concern one item: on all its data (and its parent bureau's), and on its family.

    ``named_in_body`` are those whom the item's present body keeps out.
    """

    owner_denials: tuple[Denials, ...] = ()
    family: Denials = NO_DENIALS
    named_in_body: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.owner_denials or self.named_in_body or self.family.statements)

    def denies(self, country: str, parent: str | None) -> bool:
        """A sub-bureau is denied what its parent bureau is denied."""
        if self.is_empty:
            return False
        return any(self._names(code) for code in (country, parent) if code is not None)

    def _names(self, country: str) -> bool:
        return (
            country in self.named_in_body
            or self.family.denies(country)
            or any(denials.denies(country) for denials in self.owner_denials)
        )
