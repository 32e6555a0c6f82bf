"""Proofs that leave the desk: to which checkpoint an item is proved, and what its file and a checkpoint show alone."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dutydesk.desk.audit import signing_keys
from dutydesk.desk.audit.tree_heads import head_in, log_origin_of, read_tree_head, sign_head_of
from dutydesk.desk.audit.witness.asking import cosignatures
from dutydesk.desk.base.user_files import new_file, open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import DeskError, InvalidRequest, Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.merkle import EMPTY_ROOT, consistency_proof, is_extension
from dutydesk.language.sentences import sentence
from dutydesk.store.tables import log, tree
from dutydesk.wire.files.item_file import read_item
from dutydesk.wire.files.notes import MOST_NOTE_BYTES, KeyType, NoteFault, NoteKey, note_key, with_signatures
from dutydesk.wire.files.signatures import fingerprint, read_public
from dutydesk.wire.files.tree_heads import TreeHead, hash_lines, origin_name, read_hashes

if TYPE_CHECKING:
    from dutydesk.desk.base.settings import Settings
    from dutydesk.store.engine.reader import Handle

PROOF_SCHEMA: Final = "dutydesk-consistency/1"
_MOST_KEY_BYTES = 1 << 14


@value(frozen=True, slots=True)
class ItemProofCheck:
    """What an item's file and a checkpoint show. ``fault`` is one sentence; ``None`` if each event is proved.

    ``events`` are proved to stand in the log of ``size`` events, ``later`` came after it; ``bodies`` are those that a
    proved event names, ``later_bodies`` the versions of those that only later ones name. ``signed_by`` is the
    fingerprint of the key that the checkpoint names, ``cosigned_by`` the witnesses whose keys were given. Of the
    ``redacted`` ones among ``events`` nothing shows that they are about the item.
    """

    item: str
    events: int
    later: int
    bodies: int
    origin: str
    size: int
    root: str
    signed_by: str | None
    cosigned_by: tuple[str, ...]
    fault: str | None
    later_bodies: tuple[int, ...] = ()
    redacted: int = 0


@value(frozen=True, slots=True)
class ConsistencyCheck:
    """Whether the log of one checkpoint begins with all of that of another; ``fault`` is why not, in one sentence.

    ``proof`` are the hashes that show it, in base64. ``signed_by`` are the fingerprints of the keys that the two name,
    ``None`` for one that names no key, whose signature was not verified then.
    """

    earlier: int
    size: int
    proof: tuple[str, ...]
    fault: str | None
    signed_by: tuple[str | None, str | None]


def open_head(path: Path) -> TreeHead:
    """Read a checkpoint of the tree from its file. Raises InvalidRequest, Refused for a wrong signature."""
    with open_file(path) as source:
        return read_tree_head(source.read(MOST_NOTE_BYTES + 1), str(path))


def proving_head(
    handle: Handle, store: Path, settings: Settings, wanted: TreeHead | None, *, is_witnessed: bool
) -> TreeHead | None:
    """The checkpoint that a file's events are proved to; ``None`` where the desk's key can't be read, and none is kept.

    Raises InvalidRequest for a ``wanted`` one of another log, Refused where this log does not extend it, and where
    witnesses are asked for and have cosigned none.
    """
    if wanted is not None:
        _require_own(handle, wanted)
        return wanted
    last = tree.last_checkpoint(handle)
    kept = None if last is None else head_in(last)
    if is_witnessed:
        lines = [] if kept is None else cosignatures(handle, settings, kept)
        if kept is None or not lines:
            raise Refused(
                RefusedCode.CHECKPOINT_UNSIGNED,
                sentence("no witness has cosigned the last checkpoint yet; doctor says which was asked"),
            )
        return _with_note(kept, lines)
    with suppress(DeskError):
        return sign_head_of(handle, log.head_seq(handle), signing_keys.desk_key(store))
    return kept


def _with_note(head: TreeHead, lines: Any) -> TreeHead:
    note = with_signatures(head.note, lines)
    return TreeHead(head.origin, head.size, head.root, head.chain, head.at, head.key, note)


def _require_own(handle: Handle, head: TreeHead) -> None:
    if head.origin != origin_name(log_origin_of(handle)):
        raise InvalidRequest(
            InvalidRequestCode.CHECKPOINT_OF_ANOTHER_LOG,
            sentence("the checkpoint is of another log: of the {made}", made=head.origin),
        )
    size = log.head_seq(handle)
    if head.size > size or tree.root(handle, head.size) != head.root:
        raise Refused(
            RefusedCode.CHECKPOINTS_DIFFER,
            sentence(
                "this log of {size} events is not the one of the checkpoint, which names {named}",
                size=size,
                named=head.size,
            ),
        )


def verify_item(
    path: Path, checkpoint: TreeHead | None, key: str | None = None, witnesses: tuple[str, ...] = ()
) -> ItemProofCheck:
    """Check an item's file by a checkpoint, without a store or a log; without one, by that of the file itself.

    ``key`` is what must have signed it: a fingerprint, a public key's file, or a key of a note. ``witnesses`` are keys
    whose cosignatures it must have. Raises InvalidRequest for files and keys that are none, and for a checkpoint that
    the item is not proved to.
    """
    with open_file(path) as source:
        found = read_item(source, str(path))
    if found.fault is not None:
        return ItemProofCheck(found.item, 0, 0, found.bodies, origin_name(found.origin), 0, "", None, (), found.fault)
    if found.proofs is None:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PROOF,
            sentence("{path} has no proofs; export the item again, with this release", path=path),
        )
    head = checkpoint or found.proofs.head
    fault = found.proofs.fault(head) if head.size == found.proofs.head.size else None
    if head.size != found.proofs.head.size and head.origin == found.proofs.head.origin:
        raise InvalidRequest(
            InvalidRequestCode.OTHER_CHECKPOINT,
            sentence(
                "the item is proved to the checkpoint of {proved} events, and the named one is of {named}; "
                "export it with --checkpoint and that file",
                proved=found.proofs.head.size,
                named=head.size,
            ),
        )
    if not found.proofs.events and fault is None:
        fault = "the file proves no event"
    if head.origin != origin_name(found.origin):
        fault = f"the checkpoint is of another log: of the {head.origin}"
    cosigned, unsigned = _cosigners(head, witnesses)
    return ItemProofCheck(
        found.item,
        len(found.proofs.events),
        len(found.proofs.later),
        found.bodies - len(found.later_bodies),
        head.origin,
        head.size,
        head.root.hex(),
        _named_signer(head),
        cosigned,
        fault or _key_fault(head, key) or unsigned or _unverified(head, key, cosigned),
        found.later_bodies,
        sum(seq not in found.proofs.later for seq, _ in found.redacted),
    )


def _key_fault(head: TreeHead, key: str | None) -> str | None:
    """Why the checkpoint is not signed by the wanted key."""
    if key is None:
        return None
    if "+" in key and not key.startswith("SHA256:"):
        return _note_fault(head, _note_key(key))
    if key.startswith("SHA256:"):
        wanted = signing_keys.pinned_fingerprint(key)
    else:
        with open_file(Path(key)) as source:
            wanted = fingerprint(read_public(source.read(_MOST_KEY_BYTES), key))
    if head.key is not None and fingerprint(head.key) == wanted:
        return None
    return f"the checkpoint is not signed by the key {wanted}"


def _unverified(head: TreeHead, key: str | None, cosigned: tuple[str, ...]) -> str | None:
    """Why no signature of the checkpoint was verified: its text names no key, and none was given."""
    if head.key is not None or key is not None or cosigned:
        return None
    return "the checkpoint names no key, so that anybody could have made it; name the key that signed it, or a witness"


def _cosigners(head: TreeHead, witnesses: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The witnesses that have cosigned, and why the first other one has not."""
    faults = {key: _note_fault(head, key) for key in map(_note_key, witnesses)}
    return (
        tuple(dict.fromkeys(key.name for key, fault in faults.items() if fault is None)),
        next((fault for fault in faults.values() if fault is not None), None),
    )


