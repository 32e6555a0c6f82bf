"""The watch list as rows: persons of registers and of refused or recalled items, their keys, and who was told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.event import fitting
from dutydesk.domain.events.facts import is_of
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemDistinguished
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle, from_us, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import kept_rows, log_queries
from dutydesk.store.tables.clock_steps import ClockStepReader


@value(frozen=True, slots=True)
class WatchedPerson:
    """A person of a register's ``entry`` or of an ``item``; ``number`` is 0 before it is written.

    ``names`` are folded, as texts; ``birth`` is empty if unknown; ``documents`` are number and issuer. ``scope`` is the
    bureau with whose messages the person is compared; empty for everyone's. ``exact`` are the marks of an entry's whole
    names and documents.
    """

    number: int
    entry: int | None
    item: int | None
    scope: str
    names: tuple[str, ...]
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    exact: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Distinction:
    """An officer's judgement that two persons are not the same, by what was known of both at that time.

    ``source`` is the root bureau of the sender, ``person`` the hash of its message's person; ``score`` was the likeness
    of both, in points.
    """

    source: str
    person: str
    watched: int
    item: int
    score: int
    until: datetime
    reason: str
    officer: str


def newest(handle: Handle) -> int:
    """The highest number that was given; while it is the same, a search finds nobody new."""
    return int(handle.cached_value("watched_newest"))


def add(transaction: Transaction, person: WatchedPerson, keys: Iterable[int]) -> int:
    """Write a person under these keys; returns the new number."""
    row: dict[str, object] = {
        "entry": person.entry,
        "item": person.item,
        "scope": person.scope,
        "names": "\n".join(person.names),
        "birth": person.birth,
        "nationalities": ",".join(person.nationalities),
        "documents": "\n".join(f"{paper} {issuer}" for paper, issuer in person.documents),
        "exact": "\n".join(person.exact),
    }
    digests = kept_rows.WATCHED.column_digests(row)
    number = transaction.insert("watched_add", **row, column_digests=digests)
    transaction.keep_row("watched", number, kept_rows.logged_digest(digests))
    transaction.run_many("watched_key_add", [{"mark": mark, "watched": number} for mark in sorted(keys)])
    return number


def drop(transaction: Transaction, number: int, keys: Iterable[int]) -> None:
    """Delete a person with these keys, and what was judged of him or her."""
    transaction.run_many("watched_key_drop", [{"mark": mark, "watched": number} for mark in keys])
    transaction.run("distinctions_forget", watched=number)
    transaction.run("watched_drop", id=number)
    transaction.keep_row("watched", number, None)


def of_entry(handle: Handle, entry: int) -> WatchedPerson | None:
    row = handle.one("watched_of_entry", entry=entry)
    return None if row is None else _person(row)


def of_item(handle: Handle, item: int) -> WatchedPerson | None:
    row = handle.one("watched_of_item", item=item)
    return None if row is None else _person(row)


def persons(handle: Handle, numbers: Iterable[int]) -> list[WatchedPerson]:
    return [_person(row) for row in handle.all("watched_persons", numbers=json.dumps(list(numbers)))]


def after(handle: Handle, number: int) -> Iterator[WatchedPerson]:
    """Those with a higher number, in the order of their numbers."""
    for values in handle.tuples("watched_after", id=number):
        yield _read(*values)


def with_keys(handle: Handle, marks: Iterable[int], most: int) -> set[int]:
    """The persons under one of these keys."""
    rows = handle.tuples("watched_with_keys", marks=json.dumps(list(marks)), most=most)
    return {number for (number,) in rows}


def with_keys_between(handle: Handle, first: int, last: int, most: int) -> set[int]:
    rows = handle.tuples("watched_between", first_mark=first, last_mark=last, most=most)
    return {number for (number,) in rows}


def _person(row: StoreRow) -> WatchedPerson:
    return _read(*row)


def _read(
    number: int, entry: int | None, item: int | None, scope: str, names: str, birth: str, *lists: str
) -> WatchedPerson:
    nationalities, documents, exact = lists
    papers = (line.partition(" ") for line in documents.split("\n") if line)
    return WatchedPerson(
        number,
        entry,
        item,
        scope,
        tuple(filter(None, names.split("\n"))),
        birth,
        tuple(filter(None, nationalities.split(","))),
        tuple((paper, issuer) for paper, _, issuer in papers),
        tuple(filter(None, exact.split("\n"))),
    )


def put_distinction(transaction: Transaction, judged: Distinction) -> None:
    """Write a judgement in place of an earlier one of the same two."""
    transaction.run(
        "distinction_put",
        source=judged.source,
        person=judged.person,
        watched=judged.watched,
        item=judged.item,
        score=judged.score,
        until=to_us(judged.until),
        reason=judged.reason,
        officer=judged.officer,
        at=transaction.at_us,
    )


@value(frozen=True, slots=True)
class StandingJudgement:
    """What an officer wrote of two persons who are not the same, and until when that holds."""

    officer: str
    reason: str
    until: datetime


@value(frozen=True, slots=True)
class JudgedPair:
    """A source's person and the watched one, as :class:`Distinction` has both, and how alike they are now."""

    source: str
    person: str
    watched: int
    score: int


