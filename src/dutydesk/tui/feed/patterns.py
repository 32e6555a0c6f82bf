"""Patterns and near spellings in the feed's filter. They see only what the officer's row shows.

RE2 searches in time linear in the text, so that no pattern can freeze the console; a pattern that would need too much
memory is refused.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import Any, Final

import re2
from anyascii import anyascii
from rapidfuzz.distance import OSA

from dutydesk.domain.frozen import value
from dutydesk.tui.feed.texts import texts

#: Bounds on a pattern, on its compiled form, and on the text of a row that it searches.
MAX_PATTERN: Final = 200
_MAX_BYTES: Final = 1 << 20
_MAX_TEXT: Final = 4_000
#: Letters of a word for each letter that may be wrong, missing, added or swapped.
_LETTERS_PER_SLIP: Final = 4
_MIN_LETTERS: Final = 3
_WORD: Final = re.compile(r"\w+")


def latin(text: str) -> str:
    """In small Latin letters without accents."""
    return anyascii(text).casefold()


@value(frozen=True, slots=True)
class TextPattern:
    """A regular expression. Upper and lower case are the same; accents and scripts need not be typed."""

    source: str
    _compiled: Any = field(compare=False, repr=False)

    def matches(self, text: str) -> bool:
        shown = text[:_MAX_TEXT].encode(errors="replace").decode()
        return self._compiled.search(shown) is not None or self._compiled.search(latin(shown)) is not None


class BadPatternError(ValueError):
    """A pattern that can't be used; its text is one sentence for the officer."""


def compile_pattern(source: str) -> TextPattern:
    """Raises BadPatternError."""
    if len(source) > MAX_PATTERN:
        raise BadPatternError(texts.pattern_too_long(MAX_PATTERN))
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MAX_BYTES
    try:
        return TextPattern(source, re2.compile(source, options))
    except re2.error as error:
        said = error.args[0] if error.args else ""
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise BadPatternError(texts.bad_pattern(words)) from None
    except UnicodeEncodeError:
        raise BadPatternError(texts.bad_pattern("")) from None


@value(frozen=True, slots=True)
class NearWord:
    """A word or several, of which each may be misspelt: one slip for every four letters."""

    source: str

    @property
    def words(self) -> list[str]:
        return [word for word in _WORD.findall(latin(self.source)) if len(word) >= _MIN_LETTERS]

    def matches(self, text: str) -> bool:
        found = _WORD.findall(latin(text[:_MAX_TEXT]))
        return all(any(_is_near(word, other) for other in found) for word in self.words)


def _is_near(word: str, other: str) -> bool:
    """Whether ``other``, or as much of its beginning as ``word`` has letters, is ``word`` with few slips."""
    slips = len(word) // _LETTERS_PER_SLIP
    return any(OSA.distance(word, part, score_cutoff=slips) <= slips for part in {other, other[: len(word)]})
