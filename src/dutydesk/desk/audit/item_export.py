"""One item exported as a file with its part of the chain, and such a file compared with a log.

An export is a read: its event is written before the file. The text of ordinary correspondence is closed to the desk
(RPD 22(6)) and stays closed in the file, and so do quarantined bytes that call themselves correspondence.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from dutydesk.desk.audit.item_proof import proving_head
from dutydesk.desk.audit.read_log import record_read
from dutydesk.desk.audit.tree_heads import log_origin_of
from dutydesk.desk.base.redaction import visibility_for
from dutydesk.desk.base.user_files import new_file, open_file, refuse_store
from dutydesk.desk.views.items import item_rows, show, stated_type
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, LoggedBodies, fault_words
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.errors import NotAllowed, Refused
from dutydesk.domain.events.event import IncompleteEvent, optional
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.proof.chain import ChainWalk, LogLine
from dutydesk.domain.proof.merkle import inclusion_proof
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.tables import bodies, deliveries, items, log, measures, remarks, tree
from dutydesk.wire.files.item_file import ItemFile, ItemWriter, read_item
from dutydesk.wire.files.log_file import LogOrigin, read_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dutydesk.desk.base.context import Actor, Context
    from dutydesk.desk.base.rows import ItemRow
    from dutydesk.domain.events.log import Event
    from dutydesk.store.engine.store import Store
    from dutydesk.wire.files.tree_heads import TreeHead

CLOSED_TEXT = "ordinary correspondence: its text is closed to the desk"
PURGED_BODY = "purged"
REDACTED_BODY = "redacted: the bytes are those of the SHA-256"


@value(frozen=True, slots=True)
class ExportedItem:
    """``head`` is the hash of the log's last event at that time, ``sha256`` that of the file before its last line.

    ``changed`` lists the versions whose bodies were changed since they were received: their bytes are not in the file.
    ``checkpoint`` is the number of events of the checkpoint that the events are proved to; ``None`` without one.
    """

    file: str
    item: str
    bodies: int
    events: int
    head_seq: int
    head: str
    sha256: str
    changed: tuple[int, ...] = ()
    checkpoint: int | None = None


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


@value(frozen=True, slots=True)
class ExportForm:
    """What a file holds. ``head`` is the checkpoint to prove the events to; ``None`` for one of this moment.

    ``is_witnessed``: the last checkpoint of the log, with its cosignatures. ``is_redacted``: no bodies, officers'
    texts or other bureaus; of an event that says more than which body came in, only number, hash and proof.
    """

    head: TreeHead | None = None
    is_witnessed: bool = False
    is_redacted: bool = False


WHOLE = ExportForm()


async def export_item(
    store: Store,
    context: Context,
    actor: Actor,
    number: int,
    path: Path,
    *,
    replace: bool = False,
    form: ExportForm = WHOLE,
) -> ExportedItem:
    """Write one item with its bodies and events to a file. An item that is denied to the officer's country is not
    exported.

    Raises NotAllowed, NotFound, InvalidRequest for a name of the store's own files or a checkpoint of another log,
    Refused if the file can't be written, or the log does not extend the checkpoint.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.EXPORT_ITEM))
    refuse_store(path, store.path)
    seen = await store.read(lambda handle: _readable_row(handle, context, actor, number))
    missed = await record_read(store, context, actor, seen)
    if missed is not None:
        raise Refused(RefusedCode.READ_UNRECORDED, sentence("nothing was taken out: {missed}", missed=missed))
    with new_file(path, replace=replace) as out:

        def write(handle: Handle) -> ExportedItem:
            head = proving_head(handle, store.path, context.settings, form.head, is_witnessed=form.is_witnessed)
            return _write(handle, number, path, out, head, is_redacted=form.is_redacted)

        return await store.read(write)


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


def _write(
    handle: Handle, number: int, path: Path, out: BinaryIO, head: TreeHead | None, *, is_redacted: bool
) -> ExportedItem:
    item, last = items.get(handle, number), handle.one("event_head")
    end = (0, b"") if last is None else (int(last["seq"]), bytes(last["hash"]))
    writer = ItemWriter(out, log_origin_of(handle), item.name, handle.at.isoformat(), end)
    if head is not None:
        writer.add_checkpoint(head)
    if not is_redacted:
        writer.add("item", asdict(item_rows(handle, [item])[0]))
    changed: list[int] = []
    events = log.of_subject(handle, item.name)
    shown = [event for event in events if not is_redacted or _says_only_body(event)]
    versions = list(_bodies(handle, item, writer, changed, shown if is_redacted else None))
    if not is_redacted:
        _write_acts(handle, item, writer)
    _write_events(handle, events, writer, head, frozenset(event.seq for event in shown))
    return ExportedItem(
        str(path),
        item.name,
        len(versions),
        len(events),
        end[0],
        end[1].hex(),
        writer.end(),
        tuple(changed),
        None if head is None else head.size,
    )


