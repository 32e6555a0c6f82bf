"""The figures screen, and the rows of a figure."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, PhraseList, PhraseTable, translate, translate_count


class FigureTexts:
    FIGURES = Phrase("FIGURES")
    PERIODS = PhraseList("since the beginning", "this year", "the last 30 days", "the last 24 hours")
    FIGURE = Phrase("FIGURE", cells=23)
    FIGURE_OF = Phrase("OF", cells=22)
    NUMBER = Phrase("NUMBER", cells=9)
    SHARE = Phrase("SHARE")
    MESSAGES_A_MINUTE = Phrase("messages a minute")
    CHECKS_A_MINUTE = Phrase("checks a minute")
    FIGURES_HINT = Phrase("enter opens the rows of a figure")
    FIGURE_NAMES = PhraseTable(
        {
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
    )
    MEDIAN = Phrase("median")
    NINETIETH = Phrase("90th percentile")
    NO_FIGURES = Phrase("No message has arrived yet.")
    NO_ROWS = Phrase("This figure has no rows.")
    COUNTRY = Phrase("Country", cells=11)
    COUNTRY_TITLE = Phrase("Figures of a country")
    COUNTRY_LINE = Phrase("Its messages, and the checks against its data; empty for the whole network.")
    COUNTRY_HINT = Phrase("e.g. RU")
    COUNTRY_SHOW = Phrase("Show")
    FIGURES_OF_ALL = Phrase("Figures of the whole network")
    EXPORT_FIGURES = Phrase("Export the figures")
    EXPORT_HINT = Phrase(
        "Into a new file: .json as JSON, any other name as CSV. A spreadsheet runs none of it as a formula."
    )
    WRITTEN = Phrase("Figures written to")

    def figures_of(self, country: str) -> str:
        return translate("of {country}", country=country)

    def peak(self, number: int) -> str:
        return translate("peak {number:,}", number=number)

    def row_count(self, number: int, *, hits: bool) -> str:
        if hits:
            return translate_count("{number:,} hit", "{number:,} hits", number)
        return translate_count("{number:,} item", "{number:,} items", number)

    def no_country_page(self, code: str) -> str:
        return translate("{code} is not a member country and has no page", code=code)


texts: Final = FigureTexts()
