"""A desk's own keys and templates, from its settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import TextArea

from consoles import console, morning
from desks import Bench
from dutydesk.desk.desk import Desk
from dutydesk.desk.settings import Loaded, load
from dutydesk.domain.errors import BadCall
from dutydesk.tui import keymap
from dutydesk.tui.screens.decision import Decide
from dutydesk.wire.rule_table import load_rules


@pytest.fixture(autouse=True)
def default_keys() -> Iterator[None]:
    yield
    keymap.use({})


def settled(bench: Bench, text: str) -> Desk:
    """The bench's desk with a ``desk.toml`` of this text beside it."""
    bench.desk.store.path.with_name("desk.toml").write_text(text, "utf-8")
    loaded = load(bench.desk.store.path, load_rules().ids)
    object.__setattr__(bench.desk, "loaded", loaded)
    object.__setattr__(bench.desk, "ground", replace(bench.desk.ground, settings=loaded.settings))
    return bench.desk


async def test_a_moved_key_acts_and_the_old_one_does_not(bench: Bench) -> None:
    settled(bench, '[keys]\n"item.claim" = "f5"\n')
    await morning(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.shows("f5 claim")
        await desk.press("c")
        await desk.pilot.pause()
        assert (await bench.desk.show(3)).row.claimed_by is None
        await desk.press("f5")
        await desk.until(lambda: "Ines has D-000003" in desk.status, "the claim is not said")


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"item.clam": "f5"}, "'item.clam' is no key's id"),
        ({"item.claim": "d"}, "item.decide already"),
        ({"item.claim": "q"}, "desk.quit already"),
        ({"dialog.submit": "f9"}, "can't be moved"),
    ],
)
def test_a_map_that_cannot_be_is_refused(moved: dict[str, str], said: str) -> None:
    with pytest.raises(BadCall, match=said):
        keymap.use(moved)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[keys]\nclaim = 5\n", "line 1: keys"),
        ('\n[templates]\nrelese = ["Read."]\n', "line 2: templates names 'relese'"),
        ('[templates]\nask = "Why?"\n', "no list of sentences for ask"),
    ],
)
def test_settings_that_make_no_sense_name_their_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "desk.toml").write_text(text, "utf-8")
    with pytest.raises(BadCall, match=said):
        load(tmp_path / "desk.db", load_rules().ids)


def test_settings_say_what_is_moved_and_how_many_templates_there_are(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[keys]\n"item.claim" = "f5"\n[templates]\nask = ["Why?"]\n', "utf-8")
    loaded: Loaded = load(tmp_path / "desk.db", load_rules().ids)
    rows = {row.setting: row for row in loaded.rows}
    assert (rows["keys"].value, rows["keys"].comes_from) == ("item.claim = f5", "desk.toml, line 1")
    assert "1 to ask" in rows["templates"].value


async def test_templates_go_round_and_never_over_what_was_typed(bench: Bench) -> None:
    settled(bench, '[templates]\nrelease = ["One.", "Two."]\n')
    await morning(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, Decide), "no dialog")
        await desk.shows("F3: the next template")
        reason = desk.app.screen.query_one("#reason", TextArea)
        for expected in ("One.", "Two.", "One."):
            await desk.press("f3")
            assert reason.text == expected
        reason.focus()
        await desk.type("x")
        await desk.press("f3")
        await desk.shows("What you have typed stays")
        assert "x" in reason.text
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, Decide), "it did not close")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, Decide), "no dialog")
        assert "x" in desk.app.screen.query_one("#reason", TextArea).text, "the draft is as it was typed"
