"""Registers that requests are checked against: confirmed refugees, and the matters before the Commission (CCF)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dutydesk.domain.rules.likeness import Identity, Likeness


class Register(StrEnum):
    REFUGEES = "refugees"
    CCF = "ccf"


class CcfMatter(StrEnum):
    DECISION = "decision"
    OPEN_REQUEST = "open request"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One person in a register. ``reference`` is the register's own and stays the entry's when it is imported again.

    ``country``: the country of origin of a refugee; the nationality elsewhere. ``matter`` and ``decision`` are of the
    CCF's. ``in_force``: an entry that has ended matches nobody. Which state granted the refuge is never kept.
    """

    register: Register
    reference: str
    identity: Identity
    on: date
    country: str | None = None
    matter: CcfMatter | None = None
    decision: str | None = None
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class RegisterMatch:
    entry: RegisterEntry
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class EarlierItem:
    """An earlier item of the same person and source: its name, what it was, how it ended and when it came."""

    item: str
    type: str
    kind: str
    state: str
    received_on: date
    likeness: Likeness
