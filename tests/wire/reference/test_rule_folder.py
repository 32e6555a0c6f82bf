"""A desk's own rules are read whole or not at all, and every fault is named with its file and line."""

from __future__ import annotations

import pytest

from dutydesk.wire.reference.read_rule_table import load_rules
from dutydesk.wire.reference.rule_folder import built_in_files, read_rule_files
from dutydesk.wire.reference.table_faults import TableFault

LIST = "words/exclusion.toml"
ROW = b"[[sense]]\nrule = 'EXC-01'\nsense = 'x'\nen = ['a']\n"


def line_of(path: str, words: str) -> int:
    before, found, _ = built_in_files()[path].decode().partition(words)
    assert found
    return before.count("\n") + 1


def changed(path: str, words: str, instead: str) -> dict[str, bytes]:
    text = built_in_files()[path].decode()
    assert words in text
    return dict(built_in_files()) | {path: text.replace(words, instead, 1).encode()}


def test_the_programs_own_files_are_its_table() -> None:
    read = read_rule_files(built_in_files(), "copy")
    assert not read.faults
    assert read.table is not None
    assert (read.table.digest, read.table.name) == (load_rules().digest, "copy")


def test_comments_and_spaces_change_no_digest_and_a_word_does() -> None:
    commented = read_rule_files(changed("rules.toml", "[[rule]]", "# a remark\n\n[[rule]]"), "").table
    worded = read_rule_files(changed(LIST, '"surrogacy"', '"surrogacies"'), "").table
    assert commented is not None
    assert worded is not None
    assert commented.digest == load_rules().digest != worded.digest
    before, after = load_rules().row_digests(), worded.row_digests()
    assert [rule for rule in before if before[rule] != after[rule]] == ["EXC-01"]


@pytest.mark.parametrize("value", ["\ufeff", ""])
def test_files_of_windows_are_read(value: str) -> None:
    files = {path: (value + raw.decode().replace("\n", "\r\n")).encode() for path, raw in built_in_files().items()}
    read = read_rule_files(files, "")
    assert read.table is not None
    assert read.table.digest == load_rules().digest


def test_the_edition_is_its_name() -> None:
    read = read_rule_files(changed("rules.toml", "[[rule]]", 'edition = "2027-1"\n\n[[rule]]'), "folder")
    assert read.table is not None
    assert read.table.name == "2027-1"


def test_all_faults_of_all_files_are_named_with_their_lines() -> None:
    article, entry = line_of("rules.toml", 'article = "RPD 44"'), line_of(LIST, '"surrogacy"')
    files = changed("rules.toml", 'article = "RPD 44"', 'article = ""')
    files["rules.toml"] = files["rules.toml"].replace(b'id = "art_3"', b'id = "art_2"', 1)
    files[LIST] = changed(LIST, '"surrogacy"', '"..."')[LIST]
    files["words/rights.toml"] = b"[[sense]]\nrule = 'ABC-01'\nsense = 'x'\n\nen = ['ok', 3]\ncolour = 1\n"
    read = read_rule_files(files, "")
    assert read.table is None
    named = [(fault.file, fault.line) for fault in read.faults]
    assert ("rules.toml", article) in named
    assert ("rules.toml", line_of("rules.toml", 'id = "art_3"')) in named
    assert [line for file, line in named if file == "words/rights.toml"] == [2, 5, 6]
    words = "EXC-01, surrogate motherhood: '...' must begin and end with a word"
    assert TableFault(LIST, entry, words) in read.faults


@pytest.mark.parametrize(
    ("path", "raw", "line", "problem"),
    [
        ("rules.toml", None, 1, "no such file"),
        ("rules.toml", b"a = 1\n\xff\n", 2, "no UTF-8"),
        ("rules.toml", b"[[rule]]\nid = \n", 2, "no TOML"),
        ("words/own.toml", b"", 1, "under [[sense]]"),
        ("words/own.toml", b"sense = 1\n", 1, "under [[sense]]"),
        ("words/own.toml", ROW.replace(b"en = ['a']\n", b""), 1, "it holds no words"),
        ("words/own.toml", ROW + b"use = 'blocks'\n", 5, "use must be"),
        (
            "words/own.toml",
            ROW + b"kinds = ['rot']\n",
            5,
            "kinds must be",
        ),
        ("words/own.toml", ROW + b"lifted_by = [\n'nothing']\n", 6, "'nothing' is no circumstance"),
        ("words/own.toml", ROW + b"source = ''\n", 5, "source must be a text"),
        ("words/own.toml", b"a = " + b"[" * 5000 + b"]" * 5000, 1, "nested too deeply"),
    ],
)
def test_a_file_that_can_not_be_used(path: str, raw: bytes | None, line: int, problem: str) -> None:
    files = {name: text for name, text in built_in_files().items() if name != path} | ({path: raw} if raw else {})
    if raw == b"":
        files[path] = raw
    (fault,) = [fault for fault in read_rule_files(files, "").faults if fault.file == path]
    assert (fault.line, problem in fault.words) == (line, True), fault
