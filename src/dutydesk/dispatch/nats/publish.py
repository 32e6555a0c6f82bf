"""Publishes the lines of a batch at once and gathers the stream's answer to each."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dutydesk.desk.delivery.lease import Batch
from dutydesk.dispatch.lines import bureau_lines
from dutydesk.dispatch.nats import streams
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import NatsLimits

if TYPE_CHECKING:
    from nats.js.api import PubAck

    from dutydesk.dispatch.nats.link import Connection


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


@dataclass
class Answers:
    """The stream's answer to each key, or the error; ``unanswered`` were sent and got none, ``not_sent`` were not."""

    known: dict[str, PubAck | Exception] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    not_sent: set[str] = field(default_factory=set)


def outbox_lines(batch: Batch) -> Iterator[OutboxLine]:
    """The lines of a batch, bureau by bureau, as the spool has them."""
    contents = content_of(batch)
    for parts in bureau_lines(batch).values():
        for data in b"".join(parts).split(b"\n"):
            if data:
                key = _key_of(data)
                yield OutboxLine(key, data, contents[key], batch.segment)


def content_of(batch: Batch) -> Mapping[str, str]:
    """By key the SHA-256 of what a line tells, without the time and the number of its batch."""
    contents: dict[str, str] = {}
    for leased in batch.leased_items:
        content = hashlib.sha256(leased.message).hexdigest()
        contents |= {key: content for _, key in leased.keys}
    return contents | {notice.key: hashlib.sha256(notice.data.encode()).hexdigest() for notice in batch.notices}


def _key_of(line: bytes) -> str:
    start, _, _ = line.partition(b",")
    return str(json.loads(start + b"}")["delivery"])


class Publisher:
    """Publishes on one connection; as many lines are on their way at once as the limits allow."""

    def __init__(self, connection: Connection, limits: NatsLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._progress = asyncio.Event()
        self._bytes = 0
        self.answers = Answers()

    async def publish(self, lines: Iterator[OutboxLine], is_current: Callable[[], bool]) -> None:
        """Return once every line is answered, or once the server does not answer any more.

        Once ``is_current`` is false nothing more is sent.
        """
        from nats.errors import Error, MaxPayloadError

        answers = self.answers
        self._connection.on_loss.add(self._progress.set)
        try:
            stopped = False
            for line in lines:
                stopped = stopped or not await self._has_room(len(line.data)) or not is_current()
                if stopped:
                    answers.not_sent.add(line.key)
                    continue
                try:
                    answer = await self._connection.jetstream.publish_async(
                        streams.subject_of(line.key), line.data, self._limits.answer_seconds, headers=line.headers
                    )
                except MaxPayloadError as error:
                    answers.known[line.key] = error
                except (Error, OSError):
                    answers.unanswered.add(line.key)
                    stopped = True
                else:
                    answers.unanswered.add(line.key)
                    self._bytes += len(line.data)
                    answer.add_done_callback(self._note(line.key, len(line.data)))
            while answers.unanswered and await self._has_progress():
                pass
        finally:
            self._connection.on_loss.discard(self._progress.set)

    def _note(self, key: str, size: int) -> Callable[[asyncio.Future[PubAck]], None]:
        def note(answer: asyncio.Future[PubAck]) -> None:
            self._bytes -= size
            self._progress.set()
            if answer.cancelled():
                return
            self.answers.unanswered.discard(key)
            error = answer.exception()
            self.answers.known[key] = answer.result() if error is None else _as_error(error)

        return note

    async def _has_room(self, size: int) -> bool:
        """Wait until one more line may be sent. False if the server does not answer any more."""
        limits = self._limits
        while self.answers.unanswered and (
            len(self.answers.unanswered) >= limits.lines_in_flight or self._bytes + size > limits.bytes_in_flight
        ):
            if not await self._has_progress():
                return False
        return not self._connection.is_lost

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


def _as_error(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(type(error).__name__)
