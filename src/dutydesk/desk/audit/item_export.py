"""One item exported as a file with its part of the chain, and such a file compared with a log.

An export is a read: its event is written before the file. The text of ordinary correspondence is closed to the desk
(RPD 22(6)) and stays closed in the file, and so do quarantined bytes that call themselves correspondence.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from dutydesk.desk.audit.read_log import record_read
from dutydesk.desk.base.redaction import visibility_for
from dutydesk.desk.base.user_files import new_file, open_file, refuse_store
from dutydesk.desk.views.items import item_rows, show, stated_type
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.errors import NotAllowed, Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof.chain import ChainWalk, LogLine
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us, to_us
from dutydesk.store.tables import bodies, deliveries, items, log, measures, remarks
from dutydesk.wire.files.item_file import ItemFile, ItemWriter, read_item
from dutydesk.wire.files.log_file import LogOrigin, read_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dutydesk.desk.base.context import Actor, Context
    from dutydesk.desk.base.rows import ItemRow
    from dutydesk.domain.events.log import Event
    from dutydesk.store.engine.store import Store

CLOSED_TEXT = "ordinary correspondence: its text is closed to the desk"
PURGED_BODY = "purged"


@value(frozen=True, slots=True)
class ExportedItem:
    """``head`` is the hash of the log's last event at that time, ``sha256`` that of the file before its last line.

    ``changed`` lists the versions whose bodies were changed since they were received: their bytes are not in the file.
    """

    file: str
    item: str
    bodies: int
    events: int
    head_seq: int
    head: str
    sha256: str
    changed: tuple[int, ...] = ()


@value(frozen=True, slots=True)
class ItemFileCheck:
    """The result of comparing a file with a log. ``fault`` is one sentence, or ``None`` if each event of the file is in
    the log.
    """

    item: str
    events: int
    bodies: int
    held_against: str
    head_seq: int
    head: str
    fault: str | None


async def export_item(
    store: Store, context: Context, actor: Actor, number: int, path: Path, *, replace: bool = False
) -> ExportedItem:
    """Write one item with its bodies and events to a file. An item that is denied to the officer's country is not
    exported.

    Raises NotAllowed, NotFound, InvalidRequest for a name of the store's own files, Refused if the file can't be
    written.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.EXPORT_ITEM))
    refuse_store(path, store.path)
    seen = await store.read(lambda handle: _readable_row(handle, context, actor, number))
    missed = await record_read(store, context, actor, seen)
    if missed is not None:
        raise Refused(RefusedCode.READ_UNRECORDED, sentence("nothing was taken out: {missed}", missed=missed))
    with new_file(path, replace=replace) as out:
        return await store.read(lambda handle: _write(handle, number, path, out))


