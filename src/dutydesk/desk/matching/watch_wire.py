"""What a process of intake asks its watch process, and what that answers, as MessagePack."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.watch_list import WatchQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.screening.names import FoldedName


class Question(NamedTuple):
    """A query as plain values; a name is family, given and whether vowels may be missing; a birth year, month, day."""

    names: tuple[tuple[tuple[str, ...], tuple[str, ...], bool], ...]
    birth: tuple[int, int | None, int | None] | None
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    scopes: tuple[str, ...]
    exact: tuple[str, ...]
    least: int


class Answer(NamedTuple):
    """The persons up to the number ``newest`` were searched; ``matches`` are their numbers, points and reasons.

    A ``newest`` of :data:`NO_ANSWER` says that the question can't be answered ahead of its transaction.
    """

    newest: int
    has_exact: bool = True
    matches: tuple[tuple[int, int, str], ...] = ()


NO_ANSWER = -1

encode = msgspec.msgpack.Encoder().encode
decode_question = msgspec.msgpack.Decoder(Question).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def question(query: WatchQuery) -> Question:
    facts, birth = query.facts, query.facts.birth
    return Question(
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
