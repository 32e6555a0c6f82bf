"""Recipients decide for themselves, owners restrict their data, and each bureau learns only what it may know."""

from __future__ import annotations

import json

from desks import Bench, act_message, diffusion
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.views.responses import board_words
from dutydesk.domain.supervision.measures import Level


def lines(batch: Batch) -> set[tuple[str, str]]:
    return {(notice.recipient, notice.notice.value) for notice in batch.notices}


async def respond(bench: Bench, country: str, action: str, **fields: str) -> None:
    receipt = await bench.send(act_message("response", country, about="D-000001", action=action, **fields))
    assert receipt.outcome == "accepted", receipt.problems


async def delivered(bench: Bench, *recipients: str) -> int:
    item = await bench.sent(diffusion("DE", recipients or ("PL", "FR", "UA", "IT")))
    await bench.dispatch()
    return item


async def test_countries_stand_by_what_they_decided_last(bench: Bench) -> None:
    item = await delivered(bench)
    await respond(bench, "PL", "acting")
    await respond(bench, "FR", "acted")
    bench.clock.move(hours=1)
    await respond(bench, "PL", "declined")
    await respond(bench, "UA", "acted", note="Found in Lviv.")
    shown = await bench.desk.queries.show(item)
    assert shown.decided is not None
    assert board_words(shown.decided) == "acted 2: FR, UA; declined 1: PL; no word 1"
    assert shown.decided.no_word == ("IT",)
    told = [(row.recipient, row.action, row.stands) for row in shown.decisions]
    assert told == [("PL", "acting", False), ("FR", "acted", True), ("PL", "declined", True), ("UA", "acted", True)]
    assert shown.decisions[-1].note == "Found in Lviv."


async def test_who_was_sent_nothing_has_no_word_to_give(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "RU"), restricted_from=["RU"]))
    assert (await bench.desk.queries.show(item)).decided is None
    await bench.dispatch()
    shown = await bench.desk.queries.show(item)
    assert shown.decided is not None
    assert shown.decided.no_word == ("PL",)


async def test_a_decision_outlives_the_recall_of_its_copy(bench: Bench) -> None:
    item = await delivered(bench)
    await respond(bench, "FR", "acted")
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    await bench.dispatch()
    shown = await bench.desk.queries.show(item)
    assert shown.decided is not None
    assert shown.decided.acted == ("FR",)


async def test_silence_is_never_late_and_a_decline_is_never_reminded_of(bench: Bench) -> None:
    item = await delivered(bench)
    await respond(bench, "PL", "declined")
    await bench.dispatch()
    bench.clock.move(days=400)
    await bench.desk.retention.apply_deadlines()
    assert not lines(await bench.dispatch()) & {(code, kind) for code in ("PL", "FR") for kind in _REMINDERS}
    assert {alarm.subject for alarm in await bench.desk.queries.alarms()} == set()
    assert "late" not in repr((await bench.desk.queries.show(item)).decided)


_REMINDERS = ("diffusion", "caveat", "information_request", "receipt", "recall")


async def test_the_sender_is_told_nothing_of_what_recipients_decide(bench: Bench) -> None:
    await delivered(bench)
    told = lines(await bench.dispatch())
    for country, action in (("PL", "declined"), ("FR", "acted"), ("UA", "acknowledged")):
        await respond(bench, country, action, note="For the desk.")
    assert lines(await bench.dispatch()) == set(), told


