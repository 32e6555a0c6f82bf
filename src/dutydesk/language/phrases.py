"""Phrases that are translated when they are shown, never when their module is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from dutydesk.language.catalogues import catalogue, speak_from, spoken
from dutydesk.language.languages import Language

T = TypeVar("T")
K = TypeVar("K")


def translate(english: str, **parts: object) -> str:
    """A phrase in the language that is spoken, with its named parts filled in."""
    phrase = spoken().phrase(english)
    return phrase.format(**parts) if parts else phrase


def translate_in(context: str, english: str, **parts: object) -> str:
    """As :func:`translate`, for words that other languages tell apart by what they are used for."""
    phrase = spoken().phrase(english, context)
    return phrase.format(**parts) if parts else phrase


def translate_count(one: str, many: str, number: int, **parts: object) -> str:
    """The form of a phrase for ``number``, which is also its part ``{number}``."""
    return spoken().count_phrase(one, many, number).format(number=number, **parts)


def in_english(words: Callable[[], str]) -> str:
    """What ``words`` looks up, in English, whatever is spoken."""
    before = spoken()
    speak_from(catalogue(Language.ENGLISH))
    try:
        return words()
    finally:
        speak_from(before)


def marked(english: T) -> T:
    """Return what is given. Phrases in it belong into the catalogues; they are translated where they are shown."""
    return english


class Phrase:
    """A phrase as an attribute of a class of texts: reading it gives it in the language that is spoken.

    ``cells`` is the room that it has on the screen; the catalogues tell translators, and a test holds them to it.
    """

    def __init__(self, english: str, context: str = "", cells: int = 0) -> None:
        self._english, self._context, self.cells = english, context, cells

    def __get__(self, instance: object, owner: type) -> str:
        return spoken().phrase(self._english, self._context)


class PhraseTable(Generic[K]):
    """Phrases by name, as an attribute of a class of texts."""

    def __init__(self, english: Mapping[K, str], context: str = "") -> None:
        self._english, self._context = english, context

    def __get__(self, instance: object, owner: type) -> Mapping[K, str]:
        phrase = spoken().phrase
        return {name: phrase(english, self._context) for name, english in self._english.items()}


class PhraseList:
    """Phrases in an order, as an attribute of a class of texts."""

    def __init__(self, *english: str, context: str = "") -> None:
        self._english, self._context = english, context

    def __get__(self, instance: object, owner: type) -> tuple[str, ...]:
        phrase = spoken().phrase
        return tuple(phrase(english, self._context) for english in self._english)
