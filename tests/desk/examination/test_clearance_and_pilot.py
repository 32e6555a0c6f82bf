"""CNF-01 and SLV-01 from real messages: the settings for clearance and for the quota of the silver pilot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from desks import Bench, act_message, diffusion, notice_request

ASSET = {"type": "asset", "title": "Motor yacht", "description": "White, 24 metres, flag not known."}
SILVER: dict[str, Any] = {
    "kind": "silver",
    "purpose": "trace_assets",
    "judicial": None,
    "subject": ASSET,
    "text": "Identify the owner of record.",
}


def settle(bench: Bench, **changes: Any) -> None:
    context = bench.desk.context
    object.__setattr__(context, "settings", replace(context.settings, **changes))


def silver(sender: str = "FR", **changes: Any) -> dict[str, Any]:
    return diffusion(sender, ("PL", "DE"), **(SILVER | changes))


def corrected(original: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in original.items() if key not in ("reference", "type", "of")}
    return body | act_message("correction", original["sender"], of=original["reference"]) | changes


async def fired(bench: Bench, item: int) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in (await bench.desk.queries.show(item)).findings}


async def test_confidential_data_are_blocked_for_whom_is_not_cleared(bench: Bench) -> None:
    secret = {"confidentiality": "confidential"}
    assert "CNF-01" not in await fired(bench, await bench.sent(diffusion("DE", ("PL", "914"), **secret)))
    settle(bench, cleared_for_confidential=("PL", "FR"))
    item = await bench.sent(diffusion("DE", ("PL", "914"), **secret))
    (finding,) = [found for found in (await bench.desk.queries.show(item)).findings if found.rule == "CNF-01"]
    assert (finding.severity, finding.field, finding.words) == ("block", "recipients", "914")
    assert "CNF-01" not in await fired(bench, await bench.sent(diffusion("DE", ("PL", "FR"), **secret)))
    assert "CNF-01" not in await fired(bench, await bench.sent(diffusion("DE", ("PL", "914"))))
    assert (await fired(bench, await bench.sent(notice_request("DE", **secret))))["CNF-01"] == "block"


async def test_each_bureau_of_the_pilot_has_an_equal_share(bench: Bench) -> None:
    settle(bench, silver_pilot=("FR", "PL"), silver_quota=5)
    for _ in range(2):
        assert "SLV-01" not in await fired(bench, await bench.sent(silver()))
    assert (await fired(bench, await bench.sent(silver())))["SLV-01"] == "block"
    request = notice_request("FR", **SILVER)
    assert (await fired(bench, await bench.sent(request)))["SLV-01"] == "block"
    assert "SLV-01" not in await fired(bench, await bench.sent(silver("PL")))
    outside = await fired(bench, await bench.sent(silver("DE")))
    assert (outside["SLV-01"], outside["SRC-01"]) == ("block", "block")


async def test_messages_that_come_at_once_do_not_share_a_place(bench: Bench) -> None:
    settle(bench, silver_pilot=("FR",), silver_quota=3)
    items = await asyncio.gather(*(bench.sent(silver()) for _ in range(8)))
    blocked = ["SLV-01" in await fired(bench, item) for item in items]
    assert blocked.count(False) == 3


async def test_a_correction_uses_the_place_of_what_it_corrects(bench: Bench) -> None:
    settle(bench, silver_pilot=("FR",), silver_quota=2)
    held, out = silver(), silver()
    first, second = await bench.sent(held), await bench.sent(out)
    assert await bench.sent(corrected(held, text="Identify the owner, and tell us of any sale.")) == first
    assert "SLV-01" not in await fired(bench, first)
    await bench.release(second)
    child = await bench.sent(corrected(out, text="Identify the owner, and tell us of any sale."))
    assert child not in (first, second)
    assert "SLV-01" not in await fired(bench, child)
    assert (await fired(bench, await bench.sent(silver())))["SLV-01"] == "block"


async def test_what_is_refused_or_withdrawn_gives_its_place_back(bench: Bench) -> None:
    settle(bench, silver_pilot=("FR",), silver_quota=1)
    message = silver()
    await bench.sent(message)
    await bench.send(act_message("withdrawal", "FR", of=message["reference"], reason="The yacht was found."))
    second = await bench.sent(silver())
    assert "SLV-01" not in await fired(bench, second)
    await bench.refuse(second)
    assert await bench.state(second) == "refused"
    assert "SLV-01" not in await fired(bench, await bench.sent(silver()))
    assert "SLV-01" in await fired(bench, await bench.sent(silver()))


async def test_a_correction_to_silver_takes_a_place(bench: Bench) -> None:
    settle(bench, silver_pilot=("FR",), silver_quota=1)
    request = notice_request("FR")
    first = await bench.sent(request)
    request.pop("judicial")
    child = await bench.sent(corrected(request, **{k: v for k, v in SILVER.items() if v is not None}))
    assert await bench.state(first) == "withdrawn", "an asset is no person: it is an item of its own"
    assert "SLV-01" not in await fired(bench, child)
    assert "SLV-01" in await fired(bench, await bench.sent(silver()))
