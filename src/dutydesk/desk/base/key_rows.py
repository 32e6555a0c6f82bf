"""The keys of bureaus and how their messages must be signed, for screens and commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dutydesk.domain.frozen import value
from dutydesk.language.sentences import Sentence, sentence

IN_FORCE, LATER, RETIRED, REVOKED = "in force", "later", "retired", "revoked"


@value(frozen=True, slots=True)
class KeyRow:
    """A key of a bureau. ``state`` is ``in force``, ``later``, ``retired`` or ``revoked``; times are UTC."""

    bureau: str
    key: str
    state: str
    since: datetime
    until: datetime | None
    revoked_since: datetime | None


@value(frozen=True, slots=True)
class MessageSignatureRow:
    """The signature of a message that was taken, by the log. ``key`` is a fingerprint, ``state`` that of the key now.

    Both are ``None`` for a message that was taken without a signature, though its sender was to sign: it is flagged.
    """

    key: str | None
    state: str | None

    @property
    def words(self) -> Sentence:
        """What an officer is told of it, in a clause."""
        if self.key is None:
            return sentence("not signed, though its sender is to sign its messages")
        if self.state == REVOKED:
            return sentence("signed by {key}, which was REVOKED since", key=self.key)
        if self.state == RETIRED:
            return sentence("signed by {key}, which is not in force any more", key=self.key)
        return sentence("signed by {key}", key=self.key)


@value(frozen=True, slots=True)
class DeskKeyRow:
    """A key of the desk. ``state`` is ``in force``, ``later`` or ``earlier``; ``public_key`` is a PEM text."""

    key: str
    state: str
    since: datetime
    public_key: str


@value(frozen=True, slots=True)
class SignatureRules:
    """The level of signature of each channel of a bureau now, and its keys, the oldest first."""

    bureau: str
    levels: Mapping[str, str]
    keys: tuple[KeyRow, ...]
