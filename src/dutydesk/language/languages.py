"""The four languages of the desk, and the one that a terminal asks for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """The languages of the organisation, as the wire names them."""

    ARABIC = "ar"
    ENGLISH = "en"
    SPANISH = "es"
    FRENCH = "fr"

    @property
    def own_name(self) -> str:
        """The language's name in the language itself."""
        return _OWN_NAMES[self]

    @property
    def right_to_left(self) -> bool:
        return self is Language.ARABIC


_OWN_NAMES: Final = {
    Language.ARABIC: "العربية",
    Language.ENGLISH: "English",
    Language.SPANISH: "español",
    Language.FRENCH: "français",
}
#: The variables that name a language, the strongest first, as gettext reads them.
_VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def find_language(name: str) -> Language | None:
    """The language of a code or locale such as ``fr``, ``fr_CA.UTF-8`` or ``C``; ``None`` if there is no such one."""
    code = name.replace("-", "_").split("_")[0].split(".")[0].lower()
    return next((language for language in Language if language == code), None)


def language_of_environment(environ: Mapping[str, str]) -> Language:
    """The first language that the environment asks for and the program has; English without one."""
    value = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    wanted = (find_language(name) for name in value.split(":"))
    return next((language for language in wanted if language is not None), Language.ENGLISH)
