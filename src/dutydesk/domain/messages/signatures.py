"""How a message was signed, as the log keeps it."""

from __future__ import annotations

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class MessageSignature:
    """A signature that was verified (RFC 7515). ``key`` is the fingerprint of the key.

    ``protected`` and ``signature`` are in base64url, as they came: with the payload's bytes they prove the message.
    """

    key: str
    protected: str
    signature: str
