"""The long-running commands: the dispatcher and the console."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import log_to_file
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.place_options import chosen_places, with_place_options
from dutydesk.desk.base import garbage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.places import TransportPlaces
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.service.desk import Desk
    from dutydesk.dispatch.dispatcher_state import DispatcherState
    from dutydesk.dispatch.health.journal import Journal
    from dutydesk.dispatch.health.metrics_address import MetricsAddress
    from dutydesk.dispatch.health.monitored import MonitoredDispatcher
    from dutydesk.dispatch.places import OpenPlaces
    from dutydesk.dispatch.route_dispatchers import RunningDispatcher


def _open_places(desk: Desk, store: Path, named: TransportPlaces) -> OpenPlaces:
    from dutydesk.dispatch.places import OpenPlaces
    from dutydesk.dispatch.signing import BatchSigner

    signer = BatchSigner(desk.store.path, desk.delivery.sealing_now)
    chosen = chosen_places(named, desk.context.settings.transport)
    return OpenPlaces(store.absolute().parent, desk.realm, chosen, signer=signer, claims=not desk.delivery.is_shared)


@asynccontextmanager
async def dispatcher_on(desk: Desk, store: Path, named: TransportPlaces) -> AsyncIterator[RunningDispatcher]:
    """A dispatcher on the places that are named, else on those of the settings, else on folders next to the store.

    On a desk that several boxes share there is one for each route that this box serves. Raises Refused for routes on a
    desk of one box.
    """
    from dutydesk.dispatch.dispatcher import Dispatcher
    from dutydesk.dispatch.route_dispatchers import RouteDispatchers

    places = _open_places(desk, store, named)
    try:
        if desk.delivery.is_shared:
            yield RouteDispatchers(desk, places.routes, places.inbox)
        else:
            desk.routes.require_several_boxes(places.routes)
            yield Dispatcher(desk, places.transport, places.inbox)
    finally:
        await places.close()


@command(
    "dispatch",
    "dutydesk dispatch --inbox /srv/desk/inbox --outbox /srv/desk/outbox",
    "dutydesk dispatch --until-idle --json",
    "dutydesk dispatch --inbox inbox --inbox tls://nats1:4222 --outbox outbox --outbox PL,FR=tls://nats1:4222",
    "dutydesk dispatch --route main=outbox --route africa=tls://nats-nbo:4222",
)
@with_place_options
@click.option("--until-idle", is_flag=True, help="End when only offline bureaus have deliveries left.")
@click.option("--restored", is_flag=True, help="Declare that this copy replaces its original from now on.")
@click.option("--metrics", metavar="ADDR", type=free_text, help="Serve metrics here: a port, or an IP address:port.")
@click.option("--journal", is_flag=True, help="Report on stderr in JSON lines with priorities, for a journal.")
@pass_call
def dispatch_command(
    call: Call,
    places: TransportPlaces,
    until_idle: bool,
    restored: bool,
    metrics: str | None,
    journal: bool,
) -> None:
    """Run the dispatcher without a screen.

    It takes messages from the inbox and delivers what is due. Without options it uses the places of [transport] in
    desk.toml, else the folders inbox and outbox next to the store. Ctrl-C or SIGTERM ends it after the current batch.

    A place is a folder, or a NATS server: tls://HOST:4222, or nats:// on this machine. Both options may be given
    several times; --outbox CC,CC=PLACE is for those bureaus alone.

    On a cluster --route ROUTE=PLACE names a route that this box serves, and its outbox. Each route has one dispatcher
    at a time, so that boxes deliver beside each other. Bureaus get their route with bureaus route CC ROUTE, and all
    others have the route main, which is served where none is named.

    One process dispatches at a time. While another one does, this one reports that on stderr, waits, and takes over
    when the other ends. With --until-idle it ends as soon as nothing is left to do.

    A store restored from a backup is read-only until --restored is given once, with the outbox of its original:
    deliveries that the outbox holds are not sent again.

    --metrics serves numbers for Prometheus at /metrics, and /health, on 127.0.0.1 unless an address is given. Run by
    systemd it reports by sd_notify, and its heartbeat ends when deliveries or intake hang.
    """
    from dutydesk.dispatch.health.journal import Journal
    from dutydesk.dispatch.health.metrics_address import parse_metrics_address
    from dutydesk.dispatch.health.monitored import Reporting, monitored
    from dutydesk.dispatch.health.service_manager import ServiceManager

    manager = ServiceManager()
    reporting = Reporting(
        metrics=None if metrics is None else parse_metrics_address(metrics),
        journal=Journal(sys.stderr) if journal else None,
        manager=manager,
    )
    log_to_file()
    from dutydesk.wire.decode.message import load_words_of_problems

    async def dispatch(desk: Desk, actor: Actor) -> DispatcherState:
        async with dispatcher_on(desk, call.store, places) as dispatcher:
            return await run(desk, actor, dispatcher)

    async def run(desk: Desk, actor: Actor, dispatcher: RunningDispatcher) -> DispatcherState:
        if restored:
            gone = await dispatcher.accept_copy(actor)
            print(
                f"dutydesk: the copy replaces its original; {gone} lines were leased or delivered already",
                file=sys.stderr,
            )
        await dispatcher.refuse_copy()
        loop = asyncio.get_running_loop()

        def stop() -> None:
            manager.stopping()
            dispatcher.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        if not until_idle:
            load_words_of_problems()
        garbage.look_seldom()
        async with monitored(desk, dispatcher, reporting) as monitor:
            if monitor.metrics is not None:
                _report_metrics_address(monitor.metrics, reporting.journal)
            lines = None if journal else asyncio.create_task(_report_troubles(monitor, standing_by, report_seconds))
            try:
                await dispatcher.run(until_idle=until_idle)
            finally:
                manager.stopping()
                if lines is not None:
                    lines.cancel()
        return dispatcher.state

    standing_by = _standby_line(until_idle=until_idle, json=call.json)
    report_seconds = call.limits.commands.report_seconds

    state = run_at_desk(call, dispatch, Right.DISPATCH, is_service=True)
    if call.json:
        print_json_line({"taken_in": state.received, "handed_over": state.delivered, "failed": state.failed})
    else:
        print_sentence(f"{state.received} taken in, {state.delivered} handed over, {state.failed} failed")


def _report_metrics_address(address: MetricsAddress, journal: Journal | None) -> None:
    if journal is not None:
        journal.write_served(address.port, is_open=not address.is_loopback)
        return
    words = sentence("metrics are served at http://{address}/metrics", address=address)
    print(f"dutydesk: {words}", file=sys.stderr, flush=True)
    if not address.is_loopback:
        words = sentence(
            "{address} can be reached from other machines; a firewall must say from which", address=address
        )
        print(f"dutydesk: {words}", file=sys.stderr, flush=True)


async def _report_troubles(dispatcher: MonitoredDispatcher, standing_by: Callable[[str], str], seconds: float) -> None:
    """Print on stderr, every ``seconds``, which troubles began and ended and whether another process dispatches."""
    reported: tuple[str, ...] = ()
    behind: str | None = None
    try:
        while True:
            behind = _report_holder(behind, dispatcher.state.lock_holder, standing_by)
            reported = _report_changes(reported, dispatcher.state.troubles)
            await asyncio.sleep(seconds)
    finally:
        _report_holder(behind, dispatcher.state.lock_holder, standing_by)
        _report_changes(reported, dispatcher.state.troubles)


def _report_holder(previous: str | None, current: str | None, standing_by: Callable[[str], str]) -> str | None:
    """Print one line when this process begins to wait; a change of the other process prints none."""
    if previous is None and current is not None:
        print(standing_by(current), file=sys.stderr, flush=True)
    return current


def _standby_line(*, until_idle: bool, json: bool) -> Callable[[str], str]:
    """Makes the line that names the dispatching process and says what this one does."""
    then = "waits until nothing is left to do" if until_idle else "waits, and takes over once that ends"

    def line(holder: str) -> str:
        words = sentence(
            "{holder} dispatches from this store; this one {then}", holder=other_process(holder), then=then
        )
        return (
            to_json_line({"standing_by": True, "holder": holder or None, "detail": words})
            if json
            else f"dutydesk: {words}"
        )

    return line


def other_process(holder: str) -> str:
    return f"another process ({holder})" if holder else "another process"


def _report_changes(previous: tuple[str, ...], current: tuple[str, ...]) -> tuple[str, ...]:
    for words in current:
        if words not in previous:
            print(f"dutydesk: {safe_text(words)}", file=sys.stderr, flush=True)
    for words in previous:
        if words not in current:
            print(f"dutydesk: over: {safe_text(words)}", file=sys.stderr, flush=True)
    return current


@command("console", "dutydesk console", "dutydesk console --wall", "dutydesk console --plain")
@click.option("--low-bandwidth", is_flag=True, help="For a slow line: sixteen colours and fewer updates.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and simple terminals.")
@click.option("--wall", is_flag=True, help="Only the desk at a glance, for a second terminal.")
@pass_call
def console_command(call: Call, low_bandwidth: bool, plain: bool, wall: bool) -> None:
    """Open the console on a terminal.

    The console also dispatches while no other process does; else its header shows "standing by" and that process.

    With --plain no cursor moves and no colour is used: each new item and each change is one line, and commands are
    typed as on the command line, without the word dutydesk. It needs no terminal.

    With --wall it shows traffic, queue, measures, checks, hits, alarms and who is on duty. No key of it acts on the
    desk, it shows no text of an item, it never locks itself, and it does not dispatch.
    """
    if plain and wall:
        raise InvalidRequest(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("--wall needs a screen and --plain uses none; leave one out"),
        )
    if plain:
        _run_line_mode(call)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidRequest(
            InvalidRequestCode.NO_TERMINAL,
            sentence("the console needs a terminal; dutydesk --help lists the commands that need none"),
        )
    log_to_file()

    async def watch(desk: Desk, actor: Actor) -> None:
        from dutydesk.cli._core.failures import drafts_folder
        from dutydesk.cli.console_commands import ConsoleCommands
        from dutydesk.tui.frame.pace import NORMAL_PACE, SLOW_LINE_PACE, use_sixteen_colours

        if low_bandwidth:
            use_sixteen_colours()
        from dutydesk.tui.app import check_settings, run_console, run_wall

        check_settings(desk)
        pace = SLOW_LINE_PACE if low_bandwidth else NORMAL_PACE
        if wall:
            garbage.leave_out_loaded()
            await run_wall(desk, actor, pace)
            return
        async with background_dispatcher(desk, call.store) as dispatcher:
            garbage.leave_out_loaded()
            commands = ConsoleCommands(
                desk,
                actor,
                call.store,
                own_files=call.officer_name is None,
                keeps_language=call.language is not None,
            )
            await run_console(desk, actor, DispatcherRunner(dispatcher), drafts_folder(), pace, commands)

    run_at_desk(call, watch, Right.READ, is_service=True)


@asynccontextmanager
async def background_dispatcher(desk: Desk, store: Path) -> AsyncIterator[MonitoredDispatcher]:
    """A dispatcher in the console's process; the desk's alarm command runs there too while it dispatches."""
    from dutydesk.dispatch.health.monitored import Reporting, monitored

    async with (
        dispatcher_on(desk, store, TransportPlaces()) as dispatcher,
        monitored(desk, dispatcher, Reporting()) as monitor,
    ):
        running = asyncio.create_task(dispatcher.run())
        try:
            yield monitor
        finally:
            dispatcher.stop()
            await running


def _run_line_mode(call: Call) -> None:
    from dutydesk.cli.line_mode import LineMode, disable_terminal_codes

    disable_terminal_codes()
    log_to_file()

    async def run_line_mode(desk: Desk, actor: Actor) -> None:
        async with background_dispatcher(desk, call.store) as dispatcher:
            own_files = call.officer_name is None
            await LineMode(desk, actor, call.store, lambda: dispatcher.state, own_files=own_files).run()

    run_at_desk(call, run_line_mode, Right.READ)


class DispatcherRunner:
    """The state of a dispatcher in the same process, for the console's header."""

    def __init__(self, dispatcher: MonitoredDispatcher) -> None:
        self._dispatcher = dispatcher

    def state_words(self) -> str:
        from dutydesk.dispatch.dispatcher_state import PHASE_WORDS

        state = self._dispatcher.state
        words = PHASE_WORDS[state.phase]
        if state.lock_holder:
            words = sentence("{words}: {part} dispatches", words=words, part=state.lock_holder.partition(" on ")[0])
        return sentence("{words}, in trouble", words=words) if self.troubles() else words

    def troubles(self) -> tuple[str, ...]:
        return self._dispatcher.state.troubles
