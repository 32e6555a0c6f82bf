"""Persons of a register, and returns of theirs under other spellings."""

from __future__ import annotations

from itertools import islice

from desks import Bench
from dutydesk.desk.matching.folding import PersonFacts, fold_names, parse_birth
from dutydesk.desk.matching.watch_list import WatchQuery
from dutydesk.domain.messages.subjects import PersonName
from dutydesk.domain.rules.registers import Register
from respelt import change_of, on_file, persons, returns

KNOWN = list(islice(persons(3), 120))


async def import_ccf(bench: Bench, places: range, date: str = "2021-03-04") -> None:
    names = [on_file(KNOWN[place], change_of(place)) for place in places]
    rows = [
        f"E-{place},decision,deleted,{name.family},{name.given},{KNOWN[place].birth if place % 9 else ''},{date}"
        for place, name in zip(places, names, strict=True)
    ]
    raw = "\n".join(("reference,matter,decision,family,given,date_of_birth,date", *rows)).encode()
    await bench.desk.imports.import_register(bench.actor("root"), Register.CCF, raw)


def queries() -> list[WatchQuery]:
    found = []
    for back in returns(5, KNOWN):
        name, born = back.subject["name"], back.subject["date_of_birth"]
        facts = PersonFacts(fold_names([PersonName(name["family"], name["given"])]), parse_birth(born))
        found.append(WatchQuery(facts, ("RU",), (), 85))
    return found
