"""What is wrong here: with the store, the box, the settings or the terminal. Works on a damaged store too."""

from __future__ import annotations

import codecs
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO, STORE
from dutydesk.cli._core.output import json_line, sentence
from dutydesk.domain.errors import DeskError

if TYPE_CHECKING:
    from dutydesk.store.engine.examine import Looked

#: Bytes that the store's disk should have free.
LITTLE_SPACE = 200 * 1024 * 1024
OUTBOX = "outbox"
MOUNTS = Path("/proc/self/mounts")
#: File systems on which SQLite's locks can't be trusted between machines.
_REMOTE = ("nfs", "cifs", "smb", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "fuse.sshfs", "davfs")


@command("doctor", "dutydesk doctor", "dutydesk --db /srv/desk/desk.db doctor --json")
@pass_call
@click.pass_context
def doctor_command(ctx: click.Context, call: Call) -> None:
    """What is wrong with this store, box or terminal.

    A line for each thing looked at; nothing is changed.
    """
    found: list[Looked] = []
    for looked in examined(call.store):
        found.append(looked)
        if call.json:
            json_line(looked)
        else:
            sentence(f"{'ok   ' if looked.ok else 'WRONG'} {looked.check}: {looked.detail}")
    if any(not looked.ok and looked.check == "store" for looked in found):
        ctx.exit(STORE)
    if any(not looked.ok for looked in found):
        ctx.exit(NO)


def examined(store: Path) -> Iterator[Looked]:
    from dutydesk.store.engine import examine

    yield examine.engine()
    content = [*examine.content(store), examine.log_beside(store)]
    yield from content
    advice = examine.rescue(store, content)
    if advice is not None:
        yield advice
    yield examine.modes(store)
    yield examine.outbox(store, store.absolute().with_name(OUTBOX))
    yield examine.dispatcher(store)
    yield _officers(store)
    yield _settings(store)
    yield _space(store)
    yield _file_system(store)
    yield _terminal()
    if os.environ.get("TMUX"):
        yield _clipboard()


def _officers(store: Path) -> Looked:
    """Names that were added before look-alikes were refused."""
    from dutydesk.screening.look_alikes import look_alikes
    from dutydesk.store.engine import examine

    names = examine.officers(store)
    pairs = look_alikes(names)
    if not pairs:
        return examine.Looked("officers", True, f"{len(names)} officers, and no two look alike")
    said = "; ".join(f"{first!a} and {second!a}" for first, second in pairs)
    return examine.Looked("officers", False, f"these officers can be mistaken for each other: {said}")


def _settings(store: Path) -> Looked:
    from dutydesk.desk.base.settings import FILE_NAME, load
    from dutydesk.store.engine.examine import Looked
    from dutydesk.wire.reference.rule_table import load_rules

    file = store.with_name(FILE_NAME)
    try:
        loaded = load(store, load_rules().ids)
    except DeskError as error:
        return Looked("settings", False, error.words)
    except OSError as error:
        return Looked("settings", False, f"{file} can't be read ({error.strerror})")
    changed = sum(row.comes_from != "default" for row in loaded.rows)
    return Looked("settings", True, f"{file}: {changed} set" if changed else "all are the defaults")


def _folder(store: Path) -> Path:
    """The nearest folder that exists."""
    path = store.absolute()
    return next((folder for folder in path.parents if folder.is_dir()), Path("/"))


def _space(store: Path) -> Looked:
    from dutydesk.store.engine.examine import Looked

    folder = _folder(store)
    free = shutil.disk_usage(folder).free
    return Looked("disk", free >= LITTLE_SPACE, f"{free // 2**20:,} MiB are free at {folder}")


def _file_system(store: Path) -> Looked:
    from dutydesk.store.engine.examine import Looked

    folder = _folder(store).resolve()
    try:
        kind = file_system_of(folder, MOUNTS.read_text("utf-8", errors="replace"))
    except OSError:
        return Looked("file_system", True, "unknown: this system does not list its mounts")
    if kind.startswith(_REMOTE):
        return Looked("file_system", False, f"{folder} is on {kind}; a store must lie on a local disk: move it")
    return Looked("file_system", True, f"{folder} is on {kind}, a local file system")


def file_system_of(folder: Path, mounts: str) -> str:
    """The type of the mount that ``folder`` lies on, out of the lines of ``/proc/self/mounts``."""
    found, deepest = "an unnamed file system", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            found, deepest = fields[2], len(point.parts)
    return found


def _terminal() -> Looked:
    from dutydesk.store.engine.examine import Looked

    encoding = codecs.lookup(sys.stdout.encoding or "ascii").name
    parts = [f"TERM is {os.environ.get('TERM') or 'not set'}", f"text is {encoding}"]
    if os.environ.get("TERM", "dumb") == "dumb":
        parts.append("the console needs a terminal, the commands do not")
    if os.environ.get("NO_COLOR"):
        parts.append("NO_COLOR is set, nothing is coloured")
    if encoding != "utf-8":
        parts.append("names in other scripts are shown escaped, and as ? on the console: set a UTF-8 locale")
    return Looked("terminal", encoding == "utf-8", ", ".join(parts))


def _clipboard() -> Looked:
    """Whether tmux passes on what the console sends to the clipboard; by default it does not, and says nothing."""
    from dutydesk.store.engine.examine import Looked

    tmux, wanted = shutil.which("tmux"), "Y (copy) reaches your clipboard only after: tmux set -s set-clipboard on"
    if tmux is None:
        return Looked("clipboard", True, f"tmux can't be asked; {wanted}")
    try:
        asked = subprocess.run(  # noqa: S603 — its words are fixed
            [tmux, "show-options", "-sv", "set-clipboard"], capture_output=True, text=True, timeout=2, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return Looked("clipboard", True, f"tmux does not answer; {wanted}")
    value = asked.stdout.strip()
    if value == "on":
        return Looked("clipboard", True, "tmux passes on what Y (copy) sends, if its own terminal takes it")
    return Looked("clipboard", True, f"tmux keeps what Y (copy) sends (set-clipboard is {value or 'off'}); {wanted}")
