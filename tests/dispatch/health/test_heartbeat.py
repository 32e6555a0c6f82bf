"""The heartbeat: it goes out while deliveries and intake get on, and ends when one of them hangs."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.health.heartbeat import Liveness, report_to_manager
from dutydesk.dispatch.health.monitored import Reporting, monitored
from dutydesk.dispatch.health.service_manager import ServiceManager
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.limits import DispatchLimits, InboxLimits, Limits

#: A dispatcher at rest begins a step every few milliseconds.
RESTLESS = Limits(
    dispatch=DispatchLimits(
        idle_seconds=0.01, poll_seconds=0.005, first_backoff_seconds=0.01, max_backoff_seconds=0.02
    ),
    inbox=InboxLimits(poll_seconds=0.01),
)


@pytest.fixture
def limits() -> Limits:
    return RESTLESS


class Manager:
    """What a service manager was told, on a socket of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(path))

    def environment(self, **changes: str) -> dict[str, str]:
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": "80000", "WATCHDOG_PID": str(os.getpid()), **changes}

    def read(self) -> list[str]:
        while True:
            try:
                self.told.append(self._socket.recv(4_096).decode())
            except BlockingIOError:
                return self.told

    def beats(self) -> int:
        return self.read().count("WATCHDOG=1")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    yield made
    made.close()


async def beat_again(manager: Manager) -> None:
    before = manager.beats()
    await until(lambda: manager.beats() > before + 1, "the heart beats")


async def test_it_says_when_it_is_ready_and_what_it_has_done(works: Works, manager: Manager) -> None:
    reporting = Reporting(manager=ServiceManager(manager.environment()))
    async with works.dispatching() as dispatcher, monitored(works.desk, dispatcher, reporting, has_inbox=False):
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: any("2 delivered" in told for told in manager.read()))
        await beat_again(manager)
    assert manager.told[0] == "READY=1"
    statuses = [told for told in manager.told if told.startswith("STATUS=")]
    assert len(statuses) == len(set(statuses)), "the same words are sent once"
    assert not any("\n" in told for told in manager.told)


class ScriptedLiveness(Liveness):
    """Gets on as the test says, and counts the looks."""

    def __init__(self) -> None:
        self.gets_on = True
        self.looks = 0

    def has_got_on(self) -> bool:
        self.looks += 1
        return self.gets_on


async def test_no_heart_beats_while_nothing_gets_on(manager: Manager) -> None:
    liveness = ScriptedLiveness()
    reporter = ServiceManager(manager.environment())
    task = asyncio.create_task(report_to_manager(reporter, [liveness], DispatcherState, 8, 0.01))
    await until(lambda: manager.beats() > 2)
    liveness.gets_on = False
    manager.read()
    beats, looks = manager.beats(), liveness.looks
    await until(lambda: manager.beats() >= 0 and liveness.looks > looks + 5)
    assert manager.beats() == beats
    liveness.gets_on = True
    await until(lambda: manager.beats() > beats + 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_transport_that_hangs_is_no_getting_on(works: Works) -> None:
    entered, answer = asyncio.Event(), asyncio.Event()
    deliver = works.bureaus.transport.deliver

    async def hang(batch: Batch) -> TransportResult:
        entered.set()
        await answer.wait()
        return await deliver(batch)

    works.bureaus.transport.deliver = hang  # type: ignore[method-assign]
    async with works.dispatching() as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL",)))
        await entered.wait()
        liveness = Liveness(dispatcher, has_inbox=False)
        try:
            liveness.has_got_on()
            await several_rounds(works)
            assert not liveness.has_got_on()
        finally:
            answer.set()
        await until(liveness.has_got_on)


async def test_an_inbox_that_hangs_is_no_getting_on_though_deliveries_get_on(works: Works) -> None:
    inbox = Inbox(works.inbox, limits=RESTLESS.inbox)
    entered, answer = asyncio.Event(), asyncio.Event()

    async def hang(*_: object) -> int:
        entered.set()
        await answer.wait()
        return 0

    async with works.dispatching(inbox=inbox) as dispatcher:
        inbox.receive_all = hang  # type: ignore[method-assign]
        await entered.wait()
        whole, deliveries = (Liveness(dispatcher, has_inbox=has_inbox) for has_inbox in (True, False))
        try:
            await until(lambda: not whole.has_got_on())
            deliveries.has_got_on()
            await until(deliveries.has_got_on)
            assert not whole.has_got_on()
        finally:
            answer.set()
        await until(whole.has_got_on)


async def test_a_transport_that_is_down_is_no_hung_dispatcher(works: Works) -> None:
    deliver = works.bureaus.transport.deliver

    async def fail(batch: Batch) -> TransportResult:
        raise TransportDown("the line is down")

    works.bureaus.transport.deliver = fail  # type: ignore[method-assign]
    await works.bench.sent(diffusion("DE", ("PL",)))
    async with works.dispatching() as dispatcher:
        await until(lambda: bool(dispatcher.state.faults))
        liveness = Liveness(dispatcher, has_inbox=False)
        for _ in range(3):
            await until(liveness.has_got_on)
        works.bureaus.transport.deliver = deliver  # type: ignore[method-assign]


async def test_each_part_of_a_long_intake_counts(works: Works) -> None:
    works.write("many.jsonl", *(diffusion("DE", ("PL",)) for _ in range(5)))
    inbox = Inbox(works.inbox, limits=InboxLimits(lines_per_read=1))
    dispatcher = works.dispatcher()
    before = dispatcher.progress.intake
    await inbox.receive_all(works.desk, dispatcher.progress.counted("inbox", lambda: False))
    assert dispatcher.progress.intake - before > 5


async def several_rounds(works: Works) -> None:
    """Other work of the same loop gets its turns: reads of the store."""
    for _ in range(5):
        await works.desk.queries.head_seq()


async def test_one_that_stands_by_has_a_heartbeat(works: Works, manager: Manager) -> None:
    desk = await open_desk(works.desk.store.path, works.bench.clock)
    try:
        async with works.dispatching():
            other = Dispatcher(desk, works.bureaus.transport)
            reporting = Reporting(manager=ServiceManager(manager.environment()))
            async with monitored(desk, other, reporting):
                running = asyncio.create_task(other.run())
                await until(lambda: other.state.lock_holder is not None)
                await beat_again(manager)
                assert other.state.phase is Phase.STANDING_BY
                other.stop()
                await running
    finally:
        await desk.close()


def test_without_a_manager_nothing_is_sent_and_nothing_fails(tmp_path: Path) -> None:
    silent = ServiceManager({})
    assert not silent.is_there
    silent.ready()
    gone = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    gone.ready()
    gone.status("x")
    ServiceManager({"NOTIFY_SOCKET": "\0" * 200}).heartbeat()


def test_its_variables_are_taken_out_of_the_environment(manager: Manager) -> None:
    environment = manager.environment(KEPT="1")
    assert ServiceManager(environment).watchdog_seconds == 0.08
    assert environment == {"KEPT": "1"}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "x"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_PID": "", "WATCHDOG_USEC": "2000000"}, 2.0),
    ],
)
def test_a_watchdog_of_another_process_or_none_is_no_watchdog(
    manager: Manager, changes: dict[str, str], seconds: float | None
) -> None:
    assert ServiceManager(manager.environment(**changes)).watchdog_seconds == seconds


def test_a_status_is_one_line(manager: Manager) -> None:
    ServiceManager(manager.environment()).status("a\nREADY=1\n b")
    assert manager.read() == ["STATUS=a READY=1 b"]
