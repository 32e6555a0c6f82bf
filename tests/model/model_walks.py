"""Fixed walks through rows of the table of states that random steps rarely reach, with the machine's own steps."""

from __future__ import annotations

from collections.abc import Callable

from model_intake import Label
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
from model_walks_owners import OWNER_WALKS
from model_walks_routes import routes
from model_walks_signatures import signatures
from model_world import World


def intake(world: World) -> None:
    for flaw in ("", "block"):
        send(world, flaw=flaw)
    world.order("Ines", "FR", "monitored")
    send(world, "FR", to=("PL", "DE"))
    world.order("Ines", "RU", "held")
    send(world, "RU")
    send(world, "RU", "silver")
    send(world, "FR", "silver", ("PL",))
    world.send(world.catalogue.act("restriction", "DE", deny=["UA"]))
    send(world, to=("UA",))
    message = world.catalogue.body("PW", "blue", ["PL"])
    stranger = world.send(message)
    first, label = world.sent[0]
    other = world.send(first | {"text": "Other words."}, label)
    junk = world.send(message, Label(reads="badly"))
    world.send(message, Label(reads="badly"))
    world.send(message | {"colour": "crimson"}, Label(reads="wrongly"))
    world.send(first, label)
    for item in (stranger, other, junk):
        assert item
        assert not world.reread("Jonas", item)
    world.reject("Jonas", junk or 0)
    dispatch(world)
    world.move(days=640)
    assert world.reread("Jonas", stranger or 0)


def review(world: World) -> None:
    item = request(world)
    world.claim("Jonas", item)
    world.claim("Mara", item)
    world.claim("Ines", item, "He left.")
    world.move(minutes=31)
    world.tick("Ines", item, "art_2")
    world.claim("Mara", item)
    world.decide("Mara", item, "escalate")
    world.decide("Mara", item, "ask")
    inform(world, item)
    world.decide("Mara", item, "ask")
    world.move(days=8)
    world.keep_time()
    correct(world, item)
    world.decide("Mara", item, "release")
    released(world, item)
    assert world.undo("Ines", item)
    read(world, item, "Mara")
    world.decide("Mara", item, "refuse")
    assert not world.reopen("Jonas", item)
    assert world.reopen("Ines", item)
    released(world, item, "Thea")
    dispatch(world)
    assert not world.undo("Ines", item)
    silent = request(world)
    read(world, silent)
    world.decide("Jonas", silent, "ask")
    world.move(days=8)
    world.keep_time()
    inform(world, silent)


def refused_before(world: World) -> None:
    """HIS-01: the same source sends a refused person again under another kind."""
    item = request(world)
    read(world, item)
    world.decide("Jonas", item, "refuse")
    message = world.catalogue.body("DE", "blue", ["PL"])
    message["subject"] = world.sent[0][0]["subject"] | {"status": "suspect"}
    again = world.send(message, Label(blocking=True, holding="HIS-01"))
    assert again is not None
    assert world.law.pieces[again].state == "held"
    read(world, again)
    assert not world.decide("Jonas", again, "release")
    other = world.catalogue.body("FR", "blue", ["PL"]) | {"subject": message["subject"]}
    assert world.send(other)


def on_file(world: World) -> None:
    """CON-05 and HIS-02: a person in a register is held at any level; an entry names one country or any."""
    for register, rule, sender in (("refugees", "CON-05", "CN"), ("ccf", "HIS-02", "DE")):
        message = world.catalogue.body(sender, "blue", ["PL"])
        world.put_on_file(register, message["subject"], sender)
        item = world.send(message, Label(blocking=True, holding=rule))
        assert item is not None
        read(world, item)
        assert not world.decide("Jonas", item, "release")
        elsewhere = world.catalogue.body("FR", "blue", ["PL"]) | {"subject": message["subject"]}
        if rule == "CON-05":
            world.send(elsewhere)


def like_a_refugee(world: World) -> None:
    """A person like a refugee is held, until an officer judges that they are two; then the source's messages go out."""
    message = world.catalogue.body("CN", "blue", ["PL"])
    person = message["subject"]
    name = {**person["name"], "family": person["name"]["family"] + "a"}
    world.put_on_file("refugees", person | {"name": name}, "CN")
    item = world.send(message, Label(holding="CON-05"))
    assert item is not None
    assert not world.distinguish("Jonas", item, "R-1")
    read(world, item)
    assert world.distinguish("Jonas", item, "R-1")
    assert world.decide("Jonas", item, "release")
    again = world.send(world.catalogue.body("CN", "blue", ["PL"]) | {"subject": person})
    assert again is not None
    assert world.law.pieces[again].state == "released"


