"""Messages that bureaus publish: each is its subject's bureau's, and acknowledged after its receipt is durable."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.link import NatsConnection, NatsLink, fault_words
from dutydesk.dispatch.nats.outbox import stream_fault
from dutydesk.dispatch.nats.receipts import ReceiptLine, StreamFull, publish_receipt, receipt_of
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.sources import Intake, SourceMessage
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.errors import DeskError
from dutydesk.domain.limits import DEFAULT_LIMITS, InboxLimits
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode.stream import read_one

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext


class NatsInbox:
    """Reads the stream of the inbox. What is not acknowledged comes again, and the desk answers ``repeat``."""

    def __init__(
        self, link: NatsLink, limits: InboxLimits = DEFAULT_LIMITS.inbox, signer: BatchSigner | None = None
    ) -> None:
        """``signer`` signs the receipts."""
        self._link = link
        self._signer = signer
        self._limits = link.limits
        self._in_flight = limits.in_flight
        self._reading: tuple[NatsConnection, JetStreamContext.PullSubscription] | None = None
        self.problems: tuple[str, ...] = ()

    @property
    def poll_seconds(self) -> float:
        return self._limits.poll_seconds

    @property
    def folders(self) -> tuple[Path, ...]:
        return ()

    async def is_empty(self) -> bool:
        """Whether no message waits or is on its way; false while the server can't be asked."""
        try:
            connection = await self._link.ready()
            info = await connection.jetstream.consumer_info(streams.INBOX, streams.DESK)
        except Exception:
            return False
        return not (info.num_pending or info.num_ack_pending)

    async def receive_all(self, desk: Desk, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Receive what is in the stream; return the number of messages. Raises DeskError if the store can't be written.

        What is wrong with the server is a problem, and nothing is lost by it.
        """
        intake, taken = Intake(desk, self._in_flight), 0
        try:
            while not is_stopping():
                connection, messages = await self._fetch()
                self.problems = ()
                if not messages:
                    break
                taken += await self._receive(desk, connection, messages, intake)
        except TransportDown as error:
            self.problems = (error.words,)
            await asyncio.sleep(self._limits.poll_seconds)  # the caller asks again at once
        return taken

    async def watch(self, ring: Callable[[], None]) -> None:
        """Return at once: the stream is asked often enough."""

    async def _fetch(self) -> tuple[NatsConnection, list[Msg]]:
        """The next messages, or none after a short wait. Raises TransportDown."""
        connection = await self._link.ready()
        try:
            if self._reading is None or self._reading[0] is not connection:
                await connection.jetstream.consumer_info(streams.INBOX, streams.DESK)
                found = await connection.jetstream.pull_subscribe_bind(consumer=streams.DESK, stream=streams.INBOX)
                self._reading = connection, found
            return connection, await self._reading[1].fetch(
                self._limits.messages_per_fetch, timeout=self._limits.fetch_seconds
            )
        except TimeoutError as error:
            if connection.is_lost:
                raise self._link.down(sentence("the connection was lost")) from error
            return connection, []
        except Exception as error:
            raise self._link.down(stream_fault(error, streams.INBOX)) from error

    async def _receive(self, desk: Desk, connection: NatsConnection, messages: Sequence[Msg], intake: Intake) -> int:
        """Receive messages together; return how many are durable. Raises DeskError, TransportDown.

        A message is acknowledged once its receipt is in the store and in the bureau's outbox; else it is given back.
        """
        waiting = {message.reply: message for message in messages}
        keeping = asyncio.create_task(self._keep(waiting), name="nats-progress")
        try:
            outcomes = await asyncio.gather(
                *(self._receive_one(message, intake) for message in messages), return_exceptions=True
            )
            received = [
                (message, outcome)
                for message, outcome in zip(messages, outcomes, strict=True)
                if isinstance(outcome, Receipt)
            ]
            lines = await self._receipt_lines(desk, received)
            answered = await asyncio.gather(
                *(
                    self._answer(connection, message, line, waiting)
                    for (message, _), line in zip(received, lines, strict=True)
                ),
                return_exceptions=True,
            )
        finally:
            keeping.cancel()
            for message in waiting.values():
                with suppress(Exception):
                    await message.nak(delay=self._limits.give_back_seconds)
        self._raise_failure([each for each in (*outcomes, *answered) if isinstance(each, BaseException)])
        return len(received)

    async def _receive_one(self, message: Msg, intake: Intake) -> Receipt:
        raw = read_one(io.BytesIO(message.data))
        return await (await intake.receive(SourceMessage(raw, message.subject.rpartition(".")[2])))

    async def _receipt_lines(self, desk: Desk, received: Sequence[tuple[Msg, Receipt]]) -> list[ReceiptLine]:
        """The receipts as lines, signed as everything that the desk hands over. Raises TransportDown."""
        lines = [receipt_of(message, receipt) for message, receipt in received]
        if self._signer is None:
            return lines
        signed = await self._signer.sign_together([line.data for line in lines], desk.delivery.now())
        return [replace(line, data=data) for line, data in zip(lines, signed, strict=True)]

    async def _answer(
        self, connection: NatsConnection, message: Msg, line: ReceiptLine, waiting: dict[str, Msg]
    ) -> None:
        await publish_receipt(connection, line)
        await message.ack_sync(timeout=self._limits.answer_seconds)
        del waiting[message.reply]

    def _raise_failure(self, failures: Sequence[BaseException]) -> None:
        """Raise the store's failure, else the server's as TransportDown; nothing if there is none."""
        for kind in (asyncio.CancelledError, DeskError):
            for failure in failures:
                if isinstance(failure, kind):
                    raise failure
        if failures:
            raise self._link.down(_failure_words(failures[0])) from failures[0]

    async def _keep(self, waiting: dict[str, Msg]) -> None:
        """Tell the server while messages wait for their receipt, so that it does not send them again."""
        while True:
            await asyncio.sleep(self._limits.progress_seconds)
            for message in tuple(waiting.values()):
                with suppress(Exception):
                    await message.in_progress()


def _failure_words(failure: BaseException) -> str:
    if isinstance(failure, StreamFull):
        return sentence("its stream {stream} is full", stream=streams.OUTBOX)
    return fault_words(failure)
