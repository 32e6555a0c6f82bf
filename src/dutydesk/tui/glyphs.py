"""The signs that stand beside words, with plain ones for terminals that lack them. No sign stands alone."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from typing import Final

from dutydesk.domain.states import ItemState


@dataclass(frozen=True, slots=True)
class Glyphs:
    states: dict[str, str]
    cursor: str
    ticked: str
    unticked: str
    chosen: str
    unchosen: str
    line: str
    dot: str
    marked: str
    hit: str


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
    marked="◆",
    hit="=",
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
    marked="*",
    hit="=",
)


def glyphs() -> Glyphs:
    """Plain signs on the Linux console, without UTF-8, or where ``DUTYDESK_ASCII`` is set."""
    plain = os.environ.get("DUTYDESK_ASCII") or os.environ.get("TERM") in ("linux", "dumb", "vt100")
    if plain or "UTF-8" not in locale.getpreferredencoding(False).upper().replace("UTF8", "UTF-8"):
        return ASCII
    return UNICODE
