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
from dutydesk.desk.intake.signatures import OpenedMessage, open_signed
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


def question_of(raw: bytes, at_us: int, key: bytes = b"") -> bytes:
    """A message, received at so many microseconds since 1970, and the public key that it names, if that is known."""
    return at_us.to_bytes(_TIME_BYTES, "big") + bytes([len(key)]) + key + raw


class _Reader:
    """Reads by the same directory, rules and settings as the process that asks. Raises ValueError for others."""

    def __init__(self, basis: bytes) -> None:
        asked = msgspec.msgpack.decode(basis, type=Basis)
        directory = load_directory()
        rules = load_table(None if asked.rules_folder is None else Path(asked.rules_folder))
        if (rules.digest, _digest(directory)) != (asked.rules_digest, asked.directory_digest):
            raise ValueError("other rules, or another directory")
        rules.lexicon.prepare()
        self._context = Context(directory, rules, asked.settings, PolicyReader(dict(directory.parents)))

    def read(self, questions: Sequence[bytes]) -> Iterator[bytes]:
        return map(self._plan, questions)

    def _plan(self, question: bytes) -> bytes:
        at = from_us(int.from_bytes(question[:_TIME_BYTES], "big"))
        begin = _TIME_BYTES + 1 + question[_TIME_BYTES]
        key, raw = question[_TIME_BYTES + 1 : begin], question[begin:]
        digest, opened = sha256(raw).hexdigest(), None
        signed = open_signed(raw, digest, self._context.directory, at) if key else None
        decoded = decode_message(raw, self._context.directory, at) if signed is None else signed.decode_result
        if signed is not None:
            opened = _verified(signed.opened, key)
            if opened is None:
                return NO_PLAN
        match decoded:
            case DecodedMessage(message=Diffusion() | NoticeRequest() as message):
                prepared = prepare(self._context, decoded, at)
                return NO_PLAN if prepared is None else plan_to_bytes(decoded, message, prepared, digest, opened)
            case _:
                return NO_PLAN


def _verified(opened: OpenedMessage | None, key: bytes) -> OpenedMessage | None:
    return None if opened is None or not opened.envelope.is_by(key) else OpenedMessage(opened.envelope, key)


if __name__ == "__main__":
    answer_questions(lambda basis: _Reader(basis).read)
