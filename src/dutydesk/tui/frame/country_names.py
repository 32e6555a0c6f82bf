"""The names of countries in the language that is spoken, as the network's directory has them."""

from __future__ import annotations

from dutydesk.language.catalogues import speaks_english, spoken_language
from dutydesk.wire.reference.directory import load_directory


def country_name(code: str, english: str) -> str:
    """``english``: the name that the desk gives; that of a code that the directory does not know."""
    return english if speaks_english() else load_directory().name_in(code, spoken_language()) or english
