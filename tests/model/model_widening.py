"""The model's widening of access on an owner's behalf, by two persons outside the owner and the gaining countries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from model_book import Reasons
from model_intake import Intake
from model_network import is_known, own_of
from model_owners import EVERYBODY, targets_of


@dataclass
class Widening:
    """A proposal such as ``R-0001`` to allow countries on an owner's behalf."""

    number: int
    owner: str
    item: int | None
    allow: tuple[str, ...]
    officer: str
    state: str = "proposed"


@dataclass
class Widened(Intake):
    widenings: list[Widening] = field(default_factory=list)

    def waiting(self, owner: str) -> list[Widening]:
        return [each for each in self.widenings if each.owner == owner and each.state == "proposed"]

    def waiting_on(self, number: int) -> list[Widening]:
        return [each for each in self.widenings if each.item == number and each.state == "proposed"]

    # The first person

    def restrict_for(self, officer: str, owner: str, item: int | None, deny: Any, allow: Any) -> Reasons:
        """Restricts on an owner's behalf: a denial acts at once; an ``allow`` waits for a second person."""
        reasons = self.role_reasons(officer, "supervisor") | self.own_country(officer, owner)
        if deny is None and allow is None:
            reasons.add("bad_call")
        piece = self.pieces.get(item or 0)
        if item is not None and piece is None:
            reasons.add("not_found")
        if (piece is not None and piece.sender != owner) or not is_known(owner, self.at.date()):
            reasons.add("bad_call")
        wanted = tuple(targets_of(allow))
        reasons |= self.gains(officer, wanted)
        if allow is not None and self._crosses_widening(owner, item, deny, wanted):
            reasons.add("conflict")
        if reasons:
            return reasons
        if deny is not None:
            self.restrict(owner, item, deny, None)
            self._overtaken(owner, item, set(targets_of(deny)))
        if allow is not None:
            self.widenings.append(Widening(len(self.widenings) + 1, owner, item, wanted, officer))
            self.reach("widening", "proposed")
        return reasons

    def gains(self, officer: str, allow: tuple[str, ...]) -> Reasons:
        """Whether the officer's own country would gain access; nobody widens access for it."""
        own = own_of(self.officers.get(officer, ("observer", "-"))[1])
        return {"not_allowed"} if own and (EVERYBODY in allow or own.intersection(allow)) else set()

    def _crosses_widening(self, owner: str, item: int | None, deny: Any, allow: tuple[str, ...]) -> bool:
        """Whether the same proposal already waits and the denial of the same command does not void it."""
        return any(
            each.item == item and set(each.allow) == set(allow) and not _crossing(each, set(targets_of(deny)))
            for each in self.waiting(owner)
        )

    # Acts that void a proposal

    def restrict_own(self, owner: str, item: int | None, deny: Any, allow: Any) -> None:
        """Applies the owner's own statement at once; it voids any proposal on that scope."""
        super().restrict_own(owner, item, deny, allow)
        self._overtaken(owner, item, None)

    def _overtaken(self, owner: str, item: int | None, denied: set[str] | None) -> None:
        """Voids proposals on the scope. ``denied`` are an officer's denials, ``None`` if the owner stated it."""
        for each in self.waiting(owner):
            if self._scope(each.item) == self._scope(item) and (denied is None or _crossing(each, denied)):
                each.state = "void"
                self.reach("widening", "overtaken")

    def _scope(self, item: int | None) -> int | None:
        return None if item is None else self.root(item)

    # The second person

    def _lapsed(self, each: Widening) -> bool:
        return self.lost(each.officer, "supervisor", each.owner) or bool(self.gains(each.officer, each.allow))

    def _void(self, each: Widening) -> None:
        each.state = "void"
        self.reach("widening", "void by its proposer")

    def confirm_widening(self, officer: str, number: int) -> Reasons:
        reasons = self.role_reasons(officer, "supervisor")
        each = self._widening(number)
        if each is None:
            return reasons | {"not_found"}
        reasons |= self.own_country(officer, each.owner) | self.gains(officer, each.allow)
        if each.state != "proposed":
            return reasons | {"conflict"}
        if each.officer == officer:
            reasons.add("not_allowed")
        if reasons:
            return reasons
        if self._lapsed(each):
            self._void(each)
            return {"conflict"}
        each.state = "restricted"
        self.restrict(each.owner, each.item, None, each.allow)
        self.reach("widening", "confirmed")
        return reasons

    def dissent_widening(self, officer: str, number: int) -> Reasons:
        reasons = self.role_reasons(officer, "supervisor")
        each = self._widening(number)
        if each is None:
            return reasons | {"not_found"}
        reasons |= self.own_country(officer, each.owner)
        if each.state != "proposed":
            return reasons | {"conflict"}
        if not reasons:
            each.state = "dissented"
            self.reach("widening", "dissented")
        return reasons

    def _widening(self, number: int) -> Widening | None:
        return next((each for each in self.widenings if each.number == number), None)

    # By an item, an officer means its decision, or else the only widening proposed on it

    def _only_widening(self, number: int) -> tuple[Widening | None, Reasons]:
        piece = self.pieces.get(number)
        if piece is None or piece.proposal is not None:
            return None, set()
        waiting = self.waiting_on(number)
        return (waiting[0], set()) if len(waiting) == 1 else (None, {"conflict"} if waiting else set())

    def confirm_item(self, officer: str, number: int) -> Reasons:
        only, several = self._only_widening(number)
        if several:
            return several | self.role_reasons(officer, "officer") | self.find_reviewable(officer, number)[1]
        if only is not None:
            reasons = self.confirm_widening(officer, only.number)
        else:
            reasons = super().confirm_item(officer, number)
        if reasons == {"conflict"}:  # once a stale proposal is found, other lapsed proposals on the item end with it
            for each in self.waiting_on(number):
                if self._lapsed(each):
                    self._void(each)
        return reasons

    def dissent_item(self, officer: str, number: int) -> Reasons:
        only, several = self._only_widening(number)
        if several:
            return several | self.role_reasons(officer, "officer") | self.find_reviewable(officer, number)[1]
        return self.dissent_widening(officer, only.number) if only else super().dissent_item(officer, number)


def _crossing(each: Widening, denied: set[str]) -> bool:
    if not denied:
        return False
    return EVERYBODY in denied or EVERYBODY in each.allow or bool(denied.intersection(each.allow))