def are_distinguished(handle: Handle, clock_steps: ClockStepReader, pair: JudgedPair) -> bool:
    """Whether both were judged to be two persons, that judgement has not expired, and they were as alike then.

    One that has expired stays so, also where the clock has stepped back.
    """
    return standing_judgement(handle, clock_steps, pair) is not None


def standing_judgement(handle: Handle, clock_steps: ClockStepReader, pair: JudgedPair) -> StandingJudgement | None:
    """The judgement of :func:`are_distinguished`; ``None`` where there is none or it holds no longer."""
    row = handle.one("distinction_of", source=pair.source, person=pair.person, watched=pair.watched)
    if row is None or to_us(handle.at) >= row["until"] or pair.score > row["score"]:
        return None
    until, steps = from_us(row["until"]), clock_steps.current(handle)
    reached = steps.reached_after(_judged_at(handle, pair, row["item"])) if steps.steps else None
    if reached is not None and reached >= until:
        return None
    return StandingJudgement(row["officer"], row["reason"], until)


def _judged_at(handle: Handle, pair: JudgedPair, item: int) -> int:
    """The number of the event that judged them last; 0 where the log has none."""
    last = 0
    for fact in log_queries.of_subjects(handle, [item_name(item)], (EventKind.ITEM_DISTINGUISHED.value,)):
        if is_of(fact, ItemDistinguished):
            judged = fitting(fact.event.judged) or ()
            if any(each[:3] == (pair.source, pair.person, pair.watched) for each in judged):
                last = fact.seq
    return last


#: The stages in which an older store is filled; each goes through numbers in ascending order.
STAGE_NUMBERS, STAGE_ENTRIES, STAGE_ITEMS, STAGE_COMPLETE = range(4)


def progress(handle: Handle) -> tuple[int, int]:
    """The stage of the filling of an older store, and the number that it has reached."""
    row = handle.one("watch_progress")
    return (STAGE_COMPLETE, 0) if row is None else (row["watch_stage"], row["watch_position"])


def set_progress(transaction: Transaction, stage: int, position: int) -> None:
    transaction.run("watch_progress_set", stage=stage, position=position)


def entries_after(handle: Handle, number: int, most: int) -> list[int]:
    """The numbers of the next register entries."""
    return [row["id"] for row in handle.all("register_entries_after", id=number, most=most)]


def refused_items_after(handle: Handle, number: int, most: int) -> list[int]:
    """The numbers of the next refused or recalled items."""
    return [row["number"] for row in handle.all("items_refused_after", number=number, most=most)]


def items_with_foreign_figures(handle: Handle, number: int, most: int) -> list[int]:
    """The next items with a document number that an earlier release kept in the figures of another script."""
    return [row["item"] for row in handle.all("items_with_foreign_figures", number=number, most=most)]


def forget_distinctions(transaction: Transaction, item: int) -> None:
    """Delete what was judged on an item."""
    transaction.run("distinctions_forget_item", item=item)
