"""The registers against which requests are checked: confirmed refugees, and matters of the Commission (CCF)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import PersonName
from dutydesk.domain.rules.likeness import Identity, Likeness


class Register(StrEnum):
    REFUGEES = "refugees"
    CCF = "ccf"


class CcfMatter(StrEnum):
    DECISION = "decision"
    OPEN_REQUEST = "open request"


@value(frozen=True, slots=True)
class RegisterEntry:
    """One person in a register.

    ``reference`` is the register's own and stays the same when the register is imported again. ``country`` is a
    refugee's country of origin, or else a nationality. ``matter`` and ``decision`` are used by the CCF only. An entry
    that is not ``in_force`` matches nobody. The country that granted refuge is never stored. ``names`` are as written;
    without them similar names are looked for by the keys of the identity.
    """

    register: Register
    reference: str
    identity: Identity
    on: date
    country: str | None = None
    matter: CcfMatter | None = None
    decision: str | None = None
    in_force: bool = True
    names: tuple[PersonName, ...] = ()


@value(frozen=True, slots=True)
class RegisterMatch:
    """An entry that matches the person of a request. ``points`` of 100, with their ``reasons``, say how like both are;
    both are empty where it is certain.
    """

    entry: RegisterEntry
    likeness: Likeness
    points: int = 0
    reasons: str = ""


@value(frozen=True, slots=True)
class EarlierItem:
    """An earlier item of the same source on a matching person, with its final state; see :class:`RegisterMatch`."""

    item: str
    type: str
    kind: str
    state: str
    received_on: date
    likeness: Likeness
    points: int = 0
    reasons: str = ""
