"""By hand: walks the demo's tour as an officer would, in a real terminal, and keeps the screen of each step as text.

python tests/tui/tour/walk_tour.py 80x24 FOLDER
python tests/tui/tour/walk_tour.py 150x45 FOLDER
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from ptys import Terminal, terminal

F2, ESC = "\x1bOQ", "\x1b"
#: A demo is never quiet: so long after a step its screen is taken for whole.
SETTLED_SECONDS = 1.0

Keep = Callable[[str], None]


def _released(screen: Terminal) -> list[str]:
    """Numbers of the rows of the feed that have gone out, as they are typed."""
    return [found[1] for line in screen.screen.display if (found := re.search(r"D-0*(\d+).*released", line))]


def _back(screen: Terminal) -> None:
    """To the panes; a key right behind an escape would be taken for one key with it."""
    screen.press(ESC)
    screen.shows("3 COUNTRIES", "/ filter")


def _see_one_pass(screen: Terminal, keep: Keep) -> None:
    screen.shows("TOUR 1/5")
    screen.until(lambda: re.search(r" 15:\d\dZ", screen.screen.display[0]) is not None, "the first hours never came")
    screen.until(lambda: len(_released(screen)) > 8, "nothing goes out")
    keep("1-pass")
    screen.press(f"#{_released(screen)[-1]}\r")
    screen.shows("1 Text", "Findings")
    keep("1-pass-item")
    screen.press("3")
    screen.shows("Responses")
    keep("1-pass-deliveries")
    _back(screen)


def _order(screen: Terminal, keep: Keep) -> None:
    screen.shows("TOUR 2/5")
    screen.press("3/RU\r")
    screen.shows("1 of 195")
    screen.press("m")
    screen.shows("Order a measure on RU", "SG/2022/0310-1")
    keep("2-order-form")
    screen.press(F2)
    screen.shows("Dry run: RU direct to held")
    keep("2-order-dry-run")
    screen.press("RU")
    screen.shows("Type RU      RU")
    screen.press(F2)
    screen.until(lambda: "Dry run:" not in screen.text, "the order was not taken")


def _watch(screen: Terminal, keep: Keep) -> str:
    screen.shows("TOUR 3/5")
    _back(screen)
    screen.press("2")
    keep("3-watch")
    screen.shows("TOUR 4/5")
    screen.shows(" 60x ")
    found = re.search(r"Review (D-\d+) of RU", screen.text)
    assert found is not None
    return found[1]


def _review(screen: Terminal, keep: Keep, item: str) -> None:
    screen.press(f"#{int(item[2:])}\r")
    screen.shows("1 Text", item)
    screen.press("c")
    screen.shows(f"has {item} until")
    keep("4-review-claimed")
    screen.press("t")
    screen.shows("Checklist of")
    keep("4-review-checklist")
    while "Checklist of" in screen.text:
        ticked = screen.text.count("[x]")
        screen.press(" ")
        screen.until(lambda ticked=ticked: screen.text.count("[x]") != ticked, "the tick never came")  # type: ignore[misc]
    screen.press("d")
    screen.shows(f"Decide {item}")
    keep("4-review-decision")
    screen.press("Read; an ordinary-law case.")
    screen.shows("ordinary-law case.")
    screen.press(F2)
    screen.until(lambda: f"Decide {item}" not in screen.text, "the decision was not taken")
    screen.shows("A colleague confirms")
    keep("4-review-proposed")
    _back(screen)
    screen.press("++")


def _see_decisions(screen: Terminal, keep: Keep, item: str) -> None:
    screen.shows("TOUR 5/5")
    screen.press(f"#{int(item[2:])}\r")
    screen.shows("1 Text", item)
    screen.press("3")
    screen.shows("The tour is over")
    keep("5-decide")
    _back(screen)
    keep("6-over")


def main(size: str, folder: Path) -> None:
    columns, lines = map(int, size.split("x"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "dutydesk", "demo"]
        with terminal(Path(home) / "desk.db", (columns, lines), command) as screen:

            def keep(name: str) -> None:
                end = time.monotonic() + SETTLED_SECONDS
                while time.monotonic() < end:
                    screen.read(0.1)
                (folder / f"{name}.txt").write_text(f"{screen.text}\n", "utf-8")
                print(f"{name}: seen")

            _see_one_pass(screen, keep)
            _order(screen, keep)
            item = _watch(screen, keep)
            _review(screen, keep, item)
            _see_decisions(screen, keep, item)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