def _note_key(text: str) -> NoteKey:
    try:
        return note_key(text)
    except NoteFault as fault:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PROOF, sentence("{key} is no key: {fault}", key=text, fault=fault.words)
        ) from fault


def _note_fault(head: TreeHead, key: NoteKey) -> str | None:
    try:
        signed = head.note.signed_by(key)
    except NoteFault as fault:
        return fault.words
    what = "cosigned" if key.type is KeyType.COSIGNATURE else "signed"
    return None if signed is not None else f"the checkpoint is not {what} by {key.name}"


def prove_consistency(handle: Handle, earlier: TreeHead, later: TreeHead) -> ConsistencyCheck:
    """Show from the store's tree that the log of one checkpoint extends that of the other."""
    proof: tuple[bytes, ...] = ()
    here = log.head_seq(handle)
    if 0 < earlier.size <= later.size <= here:
        proof = tuple(consistency_proof(tree.nodes(handle), earlier.size, later.size))
    found = check_consistency(earlier, later, proof)
    is_too_short = earlier.origin == later.origin and 0 < earlier.size < later.size and later.size > here
    return replace(found, fault=_too_short(here, later.size)) if is_too_short else found


def _too_short(here: int, size: int) -> str:
    """An older copy of a store says nothing about what came after it."""
    return f"this store has {here} events, too few to show it for {size}: use a store, or a proof, that reaches so far"


