"""Who could see an item at a past time, by the rules, settings, network and body of that time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from desks import AT, Bench, act_message, diffusion, notice_request
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


def set_to(bench: Bench, **settings: object) -> None:
    context = bench.desk.context
    object.__setattr__(context, "settings", replace(context.settings, **settings))


async def verdicts(bench: Bench, item: int, at: datetime | None) -> dict[str, str]:
    """Map each recipient to its cause, or to ``offline``, ``holds`` or ``deliver``."""
    rows = (await bench.desk.queries.why(item, at)).recipients
    return {row.recipient: row.cause or row.waiting or ("holds" if row.holds else row.verdict) for row in rows}


def hour(hours: float) -> datetime:
    """Return the time so long after the beginning, a moment before the events of that time."""
    return AT + timedelta(hours=hours, seconds=-1)


async def test_restrictions_of_that_time(bench: Bench) -> None:
    item = await bench.sent(diffusion("UA", ("RU", "PL")))
    await bench.dispatch()
    bench.clock.move(hours=1)
    await bench.send(act_message("restriction", "UA", deny=["RU"]))
    bench.clock.move(hours=1)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "UA", None, ("RU",))
    await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    bench.clock.move(hours=1)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "UA", ("PL",), None, item)
    bench.clock.move(hours=1)
    assert await verdicts(bench, item, hour(1)) == {"PL": "holds", "RU": "holds"}
    assert await verdicts(bench, item, hour(2)) == {"PL": "holds", "RU": "restricted"}
    assert await verdicts(bench, item, hour(3)) == {"PL": "holds", "RU": "holds"}
    assert await verdicts(bench, item, hour(4)) == {"PL": "restricted", "RU": "holds"}
    denied = next(row for row in (await bench.desk.queries.why(item, hour(2))).recipients if row.recipient == "RU")
    assert (denied.verdict, denied.holds) == ("suppress", True), "a copy that it has can't be erased by us"


async def test_what_was_stopped_stays_stopped_when_the_denial_is_lifted(bench: Bench) -> None:
    await bench.send(act_message("restriction", "UA", deny=["RU"]))
    item = await bench.sent(diffusion("UA", ("RU", "PL")))
    bench.clock.move(hours=1)
    await bench.send(act_message("restriction", "UA", allow=["RU"]))
    bench.clock.move(hours=1)
    assert await verdicts(bench, item, hour(2)) == {"PL": "deliver", "RU": "restricted"}


async def test_who_was_off_the_network(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("UA", "PL")))
    bench.clock.move(hours=1)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    await bench.dispatch()
    bench.clock.move(hours=1)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=False)
    await bench.dispatch()
    bench.clock.move(hours=1)
    assert await verdicts(bench, item, hour(1)) == {"PL": "deliver", "UA": "deliver"}
    assert await verdicts(bench, item, hour(2)) == {"PL": "holds", "UA": "offline"}
    assert await verdicts(bench, item, hour(3)) == {"PL": "holds", "UA": "holds"}


async def test_clearances_of_that_time_not_of_today(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "UA"), confidentiality="confidential"))
    bench.clock.move(hours=1)
    set_to(bench, cleared_for_confidential=("PL",))
    await bench.dispatch()
    bench.clock.move(hours=1)
    set_to(bench, cleared_for_confidential=None)
    late = await bench.sent(diffusion("DE", ("PL", "UA"), confidentiality="confidential"))
    bench.clock.move(hours=1)
    set_to(bench, cleared_for_confidential=("FR",))
    assert await verdicts(bench, item, hour(1)) == {"PL": "deliver", "UA": "deliver"}
    assert await verdicts(bench, item, hour(2)) == {"PL": "holds", "UA": "uncleared"}
    assert await verdicts(bench, late, hour(3)) == {"PL": "deliver", "UA": "deliver"}


async def test_settings_are_noted_once_when_they_change(bench: Bench) -> None:
    await bench.sent(diffusion())
    set_to(bench, cleared_for_confidential=("PL", "FR"), hold_on_block=True)
    await bench.sent(diffusion())
    await bench.sent(diffusion())
    noted = [event for event in await bench.desk.queries.events_after(0, 5000) if event.kind == "settings.noted"]
    assert [event.data for event in noted] == [{"cleared_for_confidential": ["FR", "PL"], "hold_on_block": True}]


async def test_another_process_with_other_settings_is_noted_as_it_writes(bench: Bench) -> None:
    other = await open_desk(bench.desk.store.path, bench.clock)
    set_to(bench, hold_on_block=True)
    await bench.sent(diffusion())
    await other.retention.apply_deadlines()
    await other.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    await bench.sent(diffusion())
    await other.close()
    noted = [event for event in await bench.desk.queries.events_after(0, 5000) if event.kind == "settings.noted"]
    assert [event.data["hold_on_block"] for event in noted] == [True, False, True]


async def test_membership_of_that_day_until_a_release_fixes_the_list(bench: Bench) -> None:
    """Palau joined on 28 November 2023."""
    open_until_late = await bench.sent(notice_request("BR"))
    released = await bench.sent(diffusion("DE", "all"))
    then = bench.clock.now()
    bench.clock.move(days=700)
    now = bench.clock.now()
    assert "PW" not in await verdicts(bench, open_until_late, then)
    assert (await verdicts(bench, open_until_late, now))["PW"] == "deliver"
    assert "PW" not in await verdicts(bench, released, now)


async def test_the_body_and_the_state_of_that_time(bench: Bench) -> None:
    message = notice_request("BR", restricted_from=["RU"])
    item = await bench.sent(message)
    bench.clock.move(hours=1)
    correction = diffusion("BR", None, type="correction", of=message["reference"], restricted_from=["PL"])
    await bench.sent(correction)
    bench.clock.move(hours=1)
    await bench.release(item)
    await bench.dispatch()
    bench.clock.move(hours=1)
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    bench.clock.move(hours=1)
    for hours, state, restricted in (
        (1, "held", ["RU"]),
        (2, "held", ["PL", "RU"]),
        (3, "released", ["PL", "RU"]),
        (4, "recalled", ["PL", "RU"]),
    ):
        view = await bench.desk.queries.why(item, hour(hours))
        assert view.state == state
        assert [row.recipient for row in view.recipients if row.cause == "restricted"] == restricted
    assert not any(row.holds for row in (await bench.desk.queries.why(item, hour(2))).recipients)
    assert (await verdicts(bench, item, hour(3)))["FR"] == "holds"


async def test_measures_of_that_time_and_a_suspended_recipient(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU", ("PL", "UA")))
    bench.clock.move(hours=1)
    await bench.order("PL", Level.SUSPENDED)
    bench.clock.move(hours=1)
    await bench.desk.supervision.lift(bench.actor("Ines"), 2, "EC/2", "Executive Committee", "Done.")
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 2)
    bench.clock.move(hours=1)
    assert [await verdicts(bench, item, hour(hours)) for hours in (1, 2, 3)] == [
        {"PL": "deliver", "UA": "deliver"},
        {"PL": "suspended", "UA": "deliver"},
        {"PL": "deliver", "UA": "deliver"},
    ]


async def test_an_item_whose_body_is_purged_is_still_explained(bench: Bench) -> None:
    item = await bench.sent(diffusion("UA", ("RU", "PL"), restricted_from=["RU"], retention_until="2022-06-01"))
    await bench.dispatch()
    bench.clock.move(days=100)
    then = bench.clock.now() - timedelta(seconds=1)
    await bench.desk.retention.purge(bench.actor("root"))
    assert await bench.state(item) == "purged"
    assert await verdicts(bench, item, then) == {"PL": "holds", "RU": "restricted"}


async def test_before_its_receipt_there_is_no_route(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    with raises_code(RefusedCode.BEFORE_RECEIPT):
        await bench.desk.queries.why(item, AT - timedelta(seconds=1))
