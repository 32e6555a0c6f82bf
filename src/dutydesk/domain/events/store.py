"""Events of the store itself: how it was made, copied, set and dispatched from, and what differs from the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypedDict

from dutydesk.domain.events.event import ABSENT, LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class StoreMade(LogEvent):
    """``by`` is the first administrator. ``lists`` is ``all`` where the log names every notice from the start.

    ``table`` is the digest of the table of rules in force from here on; ``four_eyes`` and ``overridable`` are as in
    ``RulesChanged``. ``made_at`` is when the file was made.
    """

    kind: ClassVar = EventKind.STORE_MADE

    realm: Logged[str]
    by: Logged[str]
    rules: Logged[int] = ABSENT
    lists: Logged[str] = ABSENT
    table: Logged[str] = ABSENT
    four_eyes: Logged[Mapping[str, tuple[str, ...]]] = ABSENT
    overridable: Logged[tuple[str, ...]] = ABSENT
    made_at: Logged[str] = ABSENT


@event
class BureausListed(LogEvent):
    """Bureaus that the store has a row for from here on, each with the row's number."""

    kind: ClassVar = EventKind.BUREAUS_LISTED

    rows: Logged[Mapping[str, int]]


@event
class StoreBackedUp(LogEvent):
    """The copy holds the events up to number ``through``, whose hash is ``head``, in ``bytes`` bytes."""

    kind: ClassVar = EventKind.STORE_BACKED_UP

    login: Logged[str]
    through: Logged[int]
    head: Logged[str]
    bytes: Logged[int]


@event
class StoreRestored(LogEvent):
    """A copy made after event ``copy_of`` is the store from here on.

    ``segment`` is the outbox's last, ``gone`` the number of keys that had gone out after the copy was made.
    ``item`` and ``notice`` are the highest numbers in the outbox.
    """

    kind: ClassVar = EventKind.STORE_RESTORED

    login: Logged[str]
    copy_of: Logged[int | None]
    segment: Logged[int]
    gone: Logged[int]
    item: Logged[int] = ABSENT
    notice: Logged[int] = ABSENT


@event
class RulesNoted(LogEvent):
    """``rules`` is the edition of the rules on persons that holds from here on."""

    kind: ClassVar = EventKind.RULES_NOTED

    rules: Logged[int]


@event
class RulesChanged(LogEvent):
    """Another table of rules is in force from here on.

    ``digest`` identifies it, ``name`` is what its authors call it, ``was`` the digest before, ``null`` where the log
    did not say it. ``rules`` and ``senses`` count rows and word lists. ``changed`` are the rules whose row or words
    differ, ``null`` where the earlier rows are not known. ``rows`` has for each rule the beginning of the digest of its
    row and words. ``four_eyes`` are by type the rules that take two persons, ``overridable`` those that a supervisor
    overrides.
    """

    kind: ClassVar = EventKind.RULES_CHANGED

    digest: Logged[str]
    name: Logged[str]
    was: Logged[str | None]
    rules: Logged[int]
    senses: Logged[int]
    changed: Logged[tuple[str, ...] | None]
    rows: Logged[Mapping[str, str]]
    four_eyes: Logged[Mapping[str, tuple[str, ...]]]
    overridable: Logged[tuple[str, ...]]


@event
class ClockSteppedBack(LogEvent):
    """The clock showed ``at`` where the log had come to ``was``. ``last_record`` is the number of the newest record."""

    kind: ClassVar = EventKind.CLOCK_STEPPED_BACK

    was: Logged[str]
    at: Logged[str]
    last_record: Logged[int] = ABSENT


@event
class SettingsNoted(LogEvent):
    """The settings that the proof needs. ``cleared_for_confidential`` is ``null`` where every bureau is cleared."""

    kind: ClassVar = EventKind.SETTINGS_NOTED

    cleared_for_confidential: Logged[tuple[str, ...] | None]
    hold_on_block: Logged[bool] = ABSENT
    country_officers_read_denied: Logged[bool] = ABSENT


class DifferenceFields(TypedDict, total=False):
    """What a difference is about; the optional fields of ``StoreDiffers``."""

    sender: str
    taken: str
    id: str
    key: str
    recipients: tuple[str, ...] | Mapping[str, str | None]


@event
class StoreDiffers(LogEvent):
    """A table differs from the log: ``what`` is the topic in one word, ``words`` the difference.

    ``sender`` and ``taken`` name a reference, ``id`` a command, ``key`` a notice, ``recipients`` deliveries, each with
    its place in the log where that is known.
    """

    kind: ClassVar = EventKind.STORE_DIFFERS

    what: Logged[str]
    words: Logged[str]
    sender: Logged[str] = ABSENT
    taken: Logged[str] = ABSENT
    id: Logged[str] = ABSENT
    key: Logged[str] = ABSENT
    recipients: Logged[tuple[str, ...] | Mapping[str, str | None]] = ABSENT


@event
class RowsKept(LogEvent):
    """Digests of rows whose content must not stand in the log, by their keys; ``null`` for a row that is gone.

    The event's subject is the table. A digest is that of the row's ``column_digests``, which say a little of each
    column; in an earlier release it was that of the columns together.
    """

    kind: ClassVar = EventKind.ROWS_KEPT

    rows: Logged[Mapping[str, str | None]]


@event
class SegmentBegun(LogEvent):
    kind: ClassVar = EventKind.SEGMENT_BEGUN

    segment: Logged[int]


@event
class LogExported(LogEvent):
    """``sha256`` is that of the file with the events up to number ``through``."""

    kind: ClassVar = EventKind.LOG_EXPORTED

    login: Logged[str]
    through: Logged[int]
    sha256: Logged[str]


@event
class LogCheckpointed(LogEvent):
    """``head`` is the hash of event ``through``; ``key`` the fingerprint of the key that signed the checkpoint.

    ``note`` is the checkpoint itself, of the tree over the events up to ``through``; a release without trees wrote
    none. ``login`` is empty where the desk made it by itself.
    """

    kind: ClassVar = EventKind.LOG_CHECKPOINTED

    login: Logged[str]
    through: Logged[int]
    head: Logged[str]
    key: Logged[str]
    note: Logged[str] = ABSENT


@event
class LogCosigned(LogEvent):
    """A witness has seen that the tree over ``through`` events extends the one that it had cosigned before.

    ``line`` is its signature line under the checkpoint. The event's subject is the witness.
    """

    kind: ClassVar = EventKind.LOG_COSIGNED

    through: Logged[int]
    line: Logged[str]


@event
class LogCosigningRefused(LogEvent):
    """A witness does not cosign the checkpoint of the tree over ``through`` events; ``words`` say why."""

    kind: ClassVar = EventKind.LOG_COSIGNING_REFUSED

    through: Logged[int]
    words: Logged[str]
