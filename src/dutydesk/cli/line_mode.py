"""The console line by line: it prints each new item and change, and takes the commands of the command line.

It moves no cursor and sets no colour, so that screen readers can follow and any terminal works.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call
from dutydesk.cli.named_files import SHARED_ACCOUNT, names_file
from dutydesk.cli.typed_lines import read_typed_lines
from dutydesk.desk.base.event_text import actor_name, event_summary
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.domain.events.checks import HitDismissed, HitFound
from dutydesk.domain.events.event import fitting
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.records.records import hit_number
from dutydesk.domain.review.officers import Right
from dutydesk.language.phrases import translate, translate_in
from dutydesk.language.sentences import read_sentence, sentence
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.base.hit_rows import HitRow
    from dutydesk.desk.base.rows import EventRow, ItemRow
    from dutydesk.desk.service.desk import Desk
    from dutydesk.dispatch.dispatcher_state import DispatcherState

T = TypeVar("T")

#: Commands that read or act at the desk; those that make stores or read files are left out. ``export`` prints if no
#: file is named, because an officer may have nothing but this session.
COMMANDS = (
    "items",
    "show",
    "why",
    "person",
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
    "check",
    "stats",
    "export",
)
#: Not the command line's: it takes the message itself instead of a file.
_SUBMIT = "submit"
_ALIASES = {"list": "items"}
_QUIT_WORDS = frozenset({"quit", "exit", "q"})
_HELP_WORDS = frozenset({"help", "?"})
#: Options that are fixed for the session: the store and the officer.
_FIXED_OPTIONS = ("--db", "--home", "--as")
#: Events that are not printed: another event says the same, or nothing changes.
_SILENT_EVENTS = frozenset(
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
        EventKind.ROUTE_LEASED,
    }
)
_PRINTED_DELIVERY_EVENTS = frozenset({EventKind.DELIVERIES_DEAD, EventKind.DELIVERIES_FAILED})


def disable_terminal_codes() -> None:
    """Make this process print tables without terminal codes."""
    os.environ["TERM"] = "dumb"
    os.environ["NO_COLOR"] = "1"


class LineSession:
    """Runs the work of commands, which have a thread of their own, in the event loop of the open desk."""

    def __init__(self, desk: Desk, actor: Actor, loop: asyncio.AbstractEventLoop) -> None:
        self._desk, self._actor, self._loop = desk, actor, loop

    def do(self, work: Callable[[Desk, Actor], Awaitable[T]], right: Right | None, command_id: str | None) -> T:
        async def run_work() -> T:
            actor = replace(self._actor, command_id=command_id)
            if right is not None:
                await self._desk.people.require(actor, right)
            return await work(self._desk, actor)

        return asyncio.run_coroutine_threadsafe(run_work(), self._loop).result()


class LineMode:
    """The loop of the line mode; ``dispatcher`` returns the state of this process's dispatcher.

    ``own_files``: as for the command line of the console.
    """

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        store: Path,
        dispatcher: Callable[[], DispatcherState],
        *,
        own_files: bool = True,
    ) -> None:
        self._desk, self._actor, self._store = desk.for_reader(actor), actor, store
        self._own_files = own_files
        self._dispatcher = dispatcher
        self._holder: str | None = None
        self._seq = 0
        self._version: int | None = None
        self._alarms: frozenset[str] = frozenset()
        self._printed_troubles: tuple[str, ...] = ()

    async def run(self) -> None:
        """Run until the officer quits, the input ends or the terminal is gone."""
        with suppress(OSError):  # faults of the store are DeskErrors; this one is the terminal's
            await self._run_loop()

    async def _run_loop(self) -> None:
        self._seq = await self._desk.queries.head_seq()
        typed = read_typed_lines(asyncio.get_running_loop())
        await self._greet()
        while True:
            line: str | None = ""
            with suppress(TimeoutError):
                async with asyncio.timeout(self._desk.limits.commands.line_mode_seconds):
                    line = await typed.get()
            if line is None or line.strip().casefold() in _QUIT_WORDS:
                return
            if line.strip():
                await self._run_command(line)
            await self._print_changes()

    async def _greet(self) -> None:
        header = await self._desk.queries.header()
        _print_line(
            translate(
                "dutydesk, {realm}, {officer}: {held} held, {quarantined} quarantined, {dead} dead deliveries.",
                realm=self._desk.realm.upper(),
                officer=self._actor.officer,
                held=header.held,
                quarantined=header.quarantined,
                dead=header.dead,
            )
        )
        _print_line(
            translate("New items and changes are printed as they come. Type help for the commands, quit to leave.")
        )

    # Commands

    async def _run_command(self, line: str) -> None:
        from dutydesk.cli.main import run

        try:
            if (message := message_to_submit(line)) is not None:
                await self._submit(message)
                return
            words = parse_command(line)
            if (number := item_to_print(words)) is not None:
                await self._print_item(number)
                return
        except DeskError as error:
            _print_line(translate("Not done: {words}", words=read_sentence(error.words)))
            return
        if not self._own_files and names_file(words):
            _print_line(translate("Not done: {words}", words=read_sentence(SHARED_ACCOUNT)))
        elif words:
            session = LineSession(self._desk, self._actor, asyncio.get_running_loop())
            call = Call(db=str(self._store), officer_name=self._actor.officer, session=session)
            await asyncio.to_thread(run, words, call)
        else:
            names = ", ".join((*COMMANDS, _SUBMIT))
            _print_line(translate("Commands: {names}; list is items, and submit takes a message as JSON.", names=names))
            _print_line(translate("COMMAND --help tells about one; quit leaves."))

    async def _submit(self, message: str) -> None:
        from dutydesk.wire.decode.stream import read_one

        await self._desk.people.require(self._actor, Right.SUBMIT)
        raw = read_one(BytesIO(message.encode("utf-8", "surrogatepass")))
        taken = await self._desk.intake.receive(raw, actor=self._actor.officer)
        receipt = await self._desk.queries.visible_receipt(taken)
        state = translate_in("value", receipt.state.replace("_", " ")) if receipt.state else ""
        became = " ".join(word for word in (receipt.item, state) if word) or read_sentence(receipt.cause or "")
        _print_line(f"{translate_in('value', receipt.outcome.value).capitalize()}: {became}".strip(": "))
        for problem in receipt.problems:
            _print_line(f"    {problem.path} {read_sentence(problem.problem)}")

    async def _print_item(self, number: int) -> None:
        from dutydesk.desk.audit.item_export import export_item_text

        _done, text = await export_item_text(self._desk.store, self._desk.context, self._actor, number)
        for line in text.splitlines():
            _print_line(line)

    # Events

    async def _print_changes(self) -> None:
        try:
            await self._print_events()
        except DeskError as error:
            _print_line(translate("The store can't be read: {words}", words=read_sentence(error.words)))
        state = self._dispatcher()
        if self._holder is None and state.lock_holder is not None:
            whom = (
                translate("another process ({holder})", holder=state.lock_holder)
                if state.lock_holder
                else translate("another process")
            )
            _print_line(translate("Standing by: {whom} dispatches; this console takes over when it ends.", whom=whom))
        self._holder = state.lock_holder
        troubles = state.troubles
        for trouble in troubles:
            if trouble not in self._printed_troubles:
                _print_line(translate("Trouble: {trouble}", trouble=read_sentence(trouble)))
        self._printed_troubles = troubles

    async def _print_events(self) -> None:
        version = await self._desk.queries.version()
        if version == self._version:
            return
        while events := await self._desk.queries.events_after(self._seq, self._desk.limits.commands.page_rows):
            numbers = sorted({item_number(event.subject) or 0 for event in events if _is_new_item(event)})
            rows = {row.item: row for row in await self._desk.queries.rows(numbers)} if numbers else {}
            made = [_hit_number(event) for event in events if event.kind == EventKind.CHECK_HIT]
            hits = {row.number: row for row in await self._desk.queries.hit_rows(made)} if made else {}
            for event in events:
                if event.kind == EventKind.CHECK_HIT and _hit_number(event) in hits:
                    _print_line(hit_line(hits[_hit_number(event)]))
                elif is_printed(event):
                    _print_line(event_line(event, rows.get(event.subject)))
            self._seq = events[-1].seq
        self._version = version
        await self._print_alarms()

    async def _print_alarms(self) -> None:
        alarms = {
            f"{translate_in('alarm', row.alarm)}, {row.subject}: {read_sentence(row.words)}"
            for row in await self._desk.queries.alarms()
        }
        for words in sorted(alarms - self._alarms):
            _print_line(translate("Alarm: {words}", words=words))
        self._alarms = frozenset(alarms)


def parse_command(line: str) -> list[str]:
    """The words of a command; empty for a request for help. Raises InvalidRequest."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise InvalidRequest(InvalidRequestCode.OPEN_QUOTE, sentence("a quotation mark is open; close it")) from None
    if words and words[0] == "dutydesk":
        words = words[1:]
    if not words or words[0] in _HELP_WORDS:
        return []
    words[0] = _ALIASES.get(words[0], words[0])
    if words[0] not in COMMANDS:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_COMMAND,
            sentence("{words!r} is no command here; type help for those that are", words=safe_text(words[0])),
        )
    if option := first_fixed_option(words):
        raise InvalidRequest(
            InvalidRequestCode.OPTION_OF_SESSION,
            sentence("{option} can't be given here: one console is one desk's and one officer's", option=option),
        )
    return words


