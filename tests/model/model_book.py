"""The model's policy: officers, measures, restrictions and bureaus that are offline.

Written from the design and the contract alone, with plain strings; it shares no code with the desk.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from model_network import PARENT, own_of

LEVELS = ("direct", "monitored", "held", "suspended")
CHANNELS = ("diffusion", "message", "record", "check")
KINDS = ("red", "blue", "green", "yellow", "black", "purple", "orange", "silver")
ROLES = ("observer", "officer", "supervisor", "administrator")

#: Reasons why an act must be refused, by the desk's names for them; empty if it must be done.
Reasons = set[str]
#: The reason for an officer's role that is too low; the desk reports it before any other reason.
ROLE = "role"


@dataclass
class Order:
    number: int
    country: str
    level: str
    channels: frozenset[str]
    kinds: frozenset[str]
    reference: str
    officer: str
    effective: datetime
    state: str
    endorsement: str = "awaiting"
    over: int | None = None
    lift_by: str | None = None

    @property
    def proposer(self) -> str | None:
        """The officer whose proposal waits for a second person: a lift, or an order that weakens a measure."""
        return self.lift_by or (self.officer if self.state == "proposed" else None)

    def level_on(self, channel: str, kind: str | None) -> str:
        if self.level == "suspended":
            return "suspended"
        named = channel in self.channels
        if channel == "diffusion" and self.kinds and kind is not None:
            named = named and kind in self.kinds
        return self.level if named else "direct"


def strictness(order: Order | None, channel: str, kind: str | None) -> int:
    return 0 if order is None else LEVELS.index(order.level_on(channel, kind))


def eases(new: Order | None, old: Order | None) -> bool:
    points = [("diffusion", kind) for kind in KINDS] + [(channel, None) for channel in CHANNELS[1:]]
    return any(strictness(new, *point) < strictness(old, *point) for point in points)


@dataclass
class Book:
    at: datetime
    hold_on_block: bool = False
    officers: dict[str, tuple[str, str]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    offline: set[str] = field(default_factory=set)
    reached: Counter[str] = field(default_factory=Counter)

    def reach(self, state: str, event: str) -> None:
        """Counts one use of a row of the table of states."""
        self.reached[f"{state}: {event}"] += 1

    # Rights

    def role_reasons(self, officer: str, least: str) -> Reasons:
        if officer not in self.officers or ROLES.index(self.officers[officer][0]) < ROLES.index(least):
            return {"not_allowed", ROLE}
        return set()

    def own_country(self, officer: str, *countries: str | None) -> Reasons:
        """An officer's own country, its parent bureau and its sub-bureaus, in both directions."""
        own = own_of(self.officers.get(officer, ("observer", "-"))[1])
        return {"not_allowed"} if own.intersection(countries) else set()

    def lost(self, officer: str, least: str, *countries: str | None) -> bool:
        """Whether a proposer may no longer do what they proposed, because their role or country changed."""
        return bool(self.role_reasons(officer, least) | self.own_country(officer, *countries))

    def change_officer(self, officer: str, role: str, country: str) -> None:
        self.officers[officer] = (role, country)

    # Levels

    def in_force(self, country: str) -> Order | None:
        return next((order for order in self.orders if order.country == country and order.state == "effective"), None)

    def live(self, country: str) -> list[Order]:
        states = ("effective", "ordered", "proposed")
        return [order for order in self.orders if order.country == country and order.state in states]

    def level(self, sender: str, channel: str, kind: str | None) -> str:
        own = strictness(self.in_force(sender), channel, kind)
        parent = PARENT.get(sender)
        inherited = strictness(self.in_force(parent), channel, kind) if parent else 0
        return LEVELS[max(own, inherited)]

    def suspended(self, bureau: str) -> bool:
        return self.level(bureau, "record", None) == "suspended"

    # Measures

    def order(self, officer: str, wanted: Order, *, backdated: bool, seen_stale: bool = False) -> Reasons:
        reasons = self.role_reasons(officer, "supervisor") | self.own_country(officer, wanted.country)
        if backdated:
            reasons.add("bad_call")
        if seen_stale or self._crosses(wanted):
            reasons.add("conflict")
        if reasons:
            return reasons
        current = self.in_force(wanted.country)
        wanted.over = current.number if current else None
        easing = eases(wanted, current)
        found = self.live(wanted.country)
        self.orders.append(wanted)
        if easing:
            wanted.state = "proposed"
            self.reach("measure proposed", "easing waits")
            return reasons
        wanted.state = "ordered"
        self.reach("measure ordered", "tightening")
        self._void_weaker(wanted, found)
        self.come_into_force()
        return reasons

    def _crosses(self, wanted: Order) -> bool:
        found = self.live(wanted.country)
        pending = [order for order in found if order.state == "ordered"]
        if any(
            (order.level, order.channels, order.kinds, order.reference)
            == (wanted.level, wanted.channels, wanted.kinds, wanted.reference)
            for order in found
        ):
            return True
        if pending and wanted.effective > self.at:
            return True
        if any(eases(wanted, other) and eases(other, wanted) for other in pending):
            return True
        proposed = any(order.state == "proposed" for order in found)
        return proposed and eases(wanted, self.in_force(wanted.country))

    def _void_weaker(self, new: Order, found: list[Order]) -> None:
        for other in found:
            if other.state == "proposed" or (other.state == "ordered" and not eases(new, other)):
                other.state, other.lift_by = "replaced", None
            elif other.state == "effective" and new.effective > self.at:
                other.lift_by = None

    def come_into_force(self) -> None:
        """Makes due measures effective. A measure counts from its time, even if nothing ran at that time."""
        due = [order for order in self.orders if order.state == "ordered" and order.effective <= self.at]
        for order in sorted(due, key=lambda each: (each.effective, each.number)):
            current = self.in_force(order.country)
            if current is not None:
                current.state, current.lift_by = "replaced", None
                self.reach("measure effective", "replaced")
            order.state = "effective"
            self.reach("measure ordered", "effective by time")
            self._stale_proposals_fall(order.country)
            self.enforce(order.country)

    def _stale_proposals_fall(self, country: str) -> None:
        """Voids proposals to weaken a measure that were made under another measure (race rule 6)."""
        current = self.in_force(country)
        for other in self.live(country):
            if other.state == "proposed" and other.over != (current.number if current else None):
                other.state = "replaced"
                self.reach("measure proposed", "void")

    def enforce(self, country: str) -> None:
        """Applies a change of level to the items, by the law of items."""
        raise NotImplementedError

    def find_order(self, number: int) -> Order | None:
        return next((order for order in self.orders if order.number == number), None)

    def _later_step(self, officer: str, number: int) -> tuple[Order | None, Reasons]:
        reasons = self.role_reasons(officer, "supervisor")
        order = self.find_order(number)
        if order is None:
            return None, reasons | {"not_found"}
        return order, reasons | self.own_country(officer, order.country)

    def endorse(self, officer: str, number: int, *, declined: bool) -> Reasons:
        order, reasons = self._later_step(officer, number)
        if order is None:
            return reasons
        if order.endorsement != "awaiting":
            reasons.add("conflict")
        if order.state in ("lifted", "replaced"):
            reasons.add("refused")
        if not reasons:
            order.endorsement = "declined" if declined else "endorsed"
            self.reach("measure awaiting", order.endorsement)
        return reasons

    def lift(self, officer: str, number: int) -> Reasons:
        order, reasons = self._later_step(officer, number)
        if order is None:
            return reasons
        if order.state not in ("effective", "ordered"):
            reasons.add("refused")
        if order.lift_by is not None:
            reasons.add("conflict")
        if not reasons:
            order.lift_by = officer
            self.reach("measure effective", "lift proposed")
        return reasons

    def _second_person(self, officer: str, number: int) -> tuple[Order | None, Reasons]:
        order, reasons = self._later_step(officer, number)
        if order is None:
            return None, reasons
        if order.proposer is None:
            reasons.add("conflict")
        elif order.proposer == officer:
            reasons.add("not_allowed")
        return order, reasons

    def confirm_order(self, officer: str, number: int) -> Reasons:
        order, reasons = self._second_person(officer, number)
        if order is None or reasons:
            return reasons
        if self.lost(order.proposer or "", "supervisor", order.country):
            self._falls_by_its_proposer(order)
            return {"conflict"}
        if order.lift_by is not None:
            order.state, order.lift_by = "lifted", None
            self.reach("measure effective", "lifted")
            self._stale_proposals_fall(order.country)
            self.enforce(order.country)
            return reasons
        order.state, order.effective = "ordered", max(order.effective, self.at)
        self.reach("measure proposed", "confirmed")
        self.come_into_force()
        return reasons

    def _falls_by_its_proposer(self, order: Order) -> None:
        if order.lift_by is not None:
            order.lift_by = None
            self.reach("measure effective", "lift void by its proposer")
        else:
            order.state = "replaced"
            self.reach("measure proposed", "void by its proposer")

    def dissent_order(self, officer: str, number: int) -> Reasons:
        order, reasons = self._second_person(officer, number)
        if order is None or reasons:
            return reasons
        if order.lift_by is not None:
            order.lift_by = None
        else:
            order.state = "lifted"
        self.reach("measure proposed", "dissented")
        return reasons


def day(days: float = 1) -> timedelta:
    return timedelta(days=days)
