"""How a name sounds: one spelling for different transliterations, and its consonants.

The index uses consonants only, so that a wrong, missing or differently transliterated vowel changes no key. A skeleton
is packed into one integer with four bits for each consonant.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: Consonants of a part that are kept; later ones hardly distinguish names.
LONGEST = 9
#: From this many consonants on, two may be wrong.
LONG = 5
_VOWELS = frozenset("aeiou")
_CODES = {letter: code for code, letter in enumerate("bpvtdsckghlrmn", start=1)}
_NO_CONSONANT = 15
_COARSE = str.maketrans({"b": "p", "d": "t", "g": "k", "h": "k", "c": "s", "m": "n"})
COARSE_LENGTH = 6
_COARSE_LETTERS = "pvtsklrn"
#: Entries of each cache below, about two megabytes.
_REMEMBERED = 8_192

#: Longest first, so that each position of a word is read once.
_SOUNDS = {
    "schtsch": "c", "shch": "c", "stch": "c", "tsch": "c", "dsch": "c", "dzh": "c", "tch": "c", "sch": "c", "sh": "c",
    "ch": "c", "cz": "c", "zh": "c", "dj": "c", "jh": "c", "kh": "h", "gh": "g", "th": "t", "dh": "d", "bh": "b",
    "ph": "v", "rh": "r", "lh": "l", "ck": "k", "ts": "s", "tz": "s", "dz": "s", "ce": "se", "ci": "si", "cy": "si",
    "oo": "u", "ou": "u", "ee": "i", "ae": "e", "oe": "o", "ue": "u", "ie": "i", "ei": "e", "ai": "e", "ay": "e",
    "ey": "e", "x": "ks", "q": "k", "c": "k", "z": "s", "f": "v", "w": "v", "y": "i",
}  # fmt: skip
_SPELLINGS = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_GLIDE = re.compile("ou(?=[aeiouy])")
_DOUBLE = re.compile(r"(.)\1+")
#: Before other letters a ``c`` may be a ``k`` or, in Slavic names, a ``ts``.
_HARD_C = re.compile("c(?![hkzeiy])")
_SILENT_H = re.compile(r"(?<=.)h(?![aeiou])")


def _sound(token: str) -> str:
    heard = _SPELLINGS.sub(lambda match: _SOUNDS[match[0]], _GLIDE.sub("w", token))
    return _SILENT_H.sub("", _DOUBLE.sub(r"\1", heard))


@lru_cache(maxsize=_REMEMBERED)
def sounds(token: str) -> tuple[str, ...]:
    """The sounds of a part: several if a ``j`` may be a vowel or a ``c`` a ``ts``."""
    ways = [token]
    if "j" in token:
        ways = [token.replace("dj", "j").replace("j", "zh"), token.replace("j", "y")]
    if _HARD_C.search(token):
        ways += [_HARD_C.sub("ts", way) for way in ways]
    return tuple(dict.fromkeys(map(_sound, ways)))


@lru_cache(maxsize=_REMEMBERED)
def consonants(sound: str) -> str:
    """The skeleton of a sound as letters; ``h`` counts only at the beginning."""
    return "".join(letter for place, letter in enumerate(sound) if letter in _CODES and (letter != "h" or place == 0))[
        :LONGEST
    ]


def pack(letters: str) -> int:
    packed = 0
    for letter in letters:
        packed = packed << 4 | _CODES[letter]
    return packed or _NO_CONSONANT


def is_long(skeleton: int) -> bool:
    """Whether two of its consonants may be wrong. Each consonant is one hexadecimal digit."""
    return skeleton >= 1 << 4 * (LONG - 1)


@lru_cache(maxsize=_REMEMBERED)
def skeletons(token: str) -> tuple[int, ...]:
    """The packed skeletons of a part of a name; two if it has two sounds."""
    return tuple(dict.fromkeys(pack(consonants(sound)) for sound in sounds(token)))


@lru_cache(maxsize=_REMEMBERED)
def merge_consonants(skeleton: str) -> str:
    """Merge consonants that are easily confused, and drop optional ones."""
    return skeleton[:1].translate(_COARSE) + skeleton[1:].translate(_COARSE).replace("v", "")


@lru_cache(maxsize=_REMEMBERED)
def coarse_skeletons(token: str) -> tuple[int, ...]:
    """The coarse beginnings of a part's skeletons, by :func:`merge_consonants`."""
    return tuple(dict.fromkeys(pack(merge_consonants(consonants(sound))[:COARSE_LENGTH]) for sound in sounds(token)))


@lru_cache(maxsize=_REMEMBERED // 8)
def near_coarse_skeletons(token: str) -> tuple[int, ...]:
    """The coarse beginnings that one wrong, missing, further or swapped consonant makes of a part's."""
    found: set[int] = set()
    for sound in sounds(token):
        whole = merge_consonants(consonants(sound))
        heads = [(whole[:at], whole[at:]) for at in range(min(len(whole), COARSE_LENGTH) + 1)]
        found |= {pack((head + letter + tail)[:COARSE_LENGTH]) for head, tail in heads for letter in _COARSE_LETTERS}
        for head, tail in heads[: len(whole)]:
            found.add(pack((head + tail[1:])[:COARSE_LENGTH]))
            found.add(pack((head + tail[1:2] + tail[:1] + tail[2:])[:COARSE_LENGTH]))
            found |= {pack((head + letter + tail[1:])[:COARSE_LENGTH]) for letter in _COARSE_LETTERS}
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED // 8)
def shortened_skeletons(skeleton: int) -> tuple[int, ...]:
    """The skeleton without any, one and, if it is long, two of its consonants; near skeletons share one of these."""
    figures = f"{skeleton:x}"
    left = [figures[:at] + figures[at + 1 :] or f"{_NO_CONSONANT:x}" for at in range(len(figures))]
    if is_long(skeleton):
        left += [one[:at] + one[at + 1 :] for place, one in enumerate(left) for at in range(place, len(one))]
    return tuple(sorted({skeleton, *(int(each, 16) for each in left)}))
