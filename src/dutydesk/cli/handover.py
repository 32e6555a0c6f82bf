"""The command for the handover of a shift: draft, sign, accept and show the note."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.output import cell_text, print_json_line, print_paragraph, print_sentence
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.shift.handover import HandoverDraft, SignedHandover

#: More than a text that can be signed; bounds how much of a wrong file is read.
_MAX_BYTES = 1 << 20
HANDOVER = "handover"


@command(
    "handover",
    "dutydesk handover > note.txt",
    "dutydesk handover --write --file note.txt",
    "dutydesk handover --last",
    "dutydesk handover --accept --of S-0001",
)
@click.option("--write", is_flag=True, help="Sign the edited text, from --file or the standard input.")
@click.option("--accept", is_flag=True, help="Accept the last note; its author can't.")
@click.option("--last", is_flag=True, help="Show the last signed note.")
@click.option("--file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The text to sign.")
@click.option("--of", metavar="NOTE", type=arguments.handover, help="Accept this note only, not one signed meanwhile.")
@pass_call
@click.pass_context
def handover_command(
    ctx: click.Context, call: Call, write: bool, accept: bool, last: bool, file: Path | None, of: int | None
) -> None:
    """The shift's handover note.

    Without an option a draft is made from the log and printed for editing. It covers the current shift, in the first
    hour of a shift the previous one. The signed text is stored, with its SHA-256 in the log; another officer accepts
    it. A text that was changed after it was signed can't be accepted. A newer note replaces one that was not accepted.
    """
    if write + accept + last > 1:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("--write, --accept and --last are three things; name one of them"),
            ctx,
        )
    if (file is not None and not write) or (of is not None and not accept):
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--file goes with --write, and --of with --accept"), ctx
        )
    from dutydesk.desk.shift import handover

    if write:
        text = _read_note(file)
        print_result(call, run_at_desk(call, lambda desk, actor: handover.write_handover(desk, actor, text)), HANDOVER)
    elif accept:
        print_result(call, run_at_desk(call, lambda desk, actor: handover.accept_handover(desk, actor, of)), HANDOVER)
    elif last:
        _print_last(call, read_at_desk(call, handover.last_handover))
    else:
        _print_draft(call, read_at_desk(call, handover.draft_handover))


def _read_note(file: Path | None) -> str:
    """The text to sign, from a file or the standard input. Raises InvalidRequest."""
    from dutydesk.desk.base.user_files import open_file

    if file is not None:
        with open_file(file) as source:
            return _decode_note(source, str(file))
    if sys.stdin.isatty():
        raise InvalidRequest(
            InvalidRequestCode.HANDOVER_EMPTY,
            sentence("there is no text to sign; name its file with --file, or give it on the standard input"),
        )
    return _decode_note(sys.stdin.buffer, "the standard input")


def _decode_note(source: BinaryIO, name: str) -> str:
    raw = source.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise InvalidRequest(
            InvalidRequestCode.HANDOVER_TOO_LONG,
            sentence("{name} is larger than any handover; name the edited note", name=name),
        )
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(
            InvalidRequestCode.TEXT_NOT_UTF8, sentence("{name} is no text in UTF-8; save the note as UTF-8", name=name)
        ) from error


def _print_draft(call: Call, found: HandoverDraft) -> None:
    if call.json:
        drawn = {field.name: getattr(found.note, field.name) for field in fields(found.note)}
        print_json_line({**drawn, "last": found.last})
        return
    print_paragraph(found.note.text)
    if found.last is not None:
        print(f"dutydesk: the last note: {_signature_text(found.last)}", file=sys.stderr)


def _print_last(call: Call, found: SignedHandover) -> None:
    if call.json:
        print_json_line(found)
        return
    print_paragraph(found.text)
    print_sentence("")
    print_sentence(_signature_text(found))
    print_sentence(f"SHA-256 {found.sha256}")


def _signature_text(found: SignedHandover) -> str:
    signed = f"{found.handover}, signed by {found.written_by} at {cell_text(found.written_at)}"
    if not found.sound:
        return f"{signed}: its text was CHANGED after that, and proves nothing"
    if found.accepted_by is not None:
        return f"{signed}, accepted by {found.accepted_by} at {cell_text(found.accepted_at)}"
    return f"{signed}, not accepted yet"
