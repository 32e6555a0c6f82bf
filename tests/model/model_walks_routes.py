"""A walk through the routes of bureaus: each has a dispatcher of its own, on a desk that several boxes share."""

from __future__ import annotations

from model_steps import dispatch, send
from model_world import World


def routes(world: World) -> None:
    assert not world.set_route("Ines", "PL", "east")
    assert world.set_route("root", "PL", "main")
    several = world.desk.delivery.is_shared
    assert world.set_route("root", "PL", "east") is several
    send(world)
    world.lease()
    assert not world.set_route("root", "PL", "south")
    world.mark({"PL"})
    assert world.set_route("root", "PL", "south") is several
    world.move(minutes=11)
    world.lease()
    world.crash(1)
    dispatch(world)
    assert world.set_route("root", "PL", "main")
    dispatch(world)
