"""The phrase books by language."""

from __future__ import annotations

from dutydesk.traffic.wording import PhraseBook
from dutydesk.traffic.words_ar import ARABIC
from dutydesk.traffic.words_en import ENGLISH
from dutydesk.traffic.words_es import SPANISH
from dutydesk.traffic.words_fr import FRENCH

PHRASES: dict[str, PhraseBook] = {"ar": ARABIC, "en": ENGLISH, "es": SPANISH, "fr": FRENCH}
