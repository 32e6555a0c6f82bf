"""The officer's own language: kept for the next console, unless ``--language`` names another."""

from __future__ import annotations

from typing import Final

from dutydesk.language.catalogues import speak
from dutydesk.language.languages import Language, find_language
from dutydesk.tui.frame.preferences import Preferences

_SECTION: Final = "console"
_NAME: Final = "language"


def speak_kept_language(preferences: Preferences) -> None:
    kept = find_language(preferences.get(_SECTION, _NAME))
    if kept is not None:
        speak(kept)


def speak_and_keep(language: Language, preferences: Preferences) -> None:
    preferences.put(_SECTION, _NAME, language)
    speak(language)
