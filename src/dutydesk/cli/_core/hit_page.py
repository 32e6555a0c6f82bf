"""One hit as an object and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_sentence, print_table

if TYPE_CHECKING:
    from dutydesk.desk.base.hit_rows import HitView, RecordRow


def as_object(view: HitView) -> dict[str, object]:
    """The fields of the hit, then those of its view."""
    row = {part.name: getattr(view.row, part.name) for part in fields(view.row)}
    return row | {part.name: getattr(view, part.name) for part in fields(view) if part.name != "row"}


def print_hit(view: HitView) -> None:
    row = view.row
    state = "" if row.dismissed_until is None else f", dismissed until {cell_text(row.dismissed_until)}"
    print_sentence(f"{row.hit}, score {row.score}{state}")
    record = {"title": row.title or "purged", "source": row.source, "item": row.item or "none: it was imported"}
    asked = {"by": row.requester, "at": cell_text(row.at), "database": row.database, **view.query}
    asked |= {"place": row.place, "reference": view.reference, "taken in by": view.actor}
    _print_fields("Asked", asked)
    _print_fields("Record that was hit", record | (_record_fields(view.record) if view.record is not None else {}))
    if row.withheld:
        print_sentence("  What was asked and the record are not shown: their owner denies them to your country.")
    elif view.record is None:
        print_sentence("  It is gone, or another record has replaced it.")
    for heading, found in (
        ("Score", view.explanation),
        ("Told", tuple(f"{each.recipient}: {each.state}" for each in view.told)),
    ):
        print_sentence(heading)
        for each in found or ("nobody",):
            print_sentence(f"  {each}")
    if view.dismissals:
        print_sentence("Found false")
        columns = ("At", "Officer", "Until", "Reason")
        print_table(columns, ((each.at, each.officer, each.until, each.reason) for each in view.dismissals))


def _record_fields(record: RecordRow) -> dict[str, object]:
    return {
        "subject": record.subject,
        "born": record.birth,
        "nationalities": " ".join(record.nationalities),
        "documents": ", ".join(" ".join(filter(None, each)) for each in record.documents),
        "kept until": cell_text(record.ends_at) if record.ends_at is not None else "",
    }


def _print_fields(heading: str, values: Mapping[str, object]) -> None:
    print_sentence(heading)
    for name, value in values.items():
        if value:
            print_sentence(f"  {name.replace('_', ' ')}: {value}")
