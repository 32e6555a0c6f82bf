"""The proofs in an exported item's file: a checkpoint, and for each event the way from its hash to the root.

A line ``checkpoint`` has the signed note; an event has its ``proof``, a list of hashes in base64. In a redacted file an
event that says nothing of a body has only its number, its hash and its proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dutydesk.domain.frozen import value
from dutydesk.domain.proof.merkle import is_included, leaf_hash
from dutydesk.wire.files.notes import NoteFault
from dutydesk.wire.files.tree_heads import TreeHead, read_hashes, read_head


@value(frozen=True, slots=True)
class EventProof:
    """The proof of one event: its number, its hash, and the hashes that lead to the root of a tree."""

    seq: int
    hash: bytes
    path: tuple[bytes, ...]

    def fault(self, head: TreeHead) -> str | None:
        """Why the event is not shown to stand in the log of the checkpoint, in a sentence; ``None`` if it is."""
        if self.seq > head.size:
            return f"event {self.seq} came after the checkpoint, which is of {head.size} events"
        if is_included(leaf_hash(self.hash), self.seq - 1, head.size, self.path, head.root):
            return None
        return f"event {self.seq} is not shown to stand in the log of the checkpoint: its hash or its proof is another"


@value(frozen=True, slots=True)
class ItemProofs:
    """The checkpoint of a file, and the proofs of its events; ``later`` has the numbers of those that came after it."""

    head: TreeHead
    events: tuple[EventProof, ...]
    later: tuple[int, ...] = ()

    def fault(self, head: TreeHead) -> str | None:
        """Why an event is not shown to stand in the log of ``head``; ``None`` if each is."""
        return next((fault for each in self.events if (fault := each.fault(head)) is not None), None)


def read_proofs(checkpoint: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> ItemProofs:
    """Read the proofs of a file's lines. Raises NoteFault for what is none, and where an event lacks its own."""
    note = checkpoint.get("note")
    if not isinstance(note, str) or not _is_text(note):
        raise NoteFault("its checkpoint is no text")
    head = read_head(note.encode())
    if (checkpoint.get("size"), checkpoint.get("root")) != (head.size, head.root.hex()):
        raise NoteFault("the size and the root beside its checkpoint are others than those that are signed")
    events, later = [], []
    for record in records:
        seq, digest = record.get("seq"), record.get("hash")
        if type(seq) is not int or seq < 1 or not isinstance(digest, str):
            raise NoteFault("an event of it has no number or no hash")
        if "proof" not in record and seq > head.size:
            later.append(seq)
        else:
            events.append(EventProof(seq, _digest(digest, seq), _path(record.get("proof"), seq)))
    return ItemProofs(head, tuple(events), tuple(later))


def _is_text(note: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in note)


def _path(lines: object, seq: int) -> tuple[bytes, ...]:
    if lines is None:
        raise NoteFault(f"event {seq} of it has no proof")
    return read_hashes(lines)


def _digest(text: str, seq: int) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise NoteFault(f"the hash of event {seq} is none") from error
