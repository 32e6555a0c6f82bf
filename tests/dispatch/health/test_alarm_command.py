"""The alarm command: no shell, hostile text is only ever data, never too often, and it never holds anybody up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.health.alarm_command import AlarmCommand, alarm_text
from dutydesk.dispatch.health.alarm_watch import AlarmWatch
from dutydesk.dispatch.health.monitored import Reporting, monitored
from dutydesk.dispatch.inbox import Inbox
from dutydesk.domain.limits import HealthLimits, Limits
from dutydesk.domain.supervision.measures import Level

BRISK = HealthLimits(alarm_pause_seconds=0.0, alarm_seconds=0.02, trouble_seconds=0.02)
#: Writes what it got as a file of JSON, whole or not at all; its second argument is how it ends.
_PROGRAM = """\
#!/bin/sh
folder=$1
draft="$folder/.$$"
cat > "$draft.in"
env > "$draft.env"
mkdir "$draft"
mv "$draft.in" "$draft/in"
mv "$draft.env" "$draft/env"
mv "$draft" "$folder/$$.run"
exit ${2:-0}
"""


class Program:
    """A command of the test's own, and what it was run with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "alarms; touch $(pwd)"
        self.folder.mkdir()
        self.path = folder / "page the desk"
        self.path.write_text(_PROGRAM)
        self.path.chmod(0o755)

    def command(self, status: int = 0) -> list[str]:
        return [str(self.path), str(self.folder), str(status)]

    def runs(self) -> list[tuple[str, dict[str, str]]]:
        """The text and the environment of each run that has ended."""
        found = sorted(self.folder.glob("*.run"), key=lambda path: path.stat().st_mtime_ns)
        return [((run / "in").read_text("utf-8"), _variables((run / "env").read_text())) for run in found]


def _variables(text: str) -> dict[str, str]:
    return {name: value for name, _, value in (line.partition("=") for line in text.splitlines())}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


