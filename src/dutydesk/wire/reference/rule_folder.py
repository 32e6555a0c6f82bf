"""A desk's own rules: a folder with ``rules.toml`` and ``words/*.toml``, which stand in place of the program's."""

from __future__ import annotations

from collections.abc import Mapping

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.wire.reference.directory import data_file
from dutydesk.wire.reference.read_rule_table import TABLE_FILE, read_rules
from dutydesk.wire.reference.table_faults import TableFault
from dutydesk.wire.reference.word_lists import WORDS_FOLDER, read_word_lists, word_files


@value(frozen=True, slots=True)
class ReadRules:
    """What was read: the table, or ``None`` and every fault in the order of files and lines."""

    table: RuleTable | None
    faults: tuple[TableFault, ...] = ()


def built_in_files() -> Mapping[str, bytes]:
    """The program's own table and word lists by their paths in such a folder, with their comments."""
    words = {f"{WORDS_FOLDER}/{name}": text.encode() for name, text in word_files()}
    return {TABLE_FILE: data_file(TABLE_FILE)} | words


def read_rule_files(files: Mapping[str, bytes], name: str) -> ReadRules:
    """Reads a folder's files, by their paths in it. ``name`` is the table's name where it has no ``edition``."""
    faults: list[TableFault] = []
    texts: dict[str, str] = {}
    for path, raw in sorted(files.items()):
        try:
            texts[path] = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            faults.append(TableFault(path, line, "this is no UTF-8; save the file as UTF-8"))
    lists = [(path, text) for path, text in texts.items() if path != TABLE_FILE]
    lexicon, wrong_words = read_word_lists(lists)
    faults += wrong_words
    if TABLE_FILE not in files:
        faults.append(TableFault(TABLE_FILE, 1, "the folder has no such file"))
        return ReadRules(None, tuple(sorted(faults)))
    if TABLE_FILE not in texts:
        return ReadRules(None, tuple(sorted(faults)))
    table, wrong_rules = read_rules(texts[TABLE_FILE], lexicon or Lexicon(), name=name)
    faults += wrong_rules
    return ReadRules(None if faults else table, tuple(sorted(faults)))
