"""Signed lines: one signature (RFC 7515) covers a batch by a Merkle tree (RFC 9162) whose leaves are its lines.

A signed line ends in one more member, ``signature``: the ``seal`` of the batch, and the ``salt``, ``place`` and
``path`` that prove that this line is one of those sealed. The leaf covers all bytes of the line before that member, and
the brace that closes it then. Its salt keeps a bureau from guessing what others were sent.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain, repeat
from typing import BinaryIO, Final, TypeAlias

from dutydesk.domain.codes.signature import DeliveryProofCode
from dutydesk.domain.frozen import value
from dutydesk.wire.files.signatures import SigningKey, fingerprint
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.jws import SignatureFault, SignedEnvelope, read_signed

SEAL_SCHEMA: Final = "dutydesk-seal/1"
SEAL_TYPE: Final = "dutydesk-seal+jws"
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
#: Their letters in base64url.
SALT_LETTERS: Final = 22
HASH_LETTERS: Final = 43
#: A tree of more levels has more leaves than a batch could have.
MOST_LEVELS: Final = 64
#: Longer than any line: a message has at most 256 KiB.
LONGEST_LINE: Final = 1 << 20
#: The levels of a path that each line has for itself; those above are shared by the lines of a part of the tree.
_OWN_LEVELS: Final = 3
_LEAF, _NODE = b"\x00", b"\x01"
_MEMBER: Final = b', "signature": '
_PROOF_MEMBERS: Final = ("seal", "salt", "place", "path")
#: A seal has this form alone, so that every byte of a line is as the desk wrote it.
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_Line: TypeAlias = "tuple[bytes, bytes]"


class DeliveryFault(Exception):
    """Why a line does not count as the desk's; ``code`` has what it means and what to do."""

    def __init__(self, code: DeliveryProofCode) -> None:
        super().__init__(code.meaning)
        self.code = code


@value(frozen=True, slots=True)
class LogHead:
    """The head of the desk's log when a batch was leased: the number of its last event, and the hash of it in hex.

    ``tree_size`` and ``tree_root`` are the number of events and the root, in hex, of the last checkpoint of the log's
    tree; 0 where there is none.
    """

    seq: int
    hash: str
    tree_size: int = 0
    tree_root: str = ""


@value(frozen=True, slots=True)
class VerifiedLine:
    """A line that the desk has written, and the head of its log that it swears to. ``key`` is a fingerprint."""

    delivery: str
    recipient: str
    notice: str
    item: str | None
    key: str
    head: LogHead
    at: str


def sign_lines(
    lines: Sequence[_Line], key: SigningKey, head: LogHead, at: datetime
) -> list[tuple[bytes, bytes, bytes]]:
    """The end of each line of a batch, in parts: it takes the place of the brace and the newline at the end of it.

    A line is given in two parts; the second may be the same object for many of them. So are the first and the last part
    of an end: what many lines have in common is written once, as the seal and the upper hashes of a path.
    """
    drawn = secrets.token_bytes(SALT_BYTES * len(lines))
    salts = [drawn[place : place + SALT_BYTES] for place in range(0, len(drawn), SALT_BYTES)]
    salted = zip(salts, lines, strict=True)
    levels = _tree([_leaf(_LEAF + salt + start, rest) for salt, (start, rest) in salted])
    begin = f', "signature": {{"seal": "{_seal(levels[-1][0], len(lines), key, head, at)}", "salt": "'.encode()
    lower, upper = _paths(levels[: _OWN_LEVELS + 1]), [path + b'"}}\n' for path in _paths(levels[_OWN_LEVELS:])]
    shown = zip(base64url.encode_each(salts, SALT_LETTERS), range(len(lines)), lower, strict=True)
    own = [b'%b", "place": %d, "path": "%b' % parts for parts in shown]
    ends = chain.from_iterable(repeat(path, 1 << _OWN_LEVELS) for path in upper)
    return list(zip(repeat(begin), own, ends, strict=False))


def _leaf(start: bytes, rest: bytes) -> bytes:
    digest = sha256(start)
    digest.update(rest)
    return digest.digest()


def _tree(leaves: list[bytes]) -> list[list[bytes]]:
    """The levels of the tree from the leaves to the root; a node without a neighbour moves up as it is."""
    levels = [leaves]
    while len(level := levels[-1]) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(_NODE + left + right).digest() for left, right in pairs]
        levels.append([*above, level[-1]] if len(level) % 2 else above)
    return levels


def _paths(levels: list[list[bytes]]) -> list[bytes]:
    """The way from each node of the lowest level to the highest one: the hashes beside it, the lowest first.

    Worked out from above down. Of no levels there is one way, which is empty.
    """
    paths = [b""] * len(levels[-1]) if levels else [b""]
    for level in reversed(levels[:-1]):
        shown = base64url.encode_each(level, HASH_LETTERS)
        pairs = zip(shown[::2], shown[1::2], paths, strict=False)
        below = [path for left, right, above in pairs for path in (right + above, left + above)]
        paths = [*below, paths[-1]] if len(shown) % 2 else below
    return paths


