"""Which commands read or write a file that their line names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.sentences import sentence

SHARED_ACCOUNT: Final = sentence(
    "This account is shared, so that commands here can't name files; ask an administrator."
)


def names_file(words: Sequence[str]) -> bool:
    """Whether the command would read or write a file that the line names."""
    import click

    from dutydesk.cli.main import root

    found: click.Command | None = root
    arguments = [word for word in words if not word.startswith("-")]
    while isinstance(found, click.Group) and arguments:
        inner = found.get_command(click.Context(found), arguments[0])
        if inner is None:
            break
        found, arguments = inner, arguments[1:]
    options = {word.partition("=")[0] for word in words}
    return found is not None and any(
        bool(arguments) if isinstance(param, click.Argument) else not options.isdisjoint(param.opts)
        for param in found.params
        if isinstance(param.type, click.Path) or "FILE" in (param.metavar or "")
    )
