"""Boxes of one desk deliver to one outbox: one that is new is not delivered to after another one was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dispatch_kit import spool_lines, until
from test_route_dispatchers import LASTING

from desks import diffusion, raw
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.route_marks import MARK, claim_outbox
from dutydesk.dispatch.routes import RoutedTransport
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import Transport
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.store.engine.location import locate
from postgres_cluster import PostgresCluster, postgres_cluster
from refusals import raises_code

__all__ = ["postgres_cluster"]


@pytest.fixture
async def boxes(tmp_path: Path, postgres_cluster: PostgresCluster) -> AsyncIterator[tuple[Desk, Desk]]:
    url = postgres_cluster.database()
    places = [locate(url, tmp_path / name) for name in ("one", "two")]
    make_store(places[0], "exercise")
    one, two = [await open_desk(place, founder="root", limits=LASTING) for place in places]
    yield one, two
    await one.close()
    await two.close()


async def delivered(desk: Desk, transport: Transport) -> None:
    await desk.intake.receive(raw(diffusion("DE", ("PL",))))
    await Dispatcher(desk, transport).run(until_idle=True)


def keys_to_poland(outbox: Path) -> list[str]:
    return sorted(line["delivery"] for line in spool_lines(outbox) if line["delivery"].endswith("/PL"))


async def test_who_takes_over_with_an_outbox_of_its_own_is_refused(boxes: tuple[Desk, Desk], tmp_path: Path) -> None:
    one, two = boxes
    shared, own = tmp_path / "shared", tmp_path / "own"
    await delivered(one, SpoolTransport(shared))
    assert (shared / MARK).read_text() == "main\n"
    await two.intake.receive(raw(diffusion("DE", ("PL",))))
    for wrong in (SpoolTransport(own), RoutedTransport(SpoolTransport(shared), {"PL": SpoolTransport(own)})):
        dispatcher = Dispatcher(two, wrong)
        with raises_code(StoreCode.OUTBOX_NEW, match="own.*main.*own/.route"):
            await dispatcher.refuse_copy()
    await delivered(two, SpoolTransport(shared))
    assert not list(own.iterdir())
    claim_outbox(own, "main")  # as who has lost the other one
    await delivered(two, RoutedTransport(SpoolTransport(shared), {"PL": SpoolTransport(own)}))
    assert [keys_to_poland(folder) for folder in (shared, own)] == [
        [f"D-00000{number}/1.1/PL" for number in numbers] for numbers in ((1, 2, 3), (4,))
    ]


async def test_a_dispatcher_that_runs_already_waits_until_it_is_right(boxes: tuple[Desk, Desk], tmp_path: Path) -> None:
    one, two = boxes
    shared, own = tmp_path / "shared", tmp_path / "own"
    await delivered(one, SpoolTransport(shared))
    await two.intake.receive(raw(diffusion("DE", ("PL",))))
    dispatcher = Dispatcher(two, SpoolTransport(own))
    running = asyncio.create_task(dispatcher.run(until_idle=True))
    await until(lambda: "copy" in dispatcher.state.faults)
    assert not list(own.iterdir())
    await Dispatcher(one, SpoolTransport(shared)).run(until_idle=True)
    dispatcher.stop()
    await running
    assert keys_to_poland(shared) == ["D-000001/1.1/PL", "D-000002/1.1/PL"]


async def test_an_outbox_that_was_never_used_stays_new(boxes: tuple[Desk, Desk], tmp_path: Path) -> None:
    one, two = boxes
    first, shared = tmp_path / "first", tmp_path / "shared"
    await Dispatcher(one, SpoolTransport(first)).run(until_idle=True)
    await delivered(two, SpoolTransport(shared))
    with raises_code(StoreCode.OUTBOX_NEW):
        await Dispatcher(one, SpoolTransport(first)).refuse_copy()


async def test_an_outbox_of_before_is_known_by_its_segments(boxes: tuple[Desk, Desk], tmp_path: Path) -> None:
    one, two = boxes
    await delivered(one, SpoolTransport(tmp_path))
    (tmp_path / MARK).unlink()
    await delivered(two, SpoolTransport(tmp_path))
    assert (tmp_path / MARK).exists()


async def test_an_outbox_of_another_route_is_not_delivered_to(boxes: tuple[Desk, Desk], tmp_path: Path) -> None:
    one, _two = boxes
    transport = SpoolTransport(tmp_path / "outbox")
    claim_outbox(tmp_path / "outbox", "east")
    with raises_code(InvalidRequestCode.BAD_ROUTES):
        await transport.claim("main")
    dispatcher = Dispatcher(one, transport)
    running = asyncio.create_task(dispatcher.run())
    await until(lambda: "copy" in dispatcher.state.faults)
    dispatcher.stop()
    await running
