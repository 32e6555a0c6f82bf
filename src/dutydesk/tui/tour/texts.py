"""The demo's guided tour: what each step shows, and the keys that do it. Each fits a line of 80 cells."""

from __future__ import annotations

from typing import Final

NO_TOUR: Final = "No tour goes on"
TOUR_OVER: Final = "The tour is over; the demo runs on"

#: What the step shows, and how; ``{country}``, ``{item}``, ``{number}`` are filled in.
TOUR_RELEASE: Final = (
    "A diffusion comes in, and goes out at once",
    "k: choose a released one; enter opens it, 3 shows to whom it went; esc: back",
)
TOUR_ORDER: Final = (
    "Order the measure on {country}, after its dry run",
    "3, / {country} enter, m; F2 runs it dry; type {country}, F2 orders; esc goes back",
)
TOUR_WATCH: Final = (
    "See {country}'s next diffusion held (for two officers)",
    "2 shows the queue; + makes time run faster, - slower",
)
TOUR_REVIEW: Final = (
    "Review {item} of {country}: it takes two officers",
    "# {number} enter opens it; c claims, t and space tick, d decides, F2 proposes",
)
TOUR_CONFIRM: Final = (
    "A colleague confirms your word on {item}",
    "wait a little, or + for faster time; its history (enter, 4) says who said what",
)
TOUR_DECIDE: Final = (
    "{item} is out; each recipient decides alone",
    "# {number} enter opens it, 3 shows its deliveries; + makes time run faster",
)


def tour_step(number: int, all_of_them: int) -> str:
    return f"TOUR {number}/{all_of_them}"


def tour_keys(skip: str, end: str) -> str:
    return f"{skip} skips, {end} ends"
