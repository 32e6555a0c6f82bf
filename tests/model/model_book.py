"""The model's book of rules in force: officers, measures, restrictions, who is off the network.

Written from the design and the contract alone, with plain strings; it shares no code with the desk.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from model_network import PARENT

LEVELS = ("direct", "monitored", "held", "suspended")
CHANNELS = ("diffusion", "message", "record", "check")
KINDS = ("red", "blue", "green", "yellow", "black", "purple", "orange", "silver")
ROLES = ("observer", "officer", "supervisor", "administrator")

#: Why an act must be refused, by the desk's own names for it; empty means that it must be done.
Reasons = set[str]


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
    statements: list[tuple[str, int | None, str, bool]] = field(default_factory=list)
    offline: set[str] = field(default_factory=set)
    reached: Counter[str] = field(default_factory=Counter)

    def reach(self, state: str, event: str) -> None:
        """Counts a row of the table of states that really was gone through."""
        self.reached[f"{state}: {event}"] += 1

    # Who may what

    def role_reasons(self, officer: str, least: str) -> Reasons:
        if officer not in self.officers or ROLES.index(self.officers[officer][0]) < ROLES.index(least):
            return {"not_allowed"}
        return set()

    def own_country(self, officer: str, country: str | None) -> Reasons:
        own = self.officers.get(officer, ("observer", "-"))[1]
        if own != "-" and country is not None and own in (country, PARENT.get(country)):
            return {"not_allowed"}
        return set()

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

    # Restrictions

    def denied(self, owner: str, item: int | None, in_body: set[str], recipient: str) -> bool:
        owners = (owner, PARENT.get(owner))
        scopes: dict[tuple[str, int | None], dict[str, tuple[int, bool]]] = {}
        for place, (whose, about, target, deny) in enumerate(self.statements):
            if whose in owners and about in (None, item):
                scopes.setdefault((whose, about), {})[target] = (place, deny)
        for code in (recipient, PARENT.get(recipient)):
            if code is None:
                continue
            if code in in_body:
                return True
            for said in scopes.values():
                if max(said.get("*", (-1, False)), said.get(code, (-1, False)))[1]:
                    return True
        return False

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
        """A measure counts from its instant, whether or not anything ticked."""
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
        """An easing that saw another measure in force is void (race rule 6)."""
        current = self.in_force(country)
        for other in self.live(country):
            if other.state == "proposed" and other.over != (current.number if current else None):
                other.state = "replaced"
                self.reach("measure proposed", "void")

    def enforce(self, country: str) -> None:
        """What a change of level does to the items; the law of items says what."""
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
        proposer = order.lift_by or (order.officer if order.state == "proposed" else None)
        if proposer is None:
            reasons.add("conflict")
        elif proposer == officer:
            reasons.add("not_allowed")
        return order, reasons

    def confirm_order(self, officer: str, number: int) -> Reasons:
        order, reasons = self._second_person(officer, number)
        if order is None or reasons:
            return reasons
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
