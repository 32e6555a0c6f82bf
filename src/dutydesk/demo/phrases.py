"""The phrase books by language."""

from __future__ import annotations

from dutydesk.demo.phrase_book import PhraseBook
from dutydesk.demo.words_ar import ARABIC
from dutydesk.demo.words_en import ENGLISH
from dutydesk.demo.words_es import SPANISH
from dutydesk.demo.words_fr import FRENCH

PHRASES: dict[str, PhraseBook] = {"ar": ARABIC, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