HOSTILE = [
    "two\nlines",
    "nul\0nul",
    "$(touch /tmp/x) `id` ; rm -rf ~ | & > < \\",
    "\"double\" 'single'",
    "\x1b]0;title\x07\x1b[2J\x9b31m",
    "--help",
    "half \ud800 a character",
    "right \u202e left",
    "x" * 1_000_000,
    "\0" * 1_000_000,
    "ش" * 100_000,
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_text_is_one_line_of_the_input_and_nothing_else(program: Program, text: str) -> None:
    command = AlarmCommand(program.command(), BRISK)
    command.raise_alarm("dead", text)
    await until(lambda: len(program.runs()) == 1)
    await until(lambda: not command.problems)
    await command.close()
    ((got, variables),) = program.runs()
    assert got.endswith("\n")
    assert got.count("\n") == 1
    assert all(character.isprintable() for character in got[:-1])
    assert len(got.encode()) <= BRISK.alarm_text_bytes
    assert (variables["DUTYDESK_ALARM"], variables["DUTYDESK_ALARM_SUPPRESSED"]) == ("dead", "0")
    assert not any(text in value for value in variables.values() if len(text) > 3)


def test_a_text_of_any_length_fits_and_says_that_it_was_cut() -> None:
    for text in ("x" * 99, "ش" * 99, "\0" * 99, "\u202e" * 99):
        cut = alarm_text(text, 50)
        assert len(cut) <= 50
        assert cut.endswith(b" [cut]\n")
        assert cut.decode("utf-8")
    assert alarm_text("x" * 40, 50) == b"x" * 40 + b"\n"


async def test_it_gets_little_of_the_environment(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/x")
    monkeypatch.setenv("SECRET", "y")
    command = AlarmCommand(program.command(), BRISK)
    command.raise_alarm("dead", "x")
    await until(lambda: len(program.runs()) == 1)
    await command.close()
    ((_, variables),) = program.runs()
    assert not variables.keys() & {"NOTIFY_SOCKET", "SECRET"}


async def test_alarms_of_one_code_are_counted_between_two_runs(program: Program) -> None:
    """The first run is at once, the next has the latest text and how many came; other codes do not wait."""
    command = AlarmCommand(program.command(), HealthLimits(alarm_pause_seconds=0.5))
    for text in ("first", "second", "third", "fourth"):
        command.raise_alarm("dead", text)
    command.raise_alarm("flash", "another")
    await until(lambda: len(program.runs()) == 3)
    await command.close()
    runs = [
        (text, variables["DUTYDESK_ALARM"], variables["DUTYDESK_ALARM_SUPPRESSED"])
        for text, variables in program.runs()
    ]
    assert sorted(runs) == [("another\n", "flash", "0"), ("first\n", "dead", "0"), ("fourth\n", "dead", "3")]


@pytest.mark.parametrize("status", [1, 127])
async def test_a_run_that_fails_is_a_problem_until_it_runs_well(program: Program, status: int) -> None:
    command = AlarmCommand(program.command(status), BRISK)
    command.raise_alarm("dead", "x")
    await until(lambda: len(command.problems) == 1)
    assert str(status) in command.problems[0]
    program.path.write_text("#!/bin/sh\ncat >/dev/null\n")
    await until(lambda: not raised_again(command))
    await command.close()


def raised_again(command: AlarmCommand) -> bool:
    command.raise_alarm("dead", "x")
    return bool(command.problems)


async def test_a_program_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        command = AlarmCommand([str(path)], BRISK)
        command.raise_alarm("dead", "x")
        await until(lambda command=command: len(command.problems) == 1)  # type: ignore[misc]
        await command.close()


async def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    """It reads nothing, starts another process, and ignores a polite request."""
    pids, program = tmp_path / "pids", tmp_path / "hang"
    program.write_text(
        f"#!/bin/sh\ntrap '' TERM HUP INT\nsleep 600 &\necho $$ $! > {pids}.new\nmv {pids}.new {pids}\nwait\n"
    )
    program.chmod(0o755)
    command = AlarmCommand([str(program)], HealthLimits(alarm_pause_seconds=0.0, alarm_command_seconds=0.5))

    def was_ended() -> bool:
        """On a slow machine it may be ended before it has come to anything; then it runs again."""
        if not pids.exists():
            command.raise_alarm("dead", "x" * 1_000_000)
        return pids.exists() and len(command.problems) == 1

    await until(was_ended)
    for pid in pids.read_text().split():
        await until(lambda pid=pid: not is_running(int(pid)))  # type: ignore[misc]
    await command.close()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return False
    return state != "Z"


async def test_closing_ends_what_runs(tmp_path: Path) -> None:
    started, program = tmp_path / "started", tmp_path / "hang"
    program.write_text(f"#!/bin/sh\necho $$ > {started}.new\nmv {started}.new {started}\nexec sleep 600\n")
    program.chmod(0o755)
    command = AlarmCommand([str(program)], BRISK)
    command.raise_alarm("dead", "x")
    await until(started.exists)
    await command.close()
    await until(lambda: not is_running(int(started.read_text())))


class Told(AlarmCommand):
    """Keeps the alarms instead of running anything."""

    def __init__(self) -> None:
        super().__init__(["/bin/true"])
        self.told: list[tuple[str, str]] = []

    def raise_alarm(self, code: str, text: str) -> None:
        self.told.append((code, text))


async def test_only_the_process_that_dispatches_passes_alarms_on_and_each_once(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    await works.bench.sent(diffusion("RU", ("PL",), urgency="flash"))
    told = Told()
    watch = AlarmWatch(works.desk.queries, told, None)
    stopped = works.dispatcher()
    await watch.look(stopped.state)
    assert told.told == []
    async with works.dispatching() as dispatcher:
        await watch.look(dispatcher.state)
        await watch.look(dispatcher.state)
        assert [code for code, _ in told.told] == ["flash"]
        assert told.told[0][1].startswith("D-000001: ")
        await works.bench.sent(diffusion("RU", ("PL",), urgency="flash"))
        await watch.look(dispatcher.state)
        assert [code for code, _ in told.told] == ["flash", "flash"]
        assert watch.counts == {"flash": 2}


async def test_what_another_box_has_passed_on_is_new_for_the_one_that_takes_over(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    await works.bench.sent(diffusion("RU", ("PL",), urgency="flash"))
    told = Told()
    watch = AlarmWatch(works.desk.queries, told, None)
    running = DispatcherState(Phase.RUNNING)
    await watch.look(replace(running, passes_alarms_on=False))
    assert told.told == []
    assert watch.counts == {"flash": 1}
    await watch.look(running)
    await watch.look(running)
    assert [code for code, _ in told.told] == ["flash"]


async def test_a_trouble_of_the_dispatcher_is_an_alarm_too(works: Works) -> None:
    told = Told()
    watch = AlarmWatch(works.desk.queries, told, None)
    (works.inbox / "notes").mkdir(parents=True)
    async with works.dispatching(inbox=Inbox(works.inbox)) as dispatcher:
        await until(lambda: bool(dispatcher.state.troubles))
        watch.look_for_troubles(dispatcher.state)
        watch.look_for_troubles(dispatcher.state)
    assert [code for code, _ in told.told] == ["trouble"]


@pytest.fixture
def limits() -> Limits:
    return Limits(health=BRISK)


async def test_the_desks_own_command_runs_while_it_dispatches(tmp_path: Path, works: Works, program: Program) -> None:
    settings = replace(works.desk.context.settings, alarm=tuple(program.command(3)))
    object.__setattr__(works.desk.context, "settings", settings)
    async with works.dispatching() as dispatcher, monitored(works.desk, dispatcher, Reporting()) as monitor:
        await works.bench.order("RU", Level.HELD)
        await works.bench.sent(diffusion("RU", ("PL",), urgency="flash"))
        await until(lambda: bool(program.runs()))
        await until(lambda: any("flash" in words for words in monitor.state.troubles))
        assert monitor.trouble_codes == {"alarm_command"}
        assert dispatcher.state.troubles == (), "it raises no alarm of itself"
    (text, variables), *_ = program.runs()
    assert variables["DUTYDESK_ALARM"] == "flash"
    assert text.startswith("D-000001: ")
