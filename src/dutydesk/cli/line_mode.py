"""The console line by line: what comes and changes is said, and the command line's own commands are typed.

No cursor is moved and no colour is set, so that a screen reader can follow, and any terminal will do.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from dutydesk.cli._core.call import Call
from dutydesk.desk.base.event_text import told, who
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import BadCall, DeskError
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.records.records import hit_number
from dutydesk.wire.text.safe_text import safe

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.base.hit_rows import HitRow
    from dutydesk.desk.base.rows import EventRow, ItemRow
    from dutydesk.desk.service.desk import Desk
    from dutydesk.dispatch.phase import DispatcherState
    from dutydesk.domain.review.officers import Right

T = TypeVar("T")

POLL_SECONDS = 0.25
_PAGE = 500
#: Commands that look or act at the desk. Those that make, copy or read files have no place over an officer's line.
COMMANDS = (
    "items",
    "show",
    "why",
    "claim",
    "unclaim",
    "tick",
    "decide",
    "confirm",
    "dissent",
    "undo",
    "retry",
    "recall",
    "ratify",
    "reopen",
    "postreview",
    "note",
    "dismiss",
    "reread",
    "reject",
    "alarms",
    "countries",
    "supervise",
    "endorse",
    "lift",
    "measures",
    "worklist",
    "restrict",
    "offline",
    "online",
    "officers",
    "legal-hold",
)
_OTHER_NAMES = {"list": "items"}
_LEAVE = frozenset({"quit", "exit", "q"})
_HELP = frozenset({"help", "?"})
#: What a line can't change: the desk it is at, and who types it.
_FIXED = ("--db", "--as")
#: Events of which others tell enough, or that change nothing.
_UNSAID = frozenset(
    {
        EventKind.INTAKE_ACCEPTED,
        EventKind.ITEM_READ,
        EventKind.CHECK_TAKEN,
        EventKind.NOTICES_LISTED,
        EventKind.NOTICES_QUEUED,
        EventKind.NOTICES_SENDING,
        EventKind.NOTICES_REQUEUED,
        EventKind.NOTICES_MADE,
        EventKind.SEGMENT_BEGUN,
    }
)
_DELIVERIES_SAID = frozenset({EventKind.DELIVERIES_DEAD, EventKind.DELIVERIES_FAILED})


def use_no_codes() -> None:
    """Whatever draws a table in this process draws it without codes."""
    os.environ["TERM"] = "dumb"
    os.environ["NO_COLOR"] = "1"


class OneSession:
    """Commands run in a thread beside the desk's loop; their work is done on the desk that is open in it."""

    def __init__(self, desk: Desk, actor: Actor, loop: asyncio.AbstractEventLoop) -> None:
        self._desk, self._act, self._loop = desk, actor, loop

    def do(self, work: Callable[[Desk, Actor], Awaitable[T]], right: Right | None, command_id: str | None) -> T:
        async def doing() -> T:
            actor = replace(self._act, command_id=command_id)
            if right is not None:
                await self._desk.require(actor, right)
            return await work(self._desk, actor)

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result()


