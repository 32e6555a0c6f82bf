"""``--help`` suffices: every command has an example, every option that is shown says what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

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
