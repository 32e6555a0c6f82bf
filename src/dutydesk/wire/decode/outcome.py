"""The result of decoding a message: the message, or every reason why it was not accepted.

A path is dotted from the message's top (``subject.name.family``, ``recipients[3]``); ``$`` is the whole message. Paths
and problems are safe for a terminal.
"""

from __future__ import annotations

from dutydesk.domain.events.keys import SignatureFields
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Message
from dutydesk.domain.messages.signatures import MessageSignature

WHOLE_MESSAGE = "$"


@value(frozen=True, slots=True)
class Problem:
    """One fault: its path, and one clause that says what is wrong and what to write instead."""

    path: str
    problem: str


@value(frozen=True, slots=True)
class DecodedMessage:
    """A valid message.

    ``sha256`` is of the bytes as received, ``content_hash`` of the parsed content: equal for equal content, whatever
    the spacing and the order of keys. Both are lower-case hex. ``repeated_recipients`` are named more than once; the
    message has each of them once. ``signature`` is set once it was verified; ``is_flagged``: it came without one,
    though its sender prefers them.
    """

    message: Message
    sha256: str
    content_hash: str
    repeated_recipients: tuple[str, ...] = ()
    signature: MessageSignature | None = None
    is_flagged: bool = False

    @property
    def signature_fields(self) -> SignatureFields:
        """What the event of the message says of its signature."""
        made = self.signature
        if made is not None:
            return {"signature": {"key": made.key, "protected": made.protected, "signature": made.signature}}
        return {"unsigned": True} if self.is_flagged else {}


@value(frozen=True, slots=True)
class RejectedMessage:
    """A message that can be read but violates the schema or a limit; only its hash and the problems are kept.

    ``reference`` and ``sender`` are as claimed, ``None`` if they can't be read unambiguously.
    """

    problems: tuple[Problem, ...]
    sha256: str
    reference: str | None
    sender: str | None


@value(frozen=True, slots=True)
class QuarantinedMessage:
    """Bytes that can't be decoded, or a valid message from an unknown sender; an officer reviews it."""

    problems: tuple[Problem, ...]
    sha256: str
    reference: str | None
    sender: str | None


DecodeResult = DecodedMessage | RejectedMessage | QuarantinedMessage
