"""Taking messages in from files and pipes, with a line of result for each."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dutydesk.cli._core.call import Call, at_desk, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO, WRONG_CALL, Failure, report
from dutydesk.cli._core.output import json_line, sentence
from dutydesk.dispatch.threads import off_loop
from dutydesk.domain.errors import BadCall
from dutydesk.domain.review.officers import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.intake.receipts import Receipt
    from dutydesk.desk.service.desk import Desk
    from dutydesk.wire.decode.stream import RawMessage

PIPE = "-"
#: How many messages are on their way into the store at once.
IN_FLIGHT = 256
LINES_AT_ONCE = 64


@command("submit", "dutydesk submit messages.jsonl request.json", "cat messages.jsonl | dutydesk submit - --json")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@pass_call
@click.pass_context
def submit_command(ctx: click.Context, call: Call, files: tuple[str, ...]) -> None:
    """Take messages in, with a line of result for each.

    A .json file is one message; any other file, and - for the standard input, carry one per line. Pipes and devices are
    refused: give them as the standard input. Done means that every message was accepted or is a repeat.
    """
    submission = _Submission(call)
    at_desk(call, lambda desk, actor: submission.run(desk, actor, files), Right.SUBMIT)
    ctx.exit(submission.exit_code)


class _Submission:
    """One run over all files; what was read goes in side by side, and its results come out in order."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._unreadable = False
        self._refused = False
        self._failure: Exception | None = None

    @property
    def exit_code(self) -> int:
        if self._unreadable:
            return WRONG_CALL
        return NO if self._refused else 0

    async def run(self, desk: Desk, actor: Actor, files: tuple[str, ...]) -> None:
        with _progress() as advance:
            for name in files:
                try:
                    with _opened(name) as stream:
                        await self._submit(desk, actor, name, stream, advance)
                except BadCall as error:
                    self._skip(error.words)
                except OSError as error:
                    self._skip(f"{name} can't be read ({error.strerror})")
                if self._failure is not None:
                    raise self._failure

    def _skip(self, words: str) -> None:
        """Reports a file that can't be read; those before and after it are submitted."""
        self._unreadable = True
        said = f"{words}; what was read of the files is submitted"
        report(Failure(WRONG_CALL, BadCall.name, said), json=self._call.json)

    async def _submit(self, desk: Desk, actor: Actor, name: str, stream: BinaryIO, advance: Callable[[], None]) -> None:
        waiting: asyncio.Queue[asyncio.Task[Receipt] | None] = asyncio.Queue(IN_FLIGHT)
        telling = asyncio.create_task(self._tell_all(name, waiting, advance))
        messages, at_once = _messages(name, stream), LINES_AT_ONCE if _is_file(stream) else 1
        try:
            while self._failure is None and (found := await off_loop(partial(_next, messages, at_once))):
                for message in found:
                    await waiting.put(asyncio.create_task(_received(desk, actor, message)))
        finally:
            await waiting.put(None)
            await telling

    async def _tell_all(
        self, name: str, waiting: asyncio.Queue[asyncio.Task[Receipt] | None], advance: Callable[[], None]
    ) -> None:
        """What is in the store gets its line, whatever happened to another; the first failure is kept."""
        while (taking := await waiting.get()) is not None:
            try:
                self._tell(name, await taking)
                advance()
            except Exception as error:
                self._failure = self._failure or error

    def _tell(self, name: str, receipt: Receipt) -> None:
        self._refused |= receipt.outcome not in ("accepted", "repeat")
        if self._call.json:
            json_line(receipt)
            return
        where = f"line {receipt.line}" if name == PIPE else f"{name}, line {receipt.line}"
        became = " ".join(word for word in (receipt.item, receipt.state) if word)
        parts = [f"{where}: {receipt.outcome}", became, "" if receipt.problems else receipt.cause or ""]
        sentence(" - ".join(part for part in parts if part))
        for problem in receipt.problems:
            sentence(f"    {problem.path} {problem.problem}")


async def _received(desk: Desk, actor: Actor, message: RawMessage) -> Receipt:
    return await desk.receipt_shown(await desk.receive(message, actor=actor.officer))


def _next(messages: Iterator[RawMessage], at_once: int) -> list[RawMessage]:
    return list(islice(messages, at_once))


def _messages(name: str, stream: BinaryIO) -> Iterator[RawMessage]:
    """A file without a message is taken for one empty message, which is refused, not passed over."""
    from dutydesk.wire.decode.stream import read_lines, read_one

    if Path(name).suffix.lower() == ".json":
        yield read_one(stream)
        return
    found = False
    for message in read_lines(stream):
        found = True
        yield message
    if not found:
        yield read_one(stream)


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    """The standard input under a handle that is never closed: to close it would wait for a line that may not come.

    Raises BadCall for what is no file.
    """
    if name == PIPE:
        if sys.stdin is None:
            raise BadCall("there is no standard input to read; name a file")
        return nullcontext(os.fdopen(os.dup(sys.stdin.fileno()), "rb"))
    from dutydesk.desk.base.user_files import opened

    return opened(Path(name), follow_links=True)


def _is_file(stream: BinaryIO) -> bool:
    """Of a pipe nobody knows when the next line comes."""
    return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    """Where the results go elsewhere, whoever waits at a terminal sees how far it is."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} messages taken in"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)
