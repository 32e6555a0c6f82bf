"""The model's law of items: what each act must come to, by the table of states (design, 4) and the race rules.

An act returns the reasons why the desk must refuse it; without reasons it was done here, and the desk must do it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from model_book import Book, Reasons
from model_network import PARENT, is_known, members, points

OPEN = ("held", "information_requested", "proposed")
UNDECIDED = (*OPEN, "blocked")
NOT_SENT = ("queued", "failed", "dead")
HOLDING = ("delivered", "acknowledged", "acting", "acted", "declined")
SENT = ("sending", *HOLDING, "recall_sent", "recall_confirmed")
CLAIM = timedelta(minutes=30)
INFORMATION_DUE = timedelta(days=7)


@dataclass
class Row:
    """One recipient's delivery."""

    state: str
    key: str
    cause: str | None = None
    waiting: bool = False
    attempts: int = 0
    due: datetime | None = None


@dataclass
class Telling:
    """A line of the desk's own to a bureau; ``due`` is ``None`` while its bureau is off the network."""

    item: int
    recipient: str
    notice: str
    state: str = "queued"
    attempts: int = 0
    due: datetime | None = None


@dataclass
class Proposal:
    """One officer's half of a decision, and what that officer saw."""

    officer: str
    what: str
    seen: Any
    overrides: bool = False


@dataclass
class Piece:
    """An item. ``goes_as`` is the type that it is routed and examined as: a correction goes as what it corrects."""

    number: int
    type: str | None
    goes_as: str | None
    kind: str | None
    sender: str | None
    state: str
    recipients: Any = None
    in_body: set[str] = field(default_factory=set)
    blocking: bool = False
    judgement: bool = False
    penalty: bool = False
    holding: str = ""
    retention: date | None = None
    version: int = 1
    cycle: int = 1
    claim: tuple[str, datetime] | None = None
    escalated: bool = False
    post_review: str | None = None
    information_due: datetime | None = None
    parent: int | None = None
    ticks: set[str] = field(default_factory=set)
    rows: dict[str, Row] = field(default_factory=dict)
    held_before: bool = False
    decided_by: str | None = None
    proposal: Proposal | None = None
    spoke: set[str] = field(default_factory=set)
    unratified: bool = False
    legal_hold: bool = False
    asked_to_keep: bool = False
    access_told: set[str] = field(default_factory=set)
    raw: Any = None

    def holder(self, at: datetime) -> str | None:
        return self.claim[0] if self.claim and at < self.claim[1] else None

    @property
    def channel(self) -> str:
        return "message" if self.goes_as == "message" else "diffusion"

    @property
    def name(self) -> str:
        return f"D-{self.number:06d}"


