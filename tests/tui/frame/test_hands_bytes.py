"""What ranges of marks, the filter's hint and the command line cost on the line, at 80x24."""

from __future__ import annotations

from test_bytes import beside as beside
from test_bytes import filled as filled
from test_bytes import screen as screen

from ptys import Terminal


def test_a_step_of_a_range(screen: Terminal) -> None:
    """A row gets its mark, the cursor moves, the count changes."""
    screen.press("kkkkkkkk")
    screen.press("*")
    screen.shows("RANGE")
    costs = [screen.cost_of(lambda: screen.press("j")) for _ in range(4)]
    assert min(costs) > 50, "the cursor did not move"
    assert max(costs) <= 700, costs


def test_the_command_line_opens_and_answers(screen: Terminal) -> None:
    opening = screen.cost_of(lambda: (screen.press("!"), screen.shows("Commands run as you")))
    assert opening <= 6_000, opening
    letter = screen.cost_of(lambda: screen.press("c"))
    assert letter <= 300, letter


def test_a_letter_of_the_filter(screen: Terminal) -> None:
    screen.press("/")
    screen.shows("tab completes")
    cost = screen.cost_of(lambda: screen.press("~"))
    assert cost <= 450, cost


def test_at_rest_the_command_line_sends_nothing(screen: Terminal) -> None:
    screen.press("!")
    screen.shows("Commands run as you")
    assert screen.idle_for(3.0) == b""
