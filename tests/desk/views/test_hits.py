"""Hits in the views: one line each among the items, and one hit in full."""

from __future__ import annotations

from desks import Bench, diffusion
from dutydesk.desk.base.hit_rows import HitNoticeRow, HitRow
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from refusals import raises_code

NAME = NominalQuery("QUILLABRAND Irzo", PartialDate(1968))


async def filed(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL", "FR"), title=None))


async def test_a_hit_follows_the_item_received_before_it(bench: Bench) -> None:
    await filed(bench)
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME, "Vellmark bridge")
    await bench.sent(diffusion("FR"))
    newest = await bench.desk.queries.lines()
    assert [getattr(row, "hit", None) or row.item for row in newest] == ["D-000002", "H-000001", "D-000001"]
    row = newest[1]
    assert isinstance(row, HitRow)
    assert (row.requester, row.source, row.database, row.item) == ("PL", "DE", "nominal", "D-000001")
    assert (row.place, row.dismissed_until) == ("Vellmark bridge", None)
    assert row.title == (await bench.desk.queries.show(1)).row.title
    assert (await bench.desk.queries.header()).hits == 1


async def test_one_hit_shows_query_record_and_notified_bureaus(bench: Bench) -> None:
    await filed(bench)
    (hit,) = (await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME)).hits
    found = await bench.desk.queries.hit(1)
    assert found.query == {"name": "QUILLABRAND Irzo", "date_of_birth": "1968"}
    assert "; ".join(found.explanation) == hit.explanation
    assert found.record is not None
    assert ("ZX4400917", "SE") in found.record.documents
    assert (found.told, found.actor) == ((HitNoticeRow("DE", "queued"),), "Jonas")
    assert found.dismissals == ()


async def test_a_hit_on_ones_own_data_notifies_nobody(bench: Bench) -> None:
    await filed(bench)
    await bench.desk.checks.check(bench.actor("Jonas"), "DE", DocumentQuery("ZX4400917", None))
    assert (await bench.desk.queries.hit(1)).told == ()


async def test_a_dismissed_hit_shows_by_whom_why_and_until_when(bench: Bench) -> None:
    await filed(bench)
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME)
    await bench.desk.checks.check(bench.actor("Jonas"), "FR", NAME)
    until = bench.clock.now().replace(year=2023)
    await bench.desk.checks.dismiss(bench.actor("Ines"), 1, "Another man.", until)
    found, other = await bench.desk.queries.hit(1), await bench.desk.queries.hit(2)
    (dismissal,) = found.dismissals
    assert (dismissal.officer, dismissal.reason, dismissal.until) == ("Ines", "Another man.", until)
    assert found.row.dismissed_until == until
    assert (other.row.dismissed_until, other.dismissals) == (None, ())


async def test_a_purge_also_clears_the_items_hits(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL",), retention_until="2022-04-01"))
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME)
    bench.clock.move(days=40)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)
    found = await bench.desk.queries.hit(1)
    assert (found.row.title, found.query, found.explanation, found.record) == ("", {}, (), None)


async def test_an_unknown_hit_is_not_found(bench: Bench) -> None:
    with raises_code(NotFoundCode.UNKNOWN_HIT, match="H-000007"):
        await bench.desk.queries.hit(7)
