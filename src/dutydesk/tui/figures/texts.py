"""The figures screen, and the rows of a figure."""

from __future__ import annotations

from typing import Final

FIGURES: Final = "FIGURES"
PERIODS: Final = ("since the beginning", "this year", "the last 30 days", "the last 24 hours")
FIGURE: Final = "FIGURE"
FIGURE_OF: Final = "OF"
NUMBER: Final = "NUMBER"
SHARE: Final = "SHARE"
MESSAGES_A_MINUTE: Final = "messages a minute"
CHECKS_A_MINUTE: Final = "checks a minute"
FIGURES_HINT: Final = "enter opens the rows of a figure"
FIGURE_NAMES: Final = {
    "queue_ages": "queue, by age",
    "states": "items, by state",
    "decided": "decisions",
    "time": "time to decision",
    "refusals": "refusals, by code",
    "received": "received, by sender",
    "checks_against": "checks against data of",
    "hits_by_source": "hits on records of",
    "hits_by_category": "hits, by category",
    "hits_by_place": "hits, by place",
}
MEDIAN: Final = "median"
NINETIETH: Final = "90th percentile"
NO_FIGURES: Final = "No message has arrived yet."
NO_ROWS: Final = "This figure has no rows."
COUNTRY: Final = "Country"
COUNTRY_TITLE: Final = "Figures of a country"
COUNTRY_LINE: Final = "Its messages, and the checks against its data; empty for the whole network."
COUNTRY_HINT: Final = "e.g. RU"
COUNTRY_SHOW: Final = "Show"
FIGURES_OF_ALL: Final = "Figures of the whole network"
EXPORT_FIGURES: Final = "Export the figures"
EXPORT_HINT: Final = (
    "Into a new file: .json as JSON, any other name as CSV. A spreadsheet runs none of it as a formula."
)
WRITTEN: Final = "Figures written to"


def figures_of(country: str) -> str:
    return f"of {country}"


def peak(number: int) -> str:
    return f"peak {number:,}"


def row_count(number: int, *, hits: bool) -> str:
    return f"{number:,} {'hit' if hits else 'item'}{'' if number == 1 else 's'}"


def no_country_page(code: str) -> str:
    return f"{code} is not a member country and has no page"
