"""Delivers into the stream of the outbox: each key once for ever, whatever is sent again, and however late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.link import NatsConnection, NatsLink, fault_words
from dutydesk.dispatch.nats.publish import Answers, Outcome, Publisher, StreamAnswer, content_of, outbox_lines
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.transport import OutcomeUnknown, TransportDown, keys_of, outbox_contents
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from nats.js.api import StreamInfo

_HEADERS_PER_READ = 1_000


class NatsTransport:
    """Publishes each line under a subject that holds one message, so that the second one of a key is refused.

    The answer to a line says whether the stream has it. After lines without an answer the stream is asked by subject.
    """

    def __init__(self, link: NatsLink, signer: BatchSigner | None = None) -> None:
        self._link = link
        self._signer = signer
        self._limits = link.limits
        self._taken: frozenset[str] = frozenset()
        self._not_sent: frozenset[str] = frozenset()
        self._unanswered: frozenset[str] = frozenset()

    async def deliver(self, batch: Batch) -> TransportResult:
        return await self.deliver_while(batch, lambda: True)

    async def deliver_while(self, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        """No line is sent once ``is_current`` is false. Raises TransportDown, also for those that were sent before."""
        keys = frozenset(keys_of(batch))
        self._taken, self._not_sent = frozenset(), keys
        lines = outbox_lines(batch, self._signer)
        connection = await self._link.ready()
        await self._refuse_older_store(connection, batch.segment)
        publisher = Publisher(connection, self._limits)
        self._not_sent = frozenset()
        try:
            await publisher.publish(lines, is_current)
        except BaseException:
            self._unanswered |= keys
            connection.cut()
            raise
        return await self._results(connection, publisher.answers, content_of(batch))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        taken, unknown = keys & self._taken, keys - self._taken - self._not_sent
        if not unknown:
            return taken
        try:
            connection = await self._link.ready()
            if self._unanswered & unknown:
                await asyncio.sleep(self._limits.settle_seconds)
            found = await self._look_up(connection, unknown)
        except TransportDown as error:
            raise OutcomeUnknown(error.words, unknown, taken) from error
        self._unanswered -= unknown
        return taken | frozenset(found)

    async def probe(self) -> None:
        """Ask whether the stream is there and has room for a batch. Raises TransportDown."""
        connection = await self._link.ready()
        await self._outbox_info(connection)
        if not connection.room.is_enough:
            raise self._full()
        if self._signer is not None:
            await self._signer.probe()

    async def newest_segment(self) -> int:
        """The number of the newest batch in the stream; 0 if there is none, or if it can't be asked now.

        A store that is older than its outbox is then refused at its first batch.
        """
        try:
            return await self._newest_segment(await self._link.ready())
        except TransportDown:
            return 0

    async def contents_after(self, segment: int) -> OutboxContents:
        """What was delivered after a copy of the store was made. Raises TransportDown."""
        from nats.js.api import AckPolicy, ConsumerConfig

        connection = await self._link.ready()
        newest, keys = segment, set[str]()
        config = ConsumerConfig(ack_policy=AckPolicy.NONE, headers_only=True, inactive_threshold=60.0)
        try:
            if not (await self._outbox_info(connection)).state.messages:
                return outbox_contents(newest, frozenset())
            reading = await connection.jetstream.pull_subscribe(
                streams.OUTBOX_SUBJECTS, stream=streams.OUTBOX, config=config
            )
            left = 1
            while left:
                for message in await reading.fetch(_HEADERS_PER_READ, timeout=self._limits.answer_seconds):
                    left = message.metadata.num_pending or 0
                    number = _segment_in(message.headers)
                    if number > segment and message.headers:
                        newest = max(newest, number)
                        keys.add(message.headers[streams.KEY_HEADER])
            await reading.unsubscribe()
        except TransportDown:
            raise
        except Exception as error:
            raise self._link.down(fault_words(error)) from error
        return outbox_contents(newest, frozenset(keys))

    async def _results(
        self, connection: NatsConnection, answers: Answers, contents: Mapping[str, str]
    ) -> TransportResult:
        """The outcome of each key. Raises TransportDown if one is unknown, or the stream is full or gone."""
        results: dict[str, str | None] = {}
        taken: set[str] = set()
        refused: dict[str, StreamAnswer] = {}
        for key, answer in answers.known.items():
            match answer.outcome:
                case Outcome.STORED:
                    results[key] = None
                case Outcome.TAKEN:
                    taken.add(key)
                case Outcome.FULL | Outcome.GONE:
                    refused[key] = answer
                case Outcome.REFUSED:
                    results[key] = sentence("the server refuses it: {words}", words=answer.words)
        fault: TransportDown | None = None
        try:
            found = await self._look_up(connection, taken)
        except TransportDown as error:
            fault, found = error, {}
            answers.unanswered |= taken
        for key in taken - answers.unanswered:
            results[key] = None if found.get(key) == contents[key] else _other_message(key)
        if not (fault or refused or answers.unanswered or answers.not_sent):
            return TransportResult(results)
        self._taken = frozenset(key for key, words in results.items() if words is None)
        self._not_sent = frozenset((*refused, *answers.not_sent))
        self._unanswered |= answers.unanswered
        if answers.unanswered:
            connection.cut()
        raise fault or self._down_after(connection, refused, is_full=answers.is_full)

    def _down_after(
        self, connection: NatsConnection, refused: Mapping[str, StreamAnswer], *, is_full: bool
    ) -> TransportDown:
        if not refused:
            return self._full() if is_full else self._link.down(connection.refusal or sentence("it does not answer"))
        answer = next(iter(refused.values()))
        if answer.outcome is Outcome.FULL:
            return self._full()
        return self._link.down(answer.words or _missing_words(streams.OUTBOX))

    def _full(self) -> TransportDown:
        return self._link.down(sentence("its stream {stream} is full", stream=streams.OUTBOX))

    async def _look_up(self, connection: NatsConnection, keys: Collection[str]) -> dict[str, str]:
        """The digest of what the stream has under each of these keys. Raises TransportDown."""
        from nats.js.errors import NotFoundError

        found: dict[str, str] = {}
        waiting = iter(keys)

        async def look() -> None:
            for key in waiting:
                try:
                    message = await connection.jetstream.get_last_msg(streams.OUTBOX, streams.subject_of(key))
                except NotFoundError:
                    continue
                found[key] = (message.headers or {}).get(streams.CONTENT_HEADER, "")

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._limits.look_ups, len(keys))):
                    group.create_task(look())
        except ExceptionGroup as errors:
            first = errors.exceptions[0]
            connection.cut()
            raise self._link.down(fault_words(first)) from first
        return found

    async def _refuse_older_store(self, connection: NatsConnection, segment: int) -> None:
        """Raise TransportDown where the outbox has a batch that this store does not know of, or can't be used."""
        if connection.newest_segment is None:
            info = await self._outbox_info(connection)
            wrong = [*streams.differences(info.config, streams.outbox_config(streams.StreamOptions()))]
            if wrong:
                raise self._link.down(streams.unusable_words(streams.OUTBOX, wrong))
            connection.newest_segment = await self._newest_segment(connection)
        if segment <= connection.newest_segment:
            raise self._link.down(
                sentence(
                    "its outbox has batch {newest} and this store only {segment}: the store is older, or the outbox is "
                    "another desk's; a copy that takes its original's place starts with dispatch --restored",
                    newest=connection.newest_segment,
                    segment=segment,
                )
            )

    async def _newest_segment(self, connection: NatsConnection) -> int:
        from nats.js.errors import NotFoundError

        newest = 0
        for subjects in streams.DELIVERY_SUBJECTS:
            try:
                message = await connection.jetstream.get_last_msg(streams.OUTBOX, subjects)
            except NotFoundError:
                continue
            except Exception as error:
                raise self._link.down(fault_words(error)) from error
            newest = max(newest, _segment_in(message.headers))
        return newest

    async def _outbox_info(self, connection: NatsConnection) -> StreamInfo:
        try:
            info = await connection.jetstream.stream_info(streams.OUTBOX)
        except Exception as error:
            raise self._link.down(stream_fault(error, streams.OUTBOX)) from error
        connection.room.read(info)
        return info


def stream_fault(error: Exception, stream: str) -> str:
    """Why a stream can't be asked, as one short clause."""
    from nats.js.errors import NotFoundError

    if isinstance(error, NotFoundError) or _is_no_stream(error):
        return _missing_words(stream)
    return fault_words(error)


def _missing_words(stream: str) -> str:
    return sentence("it has no stream {stream}", stream=stream)


def _is_no_stream(error: Exception) -> bool:
    from nats.errors import NoRespondersError
    from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

    return isinstance(error, NoStreamResponseError | NoRespondersError) or (
        isinstance(error, ServiceUnavailableError) and error.err_code is None
    )


def _other_message(key: str) -> str:
    return sentence(
        "the stream has another message under {key}: the store is older than its outbox, or that is another desk's",
        key=key,
    )


def _segment_in(headers: Mapping[str, str] | None) -> int:
    number = (headers or {}).get(streams.SEGMENT_HEADER, "")
    return int(number) if number.isascii() and number.isdigit() else 0
