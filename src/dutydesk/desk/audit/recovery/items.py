"""Writes items with their bodies, deliveries, reviews and notices, as the log gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.proof.projection.compare import ColumnReader
from dutydesk.domain.proof.projection.item_rows import ItemColumns, ProjectedItem
from dutydesk.domain.proof.projection.items import PROJECTED_ITEM_KINDS, MessageFacts, project_item, read_nothing
from dutydesk.domain.proof.projection.said import UNSAID
from dutydesk.store.tables import old_rows, state_rows
from dutydesk.store.tables.deliveries import NEVER

if TYPE_CHECKING:
    from dutydesk.desk.audit.recovery.salvage import Salvage
    from dutydesk.desk.audit.state.item_tables import ReadBody
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.new_store import NewStore

_ITEM: Final = ColumnReader(ItemColumns)
_OPEN: Final = frozenset({"queued", "failed", "sending"})
_DUE: Final = frozenset({"queued", "failed"})
_NOTHING: Final = "[]"
#: Stands for findings that are lost; it is read as a finding that blocks.
_LOST_FINDINGS: Final = "lost"
_LOST_TITLE: Final = "its body is lost"
_OUTSIDE_QUOTA: Final = frozenset({"refused", "withdrawn", "rejected"})


@dataclass(slots=True)
class ItemRebuilder:
    """Writes some items at a time. ``ids`` are the rows' numbers of the bureaus by code; ``now`` is in microseconds."""

    new: NewStore
    ledger: Ledger
    salvage: Salvage
    read: Callable[[bytes, int], ReadBody | None]
    last_seq: int
    now: int
    ids: Mapping[str, int]
    silver: Counter[str] = field(default_factory=Counter)
    numbered: dict[str, list[tuple[int, dict[str, object]]]] = field(
        default_factory=lambda: {"review": [], "remark": []}
    )
    refused: dict[tuple[str, str], tuple[int, int, bool]] = field(default_factory=dict)

    def write(self, numbers: Sequence[int]) -> int:
        """Writes the items of these numbers that the log opened; returns how many."""
        facts = state_rows.facts_of_items(self.new.handle, numbers, PROJECTED_ITEM_KINDS)
        wanted, count = {item_name(number): number for number in numbers}, 0
        for subject, of_item in groupby(list(facts), key=attrgetter("subject")):
            complete = self.ledger.desk.complete_from
            item = project_item(of_item, self.ledger.network, complete, self.last_seq, read_nothing)
            if item is not None:
                self._write(wanted[subject], item)
                count += 1
        return count

    def _write(self, number: int, item: ProjectedItem) -> None:
        bodies: dict[int, bytes | None] = {}
        for version, body in item.bodies.items():
            bodies[version] = None if body.purged else self.salvage.raw(number, version, body.sha256)
            if bodies[version] is None and not body.purged:
                self.salvage.lose("body", f"{item_name(number)}, version {version}")
        read = {version: self._message(item, version, bodies) for version in item.messages}
        self._write_item(item, read.get(item.body_version or 0))
        self._write_bodies(number, item, bodies)
        self._write_deliveries(number, item)
        keys: dict[tuple[object, str], str] = {}
        for message in read.values():
            keys |= {(item.row.sender, mark): detail for mark, detail in (message.keys if message else ())}
        self.new.add(
            "person_key",
            [{"sender": sender, "mark": mark, "item": number, "detail": text} for (sender, mark), text in keys.items()],
        )
        for (version, mark), tick in item.ticks.items():
            of: dict[str, object] = {"item": number, "version": version, "mark": mark}
            self.new.add("tick", [of | self.salvage.filled("tick", tick._asdict(), **of)])
        self._write_proposal(number, item)
        self._keep_opinions(number, item)
        self._count(number, item)

    def _message(self, item: ProjectedItem, version: int, bodies: Mapping[int, bytes | None]) -> ReadBody | None:
        raw, at = bodies.get(version), item.bodies[version].received_at
        return self.read(raw, at) if raw is not None and isinstance(at, int) else None

    def _write_item(self, item: ProjectedItem, read: ReadBody | None) -> None:
        row = item.row
        if item.body_version is not None:
            facts = MessageFacts(_LOST_TITLE, None, "routine") if read is None else read.facts
            row.title, row.original_script, row.urgency = facts.title, facts.original_script, facts.urgency
            row.precedence = {"flash": 0, "urgent": 1}.get(facts.urgency, 2)
        values = self.salvage.filled("item", _ITEM.of(row), number=row.number)
        opened = waiting = 0
        due = False
        for delivery in item.deliveries.values():
            waiting += delivery.waiting
            opened += delivery.state in _OPEN and not delivery.waiting
            due = due or (delivery.state in _DUE and not delivery.waiting)
        counters = {"open_deliveries": opened, "waiting_deliveries": waiting, "due_at": self.now if due else NEVER}
        self.new.add("item", [values | counters])

    def _write_bodies(self, number: int, item: ProjectedItem, bodies: Mapping[int, bytes | None]) -> None:
        for version, body in item.bodies.items():
            findings: object = body.findings
            if findings != _NOTHING:
                findings = self.salvage.text("body", "findings", body.findings, item=number, version=version)
                if findings is None:
                    findings = _LOST_FINDINGS
                    self.salvage.lose("findings", f"{item_name(number)}, version {version}")
            values = {
                "item": number,
                "version": version,
                "received_at": body.received_at,
                "sha256": body.sha256,
                "problems": body.problems,
            }
            row = self.salvage.filled("body", values, item=number, version=version)
            self.new.add("body", [row | {"findings": findings, "raw": bodies.get(version)}])

    def _write_deliveries(self, number: int, item: ProjectedItem) -> None:
        rows = []
        for code, delivery in item.deliveries.items():
            due = self.now if delivery.state in _DUE and not delivery.waiting else None
            of: dict[str, object] = {"item": number, "recipient": self.ids[code]}
            rows.append(of | self.salvage.filled("delivery", delivery._asdict(), **of) | {"due_at": due})
        self.new.add("delivery", rows)

    def _write_proposal(self, number: int, item: ProjectedItem) -> None:
        if item.proposal is None:
            return
        seen = self.salvage.hashed_text("proposal", "seen", item.proposal.seen, item=number)
        if seen is None:
            self.salvage.lose("proposal", f"on {item_name(number)}: what its proposer saw; nobody can confirm it")
            seen = "{}"
        values = {"item": number, **item.proposal._asdict(), "seen": seen}
        self.new.add("proposal", [self.salvage.filled("proposal", values, item=number)])

    def _keep_opinions(self, number: int, item: ProjectedItem) -> None:
        """Reviews and remarks are numbered in the order of their events, over all items."""
        for review in item.reviews:
            self.numbered["review"].append((review.seq, {"item": number, **review._asdict()}))
        for place, remark in enumerate(item.remarks):
            text = "" if remark.purged else self._remark(number, place, remark.text)
            self.numbered["remark"].append((remark.seq, {"item": number, **remark._asdict(), "text": text}))

    def _remark(self, number: int, place: int, digest: object) -> str:
        rows = () if self.salvage.old is None else old_rows.rows_of(self.salvage.old, "remark", {"item": number})
        for row in rows:
            text = row["text"]
            if isinstance(text, str) and (digest is UNSAID or digest_of(text) == digest):
                return text
        self.salvage.lose("remark", f"{place + 1} on {item_name(number)}")
        return ""

    def _count(self, number: int, item: ProjectedItem) -> None:
        row, state = item.row, item.purged_from or item.row.state
        if row.kind == "silver" and row.type != "correction" and state not in _OUTSIDE_QUOTA:
            self.silver[str(row.sender)] += 1
        if item.refused_text is not None:
            seq = max((review.seq for review in item.reviews), default=0)
            known = self.refused.get(item.refused_text)
            if known is None or known[0] < seq:
                self.refused[item.refused_text] = seq, number, row.state == "purged"

    def finish(self) -> None:
        """Writes what is numbered over all items, and the refused texts."""
        for table, rows in self.numbered.items():
            ordered = sorted(rows, key=lambda pair: pair[0])
            self.new.add(table, [{"id": place, **row} for place, (_, row) in enumerate(ordered, start=1)])
        self.new.add(
            "refused_text",
            [
                {"sender": sender, "digest": digest, "item": number}
                for (sender, digest), (_, number, purged) in self.refused.items()
                if not purged
            ],
        )
