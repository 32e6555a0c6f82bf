"""Categories of charges in any language: for figures, never for a decision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import tomli

from dutydesk.domain.messages.normal_forms import normalize
from dutydesk.wire.reference.directory import data_file

OTHER = "other"
_LONGEST = 60


def categories_of(charges: Iterable[str]) -> tuple[str, ...]:
    """Every category with a stem that begins a word of the charges; ``other`` if none does, nothing for no text."""
    text = " ".join(charges)
    if not text.strip():
        return ()
    folded = _folded(text)
    found = tuple(category for category, stems in _stems() if stems.search(folded))
    return found or (OTHER,)


def normal_category(written: str) -> str:
    """A category as figures count it: ``Drug trafficking`` is ``drug_trafficking``; a comma would separate two."""
    return "_".join(written.replace(",", " ").replace("_", " ").casefold().split())[:_LONGEST]


@lru_cache(maxsize=1)
def _stems() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table: dict[str, list[str]] = tomli.loads(data_file("offence_words.toml").decode())
    return tuple(
        (category, re.compile(r"\b(?:ال)?(?:" + "|".join(re.escape(_folded(stem)) for stem in stems) + ")"))
        for category, stems in table.items()
    )


def _folded(text: str) -> str:
    apart = normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
