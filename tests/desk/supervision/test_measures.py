"""Measures: their levels, their states and the race rules. The order of commits decides, not the time on a screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desks import AT, Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.base.rows import CountryCounts
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Channel, Level
from refusals import raises_code


@pytest.mark.parametrize(
    ("level", "state", "post_review"),
    [
        (Level.MONITORED, "released", "due"),
        (Level.HELD, "held", None),
        (Level.SUSPENDED, "blocked", None),
    ],
)
async def test_levels(bench: Bench, level: Level, state: str, post_review: str | None) -> None:
    await bench.order("RU", level)
    receipt = await bench.send(diffusion("RU"))
    row = (await bench.desk.queries.show(number(receipt.item))).row
    assert (row.state, row.post_review, row.level, row.measure) == (state, post_review, level, "M-0001")


async def test_direct_is_the_default_and_names_no_measure(bench: Bench) -> None:
    row = (await bench.desk.queries.show(await bench.sent(diffusion("RU")))).row
    assert (row.level, row.measure) == ("direct", None)


async def test_a_sub_bureau_inherits_its_parents_level(bench: Bench) -> None:
    await bench.order("CN", Level.HELD)
    row = (await bench.desk.queries.show(await bench.sent(diffusion("HK")))).row
    assert (row.state, row.measure) == ("held", "M-0001")


async def test_kinds_and_channels_limit_a_measure(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, kinds={Kind.RED}, channels={Channel.DIFFUSION, Channel.MESSAGE})
    red = await bench.send(diffusion("RU"))
    blue = await bench.send(diffusion("RU", kind="blue", purpose=None))
    message = await bench.send(act_message("message", "RU", recipients=["PL"], text="Hello."))
    assert [red.state, blue.state, message.state] == ["held", "released", "held"]


async def test_messages_pass_a_measure_that_does_not_name_them(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    assert (await bench.send(act_message("message", "RU", recipients=["PL"], text="Hello."))).state == "released"
    await bench.order("RU", Level.SUSPENDED)
    assert (await bench.send(act_message("message", "RU", recipients=["PL"], text="Again."))).state == "blocked"


async def test_tightening_to_held_holds_what_has_not_been_sent(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("PL", "DE")))
    await bench.order("RU", Level.HELD)
    row = (await bench.desk.queries.show(item)).row
    assert (row.state, row.cycle, row.measure) == ("held", 2, "M-0001")
    assert await bench.deliveries(item) == {"PL": "measure", "DE": "measure"}
    assert not (await bench.dispatch()).leased_items
    await bench.release(item)
    batch = await bench.dispatch()
    assert dict(batch.leased_items[0].keys)["PL"] == "D-000001/1.2/PL"


async def test_a_partly_delivered_item_stays_released_with_a_post_review(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("PL", "DE", "UA")))
    await bench.dispatch(fail={"DE": "line down", "UA": "line down"})
    await bench.order("RU", Level.HELD)
    row = (await bench.desk.queries.show(item)).row
    assert (row.state, row.post_review) == ("released", "due")
    assert await bench.deliveries(item) == {"PL": "delivered", "DE": "measure", "UA": "measure"}


async def test_rows_being_sent_finish_and_are_listed_as_crossed(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("PL",)))
    batch = await bench.desk.delivery.lease(10)
    await bench.order("RU", Level.HELD)
    assert await bench.state(item) == "released"
    from dutydesk.desk.delivery.lease import TransportResult

    await bench.desk.delivery.acknowledge(batch, TransportResult({}), lambda: 0.5)
    assert await bench.deliveries(item) == {"PL": "delivered"}
    crossed = [
        event.data["crossed"]
        for event in (await bench.desk.queries.show(item)).history
        if event.kind == "item.post_review"
    ]
    assert crossed == [["PL"]]


async def test_a_level_never_stops_a_release_by_review(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.release(item)
    await bench.order("RU", Level.HELD)
    assert await bench.state(item) == "released"
    assert (await bench.dispatch()).leased_items


async def test_tightening_to_suspended_blocks_held_and_queued(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    held, released = await bench.sent(diffusion("RU")), await bench.sent(diffusion("RU"))
    await bench.release(released)
    await bench.order("RU", Level.SUSPENDED)
    assert [await bench.state(item) for item in (held, released)] == ["blocked", "blocked"]
    assert set((await bench.deliveries(released)).values()) == {"suspended"}
    with raises_code(ConflictCode.LEFT_REVIEW):
        await bench.desk.review.claim(bench.actor("Jonas"), held)


async def test_a_reply_to_an_open_question_is_accepted_and_the_item_stays_blocked(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Where is the warrant?"))
    await bench.order("RU", Level.SUSPENDED)
    receipt = await bench.send(act_message("information", "RU", about="D-000001", text="Here."))
    assert receipt.outcome == "accepted"
    shown = await bench.desk.queries.show(item)
    assert shown.row.state == "blocked"
    assert shown.notes[-1].text == "Here."


async def test_easing_takes_four_eyes_and_releases_nothing(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    item = await bench.sent(diffusion("RU"))
    eased = await bench.order("RU", Level.DIRECT)
    assert eased.state == "proposed"
    assert await bench.state(item) == "blocked", "a proposal changes nothing"
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.supervision.confirm(bench.actor("Ines"), 2)
    confirmed = await bench.desk.supervision.confirm(bench.actor("Oskar"), 2)
    assert confirmed.state == "effective"
    assert await bench.state(item) == "held", "blocked goes to held, never straight out"
    assert (await bench.send(diffusion("RU"))).state == "released"


async def test_lift_stays_in_force_until_another_person_confirms(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    held = await bench.sent(diffusion("RU"))
    lift = await bench.desk.supervision.lift(bench.actor("Ines"), 1, "EC/1", "Executive Committee", "Trained.")
    assert lift.state == "proposed"
    assert (await bench.send(diffusion("RU"))).state == "held"
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.supervision.confirm(bench.actor("Ines"), 1)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.supervision.confirm(bench.actor("Jonas"), 1)
    assert (await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)).state == "lifted"
    assert await bench.state(held) == "held", "what is held finishes its review"
    assert (await bench.send(diffusion("RU"))).state == "released"


async def test_dissent_keeps_the_measure_and_both_opinions(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "EC/1", "Executive Committee", "Trained.")
    assert (await bench.desk.supervision.dissent(bench.actor("Oskar"), 1, "Too early.")).state == "effective"
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    reasons = [
        event.data.get("reason") for event in await bench.desk.queries.events_after(0) if event.subject == "M-0001"
    ]
    assert {"Trained.", "Too early."} <= set(reasons)


async def test_two_logins_of_one_person_are_one_person(bench: Bench) -> None:
    from dutydesk.desk.base.context import Actor

    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(Actor("Ines", "ines"), 1, "EC/1", "Executive Committee", "Trained.")
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.supervision.confirm(Actor("Ines", "ines-night"), 1)


async def test_weaker_on_any_channel_or_kind_is_an_easing(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, channels={Channel.DIFFUSION, Channel.MESSAGE})
    assert (await bench.order("RU", Level.HELD)).state == "proposed"
    await bench.desk.supervision.dissent(bench.actor("Oskar"), 2, "No.")
    assert (await bench.order("RU", Level.SUSPENDED)).state == "effective"


async def test_a_new_order_replaces_the_one_in_force(bench: Bench) -> None:
    await bench.order("RU", Level.MONITORED)
    await bench.order("RU", Level.HELD)
    assert [row.state for row in await bench.desk.queries.measures("RU")] == ["replaced", "effective"]


async def test_future_measure_counts_from_its_instant(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU"))
    await bench.order("RU", Level.HELD, effective=AT + timedelta(hours=1))
    assert [row.state for row in await bench.desk.queries.measures("RU")] == ["ordered"]
    assert (await bench.send(diffusion("RU"))).state == "released"
    bench.clock.move(minutes=60)
    receipt = await bench.send(diffusion("RU"))
    assert receipt.state == "held", "no tick was needed"
    assert await bench.state(item) == "held"


async def test_measure_that_comes_into_force_during_a_review_counts(bench: Bench) -> None:
    item = await bench.sent(notice_request("RU"))
    await bench.order("RU", Level.SUSPENDED, effective=AT + timedelta(minutes=10))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    bench.clock.move(minutes=10)
    with raises_code(ConflictCode.LEFT_REVIEW):
        await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Fine."))
    assert await bench.state(item) == "blocked"


async def test_a_clock_that_steps_back_ends_no_measure(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, effective=AT + timedelta(hours=1))
    bench.clock.move(hours=2)
    await bench.sent(diffusion("DE"))
    bench.clock.move(hours=-2)
    assert (await bench.send(diffusion("RU"))).state == "held"
    assert "clock.stepped_back" in [event.kind for event in await bench.desk.queries.events_after(0)]


async def test_two_orders_at_once_the_second_is_shown_the_first(bench: Bench) -> None:
    seen = {row.code: row.measure_revision for row in await bench.desk.queries.countries()}["RU"]
    await bench.order("RU", Level.HELD, expected=seen)
    with raises_code(ConflictCode.ORDER_OVERTAKEN) as conflict:
        await bench.order("RU", Level.SUSPENDED, officer="Oskar", expected=seen)
    assert "M-0001" in conflict.value.detail[0].words
    assert "Ines" in conflict.value.detail[0].words


async def test_the_same_order_twice_is_a_conflict(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, order="SG/9")
    with raises_code(ConflictCode.SAME_ORDER):
        await bench.order("RU", Level.HELD, officer="Oskar", order="SG/9")


async def test_an_order_voids_proposals_with_another_basis(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.order("RU", Level.DIRECT)
    await bench.order("RU", Level.SUSPENDED)
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), 2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"order": " "}, InvalidRequestCode.ORDER_MISSING),
        ({"by": ""}, InvalidRequestCode.DECIDER_MISSING),
        ({"reason": ""}, InvalidRequestCode.REASON_MISSING),
        ({"effective": AT - timedelta(seconds=1)}, InvalidRequestCode.TIME_PAST),
        ({"review_by": AT - timedelta(days=1)}, InvalidRequestCode.REVIEW_BEFORE_START),
    ],
)
async def test_orders_that_make_no_sense_are_refused(
    bench: Bench, changes: dict[str, object], code: InvalidRequestCode
) -> None:
    with raises_code(code):
        await bench.order("RU", Level.HELD, **changes)
    assert await bench.desk.queries.measures() == []


@pytest.mark.parametrize("code", ["XX", "ru", "RUS", "SU", ""])
async def test_unknown_countries_are_refused(bench: Bench, code: str) -> None:
    with raises_code(InvalidRequestCode.UNKNOWN_CODE):
        await bench.order(code, Level.HELD)


async def test_endorsement_does_not_change_the_measures_state(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    row = (await bench.desk.queries.measures())[0]
    assert (row.endorsement, row.endorsement_due, row.review_by) == (
        "awaiting",
        AT + timedelta(days=14),
        AT + timedelta(days=90),
    )
    await bench.desk.supervision.endorse(bench.actor("Ines"), 1, "Executive Committee", "EC/7", declined=True)
    row = (await bench.desk.queries.measures())[0]
    assert (row.endorsement, row.state) == ("declined", "effective"), "a declined endorsement lifts nothing"
    with raises_code(ConflictCode.ALREADY_ENDORSED):
        await bench.desk.supervision.endorse(bench.actor("Oskar"), 1, "Executive Committee", "EC/8")


async def test_dry_run_says_what_would_change_and_changes_nothing(bench: Bench) -> None:
    queued = await bench.sent(diffusion("RU"))
    await bench.sent(diffusion("DE"))
    before = await bench.desk.queries.head_seq()
    run = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("RU", Level.HELD))
    assert run.would_change == {"queued": 1, "held": 0, "blocked": 0, "last_30_days": 1}
    assert (run.before, run.after) == (CountryCounts(1, 0, 0), CountryCounts(0, 1, 0))
    assert await bench.desk.queries.head_seq() == before
    assert await bench.state(queued) == "released"
    assert await bench.desk.queries.measures() == []
    await bench.order("RU", Level.HELD)
    run = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("RU", Level.SUSPENDED))
    assert run.would_change["held"] == 1
    assert {"records_consulted_30_days", "hits_30_days"} <= set(run.would_change)
    assert (run.before, run.after) == (CountryCounts(0, 1, 0), CountryCounts(0, 0, 1))
    await bench.order("RU", Level.SUSPENDED)
    run = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("RU", Level.HELD))
    assert (run.before, run.after) == (CountryCounts(0, 0, 1), CountryCounts(0, 1, 0)), (
        "eased: blocked goes back to review"
    )


async def test_a_dry_run_counts_partly_sent_items_as_released(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("FR", "PL")))
    await bench.dispatch(fail={"PL": "the line is down"})
    run = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("RU", Level.SUSPENDED))
    assert (run.before, run.after) == (CountryCounts(1, 0, 0), CountryCounts(0, 0, 0))
    await bench.order("RU", Level.SUSPENDED)
    assert await bench.state(item) == "released"


async def test_all_becomes_a_fixed_list_at_release(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU", "all"))
    assert len((await bench.desk.queries.show(item)).audience) == 194
    bench.clock.move(days=640)
    await bench.release(item)
    assert "PW" in await bench.deliveries(item), "the list is that of the day of release"


async def test_why_at_a_past_time(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU"))
    bench.clock.move(hours=1)
    await bench.order("RU", Level.HELD)
    bench.clock.move(hours=1)
    then = await bench.desk.queries.why(item, AT + timedelta(minutes=30))
    now = await bench.desk.queries.why(item, AT + timedelta(hours=1, minutes=30))
    assert (then.level, then.measure) == ("direct", None)
    assert (now.level, now.measure) == ("held", "M-0001")


async def test_an_order_that_ends_a_pending_one_ends_the_proposal_to_lift_it(bench: Bench) -> None:
    await bench.order("DE", Level.MONITORED, effective=AT + timedelta(days=1))
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "EC/1", "Executive Committee", "Not needed.")
    await bench.order("DE", Level.SUSPENDED)
    row = (await bench.desk.queries.measures("DE"))[0]
    assert (row.state, row.proposed) == ("replaced", None)
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED):
        await bench.desk.supervision.dissent(bench.actor("Oskar"), 1, "Too late.")
    assert (await bench.desk.queries.measures("DE"))[0].state == "replaced"
