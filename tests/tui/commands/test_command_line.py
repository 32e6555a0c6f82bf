"""The command line inside the console: any command, as the signed-in officer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from consoles import Console, console, fill_desk, hostile
from desks import Bench, notice_request
from dutydesk.cli.console_commands import REFUSED_COMMANDS, ConsoleCommands, complete_line, split_line
from dutydesk.cli.main import FAMILIES
from dutydesk.cli.named_files import names_file
from dutydesk.tui.commands.screen import CommandInput, CommandScreen
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen

COMMANDS = [name for family in FAMILIES.values() for name in family]


async def ran(desk: Console, line: str) -> None:
    """Types a command into the open command line and waits for its end."""
    screen = desk.app.screen
    assert isinstance(screen, CommandScreen)
    screen.query_one(CommandInput).value = line
    await desk.press("enter")
    await desk.until(lambda: not screen._busy and not screen.query_one(CommandInput).value, "it did not end")


async def opened(desk: Console) -> None:
    await desk.press("exclamation_mark")
    await desk.until(lambda: isinstance(desk.app.screen, CommandScreen), "no command line")


async def test_a_command_acts_as_the_officer_and_the_panes_follow(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, officer="Jonas") as desk:
        await opened(desk)
        await desk.type("claim D-000001")
        await desk.press("enter")
        await desk.shows("! claim D-000001", "Jonas")
        assert (await bench.desk.queries.show(1)).row.claimed_by == "Jonas"
        await desk.press("escape", "2")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "esc did not close it")
        await desk.shows("Jonas")
        event = (await bench.desk.queries.history("D-000001"))[-1]
        assert event.actor == "Jonas"


async def test_tables_fit_the_screen_and_the_output_stays(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await opened(desk)
        await ran(desk, "items --state held")
        await desk.shows("D-000003", "! items --state held")
        lines = [line for line in desk.screen_text().splitlines() if "D-00000" in line]
        assert len(lines) == 3, "a row took more than one line"
        await desk.press("escape")
        await opened(desk)
        await desk.shows("! items --state held")


async def test_an_error_is_shown_with_its_code(bench: Bench) -> None:
    async with console(bench) as desk:
        await opened(desk)
        await ran(desk, "show D-000099")
        await desk.shows("D-000099", "exit code")
        await ran(desk, "itens")
        await desk.shows("did you mean items?")
        await ran(desk, 'note 1 "open')
        await desk.shows("A quotation mark is open")


@pytest.mark.parametrize("name", sorted(REFUSED_COMMANDS & set(COMMANDS)))
async def test_what_cannot_run_inside_is_refused_in_one_sentence(bench: Bench, name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} can't run inside the console; run it in a shell\.$"):
        split_line(f"--json {name} --help")


@pytest.mark.parametrize(
    "line", ["items --as Oskar", "--db=/tmp/x items", "note 1 x --as=Oskar", "dutydesk --as Ines items"]
)
def test_neither_officer_nor_store_can_be_another(line: str) -> None:
    with pytest.raises(ValueError, match="can't be given here"):
        split_line(line)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("submit x.json", True),
        ("export D-000001 out.json", True),
        ("handover --write --file=/x", True),
        ("stats --csv out.csv", True),
        ("backup /tmp/x", True),
        ("audit export log", True),
        ("audit verify --checkpoint k", True),
        ("import notices /x", True),
        ("audit verify", False),
        ("handover", False),
        ("items --state held", False),
        ("export --help", False),
        ("nonsense x", False),
    ],
)
def test_commands_that_name_a_file(line: str, names: bool) -> None:
    assert names_file(split_line(line)) is names


async def test_an_account_that_officers_share_lends_nobody_its_files(bench: Bench, tmp_path: Path) -> None:
    commands = ConsoleCommands(bench.desk, bench.actor("Ines"), bench.desk.store.path, own_files=False)
    found = await commands.run(f"stats --csv {tmp_path / 'out.csv'}", 80)
    assert found.exit_code
    assert "This account is shared" in found.lines[0][0]
    assert not (tmp_path / "out.csv").exists()


def test_no_shell_reads_the_line() -> None:
    assert split_line("note 1 '$(id); rm -rf /' > x | y") == ["note", "1", "$(id); rm -rf /", ">", "x", "|", "y"]


async def test_a_role_allows_no_more_than_elsewhere(bench: Bench) -> None:
    async with console(bench, officer="Jonas") as desk:
        await opened(desk)
        await ran(desk, "officers add Mallory --role administrator --country -")
        await desk.shows("exit code 3")
        assert "Mallory" not in {row.name for row in await bench.desk.queries.officers()}


async def test_hostile_text_acts_on_no_terminal(bench: Bench) -> None:
    await bench.sent(hostile())
    async with console(bench) as desk:
        await opened(desk)
        await ran(desk, "items")
        await ran(desk, "show D-000001")
        screen = desk.app.screen
        assert isinstance(screen, CommandScreen)
        text = screen.output.text
        assert "EVIL" in text
        assert not any(sign in text for sign in "\x1b\x07\u202e")


async def test_completion_and_history(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file)) as desk:
        await opened(desk)
        line = desk.app.screen.query_one(CommandInput)
        await desk.press(*"cou", "tab")
        assert line.value == "countries "
        await desk.press("enter")
        await desk.shows("! countries")
        await desk.press(*"re", "tab")
        await desk.shows("recall", "reopen")
    async with console(bench, drafts=Drafts(file)) as desk:
        await opened(desk)
        await desk.press("up")
        assert desk.app.screen.query_one(CommandInput).value == "countries"


def test_options_are_completed_too_but_none_that_is_refused() -> None:
    assert "--state" in complete_line("items --").words
    assert "--as" not in complete_line("items --").words
    assert complete_line("items --sta").text == "items --state "
    assert "demo" not in complete_line("").words
    assert complete_line("decide 1 rel").text == "decide 1 release "
    assert complete_line('note 1 "open ').text == 'note 1 "open '


async def test_help_and_a_command_that_reads_the_terminal(bench: Bench) -> None:
    async with console(bench, size=(100, 40)) as desk:
        before = sys.stdout
        await opened(desk)
        await ran(desk, "help")
        await desk.shows("Options", "--json")
        await ran(desk, "submit -")
        await desk.shows("There is no standard input")
        await ran(desk, "settings")
        await desk.shows("claim_lease")
        assert sys.stdout is before


async def test_what_is_typed_runs_no_action(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("exclamation_mark", *"quit", "1")
        await desk.until(lambda: isinstance(desk.app.screen, CommandScreen), "no command line")
        assert desk.app.screen.query_one(CommandInput).value == "quit1"
