"""Two quiet themes of high contrast. Colour only repeats what a word, a glyph or a place says already."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

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

THEMES: Final = (DARK, LIGHT)
