"""A corpus of labelled texts: complete bases, and each line is a text or a fault that is named."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.wire.reference.corpus import (
    MAX_LINE_BYTES,
    CorpusFault,
    LabelledMessage,
    base_messages,
    decode_for_rules,
    findings_in,
    lines_of,
    message_of_base,
    read_corpus,
)
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

BASES = ("red", "red-sentence", "red-notice", "blue", "green", "yellow", "black", "purple", "orange", "silver")


def read(*lines: Any) -> list[LabelledMessage | CorpusFault]:
    raw = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    return list(read_corpus("c.jsonl", lines_of(io.BytesIO(raw)), load_directory()))


def fault(line: Any) -> str:
    (found,) = read(line)
    assert isinstance(found, CorpusFault), found
    assert found.place == "c.jsonl, line 1"
    assert "\n" not in str(found)
    return found.words


def test_there_is_a_base_for_each_kind_and_the_three_forms_of_red() -> None:
    assert tuple(base_messages()) == BASES
    assert set(Kind) <= set(BASES)


@pytest.mark.parametrize("base", BASES)
def test_no_rule_finds_anything_in_a_base(base: str) -> None:
    message = decode_for_rules(message_of_base(base, {}), load_directory())
    assert findings_in(message, load_directory(), load_rules()) == ()


def test_a_base_is_merged_deeply_and_its_lists_are_replaced() -> None:
    (found,) = read({"id": "a", "base": "red", "message": {"subject": {"name": {"given": "Karl"}, "aliases": []}}})
    assert isinstance(found, LabelledMessage)
    name = found.body.subject.name  # type: ignore[union-attr]
    assert (name.family, name.given) == ("Brennauer", "Karl")
    (found,) = read({"id": "a", "base": "red", "message": {"recipients": ["FR"]}})
    assert isinstance(found, LabelledMessage)
    assert found.body.recipients == ("FR",)


def test_a_whole_message_needs_no_base() -> None:
    (found,) = read({"id": "a", "message": message_of_base("red-notice", {"language": "fr"}), "expected": ["EXC-01"]})
    assert isinstance(found, LabelledMessage)
    assert (found.type, found.label.language) == (MessageType.NOTICE_REQUEST, "fr")
    assert found.label.expected == {"EXC-01"}


def test_the_names_of_the_wire_for_the_lists_are_taken_too() -> None:
    (found,) = read({"id": "a", "base": "red", "expected_rules": ["EXC-01"], "forbidden_rules": ["CON-03"]})
    assert isinstance(found, LabelledMessage)
    assert (found.label.expected, found.label.forbidden) == ({"EXC-01"}, {"CON-03"})


def test_a_mark_of_windows_and_empty_lines_are_no_fault() -> None:
    found = read(b"\xef\xbb\xbf" + json.dumps({"id": "a", "base": "red"}).encode(), b"", b"  ")
    assert [type(each) for each in found] == [LabelledMessage]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "a"', "no JSON"),
        (b"\xff\xfe", "no UTF-8"),
        (b"[1]", "one JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"' + b"a" * MAX_LINE_BYTES + b'"', "bytes"),
        ({"base": "red"}, "id is missing"),
        ({"id": "a"}, "message must be an object"),
        ({"id": "a", "base": "pink"}, "there is no base 'pink'"),
        ({"id": "a", "base": "red", "colour": 1}, "unknown key 'colour'"),
        ({"id": "a", "base": "red", "expected": ["EXC-1"]}, "did you mean EXC-01?"),
        ({"id": "a", "base": "red", "expected": ["zz"]}, "which is no rule"),
        ({"id": "a", "base": "red", "forbidden": ["HIS-01"]}, "needs the desk's own data"),
        ({"id": "a", "base": "red", "expected": "EXC-01"}, "must be a list"),
        ({"id": "a", "base": "red", "expected": [], "expected_rules": []}, "are one thing"),
        ({"id": "a", "base": "red", "expected": ["EXC-01"], "forbidden": ["EXC-01"]}, "both expected and forbidden"),
        ({"id": "a", "base": "red", "message": {"sender": "ZZ"}}, "the intake does not take the message: sender"),
        ({"id": "a", "base": "red", "message": {"sent_at": "soon"}}, "no sent_at"),
        ({"id": "a", "base": "red", "message": {"text": "\ud800"}}, "lone surrogate"),
        (
            {
                "id": "a",
                "message": {
                    "schema": "dutydesk/1",
                    "type": "message",
                    "reference": "R-1",
                    "sender": "AT",
                    "sent_at": "2024-05-14T08:15:00Z",
                    "recipients": ["FR"],
                    "text": "x",
                },
            },
            "no rule reads it",
        ),
    ],
)
def test_a_line_that_can_not_be_used_is_one_clause(line: Any, words: str) -> None:
    assert words in fault(line)


def test_the_rest_counts_after_a_fault_and_an_id_stands_once() -> None:
    found = read({"id": "a", "base": "red"}, b"{", {"id": "a", "base": "red"}, {"id": "b", "base": "blue"})
    assert [type(each) for each in found] == [LabelledMessage, CorpusFault, CorpusFault, LabelledMessage]
    assert "stands on line 1 too" in str(found[2])
