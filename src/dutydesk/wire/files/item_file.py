"""One item as a file: what the store holds of it, and its part of the log.

JSON Lines in ASCII, each line with its ``record``: ``header``, ``item``, ``body``, ``delivery``, ``review``, ``note``,
``event``, and ``end`` with the number of lines before it and their SHA-256. A body's ``bytes`` are base64 of what was
received; ``null`` if they were purged, or are closed to the desk.

An event has the text that its hash covers, its hash, and ``previous``, the hash of the event before it in the log. The
file alone shows that no event was altered without its hash, and no body. Only the log, or the store, shows that the
events belong to it: each event must be there under its number with that hash. With a ``checkpoint`` each event has its
proof (:mod:`dutydesk.wire.files.item_proofs`), and the checkpoint alone shows it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bodies import LoggedBodies
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.log import link
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import LogLine
from dutydesk.language.sentences import sentence
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.files.item_proofs import ItemProofs, read_proofs
from dutydesk.wire.files.log_file import LONGEST_LINE, LogOrigin, is_cut
from dutydesk.wire.files.notes import NoteFault
from dutydesk.wire.files.tree_heads import TreeHead, hash_lines

ITEM_SCHEMA = "dutydesk-item/1"
_REDACTED = frozenset({"record", "seq", "hash", "redacted", "proof"})
_TEXTS = ("actor", "kind", "subject", "data", "previous", "hash")


class ItemWriter:
    """Writes an item. ``head`` is the number and hash of the log's last event at the time of the export."""

    def __init__(self, out: BinaryIO, origin: LogOrigin, item: str, exported_at: str, head: tuple[int, bytes]) -> None:
        self._out, self._sum, self._lines = out, hashlib.sha256(), 0
        self.add(
            "header",
            {
                "schema": ITEM_SCHEMA,
                "realm": origin.realm,
                "made_at": origin.made_at,
                "item": item,
                "exported_at": exported_at,
                "head_seq": head[0],
                "head": head[1].hex(),
            },
        )

    def add(self, record: str, fields: Mapping[str, object]) -> None:
        line = to_json_line({"record": record, **fields}).encode() + b"\n"
        self._sum.update(line)
        self._lines += 1
        self._out.write(line)

    def add_body(self, fields: Mapping[str, object], raw: bytes | None, withheld: str | None) -> None:
        """Add a body; ``withheld`` says why its bytes are missing."""
        encoded = None if raw is None else base64.b64encode(raw).decode()
        self.add("body", {**fields, "bytes": encoded, "withheld": withheld})

    def add_checkpoint(self, head: TreeHead) -> None:
        """Add the checkpoint that the proofs of the events lead to."""
        self.add("checkpoint", {"size": head.size, "root": head.root.hex(), "note": head.note.written})

    def add_event(self, line: LogLine, proof: Sequence[bytes] | None = None, *, redacted: bool = False) -> None:
        """Add an event; ``redacted`` leaves out all but its number, its hash and its proof."""
        text = {
            "seq": line.seq,
            "at": line.at_us,
            "actor": line.actor,
            "kind": line.kind,
            "subject": line.subject,
            "data": line.data,
            "previous": line.previous.hex(),
            "hash": line.hash.hex(),
        }
        shown = {"seq": line.seq, "hash": text["hash"], "redacted": True} if redacted else text
        self.add("event", shown if proof is None else {**shown, "proof": hash_lines(proof)})

    def end(self) -> str:
        """Write the last line; return the SHA-256 of all lines before it."""
        digest = self._sum.hexdigest()
        self.add("end", {"lines": self._lines, "sha256": digest})
        return digest


@value(frozen=True, slots=True)
class ItemFile:
    """The contents of a file. ``fault`` says in one sentence why it can't be trusted; ``None`` if it is consistent.

    ``redacted`` are the numbers and hashes of events without their text; ``proofs`` is ``None`` where it has none.
    ``later_bodies`` are the versions that no proved event names.
    """

    origin: LogOrigin
    item: str
    head: tuple[int, bytes]
    events: tuple[LogLine, ...]
    bodies: int
    fault: str | None
    redacted: tuple[tuple[int, bytes], ...] = ()
    proofs: ItemProofs | None = None
    later_bodies: tuple[int, ...] = ()


class _ItemFileFault(Exception):
    pass


