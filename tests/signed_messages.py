"""Signed messages for tests: keys of bureaus, and envelopes that are right or wrong in one place."""

from __future__ import annotations

import json
from typing import Any

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Channel
from dutydesk.wire.decode.stream import RawMessage
from dutydesk.wire.files.signatures import SigningKey, fingerprint, new_key
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.jws import sign_message

ADMINISTRATOR = Actor("root", "root")


def raw_of(content: bytes) -> RawMessage:
    from hashlib import sha256

    return RawMessage(1, content, sha256(content).hexdigest(), len(content), False)


def packed(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def signed(message: dict[str, Any] | bytes, key: SigningKey) -> bytes:
    """The message as a bureau signs it, in flattened JSON."""
    return sign_message(message if isinstance(message, bytes) else packed(message), key)


def header_of(key: SigningKey, **changes: object) -> dict[str, object]:
    header: dict[str, object] = {"alg": "EdDSA", "kid": fingerprint(key.public)} | changes
    return {name: value for name, value in header.items() if value is not None}


def envelope(
    message: dict[str, Any] | bytes, key: SigningKey, header: dict[str, object] | bytes | None = None
) -> dict[str, Any]:
    """The members of a flattened JWS, rightly signed over whatever header it has."""
    content = message if isinstance(message, bytes) else packed(message)
    made = header_of(key) if header is None else header
    protected = base64url.encode(made if isinstance(made, bytes) else json.dumps(made).encode())
    payload = base64url.encode(content)
    signature = base64url.encode(key.sign(f"{protected}.{payload}".encode()))
    return {"payload": payload, "protected": protected, "signature": signature}


def compact(members: dict[str, Any]) -> bytes:
    return f"{members['protected']}.{members['payload']}.{members['signature']}".encode()


async def enter_key(desk: Desk, bureau: str, key: SigningKey | None = None, **dates: Any) -> SigningKey:
    made = key or new_key()
    await desk.keys.add(ADMINISTRATOR, bureau, made.public, dates.get("since"), dates.get("until"))
    return made


async def order(desk: Desk, bureau: str, level: SignatureLevel, *channels: Channel) -> None:
    await desk.keys.order(ADMINISTRATOR, bureau, level, frozenset(channels or Channel))
