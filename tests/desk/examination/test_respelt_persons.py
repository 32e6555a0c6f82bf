"""Refused persons, refugees and persons known to the CCF who come back spelt differently are held; others are not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.delivery.route import HOLDING_RULES
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.rules.registers import Register
from respelt import InventedPerson, change_of, name_of, on_file, others, persons, returns, subject_of

_SENDER = "RU"


def csv_line(place: int, person: InventedPerson) -> str:
    name = on_file(person, change_of(place))
    return f"E-{place},{name.family},{name.given},{person.birth}"


async def import_refugees(bench: Bench, known: Sequence[tuple[int, InventedPerson]]) -> None:
    rows = [f"{csv_line(*one)},{_SENDER},2019-01-02,DE,confirmed" for one in known]
    head = "reference,family,given,date_of_birth,country_of_origin,date,granted_by,status"
    raw = "\n".join((head, *rows)).encode()
    await bench.desk.imports.import_register(bench.actor("root"), Register.REFUGEES, raw)


async def import_ccf(bench: Bench, known: Sequence[tuple[int, InventedPerson]]) -> None:
    rows = [f"{csv_line(*one)},decision,deleted,2021-03-04" for one in known]
    head = "reference,family,given,date_of_birth,matter,decision,date"
    raw = "\n".join((head, *rows)).encode()
    await bench.desk.imports.import_register(bench.actor("root"), Register.CCF, raw)


async def refuse(bench: Bench, place: int, person: InventedPerson) -> None:
    subject = subject_of(on_file(person, change_of(place)), person.birth, person.nationality)
    item = await bench.sent(notice_request(_SENDER, subject=subject))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    refusal = Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER)
    await bench.desk.review.decide(bench.actor("Jonas"), item, refusal)
    if await bench.state(item) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), item)


async def holding_rules(bench: Bench, item: int) -> frozenset[str]:
    return HOLDING_RULES & {finding.rule for finding in (await bench.desk.queries.show(item)).findings}


async def know(bench: Bench, count: int) -> list[InventedPerson]:
    """The desk knows the persons by turns from the register of refugees, from that of the CCF, and by a refusal."""
    known = [person for person, _ in zip(persons(20), range(count), strict=False)]
    placed = list(enumerate(known))
    await import_refugees(bench, [one for one in placed if one[0] // 40 % 3 == 0])
    await import_ccf(bench, [one for one in placed if one[0] // 40 % 3 == 1])
    for one in placed:
        if one[0] // 40 % 3 == 2:
            await refuse(bench, *one)
    return known


async def test_respelt_returns_are_held_and_other_persons_are_not(bench: Bench) -> None:
    known = await know(bench, 200)
    missed = []
    for back in returns(7, known):
        item = await bench.sent(diffusion(_SENDER, ("PL",), kind="blue", purpose=None, subject=back.subject))
        if await bench.state(item) != "held" or not await holding_rules(bench, item):
            missed.append((back.change, back.script, name_of(back.person), back.subject["name"]))
    assert len(missed) <= 6, missed

    async def is_held(subject: dict[str, object]) -> bool:
        item = await bench.sent(diffusion(_SENDER, ("PL",), kind="blue", purpose=None, subject=subject))
        return bool(await holding_rules(bench, item))

    held = sum(await asyncio.gather(*map(is_held, others(9, known, 1_000))))
    assert held <= 5
