"""Officers, their roles and rights, and the rules on their own country.

An officer is a person, who may have several logins. Each role includes the rights of the roles before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.restrictions import EVERYONE, Scopes
from dutydesk.language.sentences import sentence

SECRETARIAT = "-"

#: The edition of the rules on persons that this release enforces; the log records when each edition began.
#: Edition 2: the own-country rule includes parent and sub-bureaus, both persons of a proposal are checked again when it
#: is carried out, and widening access takes two persons.
PERSON_RULES_EDITION = 2

#: Names that the desk itself signs with; no officer may have one of them.
RESERVED_ACTORS = frozenset({"system", "intake", "dispatcher"})


class Role(StrEnum):
    OBSERVER = "observer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        """0 for an observer up to 3 for an administrator."""
        return list(Role).index(self)


class Right(StrEnum):
    """An act that a role permits; the value completes the phrase "to …"."""

    READ = "read"
    REGISTERS = "see the registers"
    REVIEW = "review"
    SUBMIT = "submit"
    RETRY = "retry"
    NOTE = "note"
    CHECK = "check"
    DISMISS = "dismiss a hit"
    HANDOVER = "hand a shift over"
    EXPORT_ITEM = "take an item out"
    TAKE_OVER = "take over"
    MEASURE = "order, endorse or lift a measure"
    RESTRICT = "restrict on an owner's behalf"
    NETWORK = "mark bureaus offline"
    REOPEN = "reopen"
    RATIFY = "ratify a recall"
    OVERRIDE = "override a blocking rule"
    LEGAL_HOLD = "put or lift a legal hold"
    PURGE = "purge what is past its retention"
    QUARANTINE = "decide on quarantined input"
    ADMINISTER = "add officers"
    SETTINGS = "change the settings of the desk"
    KEYS = "change keys and whose messages must be signed"
    IMPORT = "import"
    ROUTES = "set by which route a bureau is reached"
    DISPATCH = "run the dispatcher"
    EXPORT = "take the log out"
    BACK_UP = "back up the store"


LEAST_ROLE: dict[Right, Role] = {
    Right.READ: Role.OBSERVER,
    Right.REGISTERS: Role.OFFICER,
    Right.REVIEW: Role.OFFICER,
    Right.SUBMIT: Role.OFFICER,
    Right.RETRY: Role.OFFICER,
    Right.NOTE: Role.OFFICER,
    Right.CHECK: Role.OFFICER,
    Right.DISMISS: Role.OFFICER,
    Right.HANDOVER: Role.OFFICER,
    Right.EXPORT_ITEM: Role.OFFICER,
    Right.QUARANTINE: Role.OFFICER,
    Right.NETWORK: Role.OFFICER,
    Right.TAKE_OVER: Role.SUPERVISOR,
    Right.MEASURE: Role.SUPERVISOR,
    Right.RESTRICT: Role.SUPERVISOR,
    Right.REOPEN: Role.SUPERVISOR,
    Right.RATIFY: Role.SUPERVISOR,
    Right.OVERRIDE: Role.SUPERVISOR,
    Right.LEGAL_HOLD: Role.SUPERVISOR,
    Right.PURGE: Role.ADMINISTRATOR,
    Right.ADMINISTER: Role.ADMINISTRATOR,
    Right.SETTINGS: Role.ADMINISTRATOR,
    Right.KEYS: Role.ADMINISTRATOR,
    Right.IMPORT: Role.ADMINISTRATOR,
    Right.ROUTES: Role.ADMINISTRATOR,
    Right.DISPATCH: Role.ADMINISTRATOR,
    Right.EXPORT: Role.ADMINISTRATOR,
    Right.BACK_UP: Role.ADMINISTRATOR,
}


@value(frozen=True, slots=True)
class Officer:
    """``country`` is a bureau's code, or ``-`` for the Secretariat. ``logins`` are OS user names."""

    name: str
    role: Role
    country: str
    logins: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        """Whether the officer's role has the right."""
        return self.role.rank >= LEAST_ROLE[right].rank


def may_read_denied(officer: Officer, sender: str | None, scopes: Scopes, parents: Mapping[str, str]) -> bool:
    """Whether the officer's country permits reading a body of ``sender`` with the restrictions ``scopes``.

    A body that is denied to a country, or to its parent bureau, is not shown to that country's officers. The sender's
    own officers and the Secretariat may always read it.
    """
    if officer.country == SECRETARIAT or sender in own_countries(officer.country, parents):
        return True
    return not scopes.denies(officer.country, parents.get(officer.country))


def may_see_entry(officer: Officer, register: Register, country: str | None, parents: Mapping[str, str]) -> bool:
    """Whether the officer may see a register's entry on a person of ``country``, which is ``None`` where not known.

    A country's officer sees neither who has fled from that country nor any file of the CCF, which may be about its
    data; an entry without a country may be either.
    """
    if not officer.may(Right.REGISTERS):
        return False
    if officer.country == SECRETARIAT:
        return True
    is_known = country is not None and register is not Register.CCF
    return is_known and country not in own_countries(officer.country, parents)


def role_error(officer: Officer, right: Right) -> str | None:
    """One sentence on why the officer's role lacks the right, or ``None``."""
    if officer.may(right):
        return None
    return sentence(
        "to {right}, {name} needs the role {needed}, not {role}",
        right=right,
        name=officer.name,
        needed=LEAST_ROLE[right],
        role=officer.role,
    )


def own_countries(country: str, parents: Mapping[str, str]) -> frozenset[str]:
    """The codes that count as an officer's own: the country, its parent bureau and its sub-bureaus.

    ``parents`` maps a sub-bureau's code to its parent's. The Secretariat has no country of its own.
    """
    if country == SECRETARIAT:
        return frozenset()
    sub_bureaus = (code for code, parent in parents.items() if parent == country)
    return frozenset({country, *sub_bureaus} | ({parents[country]} if country in parents else set()))


def own_country_error(officer: Officer, country: str, parents: Mapping[str, str]) -> str | None:
    """One sentence on why the officer may not act on items and data of ``country``, or ``None``.

    Nobody decides, confirms, restricts, lifts or widens access for their own country, its parent or its sub-bureaus.
    """
    if country not in own_countries(officer.country, parents):
        return None
    return sentence(
        "{name} belongs to {country}; nobody decides on an item of the own country",
        name=officer.name,
        country=officer.country,
    )


def beneficiary_error(officer: Officer, targets: Iterable[str], parents: Mapping[str, str]) -> str | None:
    """One sentence on why the officer may not widen access for ``targets``, or ``None``.

    Nobody widens access for their own country. ``*`` means every country.
    """
    own = own_countries(officer.country, parents)
    if not own or not any(target == EVERYONE or target in own for target in targets):
        return None
    return sentence(
        "{name} belongs to {country}; nobody widens access for the own country",
        name=officer.name,
        country=officer.country,
    )
