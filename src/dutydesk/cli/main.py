"""The entry point of the command line: every command by family, and how each error ends the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn, TextIO

import click

from dutydesk import SWITCH_SECONDS, __version__
from dutydesk.cli._core import failures
from dutydesk.cli._core.call import Call
from dutydesk.cli._core.commands import RootGroup
from dutydesk.cli._core.languages import speak_as_the_environment, speak_on_command_line
from dutydesk.domain.errors import DeskError
from dutydesk.language.languages import Language
from dutydesk.language.phrases import marked

#: Every command by family, with the module that holds it.
FAMILIES = {
    marked("The desk"): {
        "console": "console",
        "dispatch": "console",
        "demo": "demo",
        "init": "store",
    },
    marked("Messages"): {
        "submit": "submit",
        "items": "items",
        "show": "items",
        "why": "items",
        "person": "person",
        "retry": "network",
    },
    marked("Databases"): {
        "check": "checks",
        "dismiss": "checks",
    },
    marked("Review"): {
        "claim": "review",
        "unclaim": "review",
        "tick": "review",
        "distinguish": "review",
        "decide": "review",
        "confirm": "review",
        "dissent": "review",
        "undo": "review",
        "recall": "after_release",
        "ratify": "after_release",
        "reopen": "after_release",
        "postreview": "after_release",
        "note": "review",
        "reread": "review",
        "reject": "review",
        "alarms": "retention",
        "handover": "handover",
    },
    marked("Countries"): {
        "countries": "items",
        "supervise": "measures",
        "endorse": "measures",
        "lift": "measures",
        "measures": "items",
        "worklist": "retention",
        "restrict": "network",
        "offline": "network",
        "online": "network",
        "bureaus": "bureaus",
        "stats": "figures",
    },
    marked("Keeping it"): {
        "officers": "officers",
        "ops-box": "ops_box",
        "import": "imports",
        "legal-hold": "retention",
        "purge": "retention",
        "audit": "audit",
        "export": "export",
        "verify-item": "proofs",
        "witness": "witness",
        "verify-delivery": "verify_delivery",
        "rules": "rules",
        "replay": "replay",
        "backup": "backup",
        "settings": "store",
        "doctor": "doctor",
        "recover": "recover",
        "schema": "store",
        "bench": "dutydesk_bench.command",
        "completion": "completion",
    },
}


@click.group(
    "dutydesk",
    cls=RootGroup,
    families=FAMILIES,
    examples=("dutydesk demo", "dutydesk --db /srv/desk/desk.db items --state held"),
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="dutydesk")
@click.pass_context
def root(ctx: click.Context) -> None:
    """The duty desk's console for diffusions, supervision measures and compliance review.

    Without a command it opens the console.
    """
    ctx.ensure_object(Call)
    if ctx.invoked_subcommand is None:
        from dutydesk.cli.console import console_command

        ctx.invoke(console_command)


def run(arguments: Sequence[str], session: Call | None = None) -> int:
    """Run one command and return its exit code.

    The code is 0 for done, 1 for no, 2 for a wrong call, 3 for not allowed, 4 for a store that can't be used.
    ``session`` is a call whose store is open and whose officer is signed in.
    """
    call = Call() if session is None else session
    call.json = _wants_json(arguments)
    if call.json and session is None:
        speak_on_command_line(Language.ENGLISH)  # what programs read is in one language
    try:
        code = root.main(list(arguments), prog_name="dutydesk", standalone_mode=False, obj=call)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
        return failures.NO
    except (click.Abort, KeyboardInterrupt):
        return failures.INTERRUPTED
    except DeskError as error:
        failure = failures.from_desk_error(error)
    except click.ClickException as error:
        failure = failures.from_click_error(error)
    except Exception as error:
        failure = failures.from_unexpected_error(error)
    else:
        return code if isinstance(code, int) else 0
    try:
        failures.report_failure(failure, json=call.json)
    except OSError:  # the reader or the terminal is gone
        _close_stdout()
    return failure.exit_code


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether ``--json`` is given, also in a call that click can't parse."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _close_stdout() -> None:
    """Discard the remaining output after the reader has closed the pipe; this is no error."""
    _redirect_to_null(sys.stdout)


def _redirect_to_null(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _null_stream() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _flush_or_discard() -> None:
    """Write the buffered output; a terminal that is gone is no error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _redirect_to_null(stream)


def main() -> NoReturn:
    """The entry point: ``dutydesk`` and ``python -m dutydesk``."""
    from dutydesk.desk.base import garbage  # the list of commands needs nothing of the desk

    garbage.start_quickly()
    sys.stdout = sys.stdout or _null_stream()  # the caller may have closed it
    sys.stderr = sys.stderr or _null_stream()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.setswitchinterval(SWITCH_SECONDS)
    speak_as_the_environment()
    code = run(sys.argv[1:])
    _flush_or_discard()
    sys.exit(code)
