"""The model's law of items: the result of each act by the table of states (design, 4) and the race rules.

An act returns the reasons why the desk must refuse it; without reasons the model has done it and the desk must do it
too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from model_network import PARENT, is_known, members
from model_owners import Owners

OPEN = ("held", "information_requested", "proposed")
UNDECIDED = (*OPEN, "blocked")
NOT_SENT = ("queued", "failed", "dead")
HOLDING = ("delivered", "acknowledged", "acting", "acted", "declined")
SENT = ("sending", *HOLDING, "recall_sent", "recall_confirmed")
CLAIM = timedelta(minutes=30)
INFORMATION_DUE = timedelta(days=7)


@dataclass
class Row:
    """The delivery to one recipient."""

    state: str
    key: str
    cause: str | None = None
    waiting: bool = False
    attempts: int = 0
    due: datetime | None = None


@dataclass
class QueuedNotice:
    """A notice to a bureau. ``due`` is ``None`` while the bureau is offline.

    ``says`` names what the line must contain.
    """

    item: int
    recipient: str
    notice: str
    says: dict[str, Any] = field(default_factory=dict)
    state: str = "queued"
    attempts: int = 0
    due: datetime | None = None


@dataclass
class Proposal:
    """One officer's proposed decision, and the state that the officer saw."""

    officer: str
    what: str
    seen: Any
    overrides: bool = False


@dataclass
class Piece:
    """An item.

    ``goes_as`` is the type under which it is routed and examined: a correction has that of the item it corrects.
    """

    number: int
    type: str | None
    goes_as: str | None
    kind: str | None
    sender: str | None
    state: str
    recipients: Any = None
    in_body: set[str] = field(default_factory=set)
    confidential: bool = False
    reference: str | None = None
    notice_number: str | None = None
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
    persons: list[str | None] = field(default_factory=list)
    #: The correction that replaced the item, and the review afterwards that was due at that time.
    superseded_by: tuple[int, str | None] | None = None

    def holder(self, at: datetime) -> str | None:
        return self.claim[0] if self.claim and at < self.claim[1] else None

    @property
    def channel(self) -> str:
        return "message" if self.goes_as == "message" else "diffusion"

    @property
    def name(self) -> str:
        return f"D-{self.number:06d}"


