"""Widening access on an owner's behalf: two officers, neither of the owner's country nor of one that gains access."""

from __future__ import annotations

import pytest

from desks import Bench, act_message, diffusion
from dutydesk.desk.shift.handover import draft_handover
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.messages.message import Everyone
from dutydesk.domain.review.officers import Officer, Role
from refusals import raises_code


async def denied(bench: Bench, country: str) -> bool:
    """Whether FR's data are denied to a country."""
    item = await bench.sent(diffusion("FR", (country, "ES")))
    return (await bench.deliveries(item))[country] == "restricted"


async def officer(bench: Bench, name: str, role: Role, country: str) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, country))


async def test_a_denial_works_at_once_and_an_allowance_waits_for_another_person(bench: Bench) -> None:
    stated = await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None)
    assert (stated.state, stated.restriction) == ("restricted", None)
    assert await denied(bench, "PL")
    proposed = await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    assert (proposed.subject, proposed.state, proposed.restriction) == ("FR", "proposed", "R-0001")
    assert await denied(bench, "PL")
    with raises_code(NotAllowedCode.OWN_PROPOSAL):
        await bench.desk.supervision.confirm_restriction(bench.actor("Ines"), 1)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.supervision.confirm_restriction(bench.actor("Jonas"), 1)
    done = await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    assert (done.subject, done.state, done.restriction) == ("FR", "restricted", "R-0001")
    assert not await denied(bench, "PL")
    with raises_code(ConflictCode.RESTRICTION_NOT_PROPOSED):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    with raises_code(NotFoundCode.UNKNOWN_RESTRICTION):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 2)


async def test_a_mixed_call_denies_at_once_and_proposes_the_allowance(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None)
    answer = await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("DE",), ("PL",))
    assert answer.state == "proposed"
    assert await denied(bench, "DE")
    assert await denied(bench, "PL")


async def test_no_officer_of_the_owners_or_a_gaining_country_proposes_or_confirms(bench: Bench) -> None:
    await officer(bench, "Marek", Role.SUPERVISOR, "PL")
    await officer(bench, "Fleur", Role.SUPERVISOR, "FR")
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL", "DE"), None)
    refused = (("Marek", NotAllowedCode.OWN_BENEFIT), ("Fleur", NotAllowedCode.OWN_COUNTRY))
    for name, code in refused:
        with raises_code(code):
            await bench.desk.supervision.restrict(bench.actor(name), "FR", None, ("PL",))
        with raises_code(code):
            await bench.desk.supervision.restrict(bench.actor(name), "FR", None, Everyone())
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.supervision.restrict(bench.actor("Fleur"), "FR", ("ES",), None)
    await bench.desk.supervision.restrict(bench.actor("Marek"), "FR", ("ES",), None)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    for name, code in refused:
        with raises_code(code):
            await bench.desk.supervision.confirm_restriction(bench.actor(name), 1)
    await bench.desk.supervision.restrict(bench.actor("Marek"), "FR", None, ("DE",))
    await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 2)
    assert not await denied(bench, "DE")


@pytest.mark.parametrize(("role", "country"), [(Role.OBSERVER, "-"), (Role.SUPERVISOR, "FR"), (Role.SUPERVISOR, "PL")])
async def test_a_proposer_who_may_no_longer_propose_voids_it(bench: Bench, role: Role, country: str) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    await officer(bench, "Ines", role, country)
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    with raises_code(ConflictCode.RESTRICTION_NOT_PROPOSED):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    assert await denied(bench, "PL")
    assert [event.kind for event in await bench.desk.queries.history("FR")][-1] == "restriction.void"


async def test_the_owners_own_statement_ends_a_proposal_and_is_immediate(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL", "DE"), None)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    await bench.send(act_message("restriction", "FR", allow=["DE"]))
    assert not await denied(bench, "DE")
    with raises_code(ConflictCode.RESTRICTION_NOT_PROPOSED):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    assert await denied(bench, "PL")


async def test_a_denial_of_the_same_bureau_ends_a_proposal_and_another_does_not(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    await bench.desk.supervision.restrict(bench.actor("Oskar"), "FR", ("DE",), None)
    with raises_code(ConflictCode.ALREADY_PROPOSED):
        await bench.desk.supervision.restrict(bench.actor("Oskar"), "FR", None, ("PL",))
    await bench.desk.supervision.restrict(bench.actor("Oskar"), "FR", ("PL",), None)
    with raises_code(ConflictCode.RESTRICTION_NOT_PROPOSED):
        await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    assert await denied(bench, "PL")


async def test_dissent_and_taking_back_change_nothing(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None)
    for name in ("Oskar", "Ines"):
        proposed = await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
        number = int((proposed.restriction or "")[2:])
        with raises_code(InvalidRequestCode.REASON_MISSING):
            await bench.desk.supervision.dissent_restriction(bench.actor(name), number, " ")
        done = await bench.desk.supervision.dissent_restriction(bench.actor(name), number, "Nobody asked for it.")
        assert (done.state, done.restriction) == ("dissented", proposed.restriction)
    assert await denied(bench, "PL")


async def test_an_items_name_is_enough_where_nothing_else_is_proposed_on_it(bench: Bench) -> None:
    item = await bench.sent(diffusion("FR", ("PL", "ES")))
    await bench.dispatch()
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None, item)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",), item)
    waiting = (await bench.desk.queries.show(item)).restrictions_proposed
    assert [(row.restriction, row.officer, row.allow) for row in waiting] == [("R-0001", "Ines", ("PL",))]
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("ES",), item)
    with raises_code(ConflictCode.SEVERAL_PROPOSALS, match="R-0002"):
        await bench.desk.review.confirm(bench.actor("Oskar"), item)
    await bench.desk.supervision.dissent_restriction(bench.actor("Oskar"), 2, "Not needed.")
    actor = bench.actor("Oskar", "c-1")
    done = await bench.desk.review.confirm(actor, item)
    assert (done.state, done.restriction) == ("restricted", "R-0001")
    assert await bench.desk.review.confirm(actor, item) == done
    await bench.desk.review.recall(bench.actor("Jonas"), item, "It was wrong.")
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("ES",), item)
    assert (await bench.desk.review.confirm(bench.actor("Mara"), item)).state == "recalled"


async def test_open_proposals_are_alarms_and_in_the_handover_note(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    assert [row.subject for row in await bench.desk.queries.alarms() if row.alarm == "restriction"] == ["FR"]
    assert "R-0001" in [line.about for line in (await draft_handover(bench.desk)).note.second_officer]
    assert [row.restriction for row in await bench.desk.queries.restriction_proposals("FR")] == ["R-0001"]
    await bench.desk.supervision.confirm_restriction(bench.actor("Oskar"), 1)
    assert await bench.desk.queries.restriction_proposals("FR") == ()
