"""Walks on owners' restrictions, on notices, and on officers who change between a proposal and its confirmation."""

from __future__ import annotations

from typing import Any

from model_steps import (
    answer,
    correct,
    dispatch,
    easing,
    inform,
    propose,
    read,
    reference,
    released,
    request,
    send,
    withdraw,
)
from model_world import World


def deny(world: World, item: int, *codes: str) -> None:
    sender, of = reference(world, item)
    world.send(world.catalogue.act("restriction", sender, deny=list(codes), of=of))


def allow(world: World, item: int, *codes: str) -> None:
    sender, of = reference(world, item)
    world.send(world.catalogue.act("restriction", sender, allow=list(codes), of=of))


def rows(world: World, item: int) -> dict[str, str | None]:
    """Maps each recipient of an item to the cause of its suppression, or ``None``."""
    return {code: row.cause for code, row in world.law.pieces[item].rows.items()}


def families(world: World) -> None:
    """A denial on any item of a family applies to all of it, earlier and later."""
    first = send(world, to=("PL", "FR", "UA"))
    dispatch(world)
    deny(world, first, "PL")
    second = correct(world, first, to=("PL", "FR", "UA", "RU"))
    assert rows(world, second) == {"PL": "restricted", "FR": None, "UA": None, "RU": None}
    deny(world, first, "UA")
    dispatch(world)
    assert rows(world, second)["UA"] == "restricted"
    third = correct(world, second, to=("PL", "FR", "RU"))
    allow(world, second, "PL")
    deny(world, third, "RU")
    fourth = correct(world, third, to=("PL", "RU"))
    assert rows(world, fourth) == {"PL": None, "RU": "restricted"}
    dispatch(world)
    world.recall("Jonas", fourth, urgent=True)
    dispatch(world)
    assert world.law.pieces[second].rows["FR"].state == "recall_sent"


def carried(world: World) -> None:
    """A country in an earlier body stays denied for later bodies, until the owner allows it."""
    kept = world.catalogue.body("DE", "blue", ["PL", "FR", "UA"]) | {"restricted_from": ["UA"]}
    first = world.send(kept) or 0
    dispatch(world)
    second = correct(world, first, to=("PL", "FR", "UA"))
    assert rows(world, second)["UA"] == "restricted"
    sender, of = reference(world, second)
    world.send(world.catalogue.body(sender, "blue", ["FR"], type_="correction") | {"of": of, "restricted_from": ["PL"]})
    dispatch(world)
    allow(world, first, "UA")
    third = max(world.law.pieces)
    fourth = correct(world, third, to=("PL", "FR", "UA"))
    assert rows(world, fourth) == {"PL": "restricted", "FR": None, "UA": None}
    withdraw(world, fourth)
    dispatch(world)
    assert world.law.pieces[first].rows["PL"].state == "recall_sent", "PL holds only the first"
    held = send(world, to=("PL", "FR"))
    dispatch(world)
    deny(world, held, "FR")
    dispatch(world)
    name = f"D-{held:06d}"
    world.send(world.catalogue.act("recall_confirmation", "FR", about=name, outcome="deleted"))


def two_lines(world: World) -> None:
    """Two corrections of one item: the end of one does not concern holders of the other."""
    first = send(world, to=("PL", "UA"))
    dispatch(world)
    world.order("Ines", "DE", "held")
    one, other = correct(world, first, to=("PL",)), correct(world, first, to=("FR",))
    released(world, one)
    released(world, other)
    dispatch(world)
    released(world, correct(world, other, to=("RU",)))
    world.recall("Jonas", one, urgent=True)
    dispatch(world)
    assert world.law.pieces[other].rows["FR"].state == "delivered"
    assert world.law.pieces[first].rows["UA"].state == "recall_sent"
    several = send(world, "RU", to=("PL",))
    world.restrict("Ines", "RU", several, None, ["PL"])
    world.restrict("Ines", "RU", several, None, ["FR"])
    assert not world.confirm_item("Olga", several)
    assert not world.dissent_item("Olga", 77)


def put_back(world: World) -> None:
    """A correction that returns to review before it was sent restores the item that it replaced."""
    parent = send(world, to=("PL", "UA"), flaw="block")
    world.set_offline("Jonas", "UA", offline=True)
    dispatch(world)
    world.order("Ines", "DE", "held")
    child = released(world, correct(world, parent, to=("PL", "UA")))
    assert world.law.pieces[parent].state == "superseded"
    assert world.undo("Jonas", child)
    assert world.law.pieces[parent].state == "released"
    world.set_offline("Jonas", "UA", offline=False)
    dispatch(world)
    out = send(world, "FR", to=("PL", "UA"))
    straight = correct(world, out, to=("UA",))
    world.order("Ines", "FR", "held")
    assert world.law.pieces[straight].state == "held"
    assert world.law.pieces[out].state == "held"


def confidential(world: World) -> None:
    message = world.catalogue.body("DE", "blue", ["PL", "UA"]) | {"confidentiality": "confidential"}
    item = world.send(message, world.catalogue.label(message, "")) or 0
    assert rows(world, item) == {"PL": None, "UA": "uncleared"}
    assert world.law.pieces[item].post_review == "due"


