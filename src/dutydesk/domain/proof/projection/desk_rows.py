"""The desk's own row and its bureaus by the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.measures import BureauOffline, BureauOnline, NetworkEvent
from dutydesk.domain.events.reviews import ItemReleased
from dutydesk.domain.events.store import BureausListed, SegmentBegun, StoreMade, StoreRestored
from dutydesk.domain.proof.projection.said import UNSAID, Column, micros, said, said_time


@dataclass(slots=True)
class DeskColumns:
    """The row of ``desk``, without a demo's clock and the marks of what was filled in for an older store."""

    id: int = 1
    realm: Column = UNSAID
    made_at: Column = UNSAID
    segment: int = 0
    notices: int = 0


@dataclass(slots=True)
class BureauColumns:
    """A row of ``bureau``; what is counted there is compared apart."""

    id: Column
    code: str
    offline_since: Column = None


@dataclass(slots=True)
class DeskState:
    """``complete_from`` is the event from which on the log says all that it should, 0 where none does yet.

    ``complete_at`` is its time in microseconds.
    """

    desk: DeskColumns = field(default_factory=DeskColumns)
    bureaus: dict[str, BureauColumns] = field(default_factory=dict)
    complete_from: int = 0
    complete_at: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the log was complete from the start."""
        return self.desk.made_at is not UNSAID


def _made(state: DeskState, fact: Fact[StoreMade]) -> None:
    state.desk.realm, state.desk.made_at = said(fact.event.realm), said_time(fact.event.made_at)


def _restored(state: DeskState, fact: Fact[StoreRestored]) -> None:
    state.desk.segment = max(state.desk.segment, required(fact.event.segment))


def _listed(state: DeskState, fact: Fact[BureausListed]) -> None:
    if not state.complete_from:
        state.complete_from, state.complete_at = fact.seq, micros(fact.at)
    for code, number in required(fact.event.rows).items():
        _bureau(state, code).id = number


def _bureau(state: DeskState, code: str) -> BureauColumns:
    row = state.bureaus.get(code)
    if row is None:
        row = state.bureaus[code] = BureauColumns(UNSAID, code)
    return row


def _segment(state: DeskState, fact: Fact[SegmentBegun]) -> None:
    state.desk.segment = required(fact.event.segment)


def _connection(state: DeskState, fact: Fact[NetworkEvent]) -> None:
    off = fact.kind == BureauOffline.kind
    _bureau(state, fact.subject).offline_since = micros(fact.at) if off else None


def _released(state: DeskState, fact: Fact[ItemReleased]) -> None:
    """The number under which a notice is published ends in the desk's count of notices."""
    number = optional(fact.event.notice_number)
    serial = number.rpartition("/")[2] if number is not None else ""
    if serial.isdecimal():
        state.desk.notices = max(state.desk.notices, int(serial))


DESK_EVENTS = ByType[DeskState, None]()
DESK_EVENTS.add(_made, StoreMade)
DESK_EVENTS.add(_restored, StoreRestored)
DESK_EVENTS.add(_listed, BureausListed)
DESK_EVENTS.add(_segment, SegmentBegun)
DESK_EVENTS.add(_connection, BureauOffline)
DESK_EVENTS.add(_connection, BureauOnline)
DESK_EVENTS.add(_released, ItemReleased)
