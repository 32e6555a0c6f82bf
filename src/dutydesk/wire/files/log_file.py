"""The log as a file: a header, a line for each event, and a last line that reveals truncation and alteration.

Every line is one JSON object in ASCII. ``data`` is exactly the text that the event's hash covers. The last line has the
number of events, the head's hash and the SHA-256 of all lines before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import Checkpoint, LogLine, UnreadableLines
from dutydesk.language.sentences import sentence
from dutydesk.wire.files.signatures import SigningKey, is_signed_by

LOG_SCHEMA = "dutydesk-log/1"
CHECKPOINT_SCHEMA = "dutydesk-checkpoint/2"
#: The format of releases without signatures: still read, and reported as unsigned.
UNSIGNED_SCHEMA = "dutydesk-checkpoint/1"
#: Longer than any event: a message, and so what an event says of it, is at most 256 KiB.
LONGEST_LINE = 1 << 24
#: No store numbers its events further.
MOST_EVENTS = (1 << 63) - 1
_EVENT_KEYS = {"seq", "at", "actor", "kind", "subject", "data", "previous", "hash"}
_HEADER_KEYS = {"schema", "realm", "made_at", "exported_at"}
_CHECKPOINT_KEYS = {"schema", "realm", "made_at", "seq", "hash", "at", "public_key", "signature"}
_TAIL_KEYS = {"events", "head", "sha256"}


@value(frozen=True, slots=True)
class LogOrigin:
    """The store that a log comes from: its realm, and when it was made (RFC 3339)."""

    realm: str
    made_at: str


@value(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as its file holds it. ``signed_by`` is the public key of a valid signature; ``None`` without one.

    The key proves nothing by itself, because a person who can write the store could have made it. It must be compared
    with the one that was kept elsewhere.
    """

    origin: LogOrigin
    checkpoint: Checkpoint
    at: str
    signed_by: bytes | None = None


class LogWriter:
    """Writes a log line by line; ``events`` and ``head`` describe the last line written."""

    def __init__(self, out: BinaryIO, origin: LogOrigin, exported_at: str) -> None:
        self._out = out
        self._sum = sha256()
        self.events = 0
        self.head = ""
        self._put({"schema": LOG_SCHEMA, "realm": origin.realm, "made_at": origin.made_at, "exported_at": exported_at})

    def add(self, line: LogLine) -> None:
        self.events, self.head = line.seq, line.hash.hex()
        self._put(
            {
                "seq": line.seq,
                "at": line.at_us,
                "actor": line.actor,
                "kind": line.kind,
                "subject": line.subject,
                "data": line.data,
                "previous": line.previous.hex(),
                "hash": self.head,
            }
        )

    def end(self) -> str:
        """Write the last line; return the SHA-256 of the whole file, in hex."""
        self._put({"events": self.events, "head": self.head, "sha256": self._sum.hexdigest()})
        return self._sum.hexdigest()

    def _put(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        self._sum.update(line)
        self._out.write(line)


def read_log(source: BinaryIO, name: str) -> tuple[LogOrigin, Iterator[LogLine]]:
    """Read an exported log. Raises InvalidRequest for any other file; the iterator raises Unreadable for a damaged
    line.
    """
    first = source.readline(LONGEST_LINE)
    header = _object(first)
    if header is None or header.get("schema") != LOG_SCHEMA or not _all_text(header, _HEADER_KEYS):
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_LOG_FILE,
            sentence("{name} is no exported log of dutydesk; audit export makes one", name=name),
        )
    origin = LogOrigin(header["realm"], header["made_at"])
    return origin, _lines(source, first, origin)


def _lines(source: BinaryIO, first: bytes, origin: LogOrigin) -> Iterator[LogLine]:
    digest, number, last = sha256(first), 1, None
    while raw := source.readline(LONGEST_LINE):
        number += 1
        value = None if is_cut(raw) else _object(raw)
        if value is not None and set(value) == _TAIL_KEYS:
            _check_tail(value, last, digest.hexdigest(), source.read(1) == b"")
            return
        digest.update(raw)
        last = _line(value, number)
        if last.seq == 1:
            _check_origin(last, origin)
        yield last
    raise UnreadableLines(f"the file ends at its line {number} without a last line: its end was cut off")


def is_cut(raw: bytes) -> bool:
    """Whether a line is longer than any, so that only its beginning was read: what follows it there is no other one."""
    return len(raw) == LONGEST_LINE and not raw.endswith(b"\n")


