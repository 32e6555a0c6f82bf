"""A dispatcher process: STORE INBOX OUTBOX [--until-idle] [--slow]. Reports its phases on stdout."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.spool import SpoolTransport


class ReportingTransport(SpoolTransport):
    """A transport that reports a leased batch and keeps it until the dispatcher is asked to stop."""

    def __init__(self, outbox: Path) -> None:
        super().__init__(outbox)
        self.told = asyncio.Event()

    async def deliver_while(self, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        print("in hand", flush=True)
        await self.told.wait()
        return await super().deliver_while(batch, is_current)


async def main(store: str, inbox: str, outbox: str, *flags: str) -> None:
    desk = await open_desk(Path(store))
    transport = ReportingTransport(Path(outbox)) if "--slow" in flags else SpoolTransport(Path(outbox))
    dispatcher = Dispatcher(desk, transport, Inbox(Path(inbox)))

    def told() -> None:
        dispatcher.stop()
        if isinstance(transport, ReportingTransport):
            transport.told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)
    saying = asyncio.create_task(say_phases(dispatcher))
    await dispatcher.run(until_idle="--until-idle" in flags)
    saying.cancel()
    await desk.close()
    print("ended", flush=True)


async def say_phases(dispatcher: Dispatcher) -> None:
    said = Phase.STOPPED
    while True:
        if dispatcher.state.phase is not said:
            said = dispatcher.state.phase
            print(said, flush=True)
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
