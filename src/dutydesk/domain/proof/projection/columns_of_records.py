"""Where the columns of tables about records, registers, hits, checks, commands and figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.proof.projection.origins import (
    ColumnOrigin,
    TableOrigins,
    all_by_event,
    by_event,
    recomputed,
)

_COUNTED = "checks.counted"


def _digested(*columns: str) -> dict[str, ColumnOrigin]:
    """Columns of a row that the log names by one digest."""
    return dict.fromkeys(columns, by_event("rows.kept", "rows"))


def _follow(words: str, *columns: str) -> dict[str, ColumnOrigin]:
    return dict.fromkeys(columns, recomputed(words))


RECORD_ORIGINS: Final[Mapping[str, TableOrigins]] = {
    "counter": _follow("rows and events, counted", "name", "value"),
    "command": _digested("id", "digest", "answer", "at", "column_digests"),
    "person_key": _follow("the persons in the item's bodies", "sender", "mark", "item", "detail"),
    "unfiled": _follow("the item's record, and the person in its body", "item", "record", "keys"),
    "register_entry": _digested(
        "id",
        "register",
        "reference",
        "entered_on",
        "country",
        "matter",
        "decision",
        "in_force",
        "digest",
        "column_digests",
    ),
    "register_key": _digested("mark", "entry", "detail"),
    "record": _digested(
        "id",
        "source",
        "origin",
        "item",
        "reference",
        "subject",
        "title",
        "names",
        "heard",
        "birth",
        "nationalities",
        "documents",
        "entered_at",
        "ends_at",
        "category",
        "column_digests",
    ),
    "record_key": _follow("the record's names and birth", "mark", "record", "born"),
    "neighbour": _follow("the keys of records", "variant", "skeleton"),
    "document_key": _follow("the record's documents", "number", "record", "issuer"),
    "hit": all_by_event(
        "check.hit",
        id="hit",
        record="record",
        item="item",
        source="source",
        requester="requester",
        reference="reference",
        name_of_database="database",
        place="place",
        query="text",
        digest="query",
        score="score",
        explanation="text",
        actor="actor",
        at="time",
        category="category",
        after_item="after",
        title="text",
        column_digests="text",
    ),
    "dismissal": {
        **_follow("the hit", "record", "requester", "digest"),
        **all_by_event("hit.dismissed", hit="hit", until="until_at", reason="reason", officer="actor", at="time"),
    },
    "check_hour": all_by_event(
        _COUNTED,
        supplier="hours",
        hour="hours",
        requester="hours",
        name_of_database="hours",
        result="hours",
        n="hours",
    ),
    "check_day": _follow("check_hour", "supplier", "day", "n"),
    "check_minute": all_by_event(_COUNTED, requester="minutes", minute="minutes", n="minutes", n_before="minutes"),
    "check_reference": all_by_event(
        _COUNTED, day="references", sender="references", reference="references", digest="references"
    ),
    "watched": _digested(
        "id", "entry", "item", "scope", "names", "birth", "nationalities", "documents", "exact", "column_digests"
    ),
    "watched_key": _follow("the watched person's names and documents", "mark", "watched"),
    "distinction": all_by_event(
        "item.distinguished; none after the person or the item is gone",
        source="judged",
        person="judged",
        watched="judged",
        item="subject",
        score="judged",
        until="until_at",
        reason="reason",
        officer="actor",
        at="time",
    ),
}