class LineMode:
    """``dispatcher`` tells how this process's own is."""

    def __init__(self, desk: Desk, actor: Actor, store: Path, dispatcher: Callable[[], DispatcherState]) -> None:
        self._desk, self._act, self._store = desk.seen_by(actor), actor, store
        self._dispatcher = dispatcher
        self._behind: str | None = None
        self._seq = 0
        self._version: int | None = None
        self._alarms: frozenset[str] = frozenset()
        self._told_troubles: tuple[str, ...] = ()

    async def run(self) -> None:
        """Until the officer leaves, what is typed comes to its end, or nobody can read what is said any more."""
        with suppress(OSError):  # of the store every fault is a DeskError: this one is the terminal's
            await self._converse()

    async def _converse(self) -> None:
        self._seq = await self._desk.head()
        typed = _typed_lines(asyncio.get_running_loop())
        await self._greet()
        while True:
            line: str | None = ""
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    line = await typed.get()
            if line is None or line.strip().casefold() in _LEAVE:
                return
            if line.strip():
                await self._do(line)
            await self._say_news()

    async def _greet(self) -> None:
        header = await self._desk.header()
        _say(
            f"dutydesk, {self._desk.realm.upper()}, {self._act.officer}: {header.held} held, "
            f"{header.quarantined} quarantined, {header.dead} dead deliveries."
        )
        _say("New items and changes are said as they come. Type help for the commands, quit to leave.")

    # What is typed

    async def _do(self, line: str) -> None:
        from dutydesk.cli.main import run

        try:
            words = command_of(line)
        except BadCall as error:
            _say(f"No: {error.words}")
            return
        if words:
            session = OneSession(self._desk, self._act, asyncio.get_running_loop())
            call = Call(db=str(self._store), as_name=self._act.officer, session=session)
            await asyncio.to_thread(run, words, call)
        else:
            _say(f"Commands: {', '.join(COMMANDS)}; list is items. COMMAND --help tells about one. quit leaves.")

    # What comes and changes

    async def _say_news(self) -> None:
        try:
            await self._say_events()
        except DeskError as error:
            _say(f"The store can't be read: {error.words}")
        state = self._dispatcher()
        if self._behind is None and state.behind is not None:
            whom = f"another process ({state.behind})" if state.behind else "another process"
            _say(f"Standing by: {whom} dispatches; this console does once that ends.")
        self._behind = state.behind
        troubles = state.troubles
        for trouble in troubles:
            if trouble not in self._told_troubles:
                _say(f"Trouble: {trouble}")
        self._told_troubles = troubles

    async def _say_events(self) -> None:
        version = await self._desk.version()
        if version == self._version:
            return
        while events := await self._desk.events_after(self._seq, _PAGE):
            numbers = sorted({item_number(event.subject) or 0 for event in events if _is_new(event)})
            rows = {row.item: row for row in await self._desk.rows(numbers)} if numbers else {}
            made = [_hit_of(event) for event in events if event.kind == EventKind.CHECK_HIT]
            hits = {row.number: row for row in await self._desk.hit_rows(made)} if made else {}
            for event in events:
                if event.kind == EventKind.CHECK_HIT and _hit_of(event) in hits:
                    _say(said_of_hit(hits[_hit_of(event)]))
                elif is_said(event):
                    _say(said(event, rows.get(event.subject)))
            self._seq = events[-1].seq
        self._version = version
        await self._say_alarms()

    async def _say_alarms(self) -> None:
        alarms = {f"{row.alarm}, {row.subject}: {row.words}" for row in await self._desk.alarms()}
        for words in sorted(alarms - self._alarms):
            _say(f"Alarm: {words}")
        self._alarms = frozenset(alarms)


def command_of(line: str) -> list[str]:
    """What is typed, as the command line takes it; nothing where it asks for help. Raises BadCall."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise BadCall("a quotation mark is open; close it") from None
    if words and words[0] == "dutydesk":
        words = words[1:]
    if not words or words[0] in _HELP:
        return []
    words[0] = _OTHER_NAMES.get(words[0], words[0])
    if words[0] not in COMMANDS:
        raise BadCall(f"{safe(words[0])!r} is no command here; type help for those that are")
    for word in words[: words.index("--")] if "--" in words else words:
        if word.partition("=")[0] in _FIXED:
            raise BadCall(f"{word.partition('=')[0]} can't be given here: one console is one desk's and one officer's")
    return words


def is_said(event: EventRow) -> bool:
    """Deliveries that go their way are not told one by one."""
    if event.kind in _UNSAID:
        return False
    return not event.kind.startswith(("deliveries.", "delivery.")) or event.kind in _DELIVERIES_SAID


def _is_new(event: EventRow) -> bool:
    return event.kind == EventKind.ITEM_ROUTED


def said(event: EventRow, row: ItemRow | None) -> str:
    """One event in one line; of a new item also what it is, as ``row`` has it."""
    at = event.at.strftime("%H:%MZ")
    if row is not None and _is_new(event):
        what = " ".join(filter(None, (row.kind, (row.type or "").replace("_", " "))))
        urgency = "" if row.urgency == "routine" else f"{row.urgency.upper()}, "
        return (
            f"{at} New: {row.item}, {urgency}{what} from {row.sender or 'an unknown sender'}, {row.title}: {row.state}."
        )
    return f"{at} {event.subject}: {who(event.actor)} {told(event.kind, event.data)}."


def _hit_of(event: EventRow) -> int:
    return hit_number(str(event.data["hit"])) or 0


def said_of_hit(row: HitRow) -> str:
    """A hit in one line, as the feed shows it."""
    database, item = row.database.replace("_", " "), f", {row.item}" if row.item else ""
    return (
        f"{row.at:%H:%MZ} Hit: {row.hit}, {row.requester} asked {database}, score {row.score}, "
        f"{row.title}: record of {row.source}{item}."
    )


def _say(words: str) -> None:
    print(safe(words), flush=True)


def _typed_lines(loop: asyncio.AbstractEventLoop) -> asyncio.Queue[str | None]:
    """Lines as they are typed, and ``None`` at the end. The thread waits for the terminal, and for nothing else."""
    typed: asyncio.Queue[str | None] = asyncio.Queue()
    descriptor = sys.stdin.fileno()

    def put(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(typed.put_nowait, line)

    def read() -> None:
        left = b""
        while True:
            try:
                found = os.read(descriptor, 4096)
            except OSError:
                found = b""
            *lines, left = (left + found).split(b"\n")
            for line in lines:
                put(line.decode(errors="replace"))
            if not found:
                if left:
                    put(left.decode(errors="replace"))
                put(None)
                return

    Thread(target=read, daemon=True, name="typed").start()
    return typed
