"""A message as it came, and what is worked out of it ahead of its transaction."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.checks import check
from dutydesk.desk.checks.matching import Search
from dutydesk.desk.examination.prepare import PreparedMessage, prepare, with_watch
from dutydesk.desk.intake.readers import AskedPlan, Readers
from dutydesk.desk.intake.signatures import OpenedMessage, open_signed, verify_ahead
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.desk.matching.watch_search import WatchSearch
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Check
from dutydesk.store.engine.reader import Handle
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult
from dutydesk.wire.decode.stream import RawMessage, decode_raw

INTAKE = "intake"


@value(frozen=True, slots=True)
class IncomingMessage:
    """The bytes of a message as they came, their decoding, and the bureau that owns the channel, if one does.

    ``opened`` is set for a signed message.
    """

    raw: RawMessage
    decode_result: DecodeResult
    channel_owner: str | None = None
    actor: str = INTAKE
    search: Search | None = None
    prepared: PreparedMessage | None = None
    opened: OpenedMessage | None = None

    @property
    def body(self) -> bytes:
        """The message's own bytes, without a signature."""
        return self.raw.raw if self.opened is None else self.opened.envelope.payload

    @property
    def named(self) -> tuple[str, str] | None:
        """Sender and reference of a sound message."""
        if not isinstance(self.decode_result, DecodedMessage):
            return None
        envelope = self.decode_result.message.envelope
        return envelope.sender, envelope.reference


@value(frozen=True, slots=True)
class IntakeMemory:
    """What a process remembers for the searches of its messages; it never changes what they find."""

    name_cache: NameCache
    watch_search: WatchSearch
    readers: Readers

    def close(self) -> None:
        """Ends the processes that search and read for this one."""
        self.watch_search.close()
        self.readers.close()


@value(frozen=True, slots=True)
class ReceivedMessage:
    """A message as it came, the bureau that owns its channel, and what a reader was asked about it."""

    raw: RawMessage
    channel_owner: str | None = None
    actor: str = INTAKE
    asked: AskedPlan | None = None


def prepare_message(
    handle: Handle, context: Context, memory: IntakeMemory, received: ReceivedMessage
) -> IncomingMessage:
    """Decodes a message and prepares its examination ahead of its transaction; for a check, it searches."""
    context.rules.lexicon.prepare()  # at the first message, so that no transaction does
    raw = received.raw
    read = None if received.asked is None else received.asked.answer(handle.at.date())
    decoded: DecodeResult
    prepared: PreparedMessage | None
    opened: OpenedMessage | None
    if read is None:
        signed = None if raw.oversize else open_signed(raw.raw, raw.sha256, context.directory, handle.at)
        decoded = decode_raw(raw, context.directory, handle.at) if signed is None else signed.decode_result
        opened = None if signed is None else verify_ahead(signed.opened, context.keys.current(handle))
        prepared = prepare(context, decoded, handle.at)
    else:
        decoded, prepared, opened = read
    found = None
    if isinstance(decoded, DecodedMessage):
        prepared = with_watch(handle, context, memory.watch_search, prepared, decoded.message.envelope.sender)
    if isinstance(decoded, DecodedMessage) and isinstance(decoded.message, Check):
        found = check.prepare_search(handle, context, memory.name_cache, decoded.message.query)
    return IncomingMessage(raw, decoded, received.channel_owner, received.actor, found, prepared, opened)
