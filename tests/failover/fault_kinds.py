"""The faults: each does its damage, mends it, and returns once a primary answers and every line works."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Final

from box_crew import now
from fleet import EITHER_STANDBY, Box, Fleet, await_condition, slowness

#: Longer than a dispatcher's term.
_LONG_STOP_SECONDS: Final = 4.5
#: In which another box takes over from one that is dead, stopped or cut off.
TAKE_OVER_SECONDS: Final = 5.0
_IN_COMMIT: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dutydesk' AND wait_event = 'SyncRep'"
_ANY_BACKEND: Final = (
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'dutydesk' AND backend_type = 'client backend'"
)


class TooSlowError(AssertionError):
    """The desk was not back at work in time."""


Fault = Callable[[Fleet, Random], None]


def kill_a_box(fleet: Fleet, random: Random) -> None:
    box = random.choice(fleet.boxes)
    fleet.kill(box)
    time.sleep(0.3)
    fleet.start(box)


def kill_the_dispatching_box(fleet: Fleet, random: Random) -> None:
    box = _dispatching(fleet)
    begun = now()
    fleet.kill(box)
    await_take_over(fleet, box, begun)
    fleet.start(box)


def stop_the_dispatching_box_for_longer_than_its_term(fleet: Fleet, random: Random) -> None:
    box = _dispatching(fleet)
    begun = now()
    fleet.stop(box)
    await_take_over(fleet, box, begun)
    time.sleep(max(0.0, begun + _LONG_STOP_SECONDS - now()))
    fleet.go_on(box)


def stop_a_box_for_a_moment(fleet: Fleet, random: Random) -> None:
    box = random.choice(fleet.boxes)
    fleet.stop(box)
    time.sleep(random.uniform(0.2, 1.5))
    fleet.go_on(box)


def cut_a_line(fleet: Fleet, random: Random) -> None:
    box = random.choice(fleet.boxes)
    fleet.lines.cut(box.number)
    time.sleep(random.uniform(0.0, 1.0))
    fleet.lines.heal(box.number)


def cut_off_the_dispatching_box(fleet: Fleet, random: Random) -> None:
    box = _dispatching(fleet)
    begun = now()
    fleet.lines.cut(box.number)
    await_take_over(fleet, box, begun)
    fleet.lines.heal(box.number)


def stall_the_line_of_the_dispatching_box(fleet: Fleet, random: Random) -> None:
    box = _dispatching(fleet)
    begun = now()
    fleet.lines.stall(box.number)
    await_take_over(fleet, box, begun)
    fleet.lines.heal(box.number)


def lose_the_standby(fleet: Fleet, random: Random) -> None:
    fleet.standby.kill()
    time.sleep(random.uniform(0.1, 1.0))
    fleet.standby.start()
    fleet.await_standby()


def stop_the_standby(fleet: Fleet, random: Random) -> None:
    fleet.standby.freeze()
    time.sleep(random.uniform(0.2, 2.0))
    fleet.standby.thaw()
    fleet.await_standby()


def end_a_backend_in_its_commit(fleet: Fleet, random: Random) -> None:
    """While a commit waits for the standby, the wait is cancelled, or its backend ended."""
    act = random.choice(("pg_terminate_backend", "pg_cancel_backend"))
    fleet.standby.freeze()
    try:
        waiting: list[int] = []

        def someone_waits() -> bool:
            waiting[:] = [pid for (pid,) in fleet.primary.sql(_IN_COMMIT)]
            return bool(waiting)

        if await_condition(someone_waits, 3.0) is not None:
            fleet.primary.sql(f"SELECT {act}({random.choice(waiting)})")
            time.sleep(0.2)
    finally:
        fleet.standby.thaw()
    fleet.await_standby()


def kill_a_backend(fleet: Fleet, random: Random) -> None:
    """By SIGKILL: the server ends all others, and recovers."""
    found = [pid for (pid,) in fleet.primary.sql(_ANY_BACKEND)]
    fleet.primary.kill_backend(random.choice(found))
    time.sleep(0.1)
    await_condition(fleet.primary.answers, 30.0)
    fleet.await_standby()


def start_the_primary_again(fleet: Fleet, random: Random) -> None:
    fleet.primary.stop()
    fleet.primary.start()
    fleet.await_standby()


def stop_the_primary_for_a_moment(fleet: Fleet, random: Random) -> None:
    """SIGSTOP: its sockets stay open, and nothing answers."""
    fleet.primary.freeze()
    time.sleep(random.uniform(0.2, 2.0))
    fleet.primary.thaw()
    fleet.await_standby()


def kill_the_primary_and_promote(fleet: Fleet, random: Random) -> None:
    fleet.primary.kill()
    fleet.promote()
    fleet.rebuild_standby()


def let_the_old_primary_come_back(fleet: Fleet, random: Random) -> None:
    """Both servers write for a while, and boxes may reach the wrong one."""
    fleet.primary.kill()
    fleet.promote()
    fleet.primary.set(synchronous_standby_names="")
    fleet.standby.start()  # the old primary, as it was
    fleet.lines.break_off(random.randrange(len(fleet.boxes)))
    time.sleep(random.uniform(0.5, 1.5))
    fleet.standby.kill()
    fleet.rebuild_standby_unwaited()
    fleet.primary.set(synchronous_standby_names=EITHER_STANDBY)
    fleet.await_standby()


def kill_all_boxes(fleet: Fleet, random: Random) -> None:
    for box in fleet.boxes:
        fleet.kill(box)
    for box in fleet.boxes:
        fleet.start(box)


FAULTS: Final[tuple[Fault, ...]] = (
    kill_a_box,
    kill_the_dispatching_box,
    stop_the_dispatching_box_for_longer_than_its_term,
    stop_a_box_for_a_moment,
    cut_a_line,
    cut_off_the_dispatching_box,
    stall_the_line_of_the_dispatching_box,
    lose_the_standby,
    stop_the_standby,
    end_a_backend_in_its_commit,
    kill_a_backend,
    start_the_primary_again,
    stop_the_primary_for_a_moment,
    kill_the_primary_and_promote,
    let_the_old_primary_come_back,
    kill_all_boxes,
)


def await_take_over(fleet: Fleet, gone: Box, since: float) -> None:
    """Waits until another box dispatches, which must come within ``TAKE_OVER_SECONDS``."""

    def someone_else_dispatches() -> bool:
        fleet.listen()
        return any(at > since for box in fleet.boxes if box is not gone for _, at in box.words("term")[-1:])

    if await_condition(someone_else_dispatches, 12 * TAKE_OVER_SECONDS) is None:
        raise TooSlowError("no other box has taken over")
    starts = [at for box in fleet.boxes if box is not gone for _, at in box.words("term") if at > since]
    if min(starts) - since > TAKE_OVER_SECONDS * slowness():
        raise TooSlowError(f"another box took over after {min(starts) - since:.1f} s")


def _dispatching(fleet: Fleet) -> Box:
    box = fleet.dispatching()
    assert box is not None, "no box dispatches"
    return box
