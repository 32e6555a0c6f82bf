"""Whole rows of the tables and events of the log, for the comparison of both. Each row is a mapping by column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeAlias

from dutydesk.domain.delivery.items import item_name, item_number
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.logged_notices import NUMBERS_TOGETHER, subject_of
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables.log_queries import fact_of

StoredRow: TypeAlias = Mapping[str, Any]


def facts_after(handle: Handle, seq: int, kinds: Iterable[str]) -> Iterator[Fact[LogEvent]]:
    """The events of these kinds above a number, one by one. Raises IncompleteEvent for one that can't be read."""
    cursor = handle.stream("state_events", after=seq, kinds=json.dumps([*kinds]))
    return map(fact_of, cursor)


def facts_of_items(handle: Handle, numbers: Iterable[int], kinds: Iterable[str]) -> Iterator[Fact[LogEvent]]:
    """The events about these items, item by item."""
    subjects = [item_name(number) for number in numbers]
    return _facts_of(handle, subjects, kinds)


def facts_of_notices(handle: Handle, first: int, last: int, kinds: Iterable[str]) -> Iterator[Fact[LogEvent]]:
    """The events that list the notices from ``first``, a multiple of those listed together, to ``last``."""
    subjects = [subject_of(number) for number in range(first, last + 1, NUMBERS_TOGETHER)]
    return _facts_of(handle, subjects, kinds)


def _facts_of(handle: Handle, subjects: list[str], kinds: Iterable[str]) -> Iterator[Fact[LogEvent]]:
    rows = handle.stream("state_events_of_subjects", subjects=json.dumps(subjects), kinds=json.dumps([*kinds]))
    return map(fact_of, rows)


def ledger_facts(handle: Handle) -> Iterator[Fact[LogEvent]]:
    """The events of officers, bureaus, measures and restrictions, by an index of their own."""
    return ledger_facts_between(handle, 0, 2**62)


def ledger_facts_between(handle: Handle, after: int, last: int) -> Iterator[Fact[LogEvent]]:
    """Those above one number, up to another."""
    return map(fact_of, handle.stream("state_ledger_events", after=after, last=last))


def proposals(handle: Handle, number: int) -> Iterator[StoredRow]:
    """The proposal on an item, with the hash of what its proposer saw."""
    for row in rows(handle, "state_proposals", first=number, last=number):
        seen = row["seen"]
        yield {**row, "seen": sha256(seen.encode()).hexdigest() if isinstance(seen, str) else seen}


def open_items(handle: Handle, most: int) -> list[int]:
    """The numbers of items with deliveries that are open, or with a proposal."""
    return [row["number"] for row in handle.all("state_items_open", most=most)]


def open_notices(handle: Handle, most: int) -> list[int]:
    """The first number of each group of notices of which one is open."""
    return [row["first"] for row in handle.all("state_notices_open", most=most)]


def items_after(handle: Handle, seq: int) -> set[int]:
    """The numbers of the items that events above ``seq`` are about."""
    numbers = (item_number(row["subject"]) for row in handle.stream("state_subjects_after", seq=seq, like="D-*"))
    return {number for number in numbers if number is not None}


def notices_after(handle: Handle, seq: int) -> list[int]:
    """The first number of each group of notices that an event above ``seq`` lists."""
    found = handle.stream("state_subjects_after", seq=seq, like="notices *")
    return sorted(int(row["subject"].split()[1].partition("-")[0]) for row in found)


def rows(handle: Handle, query: str, **values: object) -> Iterator[StoredRow]:
    """The rows of a query of ``state.sql``, one by one."""
    for row in handle.stream(query, **values):
        yield dict(zip(row.keys(), row, strict=True))


def rows_by_item(handle: Handle, query: str, first: int, last: int) -> dict[int, list[StoredRow]]:
    """The rows about each item from ``first`` to ``last``, in the query's order."""
    found: dict[int, list[StoredRow]] = {}
    for row in rows(handle, query, first=first, last=last):
        found.setdefault(row["item"], []).append(row)
    return found


def deliveries_by_item(handle: Handle, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
    """The deliveries of each item as tuples: recipient, version, cycle, state, cause, waiting, attempts, due time."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for item, *rest, _error in handle.tuples("state_deliveries", first=first, last=last):
        found.setdefault(item, []).append(tuple(rest))
    return found


def last_item(handle: Handle) -> int:
    """The highest number of an item that the log opened."""
    return int(handle.value("state_items_opened") or 0)


def last_notice(handle: Handle) -> int:
    """The highest number of a notice by the table, or the last of those that the log lists together."""
    return max(int(handle.value("state_notices_listed") or 0), int(handle.value("notice_next") or 1) - 1)


def outliers(handle: Handle, last: int) -> Iterator[tuple[str, int]]:
    """Table and item of each row about an item that no event opened, with a number outside of those that are known."""
    yield from handle.tuples("state_outliers", last=last)
