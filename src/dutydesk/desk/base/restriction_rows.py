"""Restrictions that wait for a second person, as screens and commands are shown them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """What was proposed to allow on an owner's behalf, on one item or all its data, and waits for a second person.

    ``allow`` are codes, or ``all``, ``denied`` those of them that are denied there now; ``changed`` is why a confirm
    would be void by now.
    """

    restriction: str
    owner: str
    item: str | None
    allow: tuple[str, ...]
    officer: str
    at: datetime
    words: str
    denied: tuple[str, ...]
    changed: tuple[str, ...]