async def test_access_withdrawn_is_tracked_like_a_recall(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.send(act_message("restriction", "DE", deny=["FR", "PL"]))
    board = (await bench.desk.queries.show(item)).access_withdrawn
    assert board is not None
    assert (board.to_be_told, board.told, board.confirmed) == (("FR", "PL"), (), ())
    early = await bench.send(act_message("recall_confirmation", "FR", about="D-000001", outcome="deleted"))
    assert early.outcome == "rejected"
    assert lines(await bench.dispatch()) == {("FR", "access_withdrawn"), ("PL", "access_withdrawn")}
    await bench.send(act_message("recall_confirmation", "FR", about="D-000001", outcome="deleted"))
    board = (await bench.desk.queries.show(item)).access_withdrawn
    assert board is not None
    assert (board.to_be_told, board.told, board.confirmed) == ((), ("PL",), ("FR",))
    assert (await bench.deliveries(item))["FR"] == "delivered"
    assert "deliveries.access_told" in await bench.kinds(item)
    for country in ("FR", "UA", "ES"):
        again = await bench.send(act_message("recall_confirmation", country, about="D-000001", outcome="deleted"))
        assert again.outcome == "rejected", country


async def test_a_confirmation_that_overtakes_the_hand_overs_report_stands(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.send(act_message("restriction", "DE", deny=["FR"]))
    batch = await bench.desk.delivery.lease(10)
    await bench.send(act_message("recall_confirmation", "FR", about="D-000001", outcome="deleted"))
    await bench.desk.delivery.acknowledge(batch, TransportResult({}), lambda: 0.5)
    board = (await bench.desk.queries.show(item)).access_withdrawn
    assert board is not None
    assert board.confirmed == ("FR",)
    assert not await bench.desk.delivery.has_open_deliveries()


async def test_one_confirmation_is_for_the_recall_and_the_access(bench: Bench) -> None:
    item = await delivered(bench)
    await bench.send(act_message("restriction", "DE", deny=["FR"]))
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.", urgent=True)
    await bench.dispatch()
    await bench.send(act_message("recall_confirmation", "FR", about="D-000001", outcome="deleted"))
    shown = await bench.desk.queries.show(item)
    assert shown.recall is not None
    assert shown.access_withdrawn is not None
    assert (shown.recall.confirmed, shown.access_withdrawn.confirmed) == (("FR",), ("FR",))


async def test_whom_a_correction_shuts_out_loses_access_to_what_it_holds(bench: Bench) -> None:
    message = diffusion("DE", ("PL", "FR"))
    item = await bench.sent(message)
    await bench.dispatch()
    await bench.sent(diffusion("DE", ("PL", "FR"), type="correction", of=message["reference"], restricted_from=["FR"]))
    told = lines(await bench.dispatch())
    assert ("FR", "access_withdrawn") in told
    assert ("PL", "access_withdrawn") not in told
    board = (await bench.desk.queries.show(item)).access_withdrawn
    assert board is not None
    assert board.told == ("FR",)


async def test_restricted_suspended_and_offline_are_three_things(bench: Bench) -> None:
    """Check the rows, the answer of ``why`` and what leaves the desk."""
    await bench.order("RU", Level.SUSPENDED)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    await bench.send(act_message("restriction", "DE", deny=["BY"]))
    item = await bench.sent(diffusion("DE", ("RU", "UA", "BY", "PL")))
    batch = await bench.dispatch()
    assert [code for leased in batch.leased_items for code, _ in leased.keys] == ["PL"]
    rows = {
        row.recipient: (row.state, row.cause, row.waiting) for row in (await bench.desk.queries.show(item)).deliveries
    }
    assert rows == {
        "BY": ("suppressed", "restricted", None),
        "PL": ("delivered", None, None),
        "RU": ("suppressed", "suspended", None),
        "UA": ("queued", None, "offline"),
    }
    why = {
        row.recipient: (row.verdict, row.cause, row.waiting) for row in (await bench.desk.queries.why(item)).recipients
    }
    assert why == {
        "BY": ("suppress", "restricted", None),
        "PL": ("deliver", None, None),
        "RU": ("suppress", "suspended", None),
        "UA": ("deliver", None, "offline"),
    }
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=False)
    late = await bench.dispatch()
    assert [code for leased in late.leased_items for code, _ in leased.keys] == ["UA"]
    assert not {code for code, _ in lines(batch) | lines(late)} & {"BY", "RU"}


async def test_an_owners_denial_by_the_desk_and_by_message_are_told_apart_in_the_log(bench: Bench) -> None:
    await delivered(bench)
    await bench.send(act_message("restriction", "DE", deny=["FR"]))
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("PL",), None, 1)
    stated = [event for event in await bench.desk.queries.events_after(0, 5000) if event.kind == "restriction.stated"]
    assert [(event.actor, event.subject, event.data["deny"]) for event in stated] == [
        ("intake", "DE", ["FR"]),
        ("Ines", "D-000001", ["PL"]),
    ]


async def test_what_a_restricted_holder_is_told_names_no_reason_of_the_owner(bench: Bench) -> None:
    await delivered(bench)
    await bench.send(act_message("restriction", "DE", deny=["FR"], reason="We do not trust Paris."))
    batch = await bench.dispatch()
    (notice,) = batch.notices
    assert "trust" not in json.loads(notice.data)["reason"]
