"""The explanation of an item's route, now and at a past time."""

from __future__ import annotations

import io
import json
from datetime import timedelta

from desks import AT, Bench, act_message, diffusion, notice_request, number, raw
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.supervision.measures import Level
from dutydesk.wire.decode.stream import read_one
from refusals import raises_code


async def test_an_easing_that_was_turned_down_was_never_in_force(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.order("RU", Level.DIRECT)
    bench.clock.move(hours=2)
    await bench.desk.supervision.dissent(bench.actor("Oskar"), 2, "Too early.")
    then = await bench.desk.queries.why(item, AT + timedelta(hours=1))
    assert (then.level, then.measure) == ("held", "M-0001")


async def test_a_proposal_that_another_order_made_void_was_never_in_force(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.order("RU", Level.DIRECT)
    bench.clock.move(hours=2)
    await bench.order("RU", Level.SUSPENDED)
    then = await bench.desk.queries.why(item, AT + timedelta(hours=1))
    assert (then.level, then.measure) == ("held", "M-0001")


async def test_a_past_route_has_the_floors_too(bench: Bench) -> None:
    item = await bench.sent(notice_request("DE"))
    bench.clock.move(hours=2)
    then = await bench.desk.queries.why(item, AT + timedelta(hours=1))
    now = await bench.desk.queries.why(item)
    assert (then.level, then.causes) == (now.level, now.causes) == ("held", then.causes)


async def test_before_its_receipt_an_item_had_no_route(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE"))
    with raises_code(RefusedCode.BEFORE_RECEIPT, match="2022-03-10T08:00:00Z"):
        await bench.desk.queries.why(item, AT - timedelta(minutes=1))


SECRET = "Only for the eyes of Rome."


async def test_a_messages_text_is_not_shown_in_quarantine_either(bench: Bench) -> None:
    """The desk never shows correspondence: in a conflict, from an unknown sender, or cut off."""
    first = act_message("message", "FR", recipients=["IT"], text="Hello.")
    await bench.send(first)
    unknown = act_message("message", "XX", recipients=["IT"], text=SECRET)
    cut_off = read_one(io.BytesIO(json.dumps(unknown).encode()[:-9]))
    for bad in (raw(first | {"text": SECRET}), raw(unknown), cut_off):
        receipt = await bench.desk.intake.receive(bad)
        assert receipt.state == "quarantined"
        view = await bench.desk.queries.show(number(receipt.item))
        assert "Rome" not in str(view)


async def test_other_input_is_shown_in_quarantine(bench: Bench) -> None:
    receipt = await bench.send(diffusion("XX"))
    assert "Quillabrand" in str((await bench.desk.queries.show(number(receipt.item))).body)