def read_item(source: BinaryIO, name: str) -> ItemFile:
    """Check everything that the file alone can show. Raises InvalidRequest for a file that is no exported item."""
    first = source.readline(LONGEST_LINE)
    header = _object(first)
    try:
        if header is None or header.get("schema") != ITEM_SCHEMA:
            raise ValueError
        origin = LogOrigin(str(header["realm"]), str(header["made_at"]))
        if type(header["head_seq"]) is not int:
            raise ValueError
        item, head = str(header["item"]), (header["head_seq"], bytes.fromhex(header["head"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(
            InvalidRequestCode.NOT_AN_ITEM_FILE,
            sentence("{name} is no exported item of dutydesk; export makes one", name=name),
        ) from error
    events: list[LogLine] = []
    redacted: list[tuple[int, bytes]] = []
    bodies: dict[int, str] = {}
    proved: list[dict[str, Any]] = []
    checkpoint, fault, proofs = None, None, None
    later: tuple[int, ...] = ()
    try:
        for record in _records(source, first):
            match record["record"]:
                case "header":
                    raise _ItemFileFault("the file has two headers")
                case "checkpoint" if checkpoint is not None:
                    raise _ItemFileFault("the file has two checkpoints")
                case "checkpoint":
                    checkpoint = record
                case "event" if "redacted" in record:
                    redacted.append(_redacted(record, proved))
                    proved.append(record)
                case "event":
                    events.append(_event(record, item, events))
                    _require_order(record, proved)
                    proved.append(record)
                case "body":
                    _check_body(record, bodies)
        proofs = None if checkpoint is None else read_proofs(checkpoint, proved)
        later = _check_against_log(bodies, events, frozenset(() if proofs is None else proofs.later))
    except _ItemFileFault as found:
        fault = str(found)
    except NoteFault as found:
        fault = f"the proofs of the file can't be used: {found.words}"
    return ItemFile(origin, item, head, tuple(events), len(bodies), fault, tuple(redacted), proofs, later)


def _redacted(record: dict[str, Any], before: list[dict[str, Any]]) -> tuple[int, bytes]:
    try:
        if type(record["seq"]) is not int:
            raise ValueError
        seq, digest = record["seq"], bytes.fromhex(record["hash"])
    except (KeyError, TypeError, ValueError) as error:
        raise _ItemFileFault("the file holds a redacted event without its number and hash") from error
    if record["redacted"] is not True or record.keys() - _REDACTED:
        raise _ItemFileFault(f"event {seq} is redacted, and yet says more than its number, hash and proof")
    _require_order(record, before)
    return seq, digest


def _require_order(record: dict[str, Any], before: list[dict[str, Any]]) -> None:
    if before and record["seq"] <= before[-1]["seq"]:
        raise _ItemFileFault(f"event {record['seq']} stands behind event {before[-1]['seq']}")


def _records(source: BinaryIO, first: bytes) -> Iterator[dict[str, Any]]:
    digest, number = hashlib.sha256(first), 1
    while raw := source.readline(LONGEST_LINE):
        record = None if is_cut(raw) else _object(raw)
        if record is None or not isinstance(record.get("record"), str):
            raise _ItemFileFault(f"line {number + 1} of the file is no record of an item")
        if record["record"] == "end":
            if record.get("lines") != number or record.get("sha256") != digest.hexdigest():
                raise _ItemFileFault(
                    "the file was altered after it was written: its sum is another than its last line says"
                )
            if source.read(1):
                raise _ItemFileFault("the file goes on after its last line")
            return
        digest.update(raw)
        number += 1
        yield record
    raise _ItemFileFault(f"the file ends at its line {number} without a last line: its end was cut off")


def _event(record: dict[str, Any], item: str, before: list[LogLine]) -> LogLine:
    try:
        if type(record["seq"]) is not int or type(record["at"]) is not int:
            raise ValueError
        if not all(isinstance(record[key], str) for key in _TEXTS):
            raise ValueError
        previous, digest = bytes.fromhex(record["previous"]), bytes.fromhex(record["hash"])
        line = LogLine(
            record["seq"],
            record["at"],
            record["actor"],
            record["kind"],
            record["subject"],
            record["data"],
            previous,
            digest,
        )
        linked = link(previous, line.seq, line.at_us, line.actor, line.kind, line.subject, line.data)
    except (KeyError, ValueError) as error:
        raise _ItemFileFault("the file holds an event that is none") from error
    if linked != digest:
        raise _ItemFileFault(f"event {line.seq} was changed after it was written")
    if line.subject != item:
        raise _ItemFileFault(f"event {line.seq} is about {line.subject}, and not about {item}")
    if before and line.seq == before[-1].seq + 1 and previous != before[-1].hash:
        raise _ItemFileFault(f"event {line.seq} does not name the hash of event {before[-1].seq}, its neighbour")
    return line


def _check_body(record: dict[str, Any], bodies: dict[int, str]) -> None:
    version, digest, encoded = record.get("version"), record.get("sha256"), record.get("bytes")
    if type(version) is not int or not isinstance(digest, str):
        raise _ItemFileFault("the file holds a body that is none")
    if version in bodies:
        raise _ItemFileFault(f"the file has two bodies of version {version}")
    bodies[version] = digest
    if encoded is None:
        return
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise _ItemFileFault(f"the bytes of version {version} can't be read") from error
    if hashlib.sha256(raw).hexdigest() != digest:
        raise _ItemFileFault(f"the bytes of version {version} are not those of its SHA-256")


def _check_against_log(bodies: dict[int, str], events: list[LogLine], later: frozenset[int]) -> tuple[int, ...]:
    """Compare the bodies with the hashes that the log recorded at intake.

    ``later`` are the events without a proof, in a file with proofs. Return the versions that only they name: what such
    an event says is not shown to be so, and never takes the place of what a proved one says.
    """
    logged = LoggedBodies()
    _apply(logged, [line for line in events if line.seq not in later])
    proved = dict(logged.hashes)
    _apply(logged, [line for line in events if line.seq in later])
    for version, digest in bodies.items():
        if proved.get(version, logged.hashes.get(version)) != digest:
            raise _ItemFileFault(f"no event of the item names the SHA-256 of its version {version}")
    return tuple(version for version in bodies if version not in proved)


def _apply(logged: LoggedBodies, lines: list[LogLine]) -> None:
    for line in lines:
        with suppress(IncompleteEvent):
            logged.apply(parse_data(line.kind, _data(line)))


def _data(line: LogLine) -> dict[str, Any]:
    try:
        value = json.loads(line.data, object_pairs_hook=_members)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _object(raw: bytes) -> dict[str, Any] | None:
    """A line in ASCII as an object whose members each stand in it once, so that everybody reads the same."""
    try:
        value = json.loads(raw.decode("ascii"), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member more than once")
    return members
