"""What a process of intake and its watch process say to each other: a length in four bytes, then MessagePack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.watch_list import WatchQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening.names import FoldedName

_LENGTH_BYTES = 4


class Question(NamedTuple):
    """A query as plain values; a name is family, given and whether vowels may be missing; a birth year, month, day."""

    number: int
    names: tuple[tuple[tuple[str, ...], tuple[str, ...], bool], ...]
    birth: tuple[int, int | None, int | None] | None
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    scopes: tuple[str, ...]
    exact: tuple[str, ...]
    least: int


class Answer(NamedTuple):
    """The answer to the question of this ``number``: the persons up to the number ``newest`` were searched.

    ``matches`` are a watched person's number, the points and the reasons. A ``newest`` below 0 says that the question
    can't be answered ahead of its transaction.
    """

    number: int
    newest: int
    has_exact: bool = True
    matches: tuple[tuple[int, int, str], ...] = ()


NO_ANSWER = -1
#: What the process says first, once it can answer.
READY = Answer(0, NO_ANSWER)

encode = msgspec.msgpack.Encoder().encode
decode_question = msgspec.msgpack.Decoder(Question).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def packed(said: Question | Answer) -> bytes:
    data = encode(said)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def unpacked(buffer: bytearray) -> Iterator[bytes]:
    """Take each whole message out of the buffer."""
    while len(buffer) >= _LENGTH_BYTES:
        end = _LENGTH_BYTES + int.from_bytes(buffer[:_LENGTH_BYTES], "big")
        if len(buffer) < end:
            return
        yield bytes(buffer[_LENGTH_BYTES:end])
        del buffer[:end]


def question(number: int, query: WatchQuery) -> Question:
    facts, birth = query.facts, query.facts.birth
    return Question(
        number,
        tuple([(name.family, name.given, name.vowelless) for name in facts.names]),
        None if birth is None else (birth.year, birth.month, birth.day),
        facts.nationalities,
        facts.documents,
        query.scopes,
        query.exact,
        query.least,
    )


def query_of(asked: Question) -> WatchQuery:
    """The query of a :func:`question`."""
    names = tuple(FoldedName(*name) for name in asked.names)
    birth = None if asked.birth is None else PartialDate(*asked.birth)
    facts = PersonFacts(names, birth, asked.nationalities, asked.documents)
    return WatchQuery(facts, asked.scopes, asked.exact, asked.least)
