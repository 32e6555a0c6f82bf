"""A judgement that two persons are not the same holds once per pair, and until something new is known."""

from __future__ import annotations

from typing import Any

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.limits import Limits, MemoryLimits
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.rules.examination import Finding
from dutydesk.domain.rules.registers import Register
from refusals import raises_code

HEADER = "reference,family,given,date_of_birth,country_of_origin,date,granted_by,status"


@pytest.fixture(params=[0, 1_000], ids=["in memory", "in the store"])
def limits(request: pytest.FixtureRequest) -> Limits:
    """Both ways of searching the watch list."""
    return Limits(memory=MemoryLimits(unloaded_searches=request.param))


ENTRY = "R-1,Skarvin,Ilja,1974-05-02,RU,2019-01-02,DE,confirmed"


def subject(family: str = "Skarwin", given: str = "Iliya", birth: str = "1974", **more: Any) -> dict[str, Any]:
    made = dict(diffusion()["subject"]) | {"name": {"family": family, "given": given}, "date_of_birth": birth}
    for name in ("identity_documents", "aliases"):
        made.pop(name, None)
    return made | {"nationalities": ["RU"]} | more


async def import_entries(bench: Bench, *rows: str) -> None:
    raw = "\n".join((HEADER, *rows)).encode()
    await bench.desk.imports.import_register(bench.actor("root"), Register.REFUGEES, raw)


async def send(bench: Bench, **changes: Any) -> int:
    return await bench.sent(diffusion("RU", ("PL",), kind="blue", purpose=None, subject=subject(**changes)))


async def con_05(bench: Bench, item: int) -> list[Finding]:
    return [finding for finding in (await bench.desk.queries.show(item)).findings if finding.rule == "CON-05"]


async def judge(bench: Bench, item: int, reference: str = "R-1", officer: str = "Jonas", **more: Any) -> CommandResult:
    await bench.desk.review.claim(bench.actor(officer), item)
    judgement = Judgement("Another father.", **more)
    return await bench.desk.review.distinguish(bench.actor(officer), item, reference, judgement)


async def test_a_person_alike_is_held_with_score_and_likeness(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    item = await send(bench)
    assert await bench.state(item) == "held"
    (finding,) = await con_05(bench, item)
    assert finding.severity == "flag"
    assert " of 100: family name spelt otherwise; given name spelt otherwise; born 1974" in finding.message


async def test_a_judged_pair_is_not_held_again(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    first, second = await send(bench), await send(bench)
    result = await judge(bench, first)
    assert result.state == "held"
    assert not await con_05(bench, first)
    assert not await con_05(bench, second), "the other open item on this person"
    assert await bench.state(await send(bench)) == "released"
    assert await bench.verified()


async def test_new_facts_end_the_judgement(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    await judge(bench, await send(bench))
    assert await con_05(bench, await send(bench, birth="1974-05")), "another birth is another person"
    assert await con_05(bench, await send(bench, family="Skarvin"))
    await import_entries(bench, ENTRY.replace("2019-01-02", "2020-01-02"))
    assert await con_05(bench, await send(bench)), "the entry changed"


async def test_it_expires(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    await judge(bench, await send(bench))
    bench.clock.move(days=366)
    assert await con_05(bench, await send(bench))


async def test_what_has_expired_stays_so_after_the_clock_has_stepped_back(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    await judge(bench, await send(bench))
    bench.clock.move(days=366)
    item = await send(bench)
    assert await con_05(bench, item)
    bench.clock.move(days=-30)
    assert await con_05(bench, await send(bench))
    await judge(bench, item)
    assert await bench.state(await send(bench)) == "released", "judged after the step"
    bench.clock.move(days=-1)
    assert await bench.state(await send(bench)) == "released"


async def test_what_is_certain_is_not_judged_away(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    item = await send(bench, family="Skarvin", given="Ilja", birth="1974-05-02")
    with raises_code(RefusedCode.CERTAIN_MATCH):
        await judge(bench, item)
    assert [finding.severity for finding in await con_05(bench, item)] == ["block"]


async def test_only_for_what_holds_the_item(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    item = await send(bench)
    with raises_code(NotFoundCode.NOT_ALIKE):
        await judge(bench, item, "R-9")
    with raises_code(InvalidRequestCode.TIME_PAST):
        await judge(bench, item, until=bench.clock.now())
    with raises_code(RefusedCode.NOT_CLAIMED):
        await bench.desk.review.distinguish(bench.actor("Mara"), await send(bench), "R-1", Judgement("No."))


async def test_a_refused_person_alike_is_judged_by_its_item(bench: Bench) -> None:
    before = await bench.sent(notice_request("RU", subject=subject("Skarvin", "Ilja", "1974-05-02")))
    await bench.desk.review.claim(bench.actor("Jonas"), before)
    await bench.desk.review.decide(bench.actor("Jonas"), before, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER))
    if await bench.state(before) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), before)
    item = await send(bench)
    assert {finding.rule for finding in (await bench.desk.queries.show(item)).findings} & {"HIS-01"}
    await judge(bench, item, f"d-{before:06d}")
    assert await bench.state(await send(bench)) == "released"


async def test_receipts_are_the_same_for_a_person_alike(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    receipt = await bench.send(diffusion("RU", ("PL",), kind="blue", purpose=None, subject=subject()))
    said = str(receipt.stored_json())
    assert "reviews it before anything goes out" in said
    assert not any(word in said for word in ("CON-05", "R-1", "alike", "of 100", "regist"))


async def test_the_own_country_is_not_judged(bench: Bench) -> None:
    await import_entries(bench, ENTRY)
    item = await send(bench)
    with raises_code(NotAllowedCode.OWN_COUNTRY):
        await bench.desk.review.distinguish(bench.actor("Ruslana"), item, "R-1", Judgement("No."))
