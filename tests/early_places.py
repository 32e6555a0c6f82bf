"""Asks for the place of a widget between the moment that it is shown and the layout for it."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

DEADLINE_SECONDS = 60.0


async def ask_before_the_layout(screen: Screen[Any], widget: Widget) -> Size:
    """The size that ``widget`` will have. As after a change of something hidden, the screen makes its map again."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not (screen._layout_required and _is_to_be_shown(widget)):  # a layout may be due for something else
            await asyncio.sleep(0)
    screen._compositor._full_map_invalidated = True
    return widget.size


def _is_to_be_shown(widget: Widget) -> bool:
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))
