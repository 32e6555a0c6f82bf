"""Reads the word lists of ``data/words``. A fault is reported with its list."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

from dutydesk.domain.messages.message import Kind, Language
from dutydesk.domain.rules.lexicon import (
    ACT,
    CIRCUMSTANCE,
    FILLER,
    NO_ACT,
    OTHER,
    PERSON,
    POINTS,
    ROLE,
    Lexicon,
    WordList,
)

#: What rules do with a word: point it out; take it as a circumstance that gives other words another sense; as a sign
#: of a trial in absence or of a new trial; as a role, an act, no act, the person or somebody else in an account of
#: facts; or ignore it, because it says nothing of what a person did.
USES = frozenset({POINTS, CIRCUMSTANCE, "absence", "retrial", ROLE, ACT, NO_ACT, PERSON, OTHER, FILLER})
_KEYS = frozenset({"rule", "sense"})
_OPTIONAL = frozenset({"use", "fields", "kinds", "unless", "lifted_by", "source", *(one.value for one in Language)})


class WordListError(ValueError):
    """A list can't be used; the message is one sentence that names it."""


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The package's word lists. Read once per process. Raises ``WordListError``."""
    folder = resources.files("dutydesk.data").joinpath("words")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return parse_word_lists((file.name, file.read_text("utf-8")) for file in files)


def parse_word_lists(files: Iterable[tuple[str, str]]) -> Lexicon:
    senses: list[WordList] = []
    for name, text in files:
        try:
            document: Mapping[str, object] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise WordListError(f"{name} is no TOML: {fault}") from fault
        rows = document.get("sense")
        if document.keys() - {"sense"} or not isinstance(rows, list):
            raise WordListError(f"{name}: write each list under [[sense]]")
        senses += [_sense(f"{name}, sense {number}", row) for number, row in enumerate(rows, 1)]
    named = [(sense.rule, sense.use, sense.name) for sense in senses]
    for key in named:
        if named.count(key) > 1:
            raise WordListError(f"{key[0]}: the sense {key[2]!r} is listed twice")
    try:
        return Lexicon(tuple(senses))
    except ValueError as fault:
        raise WordListError(str(fault)) from fault


def _sense(where: str, row: Mapping[str, object]) -> WordList:
    wrong = row.keys() - _KEYS - _OPTIONAL
    if wrong:
        raise WordListError(f"{where}: unknown key {min(wrong)}")
    missing = _KEYS - row.keys()
    if missing:
        raise WordListError(f"{where}: {min(missing)} is missing")
    rule, name, use = str(row["rule"]), str(row["sense"]), str(row.get("use", POINTS))
    if use not in USES:
        raise WordListError(f"{where}: use must be one of {', '.join(sorted(USES))}, not {use!r}")
    try:
        kinds = frozenset(map(Kind, _texts(row, "kinds", where))) if "kinds" in row else None
    except ValueError as fault:
        raise WordListError(f"{where}: {fault}") from fault
    entries = tuple(entry for language in Language for entry in _texts(row, language.value, where))
    if not entries:
        raise WordListError(f"{where}: it holds no words")
    return WordList(
        rule,
        name,
        entries,
        use,
        unless=_texts(row, "unless", where),
        lifted_by=_texts(row, "lifted_by", where),
        fields=frozenset(_texts(row, "fields", where)),
        kinds=kinds,
        source=str(row.get("source", "")),
    )


def _texts(row: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or any(not isinstance(text, str) or not text.strip() for text in value):
        raise WordListError(f"{where}: {key} must be a list of words")
    return tuple(map(str, value))
