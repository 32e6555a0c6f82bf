"""Draws what lines of a file share: one lane for each link, beside the lines, as in a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from dutydesk.desk.base.person_rows import PersonLink
from dutydesk.domain.frozen import value
from dutydesk.tui.frame.glyphs import UNICODE, Glyphs

#: First, middle and last line of a link; a line in between that does not belong to it; the way to its words.
_UNICODE_SIGNS = ("┌", "├", "└", "│", "─")
_ASCII_SIGNS = (",", "|", "`", "|", "-")


@value(frozen=True, slots=True)
class Lanes:
    """For each line's key its part of the drawing, and the links that it belongs to; all are equally wide."""

    drawings: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, tuple[PersonLink, ...]] = field(default_factory=dict)


def draw_lanes(keys: Sequence[str], links: Sequence[PersonLink], signs: Glyphs, most: int) -> Lanes:
    """``keys`` are the lines in their order. The first ``most`` links get a lane; links of the same lines share one."""
    places = {key: place for place, key in enumerate(keys)}
    lanes: list[tuple[int, ...]] = []
    for link in links:
        lane = tuple(sorted(places[key] for key in link.members if key in places))
        if len(lane) > 1 and lane not in lanes and len(lanes) < most:
            lanes.append(lane)
    belonging = {key: tuple(link for link in links if key in link.members) for key in keys}
    drawings = {key: _drawn(place, lanes, signs) for place, key in enumerate(keys)}
    return Lanes(drawings, {key: found for key, found in belonging.items() if found})


def _drawn(place: int, lanes: Sequence[tuple[int, ...]], signs: Glyphs) -> str:
    if not lanes:
        return ""
    first, middle, last, passing, way = _UNICODE_SIGNS if signs is UNICODE else _ASCII_SIGNS
    drawn, is_member = "", False
    for lane in lanes:
        if place in lane:
            drawn += first if place == lane[0] else last if place == lane[-1] else middle
            is_member = True
        elif lane[0] < place < lane[-1]:
            drawn += passing
        else:
            drawn += way if is_member else " "
    return drawn + (f"{way} " if is_member else "  ")
