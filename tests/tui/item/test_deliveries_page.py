"""The item's deliveries: who decided what, who was told what, and three causes that are never mixed up."""

from __future__ import annotations

from consoles import console
from desks import Bench, act_message, diffusion
from dutydesk.domain.supervision.measures import Level


async def test_countries_by_what_they_decided_and_whose_access_was_withdrawn(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    await bench.sent(diffusion("DE", ("PL", "FR", "IT", "RU", "UA", "BY"), restricted_from=["BY"]))
    await bench.dispatch()
    for country, action in (("PL", "acting"), ("FR", "acted"), ("PL", "declined")):
        await bench.send(act_message("response", country, about="D-000001", action=action))
    await bench.send(act_message("restriction", "DE", deny=["IT"]))
    await bench.dispatch()
    async with console(bench, size=(100, 45)) as desk:
        await desk.press("g", "enter")
        await desk.shows("1 Text")
        await desk.press("3")
        await desk.shows("acted 1: FR; declined 1: PL; no word 1")
        await desk.shows("Access withdrawn by the owner, 1 told:")
        await desk.shows("acting; replaced since", "restricted by the data's owner")
        await desk.shows("UA is off the network", "suspended")
