"""A correction that describes another person becomes an item of its own, which is reviewed; the older item ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code

BORN = "1974-05-02"
PAPER = [{"type": "passport", "number": "QK7700111", "issuer": "RU"}]


def subject(family: str = "Skarvin", given: str = "Ilja", **changes: Any) -> dict[str, Any]:
    made = dict(diffusion()["subject"]) | {"name": {"family": family, "given": given}, "date_of_birth": BORN}
    made = {key: value for key, value in made.items() if key not in ("identity_documents", "aliases")} | changes
    return {key: value for key, value in made.items() if value is not None}


def correction(before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in before.items() if key not in ("reference", "type")}
    return body | act_message("correction", before["sender"], of=before["reference"]) | changes


async def held(bench: Bench, **changes: Any) -> tuple[dict[str, Any], int]:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", ("PL",), **{"subject": subject()} | changes)
    return message, await bench.sent(message)


@pytest.mark.parametrize(
    "other",
    [
        subject("Nordal", "Peer"),
        subject("Nordal", "Peer", identity_documents=PAPER),
        subject(date_of_birth="1974-05-03", identity_documents=PAPER),
        subject(aliases=[{"family": "Nordal", "given": "Peer"}], identity_documents=PAPER),
        subject(identity_documents=[PAPER[0] | {"number": "QK7700112"}]),
    ],
    ids=["a name", "a name beside one document", "a birth", "an alias", "a document"],
)
async def test_each_key_by_which_a_register_finds_somebody_makes_another_person(
    bench: Bench, other: dict[str, Any]
) -> None:
    message, first = await held(bench, subject=subject(identity_documents=PAPER))
    second = await bench.sent(correction(message, subject=other))
    assert second != first
    row = (await bench.desk.queries.show(second)).row
    assert (row.state, row.parent, row.type, row.version) == ("held", f"D-{first:06d}", "diffusion", 1)
    assert await bench.state(first) == "withdrawn"
    (event,) = [event for event in (await bench.desk.queries.show(first)).history if event.kind == "item.withdrawn"]
    assert event.data["by"] == f"D-{second:06d}"


@pytest.mark.parametrize(
    "same",
    [
        {"text": "Other words."},
        {"subject": subject("Skarwin")},
        {"subject": subject("Skarvin", "Ilya")},
        {"subject": subject(identity_documents=PAPER)},
        {"subject": subject(occupation="sailor")},
    ],
    ids=["the text", "a spelling", "another spelling", "a document where none was", "an occupation"],
)
async def test_what_leaves_the_person_alone_is_a_new_version(bench: Bench, same: dict[str, Any]) -> None:
    message, first = await held(bench)
    assert await bench.sent(correction(message, **same)) == first
    assert (await bench.desk.queries.show(first)).row.version == 2


async def test_many_small_steps_do_not_lead_to_another_person_unseen(bench: Bench) -> None:
    message, first = await held(bench, subject=subject("Skarvin"))
    seen = {first}
    for family in ("Skarvon", "Skarbon", "Skarbom", "Starbom"):
        seen.add(await bench.sent(correction(message, subject=subject(family))))
    assert len(seen) > 1


async def test_a_birth_is_added_once_and_not_tried_after_that(bench: Bench) -> None:
    message, first = await held(bench, subject=subject(date_of_birth=None))
    assert await bench.sent(correction(message, subject=subject(date_of_birth="1974-05-01"))) == first
    assert await bench.sent(correction(message, subject=subject(date_of_birth=None))) != first


async def test_name_after_name_by_the_first_reference_is_item_after_item_and_an_alarm(bench: Bench) -> None:
    message, first = await held(bench)
    names = ("Nordal", "Halun", "Brovik", "Tesfam", "Quillab")
    items = [await bench.sent(correction(message, subject=subject(name, "Peer"))) for name in names[:4]]
    assert not [row for row in await bench.desk.queries.alarms() if row.alarm == "corrections"]
    items.append(await bench.sent(correction(message, subject=subject(names[4], "Peer"))))
    assert len({first, *items}) == 6
    assert [await bench.state(item) for item in (first, *items)] == ["withdrawn"] * 5 + ["held"]
    (alarm,) = [row for row in await bench.desk.queries.alarms() if row.alarm == "corrections"]
    assert alarm.subject == "RU"
    bench.clock.move(days=2)
    assert not [row for row in await bench.desk.queries.alarms() if row.alarm == "corrections"]


async def test_corrections_of_what_went_out_count_too(bench: Bench) -> None:
    object.__setattr__(bench.desk.context, "settings", replace(bench.desk.context.settings, correction_alarm=1))
    message = diffusion("DE", ("PL",), subject=subject())
    first = await bench.sent(message)
    child = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert (await bench.state(first), await bench.state(child)) == ("superseded", "released")
    assert [row.subject for row in await bench.desk.queries.alarms() if row.alarm == "corrections"] == ["DE"]


async def test_a_proposal_and_a_claim_fall_with_the_older_item(bench: Bench) -> None:
    object.__setattr__(bench.desk.context, "settings", replace(bench.desk.context.settings, four_eyes=("FRM-05",)))
    message, first = await held(bench, sent_at="2022-01-01T00:00:00Z")
    await bench.desk.review.claim(bench.actor("Jonas"), first)
    await bench.tick_all(first, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), first, Deciding(Decision.RELEASE, "Read."))
    assert await bench.state(first) == "proposed"
    second = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert (await bench.state(first), await bench.state(second)) == ("withdrawn", "held")
    with raises_code(ConflictCode.PROPOSAL_GONE):
        await bench.desk.review.confirm(bench.actor("Mara"), first)
    with raises_code(ConflictCode.LEFT_REVIEW):
        await bench.desk.review.claim(bench.actor("Mara"), first)


async def test_a_blocked_item_and_its_replacement_stay_blocked(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    message = diffusion("RU", ("PL",), subject=subject())
    first = await bench.sent(message)
    second = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert (await bench.state(first), await bench.state(second)) == ("withdrawn", "blocked")


async def test_a_direct_sender_gets_no_other_person_out_of_a_review(bench: Bench) -> None:
    message, first = await held(bench)
    answer = await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "It is over.")
    if answer.state != "lifted":
        await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    second = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert (await bench.state(first), await bench.state(second)) == ("withdrawn", "held")


async def test_a_notice_request_of_another_person_is_published_under_a_number_of_its_own(bench: Bench) -> None:
    message = notice_request("DE", subject=subject())
    await bench.sent(message)
    second = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert (await bench.desk.queries.show(second)).row.type == "notice_request"
    await bench.release(second)
    shown = await bench.desk.queries.show(second)
    assert shown.row.state == "released"
    (event,) = [event for event in shown.history if event.kind == "item.released"]
    assert event.data["notice_number"]
    batch = await bench.dispatch()
    assert {leased.notice for leased in batch.leased_items} == {"notice"}


async def test_the_correction_of_a_correction_supersedes_what_went_out(bench: Bench) -> None:
    message = diffusion("RU", ("PL",), subject=subject())
    first = await bench.sent(message)
    await bench.dispatch()
    await bench.order("RU", Level.HELD)
    second = await bench.sent(correction(message, subject=subject(occupation="sailor")))
    after = correction(message, subject=subject("Nordal", "Peer"))
    after["of"] = (await bench.desk.queries.show(second)).row.reference
    third = await bench.sent(after)
    assert [await bench.state(item) for item in (first, second, third)] == ["released", "withdrawn", "held"]
    await bench.release(third)
    assert [await bench.state(item) for item in (first, second, third)] == ["superseded", "withdrawn", "released"]
    late = await bench.send(act_message("withdrawal", "RU", of=message["reference"], reason="Found."))
    assert after["reference"] in late.problems[0].problem


async def test_a_withdrawal_by_the_first_reference_takes_back_what_stands_in_its_place(bench: Bench) -> None:
    message, _ = await held(bench)
    receipt = await bench.send(correction(message, subject=subject("Nordal", "Peer")))
    taken = await bench.send(act_message("withdrawal", "RU", of=message["reference"], reason="Found."))
    assert (taken.outcome, taken.item, taken.state) == ("accepted", receipt.item, "withdrawn")
    assert number(receipt.item) == 2


async def test_silver_of_another_person_uses_one_place(bench: Bench) -> None:
    object.__setattr__(
        bench.desk.context, "settings", replace(bench.desk.context.settings, silver_pilot=("RU",), silver_quota=1)
    )
    message = diffusion("RU", ("PL",), subject=subject(), kind="silver", purpose="trace_assets")
    await bench.sent(message)
    second = await bench.sent(correction(message, subject=subject("Nordal", "Peer")))
    assert "SLV-01" not in {finding.rule for finding in (await bench.desk.queries.show(second)).findings}
    third = await bench.sent(diffusion("RU", ("PL",), subject=subject(), kind="silver", purpose="trace_assets"))
    assert "SLV-01" in {finding.rule for finding in (await bench.desk.queries.show(third)).findings}
