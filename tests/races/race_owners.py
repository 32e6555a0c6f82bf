"""Races on owners and second persons: denials, corrections, withdrawals, widenings, retention and purges."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from race_kit import Race, SideResult, bureau_result, item_of, officer_result
from race_list import (
    RELEASE,
    With,
    confirm,
    correct,
    deny,
    prepare_queued,
    prepare_reviewed,
    release,
    text_of,
    withdraw,
)

from desks import AT, Bench, act_message
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level

_numbers = count(1)


# Preparation in advance


async def add_round_officer(bench: Bench, with_: With, role: Role) -> str:
    """An officer for one round, who may change while others decide."""
    name = f"Person {next(_numbers)}"
    with_["person"], with_["role"] = name, role
    await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
    return name


async def prepare_proposal_by_person(bench: Bench, with_: With) -> None:
    name = await add_round_officer(bench, with_, Role.OFFICER)
    with_["item"] = await bench.sent(_round_message(with_, judged=True))
    await bench.desk.review.claim(bench.actor(name), item_of(with_))
    await bench.tick_all(item_of(with_), name)
    answer = await bench.desk.review.decide(bench.actor(name), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def prepare_lift_by_person(bench: Bench, with_: With) -> None:
    name = await add_round_officer(bench, with_, Role.SUPERVISOR)
    ordered = await bench.order(with_["sender"], Level.HELD)
    with_["measure"] = int(ordered.subject[2:])
    await bench.desk.supervision.lift(bench.actor(name), with_["measure"], "SG/lift", "Secretary General", "Mended.")


async def prepare_easing_by_person(bench: Bench, with_: With) -> None:
    name = await add_round_officer(bench, with_, Role.SUPERVISOR)
    await bench.order(with_["sender"], Level.HELD)
    eased = await bench.order(with_["sender"], Level.DIRECT, name)
    assert eased.state == "proposed", eased
    with_["measure"] = int(eased.subject[2:])


async def prepare_widening_by_person(bench: Bench, with_: With) -> None:
    """An item that is denied to PL, with a proposal to allow it."""
    name = await add_round_officer(bench, with_, Role.SUPERVISOR)
    with_["item"] = await bench.sent(_round_message(with_))
    await bench.desk.supervision.restrict(bench.actor("Ines"), with_["sender"], ("PL",), None, item_of(with_))
    answer = await bench.desk.supervision.restrict(bench.actor(name), with_["sender"], None, ("PL",), item_of(with_))
    with_["restriction"] = int(str(answer.restriction)[2:])


async def prepare_held_child(bench: Bench, with_: With) -> None:
    """A released item with a correction that is reviewed and ready to go out."""
    await prepare_reviewed(bench, with_)
    await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    with_["parent"] = item_of(with_)
    with_["item"] = await bench.sent(_correction(with_))
    await bench.desk.review.claim(bench.actor("Jonas"), item_of(with_))
    await bench.tick_all(item_of(with_), "Jonas")


async def prepare_proposed_child(bench: Bench, with_: With) -> None:
    await prepare_held_child(bench, with_)
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item_of(with_), RELEASE)
    assert answer.state == "proposed", answer


async def prepare_past_retention(bench: Bench, with_: With) -> None:
    """An item past its retention, on a day that belongs to this round alone."""
    with_["at"] = AT + timedelta(days=2 * with_["place"] + 2)
    until = (with_["at"] - timedelta(days=1)).date().isoformat()
    with_["item"] = await bench.sent(_round_message(with_) | {"retention_until": until})


def _round_message(with_: With, *, judged: bool = False) -> dict[str, Any]:
    message = text_of(with_["sender"], judged=judged)
    with_["message"], with_["reference"] = message, message["reference"]
    return message


def _correction(with_: With) -> dict[str, Any]:
    again = {"type": "correction", "of": with_["reference"], "reference": f"C/{with_['reference']}"}
    return with_["message"] | again | {"text": "Locate the person; better words."}


# Preparation just before the start


async def prepare_delivered(bench: Bench, with_: With) -> None:
    """An item of which PL has a copy before the race begins."""
    await prepare_queued(bench, with_)
    await bench.dispatch()


# The sides


async def deny_item(bench: Bench, with_: With) -> SideResult:
    """Denies by the reference of the first item of a family."""
    message = act_message("restriction", with_["sender"], deny=["PL"], of=with_["reference"])
    return await bureau_result(bench, message | {"reference": f"R/{with_['reference']}"})


async def correct_sent(bench: Bench, with_: With) -> SideResult:
    with_["reference"] = with_["message"]["reference"]
    return await correct(bench, with_)


async def withdraw_sent(bench: Bench, with_: With) -> SideResult:
    with_["reference"] = with_["message"]["reference"]
    return await withdraw(bench, with_)


async def become(bench: Bench, with_: With, role: Role, country: str) -> SideResult:
    name = with_["person"]
    changed = Officer(name, role, country, (name.lower(),))
    return await officer_result(bench.desk.people.add_officer(bench.actor("root"), changed))


async def demote(bench: Bench, with_: With) -> SideResult:
    return await become(bench, with_, Role.OBSERVER if with_["role"] is Role.OFFICER else Role.OFFICER, "-")


async def move(bench: Bench, with_: With) -> SideResult:
    return await become(bench, with_, with_["role"], with_["sender"])


async def gain(bench: Bench, with_: With) -> SideResult:
    """The proposer comes to belong to the country that is to gain access."""
    return await become(bench, with_, with_["role"], "PL")


async def confirm_measure(bench: Bench, with_: With) -> SideResult:
    return await officer_result(bench.desk.supervision.confirm(bench.actor("Oskar"), with_["measure"]))


async def confirm_widening(bench: Bench, with_: With, officer: str = "Oskar") -> SideResult:
    return await officer_result(bench.desk.supervision.confirm_restriction(bench.actor(officer), with_["restriction"]))


async def confirm_widening_too(bench: Bench, with_: With) -> SideResult:
    return await confirm_widening(bench, with_, "Ines")


async def purge(bench: Bench, with_: With) -> SideResult:
    bench.clock.at = with_["at"]
    await bench.desk.retention.purge(bench.actor("root"))
    return SideResult(True)


async def keep(bench: Bench, with_: With) -> SideResult:
    bench.clock.at = with_["at"]
    return await officer_result(
        bench.desk.retention.legal_hold(bench.actor("Ines"), item_of(with_), "A court asks for it.", held=True)
    )


OWNER_RACES = (
    Race("restriction against correction", deny, correct_sent, prepare_delivered),
    Race("restriction against queued correction", deny, correct_sent, prepare_queued),
    Race("restriction against held correction", deny_item, correct),
    Race("withdrawal against restriction", withdraw_sent, deny, prepare_delivered),
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
    # Last, because its rounds are days apart.
    Race("purge against legal hold", purge, keep),
)
#: How a round of each race is prepared in advance.
OWNER_MADE = {
    "restriction against held correction": (prepare_reviewed, False),
    "parent's restriction against release": (prepare_held_child, False),
    "parent's restriction against confirm": (prepare_proposed_child, True),
    "demotion against confirm": (prepare_proposal_by_person, True),
    "change of country against confirm": (prepare_proposal_by_person, True),
    "demotion against lift": (prepare_lift_by_person, False),
    "change of country against lift": (prepare_lift_by_person, False),
    "demotion against easing": (prepare_easing_by_person, False),
    "change of country against easing": (prepare_easing_by_person, False),
    "demotion against widening": (prepare_widening_by_person, False),
    "change of country against widening": (prepare_widening_by_person, False),
    "widening against widening": (prepare_widening_by_person, False),
    "owner against widening": (prepare_widening_by_person, False),
    "purge against legal hold": (prepare_past_retention, False),
}
