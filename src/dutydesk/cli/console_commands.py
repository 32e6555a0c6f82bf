"""The commands of the command line for the console: in the same process, as the officer who is signed in there."""

from __future__ import annotations

import asyncio
import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from dutydesk.cli._core.call import Call
from dutydesk.cli._core.output import table_width
from dutydesk.cli.line_mode import LineSession, first_fixed_option
from dutydesk.cli.named_files import SHARED_ACCOUNT, names_file
from dutydesk.language.sentences import read_sentence, sentence
from dutydesk.tui.commands.command_line import CommandOutput, LineCompletion
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.service.desk import Desk

#: These need a terminal, a process or a store of their own.
REFUSED_COMMANDS: Final = frozenset(
    {"console", "dispatch", "demo", "init", "restore", "recover", "witness", "bench", "ops-box", "completion"}
)
_NOT_COMPLETED: Final = REFUSED_COMMANDS | {"--db", "--home", "--as"}
_HELP_WORDS: Final = frozenset({"help", "?"})
_NO, _WRONG_CALL = 1, 2
#: Output that a command may print here; the rest is dropped.
_MAX_LINES: Final = 2_000
_MAX_CHARACTERS: Final = 400_000


class ConsoleCommands:
    """Implements ``CommandLine``. A command has a thread of its own; its work runs in the loop of the open desk.

    ``own_files``: the officer is the user of the operating system. Else the process belongs to an account that many
    officers share, and a command that names a file would read and write with that account's rights.
    """

    def __init__(
        self, desk: Desk, actor: Actor, store: Path, *, own_files: bool = True, keeps_language: bool = False
    ) -> None:
        self._desk, self._actor, self._store = desk.for_reader(actor), actor, store
        self.own_files = own_files
        self.keeps_language = keeps_language

    async def run(self, line: str, width: int) -> CommandOutput:
        try:
            words = split_line(line)
            if not self.own_files and names_file(words):
                raise ValueError(SHARED_ACCOUNT)
        except ValueError as error:
            return CommandOutput(((read_sentence(error.args[0]), True),), _WRONG_CALL)
        printed = _Printed()
        with _redirected_output():
            code = await asyncio.to_thread(self._run_words, words, width, printed, asyncio.get_running_loop())
        return CommandOutput(printed.lines(), code, printed.is_cut)

    def _run_words(self, words: list[str], width: int, printed: _Printed, loop: asyncio.AbstractEventLoop) -> int:
        from dutydesk.cli.main import run

        # These belong to the context of this thread, and of the work that it hands to the loop.
        _printed.set(printed)
        table_width.set(width)
        session = LineSession(self._desk, self._actor, loop)
        return run(words, Call(db=str(self._store), officer_name=self._actor.officer, session=session))

    def complete(self, line: str) -> LineCompletion:
        return complete_line(line)


def split_line(line: str) -> list[str]:
    """The words of a command; ``--help`` for a request for help. Raises ValueError with one sentence."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise ValueError(sentence("A quotation mark is open; close it.")) from None
    if words and words[0] == "dutydesk":
        words = words[1:]
    if not words or words[0] in _HELP_WORDS:
        return [*words[1:], "--help"]
    if option := first_fixed_option(words):
        raise ValueError(
            sentence("{option} can't be given here: one console is one desk's and one officer's.", option=option)
        )
    name = next((word for word in words if not word.startswith("-")), "")
    if name in REFUSED_COMMANDS:
        raise ValueError(
            sentence("{command} can't run inside the console; run it in a shell.", command=safe_text(name))
        )
    if words[-1] == "-" and "--country" not in words:
        raise ValueError(sentence("There is no standard input in the console; name a file instead of -."))
    if not name and not {"--help", "--version"} & set(words):
        raise ValueError(sentence("A command is missing; help lists them."))
    return words


def complete_line(line: str) -> LineCompletion:
    """Commands and options by click's own completion; a word in quotation marks stays as it is."""
    from click.shell_completion import ShellComplete

    from dutydesk.cli.main import root

    begun = "" if line[-1:].isspace() else line[line.rfind(" ") + 1 :]
    head = line[: len(line) - len(begun)]
    try:
        before = shlex.split(head)
    except ValueError:
        return LineCompletion((), line)
    before = before[1:] if before[:1] == ["dutydesk"] else before
    found = ShellComplete(root, {}, "dutydesk", "").get_completions(before, begun)
    words = tuple(
        item.value
        for item in found
        if item.type == "plain"
        and item.value not in {*REFUSED_COMMANDS, "--db", "--home", "--as"}
        and item.value.startswith(begun)
    )
    common = os.path.commonprefix(words) if words else begun  # noqa: RUF071 - of letters, not of paths
    return LineCompletion(words, head + common + (" " if len(words) == 1 else ""))


class _Printed:
    """What one command has printed, from its thread and from the loop."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, bool]] = []
        self._characters = 0
        self.is_cut = False

    def write(self, text: str, *, is_error: bool) -> None:
        room = _MAX_CHARACTERS - self._characters
        self.is_cut = self.is_cut or len(text) > room
        if room > 0:
            self._parts.append((text[:room], is_error))
            self._characters += len(text)

    def lines(self) -> tuple[tuple[str, bool], ...]:
        """In the order of printing; a line of the one stream does not break into a line of the other."""
        found: list[tuple[str, bool]] = []
        open_line = {False: "", True: ""}
        for text, is_error in self._parts:
            *whole, open_line[is_error] = (open_line[is_error] + text).split("\n")
            found += [(line, is_error) for line in whole]
        found += [(line, is_error) for is_error, line in open_line.items() if line]
        self.is_cut = self.is_cut or len(found) > _MAX_LINES
        return tuple(found[:_MAX_LINES])


_printed: ContextVar[_Printed | None] = ContextVar("_printed", default=None)


class _ContextStream(io.TextIOBase):
    """Takes what a command prints; everything else goes on to the stream that was there before."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, before: TextIO, *, is_error: bool) -> None:
        self.before, self._is_error = before, is_error

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError("a stream of text takes no bytes")  # click asks by trying
        printed = _printed.get()
        if printed is None:
            return self.before.write(text)
        printed.write(text, is_error=self._is_error)
        return len(text)

    def flush(self) -> None:
        if _printed.get() is None:
            self.before.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False


@contextmanager
def _redirected_output() -> Iterator[None]:
    """Commands print to ``_printed`` and read nothing: the terminal is the console's."""
    own = (_ContextStream(sys.stdout, is_error=False), _ContextStream(sys.stderr, is_error=True))
    before = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdout, sys.stderr, sys.stdin = own[0], own[1], nothing
        try:
            yield
        finally:
            if sys.stdout is own[0]:
                sys.stdout = own[0].before
            if sys.stderr is own[1]:
                sys.stderr = own[1].before
            sys.stdin = before
