"""Themes of high contrast, dark and light. Colour only repeats what a word or a sign says.

The colours are those of the palette of 256: a terminal is told their numbers, in half the bytes of a true colour.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from textual.theme import Theme


class ThemeName(StrEnum):
    """The themes from which an officer chooses, as the choice is kept."""

    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"
    SIXTEEN = "sixteen"


DARK: Final = Theme(
    name="desk-dark",
    primary="#87afd7",
    secondary="#a8a8a8",
    warning="#d7af5f",
    error="#ff875f",
    success="#87af87",
    accent="#87afd7",
    foreground="#e4e4e4",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
    variables={
        "muted": "#9e9e9e",
        "border": "#585858",
        "input-selection-background": "#87afd7 35%",
        "footer-key-foreground": "#87afd7",
    },
)

LIGHT: Final = Theme(
    name="desk-light",
    primary="#005f87",
    secondary="#585858",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    accent="#005f87",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#eeeeee",
    panel="#dadada",
    dark=False,
    variables={
        "muted": "#5f5f5f",
        "border": "#949494",
        "input-selection-background": "#005f87 30%",
        "footer-key-foreground": "#005f87",
    },
)

#: Uses only the sixteen colours of every terminal; others would be mapped to the nearest, often the background.
DARK_SIXTEEN: Final = Theme(
    name="desk-dark-16",
    primary="#55ffff",
    secondary="#aaaaaa",
    warning="#ffff55",
    error="#ff5555",
    success="#55ff55",
    accent="#55ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#0000aa",
    dark=True,
    variables={
        "muted": "#aaaaaa",
        "border": "#aaaaaa",
        "input-selection-background": "#00aaaa",
        "footer-key-foreground": "#55ffff",
    },
)

LIGHT_SIXTEEN: Final = Theme(
    name="desk-light-16",
    primary="#0000aa",
    secondary="#555555",
    warning="#aa00aa",
    error="#aa0000",
    success="#000000",
    accent="#0000aa",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#00aaaa",
    dark=False,
    variables={
        "muted": "#000000",
        "border": "#555555",
        "input-selection-background": "#00aaaa",
        "footer-key-foreground": "#0000aa",
    },
)

#: Uses only black and the brightest of the sixteen colours, so that it is the same on every terminal.
CONTRAST: Final = Theme(
    name="desk-contrast",
    primary="#ffff55",
    secondary="#ffffff",
    warning="#ffff55",
    error="#ff5555",
    success="#55ff55",
    accent="#ffff55",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "muted": "#ffffff",
        "border": "#ffffff",
        "input-selection-background": "#0000aa",
        "footer-key-foreground": "#ffff55",
    },
)

THEMES: Final = {
    ThemeName.DARK: DARK,
    ThemeName.LIGHT: LIGHT,
    ThemeName.CONTRAST: CONTRAST,
    ThemeName.SIXTEEN: DARK_SIXTEEN,
}
#: Where the terminal has no others.
SIXTEEN: Final = {
    ThemeName.DARK: DARK_SIXTEEN,
    ThemeName.LIGHT: LIGHT_SIXTEEN,
    ThemeName.CONTRAST: CONTRAST,
}


def themes_for(color_system: str | None) -> dict[ThemeName, Theme]:
    """The themes for a colour system of Rich, the usual one first."""
    return SIXTEEN if color_system == "standard" else THEMES
