"""What an officer's line carries: bytes that a real console writes into a real pseudo-terminal."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import make_store
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from other_process import OtherProcess, dated_now
from ptys import Terminal
from warm_console import warm_terminal

ITEMS, HELD = 40, 8
#: What one changed row may cost at 80x24, in bytes.
ROW = 300
#: What a step of the cursor costs at most: a row as it was and one as it is, without the text at their ends.
STEP = 250
#: The first paint of a dialog, also of one that fills the screen with text.
DIALOG, FULL_DIALOG = 6_000, 6_000
LAST = ITEMS + HELD


async def _fill(bench: Bench) -> None:
    await bench.desk.people.add_officer(Actor(os_user(), os_user()), Officer("Jonas", Role.OFFICER, "-", ("jonas",)))
    for place in range(ITEMS):
        await bench.sent(dated_now(diffusion(("DE", "FR", "PL", "IT")[place % 4])))
    for place in range(HELD):
        await bench.sent(dated_now(notice_request("BR", urgency=("routine", "urgent", "flash")[place % 3])))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("filled") / "desk.db"
    make_store(store, "exercise")
    OtherProcess(store)(_fill, founder=os_user())
    return store


@pytest.fixture
def beside(tmp_path: Path, filled: Path) -> OtherProcess:
    """A copy of the store, of which each test has its own."""
    for file in filled.parent.glob(f"{filled.name}*"):
        shutil.copy(file, tmp_path)
    return OtherProcess(tmp_path / filled.name)


@pytest.fixture
def screen(beside: OtherProcess) -> Iterator[Terminal]:
    with warm_terminal(beside.store) as made:
        made.shows(f"D-{LAST:06d}", "dispatching")
        made.until(lambda: "queued" not in made.text, "the deliveries never went")
        yield made


def test_at_rest_nothing_is_sent(screen: Terminal) -> None:
    assert screen.idle_for(5.0) == b""


def test_a_step_of_the_cursor(screen: Terminal) -> None:
    costs = {f"feed {key}": screen.cost_of(lambda key=key: screen.press(key)) for key in "kkkj"}  # type: ignore[misc]
    screen.press("3")
    screen.shows("Angola")
    costs |= {f"countries {key}": screen.cost_of(lambda key=key: screen.press(key)) for key in "jjk"}  # type: ignore[misc]
    assert min(costs.values()) > 50, "the cursor did not move"
    assert max(costs.values()) <= STEP, costs


def test_a_step_in_the_queue(screen: Terminal) -> None:
    """There and back before the text follows: what is paid for is two steps of the cursor and nothing else."""
    screen.press("2")
    screen.shows("Findings")
    costs = [screen.cost_of(lambda: screen.press("jk")) for _ in range(3)]
    assert min(costs) > 100, "the cursor did not move"
    assert max(costs) <= 2 * STEP, costs


@pytest.mark.parametrize(
    ("keys", "shown", "most"),
    [
        ("n", "Note on D-", DIALOG),
        ("#", "then enter", DIALOG),
        ("d", "Decide D-", FULL_DIALOG),
        ("?", "Keys", FULL_DIALOG),
        (":", "claim the item", FULL_DIALOG),
    ],
)
def test_the_first_paint_of_a_dialog(screen: Terminal, keys: str, shown: str, most: int) -> None:
    screen.press("2")
    screen.shows("Findings")
    opened = screen.cost_of(lambda: screen.press(keys), undo=lambda: screen.press("\x1b"))
    screen.shows(shown)
    assert 200 < opened <= most, opened


def test_the_first_paint_of_the_form_of_a_measure(screen: Terminal) -> None:
    screen.press("3")
    screen.shows("Angola")
    opened = screen.cost_of(lambda: screen.press("m"), undo=lambda: screen.press("\x1b"))
    screen.shows("Order a measure on")
    assert 500 < opened <= FULL_DIALOG, opened


def test_the_text_of_the_item_follows_once(screen: Terminal) -> None:
    """Keys that come one upon the other pay for their rows; the item's text is painted where the cursor rests."""
    screen.press("2")
    screen.shows("Findings")
    one = screen.cost_of(lambda: screen.press("j"))
    screen.press("k")
    there_and_back_and_on = screen.cost_of(lambda: screen.press("jkjkj"))
    assert 50 < one <= there_and_back_and_on <= one + 4 * 600, (one, there_and_back_and_on)


def test_one_changed_row(screen: Terminal, beside: OtherProcess) -> None:
    numbers = count(LAST - 3, -1)  # a measurement that is repeated asks about another item

    async def ask(bench: Bench) -> None:
        number = next(numbers)
        await bench.desk.review.claim(bench.actor("Jonas"), number)
        await bench.desk.review.decide(bench.actor("Jonas"), number, Deciding(Decision.ASK, "Which court?"))

    cost = screen.cost_of(lambda: beside(ask))
    screen.shows("? asked")
    assert 10 < cost <= ROW, cost


@pytest.fixture
def thin(beside: OtherProcess) -> Iterator[Terminal]:
    with warm_terminal(beside.store, hurried=True) as made:
        made.shows(f"D-{LAST:06d}", "dispatching")
        made.until(lambda: "queued" not in made.text, "the deliveries never went")
        yield made


