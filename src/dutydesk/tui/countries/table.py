"""The table of countries: level, measure, and counts of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from dutydesk.desk.base.rows import CountryRow
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.frame.country_names import country_name
from dutydesk.tui.frame.text_format import format_count, value_word
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable

_LEVELS = {Level.DIRECT: "dim", Level.MONITORED: "", Level.HELD: "warn", Level.SUSPENDED: "bad"}
_SIGNS = {Level.DIRECT: " ", Level.MONITORED: "+", Level.HELD: "!", Level.SUSPENDED: "!!"}


def level_cell(level: str) -> Cell:
    known = Level(level)
    return Cell(f"{_SIGNS[known]:<2} {value_word(known)}", _LEVELS[known])


def _name(row: CountryRow) -> str:
    return country_name(row.code, row.name)


def sort_countries(rows: Sequence[CountryRow]) -> list[CountryRow]:
    """Countries that need attention first, then all by region and name."""
    return sorted(rows, key=lambda row: (not needs_attention(row), texts.REGIONS[row.region], _name(row).casefold()))


def needs_attention(row: CountryRow) -> bool:
    return row.level != Level.DIRECT or row.offline or row.proposed is not None or row.measure is not None


def matches_filter(row: CountryRow, text: str) -> bool:
    """Whether each typed word begins the code, a word of the name or region, or the level."""
    names = [
        row.code.casefold(),
        *row.name.casefold().split(),
        *_name(row).casefold().split(),
        row.ncb.casefold(),
        row.level,
        value_word(row.level),
    ]
    names += texts.REGIONS[row.region].casefold().split()
    names += ["offline"] if row.offline else []
    return all(any(name.startswith(word) for name in names) for word in text.casefold().split())


#: The orders of the countries, as they are kept, the usual one first: in groups, by what needs attention.
COUNTRY_ORDERS: Final = ("attention", "name", "held", "received")


def order_countries(rows: Sequence[CountryRow], order: str) -> list[Row]:
    """``rows`` are in the usual order; only that one has groups with headings."""
    listed = list(rows)
    match order:
        case "name":
            listed.sort(key=lambda row: _name(row).casefold())
        case "held":
            listed.sort(key=lambda row: row.held, reverse=True)
        case "received":
            listed.sort(key=lambda row: row.received, reverse=True)
        case _:
            return list(group_countries(rows))
    return [*listed]


@value(frozen=True, slots=True)
class CountryGroup:
    """The heading of some countries."""

    words: str


Row: TypeAlias = CountryRow | CountryGroup


def group_countries(rows: Sequence[CountryRow]) -> Iterator[Row]:
    """Put a heading above each group; ``rows`` must be sorted."""
    for name, run in groupby(rows, lambda row: texts.WATCHED if needs_attention(row) else texts.REGIONS[row.region]):
        members = list(run)
        yield CountryGroup(texts.group(name, len(members)))
        yield from members


def _key(row: Row) -> str:
    return row.words if isinstance(row, CountryGroup) else row.code


def _heading(row: Row) -> str | None:
    return row.words if isinstance(row, CountryGroup) else None


class Countries(LineTable[Row]):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(texts.EMPTY_COUNTRIES, self._columns, _key, heading_of=_heading, id=id)

    def _columns(self) -> Sequence[Column[Row]]:
        return (
            Column(texts.CODE, 3, _country_cell(lambda row: Cell(row.code, "strong"))),
            Column(texts.NAME, 14, _country_cell(lambda row: Cell(_name(row))), flexible=True),
            Column(texts.LEVEL, 12, _country_cell(lambda row: level_cell(row.level)), name="level"),
            Column(texts.MEASURE, 15, _country_cell(lambda row: Cell(_measure(row))), drop_order=2, name="measure"),
            Column(texts.HELD, 4, _country_cell(lambda row: _figure(row.held, "warn")), right=True, name="held"),
            Column(
                texts.VOLUME,
                6,
                _country_cell(lambda row: _figure(row.received, "dim")),
                drop_order=1,
                right=True,
                name="received",
            ),
            Column(
                texts.NETWORK,
                7,
                _country_cell(lambda row: Cell(texts.OFFLINE if row.offline else "", "bad")),
                name="network",
            ),
        )

    @property
    def country(self) -> CountryRow | None:
        return self.selected if isinstance(self.selected, CountryRow) else None


def _country_cell(cell: Callable[[CountryRow], Cell]) -> Callable[[Row], Cell]:
    return lambda row: cell(row) if isinstance(row, CountryRow) else Cell("")


def _measure(row: CountryRow) -> str:
    """The measure in force and its endorsement; a proposal has precedence, because it waits for an officer."""
    if row.proposed is not None and row.proposed == row.measure:
        return texts.in_force_lift_proposed(row.proposed)
    if row.proposed is not None:
        return f"{row.proposed} {texts.PROPOSED}"
    if row.measure is None:
        return ""
    return f"{row.measure} {value_word(row.endorsement) if row.endorsement else ''}".strip()


def _received(row: CountryRow) -> Cell:
    return _figure(row.received, "dim")


def _network(row: CountryRow) -> Cell:
    return Cell(texts.OFFLINE if row.offline else "", "bad")


def _figure(number: int, tone: str) -> Cell:
    return Cell(format_count(number), tone) if number else Cell("")
