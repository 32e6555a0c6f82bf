"""What differs between two versions or two items, what that does, and who sees nothing of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.base.difference_rows import BasisKind, DifferenceObstacle, ItemDifference
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.messages.differences import Change
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code
from sqlite_files import changed_file


def correction(before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in before.items() if key not in ("reference", "type")}
    made = body | act_message("correction", before["sender"], of=before["reference"]) | changes
    return {key: value for key, value in made.items() if value is not None}


def shown(found: ItemDifference) -> str:
    return json.dumps(asdict(found), default=str, ensure_ascii=False)


async def held(bench: Bench, **changes: Any) -> tuple[dict[str, Any], int]:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", **changes)
    return message, await bench.sent(message)


async def test_a_new_version_by_its_fields_findings_recipients_and_ticks(bench: Bench) -> None:
    message, item = await held(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.tick(bench.actor("Jonas"), item, "art_2")
    text = f"{message['text']} He led the opposition party."
    await bench.sent(correction(message, text=text, recipients=["PL", "IT"], purpose=None))
    found = await bench.desk.queries.difference(item)
    assert (found.basis.kind, found.before.version, found.after.version) == (BasisKind.VERSION, 1, 2)
    assert {field.field: field.change for field in found.fields} == {
        "purpose": Change.REMOVED,
        "recipients": Change.CHANGED,
        "text": Change.CHANGED,
    }
    assert {field.field for field in found.envelope} == {"reference", "type", "of", "sent_at"}
    assert "CON-03" in {finding.rule for finding in found.findings.new}
    assert not found.findings.gone
    assert found.audience is not None
    assert (found.audience.added, found.audience.removed, found.audience.kept) == (("IT",), ("FR", "UA"), ("PL",))
    assert [tick.check for tick in found.ticks if tick.needs_another] == ["art_2"]


async def test_each_earlier_version_can_be_chosen(bench: Bench) -> None:
    message, item = await held(bench)
    for text in ("A second text.", "A third text."):
        await bench.sent(correction(message, text=text))
    assert [basis.name for basis in (await bench.desk.queries.difference(item)).bases] == ["2", "1"]
    found = await bench.desk.queries.difference(item, "1")
    (text_field,) = [field for field in found.fields if field.field == "text"]
    assert (text_field.before, text_field.after) == (message["text"], "A third text.")
    with raises_code(NotFoundCode.NOTHING_TO_COMPARE):
        await bench.desk.queries.difference(item, "3")


async def test_an_item_with_one_version_has_nothing_to_compare(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE"))
    with raises_code(NotFoundCode.NOTHING_TO_COMPARE):
        await bench.desk.queries.difference(item)


async def test_a_correction_of_a_released_item_from_either_side(bench: Bench) -> None:
    message = diffusion("DE")
    first = await bench.sent(message)
    child = await bench.sent(correction(message, text="Another text."))
    assert child != first
    found = await bench.desk.queries.difference(child)
    assert (found.basis.kind, found.before.item, found.after.item) == (
        BasisKind.CORRECTED, f"D-{first:06d}", f"D-{child:06d}",
    )  # fmt: skip
    back = await bench.desk.queries.difference(first)
    assert back.basis.kind is BasisKind.CORRECTION
    assert (back.before, back.after) == (found.before, found.after)
    assert [field.field for field in back.fields] == ["text"]


async def test_a_reference_used_again_beside_the_item_that_stands(bench: Bench) -> None:
    message = diffusion("DE")
    first = await bench.sent(message)
    receipt = await bench.send({**message, "text": "Something else."})
    assert receipt.outcome == "conflict"
    found = await bench.desk.queries.difference(number(receipt.item))
    assert (found.basis.kind, found.before.item, found.obstacle) == (BasisKind.CONFLICT, f"D-{first:06d}", None)
    assert [field.field for field in found.fields] == ["text"]
    assert found.audience is None, "nothing in quarantine goes out"


async def test_a_refused_text_sent_again(bench: Bench) -> None:
    message, item = await held(bench)
    await bench.refuse(item)
    again = await bench.sent({**message, "reference": "again-1", "recipients": ["PL"]})
    found = await bench.desk.queries.difference(again)
    assert (found.basis.kind, found.before.item) == (BasisKind.SAME_TEXT, f"D-{item:06d}")
    assert [field.field for field in found.fields] == ["recipients"]


async def _proposed(bench: Bench) -> tuple[dict[str, Any], int]:
    message = notice_request("GR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Oskar"), item)
    await bench.tick_all(item, "Oskar")
    wanted = Deciding(Decision.RELEASE, "A murder; four months are left.", overrides=("JUD-02",))
    await bench.desk.review.decide(bench.actor("Oskar"), item, wanted)
    return message, item


async def test_a_proposal_gone_stale_by_the_recipients_of_then_and_now(bench: Bench) -> None:
    _, item = await _proposed(bench)
    await bench.order("UA", Level.SUSPENDED)
    found = await bench.desk.queries.difference(item)
    assert found.basis.kind is BasisKind.PROPOSAL
    assert found.fields == ()
    assert found.audience is not None
    assert (found.audience.added, found.audience.removed) == ((), ("UA",))
    assert found.proposal is not None
    assert found.proposal.officer == "Oskar"
    assert any("UA" in reason for reason in found.proposal.reasons)
    assert not found.findings.new
    assert not found.findings.gone


async def test_a_correction_under_a_proposal_names_the_proposal_that_became_void(bench: Bench) -> None:
    message, item = await _proposed(bench)
    await bench.sent(correction(message, text="Another text."))
    found = await bench.desk.queries.difference(item)
    assert found.basis.kind is BasisKind.VERSION
    assert found.proposal is not None
    assert (found.proposal.officer, found.proposal.reasons) == ("Oskar", ("its sender corrected it",))
    assert all(tick.needs_another for tick in found.ticks)


@pytest.mark.parametrize("denied_in", ["both", "the earlier", "the later"])
async def test_a_reader_to_whom_either_text_is_denied_is_shown_nothing(bench: Bench, denied_in: str) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Pola", Role.SUPERVISOR, "PL"))
    denial = ["PL"]
    message, item = await held(bench, restricted_from=None if denied_in == "the later" else denial)
    later = None if denied_in == "the earlier" else denial
    await bench.sent(correction(message, text="An unmistakable text.", restricted_from=later))
    found = await bench.desk.for_reader(bench.actor("Pola")).queries.difference(item)
    assert found.obstacle is DifferenceObstacle.WITHHELD
    assert "unmistakable" not in shown(found)
    assert str(message["subject"]["name"]["family"]) not in shown(found)
    assert (found.fields, found.findings.new, found.audience, found.ticks) == ((), (), None, ())
    ours = await bench.desk.for_reader(bench.actor("Jonas")).queries.difference(item)
    assert "unmistakable" in shown(ours)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("what", ["bytes", "findings"])
async def test_a_body_that_was_changed_is_never_compared(bench: Bench, version: int, what: str) -> None:
    message, item = await held(bench, text="An unmistakable text of the opposition party.")
    await bench.sent(correction(message, text="Another unmistakable text of the opposition party."))
    assert (await bench.desk.queries.difference(item)).findings.same
    with changed_file(bench.desk.store.path) as store:
        if what == "findings":
            store.execute("UPDATE body SET findings = '[]' WHERE item = ? AND version = ?", (item, version))
        else:
            ((raw,),) = store.execute("SELECT raw FROM body WHERE item = ? AND version = ?", (item, version))
            forged = raw.replace(b"Vellmark", b"Bellmark")
            assert forged != raw
            store.execute(
                "UPDATE body SET raw = ?, sha256 = ? WHERE item = ? AND version = ?",
                (forged, sha256(forged).hexdigest(), item, version),
            )
    found = await bench.desk.queries.difference(item)
    assert found.obstacle is DifferenceObstacle.CHANGED
    assert "unmistakable" not in shown(found)
    assert "ellmark" not in shown(found)


async def test_the_text_of_correspondence_is_compared_no_more_than_it_is_shown(bench: Bench) -> None:
    letter = act_message("message", "DE", recipients=["PL"], text="An unmistakable text.")
    await bench.sent(letter)
    receipt = await bench.send({**letter, "text": "Another unmistakable text."})
    found = await bench.desk.queries.difference(number(receipt.item))
    assert "unmistakable" not in shown(found)
