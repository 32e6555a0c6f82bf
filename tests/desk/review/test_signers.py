"""No officer decides on the own country; the rights of both signers are checked again at the confirmation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from desks import Bench, diffusion, number
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role, own_countries
from dutydesk.domain.supervision.measures import Level
from dutydesk.wire.reference.directory import load_directory
from refusals import raises_code

REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
Deed = Callable[[Bench, int], Awaitable[object]]


async def officer(bench: Bench, name: str, role: Role, country: str) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, country))


def test_own_is_the_country_its_parent_and_its_sub_bureaus() -> None:
    parents = load_directory().parents
    assert own_countries("HK", parents) == {"HK", "CN"}
    assert own_countries("CN", parents) == {"CN", "HK", "MO"}
    assert own_countries("DE", parents) == {"DE"}
    assert own_countries("-", parents) == frozenset()


@pytest.mark.parametrize(("own", "sender"), [("HK", "CN"), ("CN", "HK"), ("CN", "CN")])
@pytest.mark.parametrize(
    "deed",
    [
        lambda bench, item: bench.desk.review.claim(bench.actor("Wei"), item),
        lambda bench, item: bench.desk.review.claim(bench.actor("Ines"), item, for_officer="Wei"),
        lambda bench, item: bench.desk.review.tick(bench.actor("Wei"), item, "article_3"),
        lambda bench, item: bench.desk.review.decide(bench.actor("Wei"), item, REFUSE),
        lambda bench, item: bench.desk.retention.legal_hold(bench.actor("Wei"), item, "a case", held=True),
        lambda bench, item: bench.desk.review.retry(bench.actor("Wei"), item, "PL"),
        lambda bench, item: bench.desk.review.undo(bench.actor("Wei"), item),
        lambda bench, item: bench.desk.review.recall(bench.actor("Wei"), item, "wrong", urgent=True),
        lambda bench, item: bench.desk.review.reopen(bench.actor("Wei"), item, "new ground"),
        lambda bench, item: bench.desk.supervision.restrict(bench.actor("Wei"), "CN", ("PL",), None),
        lambda bench, item: bench.desk.supervision.restrict(bench.actor("Wei"), "HK", ("PL",), None),
    ],
)
async def test_nobody_acts_in_the_own_country_either_way(bench: Bench, own: str, sender: str, deed: Deed) -> None:
    await officer(bench, "Wei", Role.SUPERVISOR, own)
    await bench.order("CN", Level.HELD)
    item = await bench.sent(diffusion(sender, ("PL", "DE")))
    with raises_code(NotAllowedCode.OWN_COUNTRY, match=f"Wei.*{own}"):
        await deed(bench, item)


async def test_an_officer_of_a_sub_bureau_orders_nothing_on_the_parent(bench: Bench) -> None:
    await officer(bench, "Wei", Role.SUPERVISOR, "HK")
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.order("CN", Level.HELD, "Wei")
    await bench.order("CN", Level.HELD)
    for deed in (
        bench.desk.supervision.lift(bench.actor("Wei"), 1, "SG/2", "SG", "over"),
        bench.desk.supervision.endorse(bench.actor("Wei"), 1, "EC", "EC/1"),
    ):
        with raises_code(NotAllowedCode.OWN_COUNTRY):
            await deed
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/2", "SG", "over")
    for deed in (
        bench.desk.supervision.confirm(bench.actor("Wei"), 1),
        bench.desk.supervision.dissent(bench.actor("Wei"), 1, "no"),
    ):
        with raises_code(NotAllowedCode.OWN_COUNTRY):
            await deed


async def test_nobody_admits_quarantined_input_of_the_own_country(bench: Bench) -> None:
    """Palau joined in November 2023, so the sender of these bytes is known only after they are read again."""
    receipt = await bench.send(diffusion("PW", ("DE",)))
    assert receipt.outcome == "quarantined"
    item = number(receipt.item)
    bench.clock.move(days=700)
    await officer(bench, "Wei", Role.OFFICER, "PW")
    for deed in (
        bench.desk.intake.reread(bench.actor("Wei"), item),
        bench.desk.intake.reject(bench.actor("Wei"), item, "nothing"),
    ):
        with raises_code(NotAllowedCode.OWN_COUNTRY):
            await deed
    assert (await bench.desk.intake.reread(bench.actor("Jonas"), item)).state == "released"


@pytest.mark.parametrize(
    ("role", "country"), [(Role.OBSERVER, "-"), (Role.OFFICER, "-"), (Role.SUPERVISOR, "RU")], ids=str
)
@pytest.mark.parametrize("kind", ["lift", "easing"])
async def test_an_easing_whose_proposer_may_no_longer_is_void(
    bench: Bench, kind: str, role: Role, country: str
) -> None:
    await bench.order("RU", Level.HELD)
    if kind == "lift":
        measure = 1
        await bench.desk.supervision.lift(bench.actor("Ines"), measure, "SG/9", "SG", "over")
    else:
        measure = 2
        await bench.order("RU", Level.MONITORED)
    await officer(bench, "Ines", role, country)
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), measure)
    rows = {row.measure: row for row in await bench.desk.queries.measures("RU")}
    assert rows["M-0001"].state == "effective"
    assert all(row.proposed is None for row in rows.values())
    with raises_code(ConflictCode.MEASURE_NOT_PROPOSED):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), measure)
    last = (await bench.desk.queries.history(f"M-{measure:04d}"))[-1]
    assert (last.kind, last.data["proposer"]) == ("measure.void", "Ines")


async def test_a_confirmer_who_may_no_longer_is_refused_and_the_proposal_stands(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "SG", "over")
    await officer(bench, "Oskar", Role.SUPERVISOR, "RU")
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    assert (await bench.desk.queries.measures("RU"))[0].proposed == "lift"


async def test_a_proposer_who_has_the_right_again_at_the_confirm_is_valid(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "SG", "over")
    await officer(bench, "Ines", Role.OBSERVER, "-")
    await officer(bench, "Ines", Role.SUPERVISOR, "-")
    assert (await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)).state == "lifted"


@pytest.mark.parametrize(("role", "country"), [(Role.OBSERVER, "-"), (Role.OFFICER, "DE")], ids=str)
async def test_a_recall_whose_proposer_may_no_longer_is_void(bench: Bench, role: Role, country: str) -> None:
    item = await bench.sent(diffusion("DE", ("PL",)))
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "It was wrong.")
    await officer(bench, "Jonas", role, country)
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert (await bench.desk.queries.show(item)).row.recall_proposed is None
    assert await bench.state(item) == "released"


async def test_nobody_dismisses_a_hit_on_a_record_of_the_own_country(bench: Bench) -> None:
    await officer(bench, "Wei", Role.OFFICER, "HK")
    await bench.sent(diffusion("CN", ("PL", "DE")))
    await bench.dispatch()
    view = await bench.desk.queries.show(1)
    name = view.body["subject"]["name"]  # type: ignore[index, call-overload]
    answer = await bench.desk.checks.check(bench.actor("Mara"), "PL", NominalQuery(f"{name['given']} {name['family']}"))
    assert answer.hits
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.checks.dismiss(bench.actor("Wei"), 1, "another person")
