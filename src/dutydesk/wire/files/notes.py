"""Signed notes as C2SP's signed-note says: a text, an empty line, and a line for each signature of it.

A key has a name; with its type and its 32 bytes the name gives the 4 bytes of its id. Two types are read: Ed25519 over
the text (1), and Ed25519 over the text and a time (4), C2SP's tlog-cosignature.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Iterable
from enum import IntEnum
from hashlib import sha256
from typing import Final

from dutydesk.domain.frozen import value
from dutydesk.wire.files.signatures import SigningKey, is_signed_by

MOST_NOTE_BYTES: Final = 1 << 16
_MOST_SIGNATURES: Final = 64
_DASH: Final = "— "
_NAME = re.compile(r"[^\s+]+")
_TIME_BYTES, _ID_BYTES, _KEY_BYTES = 8, 4, 32


class NoteFault(ValueError):
    """The text is no signed note, or no key of one; ``words`` is a clause of a sentence."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class WrongSignature(NoteFault):
    """The note is signed, but not by the key that it should be, or not this text."""


class KeyType(IntEnum):
    """What a key signs: a text, or a checkpoint with the time at which the signer had seen it."""

    NOTE = 1
    COSIGNATURE = 4


@value(frozen=True, slots=True)
class NoteKey:
    """The public half of a key that signs notes; ``public`` is the 32 bytes of RFC 8032."""

    name: str
    type: KeyType
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes((self.type,)) + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """As the specification writes it: name, id in hex, type and key in base64, with ``+`` between them."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes((self.type,)) + self.public).decode()}"


@value(frozen=True, slots=True)
class NoteSignature:
    """One line under a note. ``time`` is in seconds since 1970 UTC; ``None`` where the type of its key has none."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"

    @property
    def time(self) -> int | None:
        is_timed = len(self.signature) == _TIME_BYTES + 64
        return int.from_bytes(self.signature[:_TIME_BYTES]) if is_timed else None


@value(frozen=True, slots=True)
class SignedNote:
    """``text`` ends in a newline; the signatures are in the order of their lines."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def written(self) -> str:
        return self.text + "\n" + "".join(each.line for each in self.signatures)

    def signed_by(self, key: NoteKey) -> NoteSignature | None:
        """The key's signature, ``None`` where it has none. Raises WrongSignature for one that is wrong."""
        found = None
        for each in self.signatures:
            if (each.name, each.key_id) == (key.name, key.id):
                if not is_signed_by(key.public, *_signed_part(key.type, self.text, each.signature)):
                    raise WrongSignature(f"the signature of {key.name} is not one over this text")
                found = found or each
        return found


def note_key(text: str) -> NoteKey:
    """Read the public half of a key. Raises NoteFault."""
    parts = text.strip().split("+", 2)
    try:
        name, key_id, encoded = parts
        raw = b64decode(encoded, validate=True)
        key = NoteKey(name, KeyType(raw[0]), raw[1:])
    except (ValueError, IndexError) as error:
        raise NoteFault("it is not NAME+ID+KEY with an Ed25519 key in base64") from error
    if len(key.public) != _KEY_BYTES or not is_key_name(name) or key.id.hex() != key_id:
        raise NoteFault("its id is not that of its name and key")
    return key


def is_key_name(name: str) -> bool:
    """Whether a key may have the name: it has no space and no plus."""
    return _NAME.fullmatch(name) is not None


def read_note(raw: bytes) -> SignedNote:
    """Read a note, and verify no signature. Raises NoteFault."""
    if len(raw) > MOST_NOTE_BYTES:
        raise NoteFault("it is longer than any")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise NoteFault("it is no text in UTF-8") from error
    if any(ord(each) < 0x20 and each != "\n" for each in whole):
        raise NoteFault("it holds control characters")
    text, gap, signed = whole.rpartition("\n\n")
    if not gap or not text or not signed.endswith("\n"):
        raise NoteFault("it has no line of a signature after an empty line")
    return SignedNote(text + "\n", signature_lines(signed))


def signature_lines(text: str) -> tuple[NoteSignature, ...]:
    """Read the lines under a note. Raises NoteFault."""
    lines = text.split("\n")[:-1]
    if not lines or len(lines) > _MOST_SIGNATURES:
        raise NoteFault(f"it has {len(lines)} signatures")
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> NoteSignature:
    name, gap, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = b64decode(encoded, validate=True)
    except NotBase64Error as error:
        raise NoteFault("a signature of it is not in base64") from error
    if not line.startswith(_DASH) or not gap or not is_key_name(name) or len(raw) <= _ID_BYTES:
        raise NoteFault("a line of it is no signature")
    return NoteSignature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def sign_note(text: str, name: str, key: SigningKey) -> NoteSignature:
    """Sign a text that ends in a newline, under a name."""
    return NoteSignature(name, NoteKey(name, KeyType.NOTE, key.public).id, key.sign(text.encode()))


def cosign_note(text: str, name: str, key: SigningKey, at: int) -> NoteSignature:
    """Sign a checkpoint and the time ``at``, in seconds since 1970 UTC, at which it is the largest that was seen."""
    time = at.to_bytes(_TIME_BYTES)
    signature = key.sign(_timed(text, at))
    return NoteSignature(name, NoteKey(name, KeyType.COSIGNATURE, key.public).id, time + signature)


def with_signatures(note: SignedNote, more: Iterable[NoteSignature]) -> SignedNote:
    """The note with further signatures; one of a key that has signed it replaces that."""
    kept = {(each.name, each.key_id): each for each in (*note.signatures, *more)}
    return SignedNote(note.text, tuple(kept.values()))


def _signed_part(type: KeyType, text: str, signature: bytes) -> tuple[bytes, bytes]:
    """Signature and message, as RFC 8032 takes them."""
    if type is KeyType.NOTE:
        return signature, text.encode()
    return signature[_TIME_BYTES:], _timed(text, int.from_bytes(signature[:_TIME_BYTES]))


def _timed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
