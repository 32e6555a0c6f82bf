"""The model's dispatcher: what a commit may lease, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from model_book import Reasons
from model_law import HOLDING, Piece, QueuedNotice, Row
from model_review import Review

TRIES = 8
MAIN_ROUTE = "main"
BACK_OFF_FIRST = timedelta(seconds=1)
BACK_OFF_MOST = timedelta(minutes=10)


def backoff(attempts: int) -> timedelta:
    """The delay before the next attempt: doubles from one second; the walks and the machine use no jitter."""
    return min(BACK_OFF_FIRST * 2 ** (attempts - 1), BACK_OFF_MOST)


#: A notice as both sides name it: item, recipient, notice, and what it must say.
Line = tuple[int, str, str, str]
#: The fields of each notice that are compared besides its recipient.
SAID = {
    "receipt": ("reference", "state"),
    "refused": ("reference", "code"),
    "information_request": ("reference",),
    "blocked": ("reference",),
}


def line(item: int, recipient: str, notice: str, says: Mapping[str, Any]) -> Line:
    return item, recipient, notice, " ".join(f"{name}={says.get(name)}" for name in SAID.get(notice, ()))


@dataclass
class LeaseContents:
    """The content of one lease: keys of deliveries, and notices as (item, recipient, notice)."""

    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    tellings: list[QueuedNotice] = field(default_factory=list)

    def notices(self) -> Counter[Line]:
        return Counter(line(each.item, each.recipient, each.notice, each.says) for each in self.tellings)


@dataclass
class HandOver(Review):
    #: The route of each bureau that was ever given one.
    routes: dict[str, str] = field(default_factory=dict)

    def route_of(self, bureau: str) -> str:
        return self.routes.get(bureau, MAIN_ROUTE)

    def set_route(self, officer: str, bureau: str, route: str, *, several_boxes: bool) -> Reasons:
        """On a desk of one box every bureau has the main route; nothing moves while it is being sent."""
        reasons = self.role_reasons(officer, "administrator")
        if not reasons and not several_boxes and route != MAIN_ROUTE:
            reasons = {"refused"}
        if reasons or self.route_of(bureau) == route:
            return reasons
        if self._is_being_sent_to(bureau):
            self.reach("route", "not changed while it is used")
            return {"conflict"}
        self.routes[bureau] = route
        self.reach("route", "changed")
        return reasons

    def _is_being_sent_to(self, bureau: str) -> bool:
        rows = (piece.rows.get(bureau) for piece in self.pieces.values())
        copies = any(row is not None and row.state == "sending" for row in rows)
        return copies or any(each.recipient == bureau and each.state == "sending" for each in self.notices)

    def lease(self) -> LeaseContents:
        """Leases what is due. Level, restrictions, membership and network are read again at this commit."""
        given = LeaseContents()
        self._not_later(self.at + BACK_OFF_MOST)
        for piece in self.pieces.values():
            due = {
                code: row
                for code, row in piece.rows.items()
                if row.state in ("queued", "failed") and not row.waiting and row.due is not None and row.due <= self.at
            }
            if not due or (piece.proposal is not None and piece.proposal.what == "recall"):
                continue
            if self.stopped_by(piece) is not None:
                self.stop(piece)
                continue
            for code, row in due.items():
                self._lease_row(piece, code, row, given)
        for telling in self.notices:
            if telling.state in ("queued", "failed") and telling.due is not None and telling.due <= self.at:
                if telling.recipient in self.offline:
                    telling.state, telling.due = "queued", None
                    continue
                telling.state, telling.attempts = "sending", telling.attempts + 1
                given.tellings.append(telling)
        return given

    def _not_later(self, latest: datetime) -> None:
        """After the clock steps back, no delivery waits longer than its longest delay."""
        for row in (row for piece in self.pieces.values() for row in piece.rows.values()):
            if row.state in ("queued", "failed") and row.due is not None and row.due > latest:
                row.due = latest
        self.tell_no_later()

    def tell_no_later(self) -> None:
        """The same for notices to bureaus, which a lease of nothing applies as well."""
        latest = self.at + BACK_OFF_MOST
        for telling in self.notices:
            if telling.state in ("queued", "failed") and telling.due is not None and telling.due > latest:
                telling.due = latest

    def _lease_row(self, piece: Piece, code: str, row: Row, given: LeaseContents) -> None:
        cause = self.verdict(piece, code)
        if cause is not None:
            row.state, row.cause, row.due = "suppressed", cause, None
            self.reach("delivery", f"suppressed, {cause}")
        elif code in self.offline:
            row.state, row.waiting = "queued", True
            self.reach("delivery", "waits for its bureau")
        else:
            row.state, row.attempts, row.due = "sending", row.attempts + 1, None
            given.keys[row.key] = (piece.number, code)
            self.reach("delivery", "sending")

    def mark(self, given: LeaseContents, errors: set[str]) -> None:
        """Records the results of a lease. ``errors`` are the bureaus whose line was down."""
        for key, (number, code) in given.keys.items():
            piece = self.pieces[number]
            row = piece.rows[code]
            if row.key != key or row.state != "sending":
                continue
            if code not in errors:
                row.state = "delivered"
            elif row.attempts >= TRIES:
                row.state = "dead"
            else:
                row.state, row.due = "failed", self.at + backoff(row.attempts)
            self._landed(piece, code, row)
        for telling in given.tellings:
            if telling.state != "sending":
                continue
            if telling.recipient not in errors:
                telling.state = "delivered"
                self._told(telling)
            elif telling.attempts >= TRIES:
                telling.state = "dead"
            else:
                telling.state, telling.due = "failed", self.at + backoff(telling.attempts)

    def _told(self, telling: QueuedNotice) -> None:
        """Marks a delivered recall or withdrawal as waiting for the recipient's confirmation."""
        if telling.notice not in ("recall", "withdrawal"):
            return
        row = self.pieces[telling.item].rows.get(telling.recipient)
        if row is not None and row.state in (*HOLDING, "recall_sent"):
            row.state = "recall_sent"
            self.reach("delivery", f"{telling.notice} told")

    def _landed(self, piece: Piece, code: str, row: Row) -> None:
        """Applies a change of the item that happened while a copy was being sent."""
        self.reach("delivery", row.state)
        if row.state != "delivered":
            if piece.state != "released":
                row.state, row.due = "suppressed", None
                row.cause = "recalled" if piece.state == "recalled" else "withdrawn"
            return
        fate = self.final_state(piece)
        if fate == "cancelled":
            self.queue_notice(piece, code, "withdrawal")
            self.reach("cancelled", "a crossed copy is told")
        elif fate == "recalled":
            self.queue_notice(piece, code, "recall")
            self.reach("recalled", "a crossed copy is told")
        elif piece.proposal is not None and piece.proposal.what == "recall":
            self.queue_notice(piece, code, "caveat")
        if self.denied(piece.sender or "", piece.number, piece.in_body, code):
            self.withdraw_access(piece, code)

    def take_back(self, taken: set[str]) -> None:
        """Takes a lease back after a crash: what the transport has counts as delivered, the rest is queued again."""
        for piece in self.pieces.values():
            for code, row in piece.rows.items():
                if row.state != "sending":
                    continue
                if row.key in taken:
                    row.state = "delivered"
                else:
                    row.state, row.due = "queued", self.at
                    self.reach("delivery", "taken back")
                self._landed(piece, code, row)
        for telling in self.notices:
            if telling.state == "sending":
                telling.state, telling.due = "queued", self.at

    def set_offline(self, officer: str, bureau: str, *, offline: bool) -> Reasons:
        reasons = self.role_reasons(officer, "officer")
        if reasons or (bureau in self.offline) == offline:
            return reasons
        (self.offline.add if offline else self.offline.discard)(bureau)
        for piece in self.pieces.values():
            row = piece.rows.get(bureau)
            if row is None or row.state not in ("queued", "failed") or (not offline and not row.waiting):
                continue
            row.state, row.waiting, row.due = "queued", offline, self.at
            self.reach("delivery", "waits for its bureau" if offline else "its bureau is back")
        for telling in self.notices:
            if telling.recipient == bureau and telling.state in ("queued", "failed"):
                telling.due = None if offline else self.at
        return reasons

    def retry(self, officer: str, number: int, recipient: str) -> Reasons:
        reasons = self.role_reasons(officer, "officer")
        piece = self.pieces.get(number)
        reasons |= self.own_country(officer, piece.sender if piece else None)
        row = piece.rows.get(recipient) if piece else None
        if row is None:
            return reasons | {"not_found"}
        if row.state != "dead":
            reasons.add("refused")
        if not reasons:
            row.state, row.attempts, row.due = "queued", 0, self.at
            self.reach("delivery", "retried by an officer")
        return reasons
