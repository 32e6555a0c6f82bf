"""Several transports in one: a bureau's own, one that is down, and what nobody knows about."""

from __future__ import annotations

from pathlib import Path

import pytest
from dispatch_kit import Works, spool_lines, until

from desks import Bench, diffusion
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.dispatch.places import OpenPlaces
from dutydesk.dispatch.routes import RoutedTransport
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import OutcomeUnknown, TransportDown, keys_of
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.places import TransportPlaces, parse_outbox, parse_server
from dutydesk.domain.limits import DispatchLimits, Limits
from refusals import raises_code

SOON = Limits(dispatch=DispatchLimits(first_backoff_seconds=0.01, max_backoff_seconds=0.05, reachability_seconds=0.02))


@pytest.fixture
def limits() -> Limits:
    return SOON


class Line:
    """A transport that is up, down, or takes lines without an answer; ``stored`` is what it has."""

    def __init__(self) -> None:
        self.stored: dict[str, str] = {}
        self.is_down = False
        self.is_silent = False
        self.loses = False

    async def deliver(self, batch: Batch) -> TransportResult:
        if self.is_down:
            raise TransportDown("the line is down")
        if not self.loses:
            self.stored |= keys_of(batch)
        if self.is_silent:
            self.is_down = True
            raise TransportDown("the line is down")
        return TransportResult(dict.fromkeys(keys_of(batch)))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        if self.is_down and self.is_silent:
            raise OutcomeUnknown("the line is down", keys)
        return keys & self.stored.keys()

    async def probe(self) -> None:
        if self.is_down:
            raise TransportDown("the line is down")

    async def newest_segment(self) -> int:
        return 0

    async def contents_after(self, segment: int) -> OutboxContents:
        return OutboxContents(segment, frozenset(self.stored))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def routed(works: Works, line: Line) -> RoutedTransport:
    """Poland by the line, all others by the spool."""
    return RoutedTransport(SpoolTransport(works.outbox, SOON.dispatch), {"PL": line})


async def states(bench: Bench, item: int) -> dict[str, str]:
    return await bench.deliveries(item)


async def test_each_bureau_gets_its_lines_by_its_own_transport(
    works: Works, line: Line, routed: RoutedTransport
) -> None:
    await works.bench.sent(diffusion("DE", ("PL", "FR", "UA")))
    await works.dispatch(routed)
    assert line.stored == {"D-000001/1.1/PL": "PL"}
    assert sorted(each["delivery"] for each in spool_lines(works.outbox)) == [
        "D-000001/1.1/DE/receipt.1",
        "D-000001/1.1/FR",
        "D-000001/1.1/UA",
    ]
    assert await states(works.bench, 1) == dict.fromkeys(("PL", "FR", "UA"), "delivered")


async def test_a_transport_that_is_down_keeps_only_its_own_bureaus_waiting(
    works: Works, line: Line, routed: RoutedTransport
) -> None:
    line.is_down = True
    async with works.dispatching(routed) as dispatcher:
        for number in (1, 2):
            await works.bench.sent(diffusion("DE", ("PL", "FR")))

            async def others_have_it(item: int = number) -> bool:
                return (await states(works.bench, item))["FR"] == "delivered"

            await until(others_have_it, "the others are reached")
        assert dispatcher.state.troubles == ("the line is down",)
        assert (await states(works.bench, 1))["PL"] == "queued"
        line.is_down = False

        async def all_have_it() -> bool:
            return [(await states(works.bench, item))["PL"] for item in (1, 2)] == ["delivered"] * 2

        await until(all_have_it, "it is delivered once the line is up")
        await until(lambda: not dispatcher.state.troubles, "the trouble is over")
    rows = [row for item in (1, 2) for row in (await works.desk.queries.show(item)).deliveries]
    assert {row.attempts for row in rows} == {1}
    assert await works.bench.verified()


@pytest.mark.parametrize("loses", [False, True])
async def test_a_line_without_an_answer_stays_leased_while_the_others_go_on(
    works: Works, line: Line, routed: RoutedTransport, loses: bool
) -> None:
    line.is_silent, line.loses = True, loses
    async with works.dispatching(routed) as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL", "FR")))
        await until(lambda: bool(dispatcher.state.troubles), "the trouble is said")
        await works.bench.sent(diffusion("DE", ("FR",)))

        async def others_have_it() -> bool:
            return (await states(works.bench, 2)) == {"FR": "delivered"}

        await until(others_have_it, "the others are reached")
        assert (await states(works.bench, 1)) == {"PL": "sending", "FR": "delivered"}
        line.is_silent = line.is_down = line.loses = False

        async def settled() -> bool:
            return (await states(works.bench, 1))["PL"] == "delivered"

        await until(settled, "its outcome is recorded, or it is sent again")
    assert line.stored == {"D-000001/1.1/PL": "PL"}
    assert await works.bench.verified()


