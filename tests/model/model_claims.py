"""The model's claims: who may decide an item, who has claimed it, and ticks and questions before a decision."""

from __future__ import annotations

from dataclasses import dataclass

from model_book import Reasons
from model_law import CLAIM, INFORMATION_DUE, OPEN, Law, Piece
from model_network import checklist


@dataclass
class Claims(Law):
    def find_reviewable(self, officer: str, number: int) -> tuple[Piece | None, Reasons]:
        reasons = self.role_reasons(officer, "officer")
        piece = self.pieces.get(number)
        if piece is None:
            return None, reasons | {"not_found"}
        return piece, reasons | self.kept_from(officer, piece)

    def kept_from(self, officer: str, piece: Piece) -> Reasons:
        """Reasons by country: nobody decides for their own country, nor on a body that is denied to it."""
        country = self.officers.get(officer, ("observer", "-"))[1]
        own = self.own_country(officer, piece.sender)
        if own or country == "-" or not self.denied(piece.sender or "", piece.number, piece.in_body, country):
            return own
        self.reach("officer", "of a country that is denied")
        return {"not_allowed"}

    def claim(self, officer: str, number: int, take_over: str | None = None) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        holder = piece.holder(self.at)
        if piece.state not in OPEN:
            reasons |= {"refused", "conflict"}
        if take_over is not None and not take_over.strip():
            reasons.add("bad_call")
        if holder not in (None, officer):
            if take_over is None:
                reasons.add("conflict")
            else:
                reasons |= self.role_reasons(officer, "supervisor")
        if not reasons:
            lapsed = piece.claim is not None and holder is None
            self.reach(piece.state, "taken over" if holder not in (None, officer) else "claimed")
            if lapsed:
                self.reach("held", "claim had lapsed")
            piece.claim = (officer, self.at + CLAIM)
        return reasons

    def unclaim(self, officer: str, number: int) -> Reasons:
        reasons = self.role_reasons(officer, "officer")
        piece = self.pieces.get(number)
        if piece is None:
            return reasons | {"not_found"}
        holder = piece.holder(self.at)
        if holder is None:
            reasons.add("refused")
        elif holder != officer:
            reasons.add("conflict")
        if not reasons:
            piece.claim = None
        return reasons

    def _with_claim(self, officer: str, number: int, states: tuple[str, ...]) -> tuple[Piece | None, Reasons]:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return None, reasons
        if piece.state not in states:
            reasons |= {"refused", "conflict"}
        holder = piece.holder(self.at)
        if holder is None:
            reasons.add("refused")
        elif holder != officer:
            reasons.add("conflict")
        return piece, reasons

    def tick(self, officer: str, number: int, point: str) -> Reasons:
        piece, reasons = self._with_claim(officer, number, OPEN)
        if piece is None:
            return reasons
        if point not in checklist(piece.type or "", piece.kind):
            reasons.add("bad_call")
        if not reasons:
            piece.ticks.add(point)
            self.reach(piece.state, "ticked")
        return reasons

    def distinguish(self, officer: str, number: int) -> Reasons:
        """The item stays in review; what its person was like no longer counts."""
        piece, reasons = self._with_claim(officer, number, OPEN)
        if piece is not None and not reasons:
            piece.holding = ""
            self.reach(piece.state, "judged to be about another person")
        return reasons

    def note(self, officer: str, number: int) -> Reasons:
        reasons = self.role_reasons(officer, "officer")
        return reasons if number in self.pieces else reasons | {"not_found"}

    def ask(self, officer: str, number: int) -> Reasons:
        piece, reasons = self._with_claim(officer, number, ("held",))
        if piece is not None and not reasons:
            self.reach("held", "asked")
            piece.state, piece.information_due = "information_requested", self.at + INFORMATION_DUE
            self.queue_notice(piece, piece.sender, "information_request", reference=piece.reference)
        return reasons

    def reject(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.state != "quarantined":
            reasons.add("refused")
        if not reasons:
            piece.state, piece.decided_by = "rejected", officer
            self.reach("quarantined", "rejected")
        return reasons
