"""Sentences of the desk: English for the log and for programs, and readable in any of the languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self

from dutydesk.language.catalogues import VALUE, Catalogue, spoken


class Sentence(str):
    """A sentence in English that keeps its template and its parts, so that a screen can show it in another language.

    It is its English text wherever it is written, stored or compared.
    """

    template: str
    parts: Mapping[str, object]
    context: str

    def __new__(cls, template: str, parts: Mapping[str, object], context: str = "") -> Self:
        made = super().__new__(cls, template.format(**parts) if parts else template)
        made.template, made.parts, made.context = template, parts, context
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, object], str]]:
        return type(self), (self.template, self.parts, self.context)

    def __deepcopy__(self, _memory: object) -> Self:
        return self

    def read_in(self, phrases: Catalogue) -> str:
        if not self.parts and not self.context:
            return phrases.stored(self.template)
        template = phrases.phrase(self.template, self.context)
        if not self.parts:
            return template
        return template.format(**{name: _read(part, phrases) for name, part in self.parts.items()})


def sentence(template: str, **parts: object) -> Sentence:
    """A sentence of the desk. Parts that are sentences or names of values are translated with it, others are not."""
    return Sentence(template, parts)


def joined(parts: Iterable[str], separator: str = ", ") -> Sentence:
    """Several texts in one; those that are sentences are translated each by itself."""
    named = {f"part_{place}": part for place, part in enumerate(parts)}
    return Sentence(separator.join(f"{{{name}}}" for name in named), named)


def value_name(name: str) -> Sentence:
    """A name of the wire or the desk in words: ``official use only``."""
    return Sentence(name.replace("_", " "), {}, VALUE)


def read_sentence(text: str, phrases: Catalogue | None = None) -> str:
    """A sentence in the language of ``phrases``, or else in the one that is spoken.

    A plain text, such as one from the store, is recognised by its words if it is the desk's, and else left as it is.
    """
    phrases = phrases or spoken()
    return text.read_in(phrases) if isinstance(text, Sentence) else phrases.stored(text)


def _read(part: object, phrases: Catalogue) -> object:
    match part:
        case Sentence():
            return part.read_in(phrases)
        case StrEnum() if phrases.is_translated:
            return phrases.phrase(part.value.replace("_", " "), VALUE)
        case _:
            return part
