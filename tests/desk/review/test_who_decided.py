"""A later command never overwrites, or takes the name of, what an earlier officer did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.event_text import action_text, event_summary
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.shift import handover
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.errors import Conflict
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


async def lifting(bench: Bench) -> None:
    """Let Oskar order a measure and Ines propose to lift it."""
    await bench.order("RU", Level.HELD, "Oskar")
    bench.clock.move(hours=1)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "General Assembly", "Over.")


async def in_review(bench: Bench) -> tuple[int, str]:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU")
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    return item, str(message["reference"])


async def test_an_order_stays_its_officers_while_its_lift_is_proposed_and_after(bench: Bench) -> None:
    await lifting(bench)
    (row,) = await bench.desk.queries.measures("RU")
    assert (row.officer, row.proposed) == ("Oskar", "lift")
    assert row.lift is not None
    assert (row.lift.officer, row.lift.order, row.lift.by, row.lift.reason) == (
        "Ines",
        "SG/9",
        "General Assembly",
        "Over.",
    )
    assert row.lift.at - row.ordered_at == timedelta(hours=1)
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    (row,) = await bench.desk.queries.measures("RU")
    assert (row.officer, row.lift, row.state) == ("Oskar", None, "lifted")
    event = (await bench.desk.queries.history("M-0001"))[-1]
    assert (event.actor, event.data["confirms"], event.data["by"], event.data["reason"]) == (
        "Oskar",
        "Ines",
        "General Assembly",
        "Over.",
    )


async def test_a_lift_that_is_turned_down_leaves_the_orders_officer(bench: Bench) -> None:
    await lifting(bench)
    await bench.desk.supervision.dissent(bench.actor("Oskar"), 1, "Too early.")
    (row,) = await bench.desk.queries.measures("RU")
    assert (row.officer, row.lift) == ("Oskar", None)


async def test_an_endorsement_leaves_the_orders_officer_and_the_lifts(bench: Bench) -> None:
    await lifting(bench)
    await bench.desk.supervision.endorse(bench.actor("Ines"), 1, "Executive Committee", "EC/1")
    (row,) = await bench.desk.queries.measures("RU")
    assert row.lift is not None
    assert (row.officer, row.endorsed_by, row.lift.officer) == ("Oskar", "Executive Committee", "Ines")


async def test_an_easing_stays_its_proposers_after_the_confirm(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, "Oskar")
    await bench.order("RU", Level.MONITORED, "Ines")
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 2)
    rows = {row.measure: row for row in await bench.desk.queries.measures("RU")}
    assert (rows["M-0001"].officer, rows["M-0002"].officer) == ("Oskar", "Ines")


async def test_a_proposal_that_an_order_voids_names_its_proposer(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, "Oskar")
    await bench.order("RU", Level.MONITORED, "Ines")
    await bench.order("RU", Level.SUSPENDED, "Oskar")
    event = next(event for event in await bench.desk.queries.history("M-0002") if event.kind == "measure.void")
    assert (event.actor, event.data["proposer"]) == ("Oskar", "Ines")


async def test_the_handover_note_names_the_lifts_proposer(bench: Bench) -> None:
    await lifting(bench)
    drawn = (await handover.draft_handover(bench.desk)).note
    lines = [line.words for line in drawn.second_officer if line.about == "M-0001"]
    assert len(lines) == 1
    assert "Ines" in lines[0]
    assert "Oskar" not in lines[0]


async def test_an_item_that_a_measure_takes_back_is_decided_by_nobody_any_more(bench: Bench) -> None:
    item, reference = await in_review(bench)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Read."))
    await bench.order("RU", Level.SUSPENDED, "Oskar")
    assert await bench.state(item) == "blocked"
    await bench.send(act_message("withdrawal", "RU", of=reference, reason="Found."))
    with raises_code(ConflictCode.LEFT_REVIEW) as conflict:
        await bench.desk.review.claim(bench.actor("Ines"), item)
    assert "Jonas" not in conflict.value.words


async def test_a_withdrawal_is_not_attributed_to_the_releasing_officer(bench: Bench) -> None:
    item, reference = await in_review(bench)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Read."))
    await bench.dispatch()
    await bench.send(act_message("withdrawal", "RU", of=reference, reason="Found."))
    assert await bench.state(item) == "cancelled"
    for actor in (
        bench.desk.review.claim(bench.actor("Ines"), item),
        bench.desk.review.confirm(bench.actor("Ines"), item),
        bench.desk.review.recall(bench.actor("Ines"), item, "Wrong."),
    ):
        with pytest.raises(Conflict) as conflict:
            await actor
        assert "Jonas" not in conflict.value.words


async def test_who_decided_is_named_while_the_decision_stands(bench: Bench) -> None:
    item, _ = await in_review(bench)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER))
    with raises_code(ConflictCode.ALREADY_DECIDED) as conflict:
        await bench.desk.review.claim(bench.actor("Ines"), item)
    assert "Jonas" in conflict.value.words


async def test_a_ratified_recall_stays_the_recallers(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Asylum.", urgent=True)
    await bench.desk.review.ratify(bench.actor("Ines"), item)
    with raises_code(ConflictCode.ALREADY_RECALLED) as conflict:
        await bench.desk.review.recall(bench.actor("Oskar"), item, "Again.")
    assert "Jonas" in conflict.value.words
    assert "by Ines" not in conflict.value.words


async def test_a_point_ticked_again_stays_the_first_persons(bench: Bench) -> None:
    item, _ = await in_review(bench)
    await bench.desk.review.claim(bench.actor("Ines"), item, take_over="His shift is over.")
    view = await bench.desk.queries.show(item)
    for point in view.checklist:
        await bench.desk.review.tick(bench.actor("Ines"), item, point.check)
    assert {point.ticked_by for point in (await bench.desk.queries.show(item)).checklist} == {"Jonas"}


async def test_a_refusal_that_is_reopened_keeps_both_persons_words(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.refuse(item, "Jonas")
    await bench.desk.review.reopen(bench.actor("Ines"), item, "New papers.")
    await bench.desk.review.claim(bench.actor("Oskar"), item)
    view = await bench.desk.queries.show(item)
    assert [(review.officer, review.decision) for review in view.reviews] == [("Jonas", "refuse"), ("Ines", "reopen")]
    assert view.row.claimed_by == "Oskar"


async def test_a_claim_for_a_colleague_names_both(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.desk.review.claim(bench.actor("Ines"), item, for_officer="Jonas")
    event = (await bench.desk.queries.show(item)).history[-1]
    assert (event.actor, event.data["given_to"], action_text(event.event)) == (
        "Ines",
        "Jonas",
        "claimed it for Jonas",
    )
    with raises_code(ConflictCode.CLAIMED_BY_ANOTHER) as conflict:
        await bench.desk.review.claim(bench.actor("Oskar"), item)
    assert "Ines claimed it for Jonas" in conflict.value.detail[0].words
    await bench.desk.review.claim(bench.actor("Oskar"), item, take_over="Away.", for_officer="Ines")
    event = (await bench.desk.queries.show(item)).history[-1]
    assert event_summary(event.event).startswith("took it over for Ines; from Jonas")


async def test_ones_own_claim_names_only_oneself(bench: Bench) -> None:
    item, _ = await in_review(bench)
    event = next(event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.claimed")
    assert (event.data.get("given_to"), action_text(event.event)) == (None, "claimed it")


async def test_notes_and_legal_hold_are_each_persons_own(bench: Bench) -> None:
    item, _ = await in_review(bench)
    await bench.desk.review.note(bench.actor("Jonas"), item, "Called.")
    await bench.desk.review.note(bench.actor("Ines"), item, "Called.")
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "Court.", held=True)
    await bench.desk.retention.legal_hold(bench.actor("Oskar"), item, "Done.", held=False)
    view = await bench.desk.queries.show(item)
    assert [note.officer for note in view.notes] == ["Jonas", "Ines"]
    assert [event.actor for event in view.history if event.kind == "item.legal_hold"] == ["Ines", "Oskar"]


async def test_a_rewritten_and_accepted_handover_names_each_person(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "Quiet.")
    await handover.write_handover(bench.desk, bench.actor("Ines"), "Not so quiet.")
    await handover.accept_handover(bench.desk, bench.actor("Oskar"))
    last = await handover.last_handover(bench.desk)
    assert (last.written_by, last.accepted_by) == ("Ines", "Oskar")
    events = [event for event in await bench.desk.queries.events_after(0) if event.kind.startswith("handover.")]
    assert [(event.actor, event.subject) for event in events] == [
        ("Jonas", "S-0001"),
        ("Ines", "S-0002"),
        ("Oskar", "S-0002"),
    ]
