"""The log of items that are held for an extra review, and of corrections that replace an undecided item."""

from __future__ import annotations

from dataclasses import replace

from desks import Bench, diffusion
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables import log
from eventful_log import Log, log_of


async def log_now(bench: Bench, **items: int) -> Log:
    lines = await bench.desk.store.read(lambda handle: list(log.walk(handle)))
    return log_of(lines, {word: item_name(item) for word, item in items.items()})


async def log_of_sample(bench: Bench) -> Log:
    object.__setattr__(bench.desk.context, "settings", replace(bench.desk.context.settings, sample_review=2))
    object.__setattr__(bench.desk.context, "draw_sample", lambda _number: True)
    return await log_now(bench, chosen=await bench.sent(diffusion("DE")))


async def log_of_replacement(bench: Bench) -> Log:
    await bench.order("BR", Level.HELD)
    message = diffusion("BR")
    older = await bench.sent(message)
    other = dict(message["subject"]) | {"name": {"family": "Nordal", "given": "Peer"}}
    newer = await bench.sent(diffusion("BR", type="correction", of=message["reference"], subject=other))
    return await log_now(bench, older=older, newer=newer)


async def test_a_sample_is_stricter_than_its_route_and_is_permitted(bench: Bench) -> None:
    assert not (await log_of_sample(bench)).breaches()


async def test_a_sample_that_went_out_is_named(bench: Bench) -> None:
    forged = await log_of_sample(bench)
    seq = forged.change(forged.place("item.routed", "chosen"), state="released", level="direct")
    assert (forged.breaches()[0].seq, "chosen at random" in forged.breaches()[0].words) == (seq, True)


async def test_an_unknown_extra_review_is_named(bench: Bench) -> None:
    forged = await log_of_sample(bench)
    seq = forged.change(forged.place("item.routed", "chosen"), extra_review="whim")
    assert forged.breaches()[0].seq == seq


async def test_an_old_log_does_not_say_it_and_still_verifies(bench: Bench) -> None:
    forged = await log_of_sample(bench)
    del forged.rows[forged.place("item.routed", "chosen")]["data"]["extra_review"]
    assert not forged.breaches()


async def test_a_replacement_that_went_out_without_a_review_is_named(bench: Bench) -> None:
    forged = await log_of_replacement(bench)
    assert not forged.breaches()
    for kind in ("measure.ordered", "measure.effective"):
        forged.change(forged.place(kind, country="BR"), country="BY")
    seq = forged.change(forged.place("item.routed", "newer"), state="released", level="direct")
    assert any(found.seq == seq and "went out without a review" in found.words for found in forged.breaches())


async def test_an_item_that_stays_in_review_beside_its_replacement_is_named(bench: Bench) -> None:
    forged = await log_of_replacement(bench)
    forged.drop(forged.place("item.withdrawn", "older"))
    seq = forged.place("item.corrected", "older") + 1
    assert any(found.seq == seq and "stayed in review" in found.words for found in forged.breaches())
