"""Runs a changed table of rules over the store's items, and compares its findings with those recorded. Only reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.base.redaction import Visibility, visibility_for
from dutydesk.desk.examination.review_context import body_context
from dutydesk.desk.examination.route import effective_type
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body, MessageType
from dutydesk.domain.review.backtest import BacktestTotals, FindingsOfThen, TableDifference, compare_tables
from dutydesk.domain.rules.evidence import REVIEWED_TYPES
from dutydesk.domain.rules.examination import RuleTable, examine_body
from dutydesk.domain.supervision.measures import Measure
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.tables import items, measures
from dutydesk.store.tables.items import StoredBody

#: What every result says about its own limits.
NOT_COMPARED = (
    "rules that need the desk's own data (registers, earlier refusals, references, quotas, restrictions) were not run "
    "again: their findings of then are weighed by the changed table",
    "clearances, the silver pilot, four_eyes and hold_on_block are today's settings; samples are left out",
)


@value(frozen=True, slots=True)
class ChangedItem:
    """An item in which the changed table finds or weighs something else."""

    item: str
    type: str | None
    kind: str | None
    sender: str | None
    state: str
    difference: TableDifference


@dataclass(slots=True)
class Backtest:
    """One run. ``reader`` is the officer who reads: what is denied to his or her country is not examined at all.

    Otherwise a table with the right words would tell what such a text holds.
    """

    store: Store
    context: Context
    changed: RuleTable
    reader: str | None
    since: datetime | None = None
    until: datetime | None = None
    totals: BacktestTotals = field(default_factory=BacktestTotals)
    _policies: dict[int | None, Policy] = field(default_factory=dict)

    async def run(self) -> AsyncIterator[ChangedItem]:
        """The items that change, in the order of their numbers; the totals grow with them."""
        last = 0
        while True:
            end, found = await self.store.read(partial(self._next, after=last))
            for each in found:
                yield each
            if end is None:
                return
            last = end

    def _next(self, handle: Handle, after: int) -> tuple[int | None, list[ChangedItem]]:
        """The last number of a batch, ``None`` at the end, and the items of the batch that change."""
        batch = items.after(handle, after, self.context.limits.batches.backtested_items)
        eyes = visibility_for(handle, self.context, self.reader)
        found = [changed for item in batch if (changed := self._compared(handle, item, eyes)) is not None]
        return (batch[-1].number if batch else None), found

    def _compared(self, handle: Handle, item: Item, eyes: Visibility) -> ChangedItem | None:
        if not self._is_asked_for(item):
            return None
        if eyes.hides(item):
            self.totals.withheld += 1
            return None
        try:
            message, stored = message_of(handle, self.context, item), items.find_body(handle, item.number, item.version)
        except (NotFound, BodyChanged):
            self.totals.unreadable += 1
            return None
        type, body = effective_type(handle, item), body_of(message)
        if body is None or stored is None or type not in REVIEWED_TYPES:
            return None
        then = self._then(handle, item, type, body, stored)
        under, sent_at = replace(self.context, rules=self.changed), message.envelope.sent_at
        facts = body_context(under, body, type, then.sender, stored.received_at, sent_at)
        findings = [each for group in examine_body(body, facts, self.changed).findings.values() for each in group]
        difference = compare_tables(then, findings, self.changed)
        self.totals.add(difference)
        if difference.is_empty:
            return None
        return ChangedItem(item.name, item.type, item.kind, item.sender, item.state, difference)

    def _is_asked_for(self, item: Item) -> bool:
        """Whether the item was read as a message, has a body, and was received in the time asked for."""
        if item.state is ItemState.PURGED or item.type is None or item.kind is None or item.unreadable:
            return False
        too_early = self.since is not None and item.received_at < self.since
        return not too_early and (self.until is None or item.received_at < self.until)

    def _then(self, handle: Handle, item: Item, type: MessageType, body: Body, stored: StoredBody) -> FindingsOfThen:
        settings = self.context.settings
        return FindingsOfThen(
            type=type,
            kind=body.kind,
            sender=item.sender or "",
            findings=stored.findings,
            policy=self._policy(handle, item.measure),
            table=self.context.rules,
            extra_four_eyes=settings.four_eyes,
            hold_on_block=settings.hold_on_block,
        )

    def _policy(self, handle: Handle, number: int | None) -> Policy:
        """The level under which an item was routed: that of its measure alone."""
        known = self._policies.get(number)
        if known is None:
            measure: Measure | None = measures.find(handle, number) if number is not None else None
            in_force = {} if measure is None else {measure.country: measure}
            known = self._policies[number] = Policy(0, in_force, parents=dict(self.context.directory.parents))
        return known
