"""``demo --record``: a tour of the console as a file that a player shows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from dutydesk.cli._core.call import Call
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.demo.shift import DemoShift

#: So far the first measure is in force, and the queue has filled.
RECORDED_MESSAGES = 130
RECORDED_SIZE = (80, 24)


class RecordingOptions(TypedDict):
    record: Path | None
    size: tuple[int, int] | None
    force: bool


def asks_for_recording(call: Call, options: RecordingOptions, *, other: bool) -> bool:
    """``other``: an option is given that a recording does not take. Raises InvalidRequest for options that clash."""
    if options["record"] is None:
        if options["size"] is not None or options["force"]:
            raise InvalidRequest(InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--size and --force need --record"))
        return False
    if other or call.db is not None:
        raise InvalidRequest(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("--record has its own store and speed; leave out --db, --speed and --headless"),
        )
    return True


def record(call: Call, messages: int | None, seed: int | None, options: RecordingOptions) -> None:
    """Raises Refused if the file exists and is not to be replaced, before anything is played."""
    from dutydesk.demo.demo import demo_shift
    from dutydesk.demo.recording import record_tour, recording_store, write_cast
    from dutydesk.desk.base.user_files import new_file

    path, size = options["record"] or Path(), options["size"] or RECORDED_SIZE
    shift = demo_shift(messages or RECORDED_MESSAGES, seed)
    with new_file(path, replace=options["force"]) as out, recording_store() as store:
        asyncio.run(_fill(store, shift, seed))
        events = record_tour((sys.executable, "-m", __name__, str(store)), store.parent, size)
        write_cast(events, size, out)
    seconds = events[-1].at
    if call.json:
        print_json_line({"recorded": str(path), "seconds": seconds, "events": len(events)})
    else:
        print_sentence(f"A tour of {seconds:.0f} seconds is recorded in {safe_text(str(path))}")


async def _fill(store: Path, shift: DemoShift, seed: int | None) -> None:
    from dutydesk.demo.demo import make_demo, play_until_queue_fills
    from dutydesk.demo.generate import DEFAULT_SEED

    desk = await make_demo(store, shift)
    try:
        await play_until_queue_fills(desk, shift, seed=DEFAULT_SEED if seed is None else seed)
    finally:
        await desk.close()


async def _show_console(store: Path) -> None:
    """The console that is recorded: the desk's clock stands still, so that it shows the same whenever it is."""
    from dutydesk.cli.console import DispatcherRunner, background_dispatcher
    from dutydesk.demo.acts import SUPERVISOR
    from dutydesk.demo.demo import EMPTY_SHIFT, open_demo
    from dutydesk.tui.app import run_console

    desk = await open_demo(store, EMPTY_SHIFT)
    try:
        actor = await desk.people.sign_in(SUPERVISOR)
        async with background_dispatcher(desk, store) as dispatcher:
            await run_console(desk, actor, DispatcherRunner(dispatcher))
    finally:
        await desk.close()


if __name__ == "__main__":
    asyncio.run(_show_console(Path(sys.argv[1])))
