"""Where the columns of tables about records, registers, hits, checks, commands and figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.proof.projection.origins import ColumnOrigin, TableOrigins, pending


def _pending(words: str, *columns: str) -> dict[str, ColumnOrigin]:
    return dict.fromkeys(columns, pending(words))


RECORD_ORIGINS: Final[Mapping[str, TableOrigins]] = {
    "counter": _pending("to be counted from events and rows", "name", "value"),
    "command": _pending("digest of the row", "id", "digest", "answer", "at"),
    "person_key": _pending("to be recomputed from the bodies", "sender", "mark", "item", "detail"),
    "register_entry": _pending(
        "digest of the row",
        "id",
        "register",
        "reference",
        "entered_on",
        "country",
        "matter",
        "decision",
        "in_force",
        "digest",
    ),
    "register_key": _pending("digest of the entry", "mark", "entry", "detail"),
    "record": _pending(
        "digest of the row",
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
    ),
    "record_key": _pending("to be recomputed from the record", "mark", "record", "born"),
    "neighbour": _pending("to be recomputed from the keys", "variant", "skeleton"),
    "document_key": _pending("to be recomputed from the record", "number", "record", "issuer"),
    "hit": _pending(
        "fields of check.hit",
        "id",
        "record",
        "item",
        "source",
        "requester",
        "reference",
        "name_of_database",
        "place",
        "query",
        "digest",
        "score",
        "explanation",
        "actor",
        "at",
        "category",
        "after_item",
        "title",
    ),
    "dismissal": _pending(
        "fields of hit.dismissed", "record", "requester", "digest", "hit", "until", "reason", "officer", "at"
    ),
    "check_hour": _pending(
        "an event that counts checks", "supplier", "hour", "requester", "name_of_database", "result", "n"
    ),
    "check_day": _pending("to be recomputed from check_hour", "supplier", "day", "n"),
    "check_minute": _pending("an event that counts checks", "requester", "minute", "n", "n_before"),
    "check_reference": _pending("an event that counts checks", "day", "sender", "reference", "digest"),
    "watched": _pending(
        "digest of the row",
        "id",
        "entry",
        "item",
        "scope",
        "names",
        "birth",
        "nationalities",
        "documents",
        "exact",
    ),
    "watched_key": _pending("to be recomputed from the person", "mark", "watched"),
    "distinction": _pending(
        "fields of item.distinguished",
        "source",
        "person",
        "watched",
        "item",
        "score",
        "until",
        "reason",
        "officer",
        "at",
    ),
}
