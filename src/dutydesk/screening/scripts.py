"""Transliteration into Latin letters for comparing names. It is never displayed: names are shown as written.

Cyrillic, Greek, Arabic and Hebrew have tables by sound; ``anyascii`` does the other scripts. Arabic and Hebrew omit
most vowels, so names in them are compared by their consonants.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

from dutydesk.domain.messages.normal_forms import normalize

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "yo", "є": "ye", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "w", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ђ": "dj", "ћ": "ch", "љ": "lj", "њ": "nj",
    "ј": "y", "џ": "dzh", "ѓ": "g", "ќ": "k", "ѕ": "dz", "қ": "k", "ғ": "g", "ң": "n", "ө": "o", "ұ": "u", "ү": "u",
    "һ": "h", "ә": "a",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_GREEK_PAIRS = (
    ("ου", "u"), ("αι", "e"), ("ει", "i"), ("οι", "i"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"), ("ντ", "nt"),
    ("γγ", "ng"), ("γκ", "g"), ("τζ", "tz"), ("τσ", "ts"), ("χ", "h"),
)  # fmt: skip
_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ء": "", "ؤ": "u", "ئ": "i", "ب": "b", "پ": "p", "ت": "t",
    "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ک": "k", "ك": "k",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "ہ": "h", "ھ": "h", "و": "u", "ي": "i", "ی": "i",
    "ى": "a", "ے": "i", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r",
}  # fmt: skip
_HEBREW = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "h", "ט": "t", "י": "i", "כ": "k",
    "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p", "ף": "f", "צ": "ts",
    "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_DEVANAGARI = {"च": "ch", "छ": "chh", "ं": "n", "ँ": "n", "श": "sh", "ष": "sh", "ङ": "n", "ञ": "n"}
#: Latin letters whose sound differs from the letter without its diacritic.
_SIGNED = str.maketrans(
    {
        "š": "sh",
        "ş": "sh",
        "ș": "sh",
        "č": "ch",
        "ć": "ch",
        "ž": "zh",
        "ț": "ts",
        "ţ": "ts",
        "đ": "dj",
        "ö": "oe",
        "ü": "ue",
        "ä": "ae",
        "å": "aa",
        "ø": "oe",
    }
)
_TABLE = {ord(letter): latin for letter, latin in {**_CYRILLIC, **_GREEK, **_ARABIC, **_HEBREW, **_DEVANAGARI}.items()}
#: Hebrew and Arabic; the scripts of India and Thai, which omit some vowels.
_WITHOUT_VOWELS = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0900-\u0e7f]")
_SOFT = ((re.compile("(?<=[\u05d0-\u05ea])ב"), "v"), (re.compile("(?<=[\u05d0-\u05ea])[פף]"), "f"))
_SILENT_THAI = re.compile("[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")
_GREEK_LETTER = re.compile("[\u0370-\u03ff]")
#: Scripts without a space between family and given name.
_SYLLABLES = re.compile("[\u3400-\u9fff\uac00-\ud7af]")
_ARTICLE = re.compile("(?<!\\w)ال(?=\\w{3})")
_SIGNS = re.compile("[\u064b-\u065f\u0670\u0640\u0591-\u05c7\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_OPENING_WAW = re.compile("(?<!\\w)[وו]")
_SYLLABLE = re.compile("[A-Z][a-z]*")


def is_without_vowels(text: str) -> bool:
    return not text.isascii() and _WITHOUT_VOWELS.search(text) is not None


def has_diacritics(text: str) -> bool:
    """Whether the text has Latin letters with two readings: by their sound, or without the diacritic."""
    return not text.isascii() and (plain := normalize("NFKC", text).lower()).translate(_SIGNED) != plain


def latin(text: str, *, with_diacritics: bool = False) -> str:
    """The text in lower-case ASCII; separators stay spaces or signs.

    ``with_diacritics``: Latin letters with diacritics become their sound, such as ``sh`` for ``š``; else they lose the
    diacritic.
    """
    if text.isascii():
        return text.lower()
    text = _SIGNS.sub("", normalize("NFKC", text)).lower()
    if with_diacritics:
        text = text.translate(_SIGNED)
    if _WITHOUT_VOWELS.search(text):
        text = _OPENING_WAW.sub("w", _ARTICLE.sub("", _SILENT_THAI.sub("", text)))
        for letter, sound in _SOFT:
            text = letter.sub(sound, text)
    if _GREEK_LETTER.search(text):
        text = _greek(text)
    return anyascii(text.translate(_TABLE)).lower()


def _greek(text: str) -> str:
    plain = "".join(letter for letter in normalize("NFD", text) if not unicodedata.combining(letter))
    for pair, sound in _GREEK_PAIRS:
        plain = plain.replace(pair, sound)
    return plain


def syllables(text: str) -> list[str] | None:
    """The syllables of a Han or Hangul name without a space; ``None`` for any other text."""
    text = text.strip()
    if text.isascii() or not _SYLLABLES.search(text) or any(letter.isspace() for letter in text):
        return None
    found = [syllable.lower() for syllable in _SYLLABLE.findall(anyascii(normalize("NFC", text)))]
    return found if len(found) > 1 else None
