"""The catalogues of phrases, one for each language, and the language that this process speaks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from dutydesk.language.languages import Language
from dutydesk.language.recognition import Recogniser, Templates, templates_of

DOMAIN: Final = "dutydesk"
#: The context of the words for names of the wire and the desk, such as ``information requested``.
VALUE: Final = "value"
#: Between a phrase's context and the phrase, in the file of a catalogue.
_CONTEXT_END: Final = "\x04"


class Catalogue:
    """The phrases of one language. A phrase that it lacks stays English."""

    def __init__(self, language: Language, phrases: NullTranslations, templates: Iterable[str] = ()) -> None:
        """``templates``: the English of its phrases with parts, by which stored sentences are recognised."""
        self.language = language
        self._phrases = phrases
        self._stored = Recogniser(Templates(templates), self.phrase, lambda name: self.phrase(name, VALUE))

    @property
    def is_translated(self) -> bool:
        """Whether its phrases differ from their English."""
        return self.language is not Language.ENGLISH

    def phrase(self, english: str, context: str = "") -> str:
        """A phrase without its parts filled in. ``context`` tells two phrases apart that are one in English."""
        if not english:
            return ""
        if context:
            return self._phrases.pgettext(context, english)
        return self._phrases.gettext(english)

    def stored(self, english: str) -> str:
        """A sentence of the desk that was stored as plain English; one that is unknown stays as it is."""
        return self._stored.read(english) if self.is_translated else english

    def count_phrase(self, one: str, many: str, number: int) -> str:
        """The form of a phrase that the language uses with ``number``."""
        return self._phrases.ngettext(one, many, number)


@lru_cache(maxsize=len(Language))
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language, such as a bureau's; English has none, because phrases are named by their English."""
    if language is Language.ENGLISH:
        return Catalogue(language, NullTranslations())
    compiled = (files("dutydesk.data") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    return Catalogue(language, GNUTranslations(BytesIO(compiled)), templates_of(compiled))


class _Spoken:
    """What this process speaks: a console and a command have one reader each."""

    catalogue = catalogue(Language.ENGLISH)


def speak(language: Language) -> None:
    """Show phrases in this language from now on. What was drawn before stays until it is drawn again."""
    _Spoken.catalogue = catalogue(language)


def speak_from(phrases: Catalogue) -> None:
    """Show phrases from a catalogue that is in no file; for tests of the catalogues themselves."""
    _Spoken.catalogue = phrases


def spoken() -> Catalogue:
    return _Spoken.catalogue


def spoken_language() -> Language:
    return _Spoken.catalogue.language


def speaks_english() -> bool:
    return not _Spoken.catalogue.is_translated