def widening(world: World) -> None:
    """An ``allow`` on an owner's behalf takes two persons, neither of the owner nor of a country that gains."""
    item = send(world, "RU", to=("PL", "FR", "DE"))
    assert world.restrict("Ines", "RU", item, ["PL"], ["FR"])
    assert not world.restrict("Ines", "RU", item, None, ["FR"])
    assert not world.restrict("Ruslana", "RU", item, None, ["PL"])
    assert not world.restrict("Ruslana", "RU", None, ["PL"], None)
    assert not world.restrict("Ruslana", "DE", None, None, "all")
    assert not world.confirm_widening("Ines", 1)
    assert not world.confirm_widening("Jonas", 1)
    assert not world.confirm_widening("Ruslana", 1)
    assert world.confirm_item("Oskar", item)
    assert not world.confirm_widening("Thea", 1)
    world.restrict("Ines", "RU", item, None, ["PL"])
    assert world.dissent_item("Thea", item)
    for change in (("officer", "-"), ("supervisor", "PL"), ("supervisor", "RU")):
        world.restrict("Ines", "RU", item, None, ["PL"])
        world.change_officer("Ines", *change)
        assert not world.confirm_widening("Oskar", len(world.law.widenings))
        world.change_officer("Ines", "supervisor", "-")
    world.restrict("Ines", "RU", item, None, ["PL"])
    world.restrict("Oskar", "RU", item, None, ["DE"])
    assert not world.confirm_item("Thea", item)
    deny(world, item, "PL")
    assert not world.confirm_widening("Thea", len(world.law.widenings))
    world.restrict("Ines", "RU", None, None, "all")
    world.restrict("Oskar", "RU", None, ["UA"], None)
    assert not world.confirm_widening("Thea", len(world.law.widenings))


def persons(world: World) -> None:
    """At the commit both persons of every proposal have the right and do not belong to the country."""
    for role, country in (("observer", "-"), ("officer", "DE")):
        item = request(world, flaw="judgement")
        propose(world, item)
        world.change_officer("Jonas", role, country)
        assert not world.confirm_item("Mara", item)
        world.change_officer("Jonas", "officer", "-")
        assert world.law.pieces[item].state == "held"
    out = send(world, "CN", to=("PL",))
    world.recall("Jonas", out, urgent=False)
    world.change_officer("Jonas", "officer", "HK")
    assert not world.confirm_item("Mara", out)
    world.change_officer("Jonas", "officer", "-")
    world.order("Ines", "HK", "held")
    number = len(world.law.orders)
    for role, country in (("officer", "-"), ("supervisor", "CN"), ("supervisor", "HK")):
        world.lift("Thea", number)
        world.change_officer("Thea", role, country)
        assert not world.confirm_order("Oskar", number)
        world.change_officer("Thea", "supervisor", "-")
        world.order("Thea", "HK", "direct")
        world.change_officer("Thea", role, country)
        assert not world.confirm_order("Oskar", len(world.law.orders))
        world.change_officer("Thea", "supervisor", "-")
    world.lift("Thea", number)
    world.change_officer("Thea", "officer", "-")
    world.change_officer("Thea", "supervisor", "-")
    assert world.confirm_order("Oskar", number), "who has the right at the commit has it"
    held = request(world, "FR")
    world.restrict("Ines", "FR", None, ["RU"], None)
    assert not world.claim("Ruslana", held)


def another_person(world: World) -> None:
    """A correction to another person opens an item of its own, and the corrected item ends."""
    held, asked, proposed = request(world), request(world), request(world, flaw="judgement")
    read(world, asked)
    world.decide("Jonas", asked, "ask")
    propose(world, proposed)
    for item in (held, asked, proposed):
        child = correct(world, item, other=True)
        assert world.law.pieces[item].state == "withdrawn"
        assert world.law.pieces[child].state == "held"
        correct(world, item, other=True)
        withdraw(world, item)
    world.order("Ines", "CN", "suspended")
    blocked = send(world, "CN")
    child = correct(world, blocked, other=True)
    easing(world, "CN", "direct")
    released(world, child)
    again = correct(world, child, to=("PL",))
    assert world.law.pieces[child].state == "superseded"
    assert again
    world.order("Ines", "FR", "held")
    waiting = send(world, "FR", to=("PL",))
    easing(world, "FR", "direct")
    assert world.law.pieces[correct(world, waiting, other=True)].state == "held"
    published = released(world, correct(world, request(world), other=True))
    assert world.law.pieces[published].notice_number is not None


def samples(world: World) -> None:
    world.sampling = True
    states = {world.law.pieces[send(world)].state for _ in range(3)}
    assert states == {"held", "released"}
    world.sampling = False


def references(world: World) -> None:
    """Each reference of a sender is accepted once for all types; a second message is a repeat or a conflict."""
    out, asked, gone = send(world, to=("PL",)), request(world), send(world, to=("PL",))
    read(world, asked)
    world.decide("Jonas", asked, "ask")
    dispatch(world)
    world.recall("Ines", gone, urgent=True)
    dispatch(world)
    inform(world, asked)
    answer(world, out, "PL", "acting")
    name = f"D-{gone:06d}"
    world.send(world.catalogue.act("recall_confirmation", "PL", about=name, outcome="deleted"))
    world.send(world.catalogue.ordinary("DE", ["PL"]))
    world.send(world.catalogue.check("PL"))
    deny(world, out, "UA")
    correct(world, out)
    withdraw(world, asked)
    first = list({message["type"]: (message, label) for message, label in world.sent}.values())
    assert len(first) == 10
    for message, label in first:
        world.send(message, label)
        count = len(world.law.pieces)
        changed: dict[str, Any] = {"sent_at": "2022-03-10T06:59:00Z"}
        assert world.send(message | changed, label) == count + 1
    taken = first[0][0]["reference"]
    world.send(world.catalogue.ordinary("DE", ["PL"]) | {"reference": taken})


OWNER_WALKS = (
    families,
    carried,
    two_lines,
    put_back,
    confidential,
    widening,
    persons,
    another_person,
    samples,
    references,
)
