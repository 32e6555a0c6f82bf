"""A refusal or recall adds a finding at once to the source's open items on the same person (HIS-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.review.guards import Decision
from refusals import raises_code

OTHER = {"name": {"family": "Halun", "given": "Mira"}, "date_of_birth": "1981-01-01"}


def subject(**changes: Any) -> dict[str, Any]:
    found = diffusion()["subject"] | {"date_of_birth": "1974-05-02"} | changes
    return {key: value for key, value in found.items() if value is not None}


def request(sender: str = "BR", **changes: Any) -> dict[str, Any]:
    return notice_request(sender, subject=subject(**changes))


async def earlier(bench: Bench, item: int) -> list[tuple[str, str]]:
    """Return severity and named item of each HIS-01 finding."""
    found = (await bench.desk.queries.show(item)).findings
    return [(finding.severity, finding.words) for finding in found if finding.rule == "HIS-01"]


async def refused(bench: Bench, item: int) -> None:
    await bench.refuse(item)
    if await bench.state(item) == "proposed":
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "refused"


async def test_what_is_open_gets_the_finding_when_its_like_is_refused(bench: Bench) -> None:
    first, second = await bench.sent(request()), await bench.sent(request())
    asked = await bench.sent(request())
    await bench.desk.review.claim(bench.actor("Mara"), asked)
    await bench.desk.review.decide(bench.actor("Mara"), asked, Deciding(Decision.ASK, "Which court?"))
    before = (await bench.desk.queries.show(second)).row.revision
    assert not await earlier(bench, second)
    await refused(bench, first)
    for item in (second, asked):
        assert await earlier(bench, item) == [("block", f"D-{first:06d}")]
    assert await bench.state(asked) == "information_requested"
    assert (await bench.desk.queries.show(second)).row.revision == before + 1
    (event,) = [row for row in (await bench.desk.queries.show(second)).history if row.kind == "item.examined_again"]
    assert (event.actor, event.data["new"]) == ("system", ["HIS-01"])
    with raises_code(RefusedCode.BLOCKING_FINDINGS):
        await bench.release(second, "Mara")


async def test_other_findings_stay_as_they_were(bench: Bench) -> None:
    first = await bench.sent(request())
    second = await bench.sent({key: value for key, value in request().items() if key != "judicial"})
    before = list((await bench.desk.queries.show(second)).findings)
    assert before
    await refused(bench, first)
    after = [row for row in (await bench.desk.queries.show(second)).findings if row.rule != "HIS-01"]
    assert after == before
    assert len(await earlier(bench, second)) == 1


async def test_other_persons_sources_and_what_is_out_are_left_alone(bench: Bench) -> None:
    first = await bench.sent(request())
    out = await bench.sent(diffusion("BR", subject=subject()))
    somebody = await bench.sent(request(**OTHER, identity_documents=None, aliases=None))
    elsewhere = await bench.sent(request("AR"))
    await refused(bench, first)
    for item in (out, somebody, elsewhere):
        assert not await earlier(bench, item)
        assert "item.examined_again" not in await bench.kinds(item)
    assert (await bench.desk.queries.show(out)).row.post_review is None


async def test_a_sub_bureau_is_the_same_source(bench: Bench) -> None:
    first, second = await bench.sent(request("CN")), await bench.sent(request("HK"))
    await refused(bench, first)
    assert await earlier(bench, second) == [("block", f"D-{first:06d}")]


async def test_a_recall_counts_too(bench: Bench) -> None:
    out = await bench.sent(diffusion("BR", subject=subject()))
    waiting = await bench.sent(request())
    await bench.desk.review.recall(bench.actor("Ines"), out, "It was about an opinion.", urgent=True)
    assert await earlier(bench, waiting) == [("block", f"D-{out:06d}")]


async def test_a_proposed_release_falls_by_it(bench: Bench) -> None:
    context = bench.desk.context
    object.__setattr__(context, "settings", replace(context.settings, four_eyes=("IDN-04",)))
    first, second = await bench.sent(request()), await bench.sent(request(occupation="-"))
    await bench.desk.review.claim(bench.actor("Mara"), second)
    await bench.tick_all(second, "Mara")
    await bench.desk.review.decide(bench.actor("Mara"), second, Deciding(Decision.RELEASE, "Read."))
    assert await bench.state(second) == "proposed"
    await refused(bench, first)
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.review.confirm(bench.actor("Ines"), second)
    assert await bench.state(second) == "held"


async def test_a_reopened_refusal_speaks_against_nothing_any_more(bench: Bench) -> None:
    first, second = await bench.sent(request()), await bench.sent(request())
    await refused(bench, first)
    assert await earlier(bench, second)
    await bench.desk.review.reopen(bench.actor("Oskar"), first, "New papers came.")
    assert not await earlier(bench, second)
    assert not await earlier(bench, first)


async def test_what_is_corrected_does_not_speak_against_its_correction(bench: Bench) -> None:
    message = request()
    parent = await bench.sent(message)
    await bench.release(parent)
    body = {key: value for key, value in message.items() if key not in ("reference", "type")}
    child = await bench.sent(body | act_message("correction", "BR", of=message["reference"]))
    beside = await bench.sent(request())
    await bench.desk.review.recall(bench.actor("Ines"), parent, "It named the wrong court.", urgent=True)
    assert await earlier(bench, beside) == [("block", f"D-{parent:06d}")]
    assert not await earlier(bench, child)
