"""Names that people can't tell apart, by the skeletons of Unicode's UTS 39, whatever their case, spaces or normal form.

The table of confusable characters is that of confusable-homoglyphs, which bundles Unicode's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

#: Marks that the library puts around characters that are written from right to left.
_DIRECTION = "\u200e"
#: Characters that are shown as nothing, besides those of the categories of format and separator.
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
    """What each confusable character stands for in a skeleton. The table is read once, when it is first needed."""
    from confusable_homoglyphs.confusables import confusables_data

    alike = {
        key.strip(_DIRECTION): [other["c"].strip(_DIRECTION) for other in others]
        for key, others in confusables_data.items()
    }
    return {sign: _prototype(sign, others[0], alike) for sign, others in alike.items() if len(sign) == 1 == len(others)}


def _prototype(sign: str, other: str, alike: dict[str, list[str]]) -> str:
    """The library links a character with its prototype both ways; a prototype has more than one link, or more than one
    character. Where neither tells, either would do, as long as it is always the same."""
    if len(other) > 1 or len(alike.get(other, ())) > 1:
        return other
    return min(sign, other)


def skeleton(text: str) -> str:
    """Texts with one skeleton look the same (UTS 39, section 4)."""
    prototypes = _prototypes()
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(prototypes.get(sign, sign) for sign in decomposed))


def appearances(name: str) -> frozenset[str]:
    """How a name may look; two names with a look in common can be mistaken for each other. None: it shows nothing."""
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
    """Each name that looks like one before it, with that one first."""
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
