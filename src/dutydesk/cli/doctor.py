"""Diagnosis of the store, the box, the settings and the terminal; also of a damaged store."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO, STORE
from dutydesk.cli._core.output import number_and_noun, print_json_line, print_sentence
from dutydesk.cli._core.place_options import chosen_places, with_place_options
from dutydesk.domain.delivery.places import TransportPlaces
from dutydesk.domain.errors import DeskError

if TYPE_CHECKING:
    from dutydesk.store.engine.diagnosis import Diagnosis

#: Least number of free bytes on the disk of the store.
MIN_FREE_BYTES = 200 * 1024 * 1024
MAX_DIFFERENCES = 3
MOUNTS = Path("/proc/self/mounts")
#: File systems whose locks SQLite can't rely on between machines.
_REMOTE_FILE_SYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "ncpfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "gpfs",
    "beegfs",
    "fuse.sshfs",
    "davfs",
)


@command("doctor", "dutydesk doctor", "dutydesk doctor --outbox tls://nats1:4222 --json")
@with_place_options
@pass_call
@click.pass_context
def doctor_command(ctx: click.Context, call: Call, places: TransportPlaces) -> None:
    """Find out what is wrong with the store, the box or the terminal.

    It prints one line for each check and changes nothing. It looks at the outboxes that are named here, or in the
    settings, and asks the NATS servers.
    """
    found: list[Diagnosis] = []
    used = _places_used(call, places)
    for diagnosis in chain(examine_box(call.store, used), _check_servers(call, used)):
        found.append(diagnosis)
        if call.json:
            print_json_line(diagnosis)
        else:
            print_sentence(f"{'ok   ' if diagnosis.ok else 'WRONG'} {diagnosis.check}: {diagnosis.detail}")
    if any(not diagnosis.ok and diagnosis.check == "store" for diagnosis in found):
        ctx.exit(STORE)
    if any(not diagnosis.ok for diagnosis in found):
        ctx.exit(NO)


def examine_box(store: Path, places: TransportPlaces) -> Iterator[Diagnosis]:
    from dutydesk.dispatch.places import outbox_folders_in
    from dutydesk.store.engine.diagnosis import examine_store

    content = []
    outboxes = [store.absolute().parent / each for each in outbox_folders_in(places)]
    for diagnosis in examine_store(store, outboxes, allow_unsafe=_allows_unsafe_cluster(store)):
        content.append(diagnosis)
        yield diagnosis
    yield _check_state(store, content)
    yield _check_officers(store)
    yield _check_settings(store)
    yield from _check_alarm_command(store)
    yield from _check_delivery_key(store)
    yield from _check_checkpoint(store)
    yield from _check_witnesses(store)
    yield _check_disk_space(store)
    yield _check_file_system(store)
    yield _check_terminal()
    if os.environ.get("TMUX"):
        yield _check_clipboard()


def _allows_unsafe_cluster(store: Path) -> bool:
    """As the settings say, if they can be read."""
    from dutydesk.desk.base.settings import load
    from dutydesk.wire.reference.read_rule_table import load_rules

    try:
        return load(store, load_rules().ids).settings.allow_unsafe_cluster
    except (DeskError, OSError):
        return False


def _check_state(store: Path, content: list[Diagnosis]) -> Diagnosis:
    """What the next acts rest on, compared with the log."""
    from dutydesk.desk.audit.state.quick import compare_next
    from dutydesk.store.engine.diagnosis import Diagnosis, read_rows

    if any(not each.ok and each.check in ("store", "version", "chain") for each in content):
        return Diagnosis("state", True, "not compared: the store or its log can't be used")
    report, fault = read_rows(store, compare_next)
    if report is None:
        return Diagnosis("state", True, f"not compared with the log: {fault}")
    if report.differences:
        more = (
            f"; and {len(report.differences) - MAX_DIFFERENCES} more"
            if len(report.differences) > MAX_DIFFERENCES
            else ""
        )
        named = "; ".join(each.words for each in report.differences[:MAX_DIFFERENCES])
        return Diagnosis("state", False, f"{named}{more}; dutydesk audit verify --state compares everything")
    part = ", of what is queued only a part" if report.is_partial else ""
    return Diagnosis(
        "state", True, f"roles, measures, restrictions and what is queued are as the log says: {report.rows} rows{part}"
    )


def _check_officers(store: Path) -> Diagnosis:
    """Names that look alike, from before the desk refused them."""
    from dutydesk.screening.confusables import confusable_pairs
    from dutydesk.store.engine import diagnosis

    names = diagnosis.officer_names(store)
    pairs, number = confusable_pairs(names), number_and_noun(len(names), "officer", "officers")
    if not pairs:
        return diagnosis.Diagnosis("officers", True, f"{number}, and no two look alike")
    listed = "; ".join(f"{first!a} and {second!a}" for first, second in pairs)
    return diagnosis.Diagnosis("officers", False, f"these officers can be mistaken for each other: {listed}")


def _check_settings(store: Path) -> Diagnosis:
    from dutydesk.desk.base.rule_files import load_rule_files, rules_folder
    from dutydesk.desk.base.settings import FILE_NAME, load
    from dutydesk.store.engine.diagnosis import Diagnosis
    from dutydesk.wire.reference.read_rule_table import load_rules

    file = store.with_name(FILE_NAME)
    try:
        loaded = load(store, load_rules().ids)
        rules = load_rule_files(rules_folder(store, loaded.settings))
    except DeskError as error:
        return Diagnosis("settings", False, error.words)
    except OSError as error:
        return Diagnosis("settings", False, f"{file} can't be read ({error.strerror})")
    changed = sum(row.comes_from != "default" for row in loaded.rows)
    own = "" if rules.folder is None else f"; its own rules are those of {rules.folder}"
    return Diagnosis("settings", True, f"{file}: {changed} set{own}" if changed else "all are the defaults")


def _check_alarm_command(store: Path) -> Iterator[Diagnosis]:
    """Whether the program of ``[alarm]`` could be started; nothing where there is none, or no settings can be read."""
    from dutydesk.desk.base.settings import load
    from dutydesk.store.engine.diagnosis import Diagnosis
    from dutydesk.wire.reference.read_rule_table import load_rules

    try:
        command = load(store, load_rules().ids).settings.alarm
    except (DeskError, OSError):
        return
    if not command:
        return
    program = shutil.which(command[0])
    if program is None:
        fault = f"{command[0]} is not here, or this user can't run it; correct run under [alarm] in desk.toml"
        yield Diagnosis("alarm_command", False, fault)
    elif Path(program).stat().st_mode & stat.S_IWOTH:
        yield Diagnosis("alarm_command", False, f"{program} can be changed by everyone on this machine; chmod o-w it")
    else:
        yield Diagnosis("alarm_command", True, f"{program} runs for each alarm")


def _check_delivery_key(store: Path) -> Iterator[Diagnosis]:
    """Whether a box of a desk on a cluster could sign what it hands over; nothing for a store that is a file."""
    from dutydesk.desk.base.key_files import desk_key_file
    from dutydesk.desk.base.settings import load
    from dutydesk.store.engine.diagnosis import Diagnosis, read_rows
    from dutydesk.store.engine.location import is_in_database
    from dutydesk.store.tables.bureau_keys import KeyRingReader
    from dutydesk.wire.reference.read_rule_table import load_rules

    try:
        if not is_in_database(store) or load(store, load_rules().ids).settings.sign_deliveries is False:
            return
    except (DeskError, OSError):
        return
    key, _fault = read_rows(store, lambda handle: KeyRingReader().current(handle).desk_key(handle.at))
    if key is None:
        return
    file = desk_key_file(store, key.public)
    fault = f"this box can't dispatch without {file.name}: copy it from the box that has it to {file.parent}, mode 600"
    words = f"{file.name} signs what this box hands over"
    yield Diagnosis("delivery_key", file.exists(), words if file.exists() else fault)


def _check_checkpoint(store: Path) -> Iterator[Diagnosis]:
    """Which key signed the last checkpoint: each box of a desk on a cluster signs by its own."""
    from dutydesk.desk.views.witnesses import last_checkpoint_words
    from dutydesk.store.engine.diagnosis import Diagnosis, read_rows

    words, _fault = read_rows(store, last_checkpoint_words)
    if words:
        yield Diagnosis("checkpoint", True, words)


def _check_witnesses(store: Path) -> Iterator[Diagnosis]:
    """Whether each witness that the settings name has cosigned within a day, and refuses nothing."""
    from dutydesk.desk.base.settings import load
    from dutydesk.desk.views.witnesses import witness_rows
    from dutydesk.store.engine.diagnosis import Diagnosis, read_rows
    from dutydesk.wire.reference.read_rule_table import load_rules

    try:
        settings = load(store, load_rules().ids).settings
    except (DeskError, OSError):
        return
    rows, fault = read_rows(store, lambda handle: witness_rows(handle, settings)) if settings.witnesses else ([], "")
    if rows is None:
        yield Diagnosis("witnesses", True, f"not asked: {fault}")
        return
    for row in rows:
        at = row.cosigned_at
        since = "it has never cosigned" if at is None else f"it cosigned last at {at:%F %T} UTC"
        if row.refusal is not None:
            yield Diagnosis("witnesses", False, f"{row.witness} does not cosign the log: {row.refusal}; {since}")
        else:
            late = ", which is more than a day ago" if row.is_silent and at is not None else ""
            yield Diagnosis("witnesses", not row.is_silent, f"{row.witness}: {since}{late}")


def _places_used(call: Call, named: TransportPlaces) -> TransportPlaces:
    """What the command names, else what the settings name; those alone that are named where no settings can be read."""
    from dutydesk.desk.base.settings import load
    from dutydesk.wire.reference.read_rule_table import load_rules

    try:
        return chosen_places(named, load(call.store, load_rules().ids).settings.transport)
    except (DeskError, OSError):
        return named


def _check_servers(call: Call, places: TransportPlaces) -> Iterator[Diagnosis]:
    """Each NATS server of ``places``; nothing where there is none."""
    from dutydesk.dispatch.places import nats_access, servers_in
    from dutydesk.store.engine.diagnosis import Diagnosis

    try:
        servers = [*servers_in(places)]
        if not servers:
            return
        from dutydesk.dispatch.nats.access import require_packages
        from dutydesk.dispatch.nats.examine import examine_server
        from dutydesk.dispatch.nats.link import NatsLink

        require_packages()
        access = nats_access(call.store.absolute().parent, places)
        for server in servers:
            link = NatsLink(server, access, call.limits.nats)
            for check in asyncio.run(examine_server(link)):
                yield Diagnosis(check.name, check.is_good, check.words)
    except DeskError as error:
        yield Diagnosis("nats", False, error.words)


def _nearest_folder(store: Path) -> Path:
    """The nearest folder that exists."""
    path = store.absolute()
    return next((folder for folder in path.parents if folder.is_dir()), Path("/"))


def _check_disk_space(store: Path) -> Diagnosis:
    from dutydesk.store.engine.diagnosis import Diagnosis

    folder = _nearest_folder(store)
    free = shutil.disk_usage(folder).free
    return Diagnosis("disk", free >= MIN_FREE_BYTES, f"{free // 2**20:,} MiB are free at {folder}")


def _check_file_system(store: Path) -> Diagnosis:
    from dutydesk.store.engine.diagnosis import Diagnosis

    folder = _nearest_folder(store).resolve()
    try:
        kind = file_system_type(folder, MOUNTS.read_text("utf-8", errors="replace"))
    except OSError:
        return Diagnosis("file_system", True, "unknown: this system does not list its mounts")
    if kind.startswith(_REMOTE_FILE_SYSTEMS):
        return Diagnosis("file_system", False, f"{folder} is on {kind}; a store must lie on a local disk: move it")
    return Diagnosis("file_system", True, f"{folder} is on {kind}, a local file system")


def file_system_type(folder: Path, mounts: str) -> str:
    """The type of the file system of ``folder``, from the lines of ``/proc/self/mounts``."""
    found, deepest = "an unnamed file system", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            found, deepest = fields[2], len(point.parts)
    return found


def _check_terminal() -> Diagnosis:
    from dutydesk.store.engine.diagnosis import Diagnosis

    encoding = codecs.lookup(sys.stdout.encoding or "ascii").name
    parts = [f"TERM is {os.environ.get('TERM') or 'not set'}", f"text is {encoding}"]
    if os.environ.get("TERM", "dumb") == "dumb":
        parts.append("the console needs a terminal, the commands do not")
    if os.environ.get("NO_COLOR"):
        parts.append("NO_COLOR is set, nothing is coloured")
    if encoding != "utf-8":
        parts.append("names in other scripts are shown escaped, and as ? on the console: set a UTF-8 locale")
    return Diagnosis("terminal", encoding == "utf-8", ", ".join(parts))


def _check_clipboard() -> Diagnosis:
    """Whether tmux passes on what the console copies to the clipboard; by default it silently does not."""
    from dutydesk.store.engine.diagnosis import Diagnosis

    tmux, wanted = shutil.which("tmux"), "Y (copy) reaches your clipboard only after: tmux set -s set-clipboard on"
    if tmux is None:
        return Diagnosis("clipboard", True, f"tmux can't be asked; {wanted}")
    try:
        asked = subprocess.run(  # noqa: S603 — the arguments are fixed
            [tmux, "show-options", "-sv", "set-clipboard"], capture_output=True, text=True, timeout=2, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return Diagnosis("clipboard", True, f"tmux does not answer; {wanted}")
    value = asked.stdout.strip()
    if value == "on":
        return Diagnosis("clipboard", True, "tmux passes on what Y (copy) sends, if its own terminal takes it")
    return Diagnosis("clipboard", True, f"tmux keeps what Y (copy) sends (set-clipboard is {value or 'off'}); {wanted}")
