"""The inbox: read files of messages, write their receipts, and move them to ``done``."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from watchfiles import Change, awatch

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.durable import error_words
from dutydesk.dispatch.inbox_files import (
    DONE,
    STILL_GROWING,
    Fault,
    InboxFile,
    ReceiptFiles,
    Stamp,
    is_one_message,
    messages_in,
    open_file,
    receipt_line,
    scan,
    stamp_of,
)
from dutydesk.dispatch.sources import Intake, SourceMessage
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, InboxLimits
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode.stream import RawMessage

StopCheck = Callable[[], bool]


@value(frozen=True, slots=True)
class _PostponedFile:
    """A file that could not be read, its identity then, and the time (monotonic) of the next try."""

    identity: tuple[int, int] | None
    until: float
    words: str

    def is_current(self, path: Path, now: float) -> bool:
        return self.identity is not None and now < self.until and _identity(path) == self.identity


class Inbox:
    """The folder that messages arrive in. ``receive_all`` reads what is there; ``watch`` rings when a file may have
    arrived.

    ``problems`` are sentences about files that can't be read, as of the latest look.
    """

    def __init__(self, directory: Path, limits: InboxLimits = DEFAULT_LIMITS.inbox) -> None:
        """Create the folder if it is missing. Raises StoreUnusable."""
        self.directory = directory
        self.problems: tuple[str, ...] = ()
        self._limits = limits
        self._left: dict[Path, _PostponedFile] = {}
        if directory.is_symlink():
            raise StoreUnusable(
                StoreCode.INBOX_UNUSABLE,
                sentence(
                    "the inbox {directory} is a symbolic link, which is never followed; name a folder",
                    directory=directory,
                ),
            )
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o770)
        except OSError as error:
            raise StoreUnusable(
                StoreCode.INBOX_UNUSABLE,
                sentence("the inbox {directory} can't be used: {error}", directory=directory, error=error_words(error)),
            ) from error

    @property
    def poll_seconds(self) -> float:
        """How often to look when no notification says that a file has arrived."""
        return self._limits.poll_seconds

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.directory,)

    async def is_empty(self) -> bool:
        """Whether there is no file that can be read."""
        return not (await self._scan())

    async def receive_all(self, desk: Desk, is_stopping: StopCheck = lambda: False) -> int:
        """Receive every file in the inbox; return the number of messages.

        Once ``is_stopping`` returns true, messages on their way are finished, and a partly read file stays in the
        inbox: when it is read again, its messages answer ``repeat``. Raises DeskError if the store can't be written.
        """
        intake, taken = Intake(desk, self._limits.in_flight), 0
        files = deque(await self._scan())
        while files and not is_stopping():
            if is_one_message(files[0]):
                group = [files.popleft()]
                while files and is_one_message(files[0]) and len(group) < self._limits.files_per_read:
                    group.append(files.popleft())
                taken += await self._receive_single(group, intake)
            else:
                taken += await self._receive_lines(files.popleft(), intake, is_stopping)
        return taken

    async def watch(self, ring: Callable[[], None]) -> None:
        """Call ``ring`` when a file may have arrived. Returns if the system can't watch the folder."""

        def wanted(_change: Change, path: str) -> bool:
            name, folder = Path(path).name, Path(path).parent
            return not name.startswith(".") and DONE not in (folder.name, folder.parent.name)

        with suppress(OSError, RuntimeError):
            async for _ in awatch(self.directory.absolute(), watch_filter=wanted, debounce=100, step=20):
                ring()

    async def _scan(self) -> list[InboxFile]:
        found = await run_in_thread(lambda: scan(self.directory))
        now = time.monotonic()
        self._left = {path: left for path, left in self._left.items() if left.is_current(path, now)}
        self.problems = (*found.problems, *(f"{path}: {left.words}" for path, left in self._left.items()))
        return [file for file in found.files if file.path not in self._left]

    async def _receive_single(self, files: list[InboxFile], intake: Intake) -> int:
        """Receive files of one message each: read, receive and finish them together."""
        read = await run_in_thread(lambda: [(file, _read_small(file)) for file in files])
        tasks: list[tuple[_OpenedMessage, asyncio.Task[Receipt]]] = []
        for file, found in read:
            if isinstance(found, _OpenedMessage):
                tasks.append((found, await intake.receive(SourceMessage(found.raw, file.bound_to))))
            else:
                self._postpone(file, found)
        settled = await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)
        finished = ReceiptFiles(self.directory)
        done: list[tuple[_OpenedMessage, Receipt]] = []
        failure: DeskError | None = None
        for (found, _), outcome in zip(tasks, settled, strict=True):
            match outcome:
                case Receipt():
                    done.append((found, outcome))
                case DeskError():
                    failure = outcome
                case _:
                    self._postpone(found.file, f"{type(outcome).__name__}: {outcome}")
        for file, words in await run_in_thread(lambda: _finish_files(finished, done)):
            self._postpone(file, words)
        if failure is not None:
            raise failure
        return len(done)

    async def _receive_lines(self, file: InboxFile, intake: Intake, stopping: StopCheck) -> int:
        """Receive a file of many messages; only those on their way are in memory."""
        finished, taken = ReceiptFiles(self.directory), 0
        try:
            stream, receipts = await run_in_thread(lambda: _opened(file, finished))
        except OSError as error:
            self._postpone(file, error_words(error))
            return 0
        pending: deque[asyncio.Task[Receipt]] = deque()
        complete = False
        try:
            with closing(stream), closing(receipts):
                messages = messages_in(file, stream)
                while not stopping():
                    lines = await run_in_thread(lambda: list(islice(messages, self._limits.lines_per_read)))
                    for raw in lines:
                        pending.append(await intake.receive(SourceMessage(raw, file.bound_to)))
                    if not lines:
                        complete = True
                        break
                    taken += await _write_receipts(pending, receipts, keep=self._limits.in_flight // 2)
                taken += await _write_receipts(pending, receipts, keep=0)
            if complete:
                for _, words in await run_in_thread(finished.complete):
                    self._postpone(file, words)
        except (DeskError, asyncio.CancelledError):
            raise
        except Exception as error:
            self._postpone(
                file, error_words(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            )
        finally:
            await asyncio.gather(*pending, return_exceptions=True)
            finished.abandon()
        return taken

    def _postpone(self, file: InboxFile, words: str) -> None:
        """Leave a file that can't be read where it is until it changes or some time has passed; the others go on."""
        until = time.monotonic() + self._limits.postpone_seconds
        self._left[file.path] = _PostponedFile(_identity(file.path), until, words)


def _identity(path: Path) -> tuple[int, int] | None:
    """A value that changes with the file; ``None`` if there is no file."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns


@value(frozen=True, slots=True)
class _OpenedMessage:
    """A file of one message, and its stamp when it was opened."""

    file: InboxFile
    raw: RawMessage
    stamp: Stamp


def _read_small(file: InboxFile) -> _OpenedMessage | str:
    """Read the message, or say in words why that failed."""
    try:
        with open_file(file) as stream:
            stamp = stamp_of(stream)
            raw = next(messages_in(file, stream))
            return _OpenedMessage(file, raw, stamp) if stamp_of(stream) == stamp else STILL_GROWING
    except OSError as error:
        return error_words(error)


def _opened(file: InboxFile, finished: ReceiptFiles) -> tuple[BinaryIO, BinaryIO]:
    stream = open_file(file)
    try:
        return stream, finished.open_receipts(file, stamp_of(stream))
    except BaseException:
        stream.close()
        raise


def _finish_files(finished: ReceiptFiles, done: list[tuple[_OpenedMessage, Receipt]]) -> list[Fault]:
    faults: list[Fault] = []
    try:
        for found, receipt in done:
            try:
                with finished.open_receipts(found.file, found.stamp) as stream:
                    stream.write(receipt_line(receipt).encode() + b"\n")
            except OSError as error:
                finished.discard(found.file)
                faults.append((found.file, error_words(error)))
        faults += finished.complete()
    except OSError as error:
        faults += ((found.file, error_words(error)) for found, _ in done)
    finally:
        finished.abandon()
    return faults


async def _write_receipts(pending: deque[asyncio.Task[Receipt]], stream: BinaryIO, keep: int) -> int:
    """Write the oldest receipts, in the order of the lines, until at most ``keep`` are outstanding."""
    written = 0
    while len(pending) > keep:
        receipt = await pending[0]
        pending.popleft()
        stream.write(receipt_line(receipt).encode() + b"\n")
        written += 1
    return written
