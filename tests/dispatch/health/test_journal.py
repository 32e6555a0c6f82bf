"""Lines of the journal: JSON with a priority, of what happened and how much, never of whom or of what text."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.desk.base.rows import AlarmRow, EventRow
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.health.journal import DispatcherJournal, EventFollower, Journal, Priority
from dutydesk.dispatch.health.monitored import Reporting, monitored
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.limits import HealthLimits, Limits
from dutydesk.domain.supervision.measures import Level

AT = datetime(2022, 3, 10, tzinfo=UTC)


@pytest.fixture
def limits() -> Limits:
    return Limits(health=HealthLimits(feed_seconds=0.01, alarm_seconds=0.02, trouble_seconds=0.01))


def lines(stream: io.StringIO) -> list[tuple[int, dict[str, Any]]]:
    """Priority and fields of each line."""
    found = []
    for line in stream.getvalue().splitlines():
        match = re.fullmatch(r"<([0-7])>(\{.*\})", line)
        assert match, line
        found.append((int(match[1]), json.loads(match[2])))
    return found


def events(stream: io.StringIO) -> list[str]:
    return [fields["event"] for _, fields in lines(stream)]


async def test_what_a_desk_does_is_told_without_persons_texts_and_countries(works: Works) -> None:
    stream = io.StringIO()
    async with (
        works.dispatching() as dispatcher,
        monitored(works.desk, dispatcher, Reporting(journal=Journal(stream))),
    ):
        await until(lambda: "dispatcher.phase" in events(stream))
        await works.desk.queries.head_seq()
        await works.bench.order("RU", Level.HELD)
        item = await works.bench.sent(diffusion("RU", ("PL", "FR"), urgency="flash"))
        await until(lambda: "alarm" in events(stream))
        await works.bench.release(item)
        await until(lambda: works.bureaus.got("PL") == ["D-000001"])
        await until(lambda: {"item.released", "alarm.over"} <= {*events(stream)})
        await works.desk.supervision.set_offline(works.bench.actor("Jonas"), "FR", offline=True)
        await until(lambda: "bureau.offline" in events(stream))
    found = lines(stream)
    released = next(fields for _, fields in found if fields["event"] == "item.released")
    assert (released["item"], released["recipients"]) == ("D-000001", 2)
    assert (Priority.WARNING, {"event": "alarm", "code": "flash", "item": "D-000001"}) in found
    ordered = next(fields for _, fields in found if fields["event"] == "measure.ordered")
    assert ordered["measure"] == "M-0001"
    assert "dispatcher.traffic" in events(stream)
    text = stream.getvalue()
    body = diffusion("RU")
    name = body["subject"]["name"]
    for secret in ("Jonas", "Ines", name["family"], name["given"], body["text"][:20], '"RU"', '"FR"', '"PL"'):
        assert secret not in text
    assert text.isascii()


def test_each_kind_of_event_is_told_or_counted_and_nothing_of_its_data_leaks() -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    data = {"officer": "Jonas", "words": "a text", "recipients": ["PL", "FR"], "reason": "RU", "sender": "DE"}
    for kind in EventKind:
        journal.write_event(EventRow(7, AT, "Jonas", kind, "D-000012", data))
    found = lines(stream)
    assert len(found) > 40
    assert {fields["event"] for _, fields in found} <= {kind.value for kind in EventKind}
    for priority, fields in found:
        assert priority in (3, 4, 5)
        assert {name: field for name, field in fields.items() if name != "event"} == {
            "seq": 7,
            "item": "D-000012",
            "recipients": 2,
        }
    by_event = {fields["event"]: priority for priority, fields in found}
    assert (by_event["deliveries.dead"], by_event["intake.rejected"], by_event["item.released"]) == (3, 4, 5)
    assert "intake.accepted" not in by_event


def test_a_subject_or_a_kind_from_outside_is_left_out() -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    for subject in ("RU", "Jonas", 'D-000012"\n<0>{"event": "x"}', "D-x"):
        journal.write_event(EventRow(7, AT, "Jonas", EventKind.ITEM_RELEASED, subject, {}))
    journal.write_event(EventRow(7, AT, "Jonas", "made.up", "D-000001", {}))
    journal.write_alarm(AlarmRow("offline", "RU", "RU is off the network", None), over=False)
    assert lines(stream) == [(5, {"event": "item.released", "seq": 7})] * 4 + [
        (4, {"event": "alarm", "code": "offline"})
    ]


def test_a_stream_that_is_gone_stops_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    Journal(stream).write(Priority.ERROR, "dispatcher.trouble", code="inbox")


async def test_changes_of_the_dispatcher_and_sums_of_its_traffic() -> None:
    stream = io.StringIO()
    told = DispatcherJournal(Journal(stream), 0.0)
    running = DispatcherState(phase=Phase.RUNNING)
    await told.write(running, frozenset())
    await told.write(running, frozenset({"inbox"}))
    await told.write(running, frozenset({"inbox"}))
    await told.write(DispatcherState(phase=Phase.RUNNING, received=5, delivered=9, failed=1), frozenset())
    told.write_last(DispatcherState(received=6, delivered=9, failed=1), frozenset())
    assert lines(stream) == [
        (5, {"event": "dispatcher.phase", "code": "running"}),
        (3, {"event": "dispatcher.trouble", "code": "inbox"}),
        (5, {"event": "dispatcher.trouble_over", "code": "inbox"}),
        (6, {"event": "dispatcher.traffic", "received": 5, "delivered": 9, "failed": 1}),
        (5, {"event": "dispatcher.phase", "code": "stopped"}),
        (6, {"event": "dispatcher.traffic", "received": 1, "delivered": 0, "failed": 0}),
    ]


async def test_a_store_that_can_not_be_read_is_told_by_a_dispatcher_that_has_nothing_to_do(works: Works) -> None:
    stream, path = io.StringIO(), works.desk.store.path
    away = path.with_name("away.db")
    async with monitored(works.desk, works.dispatcher(), Reporting(journal=Journal(stream))):
        path.rename(away)
        await until(lambda: (3, {"event": "dispatcher.trouble", "code": "store"}) in lines(stream))
        away.rename(path)
        await until(lambda: (5, {"event": "dispatcher.trouble_over", "code": "store"}) in lines(stream))
    assert [fields["code"] for _, fields in lines(stream) if fields["event"] == "dispatcher.trouble"].count(
        "store"
    ) == 1


async def test_a_reader_of_the_log_measures_how_far_it_is_behind(works: Works) -> None:
    follower = EventFollower(works.desk.queries, None, 500)
    await follower.look()
    await works.bench.sent(diffusion("DE", ("PL",)))
    works.bench.clock.move(seconds=3)
    await follower.look()
    assert 3 <= follower.lag_seconds < 4
    await works.bench.sent(diffusion("DE", ("PL",)))
    await follower.look()
    assert follower.lag_seconds < 1
