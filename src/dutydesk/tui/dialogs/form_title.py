"""Titles of forms: shown in the language that is spoken, and known by their English, under which drafts are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from dutydesk.language.phrases import in_english


class FormTitle(str):
    """A title with its English, so that a draft is found again after the officer has changed the language."""

    english: str

    def __new__(cls, shown: str, english: str) -> Self:
        made = super().__new__(cls, shown)
        made.english = english
        return made


def form_title(words: Callable[[], str]) -> FormTitle:
    """``words`` looks the title up in the language that is spoken."""
    return FormTitle(words(), in_english(words))
