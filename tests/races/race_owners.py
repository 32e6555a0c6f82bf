"""Races of owners and second persons: what is denied, corrected, withdrawn, widened, kept and purged at one moment."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from race_kit import Race, Told, item_of, sent_by, told_by
from race_list import (
    RELEASE,
    With,
    confirm,
    correct,
    deny,
    just_queued,
    read,
    release,
    text_of,
    withdraw,
)

from desks import AT, Bench, act_message
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level

_numbers = count(1)


# Made ready long before


async def person(bench: Bench, with_: With, role: Role) -> str:
    """Somebody of the round's own, who may change while others decide."""
    name = f"Person {next(_numbers)}"
    with_["person"], with_["role"] = name, role
    await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
    return name


async def proposed_by_person(bench: Bench, with_: With) -> None:
    name = await person(bench, with_, Role.OFFICER)
    with_["item"] = await bench.sent(_kept(with_, judged=True))
    await bench.desk.review.claim(bench.actor(name), item_of(with_))
    await bench.tick_all(item_of(with_), name)
    answer = await bench.desk.review.decide(bench.actor(name), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def lift_by_person(bench: Bench, with_: With) -> None:
    name = await person(bench, with_, Role.SUPERVISOR)
    ordered = await bench.order(with_["sender"], Level.HELD)
    with_["measure"] = int(ordered.subject[2:])
    await bench.desk.supervision.lift(bench.actor(name), with_["measure"], "SG/lift", "Secretary General", "Mended.")


async def easing_by_person(bench: Bench, with_: With) -> None:
    name = await person(bench, with_, Role.SUPERVISOR)
    await bench.order(with_["sender"], Level.HELD)
    eased = await bench.order(with_["sender"], Level.DIRECT, name)
    assert eased.state == "proposed", eased
    with_["measure"] = int(eased.subject[2:])


async def widening_by_person(bench: Bench, with_: With) -> None:
    """PL is denied an item, and somebody proposes to allow it."""
    name = await person(bench, with_, Role.SUPERVISOR)
    with_["item"] = await bench.sent(_kept(with_))
    await bench.desk.supervision.restrict(bench.actor("Ines"), with_["sender"], ("PL",), None, item_of(with_))
    answer = await bench.desk.supervision.restrict(bench.actor(name), with_["sender"], None, ("PL",), item_of(with_))
    with_["restriction"] = int(str(answer.restriction)[2:])


async def held_child(bench: Bench, with_: With) -> None:
    """An item that went out after review, and its correction, read and ready to go out."""
    await read(bench, with_)
    await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    with_["parent"] = item_of(with_)
    with_["item"] = await bench.sent(_correction(with_))
    await bench.desk.review.claim(bench.actor("Jonas"), item_of(with_))
    await bench.tick_all(item_of(with_), "Jonas")


async def proposed_child(bench: Bench, with_: With) -> None:
    await held_child(bench, with_)
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def past_retention(bench: Bench, with_: With) -> None:
    """Each round has a day of its own, on which its item is past its retention and no other's."""
    with_["at"] = AT + timedelta(days=2 * with_["place"] + 2)
    until = (with_["at"] - timedelta(days=1)).date().isoformat()
    with_["item"] = await bench.sent(_kept(with_) | {"retention_until": until})


def _kept(with_: With, *, judged: bool = False) -> dict[str, Any]:
    message = text_of(with_["sender"], judged=judged)
    with_["message"], with_["reference"] = message, message["reference"]
    return message


def _correction(with_: With) -> dict[str, Any]:
    again = {"type": "correction", "of": with_["reference"], "reference": f"C/{with_['reference']}"}
    return with_["message"] | again | {"text": "Locate the person; better words."}


# Made ready just before the start


async def sent_and_handed(bench: Bench, with_: With) -> None:
    """PL holds it when the race begins."""
    await just_queued(bench, with_)
    await bench.hand_over()


# The sides


async def deny_item(bench: Bench, with_: With) -> Told:
    """By the reference of the first of a family."""
    message = act_message("restriction", with_["sender"], deny=["PL"], of=with_["reference"])
    return await sent_by(bench, message | {"reference": f"R/{with_['reference']}"})


async def correct_sent(bench: Bench, with_: With) -> Told:
    with_["reference"] = with_["message"]["reference"]
    return await correct(bench, with_)


async def withdraw_sent(bench: Bench, with_: With) -> Told:
    with_["reference"] = with_["message"]["reference"]
    return await withdraw(bench, with_)


async def become(bench: Bench, with_: With, role: Role, country: str) -> Told:
    name = with_["person"]
    changed = Officer(name, role, country, (name.lower(),))
    return await told_by(bench.desk.people.add_officer(bench.actor("root"), changed))


async def demote(bench: Bench, with_: With) -> Told:
    return await become(bench, with_, Role.OBSERVER if with_["role"] is Role.OFFICER else Role.OFFICER, "-")


async def move(bench: Bench, with_: With) -> Told:
    return await become(bench, with_, with_["role"], with_["sender"])


async def gain(bench: Bench, with_: With) -> Told:
    """The proposer comes to belong to the country that is to get more."""
    return await become(bench, with_, with_["role"], "PL")


async def confirm_measure(bench: Bench, with_: With) -> Told:
    return await told_by(bench.desk.supervision.confirm(bench.actor("Oskar"), with_["measure"]))


async def confirm_widening(bench: Bench, with_: With, officer: str = "Oskar") -> Told:
    return await told_by(bench.desk.supervision.confirm_restriction(bench.actor(officer), with_["restriction"]))


async def confirm_widening_too(bench: Bench, with_: With) -> Told:
    return await confirm_widening(bench, with_, "Ines")


async def purge(bench: Bench, with_: With) -> Told:
    bench.clock.at = with_["at"]
    await bench.desk.retention.purge(bench.actor("root"))
    return Told(True)


async def keep(bench: Bench, with_: With) -> Told:
    bench.clock.at = with_["at"]
    return await told_by(
        bench.desk.retention.legal_hold(bench.actor("Ines"), item_of(with_), "A court asks for it.", held=True)
    )


OWNER_RACES = (
    Race("restriction against correction", deny, correct_sent, sent_and_handed),
    Race("restriction against queued correction", deny, correct_sent, just_queued),
    Race("restriction against held correction", deny_item, correct),
    Race("withdrawal against restriction", withdraw_sent, deny, sent_and_handed),
    Race("parent's restriction against release", deny_item, release),
    Race("parent's restriction against confirm", deny_item, confirm),
    Race("demotion against confirm", demote, confirm),
    Race("change of country against confirm", move, confirm),
    Race("demotion against lift", demote, confirm_measure),
    Race("change of country against lift", move, confirm_measure),
    Race("demotion against easing", demote, confirm_measure),
    Race("change of country against easing", move, confirm_measure),
    Race("demotion against widening", demote, confirm_widening),
    Race("change of country against widening", gain, confirm_widening),
    Race("widening against widening", confirm_widening, confirm_widening_too),
    Race("owner against widening", deny_item, confirm_widening),
    # The last: its rounds are days apart.
    Race("purge against legal hold", purge, keep),
)
#: How a round of each race is made ready before any starts.
OWNER_MADE = {
    "restriction against held correction": (read, False),
    "parent's restriction against release": (held_child, False),
    "parent's restriction against confirm": (proposed_child, True),
    "demotion against confirm": (proposed_by_person, True),
    "change of country against confirm": (proposed_by_person, True),
    "demotion against lift": (lift_by_person, False),
    "change of country against lift": (lift_by_person, False),
    "demotion against easing": (easing_by_person, False),
    "change of country against easing": (easing_by_person, False),
    "demotion against widening": (widening_by_person, False),
    "change of country against widening": (widening_by_person, False),
    "widening against widening": (widening_by_person, False),
    "owner against widening": (widening_by_person, False),
    "purge against legal hold": (past_retention, False),
}
