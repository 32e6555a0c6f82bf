"""Steps in which officers change role or country at any time, and in which a second person follows."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from model_choices import Choices, officers, supervisors, which
from model_side import PEOPLE

ROLES = ("observer", "officer", "supervisor")
COUNTRIES = ("-", "-", "RU", "CN", "HK", "DE", "FR")
CHANGING = ("Jonas", "Mara", "Ines", "Oskar", "Thea")
AT_FIRST = {name: (role, country) for name, role, country in PEOPLE}


class PeopleSteps(Choices):
    def changed_officers(self) -> list[str]:
        """Officers whose role or country differs from the start."""
        return [name for name, first in AT_FIRST.items() if self.law.officers[name] != first]

    def become(self, name: str, role: str, country: str) -> None:
        if self.law.officers.get(name, (role, country)) != (role, country):
            self.world.change_officer(name, role, country)

    @precondition(lambda self: len(self.changed_officers()) < 2)
    @rule(name=st.sampled_from(CHANGING), role=st.sampled_from(ROLES), country=st.sampled_from(COUNTRIES))
    def officer_changes(self, name: str, role: str, country: str) -> None:
        self.become(name, role, country)

    @precondition(lambda self: bool(self.changed_officers()))
    @rule(which=which)
    def officer_is_back(self, which: int) -> None:
        name = self.changed_officers()[which % len(self.changed_officers())]
        self.become(name, *AT_FIRST[name])

    def proposers(self) -> list[tuple[str, str, int, str]]:
        """Proposals that wait for a second person: kind, country, number and proposer."""
        items = [
            ("item", piece.sender or "-", piece.number, piece.proposal.officer)
            for piece in self.law.pieces.values()
            if piece.proposal is not None
        ]
        orders = [("order", each.country, each.number, each.proposer) for each in self.law.orders if each.proposer]
        wider = [
            (
                "widening",
                (each.allow[0] if each.number % 2 and each.allow[0] != "*" else each.owner),
                each.number,
                each.officer,
            )
            for each in self.law.widenings
            if each.state == "proposed"
        ]
        return [*items, *orders, *wider]

    @precondition(lambda self: bool(self.proposers()))
    @rule(which=which, officer=officers, role=st.sampled_from((None, "observer", "officer")), back=st.booleans())
    def proposer_changes(self, which: int, officer: str, role: str | None, back: bool) -> None:
        """The proposer's role or country changes after the proposal; then a second person acts on it."""
        waiting = self.proposers()
        kind, country, number, proposer = waiting[which % len(waiting)]
        before = self.law.officers[proposer]
        at_home = country if role is None or which % 3 == 0 else before[1]
        self.become(proposer, role or before[0], at_home)
        if which % 2:
            officer = "Thea" if proposer != "Thea" else "Ines"
        if back and which % 5 == 0:  # an officer who has the right again at the commit may act
            self.become(proposer, *before)
        match kind:
            case "item":
                self.world.confirm_item(officer, number)
            case "order":
                self.world.confirm_order(officer, number)
            case _:
                self.world.confirm_widening(officer, number)
        if back:
            self.become(proposer, *before)

    @precondition(lambda self: any(order.state == "effective" for order in self.law.orders))
    @rule(which=which, officer=supervisors, easing=st.booleans())
    def easing_proposed(self, which: int, officer: str, easing: bool) -> None:
        """Proposes to weaken a measure, so that such a proposal often exists."""
        in_force = [order for order in self.law.orders if order.state == "effective"]
        order = in_force[which % len(in_force)]
        if easing:
            self.world.order(officer, order.country, "direct")
        else:
            self.world.lift(officer, order.number)

    @precondition(lambda self: bool(self.law.widenings))
    @rule(which=which, officer=supervisors, yes=st.sampled_from((True, True, False)), by_item=st.booleans())
    def widening_judged(self, which: int, officer: str, yes: bool, by_item: bool) -> None:
        """Confirms or dissents by the proposal's number, or by its item if nothing else is proposed there."""
        waiting = [each for each in self.law.widenings if each.state == "proposed"]
        each = waiting[which % len(waiting)] if waiting and which % 8 else self.law.widenings[-1]
        if by_item and each.item is not None:
            (self.world.confirm_item if yes else self.world.dissent_item)(officer, each.item)
        else:
            (self.world.confirm_widening if yes else self.world.dissent_widening)(officer, each.number)
