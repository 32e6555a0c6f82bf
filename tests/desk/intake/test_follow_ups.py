"""Messages about earlier ones: corrections, withdrawals, responses and restrictions; bureaus off the network."""

from __future__ import annotations

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.delivery.lease import TransportResult
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


async def test_withdrawal_before_a_release_ends_the_item(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.send(act_message("withdrawal", "BR", of=message["reference"], reason="Found."))
    assert await bench.state(item) == "withdrawn"
    with raises_code(ConflictCode.LEFT_REVIEW):
        await bench.desk.review.claim(bench.actor("Jonas"), item)


async def test_withdrawal_after_a_release_tells_those_who_hold_it(bench: Bench) -> None:
    message = diffusion("DE", ("PL", "FR"))
    item = await bench.sent(message)
    await bench.dispatch(fail={"FR": "line down"})
    await bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    assert await bench.state(item) == "cancelled"
    assert await bench.deliveries(item) == {"PL": "delivered", "FR": "withdrawn"}
    notices = (await bench.dispatch()).notices
    assert [n.recipient for n in notices if n.notice == "withdrawal"] == ["PL"]


async def test_a_copy_under_way_at_the_withdrawal_is_followed_by_the_notice(bench: Bench) -> None:
    message = diffusion("DE", ("PL", "FR"))
    item = await bench.sent(message)
    batch = await bench.desk.delivery.lease(10)
    await bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    failed = dict(batch.leased_items[0].keys)["FR"]
    await bench.desk.delivery.acknowledge(batch, TransportResult({failed: "line down"}), lambda: 0.5)
    assert await bench.deliveries(item) == {"PL": "delivered", "FR": "withdrawn"}
    assert [n.recipient for n in (await bench.dispatch()).notices if n.notice == "withdrawal"] == ["PL"]
    assert not await bench.desk.delivery.has_open_deliveries()


async def test_only_ones_own_message_is_withdrawn(bench: Bench) -> None:
    message = diffusion("DE")
    item = await bench.sent(message)
    receipt = await bench.send(act_message("withdrawal", "FR", of=message["reference"], reason="Mine."))
    assert receipt.outcome == "rejected"
    assert await bench.state(item) == "released"


async def test_correction_of_a_released_item_is_a_child_routed_by_the_level_now(bench: Bench) -> None:
    message = diffusion("RU", ("PL",))
    parent = await bench.sent(message)
    await bench.dispatch()
    await bench.order("RU", Level.HELD)
    receipt = await bench.send(diffusion("RU", ("PL",), type="correction", of=message["reference"]))
    assert (receipt.item, receipt.state) == ("D-000002", "held")
    assert await bench.state(parent) == "released"
    await bench.release(2)
    assert await bench.state(parent) == "superseded"
    batch = await bench.dispatch()
    assert batch.leased_items[0].notice == "correction"
    late = await bench.send(diffusion("RU", ("PL",), type="correction", of=message["reference"]))
    assert late.outcome == "rejected", "a superseded item is corrected no more"


async def test_correction_of_a_correction(bench: Bench) -> None:
    first = diffusion("DE", ("PL",))
    await bench.sent(first)
    second = diffusion("DE", ("PL",), type="correction", of=first["reference"])
    await bench.sent(second)
    third = await bench.send(diffusion("DE", ("PL",), type="correction", of=second["reference"]))
    assert (third.item, third.state) == ("D-000003", "released")
    assert [await bench.state(item) for item in (1, 2, 3)] == ["superseded", "superseded", "released"]


async def test_correction_while_blocked_stays_blocked(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    message = diffusion("RU")
    item = await bench.sent(message)
    await bench.sent(diffusion("RU", type="correction", of=message["reference"]))
    row = (await bench.desk.queries.show(item)).row
    assert (row.state, row.version) == ("blocked", 2)


async def test_recipients_decide_freely_and_may_change_their_mind(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "FR")))
    early = await bench.send(act_message("response", "PL", about="D-000001", action="acting"))
    assert early.outcome == "rejected"
    await bench.dispatch()
    for action in ("acknowledged", "acting", "declined", "acted"):
        assert (await bench.send(act_message("response", "PL", about="D-000001", action=action))).outcome == "accepted"
    assert await bench.deliveries(item) == {"PL": "acted", "FR": "delivered"}
    stranger = await bench.send(act_message("response", "IT", about="D-000001", action="acted"))
    nothing = await bench.send(act_message("response", "IT", about="D-000777", action="acted"))
    assert stranger.problems[0].problem.replace("D-000001", "") == nothing.problems[0].problem.replace("D-000777", "")


async def test_standing_restriction_beats_every_address_list(bench: Bench) -> None:
    await bench.send(act_message("restriction", "UA", deny=["RU", "BY"], reason="All our data."))
    item = await bench.sent(diffusion("UA", ("RU", "PL")))
    assert await bench.deliveries(item) == {"RU": "restricted", "PL": "queued"}
    everyone = await bench.sent(diffusion("UA", "all"))
    rows = await bench.deliveries(everyone)
    assert (rows["RU"], rows["BY"], rows["PL"]) == ("restricted", "restricted", "queued")
    assert "UA" not in rows
    assert "HK" not in rows, "all leaves out sub-bureaus"


async def test_restriction_after_queueing_stops_what_has_not_left(bench: Bench) -> None:
    item = await bench.sent(diffusion("UA", ("RU", "PL")))
    await bench.send(act_message("restriction", "UA", deny=["RU"]))
    assert await bench.deliveries(item) == {"RU": "restricted", "PL": "queued"}
    batch = await bench.dispatch()
    assert [recipient for recipient, _key in batch.leased_items[0].keys] == ["PL"]


