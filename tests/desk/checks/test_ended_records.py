"""A record that has ended by what the log had come to gives no hit after the clock has stepped back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desks import Bench, diffusion
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import IdentityDocument

NAME = NominalQuery("Irzo Quillabrand")
PAPER = DocumentQuery("RT5500222")


def about_quillabrand(**changes: Any) -> dict[str, Any]:
    subject = dict(diffusion()["subject"]) | {"name": {"family": "Quillabrand", "given": "Irzo"}}
    return diffusion("DE", ("PL",), subject=subject, **changes)


async def items_hit(bench: Bench) -> list[str | None]:
    found = await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME)
    return sorted(str(hit.item) for hit in found.hits)


async def papers_hit(bench: Bench) -> str:
    return (await bench.desk.checks.check(bench.actor("Jonas"), "PL", PAPER)).result


async def file_paper(bench: Bench, days: int) -> None:
    paper, ends_at = IdentityDocument("passport", "RT5500222", "UA"), bench.clock.now() + timedelta(days=days)
    lost = ImportedRecord("UA", "RT5500222", "document", "passport RT5500222", documents=(paper,), ends_at=ends_at)
    await bench.desk.imports.import_records(bench.actor("root"), RecordOrigin.DOCUMENTS, [lost])


async def test_an_item_that_has_ended_stays_ended(bench: Bench) -> None:
    brief, long = about_quillabrand(retention_until="2022-04-01"), about_quillabrand(retention_until="2022-12-01")
    await bench.sent(brief)
    lasting = await bench.sent(long)
    bench.clock.move(days=20)
    assert len(await items_hit(bench)) == 2
    bench.clock.move(days=5)
    assert await items_hit(bench) == [f"D-{lasting:06d}"]
    bench.clock.move(days=-5)
    assert await items_hit(bench) == [f"D-{lasting:06d}"]
    assert (await prove_store(bench.desk.store, bench.desk.context)).holds


async def test_what_comes_in_after_the_clock_was_set_right_goes_by_the_clock(bench: Bench) -> None:
    """A clock that ran years ahead for a moment ends nothing of what comes in later."""
    early = about_quillabrand(retention_until="2022-12-01")
    await bench.sent(early)
    bench.clock.move(days=3000)
    assert await items_hit(bench) == []
    bench.clock.move(days=-3000)
    assert await items_hit(bench) == []
    later = await bench.sent(about_quillabrand(retention_until="2022-12-01"))
    assert await items_hit(bench) == [f"D-{later:06d}"]
    corrected = {"type": "correction", "of": early["reference"], "text": "Kept longer."}
    kept = await bench.sent(about_quillabrand(retention_until="2023-12-01", **corrected))
    assert await items_hit(bench) == [f"D-{later:06d}", f"D-{kept:06d}"]
    assert (await prove_store(bench.desk.store, bench.desk.context)).holds


async def test_an_imported_record_that_has_ended_stays_ended(bench: Bench) -> None:
    await file_paper(bench, days=10)
    assert await papers_hit(bench) == "hit"
    bench.clock.move(days=11)
    assert await papers_hit(bench) == "no_record"
    bench.clock.move(days=-5)
    assert await papers_hit(bench) == "no_record"
    await file_paper(bench, days=11)
    assert await papers_hit(bench) == "hit"
    bench.clock.move(days=-1)
    assert await papers_hit(bench) == "hit"
