"""The columns of a table, and how they share its width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.cells import cell_len

from dutydesk.domain.frozen import value
from dutydesk.wire.text.safe_text import clip, isolate

R = TypeVar("R")


@value(frozen=True, slots=True)
class Cell:
    """Safe text and its tone: ``dim``, ``strong``, ``warn``, ``bad``, ``good`` or none."""

    text: str
    tone: str = ""


@value(frozen=True, slots=True)
class Column(Generic[R]):
    """``width`` in cells, the minimum for a flexible column. The column with the highest ``drop_order`` goes first.

    A column with a ``name`` can be hidden by the officer. From an ``unlit`` column on, a row looks the same under the
    cursor, so that a step of the cursor costs no more than the columns before it.
    """

    title: str
    width: int
    cell: Callable[[R], Cell]
    drop_order: int = 0
    flexible: bool = False
    right: bool = False
    name: str = ""
    unlit: bool = False


def fit(columns: Sequence[Column[R]], width: int) -> list[tuple[Column[R], int]]:
    """The columns that fit, with their widths; the flexible one takes the rest."""
    kept = list(columns)
    while sum(column.width + 1 for column in kept) - 1 > width:
        worst = max(kept, key=lambda column: column.drop_order)
        if not worst.drop_order:
            break
        kept.remove(worst)
    spare = max(width - sum(column.width + 1 for column in kept) + 1, 0)
    return [(column, column.width + (spare if column.flexible else 0)) for column in kept]


def filled(text: str, width: int) -> str:
    """The text cut or filled up to ``width`` cells."""
    cut = clip(text, width)
    return cut + " " * max(width - cell_len(cut), 0)


def aligned(text: str, width: int, right: bool) -> str:
    """The same at one side of its column, whatever its direction of writing."""
    cut = clip(text, width)
    space = " " * max(width - cell_len(cut), 0)
    return space + isolate(cut) if right else isolate(cut) + space
