"""Lines that share something are joined by a drawn line, each link in a lane of its own."""

from __future__ import annotations

from dutydesk.desk.base.person_rows import LinkKind, PersonLink
from dutydesk.tui.frame.glyphs import ASCII, UNICODE
from dutydesk.tui.person.lanes import draw_lanes

KEYS = ["a", "b", "c", "d", "e"]
DOCUMENT = PersonLink(LinkKind.DOCUMENT, "RU AB1", ("b", "d", "e"))
CASE = PersonLink(LinkKind.CASE, "B 77", ("c", "a"))


def drawn(*links: PersonLink, most: int = 2, ascii_only: bool = False) -> list[str]:
    lanes = draw_lanes(KEYS, links, ASCII if ascii_only else UNICODE, most)
    return [lanes.drawings[key] for key in KEYS]


def test_a_lane_goes_from_the_first_line_of_a_link_to_its_last() -> None:
    assert drawn(DOCUMENT) == ["   ", "┌─ ", "│  ", "├─ ", "└─ "]
    assert drawn(DOCUMENT, ascii_only=True) == ["   ", ",- ", "|  ", "|- ", "`- "]


def test_two_links_cross_and_stay_apart() -> None:
    assert drawn(DOCUMENT, CASE) == [" ┌─ ", "┌│─ ", "│└─ ", "├── ", "└── "]


def test_links_of_the_same_lines_share_a_lane_and_the_rest_has_none() -> None:
    same = PersonLink(LinkKind.CASE, "B 78", DOCUMENT.members)
    assert drawn(DOCUMENT, same) == drawn(DOCUMENT)
    assert drawn(DOCUMENT, CASE, most=1) == drawn(DOCUMENT)
    assert drawn() == [""] * 5


def test_lines_that_are_not_shown_are_left_out() -> None:
    lanes = draw_lanes(["a", "b"], [DOCUMENT, CASE], UNICODE, 2)
    assert set(lanes.drawings.values()) == {""}
    assert lanes.links["b"] == (DOCUMENT,)