def _write_acts(handle: Handle, item: Item, writer: ItemWriter) -> None:
    """What was done with the item, and what officers wrote of it."""
    for delivery in deliveries.of_item(handle, item.number):
        writer.add("delivery", asdict(delivery))
    for stated in measures.of_family(handle, item.sender or "", item.root):
        writer.add("restriction", {**asdict(stated), "item": item_name(stated.item)})
    for review in remarks.reviews_of(handle, item.number):
        writer.add("review", asdict(review))
    for note in remarks.remarks_of(handle, item.number):
        writer.add("note", asdict(note))


def _says_only_body(event: Event) -> bool:
    """Whether an event names the sender's body and nothing of others.

    Those of corrections and of input in quarantine also have the route, the recipients, officers or other items.
    """
    with suppress(IncompleteEvent):
        accepted = log.parse(event)
        return isinstance(accepted, IntakeAccepted) and optional(accepted.same_text_as) is None
    return False


def _write_events(
    handle: Handle, events: list[Event], writer: ItemWriter, head: TreeHead | None, shown: frozenset[int]
) -> None:
    """The events with their proofs. Those that are not shown have number and hash alone."""
    nodes = tree.nodes(handle)
    for event in events:
        is_proved = head is not None and event.seq <= head.size
        proof = inclusion_proof(nodes, event.seq - 1, head.size) if head is not None and is_proved else None
        writer.add_event(_log_line(event), proof, redacted=event.seq not in shown)


def _bodies(
    handle: Handle, item: Item, writer: ItemWriter, changed: list[int], shown: list[Event] | None
) -> Iterator[int]:
    """Write each version with the SHA-256 of the log. Bytes that differ from those received are left out and named in
    ``changed``. A redacted file has the versions that its ``shown`` events name, without bytes.
    """
    present, is_redacted = bodies.verify_body(handle, item), shown is not None
    versions = {item.version, *present.logged.hashes} if shown is None else _named_by(shown)
    for version in sorted(versions):
        kept = present if version == item.version else bodies.verify_version(handle, item.number, version)
        if kept is None:
            continue
        raw, withheld = kept.body.raw, None
        if kept.fault is not None:
            raw, withheld = None, f"{CHANGED_WORDS}: {fault_words(kept.fault)}"
            changed.append(version)
        elif raw is None:
            withheld = PURGED_BODY
        elif is_redacted:
            raw, withheld = None, REDACTED_BODY
        elif is_closed(item, raw):
            raw, withheld = None, CLOSED_TEXT
        fields = {
            "version": version,
            "sha256": kept.body.sha256,
            "received_at": kept.body.received_at,
            "findings": [asdict(finding) for finding in kept.body.findings if kept.fault is None and not is_redacted],
            "problems": kept.body.problems if kept.fault is None and not is_redacted else (),
        }
        writer.add_body(fields, raw, withheld)
        yield version


def _named_by(events: list[Event]) -> set[int]:
    named = LoggedBodies()
    for event in events:
        named.apply(log.parse(event))
    return set(named.hashes)


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
        fault = report.fault and f"the chain does not verify: {report.fault}"
        hashes = {seq: handle.value("event_hash", seq=seq) for seq, _ in _event_hashes(found)}
        return _check_result(found, str(store.path), end, fault or _mismatch(found, log_origin_of(handle), hashes))

    return await store.read(look)


def check_against_log(path: Path, log_file: Path) -> ItemFileCheck:
    """Compare a file with an exported log, without a store. Raises InvalidRequest if either file is not what it should
    be.
    """
    found = _read(path)
    with open_file(log_file) as source:
        origin, lines = read_log(source, str(log_file))
        walk, wanted = ChainWalk(lines), {seq for seq, _ in _event_hashes(found)} | {found.head[0]}
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
    events = _event_hashes(found)
    for seq, digest in events:
        if hashes.get(seq) != digest:
            return f"event {seq} of the file does not stand in the log"
    return None if events else "the file holds no event"


def _event_hashes(found: ItemFile) -> list[tuple[int, bytes]]:
    """Number and hash of each event of the file, also of those without their text."""
    return [*((line.seq, line.hash) for line in found.events), *found.redacted]


def _check_result(found: ItemFile, against: str, head: tuple[int, bytes], fault: str | None) -> ItemFileCheck:
    return ItemFileCheck(found.item, len(_event_hashes(found)), found.bodies, against, head[0], head[1].hex(), fault)
