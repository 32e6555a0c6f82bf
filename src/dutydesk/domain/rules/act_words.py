"""The words by which an account of facts is read: those of the lists, and those of the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.normal_forms import normalize
from dutydesk.domain.rules.folded_text import fold

#: Stands behind the last letter of Arabic nouns in ``ة``, which folds to that of "him" and "it".
NOUN_MARK = "0"
MARKED_NOUN = "ه" + NOUN_MARK


@value(frozen=True, slots=True)
class WordSet:
    """Folded words, and stems with which a word may begin; ``written`` are the words with their accents."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    written: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """From entries of a word list: single words, with ``*`` behind a stem."""
        written = tuple(entries)
        words = frozenset(fold(entry) for entry in written if not entry.endswith("*"))
        stems = tuple(fold(entry[:-1]) for entry in written if entry.endswith("*"))
        return cls(words, stems, frozenset(normalize("NFC", entry.casefold()) for entry in written))

    def __contains__(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@value(frozen=True, slots=True)
class ActWords:
    """Verbs that are an act whatever their form, words that are none, and nouns for subjects other than the person."""

    acts: WordSet = WordSet()
    no_acts: WordSet = WordSet()
    persons: WordSet = WordSet()
    others: WordSet = WordSet()


@value(frozen=True, slots=True)
class AccountWord:
    """``plain`` is folded; ``written`` is in lower case with its accents, which tell Spanish tenses apart."""

    plain: str
    written: str
    is_behind_comma: bool
