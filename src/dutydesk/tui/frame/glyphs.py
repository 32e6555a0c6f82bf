"""Signs next to words, with ASCII ones for terminals that lack the others. No sign is used without its word."""

from __future__ import annotations

import os
from typing import Final

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.frozen import value
from dutydesk.tui.frame.ascii_driver import is_ascii_only


@value(frozen=True, slots=True)
class Glyphs:
    states: dict[str, str]
    cursor: str
    ticked: str
    unticked: str
    chosen: str
    unchosen: str
    line: str
    dot: str
    bulk_selected: str
    hit: str
    #: Around marked words, on terminals that may not underline.
    mark_start: str
    mark_end: str
    arrow: str


UNICODE: Final = Glyphs(
    states={
        ItemState.QUARANTINED: "!",
        ItemState.REJECTED: "×",
        ItemState.HELD: "■",
        ItemState.INFORMATION_REQUESTED: "?",
        ItemState.PROPOSED: "◧",
        ItemState.RELEASED: "→",
        ItemState.REFUSED: "×",
        ItemState.BLOCKED: "▣",
        ItemState.WITHDRAWN: "←",
        ItemState.SUPERSEDED: "»",
        ItemState.RECALLED: "«",
        ItemState.CANCELLED: "○",
        ItemState.PURGED: "·",
    },
    cursor="▌",
    ticked="[x]",
    unticked="[ ]",
    chosen="(•)",
    unchosen="( )",
    line="─",
    dot="·",
    bulk_selected="◆",
    hit="=",
    mark_start="",
    mark_end="",
    arrow="→",
)

ASCII: Final = Glyphs(
    states={
        ItemState.QUARANTINED: "!",
        ItemState.REJECTED: "x",
        ItemState.HELD: "#",
        ItemState.INFORMATION_REQUESTED: "?",
        ItemState.PROPOSED: "%",
        ItemState.RELEASED: ">",
        ItemState.REFUSED: "x",
        ItemState.BLOCKED: "=",
        ItemState.WITHDRAWN: "<",
        ItemState.SUPERSEDED: "+",
        ItemState.RECALLED: "<",
        ItemState.CANCELLED: "o",
        ItemState.PURGED: ".",
    },
    cursor=">",
    ticked="[x]",
    unticked="[ ]",
    chosen="(*)",
    unchosen="( )",
    line="-",
    dot="-",
    bulk_selected="*",
    hit="=",
    mark_start="[",
    mark_end="]",
    arrow="->",
)


def glyphs() -> Glyphs:
    """ASCII signs on the Linux console and on terminals that take only ASCII."""
    return ASCII if is_ascii_only() or os.environ.get("TERM") in ("linux", "dumb", "vt100") else UNICODE
