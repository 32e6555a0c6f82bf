"""Reads the word lists of the rules from ``data/words``. Every fault is reported with its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from dutydesk.domain.messages.message import Kind
from dutydesk.domain.rules import RULES
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
from dutydesk.language.languages import Language
from dutydesk.wire.reference.table_faults import Row, TableError, TableFault, read_table_file

WORDS_FOLDER = "words"
#: What rules do with a word: point it out; take it as a circumstance that gives other words another sense; as a sign
#: of a trial in absence or of a new trial; as a role, an act, no act, the person or somebody else in an account of
#: facts; or ignore it, because it says nothing of what a person did.
USES = frozenset({POINTS, CIRCUMSTANCE, "absence", "retrial", ROLE, ACT, NO_ACT, PERSON, OTHER, FILLER})
LANGUAGES = tuple(language.value for language in Language)
_KEYS = frozenset({"rule", "sense"})
_OPTIONAL = frozenset({"use", "fields", "kinds", "unless", "lifted_by", "source", *LANGUAGES})


class WordListError(TableError):
    """A list can't be used; each fault names it."""


def word_files() -> tuple[tuple[str, str], ...]:
    """The name and text of each word list of the package, by name."""
    folder = resources.files("dutydesk.data").joinpath(WORDS_FOLDER)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple((file.name, file.read_text("utf-8")) for file in files)


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The package's word lists, whose entries its own tests check. Read once per process. Raises ``WordListError``."""
    return parse_word_lists(word_files(), is_checked=True)


def parse_word_lists(files: Iterable[tuple[str, str]], *, is_checked: bool = False) -> Lexicon:
    """The lists of all files, each its name and its text. Raises ``WordListError``.

    ``is_checked``: every entry is known to be valid; see :class:`~dutydesk.domain.rules.lexicon.Lexicon`.
    """
    lexicon, faults = read_word_lists(files, is_checked=is_checked)
    if lexicon is None:
        raise WordListError(faults)
    return lexicon


def read_word_lists(
    files: Iterable[tuple[str, str]], *, is_checked: bool = False
) -> tuple[Lexicon | None, tuple[TableFault, ...]]:
    """The lists of all files, or ``None`` and all their faults."""
    rows: list[tuple[Row, WordList]] = []
    faults: list[TableFault] = []
    for name, text in files:
        file = read_table_file(name, text)
        if not file.faults:
            if "sense" not in file.document:
                file.add_fault(1, "write each list under [[sense]]")
            file.reject_tables(("sense",), "the word lists")
            rows += [(row, _sense(row)) for row in file.rows("sense")]
        faults += file.faults
    faults += [*_repeated(rows), *_unknown_circumstances(rows)]
    try:
        lexicon = Lexicon(tuple(sense for _, sense in rows), is_checked=is_checked)
    except ValueError as error:
        wrong = [fault for row, sense in rows for fault in _wrong_entries(row, sense)]
        faults += wrong or [TableFault(WORDS_FOLDER, 1, str(error))]
    return (None, tuple(sorted(set(faults)))) if faults else (lexicon, ())


def _repeated(rows: Iterable[tuple[Row, WordList]]) -> list[TableFault]:
    seen: set[tuple[str, str, str]] = set()
    found = []
    for row, sense in rows:
        key = (sense.rule, sense.use, sense.name)
        if key in seen:
            line = row.file.places.line(row.table, row.index, "sense")
            found.append(TableFault(row.file.name, line, f"{sense.rule}: the sense {sense.name!r} is listed twice"))
        seen.add(key)
    return found


def _unknown_circumstances(rows: Iterable[tuple[Row, WordList]]) -> list[TableFault]:
    known = {sense.name for _, sense in rows if sense.use == CIRCUMSTANCE}
    found = []
    for row, sense in rows:
        for place, name in enumerate(sense.lifted_by):
            if name not in known:
                line = row.file.places.line(row.table, row.index, "lifted_by", place)
                words = f"{sense.rule}, {sense.name}: {name!r} is no circumstance"
                found.append(TableFault(row.file.name, line, words))
    return found


def _wrong_entries(row: Row, sense: WordList) -> list[TableFault]:
    """Each entry of a list that can't be searched for, at its line."""
    found = []
    for key in (*LANGUAGES, "unless"):
        for place, entry in enumerate(row.texts(key)):
            try:
                Lexicon((WordList(sense.rule, sense.name, (entry,)),))
            except ValueError as fault:
                line = row.file.places.line(row.table, row.index, key, place)
                found.append(TableFault(row.file.name, line, str(fault)))
    return found


def _sense(row: Row) -> WordList:
    row.reject_keys(_KEYS, _OPTIONAL)
    rule = row.text("rule")
    if "rule" in row.values and rule not in RULES:
        row.fault(f"words point to rule {rule}, but the program has no such rule", "rule")
    use = row.text("use") if "use" in row.values else POINTS
    if use not in USES:
        row.fault(f"use must be one of {', '.join(sorted(USES))}, not {use!r}", "use")
    kinds = frozenset(row.word(Kind, kind, "kinds") for kind in row.texts("kinds")) - {None}
    entries = tuple(entry for language in LANGUAGES for entry in row.texts(language))
    if not entries:
        row.fault("it holds no words")
    return WordList(
        rule,
        row.text("sense"),
        entries,
        use,
        unless=row.texts("unless"),
        lifted_by=row.texts("lifted_by"),
        fields=frozenset(row.texts("fields")),
        kinds=frozenset(kind for kind in kinds if kind is not None) if "kinds" in row.values else None,
        source=row.optional_text("source"),
    )
