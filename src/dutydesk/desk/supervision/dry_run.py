"""Compute what an order would change, without changing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rows import DryRun
from dutydesk.desk.supervision.enforcement import affected_items, counts_after
from dutydesk.desk.supervision.measures import Order, draft_measure
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.route import channel_of
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.supervision.measures import Level, Measure, MeasureState, is_weaker, strictest
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import items, records
from dutydesk.store.tables.items import PageFilter


def dry_run(handle: Handle, context: Context, order: Order, officer: str) -> DryRun:
    """Count the items that an order would change; write nothing.

    Raises InvalidRequest for the orders that :func:`measures.draft_measure` refuses.
    """
    measure = draft_measure(handle, context, order, officer)
    policy = context.policy(handle)
    new_policy = replace(policy, in_force={**policy.in_force, order.country: measure})
    affected = affected_items(handle, order.country, new_policy)
    in_force = policy.in_force.get(order.country)
    changed = {
        "queued": len(affected.queued),
        "held": len(affected.held),
        "blocked": len(affected.blocked),
        "last_30_days": _count_rerouted_items(handle, order.country, measure, context.limits.views.dry_run_page),
    }
    if measure.level is Level.SUSPENDED:
        consulted, hits = records.consulted_since(handle, order.country, handle.at - timedelta(days=30))
        changed["records_consulted_30_days"] = consulted
        changed["hits_30_days"] = hits
    state = MeasureState.PROPOSED if is_weaker(measure, in_force) else MeasureState.ORDERED
    if state is MeasureState.ORDERED and measure.effective_at <= handle.at:
        state = MeasureState.EFFECTIVE
    return DryRun(
        order.country,
        measure.level,
        state,
        measure.effective_at,
        changed,
        before=affected.current_counts,
        after=counts_after(handle, affected, new_policy),
    )


def _count_rerouted_items(handle: Handle, country: str, measure: Measure, page_size: int) -> int:
    """Count the country's items of the last 30 days that would have had another level under the measure."""
    since, before, count = handle.at - timedelta(days=30), None, 0
    while True:
        page_filter = PageFilter(sender=country) if before is None else PageFilter(sender=country, before=before)
        page = items.page(handle, page_filter, page_size)
        recent = [item for item in page if item.received_at >= since]
        count += sum(_route_changes(item, measure) for item in recent)
        if len(recent) < page_size:
            return count
        before = recent[-1].number


def _route_changes(item: Item, measure: Measure) -> bool:
    if item.type is None or item.level is None:
        return False
    floor = Level.HELD if item.type is MessageType.NOTICE_REQUEST or item.kind is Kind.SILVER else Level.DIRECT
    return strictest([measure.level_on(channel_of(item.type), item.kind), floor]) is not item.level