def first_fixed_option(words: Sequence[str]) -> str | None:
    """An option among the words that would name another store or officer."""
    options = words[: words.index("--")] if "--" in words else words
    return next((word.partition("=")[0] for word in options if word.partition("=")[0] in _FIXED_OPTIONS), None)


def message_to_submit(line: str) -> str | None:
    """The message that a line submits; ``None`` for another command. Raises InvalidRequest for a line without one."""
    command, _, message = line.strip().removeprefix("dutydesk ").partition(" ")
    if command != _SUBMIT or message.strip() in ("--help", "-h"):
        return None
    if not message.strip().startswith("{"):
        raise InvalidRequest(
            InvalidRequestCode.NO_FILE, sentence("write the message itself, as JSON in one line: submit {...}")
        )
    return message.strip()


def item_to_print(words: Sequence[str]) -> int | None:
    """The item that ``export`` without a file prints."""
    if len(words) != 2 or words[0] != "export":
        return None
    return arguments.item_or_none(words[1])


def is_printed(event: EventRow) -> bool:
    """Whether an event is printed; of deliveries only the failed and dead ones are."""
    if event.kind in _SILENT_EVENTS:
        return False
    return not event.kind.startswith(("deliveries.", "delivery.")) or event.kind in _PRINTED_DELIVERY_EVENTS


