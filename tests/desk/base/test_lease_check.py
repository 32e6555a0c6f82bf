"""After an edit of the store's file, the desk follows the log and raises an alarm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.desk.delivery.lease import Batch
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import IdentityDocument
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code
from sqlite_files import changed_file


def edit(bench: Bench, sql: str, *values: object) -> int:
    """Edit the store's file, bypassing the desk; return the number of changed rows."""
    with changed_file(bench.desk.store.path) as connection:
        return connection.change(sql, values)


def ids(code: str) -> str:
    return f"(SELECT id FROM bureau WHERE code = '{code}')"


async def changed(bench: Bench) -> list[str]:
    """Return the changes that the alarms report, by the check that found them, newest first."""
    alarms = {row.subject for row in await bench.desk.queries.alarms() if row.alarm == "changed"}
    log = await bench.desk.queries.events_after(0, 100_000)
    found = [(event.subject, event.data["what"]) for event in log if event.kind == "store.differs"]
    assert {subject for subject, _ in found} == alarms
    return [str(what) for _, what in reversed(found)]


def notices(batch: Batch, kind: str = "receipt") -> list[str]:
    return [notice.recipient for notice in batch.notices if notice.notice.value == kind]


# References


async def test_a_reference_whose_row_was_removed_is_a_repeat(bench: Bench) -> None:
    message = diffusion()
    first = await bench.send(message)
    await bench.dispatch()
    assert edit(bench, "DELETE FROM reference") == 1
    again = await bench.send(message)
    assert (again.outcome, again.item, again.state, again.sha256) == ("repeat", first.item, first.state, first.sha256)
    assert again.level == first.level
    assert not (await bench.dispatch()).leased_items
    assert await changed(bench) == ["reference"]
    assert (await bench.send(message)).outcome == "repeat"
    assert await changed(bench) == ["reference"], "the row was put right"


async def test_the_same_content_in_other_bytes_is_a_repeat_and_other_content_a_conflict(bench: Bench) -> None:
    message = diffusion()
    await bench.send(message)
    edit(bench, "DELETE FROM reference")
    assert (await bench.send(dict(reversed(message.items())))).outcome == "repeat"
    edit(bench, "DELETE FROM reference")
    other = await bench.send({**message, "text": "Other words."})
    assert (other.outcome, other.state) == ("conflict", "quarantined")
    assert await changed(bench) == ["reference", "reference"]


async def test_a_changed_row_loses_no_message(bench: Bench) -> None:
    """With another message's hash in the row, that message would count as a repeat."""
    message, other = diffusion(), diffusion(text="Other words.")
    await bench.send(message)
    await bench.send(other)
    edit(
        bench,
        "UPDATE reference SET content_hash = (SELECT content_hash FROM reference WHERE reference = ?)",
        other["reference"],
    )
    forged = {**other, "reference": message["reference"]}
    assert (await bench.send(forged)).outcome == "conflict"
    assert (await bench.send(message)).outcome == "repeat"


