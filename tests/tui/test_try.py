import pytest

from consoles import console
from desks import act_message, diffusion
from dutydesk.domain.supervision.measures import Level


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
async def test_it(bench, size):
    await bench.order("RU", Level.HELD)
    m = diffusion("RU", ("PL", "FR", "UA"))
    await bench.sent(m)
    await bench.desk.review.claim(bench.actor("Ines"), 1)
    await bench.desk.review.tick(bench.actor("Ines"), 1, "art_2")
    body = {k: v for k, v in m.items() if k not in ("reference", "type")}
    c = (
        body
        | act_message("correction", "RU", of=m["reference"])
        | {"text": m["text"].replace("the", "ze") + " He led the opposition party.", "recipients": ["PL", "IT"]}
    )
    await bench.sent(c)
    async with console(bench, "Ines", size) as desk:
        await desk.to_review("D-000001")
        await desk.press("f6")
        await desk.shows("What changed")
        await desk.pilot.pause()
        print(desk.screen_text())
        await desk.press("/", *"party", "enter")
        await desk.shows("1 of")
        print(desk.screen_text())
        await desk.press("escape", "escape")
        await desk.press("d", "f6")
        await desk.shows("What changed")
        await desk.press("f6")
        await desk.shows("Reason")
