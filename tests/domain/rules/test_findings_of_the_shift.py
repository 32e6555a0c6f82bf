"""The findings of the whole sample shift stay the same, and the index of words finds what a full search finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from dutydesk.domain.messages.message import Body, Correction, Diffusion, MessageType, NoticeRequest, type_of
from dutydesk.domain.rules.examination import ReviewContext, examine
from dutydesk.domain.rules.folded_text import WORD, fold
from dutydesk.domain.rules.lexicon import Lexicon, WordList, texts_of
from dutydesk.domain.rules.word_entries import start_offsets
from dutydesk.domain.rules.word_index import compiled
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

ROOT = Path(__file__).parents[3]
AT = datetime(2022, 6, 1, tzinfo=UTC)
#: SHA-256 of rule, severity, field and words of every finding. It changes only with the rules, the word lists and the
#: sample.
FINDINGS = "15399039e51af22348851725f41d74374272b5b44546ed501de7f09c7790e51f"
BODIES_LOOKED_AT = 60


def reviewed_bodies() -> Iterator[tuple[Body, MessageType, str]]:
    """The bodies of the sample shift and of the examples, with the type and sender of their examination."""
    examples = (path.read_bytes() for path in sorted((ROOT / "tests" / "examples").glob("*.json")))
    for raw in (*(ROOT / "sample_data" / "shift.jsonl").read_bytes().splitlines(), *examples):
        reading = decode_message(raw, load_directory(), AT)
        match reading:
            case DecodedMessage(message=Diffusion() | NoticeRequest() | Correction() as message):
                type = MessageType.DIFFUSION if isinstance(message, Correction) else type_of(message)
                yield message.body, type, message.envelope.sender


def test_the_findings_of_the_sample_shift() -> None:
    table, directory = load_rules(), load_directory()
    found: list[tuple[str, ...]] = []
    for body, type, sender in reviewed_bodies():
        context = ReviewContext(type, sender, AT.date(), directory, conflicts=table.conflicts)
        found += [(f.rule, f.severity, f.field, f.words) for f in examine(body, context, table)]
    assert len(found) > 100
    assert sha256(json.dumps(found).encode()).hexdigest() == FINDINGS


def _search_without_index(words: Lexicon, path: str, text: str, body: Body) -> set[str]:
    """The senses found in a text by trying every entry at every possible offset."""
    folded = fold(text)
    words_found = list(WORD.finditer(folded))
    places = [(word.start(), word.start() + start) for word in words_found for start in start_offsets(word.group())]
    spans: dict[tuple[WordList, bool], list[tuple[int, int]]] = {}
    for form in words.searches.words[path.rsplit(".", 1)[-1]].index.forms:
        if form.of.applies_to(path, body.kind):
            for begins, at in (
                places[: len(start_offsets(words_found[0].group()))] if form.entry.begins_field else places
            ):
                match = compiled(form.entry).match(folded, at)
                if match is not None:
                    spans.setdefault((form.of, form.is_unless), []).append((begins, match.end()))
    return {
        sense.name
        for (sense, is_unless), found in spans.items()
        if not is_unless
        and any(not any(a < end and start < b for a, b in spans.get((sense, True), ())) for start, end in found)
    }


@pytest.mark.exhaustive("each message is also searched without the index")
def test_the_index_of_words_loses_nothing() -> None:
    words, seen = load_rules().lexicon, 0
    bodies = [body for body, _, _ in reviewed_bodies()]
    for body in bodies[:: max(1, len(bodies) // BODIES_LOOKED_AT)]:
        for path, text in texts_of(body):
            found = {sense.name for sense, _ in words.search_text(path, text, body.kind)}
            assert found == _search_without_index(words, path, text, body)
            seen += len(found)
    assert seen > 10


def test_words_that_were_met_are_forgotten_before_they_fill_the_memory() -> None:
    words = Lexicon(load_rules().lexicon.senses, known_words=3)
    body = next(body for body, _, _ in reviewed_bodies())
    text = "one two three four five six seven, adultery, " + "x" * 100
    for _ in range(2):
        assert "adultery" in " ".join(words for _, words in words.search_text("text", text, body.kind))
        assert all(len(search.index.known) <= 3 for search in words.searches.words.values())
