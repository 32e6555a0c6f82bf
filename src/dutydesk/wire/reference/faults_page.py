"""The page of faults; ``python -m dutydesk.wire.reference.faults_page`` writes it from the families of codes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from dutydesk.domain.codes.base import Code
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.signature import DeliveryProofCode, SignatureCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.codes.unexpected import SystemCode, UnexpectedCode

FILE_NAME = "FAULTS.md"

#: Every family with the exit code of its refusals, as the classes of :mod:`dutydesk.domain.errors` and the command
#: line have them.
FAMILIES: tuple[tuple[str, type[Code], int], ...] = (
    ("Refused", RefusedCode, 1),
    ("Conflict", ConflictCode, 1),
    ("Not found", NotFoundCode, 1),
    ("Not allowed", NotAllowedCode, 3),
    ("Wrong call", InvalidRequestCode, 2),
    ("Store", StoreCode, 4),
    ("Transport", TransportCode, 4),
    ("Signature of a message", SignatureCode, 1),
    ("Signature of a delivery", DeliveryProofCode, 1),
    ("System", SystemCode, 4),
    ("Internal", UnexpectedCode, 1),
)

_BEGINNING = """# Faults and refusals

Written from the codes in `domain/codes`. A command that fails prints one line on stderr and exits with the code of the
table. With `--json` it also prints an object: `error` is the kind of the refusal, `code` its stable name, `detail` the
line, `obstacles` the list of what stands against the act. Programs compare `code`; the texts may change.

## What recovers by itself

| fault | text | recovers by itself |
|---|---|---|
"""

#: Faults of disks, files and transports, with the beginning of their text and what the program does about them.
_RECOVERY = (
    (
        "The disk of the store is full.",
        "the disk of the store is full; nothing was changed: free some space and try again",
        "yes; the officer repeats the act",
    ),
    (
        "The outbox is full, read-only or gone.",
        "the outbox can't be written (No space left on device); what is due waits, and goes out once that is mended",
        "yes, each line once; no try counts",
    ),
    ("Receipts can't be written.", "inbox/FILE: No space left on device", "yes; the messages get `repeat`"),
    (
        "The store is on a read-only disk.",
        "… is on a read-only file system; mount it for writing, or copy the store elsewhere",
        "at the next start",
    ),
    (
        "The disk fails.",
        "the disk of the store fails (disk I/O error); nothing was changed: look after the disk …",
        "yes",
    ),
    (
        "The store was removed while a console is open.",
        "the store was removed while it was open …; nothing was written: put it back, or start dutydesk again",
        "when it is back",
    ),
    (
        "The store was replaced.",
        "the store was replaced while it was open …; nothing was written: start dutydesk again",
        "no; the dispatcher's lock is released",
    ),
    (
        "The clock jumps.",
        "an event records a step back; nothing waits longer than the longest back-off",
        "yes",
    ),
    (
        "A file grows while it is read.",
        "… was still being written while it was read, and is read again: write it under a dot-name, then rename it",
        "yes",
    ),
    ("A transport hangs.", "no answer within 60 s", "yes, with a back-off; other bureaus are served meanwhile"),
    ("An item can't be shown.", "unreadable, see raw", "lists, counts and all other items keep working"),
)


def faults_page() -> str:
    """The whole page: what recovers by itself, then a table for each family."""
    recovery = "".join(_row(*cells) for cells in _RECOVERY)
    return _BEGINNING + recovery + "".join(_family(*family) for family in FAMILIES)


def _family(title: str, family: type[Code], exit_code: int) -> str:
    head = (
        f"\n## {title} (exit code {exit_code})\n\n{family.__doc__}\n\n"
        "| code | exit | what it means | what to do |\n|---|---|---|---|\n"
    )
    return head + "".join(_row(f"`{code.value}`", str(exit_code), code.meaning, code.remedy) for code in family)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def page_file() -> Path:
    return Path(str(files("dutydesk.data") / FILE_NAME))


if __name__ == "__main__":
    page_file().write_text(faults_page(), "utf-8")
