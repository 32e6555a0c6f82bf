"""A process of its own that reads messages, and examines them as far as that needs no store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from dutydesk.desk.base.companion import answer_questions
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rule_files import load_table
from dutydesk.desk.base.settings import Settings
from dutydesk.desk.examination.prepare import prepare
from dutydesk.desk.intake.plan import plan_to_bytes
from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.message import Diffusion, NoticeRequest
from dutydesk.store.engine.reader import from_us
from dutydesk.store.tables.measures import PolicyReader
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.reference.directory import load_directory

_TIME_BYTES = 8
#: The answer for a message that is to be read by whoever has asked.
NO_PLAN = b""


class Basis(NamedTuple):
    """What a reader rests on: the settings and the rules' folder, and the digests of the rules and the directory."""

    settings: Settings
    rules_folder: str | None
    rules_digest: str
    directory_digest: str


def basis_of(context: Context, rules_folder: Path | None) -> bytes:
    return msgspec.msgpack.encode(
        Basis(
            context.settings,
            None if rules_folder is None else str(rules_folder),
            context.rules.digest,
            _digest(context.directory),
        )
    )


def _digest(directory: Directory) -> str:
    return sha256(repr(directory.bureaus).encode()).hexdigest()


def question_of(raw: bytes, at_us: int) -> bytes:
    """A message, received at so many microseconds since 1970."""
    return at_us.to_bytes(_TIME_BYTES, "big") + raw


class _Reader:
    """Reads by the same directory, rules and settings as the process that asks. Raises ValueError for others."""

    def __init__(self, basis: bytes) -> None:
        asked = msgspec.msgpack.decode(basis, type=Basis)
        directory = load_directory()
        rules = load_table(None if asked.rules_folder is None else Path(asked.rules_folder))
        if (rules.digest, _digest(directory)) != (asked.rules_digest, asked.directory_digest):
            raise ValueError("other rules, or another directory")
        self._context = Context(directory, rules, asked.settings, PolicyReader(dict(directory.parents)))

    def read(self, questions: Sequence[bytes]) -> Iterator[bytes]:
        return map(self._plan, questions)

    def _plan(self, question: bytes) -> bytes:
        raw, at = question[_TIME_BYTES:], from_us(int.from_bytes(question[:_TIME_BYTES], "big"))
        decoded = decode_message(raw, self._context.directory, at)
        match decoded:
            case DecodedMessage(message=Diffusion() | NoticeRequest() as message):
                prepared = prepare(self._context, decoded, at)
                return NO_PLAN if prepared is None else plan_to_bytes(decoded, message, prepared)
            case _:
                return NO_PLAN


if __name__ == "__main__":
    answer_questions(lambda basis: _Reader(basis).read)