def test_a_changed_row_and_a_step_on_a_thin_line(thin: Terminal, beside: OtherProcess) -> None:
    numbers = count(LAST - 3, -1)  # a measurement that is repeated asks about another item

    async def ask(bench: Bench) -> None:
        number = next(numbers)
        await bench.desk.review.claim(bench.actor("Jonas"), number)
        await bench.desk.review.decide(bench.actor("Jonas"), number, Deciding(Decision.ASK, "Which court?"))

    row = thin.cost_of(lambda: beside(ask))
    thin.shows("? asked")
    assert b"38;2;" not in thin.sent, "truecolor on a thin line"
    step = min(thin.cost_of(lambda: thin.press("k")) for _ in range(2))
    assert 10 < row <= ROW, row
    assert 50 < step <= 500, step


def test_a_step_from_match_to_match_on_a_thin_line(thin: Terminal) -> None:
    thin.press("k")
    thin.shows("PAUSED")
    thin.press("\r")
    thin.shows("1 Text")
    thin.press("/quill\r")
    thin.shows("quill", "1 of ")
    # A measurement that is repeated goes back first: the fourth match is out of sight, and costs a screen of text.
    steps = [thin.cost_of(lambda: thin.press("n"), undo=lambda: thin.press("N")) for _ in range(2)]
    assert 10 < max(steps) <= 250, steps


def test_the_difference_on_a_thin_line_is_one_screen_of_text(thin: Terminal, beside: OtherProcess) -> None:
    async def correct(bench: Bench) -> None:
        message = dated_now(notice_request("BR"))
        await bench.sent(message)
        body = {name: value for name, value in message.items() if name not in ("type", "reference")}
        await bench.sent({**body, **act_message("correction", "BR", of=message["reference"]), "text": "Other words."})

    beside(correct)
    thin.shows(f"D-{LAST + 1:06d}")
    thin.press("k")
    thin.shows("PAUSED")
    thin.quiet()
    thin.forget()
    thin.press("\x1b[15~")
    thin.shows("What changed", "Other words.")
    thin.quiet()
    assert 500 < len(thin.sent) <= 8_000, len(thin.sent)


def test_the_feed_of_a_thin_line_moves_on_by_half_a_screen(thin: Terminal, beside: OtherProcess) -> None:
    async def one(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE")))

    costs = [thin.cost_of(lambda: beside(one)) for _ in range(3)]
    assert min(costs) > 50, "nothing came"
    assert sorted(costs)[1] <= 3 * ROW, costs


def test_behind_a_dialog_of_a_thin_line_a_row_costs_a_row_and_a_key_its_field(
    thin: Terminal, beside: OtherProcess
) -> None:
    numbers = count(LAST - 3, -1)  # a measurement that is repeated asks about another item

    async def ask(bench: Bench) -> None:
        number = next(numbers)
        await bench.desk.review.claim(bench.actor("Jonas"), number)
        await bench.desk.review.decide(bench.actor("Jonas"), number, Deciding(Decision.ASK, "Which court?"))

    thin.press("kn")
    thin.shows("Note on D-")
    assert thin.cost_of(lambda: beside(ask)) <= ROW
    letter = thin.cost_of(lambda: thin.press("x"))
    assert 0 < letter <= 4 * ROW, letter
    thin.press("\x1b")
    thin.shows("? asked")


def test_what_changes_behind_a_dialog_is_painted_where_it_is_seen(screen: Terminal, beside: OtherProcess) -> None:
    async def one(bench: Bench) -> None:
        await bench.sent(dated_now(notice_request("BR")))

    screen.press("#")
    screen.shows("item (12) or hit (H-12), then enter")
    cost = screen.cost_of(lambda: beside(one))
    screen.shows(f"{HELD + 1} held")
    assert 50 < cost <= 11_000, cost


def test_an_appended_batch(screen: Terminal, beside: OtherProcess) -> None:
    async def arrive(bench: Bench) -> None:
        for _ in range(12):
            await bench.sent(dated_now(diffusion("DE")))

    async def one(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE")))

    single = screen.cost_of(lambda: beside(one))
    assert 50 < single <= 11_000, single
    twelve = screen.cost_of(lambda: beside(arrive))
    screen.shows(f"D-{LAST + 13:06d}")
    assert twelve < 6 * single, "what comes together is painted together"


def test_a_colleague_who_reads_sends_nothing(screen: Terminal, beside: OtherProcess) -> None:
    """Also on the item that this console shows."""

    async def read(bench: Bench) -> None:
        for item in range(1, LAST + 1):
            await bench.desk.record_read(bench.actor("Jonas"), (await bench.desk.queries.show(item)).row)

    screen.press("2")
    screen.shows("Findings")
    assert screen.cost_of(lambda: beside(read)) == 0


def comes_to_rest(made: Terminal) -> bool:
    """Whether nothing is sent for three seconds; on a loaded machine the last cells of a paint may come late."""
    for _ in range(3):
        made.quiet()
        made.forget()
        if not made.read(3.0):
            return True
    return False


def test_behind_the_curtain_nothing_is_sent_at_rest(beside: OtherProcess) -> None:
    beside.store.with_name("desk.toml").write_text("lock_after_minutes = 0.02\n")
    with warm_terminal(beside.store) as made:
        made.shows("LOCKED", "alarm", "Press any key.")
        assert comes_to_rest(made), bytes(made.sent)
        assert os_user() not in made.text


def test_a_number_is_copied_by_osc_52(screen: Terminal) -> None:
    screen.press("k")
    screen.shows("PAUSED")
    screen.quiet()
    screen.forget()
    screen.press("Y")
    screen.shows("clipboard: D-")
    number = screen.text.partition("clipboard: ")[2].split()[0]
    assert b"\x1b]52;c;" + base64.b64encode(number.encode()) + b"\x07" in screen.sent
