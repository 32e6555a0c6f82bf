"""The command that submits messages from files and pipes."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO, WRONG_CALL, Failure, report_failure
from dutydesk.cli._core.input_files import STDIN_NAME, open_input
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.review.officers import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.intake.receipts import Receipt
    from dutydesk.desk.service.desk import Desk
    from dutydesk.wire.decode.stream import RawMessage


@command("submit", "dutydesk submit messages.jsonl request.json", "cat messages.jsonl | dutydesk submit - --json")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@pass_call
@click.pass_context
def submit_command(ctx: click.Context, call: Call, files: tuple[str, ...]) -> None:
    """Submit messages; prints one line for each.

    A .json file is one message; any other file, and - for the standard input, holds one message per line. Pipes and
    devices are refused: pass them as the standard input. Exit 0 means that every message was accepted or is a repeat.
    """
    submission = _Submission(call)
    run_at_desk(call, lambda desk, actor: submission.run(desk, actor, files), Right.SUBMIT)
    ctx.exit(submission.exit_code)


class _Submission:
    """One run over all files; messages are received concurrently, and their results are printed in order."""

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
        with _progress_counter() as advance:
            for name in files:
                try:
                    with open_input(name) as stream:
                        await self._submit(desk, actor, name, stream, advance)
                except InvalidRequest as error:
                    self._report_unreadable(error.code, error.words)
                except OSError as error:
                    self._report_unreadable(
                        InvalidRequestCode.FILE_NOT_READABLE, f"{name} can't be read ({error.strerror})"
                    )
                if self._failure is not None:
                    raise self._failure

    def _report_unreadable(self, code: InvalidRequestCode, words: str) -> None:
        """Reports a file that can't be read; those before and after it are submitted."""
        self._unreadable = True
        sentence = f"{words}; what was read of the files is submitted"
        report_failure(Failure(WRONG_CALL, InvalidRequest.name, code, sentence), json=self._call.json)

    async def _submit(self, desk: Desk, actor: Actor, name: str, stream: BinaryIO, advance: Callable[[], None]) -> None:
        limits = self._call.limits.commands
        waiting: asyncio.Queue[asyncio.Task[Receipt] | None] = asyncio.Queue(limits.pending_receipts)
        printing = asyncio.create_task(self._print_receipts(name, waiting, advance))
        messages, at_once = _read_messages(name, stream), limits.lines_per_read if _is_regular_file(stream) else 1
        try:
            while self._failure is None and (found := await run_in_thread(partial(_next_messages, messages, at_once))):
                for message in found:
                    await waiting.put(asyncio.create_task(_receive(desk, actor, message)))
        finally:
            await waiting.put(None)
            await printing

    async def _print_receipts(
        self, name: str, waiting: asyncio.Queue[asyncio.Task[Receipt] | None], advance: Callable[[], None]
    ) -> None:
        """Print a line for each stored message, even after a failure; the first failure is kept."""
        while (taking := await waiting.get()) is not None:
            try:
                self._print_receipt(name, await taking)
                advance()
            except Exception as error:
                self._failure = self._failure or error

    def _print_receipt(self, name: str, receipt: Receipt) -> None:
        self._refused |= receipt.outcome not in ("accepted", "repeat")
        if self._call.json:
            print_json_line(receipt)
            return
        where = f"line {receipt.line}" if name == STDIN_NAME else f"{name}, line {receipt.line}"
        became = " ".join(word for word in (receipt.item, receipt.state) if word)
        parts = [f"{where}: {receipt.outcome}", became, "" if receipt.problems else receipt.cause or ""]
        print_sentence(" - ".join(part for part in parts if part))
        for problem in receipt.problems:
            print_sentence(f"    {problem.path} {problem.problem}")


async def _receive(desk: Desk, actor: Actor, message: RawMessage) -> Receipt:
    return await desk.queries.visible_receipt(await desk.intake.receive(message, actor=actor.officer))


def _next_messages(messages: Iterator[RawMessage], at_once: int) -> list[RawMessage]:
    return list(islice(messages, at_once))


def _read_messages(name: str, stream: BinaryIO) -> Iterator[RawMessage]:
    """The messages of a file; one without a message gives one empty message, which is refused."""
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


def _is_regular_file(stream: BinaryIO) -> bool:
    """Whether lines can be read ahead; a pipe may wait for its next line."""
    return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)


@contextmanager
def _progress_counter() -> Iterator[Callable[[], None]]:
    """Counts the messages on a terminal while the results go elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} messages taken in"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)
