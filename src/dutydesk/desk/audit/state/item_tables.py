"""Compares items, their bodies, deliveries, ticks, reviews, remarks and proposals, some items at a time."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from dutydesk.desk.audit.state.report import StateFindings
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.projection.compare import (
    WHOLE_ROW,
    ColumnReader,
    Comparison,
    StateDifference,
    missing_row,
    surplus_row,
)
from dutydesk.domain.proof.projection.item_rows import (
    BodyColumns,
    DeliveryColumns,
    ItemColumns,
    ProjectedItem,
    ProposalColumns,
    RemarkColumns,
    ReviewColumns,
    TickColumns,
)
from dutydesk.domain.proof.projection.items import PROJECTED_ITEM_KINDS, MessageFacts, project_item
from dutydesk.store.tables import state_rows, unfiled
from dutydesk.store.tables.deliveries import NEVER

if TYPE_CHECKING:
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.domain.proof.projection.said import Column
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.tables.state_rows import StoredRow


@value(frozen=True, slots=True)
class ReadBody:
    """What a body says as a message: what lists show of it, and the keys by which its person is found again."""

    facts: MessageFacts
    keys: tuple[tuple[str, str], ...]


#: Reads the bytes of a body that came at a time; ``None`` where they can't be read as a message.
BytesReader = Callable[[bytes, int], ReadBody | None]

_ITEM: Final = ColumnReader(ItemColumns)
_OPEN: Final = frozenset({"queued", "failed", "sending"})
_DUE: Final = frozenset({"queued", "failed"})
_NOTHING: Final = "[]"
_OUTSIDE_QUOTA: Final = frozenset({"refused", "withdrawn", "rejected"})


@dataclass(slots=True)
class StoredParts:
    """The rows about some items, by item."""

    items: dict[int, StoredRow]
    bodies: dict[int, list[StoredRow]]
    deliveries: dict[int, list[tuple[Any, ...]]]
    ticks: dict[int, list[StoredRow]]
    reviews: dict[int, list[StoredRow]]
    remarks: dict[int, list[StoredRow]]
    proposals: dict[int, list[StoredRow]]
    keys: dict[int, list[StoredRow]]


def read_parts(handle: Handle, first: int, last: int) -> StoredParts:
    """The rows about the items from ``first`` to ``last``."""
    items = {row["number"]: row for row in state_rows.rows(handle, "state_items", first=first, last=last)}
    names = ("bodies", "ticks", "reviews", "remarks", "proposals", "person_keys")
    bodies, ticks, reviews, remarks, proposals, keys = (
        state_rows.rows_by_item(handle, f"state_{name}", first, last) for name in names
    )
    for number, waiting in unfiled.persons_between(handle, first, last):
        keys.setdefault(number, []).extend(waiting)
    deliveries = state_rows.deliveries_by_item(handle, first, last)
    return StoredParts(items, bodies, deliveries, ticks, reviews, remarks, proposals, keys)


@dataclass(slots=True)
class Numbering:
    """The events of rows that are numbered as they are written, by the rows' numbers."""

    table: str
    seqs: array[int] = field(default_factory=lambda: array("Q"))
    ids: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, number: object, seq: int) -> None:
        if isinstance(number, int) and number > 0:
            self.ids.append(number)
            self.seqs.append(seq)

    def differences(self) -> Iterator[StateDifference]:
        """Rows whose numbers are not in the order of their events."""
        pairs = sorted(zip(self.ids, self.seqs, strict=True))
        ordered = sorted(self.seqs)
        for place, (number, seq) in enumerate(pairs):
            if seq != ordered[place] or number != place + 1:
                yield StateDifference(self.table, str(number), "id", str(number), "another number")
                return


