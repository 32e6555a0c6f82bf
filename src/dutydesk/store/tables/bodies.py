"""Compares stored bodies with the log; no other module decides whether a body is the one that was received."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

import orjson

from dutydesk.domain.delivery.bodies import BYTE_FAULTS, BodyFault, LoggedBodies
from dutydesk.domain.delivery.items import Item, item_name, item_number
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.log import link
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import EPOCH, Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from dutydesk.store.tables.items import StoredBody

#: Item, its present version, the version of a stored body, the SHA-256 of its bytes.
_Row: TypeAlias = tuple[int, int, "int | None", "str | None"]
#: Events that say which bytes an item has and whether they are kept.
_BYTE_EVENTS: Final = (
    "intake.accepted",
    "intake.quarantined",
    "intake.conflict",
    "item.corrected",
    "item.reread",
    "item.purged",
    "item.body_changed",
    "item.body_restored",
)
#: The same with the events that say what the rules found.
_FINDING_EVENTS: Final = (*_BYTE_EVENTS, "item.routed", "item.examined_again")


@value(frozen=True, slots=True)
class VerifiedBody:
    """An item's present body and how it differs from the log; ``fault`` is ``None`` if it does not.

    ``logged`` is what the log says. A body without a row has empty fields and the SHA-256 of the log.
    """

    body: StoredBody
    fault: BodyFault | None
    logged: LoggedBodies

    @property
    def sound_raw(self) -> bytes | None:
        """The bytes, if they are those that were received."""
        return None if self.fault in BYTE_FAULTS else self.body.raw


@value(frozen=True, slots=True)
class BodyDifference:
    """One version of an item's body that differs from the log."""

    item: str
    version: int
    fault: BodyFault


def logged_bodies(handle: Handle, numbers: Iterable[int], *, findings: bool = False) -> dict[int, LoggedBodies]:
    """What the log says of these items' bodies, in one query; with ``findings`` also what the rules found.

    An event that does not fit its own hash is ignored.
    """
    wanted = {item_name(number): number for number in numbers}
    found = {number: LoggedBodies() for number in wanted.values()}
    kinds = _FINDING_EVENTS if findings else _BYTE_EVENTS
    rows = handle.tuples("body_events", subjects=json.dumps([*wanted]), kinds=json.dumps(kinds))
    for row in sorted(rows):
        data = _verified_event_data(row)
        if data is not None:
            _apply_event(found[wanted[row[4]]], row[3], data)
    if isinstance(handle, Transaction):
        for subject, event in handle.pending_events():
            if subject in wanted and event.kind in kinds:
                found[wanted[subject]].apply(event)
    return found


def _verified_event_data(row: tuple[Any, ...]) -> str | None:
    """The event's data, if the event fits its hash. Text is read as bytes, so that one undecodable event hides no
    other.
    """
    seq, at, actor, kind, subject, data, previous, digest = row
    try:
        text: str = data.decode()
        return text if link(previous, seq, at, actor.decode(), kind, subject, text) == digest else None
    except (AttributeError, TypeError, ValueError):
        return None


def _apply_event(into: LoggedBodies, kind: str, data: str) -> None:
    try:
        into.apply(parse_data(kind, orjson.loads(data)))
    except (orjson.JSONDecodeError, IncompleteEvent):
        return


def logged_sha256(handle: Handle, number: int, version: int) -> str | None:
    """The SHA-256 of one version's bytes by the log, in hex; ``None`` if the log has none."""
    return logged_bodies(handle, [number])[number].hashes.get(version)


def logged_hashes(handle: Handle, number: int) -> list[str]:
    """The SHA-256 of each version's bytes by the log, in the order of the versions."""
    hashes = logged_bodies(handle, [number])[number].hashes
    return [hashes[version] for version in sorted(hashes)]


def verified_bytes(handle: Handle, item: Item, known: LoggedBodies | None = None) -> bytes | None:
    """The present version's bytes as received; ``None`` if the store no longer has those.

    ``known`` is what the log says of the item, if this transaction has read it.
    """
    said = logged_bodies(handle, [item.number])[item.number] if known is None else known
    if item.version != said.latest:
        return None
    row = handle.one("body_raw", item=item.number, version=item.version)
    raw = None if row is None else row["raw"]
    if not isinstance(raw, bytes):
        return None
    return raw if said.byte_fault(item.version, sha256(raw).hexdigest()) is None else None


def verify_body(handle: Handle, item: Item) -> VerifiedBody:
    """The item's present body and how it differs from the log."""
    return verify_bodies(handle, [item])[0]


def verify_bodies(handle: Handle, rows: Sequence[Item]) -> list[VerifiedBody]:
    """The same for several items, in their order; the log is read in one query."""
    said = logged_bodies(handle, [item.number for item in rows], findings=True)
    return [_verify_body(handle, item, said[item.number]) for item in rows]


def _verify_body(handle: Handle, item: Item, in_log: LoggedBodies) -> VerifiedBody:
    body = items.find_body(handle, item.number, item.version)
    if body is None:
        received = in_log.hashes.get(item.version, "")
        return VerifiedBody(
            StoredBody(item.number, item.version, EPOCH, received, (), (), None), BodyFault.MISSING, in_log
        )
    fault = in_log.byte_fault(item.version, _digest(body.raw)) or _fault_besides_bytes(item, body, in_log)
    return VerifiedBody(_as_logged(body, in_log), fault, in_log)


