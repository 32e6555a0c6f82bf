"""Builds measures that are in force, for tests of their effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dutydesk.domain.supervision.measures import Coverage, Endorsement, Level, Measure, MeasureState

AT = datetime(2022, 3, 10, tzinfo=UTC)


def measure(level: Level, coverage: Coverage, country: str = "RU", number: int = 1) -> Measure:
    return Measure(
        number=number,
        country=country,
        level=level,
        coverage=coverage,
        order="SG/1",
        by="Secretary General",
        reason="Because.",
        officer="Ines",
        ordered_at=AT,
        effective_at=AT,
        review_by=AT + timedelta(days=90),
        state=MeasureState.EFFECTIVE,
        endorsement=Endorsement.AWAITING,
        endorsement_due=AT + timedelta(days=14),
    )
