"""Outcomes of intake: accepted, repeat, rejected, quarantined, conflict; and which input becomes an item."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from desks import Bench, act_message, diffusion, notice_request, number, raw
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.supervision.measures import Level
from dutydesk.wire.decode.stream import read_one
from refusals import raises_code


async def test_a_repeat_gets_the_same_receipt_and_nothing_new(bench: Bench) -> None:
    message = diffusion()
    first = await bench.send(message)
    respelled = json.dumps(dict(reversed(message.items())), indent=2).encode()
    second = await bench.desk.intake.receive(read_one(io.BytesIO(respelled)))
    assert second.outcome == "repeat"
    assert (second.item, second.state, second.cause, second.sha256) == (
        first.item,
        first.state,
        first.cause,
        first.sha256,
    )
    figures = await bench.desk.queries.figures()
    assert (sum(figures.states.values()), figures.outcomes) == (1, {"accepted": 1, "repeat": 1})


async def test_an_old_capture_revives_nothing_after_a_withdrawal(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU")
    item = await bench.sent(message)
    await bench.send(act_message("withdrawal", "RU", of=message["reference"], reason="Found."))
    assert (await bench.send(message)).outcome == "repeat"
    assert await bench.state(item) == "withdrawn"
    assert not (await bench.dispatch()).leased_items


async def test_known_reference_with_other_content_is_a_conflict_beside_the_first(bench: Bench) -> None:
    message = diffusion()
    item = await bench.sent(message)
    receipt = await bench.send(message | {"text": "Other words."})
    assert (receipt.outcome, receipt.state) == ("conflict", "quarantined")
    second = await bench.desk.queries.show(number(receipt.item))
    assert second.row.beside == "D-000001"
    assert "FRM-04" in [finding.rule for finding in second.findings]
    assert await bench.state(item) == "released"
    assert (await bench.send(message)).outcome == "repeat", "the first keeps the reference"


async def test_two_of_one_reference_in_one_batch_are_one_item(bench: Bench) -> None:
    message = diffusion()
    receipts = await asyncio.gather(*(bench.send(message) for _ in range(20)))
    assert sorted(receipt.outcome for receipt in receipts) == ["accepted"] + ["repeat"] * 19


@pytest.mark.parametrize(
    ("data", "outcome", "makes_item"),
    [
        (b"", "rejected", False),
        (b"   \n", "rejected", False),
        (b'{"schema": "dutydesk/1", "type": "diffu', "quarantined", True),
        ('{"schema":"dutydesk/1","name":"Renée"}'.encode("latin-1"), "quarantined", True),
        (json.dumps(diffusion("XX")).encode(), "quarantined", True),
        (json.dumps(diffusion("ru")).encode(), "quarantined", True),
        (json.dumps(diffusion("DE", ("ZZ",))).encode(), "rejected", False),
        (json.dumps(diffusion("DE", ("UK",))).encode(), "rejected", False),
        (json.dumps(diffusion("DE", ())).encode(), "rejected", False),
        (json.dumps(diffusion("DE", ("DE",))).encode(), "rejected", False),
        (json.dumps(diffusion(kind="crimson")).encode(), "rejected", False),
        (json.dumps(diffusion(text="a" * 300_000)).encode(), "rejected", False),
    ],
)
async def test_bad_input(bench: Bench, data: bytes, outcome: str, makes_item: bool) -> None:
    receipt = await bench.desk.intake.receive(read_one(io.BytesIO(data)))
    assert receipt.outcome == outcome
    assert receipt.problems
    assert (receipt.item is not None) == makes_item
    assert not (await bench.dispatch()).leased_items, "an unknown sender is never direct"


async def test_sender_among_its_recipients_is_left_out_and_told(bench: Bench) -> None:
    receipt = await bench.send(diffusion("DE", ("DE", "PL", "PL")))
    assert "DE is the sender and was left out" in (receipt.cause or "")
    assert set(await bench.deliveries(number(receipt.item))) == {"PL"}


async def test_a_refused_text_under_another_reference_is_linked(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.refuse(item)
    again = await bench.send(notice_request("BR", urgency="flash"))
    assert (again.outcome, again.state) == ("accepted", "held")
    assert (await bench.desk.queries.show(number(again.item))).row.same_text_as == "D-000001"
    as_diffusion = await bench.send(diffusion("BR", ("PL",)))
    assert (await bench.desk.queries.show(number(as_diffusion.item))).row.same_text_as == "D-000001"
    assert as_diffusion.state == "held", "HIS-01 holds it at any level"
    for other in (notice_request("BR", text="Other words."), notice_request("AR")):
        receipt = await bench.send(other)
        assert (await bench.desk.queries.show(number(receipt.item))).row.same_text_as is None


async def test_a_senders_clock_that_is_off_is_flagged_and_decides_nothing(bench: Bench) -> None:
    receipt = await bench.send(diffusion("DE", sent_at="2032-01-01T00:00:00Z"))
    shown = await bench.desk.queries.show(number(receipt.item))
    assert ("FRM-05", "flag") in [(finding.rule, finding.severity) for finding in shown.findings]
    assert shown.row.state == "released"
    assert shown.row.received_at == bench.clock.now()


async def test_a_channel_of_one_bureau_takes_nothing_in_anothers_name(bench: Bench) -> None:
    receipt = await bench.desk.intake.receive(raw(diffusion("DE")), bound_to="FR")
    assert receipt.outcome == "rejected"
    assert receipt.problems[0].path == "sender"
    assert "ALARM" in receipt.problems[0].problem
    assert (await bench.desk.intake.receive(raw(diffusion("FR")), bound_to="FR")).outcome == "accepted"


async def test_senders_clock_decides_nothing(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    old = await bench.send(diffusion("RU", sent_at="2012-01-01T00:00:00Z"))
    future = await bench.send(diffusion("RU", sent_at="2032-01-01T00:00:00Z"))
    assert (old.state, future.state) == ("held", "held")


async def test_notice_requests_and_silver_are_always_held(bench: Bench) -> None:
    request = await bench.send(notice_request("BR"))
    assert request.state == "held"
    assert "notice request" in (request.cause or "")
    silver = await bench.send(
        diffusion(
            "BR", kind="silver", purpose="trace_assets", judicial=None, subject={"type": "asset", "title": "House"}
        )
    )
    assert silver.state == "held"
    item = number(request.item)
    await bench.release(item)
    rows = await bench.deliveries(item)
    assert len(rows) == 194, "a notice goes to all members but its sender"
    batch = await bench.dispatch()
    assert batch.leased_items[0].notice == "notice"


async def test_a_messages_text_is_never_shown(bench: Bench) -> None:
    item = await bench.sent(act_message("message", "FR", recipients=["IT"], text="SECRET WORDS"))
    shown = await bench.desk.queries.show(item)
    assert "SECRET" not in repr(shown)
    batch = await bench.dispatch()
    assert b"SECRET WORDS" in batch.leased_items[0].message, "but it is passed on"


async def test_quarantined_is_reread_once_its_sender_is_a_member(bench: Bench) -> None:
    receipt = await bench.send(diffusion("PW"))
    assert receipt.outcome == "quarantined"
    item, jonas = number(receipt.item), bench.actor("Jonas")
    with raises_code(RefusedCode.STILL_UNREADABLE):
        await bench.desk.intake.reread(jonas, item)
    bench.clock.move(days=700)
    answer = await bench.desk.intake.reread(jonas, item)
    assert answer.state == "released"
    await bench.dispatch()
    assert set((await bench.deliveries(item)).values()) == {"delivered"}


async def test_rejected_quarantine_stays_with_its_bytes(bench: Bench) -> None:
    receipt = await bench.desk.intake.receive(read_one(io.BytesIO(b"\xff\xfe{")))
    item = number(receipt.item)
    assert (await bench.desk.intake.reject(bench.actor("Jonas"), item, "Noise.")).state == "rejected"
    with raises_code(RefusedCode.NOT_IN_QUARANTINE):
        await bench.desk.intake.reread(bench.actor("Jonas"), item)
    assert "xff" in str((await bench.desk.queries.show(item)).body)


async def test_rejections_are_in_the_log_with_their_hash(bench: Bench) -> None:
    receipt = await bench.send(diffusion("DE", ("ZZ",)))
    events = await bench.desk.queries.events_after(0)
    rejected = [event for event in events if event.kind == "intake.rejected"]
    assert rejected[0].data["sha256"] == receipt.sha256
    assert rejected[0].data["problems"]


async def test_recipients_named_twice_are_folded_and_the_sender_is_told(bench: Bench) -> None:
    receipt = await bench.send(diffusion("DE", ("FR", "PL", "FR")))
    assert await bench.deliveries(number(receipt.item)) == {"FR": "queued", "PL": "queued"}
    assert "named more than once among the recipients, and counted once: FR" in (receipt.cause or "")
    once = await bench.send(diffusion("DE", ("FR", "PL")))
    assert "more than once" not in (once.cause or "")


async def test_the_same_message_twice_in_one_group_is_one_item_and_a_repeat(bench: Bench) -> None:
    message = diffusion("DE", ("PL",))
    receipts = await asyncio.gather(bench.send(message), bench.send(message), bench.send(message | {"text": "Other."}))
    assert [receipt.outcome for receipt in receipts] == ["accepted", "repeat", "conflict"]
    assert receipts[1].item == receipts[0].item
    assert len(await bench.desk.queries.feed()) == 2
