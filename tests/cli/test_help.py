"""``--help`` suffices: every command has an example, every option that is shown says what it is for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from dutydesk.cli._core.help_lines import help_lines, load_help_lines
from dutydesk.cli.main import root


def _commands(group: click.Group, above: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        context = click.Context(command, parent=above, info_name=name)
        yield command, context
        if isinstance(command, click.Group):
            yield from _commands(command, context)


COMMANDS = list(_commands(root, click.Context(root, info_name="dutydesk")))


@pytest.mark.parametrize(("command", "context"), COMMANDS, ids=[context.command_path for _, context in COMMANDS])
def test_a_command_says_itself_whole(command: click.Command, context: click.Context) -> None:
    text = command.get_help(context)
    assert command.help
    assert "\nExample" in text
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    assert not [option.opts[0] for option in options if not option.help]


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    assert load_help_lines() == help_lines(root)


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = "import sys\nfrom dutydesk.cli.main import run\nrun(['--help'])\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.splitlines()[-1].split() if name.startswith("dutydesk.")}
    rooms = ("domain.messages.message", "domain.rules", "desk", "store", "wire.decode")
    assert not [name for name in loaded if name.removeprefix("dutydesk.").startswith(rooms)]
    assert not {f"dutydesk.cli.{module}" for module in ("items", "review", "export", "submit")} & loaded
