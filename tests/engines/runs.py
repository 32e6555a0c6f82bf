"""Runs of a whole desk: the sample shift, and a desk to which everything happens; after each, all that can be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from desks import Bench, MovedClock
from dutydesk.desk.audit.log_export import prove_store, verify_bodies
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.desk.views.hits import LineFilter
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import DeskError
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.proof.chain import LogLine
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.tables import log
from dutydesk.store.tables.hits import HitFilter
from dutydesk.store.tables.items import PageFilter
from dutydesk.wire.text.search_text import fts_query
from eventful_log import eventful
from sample_shift import opened_desk, play

#: What officers type: names in several scripts, beginnings of long words, numbers of documents, references.
TYPED: Final = (
    "invented",
    "Хавр",
    "гаврильченко",
    "havrylch",
    "de",
    "RU 2022",
    "été",
    "١٢٣",
    "wanted person",
    "n'importe",
)


@dataclass(frozen=True)
class Outcome:
    """The log that a run leaves, and what the desk's reads give at its end."""

    log: list[LogLine]
    reads: dict[str, object]


async def shift(place: Path) -> Outcome:
    desk, clock = await opened_desk(place)
    try:
        await play(Bench(desk, clock))
        return Outcome(await desk.store.read(_log), await read_everything(desk))
    finally:
        await desk.close()


async def everything(place: Path) -> Outcome:
    """``place`` is a file ``desk.db`` in a folder of its own."""
    lines, _ = await eventful(place.parent, edited=False)
    clock = MovedClock(from_us(lines[-1].at_us))
    desk = await open_desk(place, clock, founder="root")
    try:
        clock.move(days=200)
        await desk.retention.apply_deadlines()
        await desk.delivery.requeue_leased(frozenset())
        await desk.delivery.next_due()
        await desk.delivery.has_open_deliveries()
        clock.move(days=2_000)
        await desk.retention.apply_deadlines()
        return Outcome(await desk.store.read(_log), await read_everything(desk))
    finally:
        await desk.close()


def _log(handle: Handle) -> list[LogLine]:
    return list(log.walk(handle))


#: Each run of a whole desk by its name.
RUNS: Final[dict[str, Callable[[Path], Awaitable[Outcome]]]] = {"shift": shift, "everything": everything}


async def read_everything(desk: Desk) -> dict[str, object]:
    """What each of the desk's reads gives, and the comparison of its tables with its log."""
    asked = desk.queries
    since = asked.clock.now() - timedelta(days=2)
    reads: dict[str, Awaitable[object]] = {
        "alarms": asked.alarms(),
        "counters": asked.figures(),
        "countries": asked.countries(),
        "events": asked.changes_after(0, 100_000),
        "feed": asked.feed_page(),
        "header": asked.header(),
        "lines": asked.lines(),
        "measures": asked.measures(),
        "minutes": asked.messages_per_minute(),
        "officers": asked.officers(),
        "overview": asked.overview(),
        "queue": asked.queue_page(),
        "reviews": asked.post_reviews(),
        "figures": asked.stats(),
        "figures since": asked.stats(since),
        "figures of a country": asked.stats(since, "DE"),
        "wall": asked.wall_figures(),
        "state": compare_state(desk.store, desk.context),
        "state later": compare_state(desk.store, desk.context, after=20),
        "bodies": verify_bodies(desk.store),
        "proof": prove_store(desk.store, desk.context),
        "sender": asked.feed(PageFilter(sender="DE")),
        "states": asked.feed(PageFilter(state=ItemState.RELEASED)),
        "kinds": asked.feed(PageFilter(kind=Kind.RED)),
        "hits of a requester": asked.lines(LineFilter(None, HitFilter(requester="PL"))),
    }
    for typed in TYPED:
        reads[f"words {typed}"] = asked.lines(
            LineFilter(PageFilter(words=fts_query(typed)), HitFilter(words=fts_query(typed)))
        )
    for country in ("DE", "PL", "RU", "UA"):
        reads[f"country {country}"] = asked.country_page(country)
        reads[f"sentence {country}"] = asked.consulted_sentence(country)
        reads[f"proposals {country}"] = asked.restriction_proposals(country)
    for officer in await asked.officers():
        reads[f"work of {officer.name}"] = asked.own_work(officer.name)
    for number in range(1, 21):
        reads[f"item {number}"] = asked.show(number)
        reads[f"route {number}"] = asked.why(number)
        reads[f"earlier route {number}"] = asked.why(number, since)
        reads[f"person {number}"] = asked.person(f"D-{number:06d}")
        reads[f"earlier {number}"] = asked.earlier_items(number)
        reads[f"difference {number}"] = asked.difference(number)
        reads[f"hit {number}"] = asked.hit(number)
        reads[f"measure {number}"] = asked.worklist(number)
    return {name: await _outcome(read) for name, read in reads.items()}


async def _outcome(read: Awaitable[object]) -> object:
    try:
        return await read
    except DeskError as refusal:
        return refusal.code
