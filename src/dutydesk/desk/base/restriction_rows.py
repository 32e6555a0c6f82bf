"""Proposals to ease a restriction that wait for a second person, for screens and commands."""

from __future__ import annotations

from datetime import datetime

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class RestrictionRow:
    """A proposal to allow, on an owner's behalf, one item or all the owner's data; it waits for a second person.

    ``allow`` lists the codes to allow, or ``all``; ``denied`` lists those of them that are denied now. ``changed``
    lists the changes since then that make a confirm void.
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
