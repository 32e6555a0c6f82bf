"""One hit on paper: everything on it as an object, and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import sentence, shown, table

if TYPE_CHECKING:
    from dutydesk.desk.base.hit_rows import HitView, RecordRow


def as_object(view: HitView) -> dict[str, object]:
    """The hit's own fields, and beside them what stands on it."""
    row = {part.name: getattr(view.row, part.name) for part in fields(view.row)}
    return row | {part.name: getattr(view, part.name) for part in fields(view) if part.name != "row"}


def print_hit(view: HitView) -> None:
    row = view.row
    state = "" if row.dismissed_until is None else f", dismissed until {shown(row.dismissed_until)}"
    sentence(f"{row.hit}, score {row.score}{state}")
    said = {"title": row.title or "purged", "source": row.source, "item": row.item or "none: it was imported"}
    asked = {"by": row.requester, "at": shown(row.at), "database": row.database, **view.query}
    asked |= {"place": row.place, "reference": view.reference, "taken in by": view.actor}
    _lines("Asked", asked)
    _lines("Record that was hit", said | (_record(view.record) if view.record is not None else {}))
    if row.withheld:
        sentence("  What was asked and the record are not shown: their owner denies them to your country.")
    elif view.record is None:
        sentence("  It is gone, or another has taken its place since.")
    for heading, found in (
        ("Score", view.explanation),
        ("Told", tuple(f"{each.recipient}: {each.state}" for each in view.told)),
    ):
        sentence(heading)
        for each in found or ("nobody",):
            sentence(f"  {each}")
    if view.dismissals:
        sentence("Found false")
        columns = ("At", "Officer", "Until", "Reason")
        table(columns, ((each.at, each.officer, each.until, each.reason) for each in view.dismissals))


def _record(record: RecordRow) -> dict[str, object]:
    return {
        "subject": record.subject,
        "born": record.birth,
        "nationalities": " ".join(record.nationalities),
        "documents": ", ".join(" ".join(filter(None, each)) for each in record.documents),
        "kept until": shown(record.ends_at) if record.ends_at is not None else "",
    }


def _lines(heading: str, said: Mapping[str, object]) -> None:
    sentence(heading)
    for name, value in said.items():
        if value:
            sentence(f"  {name.replace('_', ' ')}: {value}")
