"""The handover of a shift: the note as the log makes it, and the signatures of who leaves and who comes."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.answers import tell
from dutydesk.cli._core.call import Call, at_desk, pass_call, reading
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.output import json_line, paragraph, sentence, shown
from dutydesk.domain.errors import BadCall

if TYPE_CHECKING:
    from dutydesk.desk.shift.handover import HandoverDraft, SignedHandover

#: More than a text that can be signed, and so little that a wrong file is not read to its end.
_MOST_BYTES = 1 << 20
HANDOVER = "handover"


@command(
    "handover",
    "dutydesk handover > note.txt",
    "dutydesk handover --write --file note.txt",
    "dutydesk handover --last",
    "dutydesk handover --accept --of S-0001",
)
@click.option("--write", is_flag=True, help="Sign the edited text, from --file or the standard input.")
@click.option("--accept", is_flag=True, help="Accept the last note; by another officer than who wrote it.")
@click.option("--last", is_flag=True, help="Show the note that was signed last.")
@click.option("--file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The text to sign.")
@click.option(
    "--of", metavar="NOTE", type=arguments.handover, help="Accept this note, and none that has come meanwhile."
)
@pass_call
@click.pass_context
def handover_command(
    ctx: click.Context, call: Call, write: bool, accept: bool, last: bool, file: Path | None, of: int | None
) -> None:
    """The shift's handover note.

    Without an option it is drawn up from the log and printed, to be edited. The shift is the one that runs, and in its
    first hour the one before it. The text that is signed is kept, with its SHA-256 in the log; another officer accepts
    it. A text that was changed after it was signed can't be accepted, and a newer note takes the place of one that was
    not.
    """
    if write + accept + last > 1:
        raise click.UsageError("--write, --accept and --last are three things; name one of them", ctx)
    if (file is not None and not write) or (of is not None and not accept):
        raise click.UsageError("--file goes with --write, and --of with --accept", ctx)
    from dutydesk.desk.shift import handover

    if write:
        text = _text(file)
        tell(call, at_desk(call, lambda desk, actor: handover.write(desk, actor, text)), HANDOVER)
    elif accept:
        tell(call, at_desk(call, lambda desk, actor: handover.accept(desk, actor, of)), HANDOVER)
    elif last:
        _tell_last(call, reading(call, handover.last))
    else:
        _tell_drawn(call, reading(call, handover.look))


def _text(file: Path | None) -> str:
    """Raises BadCall."""
    from dutydesk.desk.base.user_files import opened

    if file is not None:
        with opened(file) as source:
            return _decoded(source, str(file))
    if sys.stdin.isatty():
        raise BadCall("there is no text to sign; name its file with --file, or give it on the standard input")
    return _decoded(sys.stdin.buffer, "the standard input")


def _decoded(source: BinaryIO, name: str) -> str:
    raw = source.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise BadCall(f"{name} is larger than any handover; name the edited note")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise BadCall(f"{name} is no text in UTF-8; save the note as UTF-8") from error


def _tell_drawn(call: Call, found: HandoverDraft) -> None:
    if call.json:
        drawn = {field.name: getattr(found.drawn, field.name) for field in fields(found.drawn)}
        json_line({**drawn, "last": found.last})
        return
    paragraph(found.drawn.text)
    if found.last is not None:
        print(f"dutydesk: the last note: {_standing(found.last)}", file=sys.stderr)


def _tell_last(call: Call, found: SignedHandover) -> None:
    if call.json:
        json_line(found)
        return
    paragraph(found.text)
    sentence("")
    sentence(_standing(found))
    sentence(f"SHA-256 {found.sha256}")


def _standing(found: SignedHandover) -> str:
    signed = f"{found.handover}, signed by {found.written_by} at {shown(found.written_at)}"
    if not found.sound:
        return f"{signed}: its text was CHANGED after that, and proves nothing"
    if found.accepted_by is not None:
        return f"{signed}, accepted by {found.accepted_by} at {shown(found.accepted_at)}"
    return f"{signed}, not accepted yet"
