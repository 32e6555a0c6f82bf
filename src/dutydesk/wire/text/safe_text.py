"""Makes text from outside safe for a terminal, a log, a notification or a spreadsheet.

Everything received passes ``safe_text`` before it is displayed; the stored text stays unchanged. ``safe_text`` is
idempotent. Order of use: ``safe_text``, then ``clip`` or ``pad``, then ``isolate``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, split_graphemes

from dutydesk.domain.messages.normal_forms import normalize

MAX_COMBINING_PER_BASE: Final = 3
NEWLINE_SYMBOL: Final = "⏎"
ELLIPSIS: Final = "…"
_CHARACTERS_PER_CELL: Final = 8  # enough characters to cut a long text, in all but rare cases
_NO_BASE: Final = "◌"
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"
# Letters by category, but invisible: a field of them would look empty.
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A run of what bears no marks by its block (letters, controls, Han, Hangul, lone surrogates, private use) is read at
# once; anything else a character at a time. Whatever is one byte long on the way in is in it.
_PIECES: Final = re.compile(r"[\x00-\x9fÀ-ʸΑ-ΡΣ-ϿЀ-ҁҊ-ԯ\u4e00-\u9fff\uac00-\uf8ff]+|.", re.DOTALL)
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_LATIN: Final = re.compile(r"[A-Za-zªºÀ-ÖØ-öø-ʸḀ-ỿⅰ-ↈⱠ-Ɀ꜠-ꟿＡ-Ｚａ-ｚ]")
_CYRILLIC_OR_GREEK: Final = re.compile(r"[Ͱ-ϿЀ-ԯᲀ-ᲈἀ-῾ⷠ-ⷿꙀ-ꚟ]")


def safe_text(text: str, *, multiline: bool = False) -> str:
    r"""``text`` without anything that could act on a terminal, deceive the eye or break a line.

    Controls (C0, DEL, C1) become ``\x1b``; format characters (bidirectional controls, zero-width, tags, byte order
    marks), line and paragraph separators, lone surrogates, private use, unassigned and unseen letters become
    ``<U+202E>``; a tab becomes a space. A newline stays where ``multiline``, else it becomes ``⏎``. Of more than three
    combining marks on one base the rest is counted, not drawn. All other text of any script stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    marks = 0
    unbased = True
    table = _SHOWN[multiline]
    for piece in _PIECES.findall(text):
        if len(piece) == 1 and unicodedata.category(piece) in ("Mn", "Me") and piece not in _INVISIBLE:
            if unbased:
                pieces.append(_NO_BASE)
                unbased = False
            marks += 1
            if marks <= MAX_COMBINING_PER_BASE:
                pieces.append(piece)
            continue
        if marks > MAX_COMBINING_PER_BASE:
            pieces.append(f"<+{marks - MAX_COMBINING_PER_BASE} marks>")
        marks = 0
        shown = piece.translate(table) if len(piece) > 1 else _safe_character(piece, multiline)
        unbased = shown.endswith("\n")
        pieces.append(shown)
    if marks > MAX_COMBINING_PER_BASE:
        pieces.append(f"<+{marks - MAX_COMBINING_PER_BASE} marks>")
    return "".join(pieces)


@lru_cache(4096)
def _safe_character(character: str, multiline: bool) -> str:
    if character.isprintable() and character not in _INVISIBLE:
        return character
    if character == "\n":
        return "\n" if multiline else NEWLINE_SYMBOL
    if character == "\t":
        return " "
    category = unicodedata.category(character)
    if category == "Cc":
        return f"\\x{ord(character):02x}"
    if category == "Zs":
        return character
    return f"<U+{ord(character):04X}>"


class _SafeCharacters(dict[int, str]):
    """For :meth:`str.translate`; it holds what was asked for, of a few blocks only."""

    def __init__(self, *, multiline: bool) -> None:
        super().__init__()
        self._multiline = multiline

    def __missing__(self, code: int) -> str:
        shown = self[code] = _safe_character(chr(code), self._multiline)
        return shown


_SHOWN: Final = {multiline: _SafeCharacters(multiline=multiline) for multiline in (False, True)}


def isolate(text: str) -> str:
    """Wrap ``text`` so that its right-to-left letters do not reorder the surrounding text.

    The marks (FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE) are added after ``safe_text``, which makes every such
    mark from outside visible, so they always come in pairs. Text without right-to-left letters stays unchanged.
    """
    if text.isascii() or not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def isolate_part(text: str) -> str:
    """As :func:`isolate`, for a line of a longer text, in which marks may have lost their partners."""
    if text.isascii():
        return text
    depth = missing = 0
    for character in text:
        if character == _FIRST_STRONG_ISOLATE:
            depth += 1
        elif character == _POP_ISOLATE:
            missing, depth = missing + (depth == 0), max(depth - 1, 0)
    return isolate(f"{_FIRST_STRONG_ISOLATE * missing}{text}{_POP_ISOLATE * depth}")


def clip(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` cells of a terminal, cut between clusters, with an ellipsis if it was cut."""
    if cells <= 0:
        return ""
    head = text[: _CHARACTERS_PER_CELL * cells]
    if len(head) < len(text) and cell_len(head) <= cells:
        head = text
    if len(head) == len(text) and cell_len(text) <= cells:
        return text
    spans, _ = split_graphemes(head)
    width = 0
    end = 0
    for _start, stop, size in spans:
        if width + size > cells - 1:
            break
        width += size
        end = stop
    return head[:end] + ELLIPSIS


def pad(text: str, cells: int) -> str:
    """``text`` in exactly ``cells`` cells: clipped, or padded with spaces on the right."""
    cut = clip(text, cells)
    return cut + " " * (cells - cell_len(cut))


def formula_safe(cell: str) -> str:
    """``cell`` as text for a spreadsheet: an apostrophe precedes characters that could begin a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA_STARTS) else cell


def has_mixed_scripts(text: str) -> bool:
    """Whether one word mixes Latin with Cyrillic or Greek letters, as a forged name does."""
    if text.isascii():
        return False
    return any(_LATIN.search(word) is not None and _CYRILLIC_OR_GREEK.search(word) is not None for word in _words(text))


def _words(text: str) -> list[str]:
    """Runs of letters, marks and digits; invisible characters do not split a word."""
    kept: list[str] = []
    for character in normalize("NFC", text):
        category = unicodedata.category(character)
        if category[0] in "LMN":
            kept.append(character)
        elif category != "Cf":
            kept.append(" ")
    return "".join(kept).split()
