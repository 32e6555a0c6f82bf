"""The races: what each side does, how a round is made ready, and how one tells from the store who won."""

from __future__ import annotations

from typing import Any

from race_kit import Race, Told, handed_over, item_of, sent_by, told_by

from desks import Bench, act_message, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from invented import persons

RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")
REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
TO = ("PL", "FR")
#: No two persons are alike, or one who was refused would hold up the next.
_PERSONS = persons()
With = dict[str, Any]


def text_of(sender: str, *, judged: bool = False) -> With:
    """A diffusion of an invented person; ``judged``: one that takes two persons here."""
    message = diffusion(sender, TO, subject=next(_PERSONS), kind="blue", purpose=None, judicial=None, urgency=None)
    if judged:
        message["subject"] = message["subject"] | {"occupation": "-"}
    return message | {"language": "en", "text": "Locate the person and tell us the present address."}


# Making ready, long before


async def held(bench: Bench, with_: With) -> None:
    message = text_of(with_["sender"], judged=with_.get("judged", False))
    with_["message"], with_["reference"] = message, message["reference"]
    with_["item"] = await bench.sent(message)


async def read(bench: Bench, with_: With) -> None:
    await held(bench, with_)
    await bench.desk.review.claim(bench.actor("Jonas"), item_of(with_))
    await bench.tick_all(item_of(with_), "Jonas")


async def proposed(bench: Bench, with_: With) -> None:
    await read(bench, with_)
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def supervised(bench: Bench, with_: With) -> None:
    """Held under a measure of the round's own country."""
    await bench.order(with_["sender"], Level.HELD)
    await read(bench, with_)


async def known_measure(bench: Bench, with_: With) -> None:
    rows = {row.code: row for row in await bench.desk.queries.countries()}
    with_["expected"] = rows[with_["sender"]].measure_revision


# Made ready just before the start


async def just_queued(bench: Bench, with_: With) -> None:
    await bench.send(with_["message"])


# The sides


async def confirm(bench: Bench, with_: With, officer: str = "Mara") -> Told:
    return await told_by(bench.desk.review.confirm(bench.actor(officer), item_of(with_)))


async def confirm_too(bench: Bench, with_: With) -> Told:
    return await confirm(bench, with_, "Ines")


async def withdraw(bench: Bench, with_: With) -> Told:
    message = act_message("withdrawal", with_["sender"], of=with_["reference"], reason="Found.")
    return await sent_by(bench, message | {"reference": f"W/{with_['reference']}"})


async def correct(bench: Bench, with_: With) -> Told:
    again = {"type": "correction", "of": with_["reference"], "reference": f"C/{with_['reference']}"}
    return await sent_by(bench, with_["message"] | again | {"text": "Locate the person; better words."})


async def release(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE))


async def refuse(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), REFUSE))


async def claim_one(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.review.claim(bench.actor("Mara"), item_of(with_)))


async def claim_two(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.review.claim(bench.actor("Ines"), item_of(with_)))


async def recall(bench: Bench, with_: With) -> Told:
    item = await item_by_reference(bench, with_)
    return await told_by(bench.desk.review.recall(bench.actor("Ines"), item, "It was political.", urgent=True))


async def item_by_reference(bench: Bench, with_: With) -> int:
    """The item that was made just before the start, perhaps by the other process."""
    if "item" not in with_:
        newest = (await bench.desk.queries.feed(limit=1))[0]
        assert newest.reference == with_["message"]["reference"]
        with_["item"] = int(newest.item[2:])
    return item_of(with_)


async def hold(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.supervision.order(bench.actor("Ines"), bench.wanted(with_["sender"], Level.HELD)))


async def suspend(bench: Bench, with_: With) -> Told:
    return await told_by(
        bench.desk.supervision.order(bench.actor("Ines"), bench.wanted(with_["sender"], Level.SUSPENDED))
    )


async def order_one(bench: Bench, with_: With) -> Told:
    wanted = bench.wanted(with_["sender"], Level.HELD, expected=with_["expected"])
    return await told_by(bench.desk.supervision.order(bench.actor("Ines"), wanted))


async def order_two(bench: Bench, with_: With) -> Told:
    wanted = bench.wanted(with_["sender"], Level.SUSPENDED, expected=with_["expected"])
    return await told_by(bench.desk.supervision.order(bench.actor("Oskar"), wanted))


async def deny(bench: Bench, with_: With) -> Told:
    reference = with_["message"]["reference"]
    message = act_message("restriction", with_["sender"], deny=["PL"], of=reference)
    return await sent_by(bench, message | {"reference": f"R/{reference}"})


async def lease(bench: Bench, with_: With) -> Told:
    return await handed_over(bench)


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
        Race("recall against lease", recall, lease, just_queued),
        Race("held level against lease", hold, lease, just_queued),
        Race("restriction against lease", deny, lease, just_queued),
    )
}
#: How a round of each race is made ready before any starts.
MADE = {
    "confirm against withdrawal": (proposed, True),
    "confirm against confirm": (proposed, True),
    "decision against decision": (read, False),
    "claim against claim": (held, False),
    "correction against confirm": (proposed, True),
    "suspension against release": (supervised, False),
    "suspension against confirm": (proposed, True),
    "order against order": (known_measure, False),
}
