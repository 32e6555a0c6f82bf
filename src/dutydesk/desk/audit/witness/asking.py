"""The desk asks its witnesses to cosign the last checkpoint, and logs what they say."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.tree_heads import head_in
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional, required
from dutydesk.domain.events.store import LogCosigned, LogCosigningRefused
from dutydesk.domain.frozen import value
from dutydesk.domain.proof import merkle
from dutydesk.language.sentences import sentence
from dutydesk.store.tables import tree
from dutydesk.wire.files.notes import NoteFault, NoteSignature, signature_lines
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest

if TYPE_CHECKING:
    from dutydesk.desk.audit.witness.ask import WitnessReply
    from dutydesk.desk.base.settings import Settings
    from dutydesk.desk.base.witness_settings import WitnessSetting
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.engine.store import Store
    from dutydesk.store.engine.transaction import Transaction

#: After so long a witness is asked again about a checkpoint that it has cosigned, and a refusal is logged again; also
#: where the last time was so much later by a clock that was set back since.
REPEAT: Final = timedelta(hours=12)


@value(frozen=True, slots=True)
class CosignResult:
    """What one witness said; ``words`` is why it has not cosigned, ``None`` if it has."""

    witness: str
    size: int
    words: str | None


async def ask_witnesses(store: Store, settings: Settings, seconds: float) -> list[CosignResult]:
    """Ask each witness that has not cosigned the last checkpoint, all at once; log what they say.

    A witness that can't be reached is not logged: that it is silent shows by what was logged last. Raises Refused where
    the last checkpoint in the log was changed.
    """
    return [
        result
        for result in await asyncio.gather(*(_ask(store, each, seconds) for each in settings.witnesses))
        if result is not None
    ]


async def _ask(store: Store, witness: WitnessSetting, seconds: float) -> CosignResult | None:
    from dutydesk.desk.audit.witness.ask import WitnessReply, ask_witness  # HTTP is for desks with witnesses alone

    request = await store.read(partial(_request, witness=witness))
    if request is None:
        return None
    reply = await asyncio.to_thread(ask_witness, witness, request, seconds)
    if reply.known_size is not None and 0 < reply.known_size <= request.head.size:
        request = await store.read(partial(_proved, old=reply.known_size, head=request.head))
        reply = await asyncio.to_thread(ask_witness, witness, request, seconds)
    elif reply.known_size == 0:
        request = WitnessRequest(0, (), request.head)
        reply = await asyncio.to_thread(ask_witness, witness, request, seconds)
    elif reply.known_size is not None:
        words = sentence(
            "it knows {known} events of this log, which has {size}", known=reply.known_size, size=request.head.size
        )
        reply = WitnessReply(words=words, is_refusal=True)
    event = _event(request.head, reply)
    if event is not None:
        await store.write(partial(_log, witness=witness.name, event=event), officer=False)
    return CosignResult(witness.name, request.head.size, None if reply.signature is not None else reply.words)


def _request(handle: Handle, witness: WitnessSetting) -> WitnessRequest | None:
    """What to ask a witness now; ``None`` if there is no checkpoint, or it has cosigned the last one lately."""
    last = tree.last_checkpoint(handle)
    if last is None:
        return None
    head, cosigned = head_in(last), tree.last_cosigned(handle, witness.name)
    try:
        old = 0 if cosigned is None else required(cosigned.event.through)
    except IncompleteEvent:
        old = 0
    if cosigned is not None and old == head.size and abs(handle.at - cosigned.at) < REPEAT:
        return None
    return _proved(handle, old, head) if old <= head.size else WitnessRequest(0, (), head)


def _proved(handle: Handle, old: int, head: TreeHead) -> WitnessRequest:
    proof = merkle.consistency_proof(tree.nodes(handle), old, head.size)
    return WitnessRequest(old, tuple(proof), head)


def _event(head: TreeHead, reply: WitnessReply) -> LogEvent | None:
    if reply.signature is not None:
        return LogCosigned(through=head.size, line=reply.signature.line)
    return LogCosigningRefused(through=head.size, words=reply.words) if reply.is_refusal else None


def _log(transaction: Transaction, witness: str, event: LogEvent) -> None:
    """Log the answer; a refusal that was logged already is logged again after a while only."""
    if isinstance(event, LogCosigningRefused):
        last, cosigned = tree.last_refused(transaction, witness), tree.last_cosigned(transaction, witness)
        is_same = last is not None and optional(last.event.words) == optional(event.words)
        is_latest = last is not None and (cosigned is None or last.seq > cosigned.seq)
        if last is not None and is_same and is_latest and abs(transaction.at - last.at) < REPEAT:
            return
    transaction.emit("system", tree.witness_subject(witness), event)


def cosignatures(handle: Handle, settings: Settings, head: TreeHead) -> list[NoteSignature]:
    """The cosignatures of the checkpoint that the log has, by the witnesses that the settings name."""
    found: list[NoteSignature] = []
    for witness in settings.witnesses:
        cosigned = tree.last_cosigned(handle, witness.name)
        if cosigned is None or optional(cosigned.event.through) != head.size:
            continue
        with suppress(NoteFault, IncompleteEvent):
            found += signature_lines(required(cosigned.event.line))
    return found
