"""A store of an earlier release, without a watch list and with numbers in other figures, is filled when it opens."""

from __future__ import annotations

from typing import Any

from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.rules.registers import Register
from sqlite_files import changed_file

HEADER = "reference,family,given,date_of_birth,country_of_origin,identity_document,date,granted_by,status"


def about(family: str, given: str, birth: str, number: str | None = None) -> dict[str, Any]:
    subject = dict(diffusion()["subject"]) | {"name": {"family": family, "given": given}, "date_of_birth": birth}
    subject.pop("aliases", None)
    subject["nationalities"] = ["RU"]
    subject["identity_documents"] = [{"type": "passport", "number": number, "issuer": "RU"}] if number else []
    return subject


async def reopen(bench: Bench) -> None:
    again = await open_desk(bench.desk.store.path, bench.clock)
    object.__setattr__(bench.desk, "store", again.store)
    bench.desk = again


async def rules_on(bench: Bench, subject: dict[str, Any]) -> set[str]:
    item = await bench.sent(diffusion("RU", ("PL",), kind="blue", purpose=None, subject=subject))
    return {finding.rule for finding in (await bench.desk.queries.show(item)).findings} & {"HIS-01", "CON-05"}


async def test_an_older_store_is_filled(bench: Bench) -> None:
    entry = "R-1,Skarvin,Ilja,1974-05-02,RU,٧٧٠٠١٢٣,2019-01-02,DE,confirmed"
    raw = "\n".join((HEADER, entry)).encode()
    await bench.desk.imports.import_register(bench.actor("root"), Register.REFUGEES, raw)
    before = await bench.sent(notice_request("RU", subject=about("Nordalin", "Petrus", "1968-11-02", "٨٨٠٠١٢٣٤")))
    await bench.desk.review.claim(bench.actor("Jonas"), before)
    await bench.desk.review.decide(bench.actor("Jonas"), before, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER))
    if await bench.state(before) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), before)
    await bench.desk.close()
    with changed_file(bench.desk.store.path) as file:
        file.execute("DELETE FROM watched")
        file.execute("DELETE FROM watched_key")
        file.execute("DELETE FROM document_key")
        file.execute("UPDATE person_key SET mark = 'd:٨٨٠٠١٢٣٤' WHERE mark = 'd:88001234'")
        file.execute("UPDATE register_key SET mark = 'd:٧٧٠٠١٢٣' WHERE mark = 'd:7700123'")
        file.execute("UPDATE desk SET watch_stage = 0, watch_position = 0")
    await reopen(bench)
    assert await rules_on(bench, about("Skarwin", "Iliya", "1974")) == {"CON-05"}
    assert await rules_on(bench, about("Nordaline", "Petrus", "1968")) == {"HIS-01"}
    assert await rules_on(bench, about("Another", "Altogether", "1990", "७७००१२३")) == {"CON-05"}
    assert await rules_on(bench, about("Another", "Altogether", "1990", "88001234")) == {"HIS-01"}