async def test_restrictions_are_read_again_when_leasing(bench: Bench) -> None:
    item = await bench.sent(diffusion("UA", ("RU", "PL")))
    await bench.dispatch(fail={"RU": "line down"})
    await bench.desk.supervision.restrict(bench.actor("Ines"), "UA", ("RU",), None)
    bench.clock.move(hours=1)
    await bench.dispatch()
    assert await bench.deliveries(item) == {"RU": "restricted", "PL": "delivered"}


async def test_allow_lifts_a_denial_of_its_own_scope_only(bench: Bench) -> None:
    await bench.send(act_message("restriction", "UA", deny="all"))
    await bench.send(act_message("restriction", "UA", allow=["PL"]))
    message = diffusion("UA", ("PL", "RU"))
    item = await bench.sent(message)
    assert await bench.deliveries(item) == {"PL": "queued", "RU": "restricted"}
    await bench.send(act_message("restriction", "UA", of=message["reference"], deny=["PL"]))
    assert (await bench.deliveries(item))["PL"] == "restricted"


async def test_restricted_from_in_the_body_and_sub_bureaus_of_the_denied(bench: Bench) -> None:
    item = await bench.sent(diffusion("UA", ("RU", "HK", "PL"), restricted_from=["RU", "CN"]))
    assert await bench.deliveries(item) == {"RU": "restricted", "HK": "restricted", "PL": "queued"}


async def test_nobody_left_is_held_not_sent_to_everyone(bench: Bench) -> None:
    receipt = await bench.send(diffusion("UA", ("RU",), restricted_from=["RU"]))
    assert receipt.state == "held"
    assert "no addressee" in (receipt.cause or "")
    with raises_code(RefusedCode.NO_RECIPIENT_LEFT):
        await bench.release(1)


async def test_a_suspended_recipient_gets_nothing(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    item = await bench.sent(diffusion("DE", ("RU", "PL")))
    assert await bench.deliveries(item) == {"RU": "suspended", "PL": "queued"}


async def test_restrict_refuses_unknown_codes_and_foreign_items(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    for owner, deny, item, code in (
        ("UA", ("ZZ",), None, InvalidRequestCode.UNKNOWN_CODE),
        ("zz", ("RU",), None, InvalidRequestCode.UNKNOWN_CODE),
        ("UA", ("RU",), 1, InvalidRequestCode.ITEM_OF_ANOTHER_OWNER),
    ):
        with raises_code(code):
            await bench.desk.supervision.restrict(bench.actor("Ines"), owner, deny, None, item)
    with raises_code(InvalidRequestCode.NO_SCOPE):
        await bench.desk.supervision.restrict(bench.actor("Ines"), "UA", None, None)


async def test_offline_waits_and_goes_out_when_the_bureau_is_back(bench: Bench) -> None:
    queued = await bench.sent(diffusion("DE", ("UA", "PL")))
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    later = await bench.sent(diffusion("DE", ("UA",)))
    await bench.dispatch()
    assert await bench.deliveries(queued) == {"UA": "queued", "PL": "delivered"}
    assert {row.waiting for row in (await bench.desk.queries.show(later)).deliveries} == {"offline"}
    assert not await bench.desk.delivery.has_open_deliveries(), "rows that wait for an offline bureau don't count"
    await bench.order("DE", Level.HELD)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=False)
    await bench.dispatch()
    assert (await bench.deliveries(queued))["UA"] == "measure", "the level is read again on return"
    assert await bench.state(later) == "held"


async def test_failures_back_off_and_end_dead_in_front_of_an_officer(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL",)))
    for _attempt in range(8):
        batch = await bench.dispatch(fail={"PL": "line down"})
        assert batch.leased_items
        assert not (await bench.dispatch()).leased_items, "it backs off"
        bench.clock.move(minutes=11)
    row = (await bench.desk.queries.show(item)).deliveries[0]
    assert (row.state, row.attempts, row.error) == ("dead", 8, "line down")
    assert not (await bench.dispatch()).leased_items
    await bench.desk.review.retry(bench.actor("Jonas"), item, "PL")
    await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "delivered"}
    with raises_code(RefusedCode.DELIVERY_NOT_DEAD):
        await bench.desk.review.retry(bench.actor("Jonas"), item, "PL")


async def test_a_dead_delivery_is_not_retried_past_a_measure(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("PL", "DE")))
    for _attempt in range(8):
        await bench.dispatch(fail={"PL": "line down"})
        bench.clock.move(minutes=11)
    await bench.order("RU", Level.HELD)
    if (await bench.deliveries(item))["PL"] == "dead":
        await bench.desk.review.retry(bench.actor("Jonas"), item, "PL")
    await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "measure", "DE": "delivered"}


async def test_take_over_hands_out_again_only_what_the_transport_lacks(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "FR")))
    batch = await bench.desk.delivery.lease(10)
    keys = dict(batch.leased_items[0].keys)
    assert await bench.desk.delivery.leased_keys() >= set(keys.values())
    await bench.desk.delivery.requeue_leased(frozenset({keys["PL"]}))
    assert await bench.deliveries(item) == {"PL": "delivered", "FR": "queued"}
    again = await bench.dispatch()
    assert dict(again.leased_items[0].keys) == {"FR": keys["FR"]}, "under the same key"
