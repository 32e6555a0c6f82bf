"""Officers and their logins by the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutydesk.domain.events.event import IncompleteEvent, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.people import HandoverAccepted, HandoverWritten, OfficerAdded, OfficerChanged, OfficerEvent
from dutydesk.domain.proof.projection.said import Column, micros, said, said_time
from dutydesk.domain.review.shifts import handover_number


@dataclass(slots=True)
class OfficerColumns:
    """A row of ``officer``; officers are numbered as they were added."""

    id: int
    name: str
    role: Column
    country: Column


@dataclass(slots=True)
class HandoverColumns:
    """A row of ``handover``; the text is compared by its SHA-256."""

    number: int
    sha256: Column
    shift_begin: Column
    shift_end: Column
    written_by: str
    written_at: int
    state: str = "written"
    accepted_by: Column = None
    accepted_at: Column = None


@dataclass(slots=True)
class People:
    """Officers by name, each login with its officer's number, and the handover notes by number."""

    officers: dict[str, OfficerColumns] = field(default_factory=dict)
    logins: dict[str, int] = field(default_factory=dict)
    handovers: dict[int, HandoverColumns] = field(default_factory=dict)


def _apply_officer(people: People, fact: Fact[OfficerEvent]) -> None:
    row = people.officers.get(fact.subject)
    if row is None:
        row = OfficerColumns(len(people.officers) + 1, fact.subject, None, None)
        people.officers[fact.subject] = row
    row.role, row.country = said(fact.event.role), said(fact.event.country)
    for login in required(fact.event.logins):
        people.logins[login] = row.id


def _handover(people: People, name: str) -> HandoverColumns | None:
    number = handover_number(name)
    return None if number is None else people.handovers.get(number)


def _apply_written(people: People, fact: Fact[HandoverWritten]) -> None:
    number = handover_number(fact.subject)
    if number is None:
        raise IncompleteEvent(f"{fact.subject[:40]} is no handover")
    replaced = said(fact.event.replaces)
    if isinstance(replaced, str) and (before := _handover(people, replaced)) is not None:
        before.state = "replaced"
    people.handovers[number] = HandoverColumns(
        number,
        said(fact.event.sha256),
        said_time(fact.event.shift_from),
        said_time(fact.event.shift_until),
        fact.actor,
        micros(fact.at),
    )


def _apply_accepted(people: People, fact: Fact[HandoverAccepted]) -> None:
    row = _handover(people, fact.subject)
    if row is not None:
        row.state, row.accepted_by, row.accepted_at = "accepted", fact.actor, micros(fact.at)


PEOPLE_EVENTS = ByType[People, None]()
PEOPLE_EVENTS.add(_apply_officer, OfficerAdded)
PEOPLE_EVENTS.add(_apply_officer, OfficerChanged)
PEOPLE_EVENTS.add(_apply_written, HandoverWritten)
PEOPLE_EVENTS.add(_apply_accepted, HandoverAccepted)
