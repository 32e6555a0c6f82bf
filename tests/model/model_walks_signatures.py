"""A walk through the keys of bureaus: who must sign, with which key, and what an officer may read again."""

from __future__ import annotations

from model_intake import Label
from model_world import World


def signatures(world: World) -> None:
    everything = ("diffusion", "message", "record", "check")
    world.order_signatures("DE", "required", everything)
    for bureau in ("DE", "PL"):
        world.enter_key(bureau)
    world.order_signatures("DE", "required", everything)
    body = world.catalogue.body
    assert world.send(body("DE", "blue", ["PL"]), by="DE-0") is not None
    world.sent.clear()
    world.sent += [({}, Label("badly"))] * 6  # the next message of a bureau with keys is unsigned
    unsigned = world.send(body("DE", "blue", ["PL"]))
    foreign = world.send(body("DE", "blue", ["PL"]), by="PL-1")
    assert [world.law.pieces[item or 0].state for item in (unsigned, foreign)] == ["quarantined"] * 2
    assert not world.reread("Jonas", unsigned or 0)
    world.end_key("DE-0", revoke=True)
    revoked = world.send(body("DE", "blue", ["PL"]), by="DE-0")
    world.enter_key("DE")
    world.order_signatures("DE", "unsigned", everything)
    assert world.reread("Jonas", unsigned or 0)
    assert not world.reread("Jonas", revoked or 0)
    world.end_key("DE-2", revoke=False)
