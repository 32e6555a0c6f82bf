"""The races: both sides' acts, the preparation of a round, and how to tell the winner from the store."""

from __future__ import annotations

from typing import Any

from race_kit import Race, SideResult, bureau_result, dispatch_result, item_of, officer_result

from desks import Bench, act_message, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from invented import persons

RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")
REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
TO = ("PL", "FR")
#: Persons do not resemble each other, so that a refusal of one does not hold another.
_PERSONS = persons()
With = dict[str, Any]


def text_of(sender: str, *, judged: bool = False) -> With:
    """A diffusion about an invented person. ``judged``: it needs two persons at this desk."""
    message = diffusion(sender, TO, subject=next(_PERSONS), kind="blue", purpose=None, judicial=None, urgency=None)
    if judged:
        message["subject"] = message["subject"] | {"occupation": "-"}
    return message | {"language": "en", "text": "Locate the person and tell us the present address."}


# Preparation in advance


async def prepare_held(bench: Bench, with_: With) -> None:
    message = text_of(with_["sender"], judged=with_.get("judged", False))
    with_["message"], with_["reference"] = message, message["reference"]
    with_["item"] = await bench.sent(message)


async def prepare_reviewed(bench: Bench, with_: With) -> None:
    await prepare_held(bench, with_)
    await bench.desk.review.claim(bench.actor("Jonas"), item_of(with_))
    await bench.tick_all(item_of(with_), "Jonas")


async def prepare_proposed(bench: Bench, with_: With) -> None:
    await prepare_reviewed(bench, with_)
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def prepare_supervised(bench: Bench, with_: With) -> None:
    """An item held under a measure on the round's own country."""
    await bench.order(with_["sender"], Level.HELD)
    await prepare_reviewed(bench, with_)


async def note_measure_revision(bench: Bench, with_: With) -> None:
    rows = {row.code: row for row in await bench.desk.queries.countries()}
    with_["expected"] = rows[with_["sender"]].measure_revision


# Preparation just before the start


async def prepare_queued(bench: Bench, with_: With) -> None:
    await bench.send(with_["message"])


# The sides


async def confirm(bench: Bench, with_: With, officer: str = "Mara") -> SideResult:
    return await officer_result(bench.desk.review.confirm(bench.actor(officer), item_of(with_)))


async def confirm_too(bench: Bench, with_: With) -> SideResult:
    return await confirm(bench, with_, "Ines")


async def withdraw(bench: Bench, with_: With) -> SideResult:
    message = act_message("withdrawal", with_["sender"], of=with_["reference"], reason="Found.")
    return await bureau_result(bench, message | {"reference": f"W/{with_['reference']}"})


async def correct(bench: Bench, with_: With) -> SideResult:
    again = {"type": "correction", "of": with_["reference"], "reference": f"C/{with_['reference']}"}
    return await bureau_result(bench, with_["message"] | again | {"text": "Locate the person; better words."})


async def release(bench: Bench, with_: With) -> SideResult:
    return await officer_result(bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE))


async def refuse(bench: Bench, with_: With) -> SideResult:
    return await officer_result(bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), REFUSE))


async def claim_one(bench: Bench, with_: With) -> SideResult:
    return await officer_result(bench.desk.review.claim(bench.actor("Mara"), item_of(with_)))


async def claim_two(bench: Bench, with_: With) -> SideResult:
    return await officer_result(bench.desk.review.claim(bench.actor("Ines"), item_of(with_)))


async def recall(bench: Bench, with_: With) -> SideResult:
    item = await item_by_reference(bench, with_)
    return await officer_result(bench.desk.review.recall(bench.actor("Ines"), item, "It was political.", urgent=True))


async def item_by_reference(bench: Bench, with_: With) -> int:
    """The item that was made just before the start, perhaps by the other process."""
    if "item" not in with_:
        newest = (await bench.desk.queries.feed(limit=1))[0]
        assert newest.reference == with_["message"]["reference"]
        with_["item"] = int(newest.item[2:])
    return item_of(with_)


async def hold(bench: Bench, with_: With) -> SideResult:
    return await officer_result(
        bench.desk.supervision.order(bench.actor("Ines"), bench.order_for(with_["sender"], Level.HELD))
    )


async def suspend(bench: Bench, with_: With) -> SideResult:
    return await officer_result(
        bench.desk.supervision.order(bench.actor("Ines"), bench.order_for(with_["sender"], Level.SUSPENDED))
    )


async def order_one(bench: Bench, with_: With) -> SideResult:
    wanted = bench.order_for(with_["sender"], Level.HELD, expected=with_["expected"])
    return await officer_result(bench.desk.supervision.order(bench.actor("Ines"), wanted))


async def order_two(bench: Bench, with_: With) -> SideResult:
    wanted = bench.order_for(with_["sender"], Level.SUSPENDED, expected=with_["expected"])
    return await officer_result(bench.desk.supervision.order(bench.actor("Oskar"), wanted))


async def deny(bench: Bench, with_: With) -> SideResult:
    reference = with_["message"]["reference"]
    message = act_message("restriction", with_["sender"], deny=["PL"], of=reference)
    return await bureau_result(bench, message | {"reference": f"R/{reference}"})


async def lease(bench: Bench, with_: With) -> SideResult:
    return await dispatch_result(bench)


RACES = {
    race.name: race
    for race in (
        Race("confirm against withdrawal", confirm, withdraw),
        Race("confirm against confirm", confirm, confirm_too),
        Race("decision against decision", release, refuse),
        Race("claim against claim", claim_one, claim_two),
        Race("correction against confirm", correct, confirm),
        Race("suspension against release", suspend, release),
        Race("suspension against confirm", suspend, confirm),
        Race("order against order", order_one, order_two),
        Race("recall against lease", recall, lease, prepare_queued),
        Race("held level against lease", hold, lease, prepare_queued),
        Race("restriction against lease", deny, lease, prepare_queued),
    )
}
#: How a round of each race is prepared in advance.
MADE = {
    "confirm against withdrawal": (prepare_proposed, True),
    "confirm against confirm": (prepare_proposed, True),
    "decision against decision": (prepare_reviewed, False),
    "claim against claim": (prepare_held, False),
    "correction against confirm": (prepare_proposed, True),
    "suspension against release": (prepare_supervised, False),
    "suspension against confirm": (prepare_proposed, True),
    "order against order": (note_measure_revision, False),
}
