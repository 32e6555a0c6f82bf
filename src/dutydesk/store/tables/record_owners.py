"""Whose records are, and what they are about, without the person whom they name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us
from dutydesk.store.engine.rows import StoreRow


@value(frozen=True, slots=True)
class RecordOwner:
    """Whose a record is, and what it is about; ``item`` is ``None`` for an imported one."""

    record: int
    source: str
    origin: str
    item: int | None
    reference: str | None
    subject: str
    title: str
    entered_at: datetime
    ends_at: datetime | None


def owners(handle: Handle, numbers: Iterable[int]) -> dict[int, RecordOwner]:
    """Whose these records are, by their numbers; unknown numbers are left out."""
    rows = handle.all("record_owners", records=json.dumps(list(numbers)))
    return {row["id"]: _owner(row) for row in rows}


def _owner(row: StoreRow) -> RecordOwner:
    return RecordOwner(
        row["id"],
        row["source"],
        row["origin"],
        row["item"],
        row["reference"],
        row["subject"],
        row["title"],
        from_us(row["entered_at"]),
        optional_from_us(row["ends_at"]),
    )
