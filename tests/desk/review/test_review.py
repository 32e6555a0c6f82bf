"""Review: the queue, claims, ticks, decisions, conflicts and rights."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desks import AT, Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.context import Actor
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Conflict, InvalidRequest
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code

RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")


async def held(bench: Bench, **changes: object) -> int:
    return await bench.sent(notice_request("BR", **changes))


async def test_queue_by_urgency_then_age(bench: Bench) -> None:
    for urgency in ("routine", "flash", "urgent", "routine", "flash"):
        await held(bench, urgency=urgency)
        bench.clock.move(minutes=1)
    assert [row.item for row in await bench.desk.queries.queue()] == [
        "D-000002",
        "D-000005",
        "D-000003",
        "D-000001",
        "D-000004",
    ]


async def test_a_claim_is_a_lease(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(ConflictCode.CLAIMED_BY_ANOTHER) as conflict:
        await bench.desk.review.claim(bench.actor("Mara"), item)
    assert "Jonas" in conflict.value.words
    bench.clock.move(minutes=31)
    assert (await bench.desk.queries.show(item)).row.claimed_by is None
    await bench.desk.review.claim(bench.actor("Mara"), item)
    with raises_code(ConflictCode.CLAIMED_BY_ANOTHER):
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)


async def test_take_over_takes_a_supervisor_and_a_reason(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.review.claim(bench.actor("Mara"), item, take_over="He left.")
    with raises_code(InvalidRequestCode.REASON_MISSING):
        await bench.desk.review.claim(bench.actor("Ines"), item, take_over="  ")
    await bench.desk.review.claim(bench.actor("Ines"), item, take_over="He left.")
    assert (await bench.desk.queries.show(item)).row.claimed_by == "Ines"
    assert "item.taken_over" in await bench.kinds(item)


async def test_a_claim_is_handed_to_a_named_colleague(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item, for_officer="Mara")
    assert (await bench.desk.queries.show(item)).row.claimed_by == "Mara"
    with raises_code(NotFoundCode.UNKNOWN_OFFICER):
        await bench.desk.review.claim(bench.actor("Mara"), item, for_officer="Nobody")
    with raises_code(NotAllowedCode.COLLEAGUE_CANNOT_REVIEW):
        await bench.desk.review.claim(bench.actor("Mara"), item, for_officer="Olga")


async def test_unclaim_is_for_the_holder(bench: Bench) -> None:
    item = await held(bench)
    with raises_code(RefusedCode.NOT_CLAIMED):
        await bench.desk.review.unclaim(bench.actor("Jonas"), item)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(ConflictCode.CLAIMED_BY_ANOTHER):
        await bench.desk.review.unclaim(bench.actor("Mara"), item)
    await bench.desk.review.unclaim(bench.actor("Jonas"), item)
    assert (await bench.desk.queries.show(item)).row.claimed_by is None


async def test_deciding_needs_the_claim(bench: Bench) -> None:
    item = await held(bench)
    for decision in (Decision.RELEASE, Decision.REFUSE, Decision.ASK):
        with raises_code(RefusedCode.NOT_CLAIMED):
            await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(decision, "Why.", RefusalCode.OTHER))
    with raises_code(RefusedCode.NOT_CLAIMED):
        await bench.desk.review.tick(bench.actor("Jonas"), item, "art_2")


async def test_ticks_belong_to_a_body_version(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    first = diffusion("RU")
    item = await bench.sent(first)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.send(diffusion("RU", type="correction", of=first["reference"], text="Better words."))
    shown = await bench.desk.queries.show(item)
    assert (shown.row.version, shown.row.state) == (2, "held")
    assert all(point.ticked_by is None for point in shown.checklist)
    with raises_code(RefusedCode.OPEN_TICKS):
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    batch = await bench.dispatch()
    assert b"Better words." in batch.leased_items[0].message


async def test_a_tick_must_be_a_point_of_the_list(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(InvalidRequestCode.UNKNOWN_TICK) as bad:
        await bench.desk.review.tick(bench.actor("Jonas"), item, "everything")
    assert "art_2" in bad.value.words


async def test_ticking_twice_changes_nothing(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    first = await bench.desk.review.tick(bench.actor("Jonas"), item, "art_2")
    assert await bench.desk.review.tick(bench.actor("Jonas"), item, "art_2") == first


async def test_a_blocking_finding_stops_a_release(bench: Bench) -> None:
    message = notice_request("BR")
    message["judicial"] = {**message["judicial"], "warrant": {}}
    item = await bench.sent(message)
    findings = {finding.rule: finding for finding in (await bench.desk.queries.show(item)).findings}
    assert findings["JUD-03"].severity == "block"
    assert findings["JUD-03"].article
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    with raises_code(RefusedCode.BLOCKING_FINDINGS) as refused:
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert any("JUD-03" in obstacle.words for obstacle in refused.value.detail)
    assert not (await bench.dispatch()).leased_items


async def test_a_direct_item_with_a_blocking_finding_gets_an_urgent_post_review(bench: Bench) -> None:
    message = diffusion("DE")
    message["judicial"] = {**message["judicial"], "warrant": {}}
    row = (await bench.desk.queries.show(await bench.sent(message))).row
    assert (row.state, row.post_review, row.post_review_due) == ("released", "due", AT + timedelta(hours=24))


async def test_refusal_needs_its_code_and_tells_the_sender(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(InvalidRequestCode.REFUSAL_CODE_MISSING):
        await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "No."))
    answer = await bench.desk.review.decide(
        bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "No.", RefusalCode.ARTICLE_3, ("Const. 3",))
    )
    assert answer.state == "refused"
    notices = [(notice.notice, notice.recipient) for notice in (await bench.dispatch()).notices]
    assert ("refused", "BR") in notices
    review = (await bench.desk.queries.show(item)).reviews[0]
    assert (review.officer, review.code, review.articles, review.reason) == ("Jonas", "art_3", ("Const. 3",), "No.")


async def test_ask_stops_the_desks_clock_until_the_sender_answers(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    row = (await bench.desk.queries.show(item)).row
    assert (row.state, row.information_due) == ("information_requested", AT + timedelta(days=7))
    notice = next(n for n in (await bench.dispatch()).notices if n.notice == "information_request")
    assert "Which court?" in notice.data
    foreign = await bench.send(act_message("information", "FR", about="D-000001", text="Me."))
    unknown = await bench.send(act_message("information", "FR", about="D-009999", text="Me."))
    assert foreign.outcome == unknown.outcome == "rejected"
    assert foreign.problems[0].problem.replace("D-000001", "") == unknown.problems[0].problem.replace("D-009999", "")
    await bench.send(act_message("information", "BR", about="D-000001", text="The first one."))
    shown = await bench.desk.queries.show(item)
    assert shown.row.state == "held"
    assert all(point.ticked_by == "Jonas" for point in shown.checklist), "ticks stay"
    assert shown.notes[-1].text == "The first one."


async def test_escalate_is_an_attribute(bench: Bench) -> None:
    item = await held(bench)
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ESCALATE, "Delicate."))
    assert answer.state == "held"
    assert (await bench.desk.queries.show(item)).row.escalated


async def test_the_loser_is_told_who_decided_and_keeps_the_text(bench: Bench) -> None:
    item = await held(bench)
    await bench.release(item, "Jonas")
    with raises_code(ConflictCode.ALREADY_DECIDED) as conflict:
        await bench.desk.review.decide(
            bench.actor("Mara"), item, Deciding(Decision.REFUSE, "My long text.", RefusalCode.OTHER)
        )
    assert "Jonas" in conflict.value.words
    assert "Jonas released it" in conflict.value.detail[0].words
    assert any("My long text." in note.text for note in (await bench.desk.queries.show(item)).notes)


async def test_a_stale_revision_is_a_conflict(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    read = (await bench.desk.queries.show(item)).row.revision
    await bench.desk.review.tick(bench.actor("Jonas"), item, "art_2")
    with raises_code(ConflictCode.ITEM_CHANGED) as conflict:
        await bench.desk.review.decide(
            bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER, expected=read)
        )
    assert "ticked its checklist" in conflict.value.detail[0].words


async def test_a_double_press_gets_one_answer(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    actor = bench.actor("Jonas", command_id="press-1")
    first, second = await asyncio.gather(
        bench.desk.review.decide(actor, item, RELEASE), bench.desk.review.decide(actor, item, RELEASE)
    )
    assert first == second
    assert (await bench.kinds(item)).count("item.released") == 1
    with raises_code(ConflictCode.COMMAND_ID_USED):
        await bench.desk.review.claim(actor, item)


async def test_eight_officers_one_winner(bench: Bench) -> None:
    for serial in range(8):
        await bench.desk.people.add_officer(bench.actor("root"), Officer(f"O{serial}", Role.OFFICER, "-"))
    item = await held(bench)
    outcomes = await asyncio.gather(
        *(bench.desk.review.claim(bench.actor(f"O{serial}"), item) for serial in range(8)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7


async def test_undo_while_nothing_has_left(bench: Bench) -> None:
    item = await held(bench)
    await bench.release(item)
    answer = await bench.desk.review.undo(bench.actor("Jonas"), item)
    assert answer.state == "held"
    assert not (await bench.dispatch()).leased_items
    await bench.release(item)
    await bench.dispatch()
    with raises_code(RefusedCode.DELIVERY_BEGUN):
        await bench.desk.review.undo(bench.actor("Jonas"), item)


async def test_undo_is_for_an_officers_release_only(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE"))
    with raises_code(RefusedCode.RELEASED_BY_ROUTE):
        await bench.desk.review.undo(bench.actor("Jonas"), item)


@pytest.mark.parametrize(
    ("officer", "code"), [("Olga", NotAllowedCode.ROLE_TOO_LOW), ("Nobody", NotAllowedCode.NOT_AN_OFFICER)]
)
async def test_observers_and_strangers_decide_nothing(bench: Bench, officer: str, code: NotAllowedCode) -> None:
    item = await held(bench)
    actor = Actor(officer, officer.lower())
    for attempt in (
        bench.desk.review.claim(actor, item),
        bench.desk.review.decide(actor, item, RELEASE),
        bench.desk.review.note(actor, item, "Hm."),
        bench.desk.review.undo(actor, item),
        bench.desk.supervision.order(actor, bench.order_for("RU", Level.HELD)),
        bench.desk.supervision.set_offline(actor, "UA", offline=True),
        bench.desk.supervision.restrict(actor, "UA", ("RU",), None),
        bench.desk.people.add_officer(actor, Officer("X", Role.ADMINISTRATOR, "-")),
    ):
        with raises_code(code):
            await attempt


async def test_officers_order_no_measures_and_supervisors_add_no_officers(bench: Bench) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.order("RU", Level.HELD, officer="Jonas")
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.people.add_officer(bench.actor("Ines"), Officer("X", Role.OFFICER, "-"))


async def test_nobody_decides_on_an_item_of_the_own_country(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    with raises_code(NotAllowedCode.OWN_COUNTRY) as refused:
        await bench.desk.review.claim(bench.actor("Ruslana"), item)
    assert "own country" in refused.value.words
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.supervision.lift(bench.actor("Ruslana"), 1, "X", "Y", "Z")
    await bench.desk.review.claim(bench.actor("Ruslana"), await held(bench))


async def test_rights_are_read_again_at_the_commit(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Jonas", Role.OBSERVER, "-"))
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)


async def test_a_login_is_one_person(bench: Bench) -> None:
    with raises_code(ConflictCode.LOGIN_TAKEN):
        await bench.desk.people.add_officer(bench.actor("root"), Officer("Twin", Role.OFFICER, "-", ("jonas",)))
    for name in ("system", "", "a\nb", " x"):
        with pytest.raises(InvalidRequest):
            await bench.desk.people.add_officer(bench.actor("root"), Officer(name, Role.OFFICER, "-"))
    with raises_code(InvalidRequestCode.UNKNOWN_CODE):
        await bench.desk.people.add_officer(bench.actor("root"), Officer("X", Role.OFFICER, "ZZ"))


async def test_a_pasted_flood_is_cut(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.note(bench.actor("Jonas"), item, "x" * 5_000_000 + "\0")
    text = (await bench.desk.queries.show(item)).notes[-1].text
    assert len(text) < 21_000
    assert text.endswith("[cut at 20,000 characters]")


async def test_a_conflict_says_in_words_who_was_first(bench: Bench) -> None:
    item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    with raises_code(ConflictCode.CLAIMED_BY_ANOTHER):
        await bench.desk.review.decide(bench.actor("Mara"), item, RELEASE)
    with raises_code(ConflictCode.ITEM_CHANGED) as conflict:
        await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Now.", expected=1))
    (obstacle,) = conflict.value.detail
    assert obstacle.words == "Jonas claimed it at 2022-03-10T08:00:00Z", "a loser's note is no change"


async def test_an_empty_audience_stops_a_release_only_while_it_is_empty(bench: Bench) -> None:
    """RST-02 fires at receipt; the owner may lift the restriction while the item is in review."""
    await bench.send(act_message("restriction", "DE", deny=["PL"]))
    item = await bench.sent(diffusion("DE", ("PL",)))
    assert await bench.state(item) == "held"
    with raises_code(RefusedCode.NO_RECIPIENT_LEFT):
        await bench.release(item)
    await bench.send(act_message("restriction", "DE", allow=["PL"]))
    assert (await bench.release(item)).state == "released"
    assert await bench.deliveries(item) == {"PL": "queued"}
