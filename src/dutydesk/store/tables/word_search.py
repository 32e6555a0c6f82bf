"""Full-text queries that cost the same however many rows have the word.

The index knows the rows of each word, and of the first letters of words up to the sixth. For the beginning of a longer
word SQLite would gather the rows of all words that begin so. These are few, so they are looked up and named instead.
"""

from __future__ import annotations

import re
from typing import Final

from dutydesk.store.engine.reader import Handle

#: The beginning of a word that has more letters than the index has prefixes of, and that is written in it as typed.
_LONG: Final = re.compile(r'"([0-9A-Za-z]{7,})"\*')
#: Words that are named at most; where more begin so, SQLite gathers their rows.
_MOST_WORDS: Final = 32


def with_long_words(handle: Handle, query: str, words: str) -> str:
    """A full-text query with the words themselves in place of the beginnings of long ones."""
    found = _LONG.search(words)
    if found is None:
        return words
    letters = found[1].lower()
    terms = [term for (term,) in handle.tuples(query, letters=letters, most=_MOST_WORDS + 1)]
    if len(terms) >= _MOST_WORDS:
        return words
    named = " OR ".join(f'"{term}"' for term in terms or [letters])
    before, after = words[: found.start()].replace('" "', '" AND "'), words[found.end() :]
    if before.endswith('" '):
        before = f"{before}AND "
    return f"{before}({named}){after}"
