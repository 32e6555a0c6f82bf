"""A person of a refused item is found again: in any kind, from the same source, at any level."""

from __future__ import annotations

from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.rules.examination import Finding


def about(**changes: Any) -> dict[str, Any]:
    subject = dict(diffusion()["subject"])
    subject |= changes
    return {key: value for key, value in subject.items() if value is not None}


async def his_01(bench: Bench, item: int) -> list[Finding]:
    return [finding for finding in (await bench.desk.queries.show(item)).findings if finding.rule == "HIS-01"]


async def refused(bench: Bench, sender: str = "BR", **changes: Any) -> int:
    item = await bench.sent(notice_request(sender, **changes))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    refusal = Deciding(Decision.REFUSE, "A second text, whoever reads it.", RefusalCode.OTHER)
    await bench.desk.review.decide(bench.actor("Jonas"), item, refusal)
    if await bench.state(item) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "refused"
    return item


async def test_a_refused_notice_that_comes_back_as_a_diffusion_is_held(bench: Bench) -> None:
    before = await refused(bench, subject=about(date_of_birth="1974-05-02"))
    again = await bench.sent(
        diffusion("BR", kind="blue", purpose=None, text="Please tell us the address.",
                  subject=about(date_of_birth="1974-05-02", identity_documents=None, status="suspect"))
    )  # fmt: skip
    assert await bench.state(again) == "held"
    (finding,) = await his_01(bench, again)
    assert (finding.severity, finding.words) == ("block", f"D-{before:06d}")
    assert [row.item for row in await bench.desk.queries.earlier_items(again)] == [f"D-{before:06d}"]


async def test_a_name_alone_only_flags_and_holds(bench: Bench) -> None:
    await refused(bench, subject=about(date_of_birth="1974-05-02", identity_documents=None))
    again = await bench.sent(diffusion("BR", subject=about(date_of_birth=None, identity_documents=None)))
    assert [finding.severity for finding in await his_01(bench, again)] == ["flag"]
    assert await bench.state(again) == "held"


async def test_another_source_or_another_person_is_not_held(bench: Bench) -> None:
    await refused(bench, subject=about(date_of_birth="1974-05-02"))
    for message in (
        diffusion("AR", subject=about(date_of_birth="1974-05-02")),
        diffusion("BR", subject=about(date_of_birth="1981-01-01", identity_documents=None)),
    ):
        item = await bench.sent(message)
        assert not await his_01(bench, item)
        assert await bench.state(item) == "released"


async def test_what_a_sender_took_back_itself_does_not_count(bench: Bench) -> None:
    first = diffusion("BR")
    item = await bench.sent(first)
    await bench.send(act_message("withdrawal", "BR", of=first["reference"], reason="Found."))
    assert await bench.state(item) == "cancelled"
    again = await bench.sent(diffusion("BR"))
    assert not await his_01(bench, again)
    assert [row.state for row in await bench.desk.queries.earlier_items(again)] == ["cancelled"]


async def test_a_recalled_diffusion_counts(bench: Bench) -> None:
    item = await bench.sent(diffusion("BR"))
    await bench.desk.review.recall(bench.actor("Ines"), item, "It was about an opinion.", urgent=True)
    again = await bench.sent(diffusion("BR"))
    assert [finding.severity for finding in await his_01(bench, again)] == ["block"]


async def test_a_sub_bureau_is_the_same_source(bench: Bench) -> None:
    await refused(bench, "CN")
    again = await bench.sent(diffusion("HK"))
    assert await his_01(bench, again)


async def test_a_reopened_item_does_not_speak_against_itself(bench: Bench) -> None:
    item = await refused(bench)
    reference = (await bench.desk.queries.show(item)).row.reference
    await bench.desk.review.reopen(bench.actor("Oskar"), item, "New papers came.")
    correction = diffusion("BR", None, type="correction", of=reference)
    assert (await bench.send(correction)).outcome == "accepted"
    assert (await bench.desk.queries.show(item)).row.version == 2
    assert not await his_01(bench, item)


async def test_an_earlier_version_of_a_name_is_remembered(bench: Bench) -> None:
    first = notice_request("BR", subject=about(date_of_birth="1974-05-02", identity_documents=None, aliases=None))
    item = await bench.sent(first)
    respelled = {"family": "Quilabrandt", "given": "Irzo", "original_script": "Квиллабранд Ирзо"}
    renamed = about(name=respelled, date_of_birth="1974-05-02", aliases=None, identity_documents=None)
    correction = diffusion("BR", None, type="correction", of=first["reference"], subject=renamed)
    await bench.sent(correction)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER))
    if await bench.state(item) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    again = await bench.sent(diffusion("BR", subject=first["subject"]))
    assert await his_01(bench, again)


async def test_things_are_nobody(bench: Bench) -> None:
    method = {"type": "method", "title": "False floor", "description": "Cash below a false floor."}
    item = await bench.sent(diffusion("BR", kind="purple", purpose=None, subject=method, judicial=None))
    assert await bench.desk.queries.earlier_items(item) == []


@pytest.mark.parametrize("denied", [["PL", "FR"], ["PL"]])
async def test_nobody_left_after_the_owners_restrictions_is_a_finding(bench: Bench, denied: list[str]) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "FR"), restricted_from=denied))
    found = [finding for finding in (await bench.desk.queries.show(item)).findings if finding.rule == "RST-02"]
    assert [finding.severity for finding in found] == (["block"] if denied == ["PL", "FR"] else [])
    assert number(f"D-{item:06d}") == item


async def test_earlier_items_on_the_person_are_of_any_bureau_with_how_alike_they_are(bench: Bench) -> None:
    papers = await bench.sent(diffusion("AR", subject=about(date_of_birth="1974-05-02")))
    name = await bench.sent(diffusion("KE", subject=about(date_of_birth=None, identity_documents=None)))
    other = await bench.sent(diffusion("KE", subject=about(date_of_birth="1981-01-01", identity_documents=None)))
    now = await bench.sent(diffusion("BR", subject=about(date_of_birth="1974-05-02")))
    found = [(row.item, row.sender, row.likeness) for row in await bench.desk.queries.earlier_items(now)]
    assert found == [(f"D-{name:06d}", "KE", "weak"), (f"D-{papers:06d}", "AR", "strong")]
    assert f"D-{other:06d}" not in [row.item for row in await bench.desk.queries.earlier_items(now)]