@dataclass
class Law(Book):
    """Items, routing, claims; what officers decide stands in :mod:`model_review`."""

    pieces: dict[int, Piece] = field(default_factory=dict)
    tellings: list[Telling] = field(default_factory=list)

    # Routing

    def level_of(self, piece: Piece) -> str:
        return self.level(piece.sender or "", piece.channel, piece.kind)

    def verdict(self, piece: Piece, recipient: str) -> str | None:
        """Why a recipient may not get an item now, or ``None``."""
        if self.denied(piece.sender or "", piece.number, piece.in_body, recipient):
            return "restricted"
        if not is_known(recipient, self.at.date()):
            return "not_member"
        return "suspended" if self.suspended(recipient) else None

    def audience(self, piece: Piece) -> dict[str, str | None]:
        wanted = members(self.at.date()) if piece.recipients in (None, "all") else piece.recipients
        return {code: self.verdict(piece, code) for code in wanted if code != piece.sender}

    def route(self, piece: Piece) -> tuple[str, str | None]:
        """The state that intake leads to, and whether a review afterwards is due."""
        level = self.level_of(piece)
        if level != "suspended" and self._floor(piece) is not None:
            level = "held"
        match level:
            case "suspended":
                return "blocked", None
            case "held":
                return "held", None
            case "monitored":
                return "released", "due"
        return "released", "due" if piece.blocking else None

    def _floor(self, piece: Piece) -> str | None:
        """Why an item is held at any level of its sender."""
        if piece.goes_as == "notice_request":
            return "held as notice_request"
        if piece.kind == "silver":
            return "silver"
        if piece.holding:
            return f"held for {piece.holding}"
        if self.hold_on_block and piece.blocking:
            return "held for a block"
        nobody = all(cause is not None for cause in self.audience(piece).values())
        return "nobody left" if nobody else None

    def place(self, piece: Piece) -> None:
        """A new item: it joins the desk where its route leads."""
        self.pieces[piece.number] = piece
        piece.state, piece.post_review = self.route(piece)
        self.reach("-", self._received_as(piece))
        if piece.state == "released":
            self.send_out(piece)

    def _received_as(self, piece: Piece) -> str:
        level = self.level_of(piece)
        if piece.state == "blocked":
            return "received, suspended"
        if piece.state == "held":
            return "received, held by level" if level == "held" else f"received, {self._floor(piece)}"
        if level == "monitored":
            return "received, monitored"
        return "received, direct with a block" if piece.post_review else "received, direct"

    def send_out(self, piece: Piece) -> None:
        for code, cause in self.audience(piece).items():
            key = f"{piece.name}/{piece.version}.{piece.cycle}/{code}"
            row = Row("queued", key, due=self.at) if cause is None else Row("suppressed", key, cause)
            row.waiting = cause is None and code in self.offline
            piece.rows[code] = row
            if cause is not None:
                self.reach("delivery", f"suppressed, {cause}")
        parent = self.pieces.get(piece.parent or 0)
        if parent is not None and parent.state == "released":
            self.stop_unsent(parent, "withdrawn")
            parent.state, parent.post_review, parent.proposal = "superseded", None, None
            self.reach("released", "superseded")

    def stop_unsent(self, piece: Piece, cause: str, only: set[str] | None = None) -> None:
        for code, row in piece.rows.items():
            if row.state in NOT_SENT and (only is None or code in only):
                row.state, row.cause, row.waiting, row.due = "suppressed", cause, False, None
                self.reach("delivery", f"suppressed, {cause}")

    def tell(self, piece: Piece, recipient: str | None, notice: str) -> None:
        if recipient is not None:
            self.tellings.append(Telling(piece.number, recipient, notice, due=self.at))

    def tell_holders(self, piece: Piece, notice: str) -> None:
        for code, row in piece.rows.items():
            if row.state in (*HOLDING, "recall_sent", "recall_confirmed"):
                self.tell(piece, code, notice)

    # What a change of level does

    def stopped_by(self, piece: Piece) -> str | None:
        level = self.level_of(piece)
        if level == "suspended":
            return "suspended"
        return "measure" if level == "held" and not piece.held_before else None

    def stop(self, piece: Piece) -> None:
        """Race rules 2 and 3: what has not left is stopped, and the item goes back if nothing of it had left."""
        cause = self.stopped_by(piece)
        if cause is None:
            return
        partly_out = any(row.state in SENT for row in piece.rows.values())
        self.stop_unsent(piece, cause)
        if partly_out:
            piece.post_review = "due"
            self.reach("released", f"rest stopped, {cause}")
            return
        piece.state = "blocked" if cause == "suspended" else "held"
        piece.cycle, piece.post_review, piece.proposal = piece.cycle + 1, None, None
        piece.spoke = set()
        self.reach("released", f"{piece.state} again by a measure")

    def enforce(self, country: str) -> None:
        for piece in self.pieces.values():
            if piece.sender is None or country not in (piece.sender, PARENT.get(piece.sender)):
                continue
            under_way = (*NOT_SENT, "sending")
            if piece.state == "released" and any(row.state in under_way for row in piece.rows.values()):
                self.stop(piece)
            elif piece.state in OPEN and self.level_of(piece) == "suspended":
                self.reach(piece.state, "sender suspended")
                piece.state, piece.claim, piece.proposal = "blocked", None, None
            elif piece.state == "blocked" and self.level_of(piece) != "suspended":
                piece.state = "held"
                self.reach("blocked", "level eased")

    # Officers

    def judge(self, officer: str, number: int) -> tuple[Piece | None, Reasons]:
        reasons = self.role_reasons(officer, "officer")
        piece = self.pieces.get(number)
        if piece is None:
            return None, reasons | {"not_found"}
        return piece, reasons | self.own_country(officer, piece.sender)

    def claim(self, officer: str, number: int, take_over: str | None = None) -> Reasons:
        piece, reasons = self.judge(officer, number)
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
        piece, reasons = self.judge(officer, number)
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
        if point not in points(piece.type or "", piece.kind):
            reasons.add("bad_call")
        if not reasons:
            piece.ticks.add(point)
            self.reach(piece.state, "ticked")
        return reasons

    def note(self, officer: str, number: int) -> Reasons:
        reasons = self.role_reasons(officer, "officer")
        return reasons if number in self.pieces else reasons | {"not_found"}

    def ask(self, officer: str, number: int) -> Reasons:
        piece, reasons = self._with_claim(officer, number, ("held",))
        if piece is not None and not reasons:
            self.reach("held", "asked")
            piece.state, piece.information_due = "information_requested", self.at + INFORMATION_DUE
            self.tell(piece, piece.sender, "information_request")
        return reasons

    def reject(self, officer: str, number: int) -> Reasons:
        piece, reasons = self.judge(officer, number)
        if piece is None:
            return reasons
        if piece.state != "quarantined":
            reasons.add("refused")
        if not reasons:
            piece.state, piece.decided_by = "rejected", officer
            self.reach("quarantined", "rejected")
        return reasons

    def restrict(self, owner: str, item: int | None, deny: Any, allow: Any) -> None:
        """An owner's statements: queued rows that they forbid stop at once (race rule 13)."""
        for targets, denies in ((deny, True), (allow, False)):
            for target in ["*"] if targets == "all" else targets or []:
                self.statements.append((owner, item, target, denies))
        self.reach("restriction", "on an item" if item else "standing")
        if not deny:
            return
        for piece in self.pieces.values():
            concerned = piece.number == item if item else owner in (piece.sender, PARENT.get(piece.sender or ""))
            if not concerned or piece.sender is None:
                continue
            forbidden = {c for c in piece.rows if self.denied(piece.sender, piece.number, piece.in_body, c)}
            self.stop_unsent(piece, "restricted", forbidden)
            for code, row in piece.rows.items():
                if row.state in (*HOLDING, "recall_sent") and self.denied(piece.sender, item, set(), code):
                    self.withdraw_access(piece, code)

    def withdraw_access(self, piece: Piece, recipient: str) -> None:
        """Told, and each copy only once; it cannot be erased by the desk."""
        if recipient not in piece.access_told:
            piece.access_told.add(recipient)
            self.tell(piece, recipient, "access_withdrawn")
            self.reach("delivery", "access withdrawn")
