"""The whole life of one message: submitted, held, claimed, decided, delivered, proved."""

from __future__ import annotations

from desks import Bench, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


async def test_held_by_a_measure_released_by_an_officer_delivered_and_proved(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    receipt = await bench.send(diffusion("RU", ("PL", "DE")))
    assert (receipt.outcome, receipt.item, receipt.state, receipt.measure) == (
        "accepted",
        "D-000001",
        "held",
        "M-0001",
    )
    assert not (await bench.dispatch()).leased_items, "nothing leaves while it is held"

    jonas = bench.actor("Jonas")
    await bench.desk.review.claim(jonas, 1)
    with raises_code(RefusedCode.OPEN_TICKS) as open_ticks:
        await bench.desk.review.decide(jonas, 1, Deciding(Decision.RELEASE, "Fine."))
    assert {obstacle.what for obstacle in open_ticks.value.detail} == {"tick"}
    await bench.tick_all(1, "Jonas")
    answer = await bench.desk.review.decide(jonas, 1, Deciding(Decision.RELEASE, "Fine."))
    assert (answer.subject, answer.state) == ("D-000001", "released")

    batch = await bench.dispatch()
    assert batch.leased_items[0].disseminated_by == "general_secretariat"
    assert dict(batch.leased_items[0].keys) == {"PL": "D-000001/1.1/PL", "DE": "D-000001/1.1/DE"}
    assert await bench.deliveries(1) == {"PL": "delivered", "DE": "delivered"}
    assert not await bench.desk.delivery.has_open_deliveries()

    assert await bench.kinds(1) == [
        "intake.accepted",
        "item.routed",
        "item.claimed",
        *["item.ticked"] * 5,
        "item.released",
        "deliveries.sending",
        "deliveries.made",
    ]
    assert await bench.verified()
    why = await bench.desk.queries.why(1)
    assert why.measure == "M-0001"
    assert "M-0001" in why.causes[0]
    assert [row.verdict for row in why.recipients] == ["deliver", "deliver"]


async def test_direct_goes_out_at_once_in_the_senders_own_name(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "FR")))
    assert await bench.state(item) == "released"
    batch = await bench.dispatch()
    assert batch.leased_items[0].disseminated_by == "sender"
    assert await bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}


async def test_every_event_names_its_actor_and_officers_their_login(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.release(item)
    for event in (await bench.desk.queries.show(item)).history:
        assert event.actor
        if event.actor == "Jonas":
            assert event.data["login"] == "jonas"


async def test_figures_equal_what_is_there(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    for sender in ("RU", "DE", "RU", "FR"):
        await bench.sent(diffusion(sender, ("PL", "UA")))
    await bench.release(3)
    await bench.refuse(1)
    await bench.dispatch()
    figures = await bench.desk.queries.figures()
    assert figures.states == {"refused": 1, "released": 3}
    assert figures.outcomes == {"accepted": 4}
    assert figures.deliveries == {"delivered": 6}
    assert figures.refusals == {"art_3": 1}
    assert figures.decisions == 2
