"""Checks a second on one core, how many misspelt names are found, and how many persons not on record alert.

Each speed is shown with a scan of all names in the same run, and with other matchers if they are installed: the ratio
says more than the figure.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from random import Random
from typing import Protocol

from dutydesk.desk.base.clock import SystemClock
from dutydesk.desk.base.context import Actor
from dutydesk.desk.checks import matching
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.desk.checks.matching import Query
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.screening.names import parts_of
from dutydesk.store.engine.reader import Handle
from dutydesk_bench.misspellings import CYRILLIC, MISSPELLINGS
from dutydesk_bench.sample_people import SamplePerson, sample_people

SEED, CLEAN_SEED = 7, 99
#: Checks before the measurement, so that the process is as warm as one that has answered the network's last minute.
WARM_UP_CHECKS = 9_000
BATCH = 5_000
SOURCES = ("FR", "DE", "UA", "BR", "JP", "EG")
#: Names among the best five, or with as many points as the fifth, count as found.
BEST_COUNT = 5


@dataclass(frozen=True, slots=True)
class RateFigure:
    """``ratio`` is to the scan of all names in the same run; ``missing`` names what is not installed."""

    title: str
    value: float | None
    unit: str
    ratio: float | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class RateOptions:
    """How much is measured: records of persons and of documents, and checks of each sort."""

    persons: int
    documents: int
    checks: int


async def run(folder: Path, options: RateOptions, report_step: Callable[[str], None]) -> list[RateFigure]:
    """Measure in a new exercise store in ``folder``; ``report_step`` is called with each step."""
    store = folder / "checks.db"
    make_store(store, "exercise", SystemClock())
    desk = await open_desk(store, SystemClock(), founder=os_user())
    try:
        report_step(f"{options.persons:,} persons are invented and filed")
        people = list(sample_people(SEED, options.persons))
        began = time.process_time()
        await _import_batches(desk, RecordOrigin.NOTICES, map(_person_record, people))
        filing = options.persons / (time.process_time() - began)
        figures = [RateFigure("filing records of persons", filing, "records/s")]
        report_step("checks by name")
        figures += await desk.store.read(lambda handle: _name_figures(handle, desk, people, options.checks))
        report_step(f"{options.documents:,} documents are filed")
        began = time.process_time()
        await _import_batches(
            desk, RecordOrigin.DOCUMENTS, (_document_record(number) for number in range(options.documents))
        )
        figures.append(
            RateFigure("filing records of documents", options.documents / (time.process_time() - began), "records/s")
        )
        figures += await desk.store.read(lambda handle: list(_document_figures(handle, options)))
        figures.append(RateFigure("the store on disk", store.stat().st_size / 1e6, "MB"))
        return figures
    finally:
        await desk.close()


async def _import_batches(desk: Desk, origin: RecordOrigin, rows: Iterator[ImportedRecord]) -> None:
    actor = Actor(os_user(), os_user())
    while batch := list(islice(rows, BATCH)):
        await desk.imports.import_records(actor, origin, batch)
        await desk.delivery.checkpoint()


def _person_record(one: SamplePerson) -> ImportedRecord:
    family, given = (" ".join(word.latin for word in words) for words in (one.family, one.given))
    native = " ".join(word.original or "" for word in (*one.given, *one.family)).strip()
    return ImportedRecord(
        SOURCES[int(one.number[-3:]) % len(SOURCES)],
        one.number,
        "person",
        f"{family.upper()}, {given}",
        (PersonName(family, given, native if one.nationality in CYRILLIC else None),),
        PartialDate(*map(int, one.born.split("-"))),
        (one.nationality,),
        (IdentityDocument("passport", one.number, one.nationality),),
    )


def _document_record(number: int) -> ImportedRecord:
    written = f"{'CFGHJKLMNP'[number % 10]}{number:08d}"
    return ImportedRecord(
        SOURCES[number % len(SOURCES)],
        written,
        "document",
        f"passport {written}",
        documents=(IdentityDocument("passport", written, "FR"),),
    )


# Names


def _name_figures(handle: Handle, desk: Desk, people: Sequence[SamplePerson], checks: int) -> list[RateFigure]:
    earlier_checks = min(WARM_UP_CHECKS, 10 * checks)
    strangers = list(sample_people(CLEAN_SEED, earlier_checks + checks))
    earlier, clean = strangers[:earlier_checks], strangers[earlier_checks:]
    before = _memory_mb()
    ask = _DeskMatcher(handle, desk)
    scan = _scan_rate(people, clean)
    for one in earlier:
        ask.best(_query(one))
    took, alerts = _cpu_seconds(lambda: sum(ask.alerts(_query(one)) for one in clean))
    took_alone, alone = _cpu_seconds(lambda: sum(ask.alerts(NominalQuery(one.full_name())) for one in clean))
    rate, by_name_alone = len(clean) / took, len(clean) / took_alone
    return [
        RateFigure("checks by name, birth and nationality, of clean persons", rate, "checks/s", rate / scan),
        RateFigure("checks by the name alone, of clean persons", by_name_alone, "checks/s", by_name_alone / scan),
        RateFigure("a scan of all names (rapidfuzz extract, ratio)", scan, "checks/s", 1.0),
        *_peer_figures(people, clean, scan),
        RateFigure("clean persons that alert, birth and nationality given", 100 * alerts / len(clean), "%"),
        RateFigure("clean persons that alert on the name alone", 100 * alone / len(clean), "%"),
        *_found_figures(ask, people, checks),
        RateFigure("memory that checking took", _memory_mb() - before, "MB"),
    ]


@dataclass(slots=True)
class _DeskMatcher:
    handle: Handle
    desk: Desk

    def best(self, query: Query) -> list[tuple[int, int]]:
        """Points and record, best first."""
        least = self.desk.context.settings.hit_score
        found = matching.search(self.handle, self.desk.checks.name_cache, query, least)
        scored = found.best_matches(self.handle, set, matching.COMPARE_LIMIT, matching.TIED_LIMIT)
        return sorted(((one.score.points, one.record) for one in scored), reverse=True)

    def alerts(self, query: Query) -> bool:
        best = self.best(query)
        return bool(best) and best[0][0] >= self.desk.context.settings.hit_score


def _query(one: SamplePerson) -> NominalQuery:
    return NominalQuery(one.full_name(), PartialDate(*map(int, one.born.split("-"))), one.nationality)


def _cpu_seconds(work: Callable[[], int]) -> tuple[float, int]:
    """Processor seconds of this process, and the result of the work."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _scan_rate(people: Sequence[SamplePerson], clean: Sequence[SamplePerson]) -> float:
    from rapidfuzz import fuzz, process

    names = [_sorted_parts(one.full_name()) for one in people]
    wanted = [_sorted_parts(one.full_name()) for one in clean[: max(5, min(40, 4_000_000 // len(people)))]]
    took, _ = _cpu_seconds(
        lambda: sum(bool(process.extract(name, names, scorer=fuzz.ratio, score_cutoff=70, limit=20)) for name in wanted)
    )
    return len(wanted) / took


def _sorted_parts(name: str) -> str:
    return " ".join(sorted(parts_of(name)))


@dataclass(slots=True)
class _FoundNames:
    """How many of a sort of misspelt names were tried, found, and found with enough points for an alert."""

    tried: int = 0
    found: int = 0
    alerted: int = 0

    def add(self, ask: _DeskMatcher, people: Sequence[SamplePerson], place: int, query: Query) -> None:
        best = ask.best(query)
        least = best[min(BEST_COUNT, len(best)) - 1][0] if best else 0
        mine = people[place].full_name()
        points = max((p for p, r in best if p >= least and people[r - 1].full_name() == mine), default=None)
        self.tried += 1
        self.found += points is not None
        self.alerted += points is not None and points >= ask.desk.context.settings.hit_score

    def figures(self, what: str) -> Iterator[RateFigure]:
        yield RateFigure(f"found: {what}", 100 * self.found / self.tried, "%")
        yield RateFigure(f"    and alerts: {what}", 100 * self.alerted / self.tried, "%")


def _found_figures(ask: _DeskMatcher, people: Sequence[SamplePerson], checks: int) -> Iterator[RateFigure]:
    rng = Random(SEED)
    for what, wrong in MISSPELLINGS.items():
        alone, with_birth, asked = _FoundNames(), _FoundNames(), list[str]()
        for _ in range(checks * 4):
            place = rng.randrange(len(people))
            name = wrong(rng, people[place])
            if name is None:
                continue
            asked.append(name)
            alone.add(ask, people, place, NominalQuery(name))
            with_birth.add(ask, people, place, replace(_query(people[place]), name=name))
            if alone.tried == checks:
                break
        if alone.tried:
            yield from alone.figures(what)
            yield from with_birth.figures(f"{what}; birth and nationality given")
            yield RateFigure(f"    names tried: {what}", alone.tried, "names")
            if "left out" in what and (crowded := _crowded(people, asked)):
                most = 100 * (1 - crowded / alone.tried)
                yield RateFigure(f"    most that any order of equal names can find: {what}", most, "%")


def _crowded(people: Sequence[SamplePerson], asked: Sequence[str]) -> int:
    """How many names got wrong in such a way that at least five other records have exactly the name that is asked for.

    These come first by right, and the person meant after them.
    """
    exact = dict.fromkeys(map(_sorted_words, asked), 0)
    for one in people:
        words = _sorted_words(one.full_name())
        if words in exact:
            exact[words] += 1
    return sum(exact[_sorted_words(name)] >= BEST_COUNT for name in asked)


def _sorted_words(name: str) -> str:
    return " ".join(sorted(name.lower().split()))


# Other matchers


class _Matcher(Protocol):
    def best(self, written: str) -> list[str]:
        """The best five names; the parts of each in alphabetical order."""


def _peer_figures(people: Sequence[SamplePerson], clean: Sequence[SamplePerson], scan: float) -> Iterator[RateFigure]:
    """Blocks by sound with rapidfuzz within them, as most record linkage works; then a matcher of sanctions lists on
    the best of these.
    """
    what, rules = "jellyfish metaphone of any part, then rapidfuzz", "nomenklatura (logic-v1) over the best of these"
    blocks = None if find_spec("jellyfish") is None else _Metaphone(people)
    if blocks is None:
        yield RateFigure(what, None, "checks/s", missing="jellyfish is not installed")
    else:
        yield from _matcher_figures(what, blocks, people, clean[:200], scan)
    lacking = [name for name in ("jellyfish", "nomenklatura") if find_spec(name) is None]
    if blocks is None or lacking:
        yield RateFigure(rules, None, "checks/s", missing=f"{' and '.join(lacking)} not installed")
    else:
        yield from _matcher_figures(rules, _Nomenklatura(blocks), people, clean[:100], scan)


def _matcher_figures(
    title: str, peer: _Matcher, people: Sequence[SamplePerson], clean: Sequence[SamplePerson], scan: float
) -> Iterator[RateFigure]:
    """Names a second, and how many of each sort are among the best five."""
    wanted = [one.full_name() for one in clean]
    peer.best(wanted[0])  # The first call loads data, which is not measured.
    took, _ = _cpu_seconds(lambda: sum(bool(peer.best(name)) for name in wanted))
    yield RateFigure(title, len(wanted) / took, "checks/s", len(wanted) / took / scan)
    rng = Random(SEED)
    for wrong, made in MISSPELLINGS.items():
        some = rng.sample(people, min(len(wanted), len(people)))
        misspelt = [(one, name) for one in some if (name := made(rng, one)) is not None]
        found = sum(_sorted_parts(one.full_name()) in peer.best(name) for one, name in misspelt)
        if misspelt:
            yield RateFigure(f"    found by {title.split()[0]}: {wrong}", 100 * found / len(misspelt), "%")


class _Metaphone:
    """Names in blocks by the sound of each part; a name is compared with the names of its blocks."""

    def __init__(self, people: Sequence[SamplePerson]) -> None:
        from jellyfish import metaphone

        self._metaphone = metaphone
        self._blocks: dict[str, list[str]] = defaultdict(list)
        for one in people:
            name = _sorted_parts(one.full_name())
            for part in name.split():
                self._blocks[metaphone(part)].append(name)

    def best(self, written: str) -> list[str]:
        return self.closest(written, BEST_COUNT)

    def closest(self, written: str, most: int) -> list[str]:
        from rapidfuzz import fuzz, process

        name = _sorted_parts(written)
        near = {other for part in name.split() for other in self._blocks.get(self._metaphone(part), ())}
        return [other for other, _, _ in process.extract(name, near, scorer=fuzz.ratio, score_cutoff=70, limit=most)]


class _Nomenklatura:
    """The name rules of a library that matches persons with lists of sanctions, on the names that blocks leave."""

    CANDIDATES = 50

    def __init__(self, blocks: _Metaphone) -> None:
        matching_rules = import_module("nomenklatura.matching")
        self._blocks = blocks
        self._compare = matching_rules.get_algorithm("logic-v1").compare
        self._config = import_module("nomenklatura.matching.types").ScoringConfig.defaults()
        self._entity = import_module("followthemoney").EntityProxy.from_dict

    def _person(self, name: str) -> object:
        return self._entity({"id": name, "schema": "Person", "properties": {"name": [name]}})

    def best(self, written: str) -> list[str]:
        person = self._person(written)
        near = self._blocks.closest(written, self.CANDIDATES)
        scored = ((self._compare(person, self._person(name), self._config).score, name) for name in near)
        return [name for _, name in sorted(scored, reverse=True)[:BEST_COUNT]]


# Documents


def _document_figures(handle: Handle, options: RateOptions) -> Iterator[RateFigure]:
    rng = Random(SEED)
    clean = [DocumentQuery(f"X{rng.randrange(10**8):08d}", "FR") for _ in range(options.checks * 20)]
    known = [
        DocumentQuery(_document_record(rng.randrange(options.documents)).reference, "FR")
        for _ in range(options.checks * 20)
    ]
    memory = NameCache()
    for what, queries in (("that are on no record", clean), ("that are on record", known)):
        took, hits = _cpu_seconds(
            lambda queries=queries: sum(  # type: ignore[misc]
                bool(matching.search(handle, memory, query, 0).ranked) for query in queries
            )
        )
        if hits != (0 if queries is clean else len(queries)):
            raise AssertionError(f"{hits} of {len(queries)} documents {what} were found")
        yield RateFigure(f"checks of documents {what}", len(queries) / took, "checks/s")


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