def own_country(world: World) -> None:
    item = request(world, "RU")
    assert not world.claim("Ruslana", item)
    assert not world.claim("Olga", item)
    read(world, item)
    for actor in (world.confirm_item, world.dissent_item, world.reopen, world.undo):
        actor("Ruslana", item)
    below = request(world, "HK")
    assert not world.claim("Wen", below)
    assert not world.order("Ruslana", "RU", "direct")


def four_eyes(world: World) -> None:
    first = request(world, flaw="judgement")
    propose(world, first)
    assert not world.confirm_item("Jonas", first)
    assert not world.decide("Jonas", first, "release")
    assert world.dissent_item("Mara", first)
    propose(world, first)
    assert world.dissent_item("Jonas", first)
    propose(world, first)
    assert world.confirm_item("Mara", first)
    assert not world.confirm_item("Ines", first)
    second = request(world, flaw="judgement")
    propose(world, second, "refuse", "Mara")
    world.dissent_item("Ines", second)
    propose(world, second, "refuse", "Mara")
    assert world.confirm_item("Ines", second)
    assert not world.reopen("Ines", second)
    assert world.reopen("Oskar", second)
    third = request(world, flaw="penalty")
    read(world, third, "Jonas")
    assert not world.decide("Jonas", third, "release", override=True)
    world.claim("Ines", third, "It takes a supervisor.")
    assert not world.decide("Ines", third, "release")
    assert world.decide("Ines", third, "release", override=True)
    assert world.confirm_item("Jonas", third)


def stale(world: World) -> None:
    for change in (
        lambda item: world.restrict("Ines", "DE", item, ["UA"], None),
        lambda item: world.restrict("Ines", "DE", None, ["UA"], None),
        lambda item: world.order("Ines", "DE", "monitored"),
        lambda item: world.order("Ines", "FR", "suspended"),
        lambda item: world.change_officer("Mara", "observer", "-"),
    ):
        item = request(world, flaw="judgement")
        propose(world, item, officer="Mara")
        change(item)
        assert not world.confirm_item("Jonas", item)
        assert world.law.pieces[item].state == "held"
    world.change_officer("Mara", "officer", "-")
    item = request(world, flaw="judgement")
    propose(world, item)
    correct(world, item, flaw="judgement")
    assert not world.confirm_item("Mara", item)
    propose(world, item)
    withdraw(world, item)
    assert not world.confirm_item("Mara", item)


def withdrawals(world: World) -> None:
    item = request(world)
    withdraw(world, item)
    asked = request(world)
    read(world, asked)
    world.decide("Jonas", asked, "ask")
    withdraw(world, asked)
    again = request(world)
    read(world, again)
    world.decide("Jonas", again, "ask")
    correct(world, again)
    out = send(world, to=("PL", "FR", "UA", "RU"))
    world.set_offline("Jonas", "UA", offline=True)
    world.lease()
    withdraw(world, out)
    world.mark({"RU"})
    dispatch(world)
    world.send(world.catalogue.act("recall_confirmation", "PL", about=f"D-{out:06d}", outcome="deleted"))
    world.set_offline("Jonas", "UA", offline=False)
    dispatch(world)
    withdraw(world, out)


def suspension(world: World) -> None:
    held, asked, proposed = request(world, "CN"), request(world, "HK"), request(world, "CN", flaw="judgement")
    read(world, asked)
    world.decide("Jonas", asked, "ask")
    propose(world, proposed)
    queued = send(world, "CN")
    partly = send(world, "CN", to=("PL", "UA"))
    world.set_offline("Jonas", "UA", offline=True)
    world.lease()
    crossing = send(world, "HK", to=("PL",))
    world.order("Ines", "CN", "suspended")
    world.mark({"PL"})
    world.move(minutes=11)
    dispatch(world)
    blocked = send(world, "HK")
    assert not world.confirm_item("Mara", proposed)
    inform(world, asked)
    correct(world, held)
    withdraw(world, blocked)
    send(world, "DE", to=("CN", "HK", "FR"))
    dispatch(world)
    assert not world.decide("Jonas", held, "release")
    easing(world, "CN", "held")
    for item in (held, asked, proposed, queued, crossing, partly):
        assert world.law.pieces[item].state in ("held", "released")