@dataclass
class Law(Owners):
    """Items, routing and claims; officers' decisions are in :mod:`model_review`."""

    pieces: dict[int, Piece] = field(default_factory=dict)
    notices: list[QueuedNotice] = field(default_factory=list)
    cleared: frozenset[str] = frozenset()
    published: int = 0
    #: Whether items that would go out at once are now chosen for review.
    sampled: bool = False

    # Routing

    def level_of(self, piece: Piece) -> str:
        return self.level(piece.sender or "", piece.channel, piece.kind)

    def verdict(self, piece: Piece, recipient: str) -> str | None:
        """The cause why a recipient may not get an item now, or ``None``."""
        if self.denied(piece.sender or "", piece.number, piece.in_body, recipient):
            return "restricted"
        if not is_known(recipient, self.at.date()):
            return "not_member"
        if self.suspended(recipient):
            return "suspended"
        return "uncleared" if piece.confidential and recipient not in self.cleared else None

    def audience(self, piece: Piece) -> dict[str, str | None]:
        wanted = members(self.at.date()) if piece.recipients in (None, "all") else piece.recipients
        return {code: self.verdict(piece, code) for code in wanted if code != piece.sender}

    def route(self, piece: Piece) -> tuple[str, str | None]:
        """The state to which intake routes an item, and whether a review afterwards is due."""
        level = self.level_of(piece)
        if level != "suspended" and self._holding_reasons(piece) is not None:
            level = "held"
        match level:
            case "suspended":
                return "blocked", None
            case "held":
                return "held", None
            case "monitored":
                return "released", "due"
        return "released", "due" if piece.blocking else None

    def _holding_reasons(self, piece: Piece) -> str | None:
        """The reasons that hold an item at any level of its sender."""
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

    def add_item(self, piece: Piece, *, unfinished: bool = False) -> None:
        """Adds a new item in the state of its route.

        ``unfinished``: it corrects an item that is still in review, and does not go out without a review.
        """
        self.pieces[piece.number] = piece
        piece.state, piece.post_review = self.route(piece)
        sample = self.sampled and piece.goes_as != "message"
        if piece.state == "released" and (unfinished or sample):
            piece.state, piece.post_review = "held", None
            self.reach("-", "received, unfinished" if unfinished else "received, a sample")
        else:
            self.reach("-", self._received_as(piece))
        if piece.state == "released":
            self.queue_deliveries(piece)

    def _received_as(self, piece: Piece) -> str:
        level = self.level_of(piece)
        if piece.state == "blocked":
            return "received, suspended"
        if piece.state == "held":
            return "received, held by level" if level == "held" else f"received, {self._holding_reasons(piece)}"
        if level == "monitored":
            return "received, monitored"
        return "received, direct with a block" if piece.post_review else "received, direct"

    def queue_deliveries(self, piece: Piece) -> None:
        for code, cause in self.audience(piece).items():
            key = f"{piece.name}/{piece.version}.{piece.cycle}/{code}"
            row = Row("queued", key, due=self.at) if cause is None else Row("suppressed", key, cause)
            row.waiting = cause is None and code in self.offline
            piece.rows[code] = row
            if cause is not None:
                self.reach("delivery", f"suppressed, {cause}")
        parent = self.pieces.get(piece.parent or 0)
        while parent is not None and parent.state == "withdrawn" and parent.parent is not None:
            parent = self.pieces[parent.parent]  # a correction that was replaced by a later one no longer counts
        if parent is not None and parent.state == "released":
            self.stop_unsent(parent, "withdrawn")
            if parent.proposal is not None:
                self.notify_holders(parent, "caveat_lifted")
            parent.superseded_by = piece.number, "due" if parent.post_review == "due" else None
            parent.state, parent.post_review, parent.proposal = "superseded", None, None
            self.reach("released", "superseded")

    def stop_unsent(self, piece: Piece, cause: str, only: set[str] | None = None) -> None:
        for code, row in piece.rows.items():
            if row.state in NOT_SENT and (only is None or code in only):
                row.state, row.cause, row.waiting, row.due = "suppressed", cause, False, None
                self.reach("delivery", f"suppressed, {cause}")

    def queue_notice(self, piece: Piece, recipient: str | None, notice: str, **says: Any) -> None:
        """Queues a notice; an offline bureau gets it when it is online again."""
        if recipient is not None:
            self.notices.append(QueuedNotice(piece.number, recipient, notice, says, due=self.at))
            self.reach("told", notice)

    def notify_holders(self, piece: Piece, notice: str) -> None:
        """Sends a notice to each holder of a copy; a holder of an earlier version only gets it about that version."""
        have = {code for code, row in piece.rows.items() if row.state in (*HOLDING, "recall_sent", "recall_confirmed")}
        for code in have:
            self.queue_notice(piece, code, notice)
        for before in self.superseded_items(piece):
            for code, row in before.rows.items():
                if row.state in HOLDING and code not in have:
                    have.add(code)
                    self.queue_notice(before, code, notice)
                    self.reach("told of an earlier version", notice)

    def superseded_items(self, piece: Piece) -> list[Piece]:
        """The items that an item superseded, latest first."""
        before = self.pieces.get(piece.parent or 0)
        if before is None:
            return []
        return [*([before] if before.state == "superseded" else []), *self.superseded_items(before)]

    def final_state(self, piece: Piece) -> str:
        """The item's end, or that of the correction that replaced it."""
        if piece.state != "superseded":
            return piece.state
        after = [other for other in self.pieces.values() if piece in self.superseded_items(other)]
        ends = [other.state for other in after if other.state in ("recalled", "cancelled")]
        return ends[-1] if ends else piece.state

    # Effects of a change of level

    def stopped_by(self, piece: Piece) -> str | None:
        level = self.level_of(piece)
        if level == "suspended":
            return "suspended"
        return "measure" if level == "held" and not piece.held_before else None

    def stop(self, piece: Piece) -> None:
        """Stops unsent deliveries (race rules 2 and 3); the item returns to review if nothing of it was sent."""
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
        piece.decided_by = None
        piece.spoke = set()
        self.reach("released", f"{piece.state} again by a measure")
        parent = self.reinstate(piece)
        if parent is not None and any(row.state in NOT_SENT for row in parent.rows.values()):
            self.stop(parent)

    def reinstate(self, piece: Piece) -> Piece | None:
        """Returns an unsent correction to review and restores the item that it had replaced."""
        for parent in self.pieces.values():
            if parent.state != "superseded" or parent.superseded_by is None or parent.superseded_by[0] != piece.number:
                continue
            parent.state, parent.post_review = "released", parent.superseded_by[1]
            for row in parent.rows.values():
                if row.cause == "withdrawn":
                    row.state, row.cause, row.attempts, row.due = "queued", None, 0, self.at
            self.reach("superseded", "stands again")
            return parent
        return None

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
