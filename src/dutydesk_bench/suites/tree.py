"""The tree over a long log: how fast it grows, and what a proof and a checkpoint cost and weigh."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from typing import Final, TypeVar

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.audit.tree_heads import grow_tree, make_checkpoint
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.proof.merkle import (
    HASH_BYTES,
    consistency_proof,
    inclusion_proof,
    is_extension,
    is_included,
    leaf_hash,
)
from dutydesk.domain.proof.tiles import TILE_WIDTH
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, tree
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.files.tree_heads import TreeHead, hash_lines
from dutydesk_bench.fill_store import fill_log
from dutydesk_bench.load import Load, first_recipients, make_desk, receive_and_deliver
from dutydesk_bench.report import Figure, Report, StepReporter, at_most, own_versions, percentile

T = TypeVar("T")
STEPS: Final = 6
RECIPIENTS: Final = 20
PROOFS: Final = 200
CHECKPOINTS: Final = 5
#: Events that come between two checkpoints, as in a quiet hour.
BETWEEN: Final = 1_000
#: What a checkpoint hashes for each event since the last one: its link in the chain, its leaf, and a node.
_PER_EVENT: Final = 3
_NODE_BYTES: Final = 1 + 2 * HASH_BYTES
_HASHED: Final = "hashing the same bytes once / it"
UNEQUAL: Final = (
    "the pipeline and the tree take turns on one box; each is timed by itself, and the share is their quotient",
    "hashing the same bytes once is SHA-256 over each node's 65 bytes, in one process, and reads and writes nothing",
)


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """``events`` is the length of the log; ``messages`` live their whole life, each to 20 bureaus."""

    events: int = 1_000_000
    messages: int = 2_000


OPTIONS = TreeOptions


@dataclass(frozen=True, slots=True)
class ProofTimes:
    """Seconds for making and for verifying each proof, and the bytes of the longest as a file has it.

    ``worked`` are the processor's seconds for making them, in which other work on the box does not count.
    """

    made: list[float]
    worked: list[float]
    verified: list[float]
    most_bytes: int
    hashes: int


async def run(folder: Path, options: TreeOptions, step: StepReporter) -> Report:
    """Measure the tree. Raises Refused if a proof does not hold."""
    desk = await make_desk(folder / "desk.db")
    key = new_key()
    try:
        step("messages live", 0, STEPS)
        load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, RECIPIENTS), "tree")
        began = time.perf_counter()
        await receive_and_deliver(desk, load.diffusions(options.messages), 256, RECIPIENTS)
        pipeline = time.perf_counter() - began
        step("their tiles are written", 1, STEPS)
        began = time.perf_counter()
        await grow_tree(desk.store)
        share = (time.perf_counter() - began) / pipeline
        step("the log is filled up", 2, STEPS)
        lived = await desk.queries.head_seq()
        await fill_log(desk, max(TILE_WIDTH, options.events - lived - CHECKPOINTS * BETWEEN))
        step("the tree of all that", 3, STEPS)
        before = await desk.queries.head_seq()
        began = time.perf_counter()
        await grow_tree(desk.store)
        growth = (before - lived) / (time.perf_counter() - began)
        first = head = await make_checkpoint(desk.store, key)
        checkpoints, worked = [], []
        for number in range(CHECKPOINTS):
            step(f"checkpoint {number + 1}", 4, STEPS)
            await fill_log(desk, BETWEEN)
            await grow_tree(desk.store)
            began, busy = time.perf_counter(), time.process_time()
            head = await make_checkpoint(desk.store, key)
            checkpoints.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        step("proofs", 5, STEPS)
        proofs = await desk.store.read(partial(_time_proofs, head=head))
        extended = await desk.store.read(partial(_time_consistency, first=first, head=head))
    finally:
        await desk.close()
    step("done", STEPS, STEPS)
    bare = _bare_nodes()
    made, verified = median(proofs.made), median(proofs.verified)
    figures = (
        at_most("the tree's share of the pipeline", 100 * share, "%", 5),
        Figure("growing a store of before", growth, "events/s", growth / (bare / 2), _HASHED),
        _ratio(at_most("a proof made, median", 1000 * made, "ms", 5), made, _folded(head.size), bare),
        _ratio(at_most("a proof verified, median", 1000 * verified, "ms", 5), verified, proofs.hashes, bare),
        Figure("processor time of a proof made, median", 1000 * median(proofs.worked), "ms"),
        Figure("a proof made, 99 of 100 within", 1000 * percentile(proofs.made, 0.99), "ms"),
        Figure("a proof verified, 99 of 100 within", 1000 * percentile(proofs.verified, 0.99), "ms"),
        at_most("a proof of one item's event", proofs.most_bytes, "bytes", 2_048),
        at_most(f"a checkpoint, {BETWEEN:,} events after the last, median", 1000 * median(checkpoints), "ms", 50),
        _ratio(
            Figure("processor time of a checkpoint", 1000 * median(worked), "ms"),
            median(worked),
            _PER_EVENT * BETWEEN,
            bare,
        ),
        Figure("a proof that one checkpoint extends another", 1000 * extended, "ms"),
        Figure("bare SHA-256 of nodes", bare, "hashes/s", 1.0, _HASHED),
    )
    settings = {"events": head.size, "messages": options.messages, "hashes of a proof": proofs.hashes}
    return Report("tree", figures, settings, own_versions(), UNEQUAL)


def _time_proofs(handle: Handle, head: TreeHead) -> ProofTimes:
    random, made, worked, verified, longest, hashes = Random(1), [], [], [], 0, 0
    for place in [0, head.size - 1, *(random.randrange(head.size) for _ in range(PROOFS))]:
        busy = time.thread_time()
        seconds, proof = _timed(partial(_prove, handle, place, head.size))
        worked.append(time.thread_time() - busy)
        made.append(seconds)
        leaf = leaf_hash(bytes(handle.value("event_hash", seq=place + 1)))
        seconds, holds = _timed(partial(is_included, leaf, place, head.size, proof, head.root))
        _require(holds)
        verified.append(seconds)
        longest, hashes = max(longest, len(json.dumps(hash_lines(proof)))), max(hashes, len(proof))
    return ProofTimes(made, worked, verified, longest, hashes)


def _prove(handle: Handle, place: int, size: int) -> list[bytes]:
    return inclusion_proof(tree.nodes(handle), place, size)


def _time_consistency(handle: Handle, first: TreeHead, head: TreeHead) -> float:
    seconds, proof = _timed(partial(_prove_extension, handle, first.size, head.size))
    _require(is_extension(first.size, first.root, head.size, head.root, proof))
    _require(log.head_seq(handle) > head.size)
    return seconds


def _prove_extension(handle: Handle, earlier: int, size: int) -> list[bytes]:
    return consistency_proof(tree.nodes(handle), earlier, size)


def _require(holds: bool) -> None:
    if not holds:
        raise Refused(RefusedCode.PROMISE_BROKEN, "a proof of the tree does not hold; the desk's promise is broken")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _folded(size: int) -> int:
    """The nodes that a proof hashes at most: all of a tile of each level."""
    levels = 1
    while size > TILE_WIDTH**levels:
        levels += 1
    return levels * (TILE_WIDTH - 1)


def _ratio(figure: Figure, seconds: float, hashes: int, bare: float) -> Figure:
    return Figure(figure.what, figure.value, figure.unit, hashes / bare / seconds, _HASHED, figure.goal, figure.met)


def _bare_nodes(number: int = 200_000) -> float:
    """Hashes a second of the processor, so that other work on the box does not count."""
    node = b"x" * _NODE_BYTES
    began = time.process_time()
    for _ in range(number):
        sha256(node).digest()
    return number / (time.process_time() - began)
