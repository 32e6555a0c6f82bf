"""What ``doctor`` asks of a store that may be damaged, whatever its engine. Nothing here changes the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from dutydesk.domain.frozen import value
from dutydesk.store.engine.location import database_url
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.postgresql.driver import require_driver

T = TypeVar("T")


@value(frozen=True, slots=True)
class Diagnosis:
    """The result of one check; ``detail`` says in words what was found."""

    check: str
    ok: bool
    detail: str


class Examiner(Protocol):
    """What each engine's module of that name offers."""

    def examine_store(
        self, path: Path, outboxes: Sequence[Path], /, *, allow_unsafe: bool = False
    ) -> Iterator[Diagnosis]: ...
    def read_rows(self, path: Path, work: Callable[[Handle], T], /) -> tuple[T | None, str]: ...
    def officer_names(self, path: Path, /) -> list[str]: ...


def examine_store(path: Path, outboxes: Sequence[Path], *, allow_unsafe: bool = False) -> Iterator[Diagnosis]:
    """The engine, the store's content, and what belongs to it; ``outboxes`` are the folders that it delivers to.

    ``allow_unsafe``: a store that is not LIVE is usable on a cluster that can lose commits; that is named all the same.
    """
    yield from _examiner(path).examine_store(path, outboxes, allow_unsafe=allow_unsafe)


def read_rows(path: Path, work: Callable[[Handle], T]) -> tuple[T | None, str]:
    """Run ``work`` on the store without changing it; ``None`` and the reason in words where it can't be read."""
    return _examiner(path).read_rows(path, work)


def officer_names(path: Path) -> list[str]:
    """The officers' names in the order in which they were added; empty if they can't be read."""
    return _examiner(path).officer_names(path)


def _examiner(path: Path) -> Examiner:
    if database_url(path) is not None:
        require_driver()
        from dutydesk.store.engines.postgresql import examine as cluster

        return cluster
    from dutydesk.store.engines.sqlite import examine as file

    return file
