"""The model's intake: the expected result of each incoming message."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from model_hand_over import HandOver
from model_law import HOLDING, UNDECIDED, Piece
from model_messages_of import person_of
from model_network import is_known
from model_signing import BureauKeys

#: The contents of a receipt: outcome, item, state.
Told = tuple[str, int | None, str | None]
BODIES = ("diffusion", "notice_request", "message", "correction")


@dataclass
class Label:
    """What the catalogue knows about a message that it made: whether it is readable, and which rules fire."""

    reads: str = "well"  # or "badly" (bytes), "wrongly" (schema)
    blocking: bool = False
    judgement: bool = False
    penalty: bool = False
    holding: str = ""  # the rule that holds an item at any level: HIS-01, HIS-02, CON-05


@dataclass
class Known:
    """A used reference: its item and the receipt, which a repeat of the message gets again."""

    item: int | None
    content: Any
    state: str | None


@dataclass
class Intake(HandOver):
    references: dict[tuple[str, str], Known] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    bureau_keys: BureauKeys = field(default_factory=BureauKeys)

    def receive(self, message: dict[str, Any], label: Label, by: str | None = None) -> Told:
        """The expected receipt: the outcome, the item's number if there is one, and its state.

        ``by`` names the key that has signed it.
        """
        told = self._receive(message, label, by)
        self.outcomes[told[0]] += 1
        if label.reads == "well" and told[0] in ("repeat", "conflict"):
            self.reach(told[0], message["type"])
        return told

    def _receive(self, message: dict[str, Any], label: Label, by: str | None) -> Told:
        sender, reference = message.get("sender", ""), message.get("reference", "")
        if label.reads == "wrongly":
            return "rejected", None, None
        if label.reads == "badly":
            return "quarantined", self._quarantine(None, "undecodable"), "quarantined"
        if not is_known(sender, self.at.date()):
            return "quarantined", self._quarantine(sender, "unknown sender"), "quarantined"
        if not self.bureau_keys.takes(message, by):
            number = self._quarantine(sender, "unsigned" if by is None else "wrong signature")
            self.bureau_keys.signed_by[number] = by
            return "quarantined", number, "quarantined"
        known = self.references.get((sender, reference))
        if known is not None and known.content == message:
            return "repeat", known.item, known.state
        if known is not None:
            number = self._quarantine(sender, "conflict of reference")
            self.bureau_keys.signed_by[number] = by
            return "conflict", number, "quarantined"
        taken = self._take(message, label)
        if taken == "no":
            return "rejected", None, None
        piece = self.pieces.get(taken or 0)
        state = None if piece is None else piece.state
        self.references[sender, reference] = Known(taken, message, state)
        self.reach("accepted", message["type"])
        if piece is not None:
            if state == "blocked" and message["type"] in BODIES:
                self.queue_notice(piece, sender, "blocked", reference=reference)
            self.queue_notice(piece, sender, "receipt", reference=reference, state=state)
        return "accepted", taken, state

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
        return None  # a check, which the catalogue asks about nobody

    def _new(self, message: dict[str, Any], label: Label, goes_as: str, before: Piece | None) -> int:
        """Opens a new item. ``before`` is the item that the message corrects."""
        parent = None if before is None else before.number
        unfinished = before is not None and before.state in UNDECIDED
        piece = Piece(
            number=len(self.pieces) + 1,
            type=before.type if before is not None and unfinished else message["type"],
            goes_as=goes_as,
            kind=message.get("kind"),
            sender=message["sender"],
            state="",
            recipients=message.get("recipients"),
            confidential=message.get("confidentiality") == "confidential",
            reference=message["reference"],
            blocking=label.blocking,
            judgement=label.judgement,
            penalty=label.penalty,
            holding=label.holding,
            retention=_until(message),
            parent=parent,
            persons=[person_of(message)],
        )
        if parent is not None:
            self.roots[piece.number] = self.root(parent)
        denies_more = self.body_names(piece, set(message.get("restricted_from", ())))
        self.add_item(piece, unfinished=unfinished)
        if denies_more:
            self.denial_acts(message["sender"], piece.number)
        return piece.number

    def _own(self, sender: str, reference: str) -> Piece | None:
        known = self.references.get((sender, reference))
        return None if known is None or known.item is None else self.pieces[known.item]

    def _standing(self, piece: Piece | None) -> Piece | None:
        """The item itself, or its correction to another person if it ended by one."""
        while piece is not None and piece.state == "withdrawn":
            after = [other for other in self.pieces.values() if other.parent == piece.number]
            if not after:
                break
            piece = after[-1]
        return piece

    def _correct(self, message: dict[str, Any], label: Label) -> Any:
        piece = self._standing(self._own(message["sender"], message["of"]))
        if piece is None or piece.goes_as == "message":
            return "no"
        if (message.get("recipients") is None) != (piece.goes_as == "notice_request"):
            return "no"
        if piece.state == "released":
            self.reach("released", "corrected")
            return self._new(message, label, piece.goes_as or "", piece)
        if piece.state not in UNDECIDED:
            return "no"
        person = person_of(message)
        if {piece.persons[0], piece.persons[-1]} != {person}:
            return self._another_person(message, label, piece)
        piece.persons.append(person)
        self.reach(piece.state, "corrected")
        piece.version, piece.ticks, piece.information_due = piece.version + 1, set(), None
        piece.kind, piece.recipients = message["kind"], message.get("recipients")
        piece.confidential = message.get("confidentiality") == "confidential"
        piece.blocking, piece.judgement, piece.penalty = label.blocking, label.judgement, label.penalty
        piece.holding = label.holding
        piece.retention, piece.asked_to_keep, piece.proposal = _until(message), False, None
        denies_more = self.body_names(piece, set(message.get("restricted_from", ())))
        state, _ = self.route(piece)
        piece.state, piece.post_review = "held" if state == "released" else state, None
        if denies_more:
            self.denial_acts(message["sender"], piece.number)
        return piece.number

    def _another_person(self, message: dict[str, Any], label: Label, piece: Piece) -> int:
        """A correction to another person, whom nobody has reviewed, opens an own item and ends the corrected one."""
        self.reach(piece.state, "corrected to another person")
        number = self._new(message, label, piece.goes_as or "", piece)
        piece.state, piece.proposal, piece.claim = "withdrawn", None, None
        piece.information_due, piece.escalated = None, False
        return number

    def _withdraw(self, message: dict[str, Any]) -> Any:
        piece = self._standing(self._own(message["sender"], message["of"]))
        if piece is None or piece.state not in (*UNDECIDED, "released"):
            return "no"
        self.reach(piece.state, "withdrawn by its sender")
        was, piece.claim, piece.information_due, piece.post_review = piece.state, None, None, None
        piece.proposal, piece.escalated = None, False
        piece.state = "cancelled" if was == "released" else "withdrawn"
        if was == "released":
            self.stop_unsent(piece, "withdrawn")
            self.notify_holders(piece, "withdrawal")
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
        if row.state in HOLDING:  # a response about a copy that was to be deleted does not undo the notice
            row.state = message["action"]
            self.reach("delivery", message["action"])
        return None

    def _confirm_recall(self, message: dict[str, Any]) -> Any:
        piece = self._about(message)
        row = piece.rows.get(message["sender"]) if piece else None
        if piece is None or row is None:
            return "no"
        told = any(
            (each.item, each.recipient) == (piece.number, message["sender"]) and each.notice in ("recall", "withdrawal")
            for each in self.notices
        )
        taken_back = told or piece.state in ("recalled", "cancelled")
        recalled = taken_back and row.state in (*HOLDING, "recall_sent")
        closed = [
            each
            for each in self.notices
            if (each.item, each.recipient, each.notice) == (piece.number, message["sender"], "access_withdrawn")
            and each.state in ("sending", "delivered")
        ]
        if not recalled and not closed:
            return "no"
        for each in closed:
            each.state = "recall_confirmed"
            self.reach("delivery", "access withdrawal confirmed")
        if recalled:
            row.state = "recall_confirmed"
            self.reach("delivery", "recall confirmed")
        return None

    def _restrict_own(self, message: dict[str, Any]) -> Any:
        piece = self._own(message["sender"], message["of"]) if "of" in message else None
        if "of" in message and piece is None:
            return "no"
        item = piece.number if piece else None
        self.restrict_own(message["sender"], item, message.get("deny"), message.get("allow"))
        return item

    def restrict_own(self, owner: str, item: int | None, deny: Any, allow: Any) -> None:
        """Applies an owner's own statement, which acts at once."""
        self.restrict(owner, item, deny, allow)

    def reread(self, officer: str, number: int) -> set[str]:
        """Reads quarantined input again under today's rules; sound input is then routed."""
        piece, reasons = self.find_reviewable(officer, number)
        if piece is None:
            return reasons
        if piece.state != "quarantined" or piece.raw is None or not is_known(piece.sender or "", self.at.date()):
            return reasons | {"refused"}
        if not self.bureau_keys.takes(piece.raw, self.bureau_keys.signed_by.get(piece.number)):
            return reasons | {"refused"}
        if (piece.raw["sender"], piece.raw["reference"]) in self.references:
            return reasons | {"refused"}
        if not reasons:
            message = piece.raw
            piece.type = piece.goes_as = message["type"]
            piece.kind, piece.recipients = message.get("kind"), message.get("recipients")
            piece.confidential = message.get("confidentiality") == "confidential"
            piece.reference, piece.version = message["reference"], piece.version + 1
            piece.persons = [person_of(message)]
            piece.retention = _until(message)
            self.reach("quarantined", "read again")
            self.body_names(piece, set(message.get("restricted_from", ())))
            self.add_item(piece)
            self.references[message["sender"], message["reference"]] = Known(number, message, piece.state)
        return reasons


def _until(message: dict[str, Any]) -> date | None:
    return date.fromisoformat(message["retention_until"]) if "retention_until" in message else None