def tightening(world: World) -> None:
    world.set_offline("Jonas", "UA", offline=True)
    nothing_left, partly = send(world, to=("PL", "UA")), 0
    world.order("Ines", "DE", "held", after=0.01)
    world.move(days=1)
    released(world, nothing_left)
    partly = send(world, "FR", to=("PL", "UA"))
    dispatch(world)
    world.order("Ines", "FR", "held")
    other = send(world, "CN", to=("PL", "UA"))
    dispatch(world)
    world.order("Ines", "CN", "suspended")
    dead, other_dead = send(world, "914", to=("PL",)), send(world, "UA", to=("PL",))
    for _ in range(8):
        dispatch(world, ("PL",))
        world.move(minutes=11)
    world.order("Ines", "914", "held")
    assert world.law.pieces[dead].state == "held"
    assert not world.retry("Olga", other_dead, "PL")
    assert world.retry("Jonas", other_dead, "PL")
    dispatch(world)
    world.set_offline("Jonas", "UA", offline=False)
    world.post_review("Jonas", partly, keep=True)
    world.post_review("Jonas", other, keep=False)


def recalls(world: World) -> None:
    item = send(world, to=("PL", "FR", "UA"))
    world.set_offline("Jonas", "UA", offline=True)
    world.lease()
    world.recall("Jonas", item, urgent=False)
    world.mark(set())
    waiting = send(world, to=("PL",))
    world.recall("Jonas", waiting, urgent=False)
    dispatch(world)
    world.dissent_item("Mara", waiting)
    dispatch(world)
    world.recall("Jonas", waiting, urgent=False)
    world.dissent_item("Jonas", waiting)
    world.order("Ines", "FR", "suspended")
    assert not world.confirm_item("Jonas", item)
    assert world.confirm_item("Mara", item)
    dispatch(world)
    for action in ("acknowledged", "acting", "acted", "declined"):
        answer(world, waiting, "PL", action)
    world.send(world.catalogue.act("recall_confirmation", "PL", about=f"D-{item:06d}", outcome="already_acted"))
    urgent = send(world, to=("PL", "RU"), flaw="block")
    world.lease()
    assert world.recall("Jonas", urgent, urgent=True)
    world.mark({"RU"})
    dispatch(world)
    assert not world.ratify("Jonas", urgent)
    assert not world.ratify("Mara", urgent)
    assert world.ratify("Ines", urgent)
    assert not world.recall("Ines", urgent, urgent=True)


def corrections(world: World) -> None:
    parent = send(world, to=("PL", "UA"))
    world.set_offline("Jonas", "UA", offline=True)
    dispatch(world)
    world.order("Ines", "DE", "held")
    child = correct(world, parent)
    assert world.law.pieces[child].state == "held"
    correct(world, child)
    released(world, child)
    dispatch(world)
    notice = released(world, request(world, "RU"))
    once = released(world, correct(world, notice))
    twice = correct(world, once)
    assert world.law.pieces[twice].state == "held"
    released(world, twice)
    withdraw(world, twice)
    ordinary = world.send(world.catalogue.ordinary("RU", ["PL"]))
    assert ordinary
    world.order("Ines", "RU", "held", channels=("message",))
    held = world.send(world.catalogue.ordinary("RU", ["PL"]))
    released(world, held or 0)


def measures(world: World) -> None:
    world.order("Ines", "RU", "held", kinds=("red",))
    for kind in ("red", "blue"):
        send(world, "RU", kind)
    assert world.order("Ines", "RU", "monitored")
    assert not world.confirm_order("Ines", 2)
    assert not world.order("Oskar", "RU", "direct")
    world.dissent_order("Oskar", 2)
    world.endorse("Ines", 1, declined=True)
    world.endorse("Ines", 1, declined=False)
    world.order("Ines", "RU", "suspended", after=1)
    assert world.order("Ines", "RU", "direct")
    proposal = len(world.law.orders)
    world.move(days=2)
    blocked = send(world, "RU")
    assert not world.confirm_order("Oskar", proposal)
    assert not world.order("Ines", "RU", "held", stale=True)
    in_force = world.law.in_force("RU")
    assert in_force is not None
    world.endorse("Oskar", in_force.number, declined=False)
    world.lift("Ines", in_force.number)
    world.lift("Oskar", in_force.number)
    world.dissent_order("Oskar", in_force.number)
    easing(world, "RU", "held")
    assert world.law.pieces[blocked].state == "held"
    world.lift("Ines", len(world.law.orders))
    assert world.confirm_order("Thea", len(world.law.orders))
    assert world.law.level("RU", "diffusion", "red") == "direct"
    assert not world.order("Ines", "RU", "held", after=-1)


