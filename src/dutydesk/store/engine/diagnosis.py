"""What ``doctor`` asks of a store that may be damaged, whatever its engine. Nothing here changes the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle

T = TypeVar("T")


@value(frozen=True, slots=True)
class Diagnosis:
    """The result of one check; ``detail`` says in words what was found."""

    check: str
    ok: bool
    detail: str


def examine_store(path: Path, outbox: Path) -> Iterator[Diagnosis]:
    """The engine, the store's content, and what belongs to it; ``outbox`` is the default one."""
    from dutydesk.store.engines.sqlite import examine

    yield from examine.examine_store(path, outbox)


def read_rows(path: Path, work: Callable[[Handle], T]) -> tuple[T | None, str]:
    """Run ``work`` on the store without changing it; ``None`` and the reason in words where it can't be read."""
    from dutydesk.store.engines.sqlite import examine

    return examine.read_rows(path, work)


def officer_names(path: Path) -> list[str]:
    """The officers' names in the order in which they were added; empty if they can't be read."""
    from dutydesk.store.engines.sqlite import examine

    return examine.officer_names(path)
