"""Heads of the tree over the log: signed by the desk, kept in the log, made by themselves when the settings say so."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit import signing_keys
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import LogCheckpointed
from dutydesk.domain.proof.chain import Checkpoint
from dutydesk.domain.proof.merkle import root_of
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.tables import handovers, log, tree
from dutydesk.wire.files.log_file import LogOrigin, SignedCheckpoint
from dutydesk.wire.files.notes import NoteFault, WrongSignature
from dutydesk.wire.files.signatures import SigningKey, fingerprint
from dutydesk.wire.files.tree_heads import TreeHead, log_origin, origin_name, read_head, sign_head

if TYPE_CHECKING:
    from dutydesk.desk.base.settings import Settings
    from dutydesk.store.engine.store import Store
    from dutydesk.store.engine.transaction import Transaction

_SYSTEM: Final = "system"


async def grow_tree(store: Store) -> None:
    """Write the tiles of what was logged until now, in pieces that officers' commits come between."""
    behind = await store.read(tree.is_behind)
    while behind:
        behind = await store.write(tree.grow, officer=False)


def log_origin_of(handle: Handle) -> LogOrigin:
    """What tells this store's log from others."""
    row = handle.one("desk_row")
    return LogOrigin("", "") if row is None else LogOrigin(row["realm"], from_us(row["made_at"]).isoformat())


def sign_head_of(handle: Handle, size: int, key: SigningKey) -> TreeHead:
    """The signed head of the tree over the first ``size`` events, which must be the log's."""
    return _signed(handle, size, tree.root(handle, size), key)


def _signed(handle: Handle, size: int, root: bytes, key: SigningKey) -> TreeHead:
    chain = bytes(handle.value("event_hash", seq=size))
    return sign_head(origin_name(log_origin_of(handle)), size, root, chain, handle.at.isoformat(), key)


def checkpoint_event(head: TreeHead, login: str) -> LogCheckpointed:
    """What the log says of a checkpoint. ``login`` is empty where the desk makes it by itself."""
    return LogCheckpointed(
        login=login,
        through=head.size,
        head=(head.chain or b"").hex(),
        key=fingerprint(head.key or b""),
        note=head.note.written,
    )


def head_in(fact: Fact[LogCheckpointed]) -> TreeHead:
    """The checkpoint of an event. Raises Refused for a note that was changed."""
    try:
        return read_head(required(fact.event.note).encode())
    except NoteFault as fault:
        raise Refused(
            RefusedCode.CHECKPOINTS_DIFFER,
            sentence("the checkpoint of event {seq} can't be used: {fault}", seq=fact.seq, fault=fault.words),
        ) from fault


def read_signed_head(raw: bytes, name: str) -> SignedCheckpoint:
    """A checkpoint of the tree as one of the chain.

    Raises InvalidRequest for one of another program, and for one before the first event, which has no hash; Refused.
    """
    head = read_tree_head(raw, name)
    origin, chain = log_origin(head.origin), head.chain_checkpoint
    if origin is None or chain is None or head.key is None or head.size == 0:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_CHECKPOINT,
            sentence("{name} is no checkpoint of dutydesk; audit checkpoint makes one", name=name),
        )
    return SignedCheckpoint(origin, chain, head.at or "", head.key)


def read_tree_head(raw: bytes, name: str) -> TreeHead:
    """Read a checkpoint of the tree. Raises InvalidRequest for what is none, Refused for a wrong signature."""
    try:
        return read_head(raw)
    except WrongSignature as fault:
        raise Refused(
            RefusedCode.CHECKPOINT_ALTERED, sentence("{name} proves nothing: {fault}", name=name, fault=fault.words)
        ) from fault
    except NoteFault as fault:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_CHECKPOINT,
            sentence("{name} is no checkpoint of a log's tree: {fault}", name=name, fault=fault.words),
        ) from fault


async def checkpoint_if_due(store: Store, settings: Settings, every: timedelta) -> bool:
    """Sign a checkpoint where the settings say that one is due now; return whether it was.

    ``every`` is how long after one the next is due, where they ask for one each hour.

    Raises Refused where the log since the last one does not verify, or does not extend it: then nothing is signed.
    """
    if not await store.read(partial(_is_due, settings=settings, every=every)):
        return False
    await make_checkpoint(store, signing_keys.desk_key(store.path))
    return True


async def make_checkpoint(store: Store, key: SigningKey) -> TreeHead:
    """Sign a checkpoint with the desk's own key, and log it.

    Only the events since the last one are verified. Raises Refused where they, or that one's tree, do not hold.
    """
    await grow_tree(store)
    head = await store.read(partial(_next_head, key=key))

    def write(transaction: Transaction) -> None:
        transaction.emit(_SYSTEM, tree.LOG, checkpoint_event(head, ""))

    await store.write(write, officer=False)
    return head


def _is_due(handle: Handle, settings: Settings, every: timedelta) -> bool:
    last = tree.last_checkpoint(handle)
    since = 0 if last is None else last.seq
    if not tree.has_news(handle, since):
        return False
    if settings.checkpoint_hourly and (last is None or abs(handle.at - last.at) >= every):
        return True  # one that is dated later, by a clock that was set back since, does not put off the next
    if not settings.checkpoint_at_handover:
        return False
    signed = handovers.latest(handle)
    if signed is None:
        return False
    return last is None or _logged_at(handle, signed.name) > (optional(last.event.through) or 0)


def _logged_at(handle: Handle, handover: str) -> int:
    """The number of the last event of a handover's signature: the clock may have been set back since."""
    kinds = (EventKind.HANDOVER_WRITTEN, EventKind.HANDOVER_ACCEPTED)
    rows = [handle.one("log_last_of", subject=handover, kind=kind.value) for kind in kinds]
    return max((int(row["seq"]) for row in rows if row is not None), default=0)


def _next_head(handle: Handle, key: SigningKey) -> TreeHead:
    last = tree.last_checkpoint(handle)
    before = None if last is None else head_in(last)
    verified = Checkpoint(0, b"") if before is None else (before.chain_checkpoint or Checkpoint(0, b""))
    report = log.verify(handle, verified.seq, verified.hash) if verified.seq else log.verify(handle)
    if report.fault is not None:
        raise Refused(
            RefusedCode.CHAIN_BROKEN,
            sentence("the chain does not verify, and no checkpoint is written: {fault}", fault=report.fault),
        )
    nodes = tree.nodes(handle)
    if before is not None and root_of(nodes, before.size) != before.root:
        raise Refused(
            RefusedCode.CHECKPOINTS_DIFFER,
            sentence(
                "the tree over the first {size} events is not the one that was signed; no checkpoint is written",
                size=before.size,
            ),
        )
    return _signed(handle, report.events, root_of(nodes, report.events), key)