def restrictions(world: World) -> None:
    item = send(world, "UA", to=("RU", "PL", "HK"))
    dispatch(world)
    queued = send(world, "UA", to=("RU", "PL"))
    world.send(world.catalogue.act("restriction", "UA", deny=["RU", "CN"]))
    dispatch(world)
    send(world, "UA", to=("RU", "PL", "HK"))
    world.move(minutes=-45)
    world.crash(0)
    send(world, "UA", to=("RU", "PL", "HK"))
    dispatch(world)
    world.send(world.catalogue.act("restriction", "UA", allow=["RU"]))
    last = send(world, "UA", to=("RU", "PL"))
    world.restrict("Ines", "UA", last, ["PL"], None)
    dispatch(world)
    world.restrict("Ines", "UA", None, "all", None)
    world.send(world.catalogue.act("restriction", "UA", allow=["PL"], of=reference(world, queued)[1]))
    assert not world.restrict("Jonas", "UA", None, ["PL"], None)
    nobody_left = request(world, "UA")
    read(world, nobody_left)
    assert not world.decide("Jonas", nobody_left, "release")
    assert world.restrict("Ines", "UA", None, None, ["FR"])
    assert not world.confirm_widening("Ines", 1)
    assert not world.decide("Jonas", nobody_left, "release")
    assert world.confirm_widening("Oskar", 1)
    assert world.decide("Jonas", nobody_left, "release")
    world.restrict("Ines", "UA", None, ["FR"], None)
    send(world, "UA", to=("PL", "FR"))
    assert item


def crashes(world: World) -> None:
    for share in (0, 1, 2, 3):
        send(world, to=("PL", "FR", "UA"))
        world.lease()
        send(world, to=("PL",))
        world.crash(share)
        dispatch(world)


def retention(world: World) -> None:
    world.order("Ines", "DE", "monitored")
    kept, gone = send(world, flaw="brief"), send(world, flaw="brief")
    dispatch(world)
    superseded = send(world, flaw="brief")
    correct(world, superseded, flaw="brief")
    for end in (withdraw, lambda w, i: w.recall("Jonas", i, urgent=True)):
        end(world, send(world, flaw="brief"))
    proposed = send(world, flaw="brief")
    world.recall("Jonas", proposed, urgent=False)
    withdraw(world, request(world, flaw="brief"))
    refused = request(world, flaw="brief")
    read(world, refused)
    world.decide("Jonas", refused, "refuse")
    world.hold_legally("Ines", kept, held=True)
    assert world.purge("root")
    world.move(days=120)
    assert not world.purge("Ines")
    assert world.purge("root")
    assert world.law.pieces[gone].state == "purged"
    assert world.law.pieces[kept].state == "released"
    world.ratify("Ines", superseded + 3)
    world.hold_legally("Ines", kept, held=False)
    world.dissent_item("Mara", proposed)
    world.purge("root")
    withdraw(world, gone)
    dispatch(world)


def held_on_block(world: World) -> None:
    item = send(world, flaw="block")
    assert world.law.pieces[item].state == "held"
    read(world, item)
    assert not world.decide("Jonas", item, "release")


WALKS: tuple[Callable[[World], None], ...] = (
    intake,
    review,
    refused_before,
    on_file,
    like_a_refugee,
    own_country,
    four_eyes,
    stale,
    withdrawals,
    suspension,
    tightening,
    recalls,
    corrections,
    measures,
    restrictions,
    crashes,
    retention,
    held_on_block,
    signatures,
    routes,
    *OWNER_WALKS,
)
SETTINGS: dict[str, str] = {"held_on_block": "hold_on_block = true\n"}
