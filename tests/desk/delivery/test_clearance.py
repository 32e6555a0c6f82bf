"""Confidential items reach only bureaus that are cleared at the time of each commit (RPD 112, CNF-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desks import Bench, act_message, diffusion
from dutydesk.domain.codes.refused import RefusedCode
from refusals import raises_code

SECRET: dict[str, Any] = {"confidentiality": "confidential"}


def clear(bench: Bench, *codes: str) -> None:
    context = bench.desk.context
    object.__setattr__(context, "settings", replace(context.settings, cleared_for_confidential=codes))


def corrected(original: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in original.items() if key not in ("reference", "type", "of")}
    return body | act_message("correction", original["sender"], of=original["reference"]) | changes


async def rules(bench: Bench, item: int) -> set[str]:
    return {finding.rule for finding in (await bench.desk.queries.show(item)).findings}


async def test_who_is_not_cleared_gets_nothing_and_the_rest_goes(bench: Bench) -> None:
    clear(bench, "PL", "FR")
    item = await bench.sent(diffusion("DE", ("PL", "FR", "UA"), **SECRET))
    assert await bench.state(item) == "released"
    assert "CNF-01" in await rules(bench, item)
    await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "delivered", "FR": "delivered", "UA": "uncleared"}
    assert sorted(bench.taken_keys.values()) == ["FR", "PL"]


async def test_what_is_not_confidential_goes_to_everybody(bench: Bench) -> None:
    clear(bench, "PL")
    for confidentiality in (None, "restricted"):
        item = await bench.sent(diffusion("DE", ("PL", "UA"), confidentiality=confidentiality))
        assert set((await bench.deliveries(item)).values()) == {"queued"}


async def test_the_owners_denial_comes_before_the_want_of_clearance(bench: Bench) -> None:
    clear(bench, "PL")
    item = await bench.sent(diffusion("DE", ("PL", "FR"), restricted_from=["FR"], **SECRET))
    assert await bench.deliveries(item) == {"PL": "queued", "FR": "restricted"}


async def test_a_clearance_that_ended_counts_at_the_lease(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "UA"), **SECRET))
    plain = await bench.sent(diffusion("DE", ("UA",)))
    assert set((await bench.deliveries(item)).values()) == {"queued"}
    clear(bench, "PL")
    await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "delivered", "UA": "uncleared"}
    assert await bench.deliveries(plain) == {"UA": "delivered"}


async def test_nobody_cleared_is_held_and_not_released(bench: Bench) -> None:
    clear(bench, "PL")
    item = await bench.sent(diffusion("DE", ("UA", "FR"), **SECRET))
    assert await bench.state(item) == "held"
    verdicts = {row.recipient: row.cause for row in (await bench.desk.queries.why(item)).recipients}
    assert verdicts == {"UA": "uncleared", "FR": "uncleared"}
    with raises_code(RefusedCode.BLOCKING_FINDINGS):
        await bench.release(item)


async def test_a_correction_may_make_an_item_confidential_and_plain_again(bench: Bench) -> None:
    message = diffusion("DE", ("UA",), **SECRET)
    clear(bench, "PL")
    item = await bench.sent(message)
    plain = corrected(message, confidentiality="restricted")
    assert await bench.sent(plain) == item
    await bench.release(item)
    assert await bench.deliveries(item) == {"UA": "queued"}
    child = await bench.sent(corrected(plain, of=message["reference"], recipients=["PL", "UA"], **SECRET))
    await bench.dispatch()
    assert (await bench.deliveries(child))["UA"] == "uncleared"
    assert (await bench.deliveries(child))["PL"] == "delivered"
