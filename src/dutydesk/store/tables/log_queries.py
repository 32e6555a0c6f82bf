"""What the log says of an item, a reference, a notice, a command or a segment, asked before an act.

A transaction first links its recorded events, so that these queries find them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

import orjson

from dutydesk.domain.events import logged_items, logged_notices
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.events.logged_items import LoggedItem, logged_item
from dutydesk.domain.events.logged_notices import LoggedNotice, subject_of
from dutydesk.domain.events.store import LogCheckpointed, SegmentBegun, StoreDiffers
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction

E = TypeVar("E", bound=LogEvent)

#: The subjects of events that begin segments of the outbox, that list earlier notices, that list bureaus, and that are
#: about the log itself.
OUTBOX, NOTICES, BUREAUS, LOG = "outbox", "notices", "bureaus", "log"
#: Characters of an event's data; longer events are parsed at each query, so that the cache stays below ten megabytes.
_LONGEST_CACHED = 2_000


def fact_of(row: StoreRow) -> Fact[LogEvent]:
    """The event of a row. Raises IncompleteEvent for data that can't be read."""
    kind, text = row["kind"], row["data"]
    is_cached = isinstance(text, str) and len(text) <= _LONGEST_CACHED
    return _fact(row, _cached_event(kind, text) if is_cached else parse_data(kind, _data(text)))


@lru_cache(maxsize=1_024)
def _cached_event(kind: str, text: str) -> LogEvent:
    """Acts that follow each other ask for the same events; a changed row has another text."""
    return parse_data(kind, _data(text))


def fact_as(row: StoreRow, type: type[E]) -> Fact[E]:
    """The same for a row of a known kind."""
    data = _data(row["data"])
    if not isinstance(data, dict):
        raise IncompleteEvent(f"{type.kind} holds data that can't be read")
    return _fact(row, type.from_data(data))


def _fact(row: StoreRow, event: E) -> Fact[E]:
    return Fact(row["seq"], from_us(row["at"]), row["actor"], row["kind"], row["subject"], event)


def _data(text: str) -> Json:
    try:
        data: Json = orjson.loads(text)
    except ValueError:
        return None
    return data


def items(handle: Handle, names: Iterable[str]) -> dict[str, LoggedItem | None]:
    """What the log says of each item; ``None`` if the log does not know it or can't be read."""
    rows: dict[str, list[StoreRow]] = {name: [] for name in names}
    for row in _of_subjects(handle, list(rows), logged_items.ITEM_EVENT_KINDS):
        rows[row["subject"]].append(row)
    return {name: _item(name, found) for name, found in rows.items()}


def item(handle: Handle, name: str) -> LoggedItem | None:
    """The same for one item."""
    return items(handle, (name,))[name]


def _item(name: str, rows: list[StoreRow]) -> LoggedItem | None:
    try:
        return logged_item(name, map(fact_of, rows))
    except IncompleteEvent:
        return None


def notices(handle: Handle, numbers: Iterable[int]) -> dict[int, LoggedNotice]:
    """What the log says of these notices and their neighbours; unknown ones are left out."""
    subjects = sorted({subject_of(number) for number in numbers})
    try:
        return logged_notices.logged_notices(
            map(fact_of, _of_subjects(handle, subjects, tuple(logged_notices.STATUS_BY_EVENT)))
        )
    except IncompleteEvent:
        return {}


def _of_subjects(handle: Handle, subjects: list[str], kinds: tuple[str, ...]) -> list[StoreRow]:
    if not subjects:
        return []
    _link_pending_events(handle)
    return handle.all("log_of_subjects", subjects=json.dumps(subjects), kinds=json.dumps(kinds))


def of_subjects(handle: Handle, subjects: list[str], kinds: Iterable[str]) -> list[Fact[LogEvent]]:
    """The events of these kinds on these subjects, in order; those that can't be read are left out."""
    found = []
    for row in _of_subjects(handle, subjects, tuple(kinds)):
        try:
            found.append(fact_of(row))
        except IncompleteEvent:
            continue
    return found


def acceptance_of(handle: Handle, sender: str, reference: str) -> Fact[LogEvent] | None:
    """The event that accepted the sender's message of that reference."""
    row = handle.one("log_of_reference", named=_named(sender, reference))
    return None if row is None else fact_of(row)


def used_among(handle: Handle, references: Sequence[tuple[str, str]]) -> set[int]:
    """The places of those senders and references by which a message was accepted."""
    named = json.dumps([_named(*each) for each in references])
    return {place for (place,) in handle.tuples("log_references_used", named=named)}


def _named(sender: str, reference: str) -> str:
    """As the log's index has it."""
    return canonical_json([sender, reference])


def command(handle: Handle, id: str) -> Fact[LogEvent] | None:
    """The event of the command with that id."""
    _link_pending_events(handle)
    row = handle.one("log_of_command", command=id)
    return None if row is None else fact_of(row)


def has_refused_text(handle: Handle, sender: str) -> bool:
    """Whether the log names a refused text of the sender."""
    return bool(handle.cached_value("log_refused_any", sender=sender))


def items_refused_with_text(handle: Handle, sender: str, digest: str) -> list[str]:
    """The names of the sender's items that were refused with that text, latest first."""
    return [row["subject"] for row in handle.all("log_refused_with", sender=sender, digest=digest)]


def last_segment(handle: Handle) -> int:
    """The highest number of a segment that was begun; 0 in a log of an early release, which does not name them."""
    row = handle.one("log_last_of", subject=OUTBOX, kind=EventKind.SEGMENT_BEGUN.value)
    return 0 if row is None else required(fact_as(row, SegmentBegun).event.segment)


def has_full_listing(handle: Handle) -> bool:
    """Whether the store was made by a release whose log names each notice and each accepted reference."""
    return bool(handle.cached_value("log_made_listing"))


def lists_notices(handle: Handle) -> bool:
    """Whether every open notice has its event; not in a store of an earlier release."""
    listed = handle.one("log_last_of", subject=NOTICES, kind=EventKind.NOTICES_LISTED.value)
    return listed is not None or has_full_listing(handle)


def lists_bureaus(handle: Handle) -> bool:
    """Whether the log names the bureaus' rows; not in a store of an earlier release."""
    return handle.one("log_last_of", subject=BUREAUS, kind=EventKind.BUREAUS_LISTED.value) is not None


def differences(handle: Handle, most: int) -> list[Fact[StoreDiffers]]:
    """The latest differences that were found between tables and log, newest first."""
    return [fact_as(row, StoreDiffers) for row in handle.all("log_differences", most=most)]


def last_checkpoint(handle: Handle) -> Fact[LogCheckpointed] | None:
    """The latest signed checkpoint that the log tells of."""
    row = handle.one("log_last_of", subject=LOG, kind=EventKind.LOG_CHECKPOINTED.value)
    return None if row is None else fact_as(row, LogCheckpointed)


def _link_pending_events(handle: Handle) -> None:
    if isinstance(handle, Transaction):
        handle.link_events()
