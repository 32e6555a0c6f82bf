"""A head of the log's tree as a signed note: C2SP's tlog-checkpoint, and the request that a witness takes.

The text is origin, number of events and root; then lines of this desk: the hash of the last event in the chain, when
it was made, and the key that signed it, so that the file alone shows that it was not altered.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Sequence
from typing import Final

from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import Checkpoint
from dutydesk.domain.proof.merkle import HASH_BYTES, MOST_HASHES
from dutydesk.wire.files.log_file import MOST_EVENTS, LogOrigin
from dutydesk.wire.files.notes import KeyType, NoteFault, NoteKey, SignedNote, WrongSignature, read_note, sign_note
from dutydesk.wire.files.signatures import SigningKey

#: What a name of this program's logs begins with; no name of a host on the network has this ending (RFC 2606).
_PREFIX: Final = "dutydesk.invalid"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CHAIN, _AT, _KEY = "chain", "at", "key"


@value(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says. ``origin`` names the log, ``size`` is its number of events, ``root`` the tree's root.

    ``chain`` is the last event's hash, ``at`` when it was made (RFC 3339), ``key`` the signer's 32 bytes: ``None`` in
    a checkpoint of another program.
    """

    origin: str
    size: int
    root: bytes
    chain: bytes | None
    at: str | None
    key: bytes | None
    note: SignedNote

    @property
    def chain_checkpoint(self) -> Checkpoint | None:
        return None if self.chain is None else Checkpoint(self.size, self.chain)

    @property
    def signer(self) -> NoteKey | None:
        """The key that the text itself names."""
        return None if self.key is None else NoteKey(self.origin, KeyType.NOTE, self.key)


def origin_name(origin: LogOrigin) -> str:
    """The name of a log in its checkpoints, such as ``dutydesk.invalid/LIVE/2026-03-01T08:00:00Z``."""
    return f"{_PREFIX}/{origin.realm}/{origin.made_at.replace('+00:00', 'Z')}"


def log_origin(name: str) -> LogOrigin | None:
    """The store that a log of this program belongs to; ``None`` for a log of another one."""
    prefix, _, rest = name.partition("/")
    realm, _, made_at = rest.partition("/")
    return LogOrigin(realm, made_at.replace("Z", "+00:00")) if prefix == _PREFIX and made_at else None


def sign_head(origin: str, size: int, root: bytes, chain: bytes, at: str, key: SigningKey) -> TreeHead:
    """Make a checkpoint. Ed25519 makes equal signatures of equal texts."""
    text = (
        f"{origin}\n{size}\n{b64encode(root).decode()}\n"
        f"{_CHAIN} {chain.hex()}\n{_AT} {at.replace('+00:00', 'Z')}\n{_KEY} {key.public.hex()}\n"
    )
    return _head_of(SignedNote(text, (sign_note(text, origin, key),)))


def read_head(raw: bytes) -> TreeHead:
    """Read a checkpoint, and verify the signature of the key that it names. Raises NoteFault, WrongSignature."""
    head = _head_of(read_note(raw))
    if head.signer is not None and head.note.signed_by(head.signer) is None:
        raise WrongSignature("it is not signed by the key that it names")
    return head


def is_head(raw: bytes) -> bool:
    """Whether it looks like a signed note, and not like an object of JSON."""
    return not raw.lstrip().startswith(b"{")


def _head_of(note: SignedNote) -> TreeHead:
    lines = note.text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or _NUMBER.fullmatch(lines[1]) is None:
        raise NoteFault("it is no checkpoint: origin, size and root are missing")
    origin, size, root, *more = lines
    if int(size) > MOST_EVENTS:
        raise NoteFault("it names more events than any log has")
    extra = _own_lines(more)
    chain, key = (_from_hex(extra.get(name)) for name in (_CHAIN, _KEY))
    return TreeHead(origin, int(size), _hash(root), chain, extra.get(_AT), key, note)


def _own_lines(lines: Sequence[str]) -> dict[str, str]:
    """The lines of this program by their first word, each once, so that everybody reads the same. Raises NoteFault."""
    found: dict[str, str] = {}
    for line in lines:
        name, gap, rest = line.partition(" ")
        if gap and name in (_CHAIN, _AT, _KEY):
            if name in found:
                raise NoteFault(f"it has two lines of its {name}")
            found[name] = rest
    return found


def _from_hex(text: str | None) -> bytes | None:
    try:
        raw = None if text is None else bytes.fromhex(text)
    except ValueError as error:
        raise NoteFault("a line of it is no hash") from error
    if raw is not None and (len(raw) != HASH_BYTES or raw.hex() != text):
        raise NoteFault("a line of it is no hash of 32 bytes")
    return raw


def _hash(encoded: str) -> bytes:
    try:
        raw = b64decode(encoded, validate=True)
    except NotBase64Error as error:
        raise NoteFault("a hash of it is not in base64") from error
    if len(raw) != HASH_BYTES or b64encode(raw).decode() != encoded:
        raise NoteFault("a hash of it has not 32 bytes")
    return raw


def hash_lines(hashes: Sequence[bytes]) -> list[str]:
    """The hashes of a proof in base64."""
    return [b64encode(each).decode() for each in hashes]


def read_hashes(lines: object) -> tuple[bytes, ...]:
    """Read what :func:`hash_lines` wrote. Raises NoteFault."""
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines) or len(lines) > MOST_HASHES:
        raise NoteFault("its proof is no list of hashes")
    return tuple(_hash(line) for line in lines)


@value(frozen=True, slots=True)
class WitnessRequest:
    """What a log asks of a witness: to cosign ``head``, which extends the tree of ``old`` leaves by the proof."""

    old: int
    proof: tuple[bytes, ...]
    head: TreeHead

    @property
    def body(self) -> bytes:
        lines = [f"old {self.old}", *hash_lines(self.proof), "", self.head.note.written]
        return "\n".join(lines).encode()


def read_witness_request(raw: bytes) -> WitnessRequest:
    """Read the body of C2SP's add-checkpoint; no signature is verified. Raises NoteFault."""
    first, gap, note = raw.partition(b"\n\n")
    try:
        begin, *proof = first.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NoteFault("its first lines are not in ASCII") from error
    old = begin.removeprefix("old ")
    if not gap or begin == old or _NUMBER.fullmatch(old) is None:
        raise NoteFault("it does not begin with the size that is known, as: old 12")
    return WitnessRequest(int(old), read_hashes(proof), _head_of(read_note(note)))
