"""Themes of high contrast, dark and light. Colour only repeats what a word or a sign says."""

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
    primary="#8ab4d8",
    secondary="#9aa7b4",
    warning="#e0b050",
    error="#ef7d6d",
    success="#86c08a",
    accent="#8ab4d8",
    foreground="#e4e6e8",
    background="#14171a",
    surface="#1b1f23",
    panel="#262c32",
    dark=True,
    variables={
        "muted": "#98a2ac",
        "border": "#4a545e",
        "input-selection-background": "#8ab4d8 35%",
        "footer-key-foreground": "#8ab4d8",
    },
)

LIGHT: Final = Theme(
    name="desk-light",
    primary="#1f4e79",
    secondary="#4a5560",
    warning="#7a5200",
    error="#a32014",
    success="#1d6b2a",
    accent="#1f4e79",
    foreground="#14181c",
    background="#f7f7f5",
    surface="#eeeeea",
    panel="#dedfdb",
    dark=False,
    variables={
        "muted": "#525c66",
        "border": "#8a929a",
        "input-selection-background": "#1f4e79 30%",
        "footer-key-foreground": "#1f4e79",
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
