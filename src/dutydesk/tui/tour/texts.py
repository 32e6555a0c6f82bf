"""The guided tour of the demo: what each step shows, and its keys. Each text fits a line of 80 cells."""

from __future__ import annotations

from typing import Final

NO_TOUR: Final = "No tour is running"
TOUR_OVER: Final = "The tour is over; the demo continues"

#: What each step shows, and how; ``{country}``, ``{item}``, ``{number}`` are filled in.
TOUR_RELEASE: Final = (
    "A diffusion arrives and is released at once",
    "k selects a released one; enter opens it, 3 shows its deliveries, esc returns",
)
TOUR_ORDER: Final = (
    "Order a measure on {country}, after a dry run",
    "3, / {country} enter, m. F2: dry run. Type {country} and F2: order. Esc: back",
)
TOUR_WATCH: Final = (
    "{country}'s next diffusion is held and needs two officers",
    "2 shows the queue; + makes time run faster, - slower",
)
TOUR_REVIEW: Final = (
    "Review {item} of {country}: it needs two officers",
    "# {number} enter opens it; c claims, t and space tick, d decides, F2 proposes",
)
TOUR_CONFIRM: Final = (
    "A colleague confirms your proposal on {item}",
    "wait, or + for faster time; its history (enter, 4) shows who did what",
)
TOUR_DECIDE: Final = (
    "{item} is out; each recipient decides for itself",
    "# {number} enter opens it, 3 shows its deliveries; + makes time run faster",
)


def tour_step(number: int, all_of_them: int) -> str:
    return f"TOUR {number}/{all_of_them}"


def tour_keys(skip: str, end: str) -> str:
    return f"{skip} skips, {end} ends"
