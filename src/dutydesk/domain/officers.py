"""Officers are persons; a login is only a way in. Each role includes those before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SECRETARIAT = "-"

#: Names that the desk itself signs with; no person may bear them.
RESERVED_ACTORS = frozenset({"system", "intake", "dispatcher"})


class Role(StrEnum):
    OBSERVER = "observer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Right(StrEnum):
    """What somebody wants to do, as far as roles decide it."""

    READ = "read"
    REVIEW = "review"
    SUBMIT = "submit"
    RETRY = "retry"
    NOTE = "note"
    CHECK = "check"
    DISMISS = "dismiss a hit"
    HANDOVER = "hand a shift over"
    TAKE_OUT = "take an item out"
    TAKE_OVER = "take over"
    MEASURE = "order measures"
    RESTRICT = "restrict on an owner's behalf"
    NETWORK = "mark bureaus offline"
    REOPEN = "reopen"
    RATIFY = "ratify a recall"
    OVERRIDE = "override a blocking rule"
    LEGAL_HOLD = "put or lift a legal hold"
    PURGE = "purge what is past its retention"
    QUARANTINE = "decide on quarantined input"
    ADMINISTER = "add officers"
    IMPORT = "import"
    DISPATCH = "run the dispatcher"
    EXPORT = "take the log out"
    BACK_UP = "back up the store"


LEAST_ROLE: dict[Right, Role] = {
    Right.READ: Role.OBSERVER,
    Right.REVIEW: Role.OFFICER,
    Right.SUBMIT: Role.OFFICER,
    Right.RETRY: Role.OFFICER,
    Right.NOTE: Role.OFFICER,
    Right.CHECK: Role.OFFICER,
    Right.DISMISS: Role.OFFICER,
    Right.HANDOVER: Role.OFFICER,
    Right.TAKE_OUT: Role.OFFICER,
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
    Right.IMPORT: Role.ADMINISTRATOR,
    Right.DISPATCH: Role.ADMINISTRATOR,
    Right.EXPORT: Role.ADMINISTRATOR,
    Right.BACK_UP: Role.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class Officer:
    """``country`` is a bureau's code, or ``-`` for the Secretariat; ``logins`` are OS users."""

    name: str
    role: Role
    country: str
    logins: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        return self.role.rank >= LEAST_ROLE[right].rank


def refusal_of(officer: Officer, right: Right) -> str | None:
    """One sentence why ``officer`` may not, or ``None``."""
    if officer.may(right):
        return None
    return f"{officer.name} is {officer.role}; to {right} takes {LEAST_ROLE[right]}"


def own_country_refusal(officer: Officer, sender: str, parent: str | None) -> str | None:
    """Nobody decides on an item of his or her own country, nor of that country's sub-bureau."""
    if officer.country == SECRETARIAT or officer.country not in (sender, parent):
        return None
    return f"{officer.name} belongs to {officer.country}; nobody decides on an item of the own country"
