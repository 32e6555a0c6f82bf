"""The store of a demo: its officers, its settings, and the shift that is played into it."""

from __future__ import annotations

from pathlib import Path

from dutydesk.demo.acts import FIRST_OFFICER, SECOND_OFFICER, SUPERVISOR
from dutydesk.demo.generate import DEFAULT_MESSAGES, generate_shift
from dutydesk.demo.shift import DemoShift, ShiftError, load_shift, shorten_shift
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import InvalidRequest, StoreUnusable
from dutydesk.domain.review.officers import SECRETARIAT, Officer, Role
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.opening import store_exists

#: Opening the demo as one of these shows what that person may do; Tomasz decides on nothing of his own country.
OFFICERS = (
    Officer(SUPERVISOR, Role.SUPERVISOR, SECRETARIAT),
    Officer(FIRST_OFFICER, Role.OFFICER, SECRETARIAT),
    Officer(SECOND_OFFICER, Role.OFFICER, SECRETARIAT),
    Officer("Tomasz Wolny", Role.OFFICER, "PL"),
)


def demo_shift(messages: int | None = None, seed: int | None = None) -> DemoShift:
    """The shift of the package, or its first ``messages``; with ``seed`` a generated one. Raises InvalidRequest."""
    if messages is not None and messages < 1:
        raise InvalidRequest(
            InvalidRequestCode.BAD_MESSAGE_COUNT,
            sentence("--messages is a whole number from 1 on, not {messages}", messages=messages),
        )
    if seed is not None:
        return generate_shift(seed, messages or DEFAULT_MESSAGES)
    try:
        shift = load_shift()
    except ShiftError as fault:
        raise InvalidRequest(InvalidRequestCode.BAD_DEMO_DATA, str(fault)) from fault
    return shift if messages is None else shorten_shift(shift, messages)


async def open_demo(path: Path, shift: DemoShift) -> Desk:
    """Open the demo store at ``path``, or make it. Its clock stands still until the replay starts.

    Raises StoreUnusable for a store that no demo made.
    """
    if not store_exists(path):
        return await make_demo(path, shift)
    desk = await open_desk(path)
    if desk.realm != "demo":
        await desk.close()
        raise StoreUnusable(
            StoreCode.NOT_A_DEMO,
            sentence(
                "{path} is {realm}, no demo; name another path, or leave --db out", path=path, realm=desk.realm.upper()
            ),
        )
    require_replay_clock(desk).set_rate(0)
    return desk


async def make_demo(path: Path, shift: DemoShift) -> Desk:
    """Make a demo store whose clock starts with the shift's first message. Raises StoreUnusable."""
    clock = ReplayClock(shift.due[0], 0)
    make_store(path, "demo", clock)
    founder = os_user()
    desk = await open_desk(path, clock, founder=founder)
    try:
        for officer in OFFICERS:
            if officer.name != founder:
                await desk.people.add_officer(Actor(founder, founder), officer)
    except BaseException:
        await desk.close()
        raise
    return desk


def require_replay_clock(desk: Desk) -> ReplayClock:
    """Raises StoreUnusable for a desk that uses the real time: no traffic is replayed into it."""
    if isinstance(desk.clock, ReplayClock):
        return desk.clock
    raise StoreUnusable(
        StoreCode.NOT_A_DEMO,
        sentence(
            "{path} is {realm}; only a demo store takes sample traffic", path=desk.store.path, realm=desk.realm.upper()
        ),
    )