def check_consistency(earlier: TreeHead, later: TreeHead, proof: tuple[bytes, ...]) -> ConsistencyCheck:
    """The same by a proof alone, without a store."""
    fault = _consistency_fault(earlier, later, proof)
    return ConsistencyCheck(
        earlier.size, later.size, tuple(hash_lines(proof)), fault, (_named_signer(earlier), _named_signer(later))
    )


def _named_signer(head: TreeHead) -> str | None:
    return None if head.key is None else fingerprint(head.key)


def _consistency_fault(earlier: TreeHead, later: TreeHead, proof: tuple[bytes, ...]) -> str | None:
    if earlier.origin != later.origin:
        return f"the checkpoints are of two logs: {earlier.origin} and {later.origin}"
    if earlier.size > later.size:
        return f"the second checkpoint has {later.size} events, fewer than the first one's {earlier.size}"
    if earlier.size == later.size and earlier.root != later.root:
        return f"the checkpoints name two different logs of {later.size} events: one of them was shown to somebody else"
    if earlier.size == 0:
        return None if earlier.root == EMPTY_ROOT else "the first checkpoint names a root for a log without events"
    if is_extension(earlier.size, earlier.root, later.size, later.root, proof):
        return None
    return (
        f"the log of {later.size} events does not begin with that of {earlier.size}: "
        "it was written anew, or the proof is not one of these checkpoints"
    )


def write_consistency(path: Path, check: ConsistencyCheck, *, replace: bool) -> None:
    """Write a proof as one object of JSON. Raises Refused where the file can't be written."""
    fields = {"schema": PROOF_SCHEMA, "earlier": check.earlier, "size": check.size, "proof": list(check.proof)}
    with new_file(path, replace=replace) as out:
        out.write(json.dumps(fields).encode() + b"\n")


def read_consistency(path: Path) -> tuple[bytes, ...]:
    """Read such a file. Raises InvalidRequest for any other."""
    with open_file(path) as source:
        raw = source.read(MOST_NOTE_BYTES)
    try:
        fields = json.loads(raw)
        if not isinstance(fields, dict) or fields.get("schema") != PROOF_SCHEMA:
            raise ValueError("it has another schema")
        return read_hashes(fields.get("proof"))
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PROOF,
            sentence("{path} is no proof that one checkpoint extends another: {error}", path=path, error=error),
        ) from error
