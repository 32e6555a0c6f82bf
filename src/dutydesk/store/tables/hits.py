"""Hits as lines of the feed: pages by keyset, in one order with the items."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from dutydesk.domain.frozen import value
from dutydesk.domain.records.records import hit_name
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.tables import bureaus, word_search

#: The place of a line: an item's number and 0; for a hit, the number of the item before it and the hit's own.
Place = tuple[int, int]
NEWEST: Place = (2**62, 0)


@value(frozen=True, slots=True)
class HitFilter:
    """Narrows a page of hits; ``words`` is a full-text query that is already quoted."""

    requester: str | None = None
    words: str | None = None


@value(frozen=True, slots=True)
class HitLine:
    """A hit in the feed. ``after_item`` is the highest item number at that time; ``dismissed_until`` is set once
    dismissed.
    """

    id: int
    after_item: int
    at: datetime
    requester: str
    source: str
    database: str
    score: int
    title: str
    item: int | None
    place: str | None
    dismissed_until: datetime | None


def page(handle: Handle, hit_filter: HitFilter, before: Place, most: int) -> list[HitLine]:
    """The newest ``most`` hits before a place, newest first."""
    values: dict[str, object] = {"after_item": before[0], "id": before[1], "most": most}
    if hit_filter.words is not None:
        words = word_search.with_long_words(handle, "hit_terms_with", hit_filter.words)
        rows = handle.all("hit_page_of_words", words=words, requester=hit_filter.requester, **values)
    elif hit_filter.requester is not None:
        rows = handle.all("hit_page_of_requester", requester=hit_filter.requester, **values)
    else:
        rows = handle.all("hit_page", **values)
    return [_line(row) for row in rows]


def of_item(handle: Handle, item: int, most: int) -> list[int]:
    """The numbers of the newest hits of an item's records, newest first."""
    return [row["id"] for row in handle.all("hits_of_item", item=item, most=most)]


def of_imported_record(handle: Handle, record: int, most: int) -> list[int]:
    """The numbers of the newest hits of an imported record, newest first."""
    return [row["id"] for row in handle.all("hits_of_record", record=record, most=most)]


def lines(handle: Handle, numbers: Iterable[int]) -> list[HitLine]:
    """These hits as they are now; unknown numbers are left out."""
    return [_line(row) for row in handle.all("hit_lines", ids=json.dumps(list(numbers)))]


def _line(row: StoreRow) -> HitLine:
    return HitLine(
        row["id"],
        row["after_item"],
        from_us(row["at"]),
        row["requester"],
        row["source"],
        row["name_of_database"],
        row["score"],
        row["title"],
        row["item"],
        row["place"],
        optional_from_us(row["dismissed_until"]),
    )


def notified_bureaus(handle: Handle, number: int) -> list[tuple[str, str]]:
    """The bureaus that a notice of a hit goes to, each with the state of that notice."""
    rows = handle.all("hit_told", hit=hit_name(number))
    return [(bureaus.code_of(handle, row["recipient"]), str(row["state"])) for row in rows]
