"""Registers are imported row by row, logged as counts without names, and searched at every intake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from desks import Bench, diffusion, notice_request
from dutydesk.desk.checks.import_registers import ImportReport
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.rules.registers import Register
from refusals import raises_code

BORN = "1974-05-02"
HEADER = "reference,family,given,date_of_birth,country_of_origin,date,granted_by,status"


def subject(family: str = "Skarvin", given: str = "Ilja", birth: str | None = BORN) -> dict[str, Any]:
    made = dict(diffusion()["subject"])
    made |= {"name": {"family": family, "given": given}, "date_of_birth": birth}
    made.pop("identity_documents", None)
    made.pop("aliases", None)
    return {key: value for key, value in made.items() if value is not None}


async def refugees(bench: Bench, *rows: str, officer: str = "root") -> ImportReport:
    raw = "\n".join((HEADER, *rows)).encode()
    return await bench.desk.imports.import_register(bench.actor(officer), Register.REFUGEES, raw)


async def ccf(bench: Bench, *rows: str) -> ImportReport:
    raw = "\n".join(("reference,matter,decision,family,given,date_of_birth,date", *rows)).encode()
    return await bench.desk.imports.import_register(bench.actor("root"), Register.CCF, raw)


async def found(bench: Bench, item: int) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in (await bench.desk.queries.show(item)).findings}


SKARVIN = f"R-1,Skarvin,Ilja,{BORN},RU,2019-01-02,DE,confirmed"
DELETED = f"C-1,decision,deleted,Skarvin,Ilja,{BORN},2021-03-04"


async def test_a_refugee_from_the_requesting_country_is_held_at_any_level(bench: Bench) -> None:
    await refugees(bench, SKARVIN)
    item = await bench.sent(diffusion("RU", ("PL",), subject=subject()))
    assert (await found(bench, item))["CON-05"] == "block"
    assert await bench.state(item) == "held"
    other = await bench.sent(diffusion("BY", ("PL",), subject=subject()))
    assert "CON-05" not in await found(bench, other)
    assert await bench.state(other) == "released"


async def test_the_sender_is_told_neither_the_rule_nor_the_state_that_granted_it(bench: Bench) -> None:
    await refugees(bench, SKARVIN.replace(",DE,", ",QZGRANTED,"))
    receipt = await bench.send(diffusion("RU", ("PL",), subject=subject()))
    assert "CON-05" not in json.dumps(receipt.stored_json())
    assert "reviews it before anything goes out" in (receipt.cause or "")
    item = int((receipt.item or "")[2:])
    await bench.refuse(item)
    if await bench.state(item) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    batch = await bench.desk.delivery.lease(100)
    assert batch.notices
    assert "CON-05" not in repr(batch.notices)
    assert "refugee" not in repr(batch.notices).lower()
    stored = b"".join(file.read_bytes() for file in bench.desk.store.path.parent.glob("desk.db*"))
    assert b"QZGRANTED" not in stored


async def test_a_decision_and_an_open_request_of_the_ccf_hold_whoever_asks(bench: Bench) -> None:
    await ccf(bench, DELETED, f"C-2,open request,,Nordal,Peer,{BORN},2022-01-01")
    for sender, person in (("BR", subject()), ("DE", subject("Nordal", "Peer"))):
        item = await bench.sent(diffusion(sender, ("PL",), subject=person))
        assert (await found(bench, item))["HIS-02"] == "block"
        assert await bench.state(item) == "held"
    item = await bench.sent(diffusion("BR", ("PL",), subject=subject(birth=None)))
    assert (await found(bench, item))["HIS-02"] == "flag"


async def test_the_same_file_again_changes_nothing(bench: Bench) -> None:
    first = await refugees(bench, SKARVIN)
    again = await refugees(bench, SKARVIN)
    assert (first.taken, first.unchanged) == (1, 0)
    assert (again.taken, again.changed, again.unchanged) == (0, 0, 1)
    ended = await refugees(bench, SKARVIN.replace("confirmed", "ended"))
    assert (ended.taken, ended.changed) == (0, 1)
    item = await bench.sent(diffusion("RU", ("PL",), subject=subject()))
    assert "CON-05" not in await found(bench, item)


async def test_rejected_rows_are_named_and_the_others_are_imported(bench: Bench) -> None:
    report = await refugees(bench, SKARVIN, "R-2,Nordal", f"R-3,Halun,Mira,{BORN},UA,2019-01-02,,")
    assert (report.taken, [row.line for row in report.not_taken]) == (2, [3])


async def test_the_log_has_counts_and_no_person(bench: Bench) -> None:
    await refugees(bench, SKARVIN, "R-2,Nordal")
    events = await bench.desk.queries.events_after(0)
    (event,) = [event for event in events if event.kind == "register.imported"]
    assert event.subject == "register refugees"
    assert (event.data["taken"], event.data["not_taken"], event.actor) == (1, 1, "root")
    assert len(str(event.data["sha256"])) == 64
    assert "karvin" not in repr(event).lower()
    assert await bench.verified()


async def test_an_import_takes_an_administrator_and_a_file_that_can_be_read(bench: Bench) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await refugees(bench, SKARVIN, officer="Ines")
    with raises_code(InvalidRequestCode.NOT_IMPORTABLE):
        await bench.desk.imports.import_register(bench.actor("root"), Register.REFUGEES, b"a,b\n1,2\n")


async def test_open_items_get_the_finding_and_released_ones_a_post_review(bench: Bench) -> None:
    waiting = await bench.sent(notice_request("RU", subject=subject()))
    out = await bench.sent(diffusion("RU", ("PL",), subject=subject()))
    elsewhere = await bench.sent(diffusion("BY", ("PL",), subject=subject()))
    revision = (await bench.desk.queries.show(waiting)).row.revision
    report = await refugees(bench, SKARVIN)
    assert report.concerned == (f"D-{waiting:06d}", f"D-{out:06d}")
    assert (await found(bench, waiting))["CON-05"] == "block"
    assert (await bench.desk.queries.show(waiting)).row.revision == revision + 1
    assert (await bench.desk.queries.show(out)).row.post_review == "due"
    assert "item.examined_again" in await bench.kinds(out)
    assert "CON-05" not in await found(bench, elsewhere)
    assert (await refugees(bench, SKARVIN)).concerned == ()
    assert await bench.verified()


async def test_a_sub_bureau_asks_for_its_parent(bench: Bench, tmp_path: Path) -> None:
    await refugees(bench, SKARVIN.replace(",RU,", ",CN,"))
    item = await bench.sent(diffusion("HK", ("PL",), subject=subject()))
    assert (await found(bench, item))["CON-05"] == "block"