async def export_item_text(store: Store, context: Context, actor: Actor, number: int) -> tuple[ExportedItem, str]:
    """The same as a text, for an officer without files on this machine; nothing of it stays on the disk."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{item_name(number)}.jsonl"
        done = await export_item(store, context, actor, number, path)
        return done, path.read_text("utf-8")


def _readable_row(handle: Handle, context: Context, actor: Actor, number: int) -> ItemRow:
    """The item as the officer sees it. Raises NotFound, NotAllowed where its owner denies it to his or her country."""
    item, eyes = items.get(handle, number), visibility_for(handle, context, actor.officer)
    if eyes.hides(item):
        country = eyes.officer.country if eyes.officer is not None else actor.officer
        raise NotAllowed(
            NotAllowedCode.READ_DENIED,
            sentence(
                "{name} is denied to {country} by its owner; {officer} does not take it out",
                name=item.name,
                country=country,
                officer=actor.officer,
            ),
        )
    return show(handle, context, number, eyes).row


def _write(handle: Handle, number: int, path: Path, out: BinaryIO) -> ExportedItem:
    item = items.get(handle, number)
    row, head = handle.one("desk_row"), handle.one("event_head")
    origin = LogOrigin(row["realm"], from_us(row["made_at"]).isoformat()) if row is not None else LogOrigin("", "")
    end = (0, b"") if head is None else (int(head["seq"]), bytes(head["hash"]))
    writer = ItemWriter(out, origin, item.name, handle.at.isoformat(), end)
    writer.add("item", asdict(item_rows(handle, [item])[0]))
    changed: list[int] = []
    versions = list(_bodies(handle, item, writer, changed))
    for delivery in deliveries.of_item(handle, number):
        writer.add("delivery", asdict(delivery))
    for stated in measures.of_family(handle, item.sender or "", item.root):
        writer.add("restriction", {**asdict(stated), "item": item_name(stated.item)})
    for review in remarks.reviews_of(handle, number):
        writer.add("review", asdict(review))
    for note in remarks.remarks_of(handle, number):
        writer.add("note", asdict(note))
    events = log.of_subject(handle, item.name)
    for event in events:
        writer.add_event(_log_line(event))
    return ExportedItem(
        str(path), item.name, len(versions), len(events), end[0], end[1].hex(), writer.end(), tuple(changed)
    )


def _bodies(handle: Handle, item: Item, writer: ItemWriter, changed: list[int]) -> Iterator[int]:
    """Write each version with the SHA-256 of the log. Bytes that differ from those received are left out and named in
    ``changed``.
    """
    present = bodies.verify_body(handle, item)
    for version in sorted({item.version, *present.logged.hashes}):
        kept = present if version == item.version else bodies.verify_version(handle, item.number, version)
        if kept is None:
            continue
        raw, withheld = kept.body.raw, None
        if kept.fault is not None:
            raw, withheld = None, f"{CHANGED_WORDS}: {fault_words(kept.fault)}"
            changed.append(version)
        elif raw is None:
            withheld = PURGED_BODY
        elif is_closed(item, raw):
            raw, withheld = None, CLOSED_TEXT
        fields = {
            "version": version,
            "sha256": kept.body.sha256,
            "received_at": kept.body.received_at,
            "findings": [asdict(finding) for finding in kept.body.findings if kept.fault is None],
            "problems": kept.body.problems if kept.fault is None else (),
        }
        writer.add_body(fields, raw, withheld)
        yield version


def is_closed(item: Item, raw: bytes) -> bool:
    """Whether nobody at the desk is shown the bytes as they are."""
    return stated_type(item, raw) is MessageType.MESSAGE


def _log_line(event: Event) -> LogLine:
    return LogLine(
        event.seq, to_us(event.at), event.actor, event.kind, event.subject, event.data, event.previous, event.hash
    )


async def check_against_store(store: Store, path: Path) -> ItemFileCheck:
    """Compare a file with the store's own log. Raises InvalidRequest for a file that is not an exported item."""
    found = _read(path)
    if found.fault is not None:
        return _check_result(found, str(store.path), (0, b""), found.fault)

    def look(handle: Handle) -> ItemFileCheck:
        report = log.verify(handle)
        end = (report.events, bytes.fromhex(report.head))
        row = handle.one("desk_row")
        origin = LogOrigin(row["realm"], from_us(row["made_at"]).isoformat()) if row is not None else LogOrigin("", "")
        fault = report.fault and f"the chain does not verify: {report.fault}"
        hashes = {line.seq: handle.value("event_hash", seq=line.seq) for line in found.events}
        return _check_result(found, str(store.path), end, fault or _mismatch(found, origin, hashes))

    return await store.read(look)


def check_against_log(path: Path, log_file: Path) -> ItemFileCheck:
    """Compare a file with an exported log, without a store. Raises InvalidRequest if either file is not what it should
    be.
    """
    found = _read(path)
    with open_file(log_file) as source:
        origin, lines = read_log(source, str(log_file))
        walk, wanted = ChainWalk(lines), {line.seq for line in found.events} | {found.head[0]}
        hashes: dict[int, bytes | None] = {line.seq: line.hash for line in walk.verified_lines() if line.seq in wanted}
    report = walk.report
    fault = found.fault or (report.fault and f"the chain does not verify: {report.fault}")
    end = (report.events, bytes.fromhex(report.head))
    return _check_result(found, str(log_file), end, fault or _mismatch(found, origin, hashes))


def _read(path: Path) -> ItemFile:
    with open_file(path) as source:
        return read_item(source, str(path))


def _mismatch(found: ItemFile, origin: LogOrigin, hashes: dict[int, bytes | None]) -> str | None:
    """Why the file's events are not those of the log, compared by number and hash; ``None`` if they are."""
    if found.origin != origin:
        return f"the item is of another desk's log: of the {found.origin.realm} store made at {found.origin.made_at}"
    for line in found.events:
        if hashes.get(line.seq) != line.hash:
            return f"event {line.seq} of the file does not stand in the log"
    return None if found.events else "the file holds no event"


def _check_result(found: ItemFile, against: str, head: tuple[int, bytes], fault: str | None) -> ItemFileCheck:
    return ItemFileCheck(found.item, len(found.events), found.bodies, against, head[0], head[1].hex(), fault)
