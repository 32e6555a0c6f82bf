"""The keys of bureaus and how their messages must be signed, for screens and commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dutydesk.domain.frozen import value


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
