"""Several transports in one: each bureau has its own, and one that is down keeps only its own bureaus waiting."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from dutydesk.desk.delivery.lease import Batch, TransportResult, UnreachableBureaus
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.dispatch.transport import (
    FencedTransport,
    MarkedTransport,
    OutcomeUnknown,
    PartialTransport,
    ProbedTransport,
    SegmentedTransport,
    Transport,
    TransportDown,
    keys_of,
    outbox_contents,
)


class RoutedTransport:
    """Delivers by ``routes`` to the bureaus that they name, and by ``default`` to all others."""

    def __init__(self, default: Transport, routes: Mapping[str, Transport]) -> None:
        self._default = default
        self._routes = dict(routes)
        self._every = tuple(dict.fromkeys((default, *routes.values())))
        #: By transport that is down the bureaus that were not reached by it, each with the reason.
        self._down: dict[Transport, dict[str, str]] = {}

    @property
    def bureaus(self) -> frozenset[str]:
        """Those that have a transport of their own."""
        return frozenset(self._routes)

    async def deliver(self, batch: Batch) -> TransportResult:
        return await self.deliver_while(batch, lambda: True)

    async def deliver_while(self, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        """Each transport that can looks at ``is_current`` before it hands its part over."""
        parts = self._parts(batch)
        handed = await asyncio.gather(
            *(self._deliver(transport, part, is_current) for transport, part in parts.items())
        )
        return TransportResult(
            {key: words for part in handed for key, words in part.results.items()},
            frozenset().union(*(part.unreachable_keys for part in handed)),
            frozenset().union(*(part.unknown_keys for part in handed)),
        )

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        asked: dict[Transport, set[str]] = defaultdict(set)
        for key in keys:
            asked[self._transport_to(_bureau_in(key))].add(key)
        taken, unknown, words = set[str](), set[str](), ""
        for transport, some in asked.items():
            try:
                taken |= await transport.already_delivered(frozenset(some))
            except OutcomeUnknown as error:
                taken |= error.taken
                unknown |= error.open_keys
                words = error.words
        if unknown:
            raise OutcomeUnknown(words, frozenset(unknown), frozenset(taken))
        return frozenset(taken)

    async def unreachable(self) -> UnreachableBureaus:
        """Bureaus whose transport is down or does not reach them; each transport is asked again."""
        found: dict[str, str] = {}
        for transport in self._every:
            if isinstance(transport, PartialTransport):
                found |= await transport.unreachable()
        for transport in tuple(self._down):
            try:
                if isinstance(transport, ProbedTransport):
                    await transport.probe()
            except TransportDown as error:
                self._down[transport] = dict.fromkeys(self._down[transport], error.words)
            else:
                del self._down[transport]
        return found | {bureau: words for bureaus in self._down.values() for bureau, words in bureaus.items()}

    async def find_new(self) -> Path | None:
        """The first folder that has neither a mark nor a segment."""
        for each in self._every:
            new = await each.find_new() if isinstance(each, MarkedTransport) else None
            if new is not None:
                return new
        return None

    async def claim(self, route: str) -> None:
        """As each folder does it."""
        for each in self._every:
            if isinstance(each, MarkedTransport):
                await each.claim(route)

    async def newest_segment(self) -> int:
        """The highest number that any of the outboxes has."""
        numbers = [await each.newest_segment() for each in self._every if isinstance(each, SegmentedTransport)]
        return max(numbers, default=0)

    async def contents_after(self, segment: int) -> OutboxContents:
        """What all outboxes together have after that number. Raises TransportDown if one can't be asked."""
        found = [await each.contents_after(segment) for each in self._every if isinstance(each, SegmentedTransport)]
        newest = max((each.segment for each in found), default=segment)
        return outbox_contents(newest, frozenset().union(*(each.keys for each in found)))

    async def _deliver(self, transport: Transport, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        try:
            if isinstance(transport, FencedTransport):
                handed = await transport.deliver_while(batch, is_current)
            else:
                handed = await transport.deliver(batch)
        except TransportDown as error:
            keys = keys_of(batch)
            self._down.setdefault(transport, {}).update(dict.fromkeys(keys.values(), str(error.words)))
            return await _result_of_failure(transport, frozenset(keys), error.words)
        self._down.pop(transport, None)
        return handed

    def _transport_to(self, bureau: str) -> Transport:
        return self._routes.get(bureau, self._default)

    def _parts(self, batch: Batch) -> dict[Transport, Batch]:
        """The batch, cut by transport; items that no bureau of a transport gets are not in its part."""
        parts: dict[Transport, Batch] = {}
        for transport in self._every:
            leased = (
                replace(
                    item,
                    keys=tuple(pair for pair in item.keys if self._transport_to(pair[0]) is transport),
                )
                for item in batch.leased_items
            )
            part = replace(
                batch,
                leased_items=tuple(item for item in leased if item.keys),
                notices=tuple(notice for notice in batch.notices if self._transport_to(notice.recipient) is transport),
            )
            if part:
                parts[transport] = part
        return parts


async def _result_of_failure(transport: Transport, keys: frozenset[str], words: str) -> TransportResult:
    """What became of the keys of a batch that a transport did not take as a whole."""
    unknown: frozenset[str] = frozenset()
    try:
        taken = await transport.already_delivered(keys)
    except OutcomeUnknown as error:
        taken, unknown = error.taken, error.open_keys
    results = {key: None if key in taken else words for key in keys}
    return TransportResult(results, keys - taken - unknown, unknown)


def _bureau_in(key: str) -> str:
    parts = key.split("/")
    return parts[2] if len(parts) > 2 else ""
