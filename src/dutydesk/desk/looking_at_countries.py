"""Reading the countries: levels in force, measures, and what an order would change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dutydesk.desk.enforce import after, effects
from dutydesk.desk.ground import Ground
from dutydesk.desk.supervise import Order, drafted
from dutydesk.desk.views import CountryRow, DryRun, MeasureRow
from dutydesk.domain.countries import BureauKind
from dutydesk.domain.items import Item, measure_name
from dutydesk.domain.messages import Kind, MessageType
from dutydesk.domain.policy import Policy
from dutydesk.domain.routing import channel_of
from dutydesk.domain.supervision import Level, Measure, MeasureState, eases, strictest
from dutydesk.store import items, measures, network, records
from dutydesk.store.handle import Handle
from dutydesk.store.items import PageFilter


def countries(handle: Handle, ground: Ground) -> list[CountryRow]:
    """Each member country of the day, by code, with its level in force."""
    policy, rows = ground.policy(handle), network.rows(handle)
    held = {row["sender"]: row["n"] for row in handle.all("item_counts_by_sender")}
    proposed = {
        measure.country: measure_name(measure.number)
        for measure in measures.everything(handle)
        if measure.shown_state is MeasureState.PROPOSED
    }
    found = []
    for bureau in ground.directory.all_bureaus(handle.at.date()):
        if bureau.kind is not BureauKind.MEMBER:
            continue
        measure, row = policy.in_force.get(bureau.code), rows[bureau.code]
        found.append(
            CountryRow(
                code=bureau.code,
                name=bureau.name,
                ncb=bureau.city,
                region=bureau.region,
                level=measure.level if measure else Level.DIRECT,
                measure=measure_name(measure.number) if measure else None,
                endorsement=measure.endorsement if measure else None,
                held=held.get(bureau.code, 0),
                received=row.received,
                offline=row.offline_since is not None,
                measure_revision=row.measure_revision,
                proposed=proposed.get(bureau.code),
            )
        )
    return sorted(found, key=lambda row: row.code)


def measure_row(measure: Measure, policy: Policy) -> MeasureRow:
    """A measure that has come to its time is shown as effective, whether or not anybody has written that down."""
    counting = policy.in_force.get(measure.country)
    in_force = counting is not None and counting.number == measure.number
    proposed = "lift" if measure.lift else "easing" if measure.state is MeasureState.PROPOSED else None
    return MeasureRow(
        measure=measure_name(measure.number),
        country=measure.country,
        level=measure.level,
        state=_shown_state(measure, in_force=in_force),
        in_force=in_force,
        endorsement=measure.endorsement,
        channels=tuple(sorted(measure.coverage.channels)),
        kinds=tuple(sorted(measure.coverage.kinds)),
        order=measure.order,
        by=measure.by,
        reason=measure.reason,
        officer=measure.officer,
        ordered_at=measure.ordered_at,
        effective_at=measure.effective_at,
        review_by=measure.review_by,
        endorsement_due=measure.endorsement_due,
        endorsed_by=measure.endorsed_by,
        proposed=proposed,
        revision=measure.revision,
        lift=measure.lift,
    )


def _shown_state(measure: Measure, *, in_force: bool) -> MeasureState:
    if in_force and measure.state is MeasureState.ORDERED and measure.lift is None:
        return MeasureState.EFFECTIVE
    if not in_force and measure.shown_state is MeasureState.EFFECTIVE:
        return MeasureState.REPLACED
    return measure.shown_state


def measure_rows(handle: Handle, ground: Ground, country: str | None) -> list[MeasureRow]:
    """All orders, oldest first."""
    found = measures.everything(handle) if country is None else measures.of_country(handle, country)
    policy = ground.policy(handle)
    return [measure_row(measure, policy) for measure in found]


def dry_run(handle: Handle, ground: Ground, wanted: Order, officer: str) -> DryRun:
    """What an order would change, counted in items; nothing is written. Raises BadCall like the order itself."""
    measure = drafted(handle, ground, wanted, officer)
    policy = ground.policy(handle)
    would_be = replace(policy, in_force={**policy.in_force, wanted.country: measure})
    moved = effects(handle, wanted.country, would_be)
    in_force = policy.in_force.get(wanted.country)
    changed = {
        "queued": len(moved.queued),
        "held": len(moved.held),
        "blocked": len(moved.blocked),
        "last_30_days": _last_30_days(handle, wanted.country, measure),
    }
    if measure.level is Level.SUSPENDED:
        consulted, hits = records.consulted_since(handle, wanted.country, handle.at - timedelta(days=30))
        changed["records_consulted_30_days"] = consulted
        changed["hits_30_days"] = hits
    state = MeasureState.PROPOSED if eases(measure, in_force) else MeasureState.ORDERED
    if state is MeasureState.ORDERED and measure.effective_at <= handle.at:
        state = MeasureState.EFFECTIVE
    return DryRun(
        wanted.country,
        measure.level,
        state,
        measure.effective_at,
        changed,
        before=moved.now,
        after=after(handle, moved, would_be),
    )


_PAGE = 500


def _last_30_days(handle: Handle, country: str, measure: Measure) -> int:
    """How many of the country's items of the last 30 days would have gone another way."""
    since, before, count = handle.at - timedelta(days=30), None, 0
    while True:
        narrow = PageFilter(sender=country) if before is None else PageFilter(sender=country, before=before)
        page = items.page(handle, narrow, _PAGE)
        recent = [item for item in page if item.received_at >= since]
        count += sum(_goes_another_way(item, measure) for item in recent)
        if len(recent) < _PAGE:
            return count
        before = recent[-1].number


def _goes_another_way(item: Item, measure: Measure) -> bool:
    if item.type is None or item.level is None:
        return False
    floor = Level.HELD if item.type is MessageType.NOTICE_REQUEST or item.kind is Kind.SILVER else Level.DIRECT
    return strictest([measure.level_on(channel_of(item.type), item.kind), floor]) is not item.level
