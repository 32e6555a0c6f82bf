"""Base classes of all commands: examples in the help, and options that are taken before and after a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, TypeVar

import click

from dutydesk.cli._core.call import Call
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.help_lines import load_help_lines
from dutydesk.cli._core.languages import set_language, translate_help, translated_options
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.languages import Language
from dutydesk.language.phrases import translate
from dutydesk.language.sentences import sentence

Function = TypeVar("Function", bound=Callable[..., Any])
#: Letters of a command's line in the list of commands.
_LINE = 80


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
                sentence(
                    "--as names {officer_name} and {name}; one call is one officer's",
                    officer_name=call.officer_name,
                    name=name,
                ),
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
            help="The store, a file or a postgresql:// URL; else $DUTYDESK_DB, else desk.db in your data folder.",
        ),
        click.Option(
            ["--home"],
            metavar="DIR",
            expose_value=False,
            is_eager=True,
            callback=_set_on_call("home"),
            help="This box's own files of a desk on PostgreSQL; else $DUTYDESK_HOME, else in your data folder.",
        ),
        click.Option(
            ["--as"],
            metavar="OFFICER",
            type=free_text,
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
        click.Option(
            ["--language"],
            metavar="CODE",
            type=click.Choice([language.value for language in Language]),
            expose_value=False,
            is_eager=True,
            callback=set_language,
            help="Speak this language (ar, en, es, fr); else the officer's own in the console, else that of LANG.",
        ),
    ]


def _without_taken(options: list[click.Parameter], own: Sequence[click.Parameter]) -> list[click.Parameter]:
    """A command's own option of the same name comes first: ``rules evaluate --language`` picks texts."""
    taken = {name for each in own for name in each.opts}
    return [each for each in options if not taken & set(each.opts)]


def _write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    with formatter.section(translate("Example") if len(examples) == 1 else translate("Examples")):
        for example in examples:
            formatter.write(f"{' ' * formatter.current_indent}{example}\n")


class TranslatedHelp(click.Command):
    """A command whose help is written in the language that is spoken."""

    @property
    def help(self) -> str | None:
        return translate_help(self._english_help) if self._english_help else self._english_help

    @help.setter
    def help(self, english: str | None) -> None:
        self._english_help = english

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with translated_options(self.get_params(ctx)):
            super().format_options(ctx, formatter)


class DeskCommand(TranslatedHelp):
    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _without_taken(common_options(), self.params)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_examples(formatter, self.examples)


class DeskGroup(TranslatedHelp, click.Group):
    """A command with commands of its own, such as ``officers`` and ``officers add``."""

    command_class = DeskCommand

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _without_taken(common_options(), self.params)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_examples(formatter, self.examples)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            near = get_close_matches(name, self.list_commands(ctx), n=3, cutoff=0.7)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            raise WrongUsage(
                InvalidRequestCode.UNKNOWN_COMMAND,
                sentence("there is no command {name!r}{meant}", name=name, meant=meant),
                ctx,
            )
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        commands = {name: click.Command(name, help=translate(line)) for name, line in load_help_lines().items()}
        for family, names in self._families.items():
            with formatter.section(translate(family)):
                formatter.write_dl([(name, commands[name].get_short_help_str(_LINE)) for name in names])


def command(name: str, *examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorator of a command; ``examples`` are complete lines to type."""
    return click.command(name, cls=DeskCommand, examples=examples)


def group(name: str, *examples: str) -> Callable[[Callable[..., Any]], DeskGroup]:
    """Decorator of a group that also runs without a subcommand."""
    return click.group(name, cls=DeskGroup, examples=examples, invoke_without_command=True)


def with_command_id(function: Function) -> Function:
    """For acts: repeating a ``--command-id`` returns the first result and changes nothing."""
    return click.option("--command-id", metavar="ID", type=free_text, hidden=True)(function)