@dataclass(slots=True)
class ItemTables:
    """Compares the rows of items with their events, some items at a time, with constant memory.

    Without ``read`` nothing is compared that only the bodies say.
    """

    handle: Handle
    ledger: Ledger
    found: StateFindings
    read: BytesReader | None
    last_seq: int
    reviews: Numbering = field(default_factory=lambda: Numbering("review"))
    remarks: Numbering = field(default_factory=lambda: Numbering("remark"))
    refused: dict[tuple[str, str], tuple[int, int, bool]] = field(default_factory=dict)
    silver: Counter[str] = field(default_factory=Counter)
    codes: dict[int, str] = field(init=False)
    _bodies: dict[tuple[int, int], ReadBody | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.ledger.desk.bureaus.values()
        self.codes = {row.id: row.code for row in rows if isinstance(row.id, int)}
        if not self.codes:
            stored = state_rows.rows(self.handle, "state_bureaus")
            self.codes = {row["id"]: row["code"] for row in stored}

    def compare(self, numbers: Sequence[int]) -> None:
        """Compares the items of these numbers, which ascend."""
        self._bodies.clear()
        stored = read_parts(self.handle, numbers[0], numbers[-1])
        facts = state_rows.facts_of_items(self.handle, numbers, PROJECTED_ITEM_KINDS)
        wanted = {item_name(number): number for number in numbers}
        projected: dict[int, ProjectedItem | None] = {}
        for subject, of_item in groupby(facts, key=attrgetter("subject")):
            bodies = {row["version"]: row for row in stored.bodies.get(wanted[subject], ())}
            try:
                projected[wanted[subject]] = project_item(
                    of_item,
                    self.ledger.network,
                    self.ledger.desk.complete_from,
                    self.last_seq,
                    partial(self._message, bodies),
                )
            except IncompleteEvent as fault:
                words = f"events that can't be read: {fault.words}"
                self.found.add([StateDifference("event", subject, WHOLE_ROW, words, "what it must")])
        for number in numbers:
            self.found.add(self._item(number, projected.get(number), stored))

    def _message(self, bodies: Mapping[int, StoredRow], _number: int, version: int) -> MessageFacts | None:
        read = self._read_body(bodies.get(version))
        return None if read is None else read.facts

    def _read_body(self, body: StoredRow | None) -> ReadBody | None:
        if self.read is None or body is None or not isinstance(body["raw"], bytes):
            return None
        key = body["item"], body["version"]
        if key not in self._bodies:
            self._bodies[key] = self.read(body["raw"], body["received_at"])
        return self._bodies[key]

    def _keys(self, name: str, stored: StoredParts, item: ProjectedItem) -> Iterator[StateDifference]:
        """Each version adds its keys; the detail of a key is the latest."""
        if self.read is None:
            return
        number, sender = item.row.number, item.row.sender
        bodies = {row["version"]: row for row in stored.bodies.get(number, ())}
        expected: dict[str, Mapping[str, Column]] = {}
        for version in item.messages:
            read = self._read_body(bodies.get(version))
            if read is not None and sender is not None:
                expected |= {f"{name} {sender!s} {mark}": {"detail": detail} for mark, detail in read.keys}
        rows = ((f"{name} {row['sender']} {row['mark']}", row) for row in stored.keys.get(number, ()))
        yield from self.found.comparison.compare_rows("person_key", rows, expected)

    def _item(self, number: int, item: ProjectedItem | None, stored: StoredParts) -> Iterator[StateDifference]:
        row, comparison = stored.items.get(number), self.found.comparison
        if item is None:
            yield from _surplus(number, stored)
            return
        name, deliveries = item_name(number), stored.deliveries.get(number, [])
        if row is None:
            yield missing_row("item", name)
        else:
            yield from comparison.compare_row("item", name, row, _ITEM.of(item.row) | _open_counters(row, deliveries))
        yield from _bodies(comparison, name, stored.bodies.get(number, ()), item)
        yield from self._deliveries(name, deliveries, item.deliveries)
        yield from self._keys(name, stored, item)
        yield from _ticks(comparison, name, stored.ticks.get(number, ()), item)
        yield from _proposal(comparison, name, stored.proposals.get(number, ()), item.proposal)
        yield from self._reviews(name, stored.reviews.get(number, []), item.reviews)
        yield from self._remarks(name, stored.remarks.get(number, []), item.remarks)
        self._count_silver(item)
        if item.refused_text is not None:
            seq = max((review.seq for review in item.reviews), default=0)
            known = self.refused.get(item.refused_text)
            if known is None or known[0] < seq:
                self.refused[item.refused_text] = seq, number, item.row.state == "purged"

    def _count_silver(self, item: ProjectedItem) -> None:
        """The sender's place in the quota of the silver pilot."""
        row, state = item.row, item.purged_from or item.row.state
        if row.kind == "silver" and row.type != "correction" and state not in _OUTSIDE_QUOTA:
            self.silver[str(row.sender)] += 1

    def _deliveries(
        self, name: str, stored: Sequence[tuple[Any, ...]], logged: Mapping[str, DeliveryColumns]
    ) -> Iterator[StateDifference]:
        left = set(logged)
        self.found.comparison.rows += len(stored)
        for recipient, *values, _due in stored:
            code = self.codes.get(recipient)
            key = f"{name} to {code or recipient}"
            row = logged.get(code) if code is not None else None
            if row is None or code is None:
                yield surplus_row("delivery", key)
                continue
            left.discard(code)
            if tuple(values) != row:
                stands = dict(zip(DeliveryColumns._fields, values, strict=True))
                yield from Comparison().compare_row("delivery", key, stands, row._asdict())
        yield from (missing_row("delivery", f"{name} to {code}") for code in sorted(left))

    def _reviews(
        self, name: str, stored: Sequence[StoredRow], logged: Sequence[ReviewColumns]
    ) -> Iterator[StateDifference]:
        for row, review in zip(stored, logged, strict=False):
            self.reviews.add(row["id"], review.seq)
            values = review._asdict()
            del values["seq"]
            yield from self.found.comparison.compare_row("review", f"{row['id']} of {name}", row, values)
        yield from (surplus_row("review", f"{row['id']} of {name}") for row in stored[len(logged) :])
        yield from (missing_row("review", f"{each.decision} of {name}") for each in logged[len(stored) :])

    def _remarks(
        self, name: str, stored: Sequence[StoredRow], logged: Sequence[RemarkColumns]
    ) -> Iterator[StateDifference]:
        for row, remark in zip(stored, logged, strict=False):
            self.remarks.add(row["id"], remark.seq)
            stands = {**row, "text": row["text"] and _digest(row["text"])}
            values: dict[str, Column] = {
                "officer": remark.officer,
                "at": remark.at,
                "text": "" if remark.purged else remark.text,
            }
            yield from self.found.comparison.compare_row("remark", f"{row['id']} of {name}", stands, values)
        yield from (surplus_row("remark", f"{row['id']} of {name}") for row in stored[len(logged) :])
        yield from (missing_row("remark", f"of {each.officer} on {name}") for each in logged[len(stored) :])

    def finish(self) -> None:
        """Compares what is about all items together."""
        self.found.add(self.reviews.differences())
        self.found.add(self.remarks.differences())
        texts: dict[str, Mapping[str, Column]] = {
            f"{sender} {digest}": {"item": number}
            for (sender, digest), (_, number, purged) in self.refused.items()
            if not purged
        }
        rows = state_rows.rows(self.handle, "state_refused_texts")
        stored = ((f"{row['sender']} {row['digest']}", row) for row in rows)
        self.found.add(self.found.comparison.compare_rows("refused_text", stored, texts))


def _digest(text: object) -> object:
    return digest_of(text) if isinstance(text, str) else text


def _surplus(number: int, stored: StoredParts) -> Iterator[StateDifference]:
    """The rows about an item that no event opened."""
    name = item_name(number)
    if number in stored.items:
        yield surplus_row("item", name)
    parts: tuple[tuple[str, Mapping[int, Sequence[Any]]], ...] = (
        ("body", stored.bodies),
        ("delivery", stored.deliveries),
        ("tick", stored.ticks),
        ("review", stored.reviews),
        ("remark", stored.remarks),
        ("proposal", stored.proposals),
        ("person_key", stored.keys),
    )
    for table, rows in parts:
        yield from (surplus_row(table, f"of {name}") for _ in rows.get(number, ()))


def _open_counters(row: StoredRow, deliveries: Sequence[tuple[Any, ...]]) -> dict[str, Column]:
    """The item's counters, as they follow from its rows of deliveries."""
    opened = waiting = 0
    due: list[int] = []
    for _, _, _, state, _, waits, _, due_at in deliveries:
        waiting += bool(waits)
        if state in _OPEN and not waits:
            opened += 1
        if state in _DUE and not waits and isinstance(due_at, int):
            due.append(due_at)
    next_due: Column = min(due) if due else NEVER
    if not due and not opened and row["due_at"] == 0:
        next_due = 0  # nothing was ever queued
    return {"open_deliveries": opened, "waiting_deliveries": waiting, "due_at": next_due}


def _bodies(
    comparison: Comparison, name: str, stored: Iterable[StoredRow], item: ProjectedItem
) -> Iterator[StateDifference]:
    rows = ((f"{name} version {row['version']}", _body_values(row)) for row in stored)
    logged = {f"{name} version {version}": _body_columns(body) for version, body in item.bodies.items()}
    yield from comparison.compare_rows("body", rows, logged)


def _body_values(row: StoredRow) -> StoredRow:
    raw, findings = row["raw"], row["findings"]
    digest = findings if findings == _NOTHING else _digest(findings)
    return {**row, "findings": digest, "raw": sha256(raw).hexdigest() if isinstance(raw, bytes) else raw}


def _body_columns(body: BodyColumns) -> dict[str, Column]:
    return {
        "version": body.version,
        "received_at": body.received_at,
        "sha256": body.sha256,
        "findings": body.findings,
        "problems": body.problems,
        "raw": None if body.purged else body.sha256,
    }


def _ticks(
    comparison: Comparison, name: str, stored: Iterable[StoredRow], item: ProjectedItem
) -> Iterator[StateDifference]:
    rows = ((f"{name} version {row['version']} {row['mark']}", row) for row in stored)
    logged: dict[str, TickColumns] = {
        f"{name} version {version} {check}": tick for (version, check), tick in item.ticks.items()
    }
    yield from comparison.compare_rows("tick", rows, {key: tick._asdict() for key, tick in logged.items()})


def _proposal(
    comparison: Comparison, name: str, stored: Iterable[StoredRow], proposal: ProposalColumns | None
) -> Iterator[StateDifference]:
    rows = ((name, {**row, "seen": _hash(row["seen"])}) for row in stored)
    yield from comparison.compare_rows("proposal", rows, {} if proposal is None else {name: proposal._asdict()})


def _hash(text: object) -> object:
    return sha256(text.encode()).hexdigest() if isinstance(text, str) else text
