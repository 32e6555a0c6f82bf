"""Read the countries with their levels in force, and the measures."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rows import CountryRow, MeasureRow
from dutydesk.domain.countries import BureauKind
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.supervision.measures import Level, Measure, MeasureState
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bureaus, measures


def countries(handle: Handle, context: Context) -> list[CountryRow]:
    """Return each member country of the desk's date, sorted by code, with its level in force."""
    policy, rows = context.policy(handle), bureaus.rows(handle)
    held = {row["sender"]: row["n"] for row in handle.all("item_counts_by_sender")}
    proposed = {
        measure.country: measure_name(measure.number)
        for measure in measures.all_measures(handle)
        if measure.shown_state is MeasureState.PROPOSED
    }
    found = []
    for bureau in context.directory.all_bureaus(handle.at.date()):
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
    """Return a measure as screens show it.

    A measure whose start has passed is shown as effective, even if no transaction has brought it into force yet.
    """
    current = policy.in_force.get(measure.country)
    in_force = current is not None and current.number == measure.number
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


def measure_rows(handle: Handle, context: Context, country: str | None) -> list[MeasureRow]:
    """Return all orders, or those of one country, oldest first."""
    found = measures.all_measures(handle) if country is None else measures.of_country(handle, country)
    policy = context.policy(handle)
    return [measure_row(measure, policy) for measure in found]