def _line(value: dict[str, Any] | None, number: int) -> LogLine:
    if value is None or set(value) != _EVENT_KEYS:
        raise UnreadableLines(f"line {number} of the file is no event of a log")
    if not all(type(value[key]) is int for key in ("seq", "at")) or not _all_text(value, _EVENT_KEYS - {"seq", "at"}):
        raise UnreadableLines(f"line {number} of the file holds a value of the wrong type")
    try:
        previous, own = bytes.fromhex(value["previous"]), bytes.fromhex(value["hash"])
    except ValueError as error:
        raise UnreadableLines(f"line {number} of the file holds a hash that is none") from error
    return LogLine(
        value["seq"], value["at"], value["actor"], value["kind"], value["subject"], value["data"], previous, own
    )


def _check_tail(tail: dict[str, Any], last: LogLine | None, digest: str, is_end: bool) -> None:
    count, head = (0, "") if last is None else (last.seq, last.hash.hex())
    if tail["events"] != count or tail["head"] != head:
        raise UnreadableLines(
            f"the last line names {tail['events']} events, but the file holds {count}, or another head"
        )
    if tail["sha256"] != digest:
        raise UnreadableLines("the file was altered after it was written: its sum is another than its last line says")
    if not is_end:
        raise UnreadableLines("the file goes on after its last line")


def _check_origin(first: LogLine, origin: LogOrigin) -> None:
    made = _object(first.data.encode(errors="replace")) or {}
    if first.kind == "store.made" and made.get("realm") != origin.realm:
        raise UnreadableLines(f"the file calls itself {origin.realm}, but its first event says {made.get('realm')}")


def checkpoint_line(checkpoint: SignedCheckpoint, key: SigningKey) -> bytes:
    """One signed JSON object; the signature covers every other field, in the order of their names."""
    value = {
        "schema": CHECKPOINT_SCHEMA,
        "realm": checkpoint.origin.realm,
        "made_at": checkpoint.origin.made_at,
        "seq": checkpoint.checkpoint.seq,
        "hash": checkpoint.checkpoint.hash.hex(),
        "at": checkpoint.at,
        "public_key": key.public.hex(),
    }
    return json.dumps(value | {"signature": key.sign(_signed_part(value)).hex()}).encode() + b"\n"


def _signed_part(value: dict[str, Any]) -> bytes:
    covered = {name: field for name, field in value.items() if name != "signature"}
    return json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()


def read_checkpoint(raw: bytes, name: str) -> SignedCheckpoint:
    """Raises InvalidRequest for a file that is no checkpoint, Refused for an invalid signature."""
    value = _object(raw)
    try:
        if value is None or not _all_text(value, {"schema", "realm", "made_at", "hash", "at"}):
            raise ValueError
        signed_by = _signed_by(value)
        seq, digest = value["seq"], bytes.fromhex(value["hash"])
        if type(seq) is not int or not 1 <= seq <= MOST_EVENTS:
            raise ValueError
    except (KeyError, ValueError) as error:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_CHECKPOINT,
            sentence("{name} is no checkpoint of dutydesk; audit checkpoint makes one", name=name),
        ) from error
    if signed_by is not None and not is_signed_by(signed_by, bytes.fromhex(value["signature"]), _signed_part(value)):
        raise Refused(
            RefusedCode.CHECKPOINT_ALTERED,
            sentence(
                "{name} proves nothing: it was altered after it was signed, or signed by a key that it hides", name=name
            ),
        )
    return SignedCheckpoint(
        LogOrigin(value["realm"], value["made_at"]), Checkpoint(seq, digest), value["at"], signed_by
    )


def _signed_by(value: dict[str, Any]) -> bytes | None:
    """The key that a checkpoint names as its signer. Raises ValueError if it is missing but required."""
    if value["schema"] == UNSIGNED_SCHEMA:
        return None
    if value["schema"] != CHECKPOINT_SCHEMA or set(value) != _CHECKPOINT_KEYS:
        raise ValueError
    if not _all_text(value, {"public_key", "signature"}):
        raise ValueError
    bytes.fromhex(value["signature"])
    return bytes.fromhex(value["public_key"])


def _object(raw: bytes) -> dict[str, Any] | None:
    """An object in UTF-8 whose members each stand in it once, so that everybody reads the same."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member more than once")
    return members


def _all_text(value: dict[str, Any], keys: set[str]) -> bool:
    return all(isinstance(value.get(key), str) for key in keys)
