"""The model's review: decisions by one officer and by two, and acts after a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from model_book import Reasons, strictness
from model_denials import Denials
from model_law import HOLDING, SENT, Piece, Proposal
from model_network import PARENT, checklist

SIX_MONTHS = timedelta(days=183)
REFUSED_AS = "other"
ENDED = ("rejected", "released", "refused", "withdrawn", "superseded", "recalled", "cancelled")


@dataclass
class Review(Denials):
    def settle(self) -> None:
        """Runs first in every act: makes due measures effective and applies deadlines."""
        self.come_into_force()
        for piece in self.pieces.values():
            due = piece.information_due
            silent = piece.state == "information_requested" and due is not None and due <= self.at
            if silent and not piece.escalated:
                piece.escalated = True
                self.reach("information_requested", "silence past due")
            if piece.state == "released" and self._must_be_renewed(piece):
                piece.asked_to_keep = True
                self.queue_notice(piece, piece.sender, "retention_question")
                self.reach("released", "source asked whether to keep it")

    def _must_be_renewed(self, piece: Piece) -> bool:
        asked = piece.asked_to_keep or piece.retention is None
        return not asked and piece.retention - SIX_MONTHS <= self.at.date()

    # One officer

    def escalate(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.state not in ("held", "information_requested"):
            reasons |= {"refused", "conflict"}
        if not reasons:
            self.reach(piece.state, "escalated")
            piece.escalated = True
        return reasons

    def release(self, officer: str, number: int, *, override: bool = False) -> Reasons:
        piece, reasons = self._with_claim(officer, number, ("held",))
        if piece is None:
            return reasons
        if override:
            reasons |= self.role_reasons(officer, "supervisor")
            if not piece.penalty:
                reasons |= {"bad_call", "refused"}
        reasons |= self.against_release(piece, override=override)
        if reasons:
            return reasons
        if piece.judgement or override:
            self.propose(piece, officer, "release", override=override)
        else:
            self.reach("held", "released by one officer")
            self.do_release(piece, officer)
        return reasons

    def against_release(self, piece: Piece, *, override: bool = False) -> Reasons:
        unticked = checklist(piece.type or "", piece.kind) - piece.ticks
        blocked = piece.blocking or (piece.penalty and not override)
        nobody = all(cause is not None for cause in self.audience(piece).values())
        suspended = self.level_of(piece) == "suspended"
        return {"refused"} if unticked or blocked or nobody or suspended else set()

    def do_release(self, piece: Piece, officer: str) -> None:
        piece.state, piece.claim, piece.escalated, piece.information_due = "released", None, False, None
        piece.decided_by, piece.held_before, piece.proposal = officer, True, None
        self.publish(piece)
        self.queue_deliveries(piece)

    def publish(self, piece: Piece) -> None:
        """Gives a released notice request its own number, once; its correction keeps the number."""
        known: Piece | None = piece
        while known is not None and known.notice_number is None:
            known = self.pieces.get(known.parent or 0)
        if known is not None:
            piece.notice_number = known.notice_number
        elif piece.goes_as == "notice_request":
            self.published += 1
            piece.notice_number = f"N-{self.at:%Y}/{self.published:05d}"

    def refuse(self, officer: str, number: int, *, coded: bool = True) -> Reasons:
        piece, reasons = self._with_claim(officer, number, ("held", "information_requested"))
        if not coded:
            reasons.add("bad_call")
        if piece is None or reasons:
            return reasons
        piece.spoke.add(officer)
        if piece.judgement:
            self.propose(piece, officer, "refuse")
        else:
            self.reach(piece.state, "refused by one officer")
            self.do_refuse(piece, officer)
        return reasons

    def do_refuse(self, piece: Piece, officer: str) -> None:
        piece.state, piece.claim, piece.escalated, piece.information_due = "refused", None, False, None
        piece.decided_by, piece.post_review, piece.proposal = officer, None, None
        self.queue_notice(piece, piece.sender, "refused", reference=piece.reference, code=REFUSED_AS)

    # Two persons

    def seen(self, piece: Piece, what: str) -> Any:
        """The state on which a proposal is based; a change of it makes the proposal void."""
        if what == "recall":
            return piece.version, piece.cycle
        return (
            piece.version,
            piece.cycle,
            sorted(self.audience(piece).items()),
            self.level_of(piece),
            self._measure_of(piece),
            self.last_statement(piece.sender or "", piece.number),
        )

    def _measure_of(self, piece: Piece) -> int | None:
        best, number = 0, None
        for code in (piece.sender, PARENT.get(piece.sender or "")):
            order = self.in_force(code or "")
            if order is not None and strictness(order, piece.channel, piece.kind) > best:
                best, number = strictness(order, piece.channel, piece.kind), order.number
        return number

    def propose(self, piece: Piece, officer: str, what: str, *, override: bool = False) -> None:
        self.reach(piece.state, f"{what} proposed")
        piece.proposal = Proposal(officer, what, self.seen(piece, what), override)
        if what != "recall":
            piece.state, piece.information_due = "proposed", None

    def stale(self, piece: Piece, proposal: Proposal) -> bool:
        least = "supervisor" if proposal.overrides else "officer"
        if self.role_reasons(proposal.officer, least) or self.kept_from(proposal.officer, piece):
            self.reach("proposed", "void by its proposer")
            return True
        return self.seen(piece, proposal.what) != proposal.seen

    def confirm_item(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        proposal = piece.proposal
        if proposal is None:
            return reasons | {"refused", "conflict"}
        if proposal.officer == officer:
            reasons.add("not_allowed")
        if reasons:
            return reasons
        if self.stale(piece, proposal):
            self.reach("proposed", "found stale")
            self._falls(piece)
            return {"conflict"}
        self.reach("released" if proposal.what == "recall" else "proposed", f"{proposal.what} confirmed")
        piece.spoke.add(officer)
        match proposal.what:
            case "release":
                self.do_release(piece, officer)
            case "refuse":
                self.do_refuse(piece, officer)
            case _:
                self.do_recall(piece, officer, urgent=False)
        return reasons

    def _falls(self, piece: Piece) -> None:
        if piece.proposal is not None and piece.proposal.what == "recall":
            self.notify_holders(piece, "caveat_lifted")
        piece.proposal = None
        if piece.state == "proposed":
            piece.state = "held"

    def dissent_item(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.proposal is None:
            return reasons | {"refused", "conflict"}
        if not reasons:
            own = "taken back" if piece.proposal.officer == officer else "dissented"
            self.reach("proposed", f"{piece.proposal.what} {own}")
            self._falls(piece)
        return reasons

    # After a release

    def recall(self, officer: str, number: int, *, urgent: bool) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.state != "released":
            reasons |= {"refused", "conflict"}
        if piece.proposal is not None:
            reasons.add("conflict")
        if reasons:
            return reasons
        if urgent:
            self.reach("released", "recalled at once")
            self.do_recall(piece, officer, urgent=True)
        else:
            self.propose(piece, officer, "recall")
            self.notify_holders(piece, "caveat")
        return reasons

    def do_recall(self, piece: Piece, officer: str, *, urgent: bool) -> None:
        piece.state, piece.decided_by, piece.proposal, piece.unratified = "recalled", officer, None, urgent
        piece.post_review = "ok" if piece.post_review else None
        self.stop_unsent(piece, "recalled")
        self.notify_holders(piece, "recall")
        self.queue_notice(piece, piece.sender, "recall")

    def ratify(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        reasons |= self.role_reasons(officer, "supervisor")
        if piece is None:
            return reasons
        if not piece.unratified:
            reasons.add("refused")
        elif piece.decided_by == officer:
            reasons.add("not_allowed")
        if not reasons:
            piece.unratified = False
            self.reach("recalled", "ratified")
        return reasons

    def post_review(self, officer: str, number: int, *, keep: bool) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.post_review != "due":
            return reasons | {"refused"}
        if piece.proposal is not None:
            reasons.add("conflict")
        if reasons:
            return reasons
        self.reach("released", "reviewed, stands" if keep else "reviewed, to be recalled")
        if not keep:
            return self.recall(officer, number, urgent=False)
        piece.post_review = "ok"
        return reasons

    def undo(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        left = any(row.state in SENT or row.attempts for row in piece.rows.values())
        if piece.state != "released" or not piece.held_before or left:
            reasons.add("refused")
        if not reasons:
            self.stop_unsent(piece, "withdrawn")
            self._again(piece)
            self.reach("released", "undone")
            self.reinstate(piece)
        return reasons

    def reopen(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.find_reviewable(officer, number)
        reasons |= self.role_reasons(officer, "supervisor")
        if piece is None:
            return reasons
        if piece.state != "refused":
            reasons |= {"refused", "conflict"}
        elif officer in piece.spoke:
            reasons.add("not_allowed")
        if not reasons:
            self._again(piece)
            self.reach("refused", "reopened")
        return reasons

    def _again(self, piece: Piece) -> None:
        piece.state, piece.cycle, piece.decided_by, piece.proposal = "held", piece.cycle + 1, None, None
        piece.spoke = set()

    # Retention

    def hold_legally(self, officer: str, number: int, *, held: bool) -> Reasons:
        reasons = self.role_reasons(officer, "supervisor")
        piece = self.pieces.get(number)
        if piece is None:
            return reasons | {"not_found"}
        reasons |= self.own_country(officer, piece.sender)
        if piece.state == "purged" or piece.legal_hold == held:
            reasons.add("refused")
        if not reasons:
            piece.legal_hold = held
        return reasons

    def purge(self, officer: str) -> tuple[Reasons, list[int]]:
        reasons = self.role_reasons(officer, "administrator")
        if reasons:
            return reasons, []
        gone = [piece for piece in self.pieces.values() if self._may_go(piece)]
        for piece in sorted(gone, key=lambda each: (each.retention, each.number)):
            self.reach(piece.state, "purged")
            if piece.state == "released":
                self.stop_unsent(piece, "withdrawn")
                self.notify_holders(piece, "withdrawal")
            elif piece.state == "superseded":
                self._tell_last_holders(piece)
            piece.state, piece.post_review, piece.claim = "purged", None, None
        return reasons, [piece.number for piece in gone]

    def _tell_last_holders(self, piece: Piece) -> None:
        """Sends a notice to holders of a superseded item who get no later one of its family."""
        later = [self.pieces[number] for number in self.family(piece.number) if number > piece.number]
        have_later = {code for other in later for code, row in other.rows.items() if row.state in SENT}
        for code, row in piece.rows.items():
            if row.state in HOLDING and code not in have_later:
                self.queue_notice(piece, code, "withdrawal")

    def _may_go(self, piece: Piece) -> bool:
        past = piece.retention is not None and piece.retention < self.at.date()
        waits = piece.legal_hold or piece.unratified or piece.proposal is not None
        return past and piece.state in ENDED and not waits
