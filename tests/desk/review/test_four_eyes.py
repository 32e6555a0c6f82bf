"""Decisions that take two officers: proposed, confirmed, turned down, taken back, or void after a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.audit import log_export
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Conflict, StaleProposal
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code

RELEASE = Deciding(Decision.RELEASE, "Read, ordinary law.")
REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)


def two_for(bench: Bench, *rules: str) -> None:
    """Let the desk's settings require four eyes for these rules."""
    settings = replace(bench.desk.context.settings, four_eyes=rules)
    object.__setattr__(bench.desk.context, "settings", settings)


def light(sender: str = "BR", **changes: Any) -> dict[str, Any]:
    """Return a notice request whose sentence is below the threshold, so that JUD-02 blocks it."""
    message = notice_request(sender, **changes)
    for offence in message["judicial"]["offences"]:
        offence |= {"sentence_months": 5, "remaining_months": 4}
    return message


async def proposed(bench: Bench, wanted: Deciding = RELEASE, **changes: Any) -> int:
    """Let Jonas propose on an item; the settings require two officers for FRM-05, a sender's wrong clock."""
    two_for(bench, "FRM-05")
    item = await bench.sent(notice_request("BR", sent_at="2032-03-10T07:00:00Z", **changes))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item, wanted)
    assert answer.state == "proposed"
    return item


