"""An owner's restriction on one reference of an item's family of corrections applies to the whole family."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.audit.item_export import check_against_store, export_item
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables import items
from refusals import raises_code


def correction(of: dict[str, Any], recipients: Any = ("PL", "FR"), **changes: Any) -> dict[str, Any]:
    return diffusion(of["sender"], recipients, type="correction", of=of["reference"], **changes)


async def restrict(bench: Bench, of: dict[str, Any], **fields: Any) -> Receipt:
    receipt = await bench.send(act_message("restriction", of["sender"], of=of["reference"], **fields))
    assert receipt.outcome == "accepted", receipt.problems
    return receipt


def lines(batch: Batch, notice: str) -> set[tuple[str, str]]:
    """Return recipient and item of each notice of one kind, except those to the sender FR."""
    return {(line.recipient, line.name) for line in batch.notices if line.notice == notice and line.recipient != "FR"}


async def published(bench: Bench, **changes: Any) -> dict[str, Any]:
    """Publish a notice of FR to all members except IT and ES, whose lines are down; its correction is reviewed."""
    message = notice_request("FR", **changes)
    item = await bench.sent(message)
    await bench.release(item)
    await bench.dispatch(fail={"IT": "line down", "ES": "line down"})
    return message


async def found(bench: Bench, requester: str, name: str = "Dmitri Invented") -> list[str | None]:
    answer = await bench.desk.checks.check(bench.actor("Jonas"), requester, NominalQuery(name))
    return [hit.item for hit in answer.hits]


async def test_a_correction_is_denied_to_those_denied_its_parent(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    await restrict(bench, first, deny=["PL"])
    assert lines(await bench.dispatch(), "access_withdrawn") == {("PL", "D-000001")}
    child = await bench.sent(correction(first, ("DE", "PL")))
    assert await bench.deliveries(child) == {"DE": "queued", "PL": "restricted"}
    assert [leased.keys for leased in (await bench.dispatch()).leased_items] == [(("DE", "D-000002/1.1/DE"),)]
    late = await bench.desk.queries.why(child, bench.clock.at)
    assert {row.recipient: row.cause for row in late.recipients} == {"DE": None, "PL": "restricted"}
    now = await bench.desk.queries.why(child)
    assert {row.recipient: row.cause for row in now.recipients} == {"DE": None, "PL": "restricted"}


async def test_a_denial_on_the_parents_reference_stops_the_queued_correction(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    child = await bench.sent(correction(first, ("DE", "PL")))
    receipt = await restrict(bench, first, deny=["PL"])
    assert await bench.deliveries(child) == {"DE": "queued", "PL": "restricted"}
    assert "D-000001 and its correction D-000002" in (receipt.cause or "")
    assert "1 queued" in (receipt.cause or "")
    assert lines(await bench.dispatch(), "access_withdrawn") == {("PL", "D-000001")}


async def test_a_denial_on_the_childs_reference_acts_on_the_parents_copies(bench: Bench) -> None:
    first = await published(bench)
    second = correction(first, None)
    child = await bench.sent(second)
    assert (await bench.state(1), await bench.state(child)) == ("released", "held")
    await restrict(bench, second, deny=["PL", "IT"])
    rows = await bench.deliveries(1)
    assert (rows["PL"], rows["IT"], rows["ES"]) == ("delivered", "restricted", "failed")
    assert lines(await bench.dispatch(), "access_withdrawn") == {("PL", "D-000001")}


async def test_the_reference_of_a_version_that_was_corrected_while_held_names_the_item(bench: Bench) -> None:
    first = notice_request("FR")
    item = await bench.sent(first)
    second = correction(first, None)
    await bench.sent(second)
    await restrict(bench, second, deny=["PL"])
    third = correction(second, None)
    assert await bench.sent(third) == item
    await bench.release(item)
    assert (await bench.deliveries(item))["PL"] == "restricted"
    await restrict(bench, first, allow=["PL"])
    last = await bench.sent(correction(third, None))
    await bench.release(last)
    assert (await bench.deliveries(last))["PL"] == "queued"


@pytest.mark.parametrize("which", range(4))
async def test_any_reference_of_a_long_family_acts_on_all_of_it(bench: Bench, which: int) -> None:
    messages = [diffusion("FR", ("PL", "DE"))]
    for _ in range(3):
        await bench.sent(messages[-1])
        await bench.dispatch()
        messages.append(correction(messages[-1], ("PL", "DE") if len(messages) % 2 else ("DE", "IT")))
    await bench.sent(messages[-1])
    await restrict(bench, messages[which], deny=["PL"])
    told = lines(await bench.dispatch(), "access_withdrawn")
    assert told == {("PL", "D-000001"), ("PL", "D-000002")}
    assert await bench.deliveries(4) == {"PL": "restricted", "DE": "delivered"}
    await restrict(bench, messages[0], deny=["PL"])
    assert not lines(await bench.dispatch(), "access_withdrawn"), "each copy once"


async def test_a_copy_being_sent_is_followed_by_the_notice(bench: Bench) -> None:
    first = diffusion("FR", ("DE",))
    await bench.sent(first)
    await bench.dispatch()
    child = await bench.sent(correction(first, ("PL", "DE")))
    batch = await bench.desk.delivery.lease(10)
    await restrict(bench, first, deny=["PL"])
    await bench.desk.delivery.acknowledge(batch, TransportResult({}), lambda: 0.5)
    assert await bench.deliveries(child) == {"PL": "delivered", "DE": "delivered"}
    assert lines(await bench.dispatch(), "access_withdrawn") == {("PL", "D-000002")}


async def test_a_proposal_on_a_correction_is_void_once_its_parent_is_denied(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    await bench.order("FR", Level.HELD)
    settings = replace(bench.desk.context.settings, four_eyes=("FRM-05",))
    object.__setattr__(bench.desk.context, "settings", settings)
    child = await bench.sent(correction(first, ("PL", "DE"), sent_at="2032-03-10T07:00:00Z"))
    await bench.release(child)
    assert await bench.state(child) == "proposed"
    await restrict(bench, first, deny=["PL"])
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.review.confirm(bench.actor("Mara"), child)
    assert await bench.state(child) == "held"


async def test_a_bureau_denied_the_parent_gets_no_hit_on_any_member(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    first["subject"]["name"] = {"family": "Tesfamarkos", "given": "Dawit"}
    parent = await bench.sent(first)
    await bench.dispatch()
    assert await found(bench, "PL", "Dawit Tesfamarkos") == ["D-000001"]
    await bench.order("FR", Level.HELD)
    second = correction(first, ("PL", "DE"), subject=first["subject"])
    child = await bench.sent(second)
    await restrict(bench, second, deny=["PL"])
    assert (await bench.state(parent), await found(bench, "PL", "Dawit Tesfamarkos")) == ("released", [])
    await bench.release(child)
    assert await found(bench, "PL", "Dawit Tesfamarkos") == []
    assert await found(bench, "DE", "Dawit Tesfamarkos") == ["D-000002"]


async def test_leaving_a_country_out_or_addressing_it_lifts_nothing(bench: Bench) -> None:
    first = diffusion("FR", ("DE",), restricted_from=["PL"])
    await bench.sent(first)
    second = correction(first, ("DE", "PL"))
    child = await bench.sent(second)
    assert await bench.deliveries(child) == {"DE": "queued", "PL": "restricted"}
    await restrict(bench, first, allow=["PL"])
    grandchild = await bench.sent(correction(second, ("DE", "PL")))
    assert await bench.deliveries(grandchild) == {"DE": "queued", "PL": "queued"}


async def test_allowing_everyone_lifts_it_and_a_new_body_denies_again(bench: Bench) -> None:
    first = diffusion("FR", ("DE",), restricted_from=["PL"])
    await bench.sent(first)
    await restrict(bench, first, allow="all")
    second = correction(first, ("DE", "PL"))
    assert await bench.deliveries(await bench.sent(second)) == {"DE": "queued", "PL": "queued"}
    third = correction(second, ("DE",), restricted_from=["PL"])
    await bench.sent(third)
    assert await bench.deliveries(await bench.sent(correction(third, ("DE", "PL")))) == {
        "DE": "queued",
        "PL": "restricted",
    }


async def test_a_bureau_that_a_held_correction_excludes_loses_the_parent_at_once(bench: Bench) -> None:
    first = await published(bench)
    await bench.sent(correction(first, None, restricted_from=["PL", "IT"]))
    rows = await bench.deliveries(1)
    assert (rows["PL"], rows["IT"], rows["ES"]) == ("delivered", "restricted", "failed")
    assert lines(await bench.dispatch(), "access_withdrawn") == {("PL", "D-000001")}


@pytest.mark.parametrize("end", ["superseded", "withdrawn", "recalled", "purged"])
async def test_a_denial_on_a_member_that_has_ended_acts_on_the_family(bench: Bench, end: str) -> None:
    first = diffusion("FR", ("DE",), retention_until="2022-12-31")
    await bench.sent(first)
    await bench.dispatch()
    await bench.order("FR", Level.HELD)
    second = correction(first, ("DE", "PL"))
    child = await bench.sent(second)
    named = first
    match end:
        case "superseded":
            await bench.release(child)
        case "withdrawn":
            other = correction(first, ("DE",))
            await bench.sent(other)
            await bench.send(act_message("withdrawal", "FR", of=other["reference"], reason="Not that."))
            named = other
        case "recalled":
            await bench.desk.review.recall(bench.actor("Jonas"), 1, "Doubtful.", urgent=True)
        case "purged":
            await bench.release(child)
            await bench.desk.supervision.set_offline(bench.actor("Jonas"), "PL", offline=True)
            bench.clock.move(days=400)
            await bench.desk.retention.purge(bench.actor("root"))
    await restrict(bench, named, deny=["PL"])
    if await bench.state(child) == "held":
        await bench.release(child)
    assert (await bench.deliveries(child))["PL"] == "restricted"


async def test_a_denial_by_an_officer_on_the_owners_behalf_is_the_same(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    child = await bench.sent(correction(first, ("PL", "DE")))
    answer = await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None, 1)
    assert await bench.deliveries(child) == {"PL": "restricted", "DE": "queued"}
    assert "D-000001 and its correction D-000002" in answer.words


async def test_nobody_but_the_owner_is_told_of_the_family(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    await bench.sent(correction(first, ("DE",)))
    await restrict(bench, first, deny=["PL"])
    batch = await bench.dispatch()
    assert all("D-000002" not in line.data + line.name for line in batch.notices if line.recipient == "PL")


async def test_another_family_of_the_same_owner_is_not_changed(bench: Bench) -> None:
    first, other = diffusion("FR", ("PL",)), diffusion("FR", ("PL",))
    await bench.sent(first)
    beside = await bench.sent(other)
    await restrict(bench, first, deny=["PL"])
    assert await bench.deliveries(beside) == {"PL": "queued"}
    assert await bench.deliveries(await bench.sent(correction(other, ("PL",)))) == {"PL": "queued"}


async def test_a_long_chain_is_one_family(bench: Bench) -> None:
    length = 60
    message = diffusion("FR", ("DE",))
    first = message
    await bench.sent(message)
    for _ in range(length):
        message = correction(message, ("DE",))
        await bench.sent(message)
    await restrict(bench, first, deny=["PL"])
    last = await bench.sent(correction(message, ("DE", "PL")))
    assert (await bench.deliveries(last))["PL"] == "restricted"
    item = await bench.desk.store.read(lambda handle: items.get(handle, last))
    assert item.family == 1


# Recalls, withdrawals and purges


async def held_by(bench: Bench) -> tuple[dict[str, Any], int]:
    """Let PL hold only the parent, DE and IT the correction; return the correction with its number."""
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    second = correction(first, ("DE", "IT"), retention_until="2022-12-31")
    child = await bench.sent(second)
    await bench.dispatch()
    return second, child


async def test_the_recall_of_a_correction_reaches_who_holds_only_its_parent(bench: Bench) -> None:
    _, child = await held_by(bench)
    await bench.desk.review.recall(bench.actor("Jonas"), child, "Acquitted.")
    assert lines(await bench.dispatch(), "caveat") == {("PL", "D-000001"), ("DE", "D-000002"), ("IT", "D-000002")}
    answer = await bench.desk.review.confirm(bench.actor("Mara"), child)
    assert "1 that holds only what it corrects" in answer.words
    assert lines(await bench.dispatch(), "recall") == {("PL", "D-000001"), ("DE", "D-000002"), ("IT", "D-000002")}
    assert await bench.deliveries(1) == {"PL": "recall_sent", "DE": "delivered"}
    board = (await bench.desk.queries.show(child)).recall
    assert board is not None
    assert (board.to_be_told, board.told) == ((), ("DE", "IT", "PL"))
    receipt = await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    assert receipt.outcome == "accepted"
    assert (await bench.deliveries(1))["PL"] == "recall_confirmed"


async def test_the_withdrawal_of_a_correction_reaches_who_holds_only_its_parent(bench: Bench) -> None:
    second, _ = await held_by(bench)
    await bench.send(act_message("withdrawal", "FR", of=second["reference"], reason="Found."))
    told = lines(await bench.dispatch(), "withdrawal")
    assert told == {("PL", "D-000001"), ("DE", "D-000002"), ("IT", "D-000002")}


async def test_the_purge_of_a_correction_reaches_them_too_and_they_may_confirm(bench: Bench) -> None:
    _, child = await held_by(bench)
    bench.clock.move(days=400)
    await bench.desk.retention.purge(bench.actor("root"))
    assert await bench.state(child) == "purged"
    told = lines(await bench.dispatch(), "withdrawal")
    assert told == {("PL", "D-000001"), ("DE", "D-000002"), ("IT", "D-000002")}
    receipt = await bench.send(act_message("recall_confirmation", "PL", about="D-000001", outcome="deleted"))
    assert receipt.outcome == "accepted"


async def test_a_purged_parent_is_given_up_by_who_holds_nothing_newer(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"), retention_until="2022-12-31")
    await bench.sent(first)
    await bench.dispatch()
    await bench.sent(correction(first, ("DE",)))
    await bench.dispatch()
    bench.clock.move(days=400)
    await bench.desk.retention.purge(bench.actor("root"))
    assert lines(await bench.dispatch(), "withdrawal") == {("PL", "D-000001")}


async def test_a_copy_of_the_parent_delivered_after_the_recall_is_recalled(bench: Bench) -> None:
    first = diffusion("FR", ("PL",))
    await bench.sent(first)
    batch = await bench.desk.delivery.lease(10)
    child = await bench.sent(correction(first, ("DE",)))
    await bench.desk.review.recall(bench.actor("Jonas"), child, "Acquitted.", urgent=True)
    await bench.desk.delivery.acknowledge(batch, TransportResult({}), lambda: 0.5)
    assert lines(await bench.dispatch(), "recall") == {("PL", "D-000001")}
    assert await bench.deliveries(1) == {"PL": "recall_sent"}


async def test_an_exported_item_says_what_was_stated_on_its_family(bench: Bench, tmp_path: Path) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    child = await bench.sent(correction(first, ("DE",)))
    await restrict(bench, first, deny=["PL"])
    path = tmp_path / "item.jsonl"
    await export_item(bench.desk.store, bench.desk.context, bench.actor("Ines"), child, path)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    stated = [record for record in records if record.get("record") == "restriction"]
    assert [(each["item"], each["target"], each["denied"]) for each in stated] == [("D-000001", "PL", True)]
    assert (await check_against_store(bench.desk.store, path)).fault is None


# Corrections that are undone or stopped


def delay(bench: Bench) -> None:
    """Set the dispatch delay to ten minutes."""
    settings = replace(bench.desk.context.settings, dispatch_delay=timedelta(minutes=10))
    object.__setattr__(bench.desk.context, "settings", settings)


async def test_undoing_the_release_of_a_correction_puts_its_parent_back(bench: Bench) -> None:
    first = await published(bench)
    delay(bench)
    child = await bench.sent(correction(first, None))
    await bench.release(child)
    assert (await bench.state(1), (await bench.deliveries(1))["IT"]) == ("superseded", "withdrawn")
    answer = await bench.desk.review.undo(bench.actor("Jonas"), child)
    assert "D-000001 is released again" in answer.words
    assert (await bench.state(1), await bench.state(child)) == ("released", "held")
    assert (await bench.deliveries(1))["IT"] == "queued"
    then = await bench.desk.queries.why(1, bench.clock.at)
    assert {row.recipient: row.cause for row in then.recipients}["IT"] is None
    bench.clock.move(hours=1)
    await bench.dispatch()
    assert (await bench.deliveries(1))["IT"] == "delivered"
    await bench.release(child, "Mara")
    assert await bench.state(1) == "superseded"


async def test_a_reinstated_item_obeys_the_denials_made_meanwhile(bench: Bench) -> None:
    first = await published(bench)
    delay(bench)
    child = await bench.sent(correction(first, None))
    await bench.release(child)
    await restrict(bench, first, deny=["IT"])
    await bench.desk.review.undo(bench.actor("Jonas"), child)
    bench.clock.move(hours=1)
    await bench.dispatch()
    rows = await bench.deliveries(1)
    assert (rows["IT"], rows["ES"]) == ("restricted", "delivered")


async def test_a_correction_that_a_measure_stops_puts_its_parent_back(bench: Bench) -> None:
    first = diffusion("FR", ("PL", "DE"))
    await bench.sent(first)
    await bench.dispatch()
    delay(bench)
    child = await bench.sent(correction(first, ("DE",)))
    assert await bench.state(1) == "superseded"
    await bench.order("FR", Level.HELD)
    assert (await bench.state(1), await bench.state(child)) == ("released", "held")
