"""Retention: the question to the source, legal hold, and the purge, which keeps hashes, events and chain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.records.retention import months_before, renewal_from, retention_end
from dutydesk.store.engine.location import is_in_database
from refusals import raises_code
from remains import files_with, places_with
from sqlite_files import changed_file


def test_retention_is_never_longer_than_five_years() -> None:
    received = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert retention_end(None, received).date().isoformat() == "2029-02-28"
    assert retention_end(datetime(2040, 1, 1).date(), received).date().isoformat() == "2029-02-28"
    assert retention_end(datetime(2025, 1, 1).date(), received).date().isoformat() == "2025-01-01"


def test_the_question_comes_six_months_before() -> None:
    assert renewal_from(datetime(2022, 8, 31, 23, tzinfo=UTC)) == datetime(2022, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2022, 1, 15).date(), 1).isoformat() == "2021-12-15"


async def test_a_source_is_asked_once(bench: Bench) -> None:
    item = await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    bench.clock.move(days=110)
    await bench.desk.retention.apply_deadlines()
    assert "item.retention_asked" not in await bench.kinds(item)
    bench.clock.move(days=5)
    await bench.desk.retention.apply_deadlines()
    await bench.desk.retention.apply_deadlines()
    assert (await bench.kinds(item)).count("item.retention_asked") == 1
    batch = await bench.dispatch()
    questions = [n for n in batch.notices if n.notice.value == "retention_question"]
    assert [(n.recipient, json.loads(n.data)["until"]) for n in questions] == [("DE", "2022-12-31T23:59:59Z")]


async def test_a_purge_deletes_the_body_and_keeps_the_proof(bench: Bench) -> None:
    message = diffusion(retention_until="2022-12-31")
    item = await bench.sent(message)
    await bench.dispatch()
    await bench.desk.review.note(bench.actor("Jonas"), item, "a remark with a name")
    before = await bench.desk.queries.show(item)
    bench.clock.move(days=330)
    assert [row.alarm for row in await bench.desk.queries.alarms()] == ["retention"]
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.retention.purge(bench.actor("Ines"))
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert (done.purged, done.kept) == (("D-000001",), ())
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.title, shown.body) == ("purged", "purged", None)
    assert (shown.sha256, shown.findings, shown.notes[0].text) == (before.sha256, (), "")
    assert shown.history[-1].data["sha256"] == [before.sha256]
    assert await bench.verified()
    family = message["subject"]["name"]["family"]
    with changed_file(bench.desk.store.path) as connection:
        kept = repr(connection.dump())
    assert family not in kept
    assert ("PL", "withdrawal") in {(n.recipient, n.notice.value) for n in (await bench.dispatch()).notices}
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ()


async def test_legal_hold_keeps_an_item_from_the_purge(bench: Bench) -> None:
    item = await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.retention.legal_hold(bench.actor("Jonas"), item, "A court asks.", held=True)
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    with raises_code(RefusedCode.LEGAL_HOLD_UNCHANGED):
        await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    bench.clock.move(days=330)
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert (done.purged, done.kept) == ((), (("D-000001", "legal hold"),))
    assert await bench.desk.queries.alarms() == []
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "The court is done.", held=False)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)
    with raises_code(RefusedCode.BODY_PURGED):
        await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "Too late.", held=True)


async def test_what_is_still_under_review_is_not_purged(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR", retention_until="2022-12-31"))
    bench.clock.move(days=330)
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert done.kept == (("D-000001", "it is held"),)
    await bench.refuse(item)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)


async def test_a_purged_item_accepts_no_more_commands(bench: Bench) -> None:
    message = diffusion(retention_until="2022-12-31")
    item = await bench.sent(message)
    await bench.dispatch()
    bench.clock.move(days=330)
    await bench.desk.retention.purge(bench.actor("root"))
    for actor in (
        act_message("withdrawal", "DE", of=message["reference"], reason="Found."),
        diffusion(type="correction", of=message["reference"]),
    ):
        assert (await bench.send(actor)).outcome == "rejected"
    with raises_code(RefusedCode.NOT_RELEASED):
        await bench.desk.review.recall(bench.actor("Jonas"), item, "Bad.")
    assert (await bench.send(message)).outcome == "repeat"


_MARK = "Qwzxmarkerq"


async def _send_marked(bench: Bench, place: int) -> int:
    message = diffusion(retention_until="2022-12-31")
    subject = message["subject"]
    subject["name"] |= {"family": f"{_MARK}{place}", "given": f"{_MARK}given"}
    subject["identity_documents"] = [{"type": "passport", "number": f"{_MARK}{place:05d}", "issuer": "DE"}]
    message["text"] = f"{_MARK} " * (1 + place % 50)
    item = await bench.sent(message)
    await bench.sent(diffusion())
    return item


@pytest.mark.parametrize("rewritten_bytes", [0, 2**30])
async def test_a_purge_leaves_no_byte_in_store_log_file_or_backup(bench: Bench, rewritten_bytes: int) -> None:
    bench.desk.store.engine.limits = replace(bench.desk.store.limits, rewritten_bytes=rewritten_bytes)
    for place in range(60):
        await _send_marked(bench, place)
    path, folder = bench.desk.store.path, bench.desk.store.path.parent
    found = places_with(path, _MARK)
    assert found if is_in_database(path) else f"{path.name}-wal" in found
    bench.clock.move(days=330)
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert len(done.purged) == 60
    assert done.left_to_vacuum is is_in_database(path)
    assert done.erased is (bool(rewritten_bytes) and not done.left_to_vacuum)
    await bench.desk.store.fold()
    assert files_with(folder, _MARK) + places_with(path, _MARK) == []
    await bench.desk.backups.back_up(bench.actor("root"), folder / "copy.db", lambda _done, _all: None)
    assert files_with(folder, _MARK) == []
    assert await bench.verified()


@pytest.mark.sqlite_only("the free pages of its file")
async def test_a_file_that_is_written_anew_has_no_free_pages(bench: Bench) -> None:
    await bench.sent(diffusion(retention_until="2022-12-31", text="long " * 9_000))
    bench.clock.move(days=330)
    bench.desk.store.engine.limits = replace(bench.desk.store.limits, rewritten_bytes=0)
    await bench.desk.retention.purge(bench.actor("root"))
    assert _free_pages(bench.desk.store.path) > 0
    assert (await bench.desk.retention.purge(bench.actor("root"), rewrite=True)).erased
    assert _free_pages(bench.desk.store.path) == 0


def _free_pages(path: Path) -> int:
    with changed_file(path) as connection:
        return int(connection.value("PRAGMA freelist_count"))
