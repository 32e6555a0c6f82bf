"""Metrics: the numbers are the desk's, labels are of closed sets, and nothing names a person, a text or a country."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import replace

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.desk.audit.tree_heads import make_checkpoint
from dutydesk.dispatch.health.metrics_address import MetricsAddress, parse_metrics_address, refuse_open_address
from dutydesk.dispatch.health.metrics_pages import RecentFigures
from dutydesk.dispatch.health.monitored import MonitoredDispatcher, Reporting, monitored
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.states import DeliveryState, ItemState
from dutydesk.domain.limits import HealthLimits, Limits
from dutydesk.domain.supervision.measures import Level
from dutydesk.wire.files.signatures import new_key
from refusals import raises_code

pytest.importorskip("prometheus_client", reason="prometheus-client is not installed: the extra metrics")

FREE = Reporting(metrics=MetricsAddress("127.0.0.1", 0))
#: Every label with all the values that it may have; ``le`` has the bounds of a histogram.
LABELS = {
    "state": {*(state.value for state in ItemState), *(state.value for state in DeliveryState)},
    "age": {"under_1h", "1h_to_4h", "4h_to_24h", "1d_to_3d", "over_3d"},
    "outcome": {"accepted", "repeat", "rejected", "quarantined", "conflict"},
    "phase": {"running", "standing_by", "stopped"},
    "realm": {"live", "exercise", "demo"},
    "code": {
        *("changed", "unratified", "recall", "flash", "unconfirmed", "offline", "endorsement", "declined", "review"),
        *("restriction", "dead", "post-review", "silence", "retention", "security", "corrections", "witness"),
    },
}


@pytest.fixture
def limits() -> Limits:
    """A page waits for its figures however long they take."""
    return Limits(health=HealthLimits(figures_wait_seconds=600.0, metrics_seconds=600.0))


async def ask(monitor: MonitoredDispatcher, request: bytes = b"GET /metrics HTTP/1.1\r\n\r\n") -> tuple[str, str]:
    """Head and body of the response; both are empty if the connection was ended without one."""
    assert monitor.metrics is not None
    reader, writer = await asyncio.open_connection(monitor.metrics.host, monitor.metrics.port)
    try:
        writer.write(request)
        got = await reader.read()
    except ConnectionError:
        got = b""
    finally:
        writer.close()
    head, _, body = got.decode().partition("\r\n\r\n")
    return head, body


def numbers(text: str) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, number in lines}


@pytest.mark.parametrize("settings", ["delivery_tries = 1\n"])
async def test_the_numbers_are_those_of_the_desk(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    held = await works.bench.sent(diffusion("RU", ("PL",)))
    await works.bench.sent(diffusion("RU", ("PL",)))
    works.bureaus.faulty = {"FR"}
    works.write("x.json", diffusion("DE", ("PL", "FR")))
    await works.bench.release(held)
    dispatcher = await works.dispatch(inbox=Inbox(works.inbox))
    works.bench.clock.move(seconds=7_200)
    async with monitored(works.desk, dispatcher, FREE) as monitor:
        head, body = await ask(monitor)
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    found = numbers(body)
    assert found['dutydesk_items{state="held"}'] == 1
    assert found['dutydesk_items{state="released"}'] == 2
    assert (found['dutydesk_queue_items{age="1h_to_4h"}'], found['dutydesk_queue_items{age="under_1h"}']) == (1, 0)
    assert 7_200 <= found["dutydesk_queue_oldest_seconds"] < 7_300
    assert found['dutydesk_intake_messages_total{outcome="accepted"}'] == 3
    assert found['dutydesk_deliveries{state="dead"}'] == 1
    assert found['dutydesk_deliveries{state="delivered"}'] == 2
    assert (found["dutydesk_received_total"], found["dutydesk_delivery_failures_total"]) == (1, 1)
    assert found["dutydesk_decisions_total"] == 1
    assert found["dutydesk_chain_head"] == await works.desk.queries.head_seq()
    assert found["dutydesk_store_up"] == 1
    assert found["dutydesk_commit_seconds_count"] == works.desk.queries.commit_histogram().total > 0
    assert found['dutydesk_commit_seconds_bucket{le="+Inf"}'] == found["dutydesk_commit_seconds_count"]


async def test_lags_and_the_age_of_the_last_checkpoint_are_numbers_too(works: Works) -> None:
    await works.bench.sent(diffusion("DE"))
    head = await make_checkpoint(works.desk.store, new_key())
    works.bench.clock.move(seconds=600)
    dispatcher = await works.dispatch()
    async with monitored(works.desk, dispatcher, FREE) as monitor:
        found = numbers((await ask(monitor))[1])
    last = await works.desk.queries.head_seq()
    assert found["dutydesk_checkpoint_events_after"] == last - head.size
    assert 600 <= found["dutydesk_checkpoint_age_seconds"] < 700
    assert found["dutydesk_unfiled_items"] == found["dutydesk_filing_lag_seconds"] == 0
    assert found["dutydesk_feed_lag_seconds"] >= 0
    assert found["dutydesk_deliveries_offline"] == 0


async def test_labels_are_of_closed_sets_and_nothing_names_a_person_or_a_country(works: Works) -> None:
    actor = works.bench.actor("Jonas")
    await works.bench.order("RU", Level.HELD)
    await works.bench.sent(diffusion("RU", ("PL",), urgency="flash"))
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.desk.supervision.set_offline(actor, "FR", offline=True)
    async with works.dispatching() as dispatcher, monitored(works.desk, dispatcher, FREE) as monitor:
        await until(lambda: dispatcher.state.delivered > 0)

        async def has_alarms() -> bool:
            return "dutydesk_alarms{" in (await ask(monitor))[1]

        await until(has_alarms)
        _, body = await ask(monitor)
    labels = set(re.findall(r'(\w+)="([^"]*)"', body))
    assert {(name, value) for name, value in labels if name != "le" and value not in LABELS.get(name, ())} == set()
    assert {value for name, value in labels if name == "code"} == {"flash", "offline"}
    samples = " ".join(line for line in body.splitlines() if not line.startswith("#"))
    for secret in ("RU", "FR", "DE", "Jonas", "Ines", "D-0", "M-0", "Moroz"):
        assert secret not in samples


async def test_only_what_is_served_is_answered(works: Works) -> None:
    async with monitored(works.desk, works.dispatcher(), FREE) as monitor:
        for request, status in (
            (b"GET / HTTP/1.1\r\n\r\n", "404"),
            (b"GET /../etc/passwd HTTP/1.1\r\n\r\n", "404"),
            (b"POST /metrics HTTP/1.1\r\nContent-Length: 9\r\n\r\n", "405"),
            (b"\x16\x03\x01\x02\x00\r\n\r\n", "400"),
            (b"GET /metrics\r\n\r\n", "400"),
            (b"GET /metrics SMTP/1.1\r\n\r\n", "400"),
            (b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "431"),
        ):
            head, _ = await ask(monitor, request)
            assert head == "" or head.split(" ")[1] == status, request[:40]
        head, body = await ask(monitor, b"HEAD /metrics HTTP/1.1\r\n\r\n")
        assert head.startswith("HTTP/1.1 200")
        assert body == ""
        assert (await ask(monitor, b"GET /metrics?x=1 HTTP/1.1\r\nHost: other\r\n\r\n"))[0].startswith("HTTP/1.1 200")


async def test_health_is_bad_while_a_step_fails_or_nothing_is_dispatched(works: Works) -> None:
    stopped = works.dispatcher()
    async with monitored(works.desk, stopped, FREE) as monitor:
        assert (await ask(monitor, b"GET /health HTTP/1.1\r\n\r\n"))[0].startswith("HTTP/1.1 503")

    class Down:
        is_down = True

        async def deliver(self, batch: object) -> object:
            raise AssertionError("nothing is due")

        async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
            return keys

        async def probe(self) -> None: ...

        async def unreachable(self) -> dict[str, str]:
            if self.is_down:
                raise TransportDown("down")
            return {}

    line = Down()
    async with works.dispatching(line) as dispatcher, monitored(works.desk, dispatcher, FREE) as monitor:  # type: ignore[arg-type]

        async def status() -> str:
            return (await ask(monitor, b"GET /health HTTP/1.1\r\n\r\n"))[0].split(" ")[1]

        async def is_bad() -> bool:
            return await status() == "503"

        async def is_well() -> bool:
            return await status() == "200"

        await until(is_bad)
        line.is_down = False
        await until(is_well)


SHORT = HealthLimits(metrics_seconds=0.2, metrics_connections=4)


async def test_clients_that_are_slow_or_many_are_shut_out_and_the_others_are_served(works: Works) -> None:
    object.__setattr__(works.desk.context, "limits", replace(works.desk.limits, health=SHORT))
    async with works.dispatching() as dispatcher, monitored(works.desk, dispatcher, FREE) as monitor:
        assert monitor.metrics is not None
        host, port = monitor.metrics.host, monitor.metrics.port
        slow = [await asyncio.open_connection(host, port) for _ in range(60)]
        for _, writer in slow:
            writer.write(b"GET /metr")
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: works.bureaus.got("PL") == ["D-000001"])

        async def is_served() -> bool:
            return (await ask(monitor))[0].startswith("HTTP/1.1 200")

        await until(is_served)
        for reader, writer in slow:
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()


async def test_a_store_that_hangs_is_asked_once_and_the_page_says_so(works: Works) -> None:
    asked = 0
    answer: asyncio.Event = asyncio.Event()

    async def hang() -> object:
        nonlocal asked
        asked += 1
        await answer.wait()
        return await works.desk.queries.health()

    recent = RecentFigures(hang, HealthLimits(figures_wait_seconds=0.01, figures_seconds=0.0))  # type: ignore[arg-type]
    assert [await recent.figures() for _ in range(3)] == [None, None, None]
    assert asked == 1
    answer.set()

    async def is_there() -> bool:
        return await recent.figures() is not None

    await until(is_there)
    recent.close()


async def test_a_port_that_is_taken_is_refused(works: Works) -> None:
    async with monitored(works.desk, works.dispatcher(), FREE) as monitor:
        with raises_code(RefusedCode.METRICS_PORT_TAKEN):
            async with monitored(works.desk, works.dispatcher(), Reporting(metrics=monitor.metrics)):
                raise AssertionError("it was served twice")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9108", "127.0.0.1:9108"),
        ("localhost:1", "127.0.0.1:1"),
        ("[::1]:9108", "[::1]:9108"),
        ("192.0.2.7:65535", "192.0.2.7:65535"),
    ],
)
def test_an_address_is_a_port_or_an_ip_address_and_a_port(text: str, address: str) -> None:
    assert str(parse_metrics_address(text)) == address


@pytest.mark.parametrize(
    "text",
    ["", ":", ":9108", "65536", "-1", "9108 ", "٩١٠٨", "example.org:9108", "::1:9108", "[::1]", "1.2.3.4", "1.2.3:9"],
)
def test_anything_else_is_refused(text: str) -> None:
    with raises_code(InvalidRequestCode.BAD_ARGUMENT):
        parse_metrics_address(text)


def test_a_live_store_is_served_to_this_machine_only_unless_the_settings_allow_more() -> None:
    everywhere, here = MetricsAddress("0.0.0.0", 9108), MetricsAddress("::1", 9108)
    with raises_code(InvalidRequestCode.METRICS_OFF_LOOPBACK):
        refuse_open_address(everywhere, "live", allowed=False)
    refuse_open_address(everywhere, "live", allowed=True)
    refuse_open_address(everywhere, "exercise", allowed=False)
    refuse_open_address(here, "live", allowed=False)
