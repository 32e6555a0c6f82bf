"""What the dispatcher asks of a way to the bureaus."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from dutydesk.desk.delivery.lease import Batch, TransportResult, UnreachableBureaus
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.errors import DeskError


class TransportDown(DeskError):
    """Nobody can be reached this way: nothing of the batch was taken, no try counts, and it is no bureau's fault."""

    exit_code = 4
    name = "transport_down"
    code: TransportCode

    def __init__(self, words: str) -> None:
        super().__init__(TransportCode.TRANSPORT_DOWN, words)


class Transport(Protocol):
    """At least once towards the bureaus, always under the same key."""

    async def deliver(self, batch: Batch) -> TransportResult:
        """Says of every key of the batch what came of it: ``None`` for taken, else the error in words.

        One bureau's fault is an error of its own keys only; nothing is raised for it. Where it is a fault of the way,
        and not of the delivery, the keys are ``untried``. Raises TransportDown.
        """
        ...

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of ``keys`` that an earlier dispatcher has handed over for certain."""
        ...


@runtime_checkable
class SegmentedTransport(Protocol):
    """A transport that keeps what it took under the numbers of the batches, and can be asked for it later."""

    async def newest_segment(self) -> int: ...

    async def contents_after(self, segment: int) -> OutboxContents: ...


@runtime_checkable
class ProbedTransport(Protocol):
    """A transport that can be asked whether it is up again before anything is leased for it."""

    async def probe(self) -> None:
        """Raises TransportDown."""
        ...


@runtime_checkable
class PartialTransport(Protocol):
    """A transport of which the way to one bureau may be shut while the others are open."""

    async def unreachable(self) -> UnreachableBureaus:
        """Bureaus that can't be reached now, each with what stands in the way; those found so before are tried."""
        ...


def keys_of(batch: Batch) -> dict[str, str]:
    """Every key of a batch, with the bureau that it goes to."""
    keys = {key: recipient for leased in batch.leased_items for recipient, key in leased.keys}
    return keys | {notice.key: notice.recipient for notice in batch.notices}