def _is_new_item(event: EventRow) -> bool:
    return event.kind == EventKind.ITEM_ROUTED


def event_line(event: EventRow, row: ItemRow | None) -> str:
    """One event in one line; for a new item with its kind, sender and title from ``row``."""
    at = event.at.strftime("%H:%MZ")
    if row is not None and _is_new_item(event):
        words = (name and _value_word(name) for name in (row.kind, row.type))
        urgency = "" if row.urgency == "routine" else f"{_value_word(row.urgency).upper()}, "
        return translate(
            "{at} New: {item}, {what} from {sender}, {title}: {state}.",
            at=at,
            item=row.item,
            what=urgency + " ".join(filter(None, words)),
            sender=row.sender or translate("an unknown sender"),
            title=row.title,
            state=_state_word(row.state),
        )
    said = read_sentence(event_summary(event.event))
    return f"{at} {event.subject}: {read_sentence(actor_name(event.actor))} {said}."


def _hit_number(event: EventRow) -> int:
    found = event.event
    return hit_number(fitting(found.hit) or "") or 0 if isinstance(found, HitFound | HitDismissed) else 0


def hit_line(row: HitRow) -> str:
    """A hit in one line, as the feed shows it."""
    return translate(
        "{at:%H:%MZ} Hit: {hit}, {requester} asked {database}, score {score}, {title}: record of {source}{item}.",
        at=row.at,
        hit=row.hit,
        requester=row.requester,
        database=_value_word(row.database),
        score=row.score,
        title=row.title,
        source=row.source,
        item=f", {row.item}" if row.item else "",
    )


def _state_word(state: str) -> str:
    return translate_in("value", state)


def _value_word(name: str) -> str:
    """A name of the wire or the desk in words."""
    return translate_in("value", name.replace("_", " "))


def _print_line(words: str) -> None:
    print(safe_text(words), flush=True)
