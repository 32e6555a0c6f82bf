"""The first paragraph of each command's help, in a file, so that the list of commands imports none of them.

Run as a module, it writes the file anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import click

from dutydesk.language.extraction import paragraphs_of

FILE = "help_lines.json"


def load_help_lines() -> Mapping[str, str]:
    lines: dict[str, str] = json.loads((files("dutydesk.data") / FILE).read_text("utf-8"))
    return lines


def help_lines(root: click.Group) -> dict[str, str]:
    """The paragraphs as the commands have them."""
    context = click.Context(root)
    found = ((name, root.get_command(context, name)) for name in root.list_commands(context))
    return {name: paragraphs_of(command.help)[0] for name, command in found if command is not None and command.help}


def main() -> None:
    from dutydesk.cli.main import root

    text = json.dumps(help_lines(root), indent=1, ensure_ascii=False)
    Path(str(files("dutydesk.data") / FILE)).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
