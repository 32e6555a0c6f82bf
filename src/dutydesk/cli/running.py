"""Commands that run on: the dispatcher, and the console."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli.call import Call, at_desk, pass_call
from dutydesk.cli.commands import command
from dutydesk.cli.failures import log_to_file
from dutydesk.cli.say import json_line, sentence
from dutydesk.domain.errors import BadCall
from dutydesk.domain.officers import Right
from dutydesk.wire.safe_text import safe

if TYPE_CHECKING:
    from dutydesk.desk.desk import Desk
    from dutydesk.desk.ground import Act
    from dutydesk.dispatch.dispatcher import Dispatcher, DispatcherState

INBOX, OUTBOX = "inbox", "outbox"
#: How soon a trouble of the dispatcher is said at the latest.
SAY_SECONDS = 0.25


def dispatcher_of(desk: Desk, store: Path, inbox: Path | None = None, outbox: Path | None = None) -> Dispatcher:
    """On the spool; its folders lie beside the store unless they are named."""
    from dutydesk.dispatch.dispatcher import Dispatcher
    from dutydesk.dispatch.inbox import Inbox
    from dutydesk.dispatch.spool import SpoolTransport

    beside = store.absolute()
    taken_from = Inbox(inbox if inbox is not None else beside.with_name(INBOX))
    return Dispatcher(desk, SpoolTransport(outbox if outbox is not None else beside.with_name(OUTBOX)), taken_from)


@command(
    "dispatch",
    "dutydesk dispatch --inbox /srv/desk/inbox --outbox /srv/desk/outbox",
    "dutydesk dispatch --until-idle --json",
)
@click.option("--inbox", metavar="DIR", type=click.Path(path_type=Path), help="Messages come from here.")
@click.option("--outbox", metavar="DIR", type=click.Path(path_type=Path), help="Deliveries go here, by bureau.")
@click.option("--until-idle", is_flag=True, help="End once nothing is left to do but wait for bureaus offline.")
@click.option("--restored", is_flag=True, help="Your word that this copy takes its original's place from now on.")
@pass_call
def dispatch_command(call: Call, inbox: Path | None, outbox: Path | None, until_idle: bool, restored: bool) -> None:
    """The dispatcher without a screen.

    Takes the inbox in and hands over what is due: without options, the folders inbox and outbox beside the store. It
    stands by while another process dispatches. A stop (Ctrl-C, SIGTERM) finishes what is under way.

    A store that was brought back from a backup is only read until --restored is given once, with the outbox that its
    original wrote to: what lies there is not sent again.
    """
    log_to_file()

    async def dispatch(desk: Desk, act: Act) -> DispatcherState:
        dispatcher = dispatcher_of(desk, call.store, inbox, outbox)
        if restored:
            gone = await dispatcher.go_on(act)
            print(f"dutydesk: the copy goes on; {gone} lines were in hand or out already", file=sys.stderr)
        await dispatcher.refuse_copy()
        loop = asyncio.get_running_loop()
        for stop in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(stop, dispatcher.stop)
        saying = asyncio.create_task(_say_troubles(dispatcher))
        spare_what_is_loaded()
        try:
            await dispatcher.run(until_idle=until_idle)
        finally:
            saying.cancel()
        return dispatcher.state

    state = at_desk(call, dispatch, Right.DISPATCH)
    if call.json:
        json_line({"taken_in": state.taken_in, "handed_over": state.handed_over, "failed": state.failed})
    else:
        sentence(f"{state.taken_in} taken in, {state.handed_over} handed over, {state.failed} failed")


def spare_what_is_loaded() -> None:
    """Rules, words, screens and reference data stay for good: the collector need not stop all for them, ever again."""
    gc.freeze()


async def _say_troubles(dispatcher: Dispatcher) -> None:
    """On stderr, when one begins and when it is over."""
    said: tuple[str, ...] = ()
    try:
        while True:
            said = _say_changes(said, dispatcher.state.troubles)
            await asyncio.sleep(SAY_SECONDS)
    finally:
        _say_changes(said, dispatcher.state.troubles)


def _say_changes(said: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    for words in now:
        if words not in said:
            print(f"dutydesk: {safe(words)}", file=sys.stderr, flush=True)
    for words in said:
        if words not in now:
            print(f"dutydesk: over: {safe(words)}", file=sys.stderr, flush=True)
    return now


@command("console", "dutydesk console", "dutydesk --db /srv/desk/desk.db console")
@pass_call
def console_command(call: Call) -> None:
    """The console on a terminal.

    It dispatches too while no other process does.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadCall("the console needs a terminal; dutydesk --help lists the commands that need none")
    log_to_file()

    async def watch(desk: Desk, act: Act) -> None:
        from dutydesk.cli.failures import drafts_folder
        from dutydesk.tui.app import check_settings, run_console

        check_settings(desk)
        dispatcher = dispatcher_of(desk, call.store)
        dispatching = asyncio.create_task(dispatcher.run())
        spare_what_is_loaded()
        try:
            await run_console(desk, act, DispatcherRunner(dispatcher), drafts_folder())
        finally:
            dispatcher.stop()
            await dispatching

    at_desk(call, watch, Right.READ)


class DispatcherRunner:
    """What the console's header says of a dispatcher in the same process."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def state_words(self) -> str:
        state = self._dispatcher.state
        words = {"running": "dispatching"}.get(state.phase, state.phase.value)
        return f"{words}, in trouble" if self.troubles() else words

    def troubles(self) -> tuple[str, ...]:
        return self._dispatcher.state.troubles
