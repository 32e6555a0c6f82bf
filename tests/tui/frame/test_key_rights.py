"""A key that the officer's role, or the state of the item, forbids says so at once, and is not in the footer."""

from __future__ import annotations

import pytest

from consoles import Console, console
from desks import Bench, diffusion, notice_request
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.key_rights import KEY_RIGHTS, forbidden_keys
from dutydesk.tui.frame.keys import DEFAULT_KEYS
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.frame_lines import FooterLine


def footer(desk: Console) -> str:
    return desk.app.screen.query_one(FooterLine).text


async def refused(desk: Console, key: str, words: str) -> None:
    await desk.press(key)
    await desk.until(lambda: words in desk.status, f"{key} does not say: {words}")
    assert not isinstance(desk.app.screen, Dialog)


def test_every_right_belongs_to_a_key_and_has_words() -> None:
    ids = {key.id for keys in DEFAULT_KEYS.values() for key in keys}
    assert set(KEY_RIGHTS) <= ids
    assert set(KEY_RIGHTS) == set(texts.ROLE_DEEDS)


def test_what_each_role_may() -> None:
    assert forbidden_keys(Officer("A", Role.ADMINISTRATOR, "-")) == frozenset()
    assert {"measure.lift", "item.reopen"} <= forbidden_keys(Officer("O", Role.OFFICER, "-"))
    assert "item.decide" not in forbidden_keys(Officer("O", Role.OFFICER, "-"))
    assert "item.decide" in forbidden_keys(Officer("O", Role.OBSERVER, "-"))


async def test_a_role_is_asked_for_at_the_key(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench, "Jonas") as desk:
        await desk.press("3", "g")
        await refused(desk, "m", "To order a measure, you need the role supervisor; yours is officer")
        assert "measure" not in footer(desk)
        await desk.press("enter")
        await desk.shows("M-0001")
        await refused(desk, "y", "To confirm a lift or an easing, you need the role supervisor")
        await refused(desk, "l", "To propose a lift, you need the role supervisor")
        await refused(desk, "I", "To import a register, you need the role administrator")
        assert "confirm" not in footer(desk)
        assert "its items" in footer(desk)


async def test_who_has_the_role_is_not_stopped(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench, "Oskar") as desk:
        await desk.press("3", "g", "enter")
        await desk.until(lambda: "y confirm" in footer(desk), "y is not offered")
        await desk.press("y")
        await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")


async def test_one_does_not_confirm_an_own_lift(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench, "Ines") as desk:
        await desk.press("3", "g", "enter")
        await desk.until(lambda: "x dissent" in footer(desk), "x is not offered")
        assert "y confirm" not in footer(desk)
        await refused(desk, "y", "You proposed it; a second officer must confirm. x takes it back.")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("d", "D-000001 is released: there is nothing to decide"),
        ("t", "D-000001 is released: there is nothing to tick"),
        ("C", "D-000001 is released: there is no claim to transfer"),
        ("O", "D-000001 is released: only a refused item can be reopened"),
        ("J", "D-000001 is released: only quarantined input can be rejected"),
    ],
)
async def test_a_form_that_could_not_succeed_does_not_open(bench: Bench, key: str, words: str) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.press("1", "G", "k")
        await refused(desk, key, words)


async def test_nothing_is_undone_that_is_not_released(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await refused(desk, "z", "D-000001 is held: only a release can be undone")
