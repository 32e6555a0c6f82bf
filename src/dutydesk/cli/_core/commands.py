"""Base classes of all commands: examples in the help, and options that are taken before and after a command."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Any, TypeVar

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import STORE_VARIABLE, Call
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode

Function = TypeVar("Function", bound=Callable[..., Any])


def _set_on_call(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(ctx.ensure_object(Call), name, value)

    return callback


def _set_officer(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> None:
    """Refuse a second ``--as``: a login bound to one officer could name another one after the command."""
    call = ctx.ensure_object(Call)
    for name in value:
        if call.officer_name not in (None, name):
            raise WrongUsage(
                InvalidRequestCode.OFFICER_NAMED_TWICE,
                f"--as names {call.officer_name} and {name}; one call is one officer's",
                ctx,
            )
        call.officer_name = name


def common_options() -> list[click.Parameter]:
    """The options that every command takes, before or after its name; the later one counts, but for ``--as``."""
    return [
        click.Option(
            ["--db"],
            metavar="PATH",
            expose_value=False,
            is_eager=True,
            callback=_set_on_call("db"),
            help=f"The store; else ${STORE_VARIABLE}, else desk.db in your data folder.",
        ),
        click.Option(
            ["--as"],
            metavar="OFFICER",
            type=arguments.free_text,
            multiple=True,
            expose_value=False,
            is_eager=True,
            callback=_set_officer,
            help="Act as this officer: for the owner of the store file, and in demos.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_on_call("json"),
            help="Answer in JSON, one object a line.",
        ),
    ]


def _write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for example in examples:
            formatter.write(f"{' ' * formatter.current_indent}{example}\n")


class DeskCommand(click.Command):
    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += common_options()
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_examples(formatter, self.examples)


class DeskGroup(click.Group):
    """A command with commands of its own, such as ``officers`` and ``officers add``."""

    command_class = DeskCommand

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += common_options()
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_examples(formatter, self.examples)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            near = get_close_matches(name, self.list_commands(ctx), n=3)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            raise WrongUsage(InvalidRequestCode.UNKNOWN_COMMAND, f"there is no command {name!r}{meant}", ctx)
        return super().resolve_command(ctx, args)


class RootGroup(DeskGroup):
    """Commands by family; the module of a command is imported when the command is used."""

    def __init__(self, *args: Any, families: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._families = families
        self._modules = {name: module for family in families.values() for name, module in family.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        path = module if "." in module else f"dutydesk.cli.{module}"
        found: click.Command = getattr(import_module(path), f"{cmd_name.replace('-', '_')}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for family, names in self._families.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(family):
                formatter.write_dl([(name, command.get_short_help_str(80)) for name, command in found if command])


def command(name: str, *examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorator of a command; ``examples`` are complete lines to type."""
    return click.command(name, cls=DeskCommand, examples=examples)


def group(name: str, *examples: str) -> Callable[[Callable[..., Any]], DeskGroup]:
    """Decorator of a group that also runs without a subcommand."""
    return click.group(name, cls=DeskGroup, examples=examples, invoke_without_command=True)


def with_command_id(function: Function) -> Function:
    """For acts: repeating a ``--command-id`` returns the first result and changes nothing."""
    return click.option("--command-id", metavar="ID", type=arguments.free_text, hidden=True)(function)
