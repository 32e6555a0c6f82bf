"""The figures screen, and what is behind each figure."""

from __future__ import annotations

from typing import Final

FIGURES: Final = "FIGURES"
PERIODS: Final = ("from the start", "this year", "the last 30 days", "the last 24 hours")
FIGURE: Final = "FIGURE"
FIGURE_OF: Final = "OF"
NUMBER: Final = "NUMBER"
SHARE: Final = "SHARE"
MESSAGES_A_MINUTE: Final = "messages a minute"
CHECKS_A_MINUTE: Final = "checks a minute"
FIGURES_HINT: Final = "enter opens what is behind a figure"
FIGURE_NAMES: Final = {
    "queue_ages": "queue, by age",
    "states": "items, by state",
    "decided": "decided",
    "time": "time to decision",
    "refusals": "refusals, by code",
    "received": "received, by sender",
    "checks_against": "checks against data of",
    "hits_by_source": "hits on records of",
    "hits_by_category": "hits, by category",
    "hits_by_place": "hits, by place",
}
MEDIAN: Final = "median"
NINETIETH: Final = "nine of ten within"
NO_FIGURES: Final = "Nothing has come in yet."
NO_ROWS: Final = "There are no rows behind this figure."
EXPORT_FIGURES: Final = "Write the figures"
EXPORT_HINT: Final = "Into a new file: .json as JSON, any other name as CSV that no spreadsheet takes for a formula."
WRITTEN: Final = "The figures are in"


def peak(number: int) -> str:
    return f"most {number:,}"


def row_count(number: int, *, hits: bool) -> str:
    return f"{number:,} {'hit' if hits else 'item'}{'' if number == 1 else 's'}"


def no_country_page(code: str) -> str:
    return f"{code} is no member country, and has no page of its own"
