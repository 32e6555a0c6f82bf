"""The model's intake: what each message from outside must come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from model_hand_over import HandOver
from model_law import HOLDING, UNDECIDED, Piece
from model_network import is_known


@dataclass
class Label:
    """What the catalogue knows of a message that it made: how it reads, and what the rules say of it."""

    reads: str = "well"  # or "badly" (bytes), "wrongly" (schema)
    blocking: bool = False
    judgement: bool = False
    penalty: bool = False
    holding: str = ""  # the rule that holds an item at any level: HIS-01, HIS-02, CON-05


@dataclass
class Known:
    item: int | None
    content: Any


@dataclass
class Intake(HandOver):
    references: dict[tuple[str, str], Known] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)

    def receive(self, message: dict[str, Any], label: Label) -> tuple[str, int | None]:
        """The outcome, and the item's number where there is one."""
        outcome, item = self._receive(message, label)
        self.outcomes[outcome] += 1
        return outcome, item

    def _receive(self, message: dict[str, Any], label: Label) -> tuple[str, int | None]:
        sender, reference = message.get("sender", ""), message.get("reference", "")
        if label.reads == "wrongly":
            return "rejected", None
        if label.reads == "badly":
            return "quarantined", self._quarantine(None, "undecodable")
        if not is_known(sender, self.at.date()):
            return "quarantined", self._quarantine(sender, "unknown sender")
        known = self.references.get((sender, reference))
        if known is not None and known.content == message:
            return "repeat", known.item
        if known is not None:
            return "conflict", self._quarantine(sender, "conflict of reference")
        taken = self._take(message, label)
        if taken == "no":
            return "rejected", None
        self.references[sender, reference] = Known(taken, message)
        piece = self.pieces.get(taken or 0)
        if piece is not None:
            if piece.state == "blocked" and message["type"] in ("diffusion", "notice_request", "message", "correction"):
                self.tell(piece, sender, "blocked")
            self.tell(piece, sender, "receipt")
        return "accepted", taken

    def _quarantine(self, sender: str | None, why: str) -> int:
        number = len(self.pieces) + 1
        self.pieces[number] = Piece(number, None, None, None, sender, "quarantined")
        self.reach("-", f"received, {why}")
        return number

    def _take(self, message: dict[str, Any], label: Label) -> Any:
        match message["type"]:
            case "diffusion" | "notice_request" | "message":
                return self._new(message, label, message["type"], None)
            case "correction":
                return self._correct(message, label)
            case "withdrawal":
                return self._withdraw(message)
            case "information":
                return self._inform(message)
            case "response":
                return self._respond(message)
            case "recall_confirmation":
                return self._confirm_recall(message)
            case "restriction":
                return self._restrict_own(message)
        return None

    def _new(self, message: dict[str, Any], label: Label, goes_as: str, parent: int | None) -> int:
        piece = Piece(
            number=len(self.pieces) + 1,
            type=message["type"],
            goes_as=goes_as,
            kind=message.get("kind"),
            sender=message["sender"],
            state="",
            recipients=message.get("recipients"),
            in_body=set(message.get("restricted_from", ())),
            blocking=label.blocking,
            judgement=label.judgement,
            penalty=label.penalty,
            holding=label.holding,
            retention=_until(message),
            parent=parent,
        )
        self.place(piece)
        return piece.number

    def _own(self, sender: str, reference: str) -> Piece | None:
        known = self.references.get((sender, reference))
        return None if known is None or known.item is None else self.pieces[known.item]

    def _correct(self, message: dict[str, Any], label: Label) -> Any:
        piece = self._own(message["sender"], message["of"])
        if piece is None or piece.goes_as == "message":
            return "no"
        if (message.get("recipients") is None) != (piece.goes_as == "notice_request"):
            return "no"
        if piece.state == "released":
            self.reach("released", "corrected")
            return self._new(message, label, piece.goes_as or "", piece.number)
        if piece.state not in UNDECIDED:
            return "no"
        self.reach(piece.state, "corrected")
        piece.version, piece.ticks, piece.information_due = piece.version + 1, set(), None
        piece.kind, piece.recipients = message["kind"], message.get("recipients")
        piece.in_body = set(message.get("restricted_from", ()))
        piece.blocking, piece.judgement, piece.penalty = label.blocking, label.judgement, label.penalty
        piece.holding = label.holding
        piece.retention, piece.asked_to_keep, piece.proposal = _until(message), False, None
        state, _ = self.route(piece)
        piece.state, piece.post_review = "held" if state == "released" else state, None
        return piece.number

    def _withdraw(self, message: dict[str, Any]) -> Any:
        piece = self._own(message["sender"], message["of"])
        if piece is None or piece.state not in (*UNDECIDED, "released"):
            return "no"
        self.reach(piece.state, "withdrawn by its sender")
        was, piece.claim, piece.information_due, piece.post_review = piece.state, None, None, None
        piece.proposal, piece.escalated = None, False
        piece.state = "cancelled" if was == "released" else "withdrawn"
        if was == "released":
            self.stop_unsent(piece, "withdrawn")
            self.tell_holders(piece, "withdrawal")
        return piece.number

    def _about(self, message: dict[str, Any]) -> Piece | None:
        return self.pieces.get(int(message["about"][2:]))

    def _inform(self, message: dict[str, Any]) -> Any:
        piece = self._about(message)
        if piece is None or piece.sender != message["sender"] or piece.state not in UNDECIDED:
            return "no"
        self.reach(piece.state, "information")
        if piece.state == "information_requested":
            piece.state, piece.information_due = "held", None
        return piece.number

    def _respond(self, message: dict[str, Any]) -> Any:
        piece = self._about(message)
        row = piece.rows.get(message["sender"]) if piece else None
        if row is None or row.state not in (*HOLDING, "recall_sent", "recall_confirmed"):
            return "no"
        if row.state in HOLDING:  # what is said of a copy that was to be given up does not undo the telling
            row.state = message["action"]
            self.reach("delivery", message["action"])
        return None

    def _confirm_recall(self, message: dict[str, Any]) -> Any:
        piece = self._about(message)
        row = piece.rows.get(message["sender"]) if piece else None
        if piece is None or row is None or piece.state not in ("recalled", "cancelled"):
            return "no"
        if row.state not in (*HOLDING, "recall_sent"):
            return "no"
        row.state = "recall_confirmed"
        self.reach("delivery", "recall confirmed")
        return None

    def _restrict_own(self, message: dict[str, Any]) -> Any:
        piece = self._own(message["sender"], message["of"]) if "of" in message else None
        if "of" in message and piece is None:
            return "no"
        self.restrict(message["sender"], piece.number if piece else None, message.get("deny"), message.get("allow"))
        return piece.number if piece else None

    def reread(self, officer: str, number: int) -> set[str]:
        """Quarantined input is read again under today's rules; what is sound now is routed."""
        piece, reasons = self.judge(officer, number)
        if piece is None:
            return reasons
        if piece.state != "quarantined" or piece.raw is None or not is_known(piece.sender or "", self.at.date()):
            return reasons | {"refused"}
        if (piece.raw["sender"], piece.raw["reference"]) in self.references:
            return reasons | {"refused"}
        if not reasons:
            message = piece.raw
            piece.type = piece.goes_as = message["type"]
            piece.kind, piece.recipients = message.get("kind"), message.get("recipients")
            piece.in_body, piece.version = set(message.get("restricted_from", ())), piece.version + 1
            piece.retention = _until(message)
            self.reach("quarantined", "read again")
            self.references[message["sender"], message["reference"]] = Known(number, message)
            self.place(piece)
        return reasons

    def restrict_for(self, officer: str, owner: str, item: int | None, deny: Any, allow: Any) -> set[str]:
        reasons = self.role_reasons(officer, "supervisor")
        if deny is None and allow is None:
            reasons.add("bad_call")
        piece = self.pieces.get(item or 0)
        if item is not None and piece is None:
            reasons.add("not_found")
        if (piece is not None and piece.sender != owner) or not is_known(owner, self.at.date()):
            reasons.add("bad_call")
        if not reasons:
            self.restrict(owner, item, deny, allow)
        return reasons


def _until(message: dict[str, Any]) -> date | None:
    return date.fromisoformat(message["retention_until"]) if "retention_until" in message else None
