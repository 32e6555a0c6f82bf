"""What the dispatcher requires of a transport."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from dutydesk.desk.delivery.lease import Batch, TransportResult, UnreachableBureaus
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError

_NOTICE: Final = re.compile(r"\.(\d{1,18})$", re.ASCII)


class TransportDown(DeskError):
    """No bureau can be reached: nothing of the batch was delivered, and no attempt counts."""

    exit_code = 4
    name = "transport_down"
    code: TransportCode

    def __init__(self, words: str, code: TransportCode = TransportCode.TRANSPORT_DOWN) -> None:
        super().__init__(code, words)


class OutcomeUnknown(TransportDown):
    """The transport can't be asked now: of ``open_keys`` nobody knows whether they were delivered; ``taken`` were."""

    def __init__(self, words: str, open_keys: frozenset[str], taken: frozenset[str] = frozenset()) -> None:
        super().__init__(words)
        self.open_keys = open_keys
        self.taken = taken


class Transport(Protocol):
    """Delivers at least once, always under the same key."""

    async def deliver(self, batch: Batch) -> TransportResult:
        """Deliver a batch; return for every key ``None`` if it was delivered, else the error in words.

        An error of one bureau concerns its own keys only and raises nothing. If a bureau can't be reached at all, its
        keys are ``unreachable_keys``. Raises TransportDown.
        """
        ...

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of ``keys`` that have certainly been delivered.

        Raises OutcomeUnknown if that can be said only later; the deliveries then stay leased.
        """
        ...


@runtime_checkable
class SegmentedTransport(Protocol):
    """A transport that keeps what it delivered under the numbers of the batches, and can be asked for it later."""

    async def newest_segment(self) -> int: ...

    async def contents_after(self, segment: int) -> OutboxContents: ...


@runtime_checkable
class MarkedTransport(Protocol):
    """A transport on folders, which say whose outbox they are."""

    async def find_new(self) -> Path | None:
        """A folder that has neither a mark nor a line; ``None`` where there is none such."""
        ...

    async def claim(self, route: str) -> None:
        """Mark each folder as this route's before the first line is written.

        Raises InvalidRequest where one is another's, StoreUnusable where that can't be read.
        """
        ...


@runtime_checkable
class ProbedTransport(Protocol):
    """A transport that can be asked whether it is up again before the next lease."""

    async def probe(self) -> None:
        """Raises TransportDown."""
        ...


@runtime_checkable
class FencedTransport(Protocol):
    """A transport that looks, before it hands a batch over, whether this process may still do so."""

    async def deliver_while(self, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        """As :meth:`Transport.deliver`, but nothing is handed over once ``is_current`` is false.

        Raises TransportDown where nothing was.
        """
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


def outbox_contents(newest_segment: int, keys: frozenset[str]) -> OutboxContents:
    """What an outbox holds under these keys, with the highest numbers of an item and of a notice in them."""
    parts = [key.split("/") for key in keys]
    items = (item_number(part[0]) or 0 for part in parts)
    notices = (int(found[1]) for part in parts if (found := _NOTICE.search(part[-1])))
    return OutboxContents(newest_segment, keys, max(items, default=0), max(notices, default=0))