async def test_a_recall_reaches_a_bureau_whose_line_had_no_answer(
    works: Works, line: Line, routed: RoutedTransport
) -> None:
    """Counted as waiting it would only be stopped, and the bureau would keep what was recalled."""
    line.is_silent = True
    async with works.dispatching(routed) as dispatcher:
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
        await until(lambda: bool(dispatcher.state.troubles), "the trouble is said")
        await works.desk.review.recall(works.bench.actor("Ines"), item, "It is wrong.", urgent=True)
        assert (await states(works.bench, item))["PL"] == "sending"
        line.is_silent = line.is_down = False
        await until(lambda: any("/PL/recall." in key for key in line.stored), "the recall follows")
    assert await works.bench.verified()


async def test_the_next_dispatcher_asks_for_what_the_last_one_left_without_an_answer(
    works: Works, line: Line, routed: RoutedTransport
) -> None:
    line.is_silent = True
    async with works.dispatching(routed) as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: bool(dispatcher.state.troubles), "the trouble is said")
    assert await states(works.bench, 1) == {"PL": "sending"}
    async with works.dispatching(routed):
        await works.bench.sent(diffusion("DE", ("FR",)))

        async def others_have_it() -> bool:
            return (await states(works.bench, 2)) == {"FR": "delivered"}

        await until(others_have_it, "it does not wait for the line")
        assert await states(works.bench, 1) == {"PL": "sending"}
        line.is_silent = line.is_down = False

        async def settled() -> bool:
            return await states(works.bench, 1) == {"PL": "delivered"}

        await until(settled, "its outcome is recorded")
    assert await works.bench.verified()


async def test_what_all_outboxes_hold_is_found(works: Works, line: Line, routed: RoutedTransport) -> None:
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.dispatch(routed)
    found = await routed.contents_after(0)
    assert {"D-000001/1.1/PL", "D-000001/1.1/FR"} <= found.keys
    assert (found.item, found.segment) == (1, await routed.newest_segment())


def test_a_place_of_an_outbox_names_its_bureaus() -> None:
    assert (parse_outbox("PL,FR=/srv/x").bureaus, parse_outbox("PL,FR=/srv/x").place) == (("PL", "FR"), "/srv/x")
    assert parse_outbox("914=tls://nats1").bureaus == ("914",)
    for folder in ("/srv/outbox", "./PL=x", "pl=x", "/srv/PL=x", "=x", "PL="):
        assert (parse_outbox(folder).bureaus, parse_outbox(folder).place) == ((), folder)


@pytest.mark.parametrize("outboxes", [("a", "b"), ("PL=a", "PL,FR=b"), ("PL,PL=a",)])
def test_two_places_for_one_bureau_are_refused(tmp_path: Path, outboxes: tuple[str, ...]) -> None:
    with raises_code(InvalidRequestCode.BAD_ROUTES):
        OpenPlaces(tmp_path, "live", TransportPlaces(outboxes=outboxes))


def test_without_places_the_folders_next_to_the_store_are_used(tmp_path: Path) -> None:
    places = OpenPlaces(tmp_path, "live", TransportPlaces())
    assert isinstance(places.transport, SpoolTransport)
    assert {folder.name for folder in tmp_path.iterdir()} == {"inbox", "outbox"}


@pytest.mark.parametrize(
    ("text", "hosts", "tls"),
    [
        ("nats://127.0.0.1", ("127.0.0.1:4222",), False),
        ("tls://nats1,nats2:4333", ("nats1:4222", "nats2:4333"), True),
        ("tls://[2001:db8::1]:4222", ("[2001:db8::1]:4222",), True),
    ],
)
def test_an_address_is_read(text: str, hosts: tuple[str, ...], tls: bool) -> None:
    address = parse_server(text)
    assert (address.hosts, address.tls) == (hosts, tls)


@pytest.mark.parametrize(
    "text",
    [
        "nats://",
        "http://host",
        "ws://host",
        "nats://host:0",
        "nats://host:99999",
        "nats://host/path",
        "nats://host?x=1",
        "nats://ho st",
        "nats://a,,b",
        "nats://host\r\nPUB x",
        "tls://user:secret@host",
        "tls://token-secret@host",
        "nats://secret@a,b",
    ],
)
def test_an_address_that_is_none_is_refused_and_no_secret_of_it_repeated(text: str) -> None:
    with raises_code(InvalidRequestCode.BAD_SERVER_ADDRESS) as refused:
        parse_server(text)
    assert "secret" not in refused.value.words
    assert "\n" not in refused.value.words
