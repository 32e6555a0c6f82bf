"""Public keys of bureaus from their files."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.wire.files.signatures import read_public

_PRIME: Final = 2**255 - 19
#: The y coordinates of the points of small order of edwards25519, each also as a number above the prime.
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303021421,
        55188659117513257062467267217118295137698188065244968500265048394206261417926,
    }
)


def read_bureau_key(raw: bytes, name: str) -> bytes:
    """The 32 bytes of a bureau's public Ed25519 key, in PEM. Raises InvalidRequest for anything else.

    A private key is refused: it stays with the bureau. So is a point of small order, by which anybody can sign, and a
    number that is written in another way than RFC 8032 has it.
    """
    if b"PRIVATE KEY" in raw:
        raise InvalidRequest(
            InvalidRequestCode.PRIVATE_KEY_GIVEN,
            sentence("{name} is a private key, which stays with its bureau; ask for the public half", name=name),
        )
    public = read_public(raw, name)
    height = int.from_bytes(public, "little") & ~(1 << 255)
    if height >= _PRIME or height in _SMALL_ORDER:
        raise InvalidRequest(
            InvalidRequestCode.WEAK_KEY,
            sentence("{name} holds a key by which anybody could sign; have the bureau make a new one", name=name),
        )
    return public
