"""What reading one message gives: the message, or every reason why not.

A path is dotted from the message's top (``subject.name.family``, ``recipients[3]``); ``$`` is the whole message.
Paths and problems hold no character that could act on a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.domain.messages.message import Message

WHOLE_MESSAGE = "$"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it stands, and in one clause what is wrong and what to write instead."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class DecodedMessage:
    """A message that keeps the wire's rules.

    ``sha256`` is of the bytes as received, ``content_hash`` of the parsed content: equal for equal content, whatever
    the spacing and the order of keys. Both are lower-case hex. ``named_twice`` are recipients that stand more than once
    in their list; the message has each of them once.
    """

    message: Message
    sha256: str
    content_hash: str
    repeated_recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedMessage:
    """Readable, but against the schema or a limit; nothing is kept of it but its hash and the problems.

    ``reference`` and ``sender`` are as claimed, ``None`` where they cannot be read beyond doubt.
    """

    problems: tuple[Problem, ...]
    sha256: str
    reference: str | None
    sender: str | None


@dataclass(frozen=True, slots=True)
class QuarantinedMessage:
    """Bytes that cannot be decoded, or a sound message from an unknown sender; an officer looks at it."""

    problems: tuple[Problem, ...]
    sha256: str
    reference: str | None
    sender: str | None


DecodeResult = DecodedMessage | RejectedMessage | QuarantinedMessage