async def test_one_signature_is_not_enough_where_two_are_required(bench: Bench) -> None:
    item = await proposed(bench)
    assert await bench.deliveries(item) == {}
    shown = await bench.desk.queries.show(item)
    assert shown.proposal is not None
    assert (shown.proposal.officer, shown.proposal.decision) == ("Jonas", "release")
    assert shown.proposal.because == ("the desk's settings demand it for FRM-05",)
    answer = await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert answer.state == "released"
    released = next(event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.released")
    assert (released.actor, released.data["proposed_by"]) == ("Mara", "Jonas")
    assert released.data["digest"] == shown.proposal.digest
    assert await bench.verified()


async def test_a_refusal_takes_two_as_well_and_its_sender_is_told_once(bench: Bench) -> None:
    item = await proposed(bench, REFUSE)
    await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "refused"
    batch = await bench.dispatch()
    assert [notice.notice for notice in batch.notices if notice.recipient == "BR"].count("refused") == 1
    assert [review.decision for review in (await bench.desk.queries.show(item)).reviews] == ["refuse", "confirm"]


async def test_the_second_is_another_person_whatever_the_login(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.people.add_officer(
        bench.actor("root"), Officer("Jonas", Role.OFFICER, "-", ("jonas", "jonas-night"))
    )
    for login in ("jonas", "jonas-night"):
        with raises_code(NotAllowedCode.OWN_PROPOSAL):
            await bench.desk.review.confirm(replace(bench.actor("Jonas"), login=login), item)
    assert await bench.state(item) == "proposed"


async def test_no_role_is_exempt_from_four_eyes(bench: Bench) -> None:
    two_for(bench, "FRM-05")
    item = await bench.sent(notice_request("BR", sent_at="2032-03-10T07:00:00Z"))
    await bench.desk.review.claim(bench.actor("root"), item)
    await bench.tick_all(item, "root")
    assert (await bench.desk.review.decide(bench.actor("root"), item, RELEASE)).state == "proposed"
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.review.confirm(bench.actor("root"), item)


async def test_an_observer_and_the_senders_own_officer_may_not_confirm(bench: Bench) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Bento", Role.SUPERVISOR, "BR", ("bento",)))
    item = await proposed(bench)
    for name, code in (("Olga", NotAllowedCode.ROLE_TOO_LOW), ("Bento", NotAllowedCode.OWN_COUNTRY)):
        with raises_code(code):
            await bench.desk.review.confirm(bench.actor(name), item)
        with raises_code(code):
            await bench.desk.review.dissent(bench.actor(name), item, "No.")


async def test_dissent_holds_again_and_keeps_both_opinions(bench: Bench) -> None:
    item = await proposed(bench)
    with raises_code(InvalidRequestCode.REASON_MISSING):
        await bench.desk.review.dissent(bench.actor("Mara"), item, " ")
    await bench.desk.review.dissent(bench.actor("Mara"), item, "The charge is political.")
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.proposal) == ("held", None)
    assert [(review.officer, review.decision, review.reason) for review in shown.reviews] == [
        ("Jonas", "release", "Read, ordinary law."),
        ("Mara", "dissent", "The charge is political."),
    ]
    with raises_code(ConflictCode.PROPOSAL_GONE) as conflict:
        await bench.desk.review.confirm(bench.actor("Ines"), item)
    assert "Mara" in conflict.value.detail[0].words


async def test_the_proposer_may_take_it_back(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.review.dissent(bench.actor("Jonas"), item, "I read the wrong page.")
    dissented = [event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.dissented"]
    assert [event.data["own"] for event in dissented] == [True]
    assert await bench.state(item) == "held"


async def test_deciding_on_what_is_proposed_is_a_conflict_that_names_the_proposer(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.review.claim(bench.actor("Ines"), item, take_over="urgent")
    with raises_code(ConflictCode.ALREADY_PROPOSED, match="Jonas"):
        await bench.desk.review.decide(bench.actor("Ines"), item, REFUSE)


async def void_by(bench: Bench, item: int, words: str) -> None:
    with pytest.raises(StaleProposal) as stale:
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert any(words in obstacle.words for obstacle in stale.value.detail), stale.value.detail
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.proposal, shown.deliveries) == ("held", None, ())
    void = next(event for event in shown.history if event.kind == "item.proposal_void")
    assert void.data["proposer"] == "Jonas"
    with pytest.raises(Conflict):
        await bench.desk.review.confirm(bench.actor("Mara"), item)


async def test_a_restriction_since_makes_it_void(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "BR", ("FR",), None)
    await void_by(bench, item, "recipient FR was removed")


async def test_a_restriction_that_changes_no_recipient_makes_it_void_too(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.send(act_message("restriction", "BR", allow="all"))
    await void_by(bench, item, "restrictions")


async def test_another_bureaus_restriction_does_not(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("FR",), None)
    assert (await bench.desk.review.confirm(bench.actor("Mara"), item)).state == "released"


async def test_a_recipient_suspended_since_makes_it_void(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.order("FR", Level.SUSPENDED)
    await void_by(bench, item, "recipient FR was removed")


async def test_a_measure_on_the_sender_makes_it_void(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.order("BR", Level.MONITORED)
    await void_by(bench, item, "the sender is monitored")


async def test_a_proposer_who_lost_the_role_makes_it_void(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Jonas", Role.OBSERVER, "-", ("jonas",)))
    await void_by(bench, item, "to review, Jonas needs the role officer, not observer")


async def test_a_correction_makes_a_proposal_fall(bench: Bench) -> None:
    two_for(bench, "FRM-05")
    first = notice_request("BR", sent_at="2032-03-10T07:00:00Z")
    item = await bench.sent(first)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    await bench.send(diffusion("BR", None, type="correction", of=first["reference"], text="Better words."))
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.version, shown.proposal) == ("held", 2, None)
    assert "item.proposal_void" in await bench.kinds(item)
    with raises_code(ConflictCode.PROPOSAL_GONE):
        await bench.desk.review.confirm(bench.actor("Mara"), item)


async def test_suspension_makes_a_proposal_fall_and_blocks(bench: Bench) -> None:
    item = await proposed(bench)
    await bench.order("BR", Level.SUSPENDED)
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.proposed_by, shown.proposal) == ("blocked", None, None)
    void = next(event for event in shown.history if event.kind == "item.proposal_void")
    assert void.data["proposer"] == "Jonas"


async def test_a_withdrawal_makes_a_proposal_fall_and_the_confirm_loses(bench: Bench) -> None:
    two_for(bench, "FRM-05")
    first = notice_request("BR", sent_at="2032-03-10T07:00:00Z")
    item = await bench.sent(first)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    await bench.send(act_message("withdrawal", "BR", of=first["reference"], reason="Found."))
    with raises_code(ConflictCode.PROPOSAL_GONE) as conflict:
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert "withdrawn" in conflict.value.words
    assert (await bench.state(item), await bench.deliveries(item)) == ("withdrawn", {})


async def test_an_override_takes_a_supervisor_a_reason_and_a_second_person(bench: Bench) -> None:
    item = await bench.sent(light())
    over = replace(RELEASE, overrides=("JUD-02",))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    with raises_code(RefusedCode.BLOCKING_FINDINGS) as refused:
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert any("JUD-02" in obstacle.words for obstacle in refused.value.detail)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.review.decide(bench.actor("Jonas"), item, over)
    await bench.desk.review.claim(bench.actor("Ines"), item, take_over="it takes a supervisor")
    answer = await bench.desk.review.decide(bench.actor("Ines"), item, over)
    assert answer.state == "proposed"
    event = next(event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.proposed")
    assert (event.data["overrides"], event.data["because"]) == (["JUD-02"], ["JUD-02 is overridden"])
    assert (await bench.desk.review.confirm(bench.actor("Jonas"), item)).state == "released"


async def test_an_override_that_another_table_of_rules_does_not_allow_can_not_be_confirmed(bench: Bench) -> None:
    item = await bench.sent(light())
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    await bench.desk.review.decide(bench.actor("Ines"), item, replace(RELEASE, overrides=("JUD-02",)))
    known = bench.desk.context.rules
    rows = tuple(replace(rule, override=False) for rule in known.rules)
    object.__setattr__(bench.desk.context, "rules", RuleTable(rows, known.checks, known.conflicts, known.lexicon))
    with pytest.raises(StaleProposal, match="JUD-02 may not be overridden any more"):
        await bench.desk.review.confirm(bench.actor("Jonas"), item)
    assert await bench.state(item) != "released"
    proof = await log_export.prove_store(bench.desk.store, bench.desk.context)
    assert (proof.breaches, len(proof.tables)) == ((), 2)


async def test_what_may_not_be_overridden_stays_blocked(bench: Bench) -> None:
    message = notice_request("BR")
    del message["judicial"]["warrant"]
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    with raises_code(RefusedCode.NOT_OVERRIDABLE, match="JUD-03"):
        await bench.desk.review.decide(bench.actor("Ines"), item, replace(RELEASE, overrides=("JUD-03",)))
    with raises_code(InvalidRequestCode.OVERRIDE_NEEDS_FINDING, match="JUD-01"):
        await bench.desk.review.decide(bench.actor("Ines"), item, replace(RELEASE, overrides=("JUD-01",)))


async def test_a_confirm_sent_twice_is_one_confirm(bench: Bench) -> None:
    item = await proposed(bench)
    first = await bench.desk.review.confirm(bench.actor("Mara", "c-1"), item)
    assert await bench.desk.review.confirm(bench.actor("Mara", "c-1"), item) == first
    with raises_code(ConflictCode.PROPOSAL_GONE):
        await bench.desk.review.confirm(bench.actor("Ines"), item)


async def test_a_release_is_refused_while_a_question_is_open(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    with raises_code(RefusedCode.QUESTION_OPEN):
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    await bench.send(act_message("information", "BR", about="D-000001", text="The second one."))
    assert (await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)).state == "released"


async def test_diffusion_of_a_direct_bureau_needs_nobody(bench: Bench) -> None:
    two_for(bench, "FRM-05")
    item = await bench.sent(diffusion(sent_at="2032-03-10T07:00:00Z"))
    assert await bench.state(item) == "released"
