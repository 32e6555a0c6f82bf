"""Rows that the log names by a digest, hits with what was dismissed, and persons who were told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.checks import HitDismissed, HitFound
from dutydesk.domain.events.event import IncompleteEvent, optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.items import ItemPurged
from dutydesk.domain.events.reviews import ItemDistinguished
from dutydesk.domain.events.store import RowsKept
from dutydesk.domain.proof.projection.said import Column, micros, said, said_time
from dutydesk.domain.records.records import hit_number

_SIZE = 16
_GONE = bytes(_SIZE)
#: Digits of a number of a row.
_MOST_DIGITS = 18
#: Bytes that a number may lie ahead of all others.
_MOST_AHEAD = 16_000_000
_DIGEST = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(slots=True)
class RowDigests:
    """The digests of a table's rows by their numbers, in sixteen bytes each."""

    _bytes: bytearray = field(default_factory=bytearray)
    _far: dict[int, bytes] = field(default_factory=dict)
    count: int = 0

    def put(self, number: int, digest: str | None) -> None:
        """Raises IncompleteEvent for what is no digest."""
        if digest is not None and _DIGEST.fullmatch(digest) is None:
            raise IncompleteEvent(f"{digest[:40]!r} is no digest of a row")
        if number * _SIZE > 2 * len(self._bytes) + _MOST_AHEAD:
            self._put_far(number, digest)
            return
        start = number * _SIZE
        if start + _SIZE > len(self._bytes):
            self._bytes.extend(bytes(max(start + _SIZE - len(self._bytes), len(self._bytes))))
        was = self._bytes[start : start + _SIZE]
        now = _GONE if digest is None else bytes.fromhex(digest)
        self._bytes[start : start + _SIZE] = now
        self.count += (now != _GONE) - (was != _GONE)

    def _put_far(self, number: int, digest: str | None) -> None:
        """A number far above all others takes no room for those between."""
        self.count -= self._far.pop(number, None) is not None
        if digest is not None:
            self._far[number] = bytes.fromhex(digest)
            self.count += 1

    def get(self, number: object) -> str | None:
        """The digest, in hex; ``None`` for a row that the log does not have."""
        if not isinstance(number, int) or number < 0:
            return None
        if number in self._far:
            return self._far[number].hex()
        found = self._bytes[number * _SIZE : (number + 1) * _SIZE]
        return found.hex() if len(found) == _SIZE and found != _GONE else None

    def numbers(self) -> Iterator[int]:
        """The numbers of the rows that the log has."""
        for start in range(0, len(self._bytes), _SIZE):
            if self._bytes[start : start + _SIZE] != _GONE:
                yield start // _SIZE
        yield from sorted(self._far)


@dataclass(slots=True)
class HitColumns:
    """A row of ``hit``: ``text`` is the digest of query, explanation and title."""

    id: int
    record: Column
    item: Column
    source: Column
    requester: Column
    reference: Column
    name_of_database: Column
    place: Column
    digest: Column
    score: Column
    actor: str
    at: int
    category: Column
    after_item: Column
    text: Column


@dataclass(slots=True)
class DismissalColumns:
    """A row of ``dismissal``, without what it has of its hit."""

    hit: int
    until: Column
    reason: Column
    officer: str
    at: int


@dataclass(slots=True)
class DistinctionColumns:
    """A row of ``distinction``, whose key is the source, the person and the watched person."""

    item: Column
    score: int
    until: Column
    reason: Column
    officer: str
    at: int


@dataclass(slots=True)
class RecordRows:
    """``digests`` by table, those of commands by their id. ``dismissals`` are by hit, the latest last.

    ``purged`` are the items whose hits were erased. ``highest`` is the highest number that a table's row ever had.
    """

    digests: dict[str, RowDigests] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    dismissals: list[DismissalColumns] = field(default_factory=list)
    distinctions: dict[tuple[str, str, int], DistinctionColumns] = field(default_factory=dict)
    purged: set[int] = field(default_factory=set)
    highest: dict[str, int] = field(default_factory=dict)
    hits: int = 0

    def of(self, table: str) -> RowDigests:
        return self.digests.setdefault(table, RowDigests())


def _kept(rows: RecordRows, fact: Fact[RowsKept]) -> None:
    for key, digest in required(fact.event.rows).items():
        if fact.subject == "command":
            rows.commands[key] = digest or ""
        elif key.isdecimal() and len(key) <= _MOST_DIGITS:
            rows.of(fact.subject).put(int(key), digest)
            rows.highest[fact.subject] = max(rows.highest.get(fact.subject, 0), int(key))
            if digest is None and fact.subject == "watched":
                _forget(rows, int(key))


def _forget(rows: RecordRows, watched: int) -> None:
    """What was judged of a person goes with the person."""
    for key in [key for key in rows.distinctions if key[2] == watched]:
        del rows.distinctions[key]


def hit_columns(fact: Fact[HitFound]) -> HitColumns:
    event = fact.event
    item = said(event.item)
    return HitColumns(
        hit_number(required(event.hit)) or 0,
        said(event.record),
        item_number(item) if isinstance(item, str) else item,
        said(event.source),
        said(event.requester),
        said(event.reference),
        said(event.database),
        said(event.place),
        said(event.query),
        said(event.score),
        fact.actor,
        micros(fact.at),
        said(event.category),
        said(event.after),
        said(event.text),
    )


def _hit(rows: RecordRows, fact: Fact[HitFound]) -> None:
    rows.hits = max(rows.hits, hit_number(required(fact.event.hit)) or 0)


def _dismissed(rows: RecordRows, fact: Fact[HitDismissed]) -> None:
    rows.dismissals.append(
        DismissalColumns(
            hit_number(required(fact.event.hit)) or 0,
            said_time(fact.event.until_at),
            said(fact.event.reason),
            fact.actor,
            micros(fact.at),
        )
    )


def _distinguished(rows: RecordRows, fact: Fact[ItemDistinguished]) -> None:
    event, item = fact.event, item_number(fact.subject)
    for source, person, watched, score in optional(event.judged) or ():
        rows.distinctions[source, person, watched] = DistinctionColumns(
            item, score, said_time(event.until_at), said(event.reason), fact.actor, micros(fact.at)
        )


def _purged(rows: RecordRows, fact: Fact[ItemPurged]) -> None:
    number = item_number(fact.subject)
    if number is not None:
        rows.purged.add(number)
        for key in [key for key, row in rows.distinctions.items() if row.item == number]:
            del rows.distinctions[key]


RECORD_EVENTS = ByType[RecordRows, None]()
RECORD_EVENTS.add(_kept, RowsKept)
RECORD_EVENTS.add(_hit, HitFound)
RECORD_EVENTS.add(_dismissed, HitDismissed)
RECORD_EVENTS.add(_distinguished, ItemDistinguished)
RECORD_EVENTS.add(_purged, ItemPurged)
