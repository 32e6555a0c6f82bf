"""The officer who loses a race is told who was first and what that officer did."""

from __future__ import annotations

from datetime import timedelta

from desks import AT, Bench, act_message, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code

RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")


async def in_review(bench: Bench) -> tuple[int, str]:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU")
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    return item, message["reference"]


async def test_a_decision_that_comes_after_a_suspension_names_who_ordered_it(bench: Bench) -> None:
    item, _ = await in_review(bench)
    await bench.order("RU", Level.SUSPENDED, "Oskar")
    with raises_code(ConflictCode.LEFT_REVIEW) as conflict:
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert [obstacle.what for obstacle in conflict.value.detail] == ["item.blocked"]
    assert "Oskar" in conflict.value.detail[0].words


async def test_a_decision_that_comes_after_a_withdrawal_says_so(bench: Bench) -> None:
    item, reference = await in_review(bench)
    await bench.send(act_message("withdrawal", "RU", of=reference, reason="Found."))
    with raises_code(ConflictCode.LEFT_REVIEW) as conflict:
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert [obstacle.what for obstacle in conflict.value.detail] == ["item.withdrawn"]


async def test_an_item_blocked_at_receipt_is_not_a_conflict(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    item = await bench.sent(diffusion("RU"))
    with raises_code(RefusedCode.NOT_IN_REVIEW):
        await bench.desk.review.claim(bench.actor("Jonas"), item)


async def test_a_second_confirm_of_a_measure_names_the_first(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    easing = await bench.order("RU", Level.DIRECT)
    number = int(easing.subject[2:])
    await bench.desk.supervision.confirm(bench.actor("Oskar"), number)
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED) as conflict:
        await bench.desk.supervision.confirm(bench.actor("Oskar"), number)
    assert "Oskar" in conflict.value.detail[0].words


async def test_an_order_on_a_revision_that_never_was_is_a_conflict(bench: Bench) -> None:
    with raises_code(ConflictCode.ORDER_OVERTAKEN):
        await bench.order("RU", Level.HELD, expected=7)


async def test_an_easing_over_another_measure_is_void_and_can_be_proposed_again(bench: Bench) -> None:
    """Race rule 6, for measures: no one has to dissent first from what no one could confirm."""
    await bench.order("RU", Level.HELD)
    await bench.order("RU", Level.SUSPENDED, effective=AT + timedelta(days=1))
    stale = await bench.order("RU", Level.DIRECT)
    assert stale.state == "proposed"
    bench.clock.move(days=2)
    await bench.dispatch()
    states = {row.measure: row.state for row in await bench.desk.queries.measures("RU")}
    assert states == {"M-0001": "replaced", "M-0002": "effective", "M-0003": "replaced"}
    again = await bench.order("RU", Level.HELD)
    assert (await bench.desk.supervision.confirm(bench.actor("Oskar"), int(again.subject[2:]))).state == "effective"


async def test_an_easing_is_void_once_its_measure_is_lifted(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.order("RU", Level.MONITORED)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Mended.")
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    states = {row.measure: row.state for row in await bench.desk.queries.measures("RU")}
    assert states == {"M-0001": "lifted", "M-0002": "replaced"}
