"""The chain of hashes, which shows that each event follows from the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from dutydesk.domain.events.log import GENESIS, link
from dutydesk.domain.frozen import value


class LogLine(NamedTuple):
    """One event as the store and an exported log hold it. ``at_us`` is in microseconds since 1970 UTC."""

    seq: int
    at_us: int
    actor: str
    kind: str
    subject: str
    data: str
    previous: bytes
    hash: bytes


@value(frozen=True, slots=True)
class ChainReport:
    """``fault`` is ``None`` for a chain that verifies; ``head`` is the hash of the last good event, in hex."""

    events: int
    head: str
    fault: str | None = None
    first_bad_seq: int | None = None


@value(frozen=True, slots=True)
class Checkpoint:
    """An event's number and hash, kept apart from the log."""

    seq: int
    hash: bytes


def link_fault(row: tuple[Any, ...], expected: int, digest: bytes) -> str | None:
    """Why ``row`` is not event ``expected``, or ``None``. ``digest`` is the hash of the event before.

    The values of the row may have any type: they are only compared.
    """
    seq, at, actor, kind, subject, data, previous, hash_ = row
    if seq != expected:
        return f"event {expected} is missing: event {seq} follows event {expected - 1}"
    if previous != digest:
        return f"event {expected} does not name the hash of event {expected - 1}"
    try:
        linked = link(digest, seq, at, actor, kind, subject, data)
    except (TypeError, ValueError):
        return f"event {expected} holds a value of the wrong type"
    return None if hash_ == linked else f"event {expected} was changed after it was written"


def checkpoint_fault(checkpoint: Checkpoint, found: bytes | None, head: int) -> str | None:
    """What a checkpoint shows and the chain alone can't: a tail that was cut off, or a chain that was rebuilt.

    ``found`` is the hash that the log now has at the checkpoint's number, ``head`` the number of its last event.
    """
    if found == checkpoint.hash:
        return None
    if head < checkpoint.seq:
        return f"the log ends at event {head}, but the checkpoint names event {checkpoint.seq}: its end was removed"
    return f"event {checkpoint.seq} is not the one that the checkpoint names"


class UnreadableLines(Exception):
    """Lines end in something that is no event; ``words`` is one sentence."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class ChainWalk:
    """Walks lines from the first event on. ``report`` is the result once the walk has ended."""

    def __init__(self, lines: Iterable[LogLine], checkpoint: Checkpoint | None = None) -> None:
        self._lines = lines
        self._checkpoint = checkpoint
        self.report = ChainReport(0, GENESIS.hex())

    def verified_lines(self) -> Iterator[LogLine]:
        """The lines up to the first that does not follow from the one before."""
        seq, digest, kept = 0, GENESIS, None
        try:
            for line in self._lines:
                fault = link_fault(line, seq + 1, digest)
                if fault is not None:
                    self.report = ChainReport(seq, digest.hex(), fault, line.seq)
                    return
                seq, digest = seq + 1, line.hash
                if self._checkpoint is not None and seq == self._checkpoint.seq:
                    kept = digest
                yield line
        except UnreadableLines as unreadable:
            self.report = ChainReport(seq, digest.hex(), unreadable.words, seq + 1)
            return
        self.report = with_checkpoint(ChainReport(seq, digest.hex()), self._checkpoint, kept)


def with_checkpoint(report: ChainReport, checkpoint: Checkpoint | None, found: bytes | None) -> ChainReport:
    """The report of a sound chain, with what the checkpoint shows."""
    fault = None if checkpoint is None else checkpoint_fault(checkpoint, found, report.events)
    if fault is None or checkpoint is None:
        return report
    return replace(report, fault=fault, first_bad_seq=min(checkpoint.seq, report.events + 1))
