"""Targets that read input from others: messages, registers, exported logs, and the events of a proof."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from fuzz_kit import Target, require, require_fit_for_terminal

from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.events.log import GENESIS, EventKind, link
from dutydesk.domain.proof.chain import ChainWalk, LogLine
from dutydesk.domain.proof.prover import prove
from dutydesk.domain.proof.rule_tables import ProofTables, proof_tables
from dutydesk.domain.rules.registers import Register
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.message import decode_carefully, decode_message
from dutydesk.wire.decode.models import EnvelopeFields
from dutydesk.wire.decode.outcome import DecodedMessage, QuarantinedMessage, RejectedMessage
from dutydesk.wire.decode.stream import decode_raw, read_lines
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.files.log_file import read_checkpoint, read_log
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules
from dutydesk.wire.registers.entities import EntityFile, read_entities
from dutydesk.wire.registers.notices import read_notices
from dutydesk.wire.registers.registers import UnreadableRegisterError, read_register
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError
from dutydesk.wire.registers.travel_documents import read_documents
from dutydesk.wire.text.safe_text import safe_text

#: Upper bound on the lines of one input that is read as a file of lines.
MOST_LINES = 40
AT = datetime(2022, 5, 11, 12, 0, tzinfo=UTC)


@cache
def _law() -> ProofTables:
    return proof_tables(load_directory(), load_rules())


def check_wire(raw: bytes) -> None:
    """Any bytes decode to an outcome whose text is safe for a terminal and the same in both ways of decoding."""
    reading = decode_message(raw, load_directory(), AT)
    match reading:
        case DecodedMessage():
            to_json_line(reading.message)
        case RejectedMessage() | QuarantinedMessage():
            require(bool(reading.problems), "refused, and nothing says why")
            for problem in reading.problems:
                require_fit_for_terminal(problem.problem)
                require(not problem.problem.startswith("is not understood"), "refused, without a reason in words")
                require(problem.path.isprintable() and problem.path.isascii(), f"the path {problem.path!r}")
            for claimed in (reading.reference, reading.sender):
                require(claimed is None or claimed.isprintable(), f"claimed {claimed!r}")
        case _:
            require(False, f"a reading is no {type(reading).__name__}")
    if len(raw) <= limits.MESSAGE_BYTES:
        require(decode_carefully(raw, load_directory(), AT) == reading, "read in two ways, it says two things")
    for message in islice(read_lines(io.BytesIO(raw)), MOST_LINES):
        decode_raw(message, load_directory(), AT)


def check_registers(raw: bytes) -> None:
    """Reads a register; the first byte selects which one."""
    register = (Register.REFUGEES, Register.CCF)[raw[:1] < b"c"]
    try:
        found = read_register(register, raw[1:], load_directory(), AT.date())
    except UnreadableRegisterError as fault:
        require_fit_for_terminal(safe_text(str(fault)))
        return
    lines = [line for line, _ in found.entries] + [problem.line for problem in found.problems]
    require(len(lines) == len(set(lines)), "a row is taken twice, or taken and refused")
    for problem in found.problems:
        require_fit_for_terminal(safe_text(problem.problem))
    for _, entry in found.entries:
        json.dumps(to_json_line(entry)).encode()


def check_notices(raw: bytes) -> None:
    """Reads notices: each person of a file, or why there is none; anything else is refused as not such a file."""
    _check_rows(lambda: read_notices(raw, load_directory(), AT.date()))


def check_documents(raw: bytes) -> None:
    """Reads travel documents, with the same properties."""
    _check_rows(lambda: read_documents(io.BytesIO(raw), load_directory(), AT.date()).rows)


def check_entities(raw: bytes) -> None:
    """Reads entities, with the same properties; the first byte selects the number of parts."""
    entities: list[EntityFile] = []

    def read() -> Iterator[object]:
        entities.append(read_entities(io.BytesIO(raw[1:]), load_directory(), AT.date(), parts=1 + raw[0] % 3))
        return entities[0].rows

    if raw:
        _check_rows(read)
    for opened in entities:
        opened.close()


def _check_rows(read: Callable[[], Iterator[object]]) -> None:
    try:
        for row in read():
            if isinstance(row, RejectedRow):
                require(row.line > 0, "a row stands nowhere")
                require_fit_for_terminal(safe_text(row.problem))
            else:
                to_json_line(row).encode()
    except UnreadableFileError as fault:
        require_fit_for_terminal(safe_text(str(fault)))


def check_log(raw: bytes) -> None:
    """Anything but a log is refused; a damaged log ends in a report."""
    try:
        kept = read_checkpoint(raw, "kept")
        require_fit_for_terminal(safe_text(kept.origin.realm + kept.origin.made_at + kept.at))
    except (InvalidRequest, Refused) as refusal:
        require_fit_for_terminal(refusal.words)
    try:
        _origin, lines = read_log(io.BytesIO(raw), "log")
    except InvalidRequest as refusal:
        require_fit_for_terminal(refusal.words)
        return
    proof = prove(lines, _law())
    require_fit_for_terminal(safe_text(proof.chain.fault or ""))


def check_proof(raw: bytes) -> None:
    """Proves events with a valid chain and arbitrary data: one per line, as kind, subject, actor and data."""
    proof = prove(_chained(raw), _law())
    require(proof.chain.fault is None, f"the chain was made to hold, and does not: {proof.chain.fault}")
    for breach in proof.breaches:
        require_fit_for_terminal(safe_text(breach.words))


def _chained(raw: bytes) -> Iterator[LogLine]:
    previous = GENESIS
    for seq, line in enumerate(raw.decode("utf-8", "replace").split("\n"), start=1):
        kind, subject, actor, at, data = (*line.split("\t", 4), "", "", "", "", "")[:5]
        at_us = int(at) if at.isascii() and at.isdigit() and len(at) < 20 else 1_646_899_200_000_000 + seq
        own = link(previous, seq, at_us, actor, kind, subject, data)
        yield LogLine(seq, at_us, actor, kind, subject, data, previous, own)
        previous = own


def check_walk(raw: bytes) -> None:
    """A chain with one altered byte never verifies."""
    lines = list(_chained(raw[:2_000] + b"\nx"))
    place = len(raw) % len(lines)
    lines[place] = lines[place]._replace(data=lines[place].data + "x")
    walk = ChainWalk(lines)
    for _line in walk.verified_lines():
        pass
    require(walk.report.first_bad_seq == place + 1, "an altered event was not found")


_JSON = (b"{", b"}", b"[", b"]", b":", b",", b'""', b"{}", b"[]", b"null", b"\\u0000", b"\\ud800", b"[" * 70)
_TYPES = tuple(
    f'"{name}"'.encode()
    for name in (
        *("diffusion", "notice_request", "correction", "withdrawal", "information", "response", "check", "message"),
        *("recall_confirmation", "restriction", "dutydesk/1", "all", "red", "silver", "person", "body", "asset", "RU"),
        *("914", "UNK", "DE-01", "of", "about", "recipients", "subject", "judicial", "reason", "deny", "query"),
        *EnvelopeFields.__annotations__,
    )
)
_COLUMNS = tuple(
    name.encode()
    for name in (
        *("reference", "family", "given", "original_script", "date_of_birth", "identity_document", "document_issuer"),
        *("date", "status", "country_of_origin", "granted_by", "matter", "decision", "nationality", "entries"),
        *("open request", "confirmed", "ended", "in force", ";", "\t", '""', "SY", "RU"),
    )
)
_ENTITIES = tuple(
    f'"{name}"'.encode()
    for name in (
        *("id", "schema", "properties", "datasets", "target", "caption", "first_seen", "Person", "Passport"),
        *("Identification", "Sanction", "name", "alias", "firstName", "lastName", "birthDate", "nationality"),
        *("holder", "entity", "passportNumber", "number", "country", "listingDate", "endDate", "reason", "1979", "fr"),
    )
)
_NOTICES = tuple(
    f'"{name}"'.encode()
    for name in (
        *(
            "entity_id",
            "name",
            "forename",
            "date_of_birth",
            "nationalities",
            "_embedded",
            "notices",
            "_links",
            "sex_id",
        ),
        *("arrest_warrants", "charge", "issuing_country_id", "height", "weight", "2022/1", "1970/02/30", "1970", "FR"),
    )
)
_DOCUMENTS = tuple(
    name.encode()
    for name in (
        *("number", "issuer", "status", "type", "date", ";", "\t", ",", '""', "stolen_blank", "lost", "passport"),
        *("identity_card", "2019-02-30", "2019", "914", "UNK", "X1234567", "document_number", "country"),
    )
)
_FACTS = tuple(
    f'"{name}"'.encode()
    for name in (
        *("item", "sender", "recipients", "state", "version", "cycle", "revision", "level", "measure", "kind", "role"),
        *("country", "name", "login", "causes", "effective_at", "channels", "kinds", "deny", "allow", "review", "to"),
        *("officer", "D-000001", "M-0001", "held", "released", "2022-03-10T08:00:00+00:00", "supervisor"),
    )
)
_KINDS = tuple(f"\n{kind}\tD-000001\tInes\t\t{{}}".encode() for kind in EventKind)

TARGETS = (
    Target("wire", check_wire, (*_JSON, *_TYPES)),
    Target("registers", check_registers, (*_JSON, *_COLUMNS)),
    Target("notices", check_notices, (*_JSON, *_NOTICES)),
    Target("documents", check_documents, _DOCUMENTS),
    Target("entities", check_entities, (*_JSON, *_ENTITIES)),
    Target("log", check_log, (*_JSON, *_FACTS)),
    Target("proof", check_proof, (*_JSON, *_FACTS, *_KINDS)),
    Target("chain", check_walk, _KINDS, may_be_long=False),
)
