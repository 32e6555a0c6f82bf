"""Export the log, sign checkpoints of it and prove it, on the desk's box or away from it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.desk.audit import signing_keys
from dutydesk.desk.audit.signatures import signature_breaches
from dutydesk.desk.audit.tree_heads import (
    checkpoint_event,
    grow_tree,
    log_origin_of,
    read_signed_head,
    sign_head_of,
)
from dutydesk.desk.base import key_files
from dutydesk.desk.base.rules_log import proof_tables_of
from dutydesk.desk.base.user_files import new_file, open_file, refuse_store
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.store import LogExported
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import ChainReport, ChainWalk
from dutydesk.domain.proof.prover import MOST_BREACHES, Proof, prove
from dutydesk.domain.proof.rule_tables import proof_tables
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, log
from dutydesk.store.tables.bodies import BodyDifference
from dutydesk.wire.files.log_file import (
    LogOrigin,
    LogWriter,
    SignedCheckpoint,
    read_checkpoint,
    read_log,
)
from dutydesk.wire.files.notes import KeyType, NoteKey
from dutydesk.wire.files.signatures import fingerprint
from dutydesk.wire.files.tree_heads import is_head
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dutydesk.desk.base.context import Actor, Context
    from dutydesk.domain.rules.examination import RuleTable
    from dutydesk.store.engine.store import Store
    from dutydesk.store.engine.transaction import Transaction

_MAX_CHECKPOINT_BYTES = 1 << 16


@value(frozen=True, slots=True)
class ExportedLog:
    """``head`` is the hash of the last exported event; ``sha256`` is the file's."""

    file: str
    events: int
    head: str
    sha256: str


@value(frozen=True, slots=True)
class CheckpointFile:
    """``key`` is the fingerprint of the signing key, ``public_key`` that key's 32 bytes in hex.

    ``root`` is that of the tree over the events up to ``seq``. ``log_key`` is what a witness knows the log by.
    """

    file: str
    seq: int
    hash: str
    key: str
    public_key: str
    root: str
    log_key: str


async def export_log(store: Store, context: Context, actor: Actor, path: Path, *, replace: bool = False) -> ExportedLog:
    """Write the whole chain to a file, event by event. The export is itself an event.

    Raises NotAllowed, Refused if the file can't be written.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.EXPORT))
    refuse_store(path, store.path)
    with new_file(path, replace=replace) as out:

        def write(handle: Handle) -> LogWriter:
            writer = LogWriter(out, log_origin_of(handle), handle.at.isoformat())
            for line in log.walk(handle):
                writer.add(line)
            return writer

        writer = await store.read(write)
        digest = writer.end()
        exported = LogExported(login=actor.login, through=writer.events, sha256=digest)
        await store.write(partial(_log_event, context=context, actor=actor, event=exported))
    return ExportedLog(str(path), writer.events, writer.head, digest)


async def write_checkpoint(
    store: Store, context: Context, actor: Actor, path: Path, key_file: Path | None = None, *, replace: bool = False
) -> CheckpointFile:
    """Write the chain's signed head to a file; it shows later whether anything before it was changed.

    It shows that only if the file, or the key's fingerprint, is kept away from the box. Without ``key_file`` the desk's
    own key is used, and made at its first use. That key is next to the store, in reach of anybody who could change the
    log: it shows only that a checkpoint was not altered on its way, and which desk made it. A key on another medium
    shows who made it.

    Raises NotAllowed, InvalidRequest for a key that can't be used, Refused if the chain does not verify.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.EXPORT))
    refuse_store(path, store.path)
    key = key_files.load_key(key_file) if key_file is not None else signing_keys.desk_key(store.path)
    report = await store.read(log.verify)
    if report.fault is not None:
        raise Refused(
            RefusedCode.CHAIN_BROKEN,
            sentence("the chain does not verify, and no checkpoint is written: {fault}", fault=report.fault),
        )
    await grow_tree(store)
    with new_file(path, replace=replace) as out:
        head = await store.read(lambda handle: sign_head_of(handle, report.events, key))
        out.write(head.note.written.encode())
        event = checkpoint_event(head, actor.login)
        await store.write(partial(_log_event, context=context, actor=actor, event=event))
    log_key = NoteKey(head.origin, KeyType.NOTE, key.public)
    return CheckpointFile(
        str(path),
        report.events,
        report.head,
        fingerprint(key.public),
        key.public.hex(),
        head.root.hex(),
        log_key.text,
    )


def _log_event(transaction: Transaction, context: Context, actor: Actor, event: LogEvent) -> None:
    context.officer(transaction, actor, Right.EXPORT)
    transaction.emit(actor.officer, "log", event)


