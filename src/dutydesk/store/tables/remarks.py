"""Officers' remarks on an item: the ticks of its checklist, their decisions, their notes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dutydesk.domain.delivery.items import Item, Note, Review, Tick
from dutydesk.store.engine.reader import Handle, from_us, to_us
from dutydesk.store.engine.transaction import Transaction


def add_tick(transaction: Transaction, item: Item, tick: Tick) -> bool:
    """Add a tick; false if the point was ticked before for this version."""
    return bool(
        transaction.run(
            "tick_add",
            item=item.number,
            version=item.version,
            mark=tick.check,
            officer=tick.officer,
            at=to_us(tick.at),
            note=tick.note,
        )
    )


def ticks_of(handle: Handle, number: int, version: int) -> tuple[Tick, ...]:
    rows = handle.all("ticks_of", item=number, version=version)
    return tuple(Tick(row["mark"], row["officer"], from_us(row["at"]), row["note"]) for row in rows)


def add_review(transaction: Transaction, number: int, review: Review) -> None:
    transaction.run(
        "review_add",
        item=number,
        cycle=review.cycle,
        officer=review.officer,
        decision=review.decision,
        reason=review.reason,
        code=review.code,
        articles=canonical_list(review.articles),
        at=to_us(review.at),
    )


def canonical_list(values: Iterable[str]) -> str:
    return json.dumps(list(values))


def reviews_of(handle: Handle, number: int) -> tuple[Review, ...]:
    return tuple(
        Review(
            row["officer"],
            row["decision"],
            row["reason"],
            row["code"],
            tuple(json.loads(row["articles"])),
            from_us(row["at"]),
            row["cycle"],
        )
        for row in handle.all("reviews_of", item=number)
    )


def add_remark(transaction: Transaction, number: int, note: Note) -> None:
    transaction.run("remark_add", item=number, officer=note.officer, text=note.text, at=to_us(note.at))


def remarks_of(handle: Handle, number: int) -> tuple[Note, ...]:
    rows = handle.all("remarks_of", item=number)
    return tuple(Note(row["officer"], row["text"], from_us(row["at"])) for row in rows)
