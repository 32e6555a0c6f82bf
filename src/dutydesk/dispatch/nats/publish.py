"""Publishes the lines of a batch at once and gathers the stream's answer to each."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from nats.errors import Error, MaxPayloadError

from dutydesk.desk.delivery.lease import Batch
from dutydesk.dispatch.lines import batch_lines
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import NatsLimits
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from dutydesk.dispatch.nats.link import NatsConnection

#: A stream's own limit, and those of its account and server.
_NO_ROOM: Final = frozenset({10077, 10002, 10023, 10028, 10047})
_PER_SUBJECT: Final = "per subject"
_UNAVAILABLE: Final = 503


@value(frozen=True, slots=True)
class OutboxLine:
    """One line for a bureau. ``content`` is the SHA-256 of what it tells, the same at every attempt."""

    key: str
    data: bytes
    content: str
    segment: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            streams.KEY_HEADER: self.key,
            streams.STREAM_HEADER: streams.OUTBOX,
            streams.SEGMENT_HEADER: str(self.segment),
            streams.CONTENT_HEADER: self.content,
        }


class Outcome(StrEnum):
    """What the stream says to one line."""

    STORED = "stored"
    #: It has a message under that key.
    TAKEN = "taken"
    FULL = "full"
    #: Nobody can store anything now.
    GONE = "gone"
    REFUSED = "refused"


@value(frozen=True, slots=True)
class StreamAnswer:
    """The answer to one line; ``words`` are the server's own for a refusal."""

    outcome: Outcome
    words: str = ""


@dataclass
class Answers:
    """The stream's answer to each key; ``unanswered`` were sent and got none, ``not_sent`` were not.

    ``is_full``: the desk stopped because the stream has no more room.
    """

    known: dict[str, StreamAnswer] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    not_sent: set[str] = field(default_factory=set)
    is_full: bool = False


def outbox_lines(batch: Batch, signer: BatchSigner | None = None) -> Iterator[OutboxLine]:
    """The lines of a batch, as the spool has them. Raises TransportDown where they can't be signed.

    A message that goes to many is in memory once: each line is put together when its turn comes.
    """
    contents, lines = content_of(batch), batch_lines(batch, signer)
    return (
        OutboxLine(line.key, b"".join(line.parts).removesuffix(b"\n"), contents[line.key], batch.segment)
        for line in lines
    )


def content_of(batch: Batch) -> Mapping[str, str]:
    """By key the SHA-256 of what a line tells, without the time and the number of its batch."""
    contents: dict[str, str] = {}
    for leased in batch.leased_items:
        content = hashlib.sha256(leased.message).hexdigest()
        contents |= {key: content for _, key in leased.keys}
    return contents | {notice.key: hashlib.sha256(notice.data.encode()).hexdigest() for notice in batch.notices}


def read_answer(data: bytes, headers: Mapping[str, str] | None) -> StreamAnswer:
    """The server's answer to a publish. The code of a refusal is the same for many: its description decides."""
    if (headers or {}).get("Status") == str(_UNAVAILABLE):
        return StreamAnswer(Outcome.GONE)
    try:
        answer = json.loads(data)
        error = answer.get("error")
        if error is None:
            return StreamAnswer(Outcome.TAKEN if answer.get("duplicate") else Outcome.STORED)
        code, number, words = error.get("code"), error.get("err_code"), str(error.get("description", ""))
    except (ValueError, AttributeError):
        return StreamAnswer(Outcome.REFUSED, sentence("its answer is none of JetStream's"))
    if number in _NO_ROOM:
        return StreamAnswer(Outcome.TAKEN if _PER_SUBJECT in words else Outcome.FULL, words)
    return StreamAnswer(Outcome.GONE if code == _UNAVAILABLE else Outcome.REFUSED, words)


class Publisher:
    """Publishes on one connection; as many lines are on their way at once as the limits allow.

    It reads the answers itself: the library's own way of many publishes at once loses each refusal.
    """

    def __init__(self, connection: NatsConnection, limits: NatsLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._progress = asyncio.Event()
        self._bytes = 0
        #: The key and the size of each line, by the number of its reply.
        self._sent: list[tuple[str, int]] = []
        self.answers = Answers()

    async def publish(self, lines: Iterable[OutboxLine], is_current: Callable[[], bool]) -> None:
        """Return once every line is answered, or once the server does not answer any more.

        Once ``is_current`` is false nothing more is sent.
        """
        answers = self.answers
        inbox = self._connection.client.new_inbox()
        reading = await self._connection.client.subscribe(f"{inbox}.*", cb=self._take_answer)
        self._connection.on_loss.add(self._progress.set)
        try:
            stopped = False
            for line in lines:
                stopped = stopped or not await self._has_room(len(line.data)) or not is_current()
                if stopped:
                    answers.not_sent.add(line.key)
                else:
                    stopped = not await self._send(line, inbox)
            while answers.unanswered and await self._has_progress():
                pass
        finally:
            self._connection.on_loss.discard(self._progress.set)
            with suppress(Error, OSError):
                await reading.unsubscribe()

    async def _send(self, line: OutboxLine, inbox: str) -> bool:
        """Send one line. False if the connection is lost, and nobody knows how far the line went."""
        self.answers.unanswered.add(line.key)
        self._sent.append((line.key, len(line.data)))
        self._bytes += len(line.data)
        reply = f"{inbox}.{len(self._sent) - 1}"
        try:
            await self._connection.client.publish(
                streams.subject_of(line.key), line.data, reply=reply, headers=line.headers
            )
        except MaxPayloadError:
            self._note(
                line.key,
                len(line.data),
                StreamAnswer(Outcome.REFUSED, sentence("the line is longer than the server takes")),
            )
        except (Error, OSError):
            return False
        return True

    async def _take_answer(self, message: Msg) -> None:
        number = int(message.subject.rpartition(".")[2])
        self._note(*self._sent[number], read_answer(message.data, message.headers))

    def _note(self, key: str, size: int, answer: StreamAnswer) -> None:
        if key in self.answers.unanswered:
            self._bytes -= size
            self.answers.unanswered.discard(key)
            self.answers.known[key] = answer
        self._progress.set()

    async def _has_room(self, size: int) -> bool:
        """Wait until one more line may be sent. False if the server does not answer any more."""
        limits = self._limits
        while self.answers.unanswered and (
            len(self.answers.unanswered) >= limits.lines_in_flight or self._bytes + size > limits.bytes_in_flight
        ):
            if not await self._has_progress():
                return False
        try:
            has_room = await self._connection.room.take(size, self._connection.jetstream)
        except (Error, OSError):
            return False
        self.answers.is_full = not has_room
        return has_room and not self._connection.is_lost

    async def _has_progress(self) -> bool:
        """Wait for one more answer. False if the connection is lost or the server does not answer."""
        self._progress.clear()
        if self._connection.is_lost:
            return False
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                await self._progress.wait()
        except TimeoutError:
            return False
        return not self._connection.is_lost
