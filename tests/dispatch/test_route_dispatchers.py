"""Routes on a cluster: each has a dispatcher on a box of its own, and the boxes deliver beside each other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from dispatch_kit import spool_lines, until

from desks import diffusion, raw
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.carry import carry_desk
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.route_dispatchers import RouteDispatchers
from dutydesk.dispatch.routes import RoutedTransport
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import keys_of
from dutydesk.dispatch.unserved_routes import UnservedRoutes
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Conflict, Refused
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.limits import Limits, StoreLimits
from dutydesk.store.engine.carry import carry_store
from dutydesk.store.engine.location import locate
from dutydesk.store.tables import log
from postgres_cluster import PostgresCluster, postgres_cluster
from refusals import raises_code

__all__ = ["postgres_cluster"]
#: A term and a transaction end by what a test does alone, however slow the machine is.
LASTING = Limits(store=StoreLimits(connect_seconds=60.0, term_seconds=600.0, idle_transaction_seconds=600.0))
ROOT = Actor("root", "root")
#: A box that soon notices which routes are served.
OFTEN = replace(LASTING, dispatch=replace(LASTING.dispatch, route_check_seconds=0.2))


@dataclass
class Boxes:
    """Desks on one store, each of a box; each route has its folder."""

    one: Desk
    two: Desk
    folder: Path
    cluster_url: str

    def outbox(self, route: str) -> Path:
        return self.folder / f"outbox-{route}"

    def keys(self, route: str, bureau: str) -> list[str]:
        """The keys of what went to a bureau by a route."""
        lines = spool_lines(self.outbox(route))
        return [line["delivery"] for line in lines if line["delivery"].split("/")[2] == bureau]

    @asynccontextmanager
    async def serving(self, desk: Desk, *routes: str) -> AsyncIterator[RouteDispatchers]:
        dispatchers = RouteDispatchers(desk, {route: SpoolTransport(self.outbox(route)) for route in routes})
        running = asyncio.create_task(dispatchers.run())
        try:
            yield dispatchers
        finally:
            dispatchers.stop()
            await running

    async def send(self, desk: Desk, *recipients: str) -> str:
        receipt = await desk.intake.receive(raw(diffusion("DE", recipients)))
        assert receipt.item is not None
        return receipt.item

    async def proof_holds(self) -> bool:
        proof = await prove_store(self.one.store, self.one.context)
        assert not proof.breaches, [breach.words for breach in proof.breaches]
        return proof.chain.fault is None

    async def terms(self) -> dict[str, set[int]]:
        """The terms in which each route leased, by the log."""
        events = await self.one.store.read(lambda handle: list(log.walk(handle)))
        found: dict[str, set[int]] = {}
        for event in events:
            if event.kind == EventKind.ROUTE_LEASED:
                data = json.loads(event.data)
                found.setdefault(data["route"], set()).add(data["term"])
        return found


@pytest.fixture
async def boxes(tmp_path: Path, postgres_cluster: PostgresCluster) -> AsyncIterator[Boxes]:
    """Poland has the route east; all others have the main one."""
    url = postgres_cluster.database()
    places = [locate(url, tmp_path / name) for name in ("one", "two")]
    make_store(places[0], "exercise")
    one = await open_desk(places[0], founder="root", limits=LASTING)
    two = await open_desk(places[1], limits=OFTEN)
    await one.routes.set_route(ROOT, "PL", "east")
    yield Boxes(one, two, tmp_path, url)
    await two.close()
    await one.close()


async def test_two_boxes_deliver_beside_each_other_each_for_its_route(boxes: Boxes) -> None:
    async with boxes.serving(boxes.one, "main") as main, boxes.serving(boxes.two, "east") as east:
        await until(lambda: main.state.phase is east.state.phase is Phase.RUNNING, "both dispatch")
        names = [await boxes.send(desk, "PL", "FR") for desk in (boxes.one, boxes.two) * 3]
        await until(lambda: len(boxes.keys("east", "PL")) == len(boxes.keys("main", "FR")) == 6, "all went out")
        await until(lambda: len(boxes.keys("main", "DE")) >= 6, "the receipts followed the sender's route")
    assert {key.split("/")[0] for key in boxes.keys("east", "PL")} == set(names)
    assert boxes.keys("east", "FR") == boxes.keys("main", "PL") == []
    assert await boxes.terms() == {"main": {1}, "east": {1}}
    assert await boxes.proof_holds()


async def test_one_box_may_serve_all_routes(boxes: Boxes) -> None:
    async with boxes.serving(boxes.one, "main", "east") as both:
        await until(lambda: all(part.state.phase is Phase.RUNNING for part in both.parts), "both dispatch")
        await boxes.send(boxes.one, "PL", "FR")
        await until(lambda: bool(boxes.keys("east", "PL") and boxes.keys("main", "FR")), "both went out")
    async with boxes.serving(boxes.two, "east", "main") as idle:
        await boxes.send(boxes.two, "PL", "FR")
        await until(lambda: len(boxes.keys("main", "FR")) == len(boxes.keys("east", "PL")) == 2, "both went out")
        assert idle.state.failed == 0
    assert await boxes.proof_holds()


async def test_a_route_that_another_box_takes_over_does_not_stop_the_others(
    boxes: Boxes, postgres_cluster: PostgresCluster
) -> None:
    def elsewhere(seconds: float) -> None:
        postgres_cluster.sql(
            "UPDATE role SET term = term + 1, box = 'pid 1 on elsewhere', "
            f"until = CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) + {round(seconds * 1_000_000)} "
            "WHERE name = 'dispatch/east'",
            database=boxes.cluster_url.rpartition("/")[2],
        )

    async with boxes.serving(boxes.one, "main", "east") as both:
        main, east = both.parts
        await until(lambda: main.state.phase is east.state.phase is Phase.RUNNING, "both dispatch")
        elsewhere(600)
        await boxes.send(boxes.one, "PL", "FR")
        await until(lambda: east.state.phase is Phase.STANDING_BY, "the other box has the route")
        await until(lambda: bool(boxes.keys("main", "FR")), "the main route goes on")
        assert (boxes.keys("east", "PL"), main.state.phase, both.state.phase) == ([], Phase.RUNNING, Phase.RUNNING)
        elsewhere(0)
        await until(lambda: len(boxes.keys("east", "PL")) == 1, "it takes the route over")
    assert await boxes.terms() == {"main": {1}, "east": {4}}
    assert await boxes.proof_holds()


async def test_what_waits_follows_its_bureau_to_another_route(boxes: Boxes) -> None:
    async with boxes.serving(boxes.one, "main") as main:
        await until(lambda: main.state.phase is Phase.RUNNING, "it dispatches")
        names = {await boxes.send(boxes.two, "PL", "FR"), await boxes.send(boxes.one, "PL")}
        await until(lambda: bool(boxes.keys("main", "FR")), "France got its own")
        assert boxes.keys("main", "PL") == []
        await boxes.one.routes.set_route(ROOT, "PL", "main")
        await until(lambda: {key.split("/")[0] for key in boxes.keys("main", "PL")} == names, "it followed")
    assert len(boxes.keys("main", "PL")) == 2
    assert await boxes.proof_holds()


async def test_a_route_is_not_changed_while_its_transport_alone_knows_what_went_out(boxes: Boxes) -> None:
    await boxes.send(boxes.one, "PL")
    lost = boxes.two.delivery.of_route("east", leases_directly=False)
    assert lost.dispatcher_lock().try_exclusive()
    batch = await lost.lease(10)
    assert [key for leased in batch.leased_items for _, key in leased.keys] == ["D-000001/1.1/PL"]
    await SpoolTransport(boxes.outbox("east")).deliver(batch)
    lost.dispatcher_lock().unlock()  # its box died before it could record that
    with pytest.raises(Conflict) as refused:
        await boxes.one.routes.set_route(ROOT, "PL", "main")
    assert refused.value.code is ConflictCode.BEING_SENT
    with raises_code(ConflictCode.BEING_SENT):
        await asyncio.to_thread(carry_desk, boxes.one.store.path, boxes.folder / "one.db", lambda *_: None)
    assert not (boxes.folder / "one.db").exists()
    async with boxes.serving(boxes.one, "main", "east"):
        await until_route_changes(boxes, "PL", "main")
        await boxes.send(boxes.one, "PL")
        await until(lambda: len(boxes.keys("main", "PL")) == 1, "the next one goes the new way")
    assert boxes.keys("east", "PL") == ["D-000001/1.1/PL"]
    assert await boxes.proof_holds()


async def until_route_changes(boxes: Boxes, bureau: str, route: str) -> None:
    async def is_changed() -> bool:
        with suppress(Conflict):
            await boxes.one.routes.set_route(ROOT, bureau, route)
            return True
        return False

    await until(is_changed, "the deliveries are answered, and the route is changed")


async def test_a_recall_goes_by_the_route_of_its_moment(boxes: Boxes) -> None:
    async with boxes.serving(boxes.one, "main", "east"):
        await boxes.send(boxes.one, "PL")
        await until(lambda: len(boxes.keys("east", "PL")) == 1, "it went out")
        await until_route_changes(boxes, "PL", "main")
        message = diffusion("FR", ("PL",))
        assert (await boxes.one.intake.receive(raw(message))).item == "D-000002"
        await until(lambda: len(boxes.keys("main", "PL")) == 1, "it went out by the new route")
        await until_route_changes(boxes, "PL", "east")
        withdrawal = {
            "schema": "dutydesk/1",
            "type": "withdrawal",
            "reference": "FR-withdraws",
            "sender": "FR",
            "sent_at": "2022-03-10T07:30:00Z",
            "of": message["reference"],
            "reason": "Found.",
        }
        assert (await boxes.one.intake.receive(raw(withdrawal))).outcome == "accepted"
        await until(lambda: len(boxes.keys("east", "PL")) == 2, "the holder is told by the route that it has now")
    assert await boxes.proof_holds()


async def test_a_route_that_nobody_serves_is_a_trouble(boxes: Boxes) -> None:
    async with boxes.serving(boxes.one, "main") as main:
        await until(lambda: main.state.phase is Phase.RUNNING, "it dispatches")
        looked = UnservedRoutes(boxes.one.delivery, 60.0)
        await looked.look()
        assert looked.problems == (), "another box may be taking over"
        await looked.look()
        assert len(looked.problems) == 1
        assert "east" in looked.problems[0]
        async with boxes.serving(boxes.two, "east") as east:
            await until(lambda: east.state.phase is Phase.RUNNING, "a box serves it")
            await looked.look()
            assert looked.problems == ()


async def test_one_of_the_boxes_passes_alarms_on(boxes: Boxes) -> None:
    async with boxes.serving(boxes.two, "east") as east:
        async with boxes.serving(boxes.one, "main") as main:
            await until(lambda: main.state.phase is east.state.phase is Phase.RUNNING, "both dispatch")
            assert (main.state.passes_alarms_on, east.state.passes_alarms_on) == (True, False)
        await until(lambda: east.state.passes_alarms_on, "the box that is left tells of them")


async def test_a_copy_is_accepted_only_with_the_outbox_of_each_route(boxes: Boxes) -> None:
    with pytest.raises(Refused) as refused:
        await RouteDispatchers(boxes.one, {"main": SpoolTransport(boxes.outbox("main"))}).accept_copy(ROOT)
    assert refused.value.code is RefusedCode.ROUTE_NOT_NAMED


async def test_a_copy_that_takes_its_originals_place_says_for_which_route_it_leases(boxes: Boxes) -> None:
    """What its outboxes show as sent is leased again for all routes at once."""
    await boxes.send(boxes.one, "PL", "FR")
    path = boxes.folder / "copy.db"
    await boxes.one.backups.back_up(ROOT, path, lambda _done, _all: None)
    async with boxes.serving(boxes.one, "main", "east"):
        await until(lambda: bool(boxes.keys("main", "FR") and boxes.keys("east", "PL")), "both went out")
    copy = await open_desk(path, limits=LASTING)
    places = {route: SpoolTransport(boxes.outbox(route)) for route in ("main", "east")}
    with raises_code(RefusedCode.ROUTE_NOT_NAMED):
        await Dispatcher(copy, places["main"]).accept_copy(ROOT)
    by_bureau = RoutedTransport(places["main"], {"PL": places["east"]})
    await Dispatcher(copy, by_bureau).accept_copy(ROOT)
    await Dispatcher(copy, by_bureau).run(until_idle=True)
    assert len(boxes.keys("main", "FR")) == len(boxes.keys("east", "PL")) == 1
    proof = await prove_store(copy.store, copy.context)
    await copy.close()
    assert [breach.words for breach in proof.breaches] == []


async def test_a_copy_that_is_older_than_a_route_names_the_bureaus_to_be_given_it_again(
    boxes: Boxes, postgres_cluster: PostgresCluster
) -> None:
    path = boxes.folder / "copy.db"
    await boxes.one.backups.back_up(ROOT, path, lambda _done, _all: None)
    await boxes.one.routes.set_route(ROOT, "FR", "west")
    await boxes.send(boxes.one, "PL", "FR")
    async with boxes.serving(boxes.one, "main", "east", "west"):
        await until(lambda: bool(boxes.keys("west", "FR") and boxes.keys("east", "PL")), "both went out")
    place = locate(postgres_cluster.database(), boxes.folder / "restored")
    carry_desk(path, place, lambda *_: None)
    copy = await open_desk(place, limits=OFTEN)
    places = {route: SpoolTransport(boxes.outbox(route)) for route in ("main", "east", "west")}
    dispatchers = RouteDispatchers(copy, places)
    await dispatchers.accept_copy(ROOT)
    running = asyncio.create_task(dispatchers.run())
    await until(lambda: any("route FR west" in words for words in dispatchers.state.problems), "it is named")
    assert not any("PL" in words for words in dispatchers.state.problems)
    await copy.routes.set_route(ROOT, "FR", "west")
    await until(lambda: not dispatchers.state.problems, "it has its route again")
    dispatchers.stop()
    await running
    await copy.close()


async def test_one_commit_may_lease_for_several_routes(boxes: Boxes) -> None:
    """A box that serves two routes commits what waits for both together, and lists its notices at the end."""
    main, east = [boxes.one.delivery.of_route(name, leases_directly=False) for name in ("main", "east")]
    assert all(part.dispatcher_lock().try_exclusive() for part in (main, east))
    polish = await boxes.two.intake.receive(raw(diffusion("PL", ("FR",))))
    assert polish.outcome == "accepted"
    assert await main.lease(10), "nothing is due on the main route any more"
    boxes.one.delivery.open_direct_leases(lambda: None)
    batch, received = await asyncio.gather(east.lease(10), boxes.one.intake.receive(raw(diffusion("DE", ("FR",)))))
    direct = boxes.one.delivery.next_direct_batch(10)
    assert received.outcome == "accepted"
    assert {notice.recipient for notice in batch.notices} == {"PL"}
    assert direct is not None
    assert direct.at == batch.at, "both are of one commit"
    assert await boxes.proof_holds()


async def test_a_desk_that_is_carried_goes_on_in_later_terms(boxes: Boxes, postgres_cluster: PostgresCluster) -> None:
    """The rows of the terms stay behind, and the log names those in which was leased."""
    for _ in range(2):
        async with boxes.serving(boxes.one, "main", "east") as both:
            await until(lambda: both.state.phase is Phase.RUNNING, "it dispatches")
            await boxes.send(boxes.one, "PL", "FR")
            await boxes.one.delivery.wait_for_transactions()
    place = locate(postgres_cluster.database(), boxes.folder / "new")
    async with boxes.serving(boxes.two, "east") as east:
        await until(lambda: east.state.phase is Phase.RUNNING, "one route is served")
        with raises_code(StoreCode.STORE_LOCKED):
            await asyncio.to_thread(carry_store, boxes.one.store.path, place)
    before = await boxes.terms()
    await asyncio.to_thread(carry_store, boxes.one.store.path, place)
    new = await open_desk(place, limits=LASTING)
    there = Boxes(new, new, boxes.folder, "")
    async with there.serving(new, "main", "east"):
        await there.send(new, "PL", "FR")
        await until(lambda: bool(there.keys("main", "FR") and there.keys("east", "PL")), "both go on")
        await until(lambda: len(there.keys("east", "PL")) == len(there.keys("main", "FR")) == 3, "all went out")
    after = await there.terms()
    assert {route: max(terms) for route, terms in after.items()} == {
        route: max(terms) + 1 for route, terms in before.items()
    }
    holds = await there.proof_holds()
    await new.close()
    assert holds


async def test_a_route_that_no_bureau_was_given_yet_gets_nothing(
    tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    """Its dispatcher may be started first: what is for others is not its own, nor what another box is sending."""
    url = postgres_cluster.database()
    places = [locate(url, tmp_path / name) for name in ("one", "two")]
    make_store(places[0], "exercise")
    async with AsyncExitStack() as opened:
        desks = [await open_desk(place, founder="root", limits=LASTING) for place in places]
        for desk in desks:
            opened.push_async_callback(desk.close)
        boxes = Boxes(*desks, tmp_path, url)
        main = boxes.one.delivery.of_route("main", leases_directly=False)
        east = boxes.two.delivery.of_route("east", leases_directly=False)
        await boxes.send(boxes.one, "PL", "FR")
        assert main.dispatcher_lock().try_exclusive()
        assert east.dispatcher_lock().try_exclusive()
        assert not await east.lease(10)
        assert not await east.has_open_deliveries()
        sent = await main.lease(10)
        assert sent
        assert not await east.leased_keys()
        assert await east.requeue_leased(frozenset()) == 0
        assert await main.leased_keys() == keys_of(sent).keys()
        roles = UnservedRoutes(east, seconds=60)
        await roles.look()
        main.dispatcher_lock().unlock()
        for _ in range(2):
            assert roles.problems == ()
            await roles.look()
        assert len(roles.problems) == 1, "what is queued for the main route waits"
