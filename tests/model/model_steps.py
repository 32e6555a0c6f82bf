"""Short steps for the walks: messages of a bureau, and acts of an officer."""

from __future__ import annotations

from typing import Any

from model_law import UNDECIDED
from model_messages import Message, about
from model_messages_of import person_of
from model_network import checklist
from model_world import World


def send(
    world: World, sender: str = "DE", kind: str = "blue", to: Any = ("PL", "FR"), flaw: str = "", **more: Any
) -> int:
    to = list(to) if isinstance(to, tuple) else to
    message = world.catalogue.body(sender, kind, to, flaw=flaw, **more)
    item = world.send(message, world.catalogue.label(message, flaw))
    assert item is not None
    return item


def request(world: World, sender: str = "DE", kind: str = "red", flaw: str = "") -> int:
    return send(world, sender, kind, None, flaw, type_="notice_request")


def reference(world: World, item: int) -> tuple[str, str]:
    return next(key for key, known in world.law.references.items() if known.item == item)


def correct(world: World, item: int, to: Any = ("PL", "FR"), flaw: str = "", *, other: bool = False) -> int:
    """Corrects an item.

    In review it keeps the person unless ``other`` is set; otherwise the correction is about another person.
    """
    sender, of = reference(world, item)
    wanted = None if world.law.pieces[item].goes_as == "notice_request" else list(to)
    message = world.catalogue.body(sender, "blue", wanted, flaw=flaw, type_="correction") | {"of": of}
    if not other and world.law.pieces[item].state in UNDECIDED:
        message = about(message, subject_of(world, item))
    child = world.send(message, world.catalogue.label(message, flaw))
    assert child is not None
    return child


def subject_of(world: World, item: int) -> Message:
    """The person of an item, from the message that made it."""
    piece = world.law.pieces[item]
    return next(
        sent["subject"] for sent, _ in world.sent if sent.get("subject") and person_of(sent) == piece.persons[0]
    )


def withdraw(world: World, item: int) -> None:
    sender, of = reference(world, item)
    world.send(world.catalogue.act("withdrawal", sender, of=of, reason="Found."))


def inform(world: World, item: int) -> None:
    sender = reference(world, item)[0]
    world.send(world.catalogue.act("information", sender, about=f"D-{item:06d}", text="Here it is."))


def answer(world: World, item: int, sender: str, action: str) -> None:
    world.send(world.catalogue.act("response", sender, about=f"D-{item:06d}", action=action))


def read(world: World, item: int, officer: str = "Jonas") -> None:
    piece = world.law.pieces[item]
    assert world.claim(officer, item)
    for point in sorted(checklist(piece.type or "", piece.kind) - piece.ticks):
        assert world.tick(officer, item, point)


def propose(world: World, item: int, decision: str = "release", officer: str = "Jonas") -> None:
    read(world, item, officer)
    assert world.decide(officer, item, decision)
    assert world.law.pieces[item].state == "proposed"


def released(world: World, item: int, officer: str = "Jonas") -> int:
    read(world, item, officer)
    assert world.decide(officer, item, "release")
    return item


def dispatch(world: World, down: tuple[str, ...] = ()) -> None:
    world.lease()
    world.mark(set(down))


def easing(world: World, country: str, level: str) -> None:
    assert world.order("Ines", country, level)
    assert world.confirm_order("Oskar", len(world.law.orders))
