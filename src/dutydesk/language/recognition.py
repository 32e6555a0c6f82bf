"""Sentences of the desk that were stored as plain English, recognised by their templates.

Findings, causes and reasons of likeness are stored and logged in English. A screen in another language shows them in
its own: the text is matched against the templates of the catalogue, and its parts are filled into the translation.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import Formatter
from typing import Final

#: Numbers of the header of a compiled catalogue: magic, version, how many phrases, and where they are.
_HEADER: Final = struct.Struct("<4I")
_PLACE: Final = struct.Struct("<2I")
#: Signs in a compiled phrase that has a context, or forms for one and many.
_CONTEXT_END, _FORMS_END = "\x04", "\x00"
#: A template is not matched unless so many of its signs are no parts.
_LEAST_FIXED_SIGNS: Final = 8
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Parts that people have typed: they stay as they are, even where they are words of the desk.
_TYPED_PARTS: Final = frozenset({"by", "name", "note", "order", "reason", "text", "title", "typed"})
_QUOTATION_MARKS: Final = ("'", '"')
#: What stands between sentences that were stored as one text.
_SEPARATORS: Final = ("; ", ": ", ", ")


def templates_of(compiled: bytes) -> Iterator[str]:
    """The English of the phrases with parts, in a compiled catalogue."""
    _, _, count, start = _HEADER.unpack_from(compiled)
    for number in range(count):
        length, place = _PLACE.unpack_from(compiled, start + number * _PLACE.size)
        phrase = compiled[place : place + length].decode()
        if "{" in phrase and _CONTEXT_END not in phrase and _FORMS_END not in phrase:
            yield phrase


@dataclass(frozen=True)
class _Template:
    english: str
    fixed_signs: int

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A part right behind another one is text in brackets, or empty."""
        seen: set[str] = set()
        pieces: list[str] = []
        for text, part, _, _ in Formatter().parse(self.english):
            pieces.append(re.escape(text))
            if part in seen:
                pieces.append(f"(?P={part})")
            elif part:
                is_behind_another = seen and not text
                pieces.append(rf"(?P<{part}>(?: \(.+?\))?)" if is_behind_another else f"(?P<{part}>.+?)")
                seen.add(part)
        return re.compile("".join(pieces), re.DOTALL)


class Templates:
    """Finds the template that a stored sentence was made of."""

    def __init__(self, english: Iterable[str]) -> None:
        self._english = english

    @cached_property
    def _of_word(self) -> Mapping[str, list[_Template]]:
        """The templates by their longest word."""
        templates = defaultdict(list)
        for template in self._english:
            fixed = "".join(text for text, _, _, _ in Formatter().parse(template))
            if len(fixed) >= _LEAST_FIXED_SIGNS and (words := _WORD.findall(fixed)):
                templates[max(words, key=len)].append(_Template(template, len(fixed)))
        return templates

    def match(self, text: str) -> tuple[str, Mapping[str, str]] | None:
        """The template with the most fixed text that fits, and its parts as they stand in the text."""
        candidates = [found for word in set(_WORD.findall(text)) for found in self._of_word.get(word, ())]
        for candidate in sorted(candidates, key=lambda each: -each.fixed_signs):
            if match := candidate.pattern.fullmatch(text):
                return candidate.english, match.groupdict()
        return None


class Recogniser:
    """Reads stored English in the language of a catalogue; what it does not know stays as it is."""

    def __init__(self, templates: Templates, phrase: Callable[[str], str], value: Callable[[str], str]) -> None:
        """``phrase`` and ``value`` look up a phrase, and a name of a value; what is unknown they return unchanged."""
        self._templates, self._phrase, self._value = templates, phrase, value

    @lru_cache(maxsize=4_096)  # noqa: B019 - a process has one for each language
    def read(self, text: str) -> str:
        if not text.strip():
            return text
        return self._known(text) or self._in_pieces(text) or text

    def _known(self, text: str) -> str | None:
        whole = self._phrase(text)
        if whole != text:
            return whole
        found = self._templates.match(text)
        if found is None:
            return None
        template, parts = found
        quoted = quoted_parts(template)
        return fill(
            self._phrase(template),
            {name: part if name in quoted else self._part(part) for name, part in parts.items()},
        )

    def _part(self, text: str) -> str:
        value = self._value(text)
        return value if value != text else self.read(text)

    def _in_pieces(self, text: str) -> str | None:
        for separator in _SEPARATORS:
            pieces = text.split(separator)
            read = [self._known(piece) or piece for piece in pieces]
            if len(pieces) > 1 and read != pieces:
                return separator.join(self.read(piece) for piece in pieces)
        return None


def quoted_parts(template: str) -> frozenset[str]:
    """The parts that stand in quotation marks, or that people have typed."""
    return frozenset(
        part
        for text, part, _, conversion in Formatter().parse(template)
        if part and (conversion == "r" or text.endswith(_QUOTATION_MARKS) or part in _TYPED_PARTS)
    )


def fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with parts that have their form already."""
    return "".join(text + (parts.get(part, "") if part else "") for text, part, _, _ in Formatter().parse(template))
