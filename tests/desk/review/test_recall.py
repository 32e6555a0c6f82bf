"""Recalls, post-reviews, reopened refusals, notice numbers, corrections of released items, withdrawn access."""

from __future__ import annotations

import json

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Channel, Level
from refusals import raises_code


def lines(batch: Batch) -> set[tuple[str, str]]:
    return {(notice.recipient, notice.notice.value) for notice in batch.notices}


async def delivered(bench: Bench) -> int:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    assert set((await bench.deliveries(item)).values()) == {"delivered"}
    return item


async def test_a_recall_takes_two_persons(bench: Bench) -> None:
    item = await delivered(bench)
    answer = await bench.desk.review.recall(bench.actor("Jonas"), item, "The person was acquitted.")
    shown = await bench.desk.queries.show(item)
    assert (answer.state, shown.row.recall_proposed) == ("released", "Jonas")
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.review.confirm(bench.actor("Jonas"), item)
    assert (await bench.desk.review.confirm(bench.actor("Mara"), item)).state == "recalled"
    recalled = next(event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.recalled")
    assert (recalled.actor, recalled.data["proposed_by"], recalled.data["urgent"]) == ("Mara", "Jonas", False)
    assert await bench.verified()


async def test_while_a_recall_is_proposed_nothing_more_goes_out_and_holders_are_warned(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch(fail={"FR": "line down"})
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Doubtful.")
    bench.clock.move(minutes=30)
    batch = await bench.dispatch()
    assert batch.leased_items == ()
    assert lines(batch) >= {("PL", "caveat"), ("UA", "caveat")}
    assert not await bench.desk.delivery.has_open_deliveries()
    await bench.desk.review.dissent(bench.actor("Mara"), item, "It stands.")
    after = await bench.dispatch()
    assert {("PL", "caveat_lifted"), ("UA", "caveat_lifted")} <= lines(after)
    assert (await bench.deliveries(item))["FR"] == "delivered"


async def test_what_is_queued_at_a_recall_never_leaves(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch(fail={"FR": "line down"})
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    assert (await bench.deliveries(item))["FR"] == "recalled"
    bench.clock.move(hours=1)
    assert "FR" not in {recipient for recipient, _ in lines(await bench.dispatch())}


async def test_the_board_of_a_recall(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    board = (await bench.desk.queries.show(item)).recall
    assert board is not None
    assert (board.to_be_told, board.told) == (("FR", "PL", "UA"), ())
    batch = await bench.dispatch()
    assert {(code, "recall") for code in ("FR", "PL", "UA", "DE")} <= lines(batch)
    await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    board = (await bench.desk.queries.show(item)).recall
    assert board is not None
    assert (board.told, board.confirmed) == (("FR", "UA"), ("PL",))
    assert (await bench.deliveries(item))["PL"] == "recall_confirmed"
    again = await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    assert again.outcome == "rejected"
    stranger = await bench.send(act_message("recall_confirmation", "ES", about="D-000001", outcome="deleted"))
    assert stranger.outcome == "rejected"


async def test_an_urgent_recall_is_ratified_by_another_supervisor_and_an_alarm_until_then(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.desk.review.recall(bench.actor("Ines"), item, "A life is at risk.", urgent=True)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["unratified"]
    for name, code in (("Ines", NotAllowedCode.OWN_RECALL), ("Jonas", NotAllowedCode.ROLE_TOO_LOW)):
        with raises_code(code):
            await bench.desk.review.ratify(bench.actor(name), item)
    await bench.desk.review.ratify(bench.actor("Oskar"), item)
    assert await bench.desk.queries.alarms() == []
    with raises_code(RefusedCode.NO_RECALL_TO_RATIFY):
        await bench.desk.review.ratify(bench.actor("Oskar"), item)


async def test_a_copy_being_sent_is_recalled_once_delivered(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    batch = await bench.desk.delivery.lease(100)
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    keys = {key: None for leased in batch.leased_items for _, key in leased.keys}
    failed = next(key for key in keys if key.endswith("/FR"))
    await bench.desk.delivery.acknowledge(batch, TransportResult({**keys, failed: "line down"}), lambda: 0.5)
    assert (await bench.deliveries(item))["FR"] == "recalled"
    assert {("PL", "recall"), ("UA", "recall")} <= lines(await bench.dispatch())


async def test_a_recall_reaches_recipients_that_were_suspended_since(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.order("PL", Level.SUSPENDED)
    await bench.order("DE", Level.SUSPENDED)
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    assert ("PL", "recall") in lines(await bench.dispatch())
    confirmed = await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    assert confirmed.outcome == "accepted"


async def test_who_is_too_late_with_a_recall_is_told_who_was_first(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.")
    with raises_code(ConflictCode.ALREADY_PROPOSED, match="Jonas"):
        await bench.desk.review.recall(bench.actor("Mara"), item, "Bad, too.")
    await bench.desk.review.confirm(bench.actor("Mara"), item)
    with raises_code(ConflictCode.ALREADY_RECALLED, match="Mara"):
        await bench.desk.review.recall(bench.actor("Ines"), item, "Bad.", urgent=True)
    with raises_code(ConflictCode.PROPOSAL_GONE, match="Mara"):
        await bench.desk.review.confirm(bench.actor("Ines"), item)


async def test_only_what_was_released_is_recalled_and_not_by_its_own_country(bench: Bench) -> None:
    held = await bench.sent(notice_request("BR"))
    with raises_code(RefusedCode.NOT_RELEASED):
        await bench.desk.review.recall(bench.actor("Jonas"), held, "Bad.")
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Dieter", Role.SUPERVISOR, "DE", ("dieter",)))
    item = await delivered(bench)
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.review.recall(bench.actor("Dieter"), item, "Ours.", urgent=True)
    with raises_code(InvalidRequestCode.REASON_MISSING):
        await bench.desk.review.recall(bench.actor("Jonas"), item, "  ")


async def test_a_withdrawal_ends_a_recall_that_was_only_proposed(bench: Bench) -> None:
    message = diffusion()
    item = await bench.sent(message)
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.")
    await bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    assert await bench.state(item) == "cancelled"
    with raises_code(ConflictCode.PROPOSAL_GONE):
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert ("PL", "withdrawal") in lines(await bench.dispatch())
    assert (await bench.deliveries(item))["PL"] == "recall_sent"
    assert (
        await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    ).item is None
    assert (await bench.deliveries(item))["PL"] == "recall_confirmed"


async def test_an_officer_ends_a_post_review(bench: Bench) -> None:
    await bench.order("KE", Level.MONITORED)
    first, second = await bench.sent(diffusion("KE")), await bench.sent(diffusion("KE"))
    await bench.desk.review.post_review(bench.actor("Jonas"), first, keep=True, reason="In order.")
    shown = await bench.desk.queries.show(first)
    assert (shown.row.post_review, shown.row.state) == ("ok", "released")
    with raises_code(RefusedCode.NO_REVIEW_DUE):
        await bench.desk.review.post_review(bench.actor("Jonas"), first, keep=True, reason="In order.")
    await bench.desk.review.post_review(bench.actor("Jonas"), second, keep=False, reason="Political.")
    with raises_code(ConflictCode.RECALL_PROPOSED):
        await bench.desk.review.post_review(bench.actor("Mara"), second, keep=True, reason="In order.")
    await bench.desk.review.confirm(bench.actor("Mara"), second)
    shown = await bench.desk.queries.show(second)
    assert (shown.row.state, shown.row.post_review) == ("recalled", "ok")
    assert await bench.desk.queries.post_reviews() == []


async def test_an_overdue_review_after_release_is_an_alarm(bench: Bench) -> None:
    await bench.order("KE", Level.MONITORED)
    await bench.sent(diffusion("KE"))
    assert await bench.desk.queries.alarms() == []
    bench.clock.move(hours=25)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["post-review"]


async def test_a_refusal_is_reopened_by_a_supervisor_who_took_no_part(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.refuse(item, "Ines")
    for name, code in (("Jonas", NotAllowedCode.ROLE_TOO_LOW), ("Ines", NotAllowedCode.OWN_REFUSAL)):
        with raises_code(code):
            await bench.desk.review.reopen(bench.actor(name), item, "New papers.")
    with raises_code(InvalidRequestCode.REASON_MISSING):
        await bench.desk.review.reopen(bench.actor("Oskar"), item, "")
    await bench.desk.review.reopen(bench.actor("Oskar"), item, "New papers.")
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.cycle) == ("held", 2)
    with raises_code(ConflictCode.ALREADY_REOPENED):
        await bench.desk.review.reopen(bench.actor("Oskar"), item, "New papers.")
    assert (await bench.release(item)).state == "released"
    batch = await bench.dispatch()
    assert all(key.startswith("D-000001/1.2/") for leased in batch.leased_items for _, key in leased.keys)


async def test_a_reopened_refusal_is_no_longer_held_against_a_re_send(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.refuse(item)
    again = await bench.sent({**message, "reference": "BR-again"})
    assert (await bench.desk.queries.show(again)).row.same_text_as == "D-000001"
    await bench.desk.review.reopen(bench.actor("Ines"), item, "New papers.")
    third = await bench.sent({**message, "reference": "BR-third"})
    assert (await bench.desk.queries.show(third)).row.same_text_as is None


async def test_a_notice_is_published_under_a_number_to_all_members(bench: Bench) -> None:
    first, second = await bench.sent(notice_request("BR")), await bench.sent(notice_request("DE"))
    await bench.release(first)
    await bench.release(second)
    shown = await bench.desk.queries.show(first)
    assert shown.row.notice_number == "N-2022/00001"
    assert (await bench.desk.queries.show(second)).row.notice_number == "N-2022/00002"
    assert len(shown.deliveries) == 194
    batch = await bench.dispatch()
    assert {leased.notice_number for leased in batch.leased_items} == {"N-2022/00001", "N-2022/00002"}


async def test_the_correction_of_a_notice_bears_its_number_and_takes_no_recipients(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.release(item)
    correction = diffusion("BR", None, type="correction", of=message["reference"], text="Better words.")
    child = await bench.sent(correction)
    again = await bench.send(diffusion("BR", None, type="correction", of=correction["reference"], text="Best words."))
    assert (again.outcome, again.item) == ("accepted", "D-000002")
    await bench.release(child)
    shown = await bench.desk.queries.show(child)
    assert (shown.row.notice_number, shown.row.version) == ("N-2022/00001", 2)
    assert await bench.state(item) == "superseded"


async def test_another_kind_takes_the_senders_consent(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    with raises_code(RefusedCode.KIND_WITHOUT_CONSENT):
        await bench.desk.review.decide(
            bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "As blue.", kind=Kind.BLUE)
        )
    ask = Deciding(Decision.ASK, "A blue notice would be in order; do you agree?", kind=Kind.BLUE)
    await bench.desk.review.decide(bench.actor("Jonas"), item, ask)
    batch = await bench.dispatch()
    asked = next(notice for notice in batch.notices if notice.notice.value == "information_request")
    assert json.loads(asked.data)["offered_kind"] == "blue"
    assert (await bench.desk.queries.show(item)).row.offered_kind == "blue"
    await bench.send(
        diffusion("BR", None, type="correction", of=message["reference"], kind="blue", purpose="locate_or_identify")
    )
    shown = await bench.desk.queries.show(item)
    assert (shown.row.kind, shown.row.state, shown.row.offered_kind) == ("blue", "held", None)


async def test_who_holds_which_version(bench: Bench) -> None:
    message = diffusion()
    item = await bench.sent(message)
    await bench.dispatch()
    child = await bench.sent(diffusion(type="correction", of=message["reference"], text="Better words."))
    await bench.dispatch(fail={"FR": "line down"})
    for each in (item, child):
        holds = {row.recipient: row.item for row in (await bench.desk.queries.show(each)).holds}
        assert holds == {"FR": "D-000001", "PL": "D-000002", "UA": "D-000002"}


async def test_access_is_withdrawn_from_those_who_hold_a_copy(bench: Bench) -> None:
    item = await delivered(bench)
    answer = await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("FR",), None)
    assert "FR" in answer.words
    assert lines(await bench.dispatch()) == {("FR", "access_withdrawn")}
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("FR",), None, item)
    assert lines(await bench.dispatch()) == set()
    assert "deliveries.access_withdrawn" in [event.kind for event in await bench.desk.queries.events_after(0)]


async def test_access_is_withdrawn_from_a_copy_that_was_being_sent(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    batch = await bench.desk.delivery.lease(100)
    await bench.send(act_message("restriction", "DE", deny=["FR"]))
    keys = {key: None for leased in batch.leased_items for _, key in leased.keys}
    await bench.desk.delivery.acknowledge(batch, TransportResult(keys), lambda: 0.5)
    assert ("FR", "access_withdrawn") in lines(await bench.dispatch())
    assert (await bench.deliveries(item))["FR"] == "delivered"


async def test_alarms_of_measures(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    assert await bench.desk.queries.alarms() == []
    bench.clock.move(days=15)
    assert [(row.alarm, row.subject) for row in await bench.desk.queries.alarms()] == [("endorsement", "M-0001")]
    await bench.desk.supervision.endorse(bench.actor("Ines"), 1, "Executive Committee", "EC/1", declined=True)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["declined"]
    assert (await bench.desk.queries.measures("RU"))[0].in_force
    bench.clock.move(days=80)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["declined", "review"]


async def test_a_wrong_measure_gives_a_worklist_and_sends_nothing(bench: Bench) -> None:
    early = await bench.sent(diffusion("RU"))
    await bench.dispatch(fail={"FR": "line down"})
    await bench.order("RU", Level.HELD)
    refused, held = await bench.sent(diffusion("RU")), await bench.sent(diffusion("RU"))
    await bench.refuse(refused)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "EC/2", "Executive Committee", "It was wrong.")
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    work = {number(row.item): row.what for row in await bench.desk.queries.worklist(1)}
    assert work == {early: "kept from FR", refused: "refused under it", held: "still held"}
    with raises_code(NotFoundCode.UNKNOWN_MEASURE):
        await bench.desk.queries.worklist(9)


async def test_a_message_is_held_by_a_measure_that_covers_it_and_its_text_stays_closed(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, channels={Channel.MESSAGE})
    item = await bench.sent(act_message("message", "RU", recipients=["PL"], text="secret words"))
    assert await bench.state(item) == "held"
    assert "secret words" not in repr(await bench.desk.queries.show(item))
    events = await bench.desk.queries.events_after(0)
    assert "secret words" not in repr(events)
    await bench.release(item)
    batch = await bench.dispatch()
    assert b"secret words" in batch.leased_items[0].message


async def test_a_bureau_that_came_by_anothers_channel_raises_an_alarm(bench: Bench) -> None:
    from desks import raw

    receipt = await bench.desk.intake.receive(raw(diffusion("DE")), bound_to="FR")
    assert receipt.outcome == "rejected"
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["security"]


async def test_silence_escalates_and_decides_nothing(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    bench.clock.move(days=7, minutes=-1)
    await bench.desk.retention.apply_deadlines()
    assert not (await bench.desk.queries.show(item)).row.escalated
    bench.clock.move(minutes=2)
    await bench.desk.retention.apply_deadlines()
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.escalated) == ("information_requested", True)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["silence"]
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.desk.review.decide(
        bench.actor("Ines"), item, Deciding(Decision.REFUSE, "No answer.", RefusalCode.OTHER)
    )
    assert await bench.state(item) == "refused"


async def test_a_correction_settles_the_doubt_of_a_recall_that_was_only_proposed(bench: Bench) -> None:
    message = diffusion()
    item = await bench.sent(message)
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "A wrong date.")
    await bench.dispatch()
    await bench.sent(diffusion(type="correction", of=message["reference"], text="The right date."))
    told = lines(await bench.dispatch())
    assert {(code, "caveat_lifted") for code in ("FR", "PL", "UA")} <= told
    assert (await bench.desk.queries.show(item)).row.recall_proposed is None
    with raises_code(ConflictCode.PROPOSAL_GONE):
        await bench.desk.review.confirm(bench.actor("Mara"), item)


async def test_a_flash_item_that_nobody_took_is_an_alarm_until_it_is_claimed(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR", urgency="flash"))
    await bench.sent(notice_request("BR", urgency="urgent"))
    (alarm,) = await bench.desk.queries.alarms()
    assert (alarm.alarm, alarm.subject) == ("flash", f"D-{item:06d}")
    assert alarm.since == (await bench.desk.queries.show(item)).row.received_at
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    assert await bench.desk.queries.alarms() == []
    bench.clock.move(hours=1)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["flash"]


async def test_a_bureau_off_the_network_is_an_alarm_with_its_time(bench: Bench) -> None:
    await bench.desk.supervision.set_offline(bench.actor("Ines"), "UA", offline=True)
    assert [(row.alarm, row.subject) for row in await bench.desk.queries.alarms()] == [("offline", "UA")]
    await bench.desk.supervision.set_offline(bench.actor("Ines"), "UA", offline=False)
    assert await bench.desk.queries.alarms() == []


async def test_a_recall_that_is_not_confirmed_for_long_is_an_alarm(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.desk.review.recall(bench.actor("Ines"), item, "A life is at risk.", urgent=True)
    await bench.desk.review.ratify(bench.actor("Oskar"), item)
    await bench.dispatch()
    await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    assert await bench.desk.queries.alarms() == []
    bench.clock.move(days=8)
    (alarm,) = await bench.desk.queries.alarms()
    assert (alarm.alarm, alarm.words) == ("unconfirmed", "its recall is not confirmed by FR, UA")
    for code in ("FR", "UA"):
        await bench.send(act_message("recall_confirmation", code, about="D-000001", outcome="kept_on_national_basis"))
    assert await bench.desk.queries.alarms() == []
