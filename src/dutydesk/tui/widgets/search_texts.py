"""The search in a text."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate


class SearchTexts:
    HINT = Phrase("search in this text; enter keeps the search, esc ends it")
    NOT_FOUND = Phrase("not found")

    def found(self, place: int, count: int) -> str:
        return translate("{place:,} of {count:,}", place=place, count=count)

    def keys(self, following: str, previous: str, end: str) -> str:
        return translate(
            "{following} next, {previous} previous, {end} ends the search",
            following=following,
            previous=previous,
            end=end,
        )


texts: Final = SearchTexts()
