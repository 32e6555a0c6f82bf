"""Shell completion of commands and options, with click's own scripts."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.output import print_json_line, print_sentence

COMPLETE_VARIABLE = "_DUTYDESK_COMPLETE"
_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
#: The line that turns completion on, and the file that takes it.
_SETUP_LINES = {
    "bash": ('eval "$(dutydesk completion bash)"', "~/.bashrc"),
    "zsh": ('eval "$(dutydesk completion zsh)"', "~/.zshrc"),
    "fish": ("dutydesk completion fish | source", "~/.config/fish/completions/dutydesk.fish"),
}


@command("completion", "dutydesk completion", 'eval "$(dutydesk completion bash)"')
@click.argument("shell", type=click.Choice(list(_SETUP_LINES)), required=False)
@pass_call
@click.pass_context
def completion_command(ctx: click.Context, call: Call, shell: str | None) -> None:
    """Show how to turn on completion in your shell.

    With the name of a shell it prints the script.
    """
    if shell is not None:
        _print_script(ctx, call, shell)
    elif call.json:
        print_json_line({name: {"line": line, "file": file} for name, (line, file) in _SETUP_LINES.items()})
    else:
        for name, (line, file) in _SETUP_LINES.items():
            print_sentence(f"{name}: put this line into {file}")
            print_sentence(f"    {line}")


def _print_script(ctx: click.Context, call: Call, shell: str) -> None:
    script = _SHELLS[shell](ctx.find_root().command, {}, "dutydesk", COMPLETE_VARIABLE).source()
    if call.json:
        print_json_line({"shell": shell, "script": script})
    else:
        click.echo(script)