async def test_a_changed_receipt_is_rebuilt(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU")
    first = await bench.send(message)
    edit(bench, "UPDATE reference SET receipt = replace(receipt, '\"held\"', '\"released\"')")
    assert (await bench.send(message)).state == first.state == "held"
    assert await changed(bench) == ["reference"]


@pytest.mark.parametrize("kind", ["withdrawal", "information", "response", "restriction", "recall_confirmation"])
async def test_a_follow_up_is_accepted_once(bench: Bench, kind: str) -> None:
    if kind == "information":
        await bench.order("DE", Level.HELD)
    root = diffusion()
    item = await bench.sent(root)
    await bench.dispatch()
    name = f"D-{item:06d}"
    if kind == "recall_confirmation":
        await bench.desk.review.recall(bench.actor("Ines"), item, "Wrong person.", urgent=True)
        await bench.dispatch()
    sent: dict[str, dict[str, Any]] = {
        "withdrawal": act_message(kind, "DE", of=root["reference"], reason="It is over."),
        "information": act_message(kind, "DE", about=name, text="As asked."),
        "response": act_message(kind, "PL", about=name, action="acting"),
        "restriction": act_message(kind, "DE", of=root["reference"], deny=["PL"]),
        "recall_confirmation": act_message(kind, "PL", about=name, outcome="deleted"),
    }
    assert (await bench.send(sent[kind])).outcome == "accepted"
    events = len(await bench.kinds(item))
    edit(bench, "DELETE FROM reference WHERE reference = ?", sent[kind]["reference"])
    again = await bench.send(dict(reversed(sent[kind].items())))
    assert again.outcome == "repeat"
    assert await changed(bench) == ["reference"]
    assert len(await bench.kinds(item)) <= events + 2, "a repeat and a difference"


async def test_a_correction_of_an_undecided_item_is_accepted_once(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    root = diffusion("RU")
    item = await bench.sent(root)
    correction = diffusion("RU", type="correction", of=root["reference"], text="Other words.")
    assert (await bench.send(correction)).outcome == "accepted"
    edit(bench, "DELETE FROM reference")
    assert (await bench.send(correction)).outcome == "repeat"
    assert (await bench.send(root)).outcome == "repeat"
    assert (await bench.desk.queries.show(item)).row.version == 2


async def test_a_check_that_hit_is_answered_once(bench: Bench) -> None:
    await bench.sent(diffusion(recipients=("FR", "PL")))
    await bench.dispatch()
    name = diffusion()["subject"]["name"]
    query = {"name": {"family": name["family"], "given": name["given"]}}
    check = act_message("check", "PL", database="nominal", query={"name": " ".join(query["name"].values())})
    assert (await bench.send(check)).result == "hit"
    edit(bench, "DELETE FROM reference WHERE reference = ?", check["reference"])
    assert (await bench.send(check)).outcome == "repeat"
    with raises_code(NotFoundCode.UNKNOWN_HIT):
        await bench.desk.queries.hit(2)


async def test_a_row_that_names_another_item_redirects_no_follow_up(bench: Bench) -> None:
    own, foreign = diffusion("DE"), await bench.sent(diffusion("FR", ("PL",)))
    item = await bench.sent(own)
    edit(bench, "UPDATE reference SET item = ? WHERE reference = ?", foreign, own["reference"])
    await bench.send(act_message("withdrawal", "DE", of=own["reference"], reason="It is over."))
    assert (await bench.state(item), await bench.state(foreign)) == ("cancelled", "released")
    assert await changed(bench) == ["reference"]


async def test_a_row_for_a_reference_that_was_never_used_loses_no_message(bench: Bench) -> None:
    message = diffusion()
    edit(bench, "INSERT INTO reference VALUES ('DE', ?, 'x', NULL, '{}')", message["reference"])
    assert (await bench.send(message)).outcome == "accepted"
    assert (await bench.send(message)).outcome == "repeat"


async def test_input_read_again_does_not_take_a_reference_twice(bench: Bench) -> None:
    message = diffusion()
    await bench.send(message)
    other = await bench.send({**message, "text": "Other words."})
    edit(bench, "DELETE FROM reference")
    with raises_code(RefusedCode.STILL_CONFLICTS):
        await bench.desk.intake.reread(bench.actor("Jonas"), number(other.item))


# Notices


async def test_a_delivered_notice_is_not_sent_again(bench: Bench) -> None:
    await bench.sent(diffusion())
    assert notices(await bench.dispatch()) == ["DE"]
    edit(bench, "UPDATE notice SET state = 'queued', due_at = 0")
    assert notices(await bench.dispatch()) == []
    assert await changed(bench) == ["notice"]
    assert not (await bench.dispatch()).notices
    assert await changed(bench) == ["notice"], "its row was put right"


@pytest.mark.parametrize("column", ["recipient", "notice", "version", "item"])
async def test_a_readdressed_notice_goes_to_the_recipient_in_the_log(bench: Bench, column: str) -> None:
    first, _ = await bench.sent(diffusion("DE")), await bench.sent(diffusion("FR", ("PL",)))
    value = {"recipient": ids("PL"), "notice": "'refused'", "version": "7", "item": str(first + 1)}[column]
    edit(bench, f"UPDATE notice SET {column} = {value} WHERE id = 1")
    batch = await bench.dispatch()
    assert notices(batch) == ["FR"]
    assert await changed(bench) == ["notice"]
    again = await bench.dispatch()
    assert [notice.key for notice in again.notices] == ["D-000001/1.1/DE/receipt.1"]


async def test_a_notice_with_changed_text_is_not_sent(bench: Bench) -> None:
    await bench.sent(diffusion())
    edit(bench, "UPDATE notice SET data = replace(data, '\"released\"', '\"refused\"')")
    assert not (await bench.dispatch()).notices
    assert await changed(bench) == ["notice"]


async def test_a_notice_that_the_desk_never_made_is_not_sent(bench: Bench) -> None:
    await bench.sent(diffusion())
    await bench.dispatch()
    edit(
        bench,
        "INSERT INTO notice (id, item, recipient, notice, version, cycle, data, state, due_at)"
        f" SELECT max(id) + 1, 1, {ids('CN')}, 'receipt', 1, 1, '{{}}', 'queued', 0 FROM notice",
    )
    assert not (await bench.dispatch()).notices
    assert await changed(bench) == ["notice"]


async def test_a_leased_notice_is_not_sent_again_unchecked_after_a_crash(bench: Bench) -> None:
    await bench.sent(diffusion())
    batch = await bench.desk.delivery.lease(100)
    edit(bench, "UPDATE notice SET state = 'queued', due_at = 0")
    assert not (await bench.desk.delivery.lease(100)).notices
    assert await changed(bench) == ["notice"]
    assert notices(batch) == ["DE"]


async def test_a_delivered_notice_marked_as_leased_is_not_requeued(bench: Bench) -> None:
    await bench.sent(diffusion())
    await bench.dispatch()
    edit(bench, "UPDATE notice SET state = 'sending', due_at = 4611686018427387904")
    await bench.desk.delivery.requeue_leased(frozenset())
    assert not (await bench.dispatch()).notices
    assert await changed(bench) == ["notice"]


async def test_the_source_of_an_imported_record_is_notified_of_a_hit_once(bench: Bench) -> None:
    paper = IdentityDocument("passport", "RT5500222", "IS")
    lost = ImportedRecord("IS", "RT5500222", "document", "passport RT5500222", documents=(paper,))
    await bench.desk.imports.import_records(bench.actor("root"), RecordOrigin.DOCUMENTS, [lost])
    await bench.desk.checks.check(bench.actor("Jonas"), "NO", DocumentQuery("RT5500222", "IS"))
    assert notices(await bench.dispatch(), "hit") == ["IS"]
    edit(bench, f"UPDATE notice SET state = 'queued', due_at = 0, recipient = {ids('CN')}")
    assert not (await bench.dispatch()).notices
    assert await changed(bench) == ["notice"]


# Deliveries


async def test_a_completed_delivery_is_not_sent_again(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    edit(bench, "UPDATE delivery SET state = 'queued', due_at = 0")
    edit(bench, "UPDATE item SET open_deliveries = 3, due_at = 0")
    assert not (await bench.dispatch()).leased_items
    assert set((await bench.deliveries(item)).values()) == {"delivered"}
    assert await changed(bench) == ["delivery"]


async def test_a_recipient_outside_the_release_gets_nothing(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    edit(
        bench,
        "INSERT INTO delivery (item, recipient, version, cycle, state, due_at)"
        f" VALUES (1, {ids('CN')}, 1, 1, 'queued', 0)",
    )
    edit(bench, "UPDATE item SET open_deliveries = open_deliveries + 1")
    batch = await bench.dispatch()
    assert [recipient for recipient, _ in batch.leased_items[0].keys] == ["FR", "PL", "UA"]
    assert (await bench.deliveries(item))["CN"] == "dead"
    assert await changed(bench) == ["delivery"]
    with raises_code(RefusedCode.DELIVERY_NOT_DEAD):
        await bench.desk.review.retry(bench.actor("Ines"), item, "CN")


async def test_a_delivery_that_was_readdressed_reaches_nobody_else(bench: Bench) -> None:
    await bench.sent(diffusion())
    edit(bench, f"UPDATE delivery SET recipient = {ids('CN')} WHERE recipient = {ids('PL')}")
    batch = await bench.dispatch()
    assert [recipient for recipient, _ in batch.leased_items[0].keys] == ["FR", "UA"]
    assert await changed(bench) == ["delivery"]


async def test_a_suppressed_delivery_that_was_queued_stays_stopped(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("PL",), None)
    item = await bench.sent(diffusion())
    edit(bench, "UPDATE delivery SET state = 'queued', cause = NULL, due_at = 0 WHERE state = 'suppressed'")
    edit(bench, "DELETE FROM restriction")
    edit(bench, "UPDATE item SET open_deliveries = 3, due_at = 0")
    batch = await bench.dispatch()
    assert [recipient for recipient, _ in batch.leased_items[0].keys] == ["FR", "UA"]
    assert (await bench.deliveries(item))["PL"] == "restricted"
    assert await changed(bench) == ["delivery"]


@pytest.mark.parametrize("column", ["version", "cycle"])
async def test_rows_with_another_version_go_out_under_the_logs_key(bench: Bench, column: str) -> None:
    await bench.sent(diffusion(recipients=("PL",)))
    edit(bench, f"UPDATE delivery SET {column} = 9")
    batch = await bench.dispatch()
    assert [key for each in batch.leased_items for _, key in each.keys] == ["D-000001/1.1/PL"]
    assert await changed(bench) == ["delivery"]


@pytest.mark.parametrize("column", ["version", "cycle"])
async def test_a_leased_delivery_is_looked_up_under_the_logs_key(bench: Bench, column: str) -> None:
    """The dispatcher ended after a delivery; with another key in the row, the copy would not be found."""
    await bench.sent(diffusion(recipients=("PL",)))
    await bench.desk.delivery.lease(100)
    edit(bench, f"UPDATE delivery SET {column} = 9")
    keys = await bench.desk.delivery.leased_keys()
    assert "D-000001/1.1/PL" in keys
    await bench.desk.delivery.requeue_leased(keys & {"D-000001/1.1/PL"})
    assert not (await bench.dispatch()).leased_items


async def test_a_leased_delivery_is_not_sent_again_unchecked_after_a_crash(bench: Bench) -> None:
    item = await bench.sent(diffusion(recipients=("PL",)))
    await bench.desk.delivery.lease(100)
    edit(bench, "UPDATE delivery SET state = 'queued', due_at = 0")
    edit(bench, "UPDATE item SET due_at = 0")
    assert not (await bench.dispatch()).leased_items
    assert await bench.deliveries(item) == {"PL": "dead"}
    assert "delivery" in await changed(bench)
    await bench.desk.review.retry(bench.actor("Ines"), item, "PL")
    assert len((await bench.dispatch()).leased_items) == 1


async def test_a_delivered_row_marked_as_leased_is_not_requeued(bench: Bench) -> None:
    item = await bench.sent(diffusion(recipients=("PL",)))
    await bench.dispatch()
    edit(bench, "UPDATE delivery SET state = 'sending'")
    edit(bench, "UPDATE item SET open_deliveries = 1, due_at = 0")
    await bench.desk.delivery.requeue_leased(frozenset())
    assert not (await bench.dispatch()).leased_items
    assert await bench.deliveries(item) == {"PL": "delivered"}
    assert await changed(bench) == ["delivery"]


@pytest.mark.parametrize(
    "column",
    ["version = 2", "cycle = 2", "sender = 'FR'", "restricted_from = ''", "confidential = 0", "kind = 'blue'"],
)
async def test_an_item_whose_row_was_changed_goes_to_nobody(bench: Bench, column: str) -> None:
    await bench.sent(diffusion(confidentiality="confidential", restricted_from=["CN"]))
    edit(bench, f"UPDATE item SET {column}")
    assert not (await bench.dispatch()).leased_items
    with changed_file(bench.desk.store.path) as connection:
        assert {row[0] for row in connection.execute("SELECT state FROM delivery")} <= {"dead", "suppressed"}
    assert "item" in await changed(bench)


async def test_a_held_item_whose_state_was_changed_goes_to_nobody(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU", ("PL",)))
    edit(bench, "UPDATE item SET state = 'released', held_before = 1, open_deliveries = 1, due_at = 0")
    edit(
        bench,
        "INSERT INTO delivery (item, recipient, version, cycle, state, due_at)"
        f" VALUES (1, {ids('PL')}, 1, 1, 'queued', 0)",
    )
    assert not (await bench.dispatch()).leased_items
    assert await changed(bench) == ["item"]


async def test_holders_in_the_log_are_notified(bench: Bench) -> None:
    item = await bench.sent(diffusion(recipients=("PL", "FR")))
    await bench.dispatch()
    edit(bench, f"UPDATE delivery SET state = 'suppressed', cause = 'restricted' WHERE recipient = {ids('PL')}")
    edit(
        bench,
        "INSERT INTO delivery (item, recipient, version, cycle, state, due_at)"
        f" VALUES (1, {ids('CN')}, 1, 1, 'delivered', NULL)",
    )
    await bench.desk.review.recall(bench.actor("Ines"), item, "Wrong person.", urgent=True)
    assert sorted(notices(await bench.dispatch(), "recall")) == ["DE", "FR", "PL"]
    assert await changed(bench) == ["holders"]


async def test_a_segment_number_is_used_once(bench: Bench) -> None:
    await bench.sent(diffusion())
    await bench.dispatch()
    await bench.sent(diffusion())
    last = (await bench.dispatch()).segment
    edit(bench, "UPDATE desk SET segment = 0")
    assert await bench.desk.backups.latest_segment() == last
    await bench.sent(diffusion())
    assert (await bench.dispatch()).segment == last + 1
    assert await changed(bench) == ["segment"]


# The purge


async def test_a_legal_hold_removed_from_the_file_still_keeps_the_body(bench: Bench) -> None:
    item = await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    edit(bench, "UPDATE item SET legal_hold = 0")
    bench.clock.move(days=330)
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert (done.purged, done.kept) == ((), (("D-000001", "legal hold"),))
    assert (await bench.desk.queries.show(item)).body is not None
    assert await changed(bench) == ["retention"]
    await bench.desk.retention.purge(bench.actor("root"))
    assert await changed(bench) == ["retention"], "its row was put right"
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "The court is done.", held=False)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)


async def test_a_legal_hold_added_to_the_file_can_be_ordered_and_lifted(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    edit(bench, "UPDATE item SET legal_hold = 1")
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    with raises_code(RefusedCode.LEGAL_HOLD_UNCHANGED):
        await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "The court is done.", held=False)
    with raises_code(RefusedCode.LEGAL_HOLD_UNCHANGED):
        await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "The court is done.", held=False)


async def test_a_command_that_recorded_nothing_signs_nothing_else(bench: Bench) -> None:
    await bench.desk.supervision.set_offline(bench.actor("Ines", "c-1"), "PL", offline=False)
    await bench.desk.supervision.set_offline(bench.actor("Ines"), "PL", offline=True)
    events = await bench.desk.queries.events_after(0, 1000)
    assert not [event for event in events if "command" in event.data]


async def test_a_retention_shortened_in_the_file_keeps_the_body(bench: Bench) -> None:
    item = await bench.sent(diffusion(retention_until="2026-12-31"))
    await bench.dispatch()
    edit(bench, "UPDATE item SET retention_until = 0")
    done = await bench.desk.retention.purge(bench.actor("root"))
    assert (done.purged, [name for name, _ in done.kept]) == ((), ["D-000001"])
    assert (await bench.desk.queries.show(item)).body is not None
    assert await changed(bench) == ["retention"]
    bench.clock.move(days=1800)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)


async def test_an_open_item_whose_state_was_changed_is_not_purged(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU", retention_until="2022-12-31"))
    bench.clock.move(days=330)
    edit(bench, "UPDATE item SET state = 'refused'")
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ()
    assert (await bench.desk.queries.show(item)).body is not None
    assert "retention" in await changed(bench)


async def test_a_source_is_not_asked_twice_about_retention(bench: Bench) -> None:
    await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    bench.clock.move(days=115)
    await bench.desk.retention.apply_deadlines()
    assert notices(await bench.dispatch(), "retention_question") == ["DE"]
    edit(bench, "UPDATE item SET retention_ask = 0")
    await bench.desk.retention.apply_deadlines()
    assert notices(await bench.dispatch(), "retention_question") == []
    assert await changed(bench) == ["retention"]


# Other checks against the log


async def test_a_command_whose_result_was_removed_is_not_repeated(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    actor = bench.actor("Jonas", "c-1")
    await bench.desk.review.note(actor, item, "Seen.")
    edit(bench, "DELETE FROM command")
    assert (await bench.desk.review.note(actor, item, "Seen.")).subject == "D-000001"
    assert len((await bench.desk.queries.show(item)).notes) == 1
    assert await changed(bench) == ["command"]
    edit(bench, "DELETE FROM command")
    with raises_code(ConflictCode.COMMAND_ID_USED):
        await bench.desk.review.note(actor, item, "Other words.")


async def test_a_refused_text_is_linked_though_its_row_was_removed(bench: Bench) -> None:
    message = notice_request("DE")
    item = await bench.sent(message)
    await bench.refuse(item)
    edit(bench, "DELETE FROM refused_text")
    again = await bench.sent({**message, "reference": "DE-again"})
    events = await bench.desk.queries.events_after(0, 100_000)
    (linked,) = [event for event in events if event.kind == "intake.accepted" and event.subject == f"D-{again:06d}"]
    assert linked.data["same_text_as"] == f"D-{item:06d}"
    assert await changed(bench) == ["refused"]


async def test_a_record_that_the_log_does_not_admit_is_not_a_hit(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU", ("PL",)))
    name = diffusion()["subject"]["name"]
    query = NominalQuery(f"{name['given']} {name['family']}")
    edit(bench, "UPDATE item SET state = 'released'")
    edit(
        bench,
        "INSERT INTO delivery (item, recipient, version, cycle, state, due_at)"
        f" VALUES (1, {ids('PL')}, 1, 1, 'delivered', NULL)",
    )
    assert (await bench.desk.checks.check(bench.actor("Jonas"), "PL", query)).result == "no_record"
    assert await changed(bench) == ["hit"]


async def test_regular_commands_cause_no_difference(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    root = diffusion()
    item = await bench.sent(root)
    await bench.dispatch(fail={"PL": "no answer"})
    bench.clock.move(hours=1)
    await bench.dispatch()
    await bench.release(await bench.sent(diffusion("RU", ("PL",))))
    await bench.dispatch()
    await bench.send(act_message("response", "PL", about=f"D-{item:06d}", action="acting"))
    child = diffusion(type="correction", of=root["reference"], text="Other words.")
    await bench.sent(child)
    await bench.dispatch()
    await bench.send(act_message("withdrawal", "DE", of=child["reference"], reason="It is over."))
    await bench.dispatch()
    assert json.dumps(await changed(bench)) == "[]"
