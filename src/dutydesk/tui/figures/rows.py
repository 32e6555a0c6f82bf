"""The figures as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import IntEnum

from dutydesk.desk.base.figure_rows import NetworkFigures
from dutydesk.domain.frozen import value
from dutydesk.tui.figures.texts import texts
from dutydesk.tui.frame.text_format import category_word, display_text, duration_text, format_count

BAR_WIDTH = 20


class Period(IntEnum):
    ALL = 0
    YEAR = 1
    MONTH = 2
    DAY = 3

    def since(self, now: datetime) -> datetime | None:
        match self:
            case Period.YEAR:
                return now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
            case Period.MONTH:
                return now - timedelta(days=30)
            case Period.DAY:
                return now - timedelta(days=1)
        return None


@value(frozen=True, slots=True)
class FigureRow:
    """``name`` and ``category`` identify the figure; ``share`` is its ratio to the largest of its group."""

    name: str
    category: str
    label: str
    value: str
    share: float
    first: bool

    @property
    def key(self) -> str:
        return f"{self.name} {self.category}"


def figure_rows(stats: NetworkFigures) -> Iterator[FigureRow]:
    if stats.oldest_held_seconds is not None:
        yield from _group("queue_ages", {age: n for age, n in stats.queue_ages.items() if n})
    yield from _group("states", stats.states)
    yield from _group("decided", {"released": stats.released, "refused": stats.refused})
    times = ((texts.MEDIAN, stats.decision_seconds_median), (texts.NINETIETH, stats.decision_seconds_90th))
    for place, (of, seconds) in enumerate(times):
        if seconds is not None:
            yield FigureRow("time", of, of, duration_text(timedelta(seconds=seconds)), 0.0, place == 0)
    for name, counted in (
        ("refusals", stats.refusals),
        ("received", stats.received),
        ("checks_against", stats.checks_against),
        ("hits_by_source", stats.hits_by_source),
        ("hits_by_category", stats.hits_by_category),
        ("hits_by_place", stats.hits_by_place),
    ):
        yield from _group(name, counted)


def _group(name: str, counted: dict[str, int]) -> Iterator[FigureRow]:
    most = max(counted.values(), default=0)
    for place, (of, n) in enumerate(counted.items()):
        share = n / most if most else 0.0
        yield FigureRow(name, of, display_text(category_word(of)), format_count(n), share, place == 0)
