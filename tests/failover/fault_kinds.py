"""The faults: each does its damage, mends it, and returns once a primary answers and every line works."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Final

from box_crew import now
from fleet import EITHER_STANDBY, Box, Fleet, await_condition, slowness

from dutydesk.store.engines.postgresql import keys

#: Longer than a dispatcher's term.
_LONG_STOP_SECONDS: Final = 4.5
#: In which another box takes over from one that is dead, stopped or cut off.
TAKE_OVER_SECONDS: Final = 5.0
_IN_COMMIT: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dutydesk' AND wait_event = 'SyncRep'"
_CHAIN_HELD: Final = (
    "SELECT held.pid FROM pg_locks AS held JOIN pg_stat_activity AS activity ON activity.pid = held.pid "
    f"WHERE held.locktype = 'advisory' AND held.granted AND (held.classid, held.objid) = ({keys.CHAIN}) "
    "AND activity.state = 'idle in transaction' AND clock_timestamp() - activity.state_change > interval '100 ms'"
)
_TRIES_TO_STOP: Final = 60
#: How often sessions are disturbed within some seconds.
_MOMENTS: Final = 100
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


def stop_a_box_inside_the_lock(fleet: Fleet, random: Random) -> None:
    """By SIGSTOP, while it holds the chain: the cluster ends its transaction, and the other boxes go on."""
    for _ in range(_TRIES_TO_STOP):
        box = random.choice(fleet.boxes)
        since = now()
        fleet.stop(box)
        if _holds_the_chain_for_long(fleet):
            break
        fleet.go_on(box)
        time.sleep(random.uniform(0.0, 0.05))
    else:
        return
    try:
        await_others_at_work(fleet, box, since)
    finally:
        fleet.go_on(box)


def let_two_believe_that_they_dispatch(fleet: Fleet, random: Random) -> None:
    """The term is ended in the database behind its holder's back, and another box begins one."""
    box = _dispatching(fleet)
    ended, begun = max(term for term, _ in box.words("term")), now()
    fleet.ended_terms.add(ended)

    def another_term_begins() -> bool:
        fleet.sql(f"UPDATE role SET until = 0 WHERE name = 'dispatch' AND term = {ended}")
        fleet.listen()
        return any(term > ended for each in fleet.boxes for term, _ in each.words("term")[-1:])

    if await_condition(another_term_begins, 12 * TAKE_OVER_SECONDS) is None:
        raise TooSlowError("no box has taken over")
    if now() - begun > TAKE_OVER_SECONDS * slowness():
        raise TooSlowError(f"a box took over after {now() - begun:.1f} s")


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


def cancel_statements(fleet: Fleet, random: Random) -> None:
    """Whatever a session is doing at that moment, as somebody does who finds it too slow; no standby is missing."""
    _at_many_moments(fleet, random, "pg_cancel_backend")


def end_sessions(fleet: Fleet, random: Random) -> None:
    """The same with whole sessions, as a proxy does that is started again."""
    _at_many_moments(fleet, random, "pg_terminate_backend")


def _at_many_moments(fleet: Fleet, random: Random, act: str) -> None:
    for _ in range(_MOMENTS):
        found = [pid for (pid,) in fleet.primary.sql(_ANY_BACKEND)]
        if found:
            fleet.primary.sql(f"SELECT {act}({random.choice(found)})")
        time.sleep(random.uniform(0.0, 0.03))


def kill_a_backend(fleet: Fleet, random: Random) -> None:
    """By SIGKILL: the server ends all others, and recovers."""
    found = [pid for (pid,) in fleet.primary.sql(_ANY_BACKEND)]
    fleet.primary.kill_backend(random.choice(found))
    time.sleep(0.1)
    await_condition(fleet.primary.answers, 120.0)
    fleet.await_standby()


def kill_the_postmaster(fleet: Fleet, random: Random) -> None:
    """By SIGKILL: its children notice and end, and the server that is started on the same files recovers."""
    fleet.primary.kill_postmaster()
    fleet.primary.start()
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
    stop_a_box_inside_the_lock,
    let_two_believe_that_they_dispatch,
    cut_a_line,
    cut_off_the_dispatching_box,
    stall_the_line_of_the_dispatching_box,
    lose_the_standby,
    stop_the_standby,
    end_a_backend_in_its_commit,
    cancel_statements,
    end_sessions,
    kill_a_backend,
    kill_the_postmaster,
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


def await_others_at_work(fleet: Fleet, stopped: Box, since: float) -> None:
    """Waits until every other box has told a receipt, which must come within ``TAKE_OVER_SECONDS``."""

    def others_told() -> bool:
        fleet.listen()
        others = [box for box in fleet.boxes if box is not stopped]
        return all(any(at > since for *_, at in box.words("submitted")[-1:]) for box in others)

    took = await_condition(others_told, 12 * TAKE_OVER_SECONDS)
    if took is None:
        raise TooSlowError("the other boxes did not go on")
    if took > TAKE_OVER_SECONDS * slowness():
        raise TooSlowError(f"the other boxes went on after {took:.1f} s")


def _holds_the_chain_for_long(fleet: Fleet) -> bool:
    """Whether a transaction holds the chain and has been idle, as only that of a process that stands still is."""
    time.sleep(0.15)
    return bool(fleet.primary.sql(_CHAIN_HELD))


def _dispatching(fleet: Fleet) -> Box:
    box = fleet.dispatching()
    assert box is not None, "no box dispatches"
    return box
