"""A review that is refused says in its sentence what the officer can do next."""

from __future__ import annotations

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.review.guards import Decision, RefusalCode
from refusals import raises_code

RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")


async def claimed(bench: Bench, *, ticked: bool = True, judicial: dict[str, object] | None = None) -> int:
    message = notice_request("BR")
    message["judicial"] = {**message["judicial"], **(judicial or {})}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    if ticked:
        await bench.tick_all(item, "Jonas")
    return item


async def refusal(bench: Bench, item: int) -> Refused:
    with pytest.raises(Refused) as refused:
        await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    return refused.value


async def test_a_finding_that_blocks_leaves_a_correction_or_a_refusal(bench: Bench) -> None:
    refused = await refusal(bench, await claimed(bench, judicial={"warrant": {}}))
    assert refused.code is RefusedCode.BLOCKING_FINDINGS
    assert "ask BR for a correction" in refused.words
    assert "supervisor" not in refused.words


async def test_a_penalty_that_is_too_light_may_also_be_overridden(bench: Bench) -> None:
    message = notice_request("BR")
    offences = [each | {"sentence_months": 5, "remaining_months": 4} for each in message["judicial"]["offences"]]
    refused = await refusal(bench, await claimed(bench, judicial={"offences": offences}))
    assert refused.code is RefusedCode.BLOCKING_FINDINGS
    assert "a supervisor override JUD-02" in refused.words
    both = await refusal(bench, await claimed(bench, judicial={"offences": offences, "warrant": {}}))
    assert "supervisor" not in both.words, "the other one would block it still"


async def test_open_points_are_to_be_ticked(bench: Bench) -> None:
    refused = await refusal(bench, await claimed(bench, ticked=False))
    assert refused.code is RefusedCode.OPEN_TICKS
    assert "tick what is open" in refused.words


async def test_an_open_question_may_be_ended_by_a_refusal(bench: Bench) -> None:
    item = await claimed(bench)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    assert "refused now" in (await refusal(bench, item)).words
    no = Deciding(Decision.REFUSE, "No reply will help.", RefusalCode.OTHER)
    assert (await bench.desk.review.decide(bench.actor("Jonas"), item, no)).state == "refused"


async def test_what_waits_in_quarantine_is_read_again_or_rejected(bench: Bench) -> None:
    receipt = await bench.send(diffusion("XX"))
    assert receipt.item is not None
    with raises_code(RefusedCode.NOT_IN_REVIEW, match="reject"):
        await bench.desk.review.claim(bench.actor("Jonas"), int(receipt.item[2:]))
    with raises_code(RefusedCode.STILL_UNREADABLE, match="reject"):
        await bench.desk.intake.reread(bench.actor("Jonas"), int(receipt.item[2:]))


async def test_nothing_proposed_is_to_be_decided(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    with raises_code(RefusedCode.NOTHING_PROPOSED, match="claim"):
        await bench.desk.review.confirm(bench.actor("Jonas"), item)
