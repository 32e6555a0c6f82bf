"""What each panel of the wall says, at a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from rich.cells import cell_len

from dutydesk.desk.base.rows import AlarmRow, MeasureRow, WaitingCounts
from dutydesk.desk.base.wall_rows import DutyRow, KindTraffic, RequesterChecks, SenderTraffic, WallFigures
from dutydesk.desk.views.wall import CHECK_HOURS, PERIOD, PERIODS
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.supervision.measures import Endorsement
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.countries.table import level_cell
from dutydesk.tui.frame.country_names import country_name
from dutydesk.tui.frame.glyphs import UNICODE, Glyphs
from dutydesk.tui.frame.text_format import (
    age,
    day_of_year,
    desk_text,
    format_count,
    readable_name,
    short_age,
    time_of_day,
    value_word,
)
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.wall.layout import Panel, Span, SpanLine
from dutydesk.tui.wall.texts import texts
from dutydesk.tui.widgets.sparkline import sparkline
from dutydesk.wire.text.safe_text import pad, safe_text

_HOURS = round(PERIOD * PERIODS / (PERIOD * 6))
#: Cells of the first column of other panels, of numbers, of the shortest names, and of a panel with bureaus' names.
_NAME, _COUNT, _LEAST_NAME, _NAMED_CELLS = 9, 6, 8, 46


def left(text: str, cells: int) -> str:
    """Text in exactly ``cells`` cells."""
    return pad(safe_text(text), cells)


def right(text: str, cells: int) -> str:
    return " " * max(cells - cell_len(text), 0) + text


def _traffic(rows: Sequence[tuple[str, Sequence[int]]], cells: int, signs: Glyphs) -> tuple[SpanLine, ...]:
    """A name, a count and bars: one for each period, or one for two, and names as long as there is room."""
    numbers = [format_count(sum(counts)) for _, counts in rows]
    number_cells = max([5, *map(len, numbers)])
    room = cells - _LEAST_NAME - number_cells - 1
    bars = next((few for few in (PERIODS, PERIODS // 2) if few <= room), room)
    name_cells = cells - bars - number_cells - 1
    return tuple(
        (
            (left(name, name_cells), ""),
            (f"{number:>{number_cells}} ", "strong"),
            (sparkline(counts, bars, blocks=signs is UNICODE), "bar"),
        )
        for (name, counts), number in zip(rows, numbers, strict=True)
    )


def _kind_name(row: KindTraffic) -> str:
    if row.type is None:
        return value_texts.UNREAD
    if row.kind is None:
        return readable_name(row.type)
    return f"{value_word(row.kind)}{value_texts.KIND_SUFFIXES.get(MessageType(row.type), '')}"


def kinds(figures: WallFigures, cells: int, signs: Glyphs) -> Panel:
    rows = _traffic([(_kind_name(row), row.counts) for row in figures.by_kind], cells, signs)
    return Panel(texts.BY_KIND, texts.in_hours(figures.received, _HOURS), rows, texts.NO_TRAFFIC, least=3)


def senders(figures: WallFigures, cells: int, signs: Glyphs) -> Panel:
    named = cells >= _NAMED_CELLS
    rows = _traffic([(_sender_name(row, named=named), row.counts) for row in figures.by_sender], cells, signs)
    return Panel(texts.BY_SENDER, texts.in_hours(figures.received, _HOURS), rows, texts.NO_TRAFFIC, least=3)


def _sender_name(row: SenderTraffic, *, named: bool) -> str:
    if row.sender is None:
        return texts.UNKNOWN_SENDER
    return f"{row.sender:<4}{country_name(row.sender, row.name)}" if named and row.name != row.sender else row.sender


def queue(figures: WallFigures, unclaimed: WaitingCounts, cells: int, signs: Glyphs, now: datetime) -> Panel:
    name_cells = 13
    room = max(cells - name_cells - _COUNT - 1, 1)
    most = max(figures.queue_ages.values(), default=0)
    rows = [
        (
            (left(read_sentence(name), name_cells), ""),
            (right(format_count(n), _COUNT) + " ", "strong"),
            (_bar(n, most, room, signs), "bar"),
        )
        for name, n in figures.queue_ages.items()
    ]
    oldest = age(figures.oldest_held, now) if figures.oldest_held else ""
    shown = tuple(rows) if figures.waiting else ()
    head: list[SpanLine] = []
    if unclaimed.flash:
        head.append(((texts.unclaimed_flash(unclaimed.flash), "bad"),))
    if unclaimed.urgent:
        head.append(((texts.unclaimed_urgent(unclaimed.urgent), "bad"),))
    return Panel(texts.QUEUE, texts.waiting(figures.waiting, oldest), shown, texts.NO_QUEUE, tuple(head), least=5)


def _bar(number: int, most: int, cells: int, signs: Glyphs) -> str:
    """A line as long as the number is large; the largest takes all cells."""
    return ("━" if signs is UNICODE else "#") * max(round(number / most * cells), 1) if number else ""


def measures(figures: WallFigures, cells: int, now: datetime) -> Panel:
    head_text = f"{'':<3}{texts.LEVEL:<13}{texts.SINCE:<7}{texts.ENDORSE_BY:<9}{texts.REVIEW_BY}"
    numbered = cells >= _NAMED_CELLS
    head = (((f"{head_text:<40}{texts.MEASURE}" if numbered else head_text, "dim"),),)
    rows = tuple(
        (*_measure_line(row, now), (f" {row.measure}", "dim")) if numbered else _measure_line(row, now)
        for row in figures.measures
    )
    in_force = sum(row.in_force for row in figures.measures)
    return Panel(texts.MEASURES, texts.in_force(in_force), rows, texts.NO_MEASURES, head)


def _measure_line(row: MeasureRow, now: datetime) -> SpanLine:
    level = level_cell(row.level)
    word = level.text if row.in_force else f"{level.text} {texts.PENDING}"
    waits = row.endorsement == Endorsement.AWAITING
    endorsement = _due(row.endorsement_due, now, 9) if waits else (left(value_word(row.endorsement), 8) + " ", "")
    return (
        (left(row.country, 3), "strong"),
        (left(word, 12) + " ", level.tone),
        (left(day_of_year(row.effective_at), 7), ""),
        endorsement,
        _due(row.review_by, now, 7),
    )


def _due(at: datetime, now: datetime, cells: int) -> Span:
    overdue = at <= now
    return left(f"{day_of_year(at)}{texts.OVERDUE if overdue else ''}", cells), "bad" if overdue else ""


def checks(figures: WallFigures, cells: int, signs: Glyphs) -> Panel:
    total = sum(figures.checks_per_hour)
    summary = texts.checks_and_hits(total, figures.hits, CHECK_HOURS)
    if not total and not figures.hits:
        return Panel(texts.CHECKS, summary, (), texts.NO_CHECKS)
    hourly = ((left(texts.AN_HOUR, _NAME), ""), *_bars(figures.checks_per_hour, cells - _NAME, signs))
    head = (hourly, ((_check_head(cells), "dim"),))
    rows = tuple(
        _check_line(requester, place, cells)
        for requester, place in zip_longest(figures.requesters, figures.hits_by_place.items())
    )
    return Panel(texts.CHECKS, summary, rows, texts.NO_CHECKS, head)


def checks_by_bureau(figures: WallFigures, cells: int, signs: Glyphs) -> Panel:
    """Without the places of the hits, which have a panel of their own."""
    panel = checks(figures, cells, signs)
    if not panel.rows:
        return panel
    name_cells = cells - 13
    head = f"{left(texts.ASKED_BY, name_cells)}{texts.CHECK_COUNT:>7}{texts.HIT_COUNT:>6}"
    rows = tuple(
        (
            (left(f"{row.requester:<4}{country_name(row.requester, row.name)}", name_cells), ""),
            (f"{right(format_count(row.checks), 7)}{right(format_count(row.with_hits), 6)}", "strong"),
        )
        for row in figures.requesters
    )
    return replace(panel, rows=rows, head=(panel.head[0], ((head, "dim"),)))


def places(figures: WallFigures, cells: int, signs: Glyphs) -> Panel:
    name_cells = 22
    room, most = max(cells - name_cells - _COUNT - 1, 1), max(figures.hits_by_place.values(), default=0)
    rows = tuple(
        (
            (left(name, name_cells - 1) + " ", ""),
            (right(format_count(n), _COUNT) + " ", "strong"),
            (_bar(n, most, room, signs), "bar"),
        )
        for name, n in figures.hits_by_place.items()
    )
    return Panel(texts.BY_PLACE, texts.in_hours(sum(figures.hits_by_place.values()), CHECK_HOURS), rows, texts.NO_HITS)


def _bars(counts: Sequence[int], cells: int, signs: Glyphs) -> Iterator[Span]:
    yield sparkline(counts, cells, blocks=signs is UNICODE), "bar"


def _check_head(cells: int) -> str:
    head = f"{texts.ASKED_BY:<7}{texts.CHECK_COUNT:>7}{texts.HIT_COUNT:>6}   {texts.HITS_AT}"
    return head + right(texts.HIT_COUNT, max(cells - len(head), 0))


def _check_line(requester: RequesterChecks | None, place: tuple[str, int] | None, cells: int) -> SpanLine:
    spans: list[Span] = []
    if requester is not None:
        counts = f"{right(format_count(requester.checks), 7)}{right(format_count(requester.with_hits), 6)}   "
        spans += [(left(requester.requester, 7), ""), (counts, "strong")]
    else:
        spans.append((" " * 23, ""))
    if place is not None:
        name, n = place
        room = max(cells - 23 - 5, 4)
        spans += [(left(name, room), ""), (right(format_count(n), 5), "strong")]
    return tuple(spans)


def duty(figures: WallFigures, cells: int, now: datetime) -> Panel:
    name_cells = max(cells - 24, 13)
    head = (((f"{texts.OFFICER:<{name_cells}}{texts.CONSOLE:<8}{texts.LAST_ACT:<5}{texts.CLAIMS}", "dim"),),)
    rows = tuple(_duty_line(row, name_cells, now) for row in figures.duty)
    return Panel(texts.DUTY, format_count(len(figures.duty)), rows, texts.NO_DUTY, head)


def _duty_line(row: DutyRow, name_cells: int, now: datetime) -> SpanLine:
    since = time_of_day(row.console_since) if row.console_since is not None else texts.NO_CONSOLE
    work = texts.claims(row.claims[0], len(row.claims) - 1) if row.claims else ""
    if not work and row.proposals:
        work = texts.proposals(len(row.proposals))
    return (
        (left(row.officer, name_cells - 1) + " ", "strong"),
        (left(since, 8), "" if row.console_since is not None else "dim"),
        (left(short_age(row.last_act, now), 5), "dim"),
        (work, "warn" if row.claims else ""),
    )


def alarms(rows: Sequence[AlarmRow], proposals: int, cells: int, now: datetime) -> Panel:
    return Panel(
        texts.ALARMS,
        format_count(len(rows)),
        tuple(_alarm_line(row, cells, now) for row in rows),
        texts.unsigned_proposals(proposals) if proposals else texts.NO_ALARMS,
    )


def _alarm_line(row: AlarmRow, cells: int, now: datetime) -> SpanLine:
    since = short_age(row.since, now) if row.since else ""
    room = max(cells - 9 - 6, 8)
    return (
        (left(row.subject, 9), "bad"),
        (pad(desk_text(row.words, room), room), ""),
        (right(since, 6), "dim"),
    )
