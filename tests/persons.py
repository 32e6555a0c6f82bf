"""One invented person in items of several bureaus, refused and recalled, hit by checks, and in both registers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from desks import Bench, MovedClock, act_message, diffusion
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.measures import Level

BORN = "1974-05-02"
Message = dict[str, Any]


def subject(family: str = "Skarvin", given: str = "Ilja", birth: str = BORN, **more: Any) -> Message:
    """A person without papers and aliases; by default always the same."""
    made = dict(diffusion()["subject"]) | {"name": {"family": family, "given": given}, "date_of_birth": birth}
    for name in ("identity_documents", "aliases"):
        made.pop(name, None)
    return made | {"nationalities": ["RU"]} | more


def paper(number: str = "AB1234567", issuer: str = "RU") -> list[dict[str, str]]:
    return [{"type": "passport", "number": number, "issuer": issuer}]


def warrant(reference: str) -> Message:
    """The judicial part of an item, with a warrant of this number."""
    made: Message = json.loads(json.dumps(diffusion()["judicial"]))
    made["warrant"]["reference"] = reference
    return made


async def refugees(bench: Bench, *rows: str, officer: str = "root") -> None:
    header = "reference,family,given,date_of_birth,country_of_origin,date,granted_by,status"
    raw = "\n".join((header, *rows)).encode()
    await bench.desk.imports.import_register(bench.actor(officer), Register.REFUGEES, raw)


async def ccf(bench: Bench, *rows: str, officer: str = "root") -> None:
    raw = "\n".join(("reference,matter,decision,family,given,date_of_birth,date", *rows)).encode()
    await bench.desk.imports.import_register(bench.actor(officer), Register.CCF, raw)


async def fill_person(
    bench: Bench, dated: Callable[[Message], Message] = dict, founder: str = "root", officer: str = "Jonas"
) -> None:
    """D-000006 is held; D-000001 is its refused predecessor, D-000004 shares its passport, R-20 is judged apart."""

    def move(**by: float) -> None:
        if isinstance(bench.clock, MovedClock):
            bench.clock.move(**by)

    async def sent(sender: str, person: Message, case: str = "none given", **more: Any) -> Message:
        message = dated(diffusion(sender, ("PL",), subject=person, judicial=warrant(case), **more))
        await bench.sent(message)
        return message

    who = bench.actor(officer)
    await bench.order("RU", Level.HELD, founder)
    await sent("RU", subject(identity_documents=paper()), "B 77-19/1")
    move(hours=2)
    await bench.refuse(1, officer)
    move(days=3)
    await sent("DE", subject(), "C 1000-7")
    await sent("FR", subject("Skarwin", "Iliya", "1974"), "D 2000-7")
    move(hours=5)
    first = await sent("ES", subject("Karvin", "Ilia", identity_documents=paper()), "b-77-19-1")
    move(hours=1)
    body = {name: value for name, value in first.items() if name not in ("type", "reference")}
    await bench.sent({**body, **dated(act_message("correction", "ES", of=first["reference"])), "text": "Seen in Lyon."})
    query = NominalQuery("SKARVIN Ilja", PartialDate(1974, 5, 2))
    await bench.desk.checks.check(who, "PL", query, "Vellmark bridge")
    move(minutes=40)
    await bench.desk.checks.check(who, "PL", DocumentQuery("AB1234567", "RU"), "Gate 4")
    move(days=1)
    await bench.desk.review.recall(who, 2, "An acquittal.", urgent=True)
    rows = (
        f"R-19-077,Skarvin,Ilja,{BORN},RU,2019-01-02,DE,confirmed",
        "R-20,Skarfin,Ilya,1974,RU,2020-01-02,DE,confirmed",
    )
    await refugees(bench, *rows, officer=founder)
    await ccf(bench, f"C-2021-4,decision,deleted,Skarvin,Ilja,{BORN},2021-03-04", officer=founder)
    move(hours=1)
    await sent("RU", subject(), "B 77-19/1", urgency="flash")
    await bench.desk.review.claim(who, 6)
    until = bench.clock.now() + timedelta(days=900)
    await bench.desk.review.distinguish(who, 6, "R-20", Judgement("Another father.", until))
    await bench.desk.review.unclaim(who, 6)