def _seal(root: bytes, count: int, key: SigningKey, head: LogHead, at: datetime) -> str:
    header = {"alg": "EdDSA", "kid": fingerprint(key.public), "typ": SEAL_TYPE}
    payload = {
        "schema": SEAL_SCHEMA,
        "root": base64url.encode(root),
        "lines": count,
        "seq": head.seq,
        "head": head.hash,
        "at": at.isoformat(),
    }
    if head.tree_size:
        payload |= {"tree_size": head.tree_size, "tree_root": head.tree_root}
    covered = ".".join(base64url.encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, payload))
    return f"{covered}.{base64url.encode(key.sign(covered.encode()))}"


def lines_of(source: BinaryIO, most: int) -> Iterator[bytes]:
    """The lines of a file with their newlines; of one longer than ``most`` bytes only the first so many."""
    while line := source.readline(most):
        yield line
        while len(line) == most and not line.endswith(b"\n"):
            line = source.readline(most)


def verify_line(line: bytes, keys: Mapping[str, bytes], recipient: str | None = None) -> VerifiedLine:
    """Verify a line by the desk's public keys, which are given by fingerprint. Raises DeliveryFault.

    ``recipient`` is the bureau that it must be for. What is verified is the bytes: who changes even a space in the
    line, changes the line.
    """
    raw = line.removesuffix(b"\n")
    fields = _object(raw, DeliveryProofCode.LINE_UNREADABLE)
    said, mark, proof = raw.rpartition(_MEMBER)
    if not mark or "signature" not in fields:
        raise DeliveryFault(DeliveryProofCode.LINE_UNSIGNED)
    parts = _object(proof.removesuffix(b"}"), DeliveryProofCode.PROOF_UNREADABLE)
    if (*parts,) != _PROOF_MEMBERS or parts != fields["signature"] or proof != json.dumps(parts).encode() + b"}":
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    seal = _read_seal(parts["seal"])
    public = keys.get(seal.key)
    if public is None:
        raise DeliveryFault(DeliveryProofCode.DESK_KEY_UNKNOWN)
    if not seal.is_by(public):
        raise DeliveryFault(DeliveryProofCode.SEAL_WRONG)
    sworn = _object(seal.payload, DeliveryProofCode.PROOF_UNREADABLE)
    count, place, seq = sworn.get("lines"), parts["place"], sworn.get("seq")
    if sworn.get("schema") != SEAL_SCHEMA or type(count) is not int or type(place) is not int or type(seq) is not int:
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    leaf = sha256(_LEAF + _bytes(parts["salt"], SALT_BYTES) + said + b"}").digest()
    if not _is_in_tree(leaf, place, count, _hashes(parts["path"]), _bytes(sworn.get("root"), HASH_BYTES)):
        raise DeliveryFault(DeliveryProofCode.NOT_IN_BATCH)
    size = sworn.get("tree_size", 0)
    head = LogHead(seq, str(sworn.get("head")), size if type(size) is int else 0, str(sworn.get("tree_root", "")))
    return _verified(fields, recipient, seal.key, head, str(sworn.get("at")))


def _verified(fields: Mapping[str, object], recipient: str | None, key: str, head: LogHead, at: str) -> VerifiedLine:
    delivery, notice, item = fields.get("delivery"), fields.get("notice"), fields.get("item")
    parts = delivery.split("/") if isinstance(delivery, str) else []
    if len(parts) < 3 or not isinstance(notice, str) or not isinstance(item, str | None):
        raise DeliveryFault(DeliveryProofCode.LINE_UNREADABLE)
    if recipient is not None and parts[2] != recipient:
        raise DeliveryFault(DeliveryProofCode.OTHER_RECIPIENT)
    return VerifiedLine("/".join(parts), parts[2], notice, item, key, head, at)


def _read_seal(text: object) -> SignedEnvelope:
    try:
        seal = read_signed(text.encode()) if isinstance(text, str) and _COMPACT.fullmatch(text) is not None else None
    except SignatureFault:
        seal = None
    if seal is None:
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    header = _object(base64url.decode(seal.protected), DeliveryProofCode.PROOF_UNREADABLE)
    if header.get("typ") != SEAL_TYPE:
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    return seal


def _is_in_tree(leaf: bytes, place: int, count: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether the leaf stands at that place of a tree of so many leaves (RFC 9162 section 2.1.3.2)."""
    if not 0 <= place < count:
        return False
    here, last, found = place, count - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if here % 2 or here == last:
            found = sha256(_NODE + beside + found).digest()
            while here and not here % 2:
                here, last = here >> 1, last >> 1
        else:
            found = sha256(_NODE + found + beside).digest()
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def _object(raw: bytes, fault: DeliveryProofCode) -> dict[str, object]:
    """A JSON object whose own members stand in it once. Raises DeliveryFault."""
    if len(raw) > LONGEST_LINE:
        raise DeliveryFault(fault)
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        raise DeliveryFault(fault) from None
    if not isinstance(found, dict):
        raise DeliveryFault(fault)
    return found


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member more than once")
    return members


def _bytes(text: object, count: int) -> bytes:
    try:
        found = base64url.decode(text) if isinstance(text, str) else b""
    except ValueError:
        found = b""
    if len(found) != count:
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    return found


def _hashes(text: object) -> list[bytes]:
    """The hashes of a path, each in letters of its own."""
    if not isinstance(text, str) or len(text) % HASH_LETTERS or len(text) > HASH_LETTERS * MOST_LEVELS:
        raise DeliveryFault(DeliveryProofCode.PROOF_UNREADABLE)
    return [_bytes(text[begin : begin + HASH_LETTERS], HASH_BYTES) for begin in range(0, len(text), HASH_LETTERS)]