def verify_version(handle: Handle, number: int, version: int) -> VerifiedBody | None:
    """Any version of an item's body, without a comparison of findings and problems. ``None`` if there is no such
    version.
    """
    body = items.find_body(handle, number, version)
    if body is None:
        return None
    said = logged_bodies(handle, [number])[number]
    return VerifiedBody(_as_logged(body, said), said.byte_fault(version, _digest(body.raw)), said)


def verify_findings_of_version(handle: Handle, item: Item, version: int) -> VerifiedBody | None:
    """Any version of an item's body, with its findings compared with those that the log has for that version."""
    if version == item.version:
        return verify_body(handle, item)
    kept = verify_version(handle, item.number, version)
    if kept is None or kept.fault is not None or kept.body.raw is None:
        return kept
    return replace(kept, fault=_logged_until(handle, item.number, version).finding_fault(kept.body.findings))


def _logged_until(handle: Handle, number: int, version: int) -> LoggedBodies:
    """What the log said of an item's bodies before a later version arrived."""
    found, rows = (
        LoggedBodies(),
        handle.tuples("body_events", subjects=json.dumps([item_name(number)]), kinds=json.dumps(_FINDING_EVENTS)),
    )
    for row in sorted(rows):
        data = _verified_event_data(row)
        if data is not None:
            then = replace(found, hashes=dict(found.hashes))
            _apply_event(found, row[3], data)
            if found.latest > version:
                return then
    return found


def _as_logged(body: StoredBody, in_log: LoggedBodies) -> StoredBody:
    """The body with the SHA-256 of the log; a value that is not bytes counts as missing."""
    raw = body.raw if isinstance(body.raw, bytes) else None
    return replace(body, raw=raw, sha256=in_log.hashes.get(body.version, body.sha256))


def _fault_besides_bytes(item: Item, body: StoredBody, in_log: LoggedBodies) -> BodyFault | None:
    """The fault of a body whose bytes are those of that version."""
    if in_log.purged:
        return None
    if not item.unreadable and item.version != in_log.latest:
        return BodyFault.VERSION
    if in_log.problems is not None and body.problems != in_log.problems:
        return BodyFault.PROBLEMS
    if items.are_unreadable(body.findings):
        return None  # unreadable findings already prevent a release
    return in_log.finding_fault(body.findings)


def body_faults(handle: Handle, found: Sequence[Item]) -> dict[int, BodyFault]:
    """The items whose present bytes differ from the log, for lists, which show no findings."""
    said = logged_bodies(handle, [item.number for item in found])
    wrong: dict[int, BodyFault] = {}
    for item in found:
        fault = _fault_in_list(handle, item, said[item.number])
        if fault is not None:
            wrong[item.number] = fault
    return wrong


def _fault_in_list(handle: Handle, item: Item, in_log: LoggedBodies) -> BodyFault | None:
    row = handle.one("body_raw", item=item.number, version=item.version)
    raw = None if row is None else row["raw"]
    fault = in_log.byte_fault(item.version, _digest(raw))
    if fault is None and not item.unreadable and not in_log.purged and item.version != in_log.latest:
        return BodyFault.VERSION
    return fault


def body_differences(handle: Handle) -> Iterator[BodyDifference]:
    """Walk every body of the store in the order of the items, with constant memory."""
    by_item = groupby(_rows_with_digest(handle), key=itemgetter(0))
    for part in _chunks(((number, list(rows)) for number, rows in by_item), handle.limits.walked_items):
        said = logged_bodies(handle, [number for number, _ in part])
        for number, rows in part:
            yield from _differences_of_item(number, rows, said[number])


def _differences_of_item(
    number: int, rows: list[tuple[int, int, int | None, str | None]], in_log: LoggedBodies
) -> Iterator[BodyDifference]:
    present = rows[0][1]
    digests = {version: digest for _, _, version, digest in rows if version is not None}
    for version in sorted({*digests, *in_log.hashes} or {present}):
        fault = in_log.byte_fault(version, digests.get(version))
        if fault is not None:
            yield BodyDifference(item_name(number), version, fault)
    if present != in_log.latest and not in_log.purged and present in digests:
        yield BodyDifference(item_name(number), present, BodyFault.VERSION)


def _rows_with_digest(handle: Handle) -> Iterator[_Row]:
    """Item, its present version, and each stored body's version with the SHA-256 of its bytes."""
    for number, present, version, raw in handle.tuples("bodies_of_all"):
        yield number, present, version, _digest(raw)


def body_digests(handle: Handle) -> Iterator[tuple[str, int, str | None]]:
    """Each stored body for the proof: the item's name, the version, and the SHA-256 of its bytes in hex, if any."""
    for number, _, version, digest in _rows_with_digest(handle):
        if version is not None:
            yield item_name(number), version, digest


def _digest(raw: object) -> str | None:
    """``None`` if there are no bytes; an empty text, which equals no hash, if the column holds something else."""
    if raw is None:
        return None
    return sha256(raw).hexdigest() if isinstance(raw, bytes) else ""


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def items_with_changed_body(handle: Handle, most: int) -> list[int]:
    """Items whose body was changed by the log, latest first; some may have been restored since."""
    found = (item_number(row["subject"]) for row in handle.all("body_reports", most=most))
    return list(dict.fromkeys(number for number in found if number is not None))
