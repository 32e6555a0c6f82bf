"""Invariants that must hold after every step."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from model_law import Piece
from model_widening import Widened

from dutydesk.desk.service.desk import Desk
from dutydesk.domain.events.log import GENESIS
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, officers

_ITEMS = """
SELECT number, state, version, cycle, revision, escalated, post_review, parent, sender, type, kind, claimed_by,
  claimed_until, decided_by, received_at, title, notice_number FROM item ORDER BY number
"""
_ROWS = """
SELECT d.item, b.code, d.state, d.cause, d.waiting, d.attempts, d.version, d.cycle
FROM delivery AS d JOIN bureau AS b ON b.id = d.recipient WHERE d.item = ?
"""
_NOTICES = """
SELECT n.item, b.code, n.notice, n.state, n.attempts FROM notice AS n JOIN bureau AS b ON b.id = n.recipient
WHERE n.item IS NOT NULL
"""
_MEASURES = "SELECT number, country, level, state, endorsement, lift_officer FROM measure ORDER BY number"
_REFERENCES = "SELECT sender, reference, item FROM reference"
_WIDENINGS = "SELECT number, owner, item, officer, state FROM restriction_proposal ORDER BY number"
_RECOUNTS = {
    "state:": "SELECT state, count(*) FROM item GROUP BY state",
    "delivery:": "SELECT state, count(*) FROM delivery GROUP BY state",
    "suppressed:": "SELECT cause, count(*) FROM delivery WHERE cause IS NOT NULL GROUP BY cause",
}


class Watch:
    """Checks the store after each step, and compares it with the step before."""

    def __init__(self) -> None:
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.head: tuple[int, bytes] = (0, GENESIS)
        self.made: set[str] = set()
        self.audiences: dict[tuple[int, int], frozenset[str]] = {}
        self.turn = 0

    def received(self, law: Widened, outcome: str, state: str | None) -> None:
        """A hook for the outcome of each receipt, which the figures must equal; does nothing here."""

    async def look(self, desk: Desk, law: Widened, *, everything: bool) -> str | None:
        """The first fault in words, or ``None``."""
        return await desk.store.read(lambda handle: self._look(handle, law, everything=everything))

    def _look(self, handle: Handle, law: Widened, *, everything: bool) -> str | None:
        faults = (
            self._chain(handle)
            or self._items(handle, law)
            or self._deliveries(handle, law, everything=everything)
            or self._counters(handle, law)
            or self._notices(handle, law)
            or self._orders(handle, law)
            or (self._references(handle, law) if everything or self.turn % 16 == 0 else None)
        )
        self.turn += 1
        return faults

    def _chain(self, handle: Handle) -> str | None:
        report = log.verify(handle, *self.head)
        if report.fault is not None:
            return report.fault
        seq, _ = self.head
        for event in log.after(handle, seq, 10_000):
            if event.kind.value == "deliveries.made":
                data = json.loads(event.data)
                for code in data["recipients"]:
                    key = f"{event.subject}/{data['version']}.{data['cycle']}/{code}"
                    if key in self.made:
                        return f"{key} is in the record twice"
                    self.made.add(key)
        self.head = (report.events, bytes.fromhex(report.head))
        return None

    def _items(self, handle: Handle, law: Widened) -> str | None:
        rows = handle.connection.execute(_ITEMS).fetchall()
        if [row["number"] for row in rows] != sorted(law.pieces):
            return f"there are items {[row['number'] for row in rows]}, not {sorted(law.pieces)}"
        for row in rows:
            piece = law.pieces[row["number"]]
            shown = (row["state"], row["version"], row["cycle"], bool(row["escalated"]), row["post_review"])
            wanted = (piece.state, piece.version, piece.cycle, piece.escalated, piece.post_review)
            if shown != wanted:
                return f"{piece.name} is {shown}, not {wanted}"
            if (row["parent"], row["decided_by"]) != (piece.parent, piece.decided_by):
                return f"{piece.name}: parent {row['parent']}, decided by {row['decided_by']}, not {piece}"
            if row["notice_number"] != piece.notice_number:
                return f"{piece.name} is published as {row['notice_number']}, not {piece.notice_number}"
            holder = row["claimed_by"] if row["claimed_by"] and row["claimed_until"] > _us(law) else None
            if holder != piece.holder(law.at):
                return f"{piece.name} is claimed by {holder}, not by {piece.holder(law.at)}"
            before, now = self.seen.get(piece.number), tuple(row)
            if before is not None and before != now and row["revision"] <= before[4]:
                return f"{piece.name} changed and its revision did not rise: {before} {now}"
            self.seen[piece.number] = now
        return None

    def _deliveries(self, handle: Handle, law: Widened, *, everything: bool) -> str | None:
        """Checks deliveries: small audiences at each step, those of every member in turn, and all at the end."""
        for piece in law.pieces.values():
            if not everything and len(piece.rows) > 20 and piece.number % 8 != self.turn % 8:
                continue
            fault = self._deliveries_of(handle, piece)
            if fault is not None:
                return fault
        return None

    def _deliveries_of(self, handle: Handle, piece: Piece) -> str | None:
        found = {row["code"]: row for row in handle.connection.execute(_ROWS, (piece.number,))}
        if found.keys() != piece.rows.keys():
            return f"{piece.name} has rows for {sorted(found)}, not {sorted(piece.rows)}"
        for code, row in found.items():
            wanted = piece.rows[code]
            key = f"{piece.name}/{row['version']}.{row['cycle']}/{code}"
            shown = (row["state"], row["cause"], bool(row["waiting"]), key)
            if shown != (wanted.state, wanted.cause, wanted.waiting, wanted.key):
                return f"{piece.name} to {code} is {shown}, not {wanted}"
            if row["state"] in ("sending", "failed", "queued") and row["attempts"] != wanted.attempts:
                return f"{piece.name} to {code}: {row['attempts']} attempts, not {wanted.attempts}"
        return None

    def _notices(self, handle: Handle, law: Widened) -> str | None:
        """Checks every line to a bureau: its item, recipient, notice and state."""
        found = Counter(map(tuple, handle.connection.execute(_NOTICES).fetchall()))
        wanted = Counter((each.item, each.recipient, each.notice, each.state, each.attempts) for each in law.notices)
        if found == wanted:
            return None
        return f"bureaus are told {sorted(found - wanted)}, not {sorted(wanted - found)}"

    def _orders(self, handle: Handle, law: Widened) -> str | None:
        found = [tuple(row) for row in handle.connection.execute(_MEASURES).fetchall()]
        wanted = [(o.number, o.country, o.level, o.state, o.endorsement, o.lift_by) for o in law.orders]
        if found != wanted:
            return f"measures are {found}, not {wanted}"
        found = [tuple(row) for row in handle.connection.execute(_WIDENINGS).fetchall()]
        proposed = [(each.number, each.owner, each.item, each.officer, each.state) for each in law.widenings]
        if found != proposed:
            return f"proposals to widen access are {found}, not {proposed}"
        people_found = {each.name: (each.role.value, each.country) for each in officers.all_officers(handle)}
        return None if people_found == law.officers else f"officers are {people_found}, not {law.officers}"

    def _references(self, handle: Handle, law: Widened) -> str | None:
        """Checks that each used reference of a sender is stored once, with the item that it made."""
        found = Counter(map(tuple, handle.connection.execute(_REFERENCES).fetchall()))
        wanted = Counter(
            (sender, reference, known.item)
            for (sender, reference), known in law.references.items()
            if known.content["type"] != "check"
        )
        return None if found == wanted else f"references {found - wanted} are taken, not {wanted - found}"

    def _counters(self, handle: Handle, law: Widened) -> str | None:
        counters = Counter(log.counters(handle))
        for prefix, query in _RECOUNTS.items():
            there = {f"{prefix}{name}": number for name, number in handle.connection.execute(query).fetchall()}
            shown = {name: number for name, number in counters.items() if name.startswith(prefix) and number}
            if shown != there:
                return f"the counters say {shown}, the rows {there}"
        outcomes = {f"outcome:{name}": number for name, number in law.outcomes.items()}
        shown = {name: number for name, number in counters.items() if name.startswith("outcome:")}
        return None if shown == outcomes else f"the counters say {shown}, the receipts {outcomes}"


def _us(law: Widened) -> int:
    return round(law.at.timestamp() * 1_000_000)
