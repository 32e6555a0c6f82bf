import gettext
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from test_pictures import SCREENS, _text

from consoles import Console
from dutydesk.language.catalogues import Catalogue, speak, speak_from
from dutydesk.language.languages import Language

LOW = "abcdefghijklmnopqrstuvwxyz"
TO = "αβςδεφγηιξκλμνοπθρστυνωχψζ"
MAP = str.maketrans(LOW + LOW.upper(), TO + TO.upper())
IDS = set()
with open("/tmp/t.pot", "rb") as f:
    for m in read_po(f):
        IDS.add((m.context or "", m.id[0] if isinstance(m.id, tuple) else m.id))
MISSING = set()


class Pseudo(Catalogue):
    def __init__(self):
        super().__init__(Language.FRENCH, gettext.NullTranslations())

    def phrase(self, english, context=""):
        if (context, english) not in IDS:
            MISSING.add((context, english))
            return english
        return "".join(p if p.startswith("{") else p.translate(MAP) for p in re.split(r"(\{[^}]*\})", english))

    def count_phrase(self, one, many, n):
        return self.phrase(one if n == 1 else many) if (("", one) in IDS) else one


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
@pytest.mark.parametrize(("keys", "shows"), SCREENS)
async def test_pseudo(picture, request, keys, shows, size):
    speak_from(Pseudo())
    try:
        app = picture()
        async with app.run_test(size=size) as pilot:
            desk = Console(app, pilot)
            await desk.shows("EXERCISE")
            for key in keys:
                await desk.press(key)
                await pilot.pause()
            await pilot.pause(0.8)
            out = Path("/tmp/pseudo")
            out.mkdir(exist_ok=True)
            (out / f"{request.node.callspec.id}.txt").write_text(_text(desk))
    finally:
        speak(Language.ENGLISH)
        Path("/tmp/pseudo/missing.txt").write_text("\n".join(sorted(map(repr, MISSING))))
