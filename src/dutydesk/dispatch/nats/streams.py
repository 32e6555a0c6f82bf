"""The streams of the desk, their subjects, and what they must be so that each key is in the outbox once for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from dutydesk.dispatch.nats.link import NatsLink, fault_words
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.api import ConsumerConfig, StreamConfig

OUTBOX: Final = "OUT"
INBOX: Final = "IN"
#: The consumer by which the desk reads its inbox.
DESK: Final = "desk"
OUTBOX_SUBJECTS: Final = "dd.out.>"
INBOX_SUBJECTS: Final = "dd.in.*"
#: What the subjects of deliveries and of notices have in common; those of receipts are shorter.
DELIVERY_SUBJECTS: Final = ("dd.out.*.*.*", "dd.out.*.*.*.*")
KEY_HEADER: Final = "Nats-Msg-Id"
STREAM_HEADER: Final = "Nats-Expected-Stream"
SEGMENT_HEADER: Final = "Dutydesk-Segment"
CONTENT_HEADER: Final = "Dutydesk-Content"
_MESSAGE_BYTES: Final = 1024 * 1024
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")


@value(frozen=True, slots=True)
class StreamOptions:
    """``replicas`` servers keep each message. ``days`` is how long the outbox keeps lines; 0 is for ever."""

    replicas: int = 1
    days: int = 400
    outbox_bytes: int = 10 * 1024**3
    inbox_messages: int = 100_000


def subject_of(key: str) -> str:
    """``dd.out.PL.D-000001.1-1`` for the key ``D-000001/1.1/PL``; two keys never have one subject."""
    parts = key.split("/")
    item, version, bureau, *rest = parts if len(parts) > 2 else ["other", key, "other"]
    return ".".join(("dd.out", *(_token(part) for part in (bureau, item, version, *rest))))


def bureau_subjects(bureau: str) -> str:
    return f"dd.out.{_token(bureau)}.>"


def inbox_subject(bureau: str) -> str:
    return f"dd.in.{_token(bureau)}"


def receipt_subject(bureau: str, number: str) -> str:
    return f"dd.out.{_token(bureau)}.receipt-{number}"


def _token(part: str) -> str:
    """A part of a key as a part of a subject, where dots and other signs have meanings of their own."""
    return _UNSAFE.sub(lambda sign: "-" if sign[0] == "." else f"%{ord(sign[0]):x}%", part) or "%"


def outbox_config(options: StreamOptions) -> StreamConfig:
    """One message a subject, and the second is refused: a key's line can't be stored twice, at whatever time."""
    from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

    return StreamConfig(
        name=OUTBOX,
        subjects=[OUTBOX_SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        max_msgs_per_subject=1,
        max_bytes=options.outbox_bytes,
        max_age=float(options.days * 86_400),
        num_replicas=options.replicas,
        duplicate_window=120.0,
    )


def inbox_config(options: StreamOptions) -> StreamConfig:
    """What is acknowledged is removed; when it is full, the bureau is refused and nothing is dropped.

    It has a limit of messages and none of bytes, by which servers before 2.10.6 drop the oldest message (issue 4775).
    """
    from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

    return StreamConfig(
        name=INBOX,
        subjects=[INBOX_SUBJECTS],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_msgs=options.inbox_messages,
        max_msg_size=_MESSAGE_BYTES,
        num_replicas=options.replicas,
        duplicate_window=120.0,
    )


def desk_consumer(ack_wait: float, in_flight: int) -> ConsumerConfig:
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

    return ConsumerConfig(
        durable_name=DESK,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait,
        max_deliver=-1,
        max_ack_pending=in_flight,
    )


def bureau_consumer(bureau: str, ack_wait: float) -> ConsumerConfig:
    """A bureau can read and acknowledge by it, and can't make one of its own."""
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

    return ConsumerConfig(
        durable_name=bureau,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait,
        max_deliver=-1,
        max_ack_pending=1_000,
        filter_subject=bureau_subjects(bureau),
    )


#: What a stream may not differ in. Sizes, ages and replicas are the administrator's.
_FIXED: Final = ("subjects", "retention", "storage", "discard", "discard_new_per_subject", "max_msgs_per_subject")


def differences(found: StreamConfig, wanted: StreamConfig) -> Iterator[str]:
    """The settings of a stream by which the desk can't use it: ``discard is old``."""
    for name in _FIXED:
        is_now, must_be = getattr(found, name), getattr(wanted, name)
        if is_now != must_be:
            yield f"{name} is {is_now}, not {must_be}"
    for name in ("mirror", "sources", "sealed", "no_ack"):
        if getattr(found, name):
            yield f"{name} is set"


async def make_streams(
    link: NatsLink, options: StreamOptions, bureaus: Sequence[str], in_flight: int
) -> list[tuple[str, bool]]:
    """Make the streams and consumers that are missing; return the name of each, and whether it was made now.

    Existing ones are left as they are. Raises TransportDown, also where one is not as the desk needs it.
    """
    connection = await link.ready()
    stream = connection.jetstream
    done: list[tuple[str, bool]] = []
    try:
        for config in (outbox_config(options), inbox_config(options)):
            done.append((str(config.name), await _make_stream(stream, config)))
            faults = [*differences((await stream.stream_info(str(config.name))).config, config)]
            if faults:
                raise link.down(unusable_words(str(config.name), faults))
        desk = desk_consumer(link.limits.ack_wait_seconds, in_flight)
        consumers = [
            (INBOX, desk),
            *((OUTBOX, bureau_consumer(bureau, link.limits.ack_wait_seconds)) for bureau in bureaus),
        ]
        for name, consumer in consumers:
            is_new = await _make_consumer(stream, name, consumer)
            done.append((f"{name}/{consumer.durable_name}", is_new))
    except TransportDown:
        raise
    except Exception as error:
        raise link.down(fault_words(error)) from error
    return done


def unusable_words(stream: str, faults: Sequence[str]) -> str:
    return sentence(
        "its stream {stream} is not as the desk needs it: {faults}", stream=stream, faults=", ".join(faults)
    )


async def _make_stream(jetstream: JetStreamContext, config: StreamConfig) -> bool:
    from nats.js.errors import NotFoundError

    try:
        await jetstream.stream_info(str(config.name))
    except NotFoundError:
        await jetstream.add_stream(config)
        return True
    return False


async def _make_consumer(jetstream: JetStreamContext, stream: str, config: ConsumerConfig) -> bool:
    from nats.js.errors import NotFoundError

    try:
        await jetstream.consumer_info(stream, str(config.durable_name))
    except NotFoundError:
        await jetstream.add_consumer(stream, config)
        return True
    return False
