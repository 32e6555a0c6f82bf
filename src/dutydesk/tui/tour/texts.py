"""The guided tour of the demo: what each step shows, and its keys. Each text fits a line of 80 cells."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, PhraseList, translate


class TourTexts:
    NO_TOUR = Phrase("No tour is running")
    TOUR_OVER = Phrase("The tour is over; the demo continues. ? shows the keys, q quits")

    #: What each step shows, and how; ``{country}``, ``{item}``, ``{number}`` are filled in.
    TOUR_RELEASE = PhraseList(
        "A diffusion arrives and is released at once",
        "k selects a released one; enter opens it, {deliveries} shows its deliveries, esc returns",
    )
    TOUR_NOT_RELEASED = PhraseList(
        "This one is not released, so nothing has gone out",
        "esc returns; then k selects one whose state is released, enter opens it",
    )
    TOUR_ORDER = PhraseList(
        "Order a measure on {country}, after a dry run",
        "3, / {country} enter, m. F2: dry run. Type {country} and F2: order. Esc: back",
    )
    TOUR_WATCH = PhraseList(
        "{country}'s next diffusion will be held for review",
        "2 shows the queue; time runs faster until it comes, + and - change it",
    )
    TOUR_REVIEW = PhraseList(
        "Review {item} of {country}: it needs two officers",
        "# {number} enter opens it; c claims, t and space tick, d decides, F2 proposes",
    )
    TOUR_REVIEW_ALONE = PhraseList(
        "Review {item} of {country}: one officer is enough",
        "# {number} enter opens it; c claims, t and space tick, d decides, F2 releases",
    )
    TOUR_CONFIRM = PhraseList(
        "A colleague confirms your proposal on {item}",
        "wait, or + for faster time; its history (enter, {history}) shows who did what",
    )
    TOUR_DECIDE = PhraseList(
        "{item} is out; each recipient decides for itself",
        "# {number} enter opens it, {deliveries} shows its deliveries; + makes time run faster",
    )

    def tour_step(self, number: int, all_of_them: int) -> str:
        return translate("TOUR {number}/{all_of_them}", number=number, all_of_them=all_of_them)

    def tour_keys(self, skip: str, end: str) -> str:
        return translate("{skip} skips, {end} ends", skip=skip, end=end)


texts: Final = TourTexts()