def open_checkpoint(path: Path, pinned: str | None = None) -> SignedCheckpoint:
    """Read a checkpoint from its file. ``pinned`` is the fingerprint, or the public key's file, that must have signed
    it.

    Raises InvalidRequest for a file that is not a checkpoint or can't be read, Refused if the signature is wrong or not
    by the pinned key.
    """
    wanted = None if pinned is None else signing_keys.pinned_fingerprint(pinned)
    with open_file(path) as source:
        raw = source.read(_MAX_CHECKPOINT_BYTES)
    found = read_signed_head(raw, str(path)) if is_head(raw) else read_checkpoint(raw, str(path))
    if wanted is None:
        return found
    if found.signed_by is None:
        raise Refused(
            RefusedCode.CHECKPOINT_UNSIGNED,
            sentence("{path} is not signed, so that it can't be of the key {wanted}", path=path, wanted=wanted),
        )
    if fingerprint(found.signed_by) != wanted:
        raise Refused(
            RefusedCode.CHECKPOINT_OTHER_KEY,
            sentence(
                "{path} is signed by the key {signed_by}, and not by {wanted}",
                path=path,
                signed_by=fingerprint(found.signed_by),
                wanted=wanted,
            ),
        )
    return found


async def verify(store: Store, checkpoint: SignedCheckpoint | None = None) -> ChainReport:
    """Verify the chain alone. With a checkpoint, only the events after it are read."""
    if checkpoint is None:
        return await store.read(log.verify)
    seq, digest = checkpoint.checkpoint.seq, checkpoint.checkpoint.hash

    def look(handle: Handle) -> ChainReport:
        _require_same_origin(checkpoint, log_origin_of(handle))
        return log.verify(handle, seq, digest)

    return await store.read(look)


async def verify_bodies(store: Store) -> list[BodyDifference]:
    """Compare every stored body with the log; returns the first few that differ."""
    return await store.read(lambda handle: list(islice(bodies.body_differences(handle), MOST_BREACHES)))


async def prove_store(
    store: Store,
    context: Context,
    checkpoint: SignedCheckpoint | None = None,
    *,
    with_bodies: bool = False,
    tables: Iterable[RuleTable] = (),
) -> Proof:
    """Prove chain and policy from the store's log alone; other tables are read only for ``with_bodies``.

    The proof begins with the first event, because whether an event is permitted depends on all events before it. A
    checkpoint is compared on the way and shortens nothing. ``tables`` are rules that were in force at some time, beside
    the program's and the desk's own.
    """
    law = proof_tables_of(context, tables)

    def look(handle: Handle) -> Proof:
        _require_same_origin(checkpoint, log_origin_of(handle))
        stored = bodies.body_digests(handle) if with_bodies else None
        proof = prove(log.walk(handle), law, checkpoint.checkpoint if checkpoint else None, stored)
        if not with_bodies or proof.chain.fault is not None:
            return proof
        forged = islice(signature_breaches(handle), MOST_BREACHES)
        return replace(proof, breaches=(*proof.breaches, *forged)[:MOST_BREACHES])

    return await store.read(look)


def prove_file(path: Path, checkpoint: SignedCheckpoint | None = None, tables: Iterable[RuleTable] = ()) -> Proof:
    """Prove chain and policy of an exported log, without a store. Raises InvalidRequest if the file is no such log.

    ``tables`` are rules that were in force at some time, beside the program's own.
    """
    law = proof_tables(load_directory(), load_rules(), *tables)
    with open_file(path) as source:
        origin, lines = read_log(source, str(path))
        _require_same_origin(checkpoint, origin)
        return prove(lines, law, checkpoint.checkpoint if checkpoint else None)


def verify_file(path: Path, checkpoint: SignedCheckpoint | None = None) -> ChainReport:
    """Verify the chain alone of an exported log. Raises InvalidRequest for a file that is not a log."""
    with open_file(path) as source:
        origin, lines = read_log(source, str(path))
        _require_same_origin(checkpoint, origin)
        walk = ChainWalk(lines, checkpoint.checkpoint if checkpoint else None)
        for _line in walk.verified_lines():
            pass
        return walk.report


def _require_same_origin(checkpoint: SignedCheckpoint | None, origin: LogOrigin) -> None:
    if checkpoint is not None and checkpoint.origin != origin:
        made = f"{checkpoint.origin.realm} store made at {checkpoint.origin.made_at}"
        raise InvalidRequest(
            InvalidRequestCode.CHECKPOINT_OF_ANOTHER_LOG,
            sentence("the checkpoint is of another log: of the {made}", made=made),
        )
