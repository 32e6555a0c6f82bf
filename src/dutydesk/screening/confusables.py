"""Names that look alike, by the skeletons of Unicode's UTS 39, ignoring case, spaces and normal form.

The table of confusable characters is Unicode's own, bundled by confusable-homoglyphs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

#: Marks that the library puts around right-to-left characters.
_DIRECTION = "\u200e"
#: Invisible characters, besides those of the categories format and separator.
_UNSEEN = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    }
)


@cache
def _prototypes() -> dict[str, str]:
    """The prototype of each confusable character in a skeleton. The table is read when it is first needed."""
    from confusable_homoglyphs.confusables import confusables_data

    alike = {
        key.strip(_DIRECTION): [other["c"].strip(_DIRECTION) for other in others]
        for key, others in confusables_data.items()
    }
    return {sign: _prototype(sign, others[0], alike) for sign, others in alike.items() if len(sign) == 1 == len(others)}


def _prototype(sign: str, other: str, alike: dict[str, list[str]]) -> str:
    """The prototype of a pair of confusable characters.

    The library links a character with its prototype in both directions; a prototype has several links or several
    characters. If neither decides, the choice is arbitrary but always the same.
    """
    if len(other) > 1 or len(alike.get(other, ())) > 1:
        return other
    return min(sign, other)


def skeleton(text: str) -> str:
    """The skeleton of a text; texts with equal skeletons look the same (UTS 39, section 4)."""
    prototypes = _prototypes()
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(prototypes.get(sign, sign) for sign in decomposed))


def appearances(name: str) -> frozenset[str]:
    """How a name may look; two names that share a look can be mistaken for each other. Empty for an invisible name."""
    whole = unicodedata.normalize("NFKC", name)
    seen = "".join(sign for sign in whole if not _is_unseen(sign))
    cases = {skeleton(text) for text in (seen, seen.casefold(), seen.upper())}
    return frozenset(cases | {skeleton(text.casefold()) for text in cases}) - {""}


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Cc", "Zs", "Zl", "Zp") or ord(sign) in _UNSEEN


def first_confusable(name: str, others: Iterable[str]) -> str | None:
    """The first of the other names that looks like this one."""
    own = appearances(name)
    return next((other for other in others if own & appearances(other)), None)


def confusable_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Each name that looks like an earlier one, after that one."""
    found: list[tuple[str, str]] = []
    first: dict[str, str] = {}
    for name in names:
        own = sorted(appearances(name))
        earlier = next((first[look] for look in own if look in first), None)
        if earlier is not None:
            found.append((earlier, name))
        for look in own:
            first.setdefault(look, name)
    return found
