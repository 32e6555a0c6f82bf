"""What the dispatcher requires of a transport."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from dutydesk.desk.delivery.lease import Batch, TransportResult, UnreachableBureaus
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.errors import DeskError


class TransportDown(DeskError):
    """No bureau can be reached: nothing of the batch was delivered, and no attempt counts."""

    exit_code = 4
    name = "transport_down"
    code: TransportCode

    def __init__(self, words: str, code: TransportCode = TransportCode.TRANSPORT_DOWN) -> None:
        super().__init__(code, words)


class Transport(Protocol):
    """Delivers at least once, always under the same key."""

    async def deliver(self, batch: Batch) -> TransportResult:
        """Deliver a batch; return for every key ``None`` if it was delivered, else the error in words.

        An error of one bureau concerns its own keys only and raises nothing. If a bureau can't be reached at all, its
        keys are ``unreachable_keys``. Raises TransportDown.
        """
        ...

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of ``keys`` that an earlier dispatcher has certainly delivered."""
        ...


@runtime_checkable
class SegmentedTransport(Protocol):
    """A transport that keeps what it delivered under the numbers of the batches, and can be asked for it later."""

    async def newest_segment(self) -> int: ...

    async def contents_after(self, segment: int) -> OutboxContents: ...


@runtime_checkable
class ProbedTransport(Protocol):
    """A transport that can be asked whether it is up again before the next lease."""

    async def probe(self) -> None:
        """Raises TransportDown."""
        ...


@runtime_checkable
class PartialTransport(Protocol):
    """A transport that may fail to reach one bureau while it reaches others."""

    async def unreachable(self) -> UnreachableBureaus:
        """Bureaus that can't be reached now, each with the reason in words; those found earlier are tried again."""
        ...


def keys_of(batch: Batch) -> dict[str, str]:
    """Every key of a batch, with the bureau that it goes to."""
    keys = {key: recipient for leased in batch.leased_items for recipient, key in leased.keys}
    return keys | {notice.key: notice.recipient for notice in batch.notices}
