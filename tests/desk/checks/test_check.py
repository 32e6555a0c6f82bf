"""Database checks: who gets a hit on which record, and what a check with or without a hit stores."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.desk.examination.filing import remove_record
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.lines import bureau_lines
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log, records
from refusals import raises_code

NAME = NominalQuery("Irzo Quillabrand")


def person(family: str, given: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "person",
        "status": "wanted_for_prosecution",
        "name": {"family": family, "given": given},
        "sex": "M",
        "date_of_birth": "1968-02-29",
        "nationalities": ["FI"],
        "identity_documents": [{"type": "passport", "number": "ZX4400917", "issuer": "SE"}],
        **fields,
    }


QUILLABRAND = person("Quillabrand", "Irzo")


async def filed(bench: Bench, recipients: Any = ("PL", "FR"), subject: Any = None, **changes: Any) -> int:
    return await bench.sent(diffusion("DE", recipients, subject=subject or QUILLABRAND, **changes))


async def result(bench: Bench, requester: str, query: NominalQuery | DocumentQuery = NAME) -> str:
    return (await bench.desk.checks.check(bench.actor("Jonas"), requester, query)).result


async def test_a_recipient_hits_and_nobody_else_does(bench: Bench) -> None:
    item = await filed(bench)
    answer = await bench.desk.checks.check(
        bench.actor("Jonas"), "PL", NominalQuery("QUILLABRAND Irzo", PartialDate(1968))
    )
    (hit,) = answer.hits
    assert (answer.result, hit.item, hit.source, hit.score) == ("hit", f"D-{item:06d}", "DE", 100)
    assert "family name equal" in hit.explanation
    assert "born 1968 in both" in hit.explanation
    nobody = await bench.desk.checks.check(bench.actor("Jonas"), "ES", NAME)
    assert (nobody.result, nobody.hits) == ("no_record", ())


async def test_the_owner_s_denial_beats_the_address_list_at_once(bench: Bench) -> None:
    item = await filed(bench)
    assert await result(bench, "PL") == "hit"
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("PL",), None, item)
    assert await result(bench, "PL") == "no_record"
    assert await result(bench, "FR") == "hit"
    await bench.send(act_message("restriction", "DE", deny="all"))
    assert await result(bench, "FR") == "no_record"
    assert await result(bench, "DE") == "hit"


async def test_a_record_lives_and_ends_with_its_item(bench: Bench) -> None:
    message = diffusion("RU", ("PL",), subject=QUILLABRAND)
    await bench.order("RU", Level.HELD)
    item = await bench.sent(message)
    assert await result(bench, "PL") == "no_record"
    await bench.release(item)
    assert await result(bench, "PL") == "hit"
    await bench.desk.review.undo(bench.actor("Jonas"), item)
    assert await result(bench, "PL") == "no_record"
    await bench.release(item)
    await bench.dispatch()
    await bench.send(act_message("withdrawal", "RU", of=message["reference"], reason="Found."))
    assert await result(bench, "PL") == "no_record"


async def test_a_correction_takes_the_place_of_what_it_corrects(bench: Bench) -> None:
    message = diffusion("DE", ("PL", "FR"), subject=QUILLABRAND)
    first = await bench.sent(message)
    other = person("Tesfamarkos", "Dawit", identity_documents=[{"type": "passport", "number": "QK7700111"}])
    child = await bench.sent(
        diffusion("DE", ("FR",), type="correction", of=message["reference"], subject=other, text="Another man.")
    )
    assert await result(bench, "FR") == "no_record"
    assert await result(bench, "FR", NominalQuery("Dawit Tesfamarkos")) == "hit"
    assert await result(bench, "PL", NominalQuery("Dawit Tesfamarkos")) == "no_record"
    assert await bench.state(first) == "superseded"
    await bench.desk.review.recall(bench.actor("Jonas"), child, "Doubt.")
    assert await result(bench, "FR", NominalQuery("Dawit Tesfamarkos")) == "no_record"


async def test_a_held_item_is_filed_only_under_the_person_of_its_correction(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", ("PL",), subject=QUILLABRAND)
    item = await bench.sent(message)
    other = person("Tesfamarkos", "Dawit", identity_documents=[{"type": "passport", "number": "QK7700111"}])
    child = await bench.sent(diffusion("RU", ("PL",), type="correction", of=message["reference"], subject=other))
    assert await bench.state(item) == "withdrawn"
    await bench.release(child)
    assert await result(bench, "PL") == "no_record"
    assert await result(bench, "PL", DocumentQuery("ZX4400917", "SE")) == "no_record"
    assert await result(bench, "PL", NominalQuery("Dawit Tesfamarkos")) == "hit"


async def test_retention_ends_a_record_at_its_instant(bench: Bench) -> None:
    await filed(bench, retention_until="2022-04-01")
    bench.clock.move(days=20)
    assert await result(bench, "PL") == "hit"
    bench.clock.move(days=5)
    assert await result(bench, "PL") == "no_record"
    await bench.desk.retention.purge(bench.actor("root"))
    kept = await bench.desk.store.read(lambda handle: records.names_by_sound(handle, [1]))
    assert await result(bench, "PL") == "no_record"
    assert kept == []


async def test_a_notice_answers_every_member_and_no_entity(bench: Bench) -> None:
    item = await bench.sent(notice_request("DE", subject=QUILLABRAND))
    assert await result(bench, "ES") == "no_record"
    await bench.release(item)
    assert await result(bench, "ES") == "hit"
    assert await result(bench, "914") == "no_record"


async def test_documents_are_found_as_they_are_typed_and_by_issuer(bench: Bench) -> None:
    await filed(bench)
    for number, issuer, expected in (
        ("zx 440-0917", "SE", "hit"),
        ("ＺＸ４４００９１７", None, "hit"),
        ("ZX4400917", "NO", "no_record"),
        ("ZX44OO917", "SE", "no_record"),
    ):
        assert await result(bench, "PL", DocumentQuery(number, issuer)) == expected, number
    assert await result(bench, "PL", NominalQuery("Somebody Otherwise", None, None, "ZX4400917")) == "hit"


async def test_a_suspended_or_held_requester_gets_the_answer_of_no_record(bench: Bench) -> None:
    await filed(bench, ("PL", "FR", "BY"))
    await bench.order("PL", Level.SUSPENDED)
    await bench.order("FR", Level.HELD, channels={Channel.CHECK})
    await bench.order("BY", Level.MONITORED, channels={Channel.CHECK})
    assert [await result(bench, code) for code in ("PL", "FR", "BY")] == ["no_record", "no_record", "hit"]
    await bench.order("DE", Level.SUSPENDED)
    assert await result(bench, "BY") == "no_record"


async def test_a_hit_is_stored_in_full_and_its_source_and_the_desk_are_notified(bench: Bench) -> None:
    item = await filed(bench)
    message = act_message(
        "check",
        "PL",
        database="nominal",
        query={"name": "Irzo Quilabrand", "date_of_birth": "1968"},
        place="Narvik-Ost ferry",
    )
    receipt = await bench.send(message)
    (hit,) = receipt.hits
    assert (receipt.outcome, receipt.result, hit.hit) == ("accepted", "hit", "H-000001")
    row = await bench.desk.store.read(lambda handle: records.hit(handle, 1))
    assert row is not None
    assert (row.requester, row.source, row.item, row.place) == ("PL", "DE", item, "Narvik-Ost ferry")
    assert json.loads(row.query) == {"name": "Irzo Quilabrand", "date_of_birth": "1968"}
    assert "one letter apart" in row.explanation or "spelt otherwise" in row.explanation
    event = (await bench.desk.queries.show(item)).history[-1]
    assert (event.kind, event.data["requester"], event.data["hit"]) == ("check.hit", "PL", "H-000001")
    batch = await bench.dispatch()
    told = [notice for notice in batch.notices if notice.notice == "hit"]
    assert [(notice.recipient, json.loads(notice.data)["place"]) for notice in told] == [("DE", "Narvik-Ost ferry")]
    again = await bench.send(message)
    assert (again.outcome, again.hits) == ("repeat", receipt.hits)


async def test_checks_without_a_hit_leave_counters_only(bench: Bench) -> None:
    await filed(bench)
    head = await bench.desk.queries.head_seq()
    message = act_message("check", "ES", database="nominal", query={"name": "Irzo Quillabrand"})
    first, again = await bench.send(message), await bench.send(message)
    await bench.send(act_message("check", "PL", database="travel_documents", query={"document_number": "AA000000"}))
    assert (first.outcome, first.result, first.hits, again.outcome) == ("accepted", "no_record", (), "repeat")
    later = await bench.desk.store.read(lambda handle: log.after(handle, head, 10))
    assert [event.kind for event in later] == ["checks.counted", "intake.repeated", "checks.counted"]
    assert not any("Quillabrand" in event.data or "ES-" in event.data for event in later if event.kind[0] == "c")
    counted = await bench.desk.store.read(lambda handle: records.checks_since(handle, None, bench.clock.now()))
    assert sorted((row["requester"], row["database"], row["result"], row["n"]) for row in counted) == [
        ("ES", "nominal", "no_record", 1),
        ("PL", "travel_documents", "no_record", 1),
    ]


async def test_checks_are_counted_against_the_supplier_whose_records_were_consulted(bench: Bench) -> None:
    await filed(bench)
    for _ in range(3):
        await result(bench, "PL")
    await result(bench, "ES")
    counted = await bench.desk.store.read(lambda handle: records.checks_since(handle, "DE", bench.clock.now()))
    assert [(row["requester"], row["result"], row["n"]) for row in counted] == [("PL", "hit", 3)]


async def test_a_query_that_identifies_no_one_is_refused_with_a_reason_and_counted(bench: Bench) -> None:
    for query in (NominalQuery("I"), NominalQuery("***"), NominalQuery("I. Q."), DocumentQuery("12")):
        with raises_code(RefusedCode.QUERY_UNUSABLE):
            await result(bench, "PL", query)
    receipt = await bench.send(act_message("check", "PL", database="nominal", query={"name": "%"}))
    assert (receipt.outcome, receipt.problems[0].path) == ("rejected", "query.name")
    counted = await bench.desk.store.read(lambda handle: records.checks_since(handle, None, bench.clock.now()))
    assert sum(row["n"] for row in counted if row["result"] == "limited") == 5


async def test_a_bureau_has_a_limit_of_checks_per_minute(bench: Bench) -> None:
    object.__setattr__(bench.desk.context.settings, "checks_per_minute", 3)
    for _ in range(3):
        assert await result(bench, "PL") == "no_record"
    with raises_code(RefusedCode.CHECK_LIMIT):
        await result(bench, "PL")
    assert await result(bench, "FR") == "no_record"
    bench.clock.move(minutes=1)
    assert await result(bench, "PL") == "no_record"


async def test_a_dismissed_hit_stays_away_for_that_query_until_its_time(bench: Bench) -> None:
    await filed(bench)
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "PL", NAME)
    until = bench.clock.now().replace(day=20)
    await bench.desk.checks.dismiss(bench.actor("Jonas"), 1, "Another man: fingerprints differ.", until)
    assert answer.hits[0].hit == "H-000001"
    assert await result(bench, "PL", NominalQuery("quillabrand  IRZO")) == "no_record"
    assert await result(bench, "FR") == "hit"
    assert await result(bench, "PL", NominalQuery("Irzo Quillabrand", PartialDate(1968))) == "hit"
    bench.clock.move(days=11)
    assert await result(bench, "PL") == "hit"


async def test_who_may_check_and_dismiss(bench: Bench) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.checks.check(bench.actor("Olga"), "PL", NAME)
    with raises_code(InvalidRequestCode.UNKNOWN_CODE, match="ZZ"):
        await bench.desk.checks.check(bench.actor("Jonas"), "ZZ", NAME)


async def test_older_items_get_their_records_when_the_store_is_opened(bench: Bench) -> None:
    item = await filed(bench)

    def as_before(transaction: Transaction) -> None:
        remove_record(transaction, item)
        records.set_backfill_position(transaction, 0)

    await bench.desk.store.write(as_before)
    assert await result(bench, "PL") == "no_record"
    path = bench.desk.store.path
    await bench.desk.close()
    again = await open_desk(path, bench.clock)
    try:
        assert (await again.checks.check(bench.actor("Jonas"), "PL", NAME)).result == "hit"
    finally:
        await again.close()
    object.__setattr__(bench.desk, "store", (await open_desk(path, bench.clock)).store)


async def test_the_source_of_an_imported_document_is_notified_of_a_hit_too(bench: Bench) -> None:
    paper = IdentityDocument("passport", "RT5500222", "UA")
    lost = ImportedRecord("UA", "RT5500222", "document", "passport RT5500222", documents=(paper,))
    counted = await bench.desk.imports.import_records(bench.actor("root"), RecordOrigin.DOCUMENTS, [lost, lost])
    assert (counted.taken, counted.unchanged) == (1, 1)
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("RT-550 0222"), "Narvik-Ost ferry")
    (hit,) = answer.hits
    assert (hit.item, hit.record, hit.source) == (None, "RT5500222", "UA")
    batch = await bench.dispatch()
    (notice,) = batch.notices
    assert (notice.recipient, notice.notice, notice.key) == ("UA", "hit", "H-000001/1.1/UA/hit.1")
    line = json.loads(b"".join(bureau_lines(batch)["UA"]))
    assert (line["item"], line["hit"], line["record"], line["place"]) == (
        None,
        "H-000001",
        "RT5500222",
        "Narvik-Ost ferry",
    )
    await bench.desk.supervision.restrict(bench.actor("Ines"), "UA", ("PL",), None)
    assert await result(bench, "PL", DocumentQuery("RT5500222")) == "no_record"
    await bench.order("UA", Level.HELD, channels={Channel.RECORD})
    assert await result(bench, "FR", DocumentQuery("RT5500222")) == "no_record"


async def test_a_dry_run_of_a_suspension_says_what_was_consulted_and_hit(bench: Bench) -> None:
    await filed(bench)
    await result(bench, "PL")
    await result(bench, "PL", NominalQuery("Irzo Quillabrand", PartialDate(1991, 3, 4)))
    bench.clock.move(days=29)
    found = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("DE", Level.SUSPENDED))
    assert (found.would_change["records_consulted_30_days"], found.would_change["hits_30_days"]) == (2, 1)
    bench.clock.move(days=2)
    found = await bench.desk.supervision.dry_run(bench.actor("Ines"), bench.order_for("DE", Level.SUSPENDED))
    assert (found.would_change["records_consulted_30_days"], found.would_change["hits_30_days"]) == (0, 0)


async def test_a_purge_clears_the_personal_data_of_a_hit(bench: Bench) -> None:
    await filed(bench, retention_until="2022-04-01")
    await result(bench, "PL")
    bench.clock.move(days=30)
    await bench.desk.retention.purge(bench.actor("root"))
    row = await bench.desk.store.read(lambda handle: records.hit(handle, 1))
    assert row is not None
    assert (row.requester, row.query, row.explanation) == ("PL", "{}", "")
    digests = await bench.desk.store.read(lambda handle: handle.all("hits_after", id=0, most=9)[0]["column_digests"])
    assert digests is None, "nothing is left by which what was asked could be guessed"
    assert (await compare_state(bench.desk.store, bench.desk.context)).holds
    log = [json.dumps(event.data) for event in await bench.desk.queries.events_after(0)]
    assert not [line for line in log if "1968" in line or "quillabrand" in line.lower()]


async def test_a_denied_requester_gets_the_receipt_of_no_record(bench: Bench) -> None:
    await filed(bench, restricted_from=["PL"])
    query = {"name": "Irzo Quillabrand", "date_of_birth": "1968"}
    receipts = [
        asdict(await bench.send(act_message("check", code, database="nominal", query=asked)))
        for code, asked in (("PL", query), ("ES", query), ("FR", {"name": "Nobody Atall"}))
    ]
    for receipt in receipts:
        assert receipt.pop("reference")
        assert receipt.pop("sha256")
    denied, unaddressed, unknown = receipts
    assert denied == unaddressed == unknown
    assert (denied["result"], denied["hits"]) == ("no_record", ())
