"""How a name sounds: one spelling for what different bureaus transliterate differently, and its consonants.

Consonants make the keys of the index: a vowel typed wrong, left out or transliterated otherwise changes none. A
skeleton is packed into one integer, four bits for each consonant, so that it is its own number in the store.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

#: Consonants kept of a name's part; what follows tells hardly anybody apart.
LONGEST = 9
#: From this many consonants on, two may be wrong.
LONG = 5
_VOWELS = frozenset("aeiou")
_CODES = {letter: code for code, letter in enumerate("bpvtdsckghlrmn", start=1)}
_LETTERS = {code: letter for letter, code in _CODES.items()}
_NO_CONSONANT = 15
_COARSE = str.maketrans({"b": "p", "d": "t", "g": "k", "h": "k", "c": "s", "m": "n"})
COARSE_LENGTH = 6

#: The longest first: each place of a word is read once.
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
_SILENT_H = re.compile(r"(?<=.)h(?![aeiou])")


def _sound(token: str) -> str:
    heard = _SPELLINGS.sub(lambda match: _SOUNDS[match[0]], _GLIDE.sub("w", token))
    return _SILENT_H.sub("", _DOUBLE.sub(r"\1", heard))


@lru_cache(maxsize=65_536)
def sounds(token: str) -> tuple[str, ...]:
    """As the part of a name sounds; two ways where a ``j`` may be a consonant or a vowel."""
    token = _DOUBLE.sub(r"\1", token) if "j" in token else token
    if "j" not in token:
        return (_sound(token),)
    return tuple(dict.fromkeys((_sound(token.replace("dj", "j")).replace("j", "c"), _sound(token.replace("j", "y")))))


def consonants(sound: str) -> str:
    """The skeleton of a sound as letters; ``h`` counts at the beginning only."""
    return "".join(letter for place, letter in enumerate(sound) if letter in _CODES and (letter != "h" or place == 0))[
        :LONGEST
    ]


def pack(letters: str) -> int:
    packed = 0
    for letter in letters:
        packed = packed << 4 | _CODES[letter]
    return packed or _NO_CONSONANT


@lru_cache(maxsize=65_536)
def unpack(packed: int) -> str:
    if packed == _NO_CONSONANT:
        return ""
    letters = []
    while packed:
        letters.append(_LETTERS[packed & 15])
        packed >>= 4
    return "".join(reversed(letters))


@lru_cache(maxsize=65_536)
def skeletons(token: str) -> tuple[int, ...]:
    """The packed skeletons of a part of a name: one, or two where it sounds two ways."""
    return tuple(dict.fromkeys(pack(consonants(sound)) for sound in sounds(token)))


@lru_cache(maxsize=65_536)
def coarse(token: str) -> int:
    """The beginning of the skeleton, with consonants that are easily taken for each other made one."""
    return pack(consonants(sounds(token)[0]).translate(_COARSE)[:COARSE_LENGTH])


@lru_cache(maxsize=65_536)
def variants(skeleton: int) -> tuple[int, ...]:
    """The skeleton with no, one and, where it is long, two consonants left out: what is near shares one of them."""
    letters = unpack(skeleton)
    found = {skeleton}
    for left_out in (1, 2) if len(letters) >= LONG else (1,):
        for places in combinations(range(len(letters)), left_out):
            found.add(pack("".join(letter for at, letter in enumerate(letters) if at not in places)))
    return tuple(sorted(found))
