"""What a second officer is shown before a confirm: the proposal itself, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dutydesk.desk.base.rows import CountryCounts, ItemView, MeasureRow


@dataclass(frozen=True, slots=True)
class ConfirmPreview:
    """What a confirm would bring about; nothing is changed. ``before`` and ``after`` count as in :class:`DryRun`.

    ``state_before`` and ``state_after`` are an item's states, or a country's levels. ``on_their_way`` counts an item's
    deliveries that are still to go, ``holders`` its recipients with a copy, each before and after; ``None`` for a
    measure.
    """

    state_before: str
    state_after: str
    before: CountryCounts
    after: CountryCounts
    would_change: dict[str, int]
    on_their_way: tuple[int, int] | None = None
    holders: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class MeasureProposal:
    """What waits for a second officer's word on a measure: ``what`` is ``lift`` or ``easing``.

    ``officer``, ``at``, ``order``, ``by`` and ``reason`` are those of the proposal. ``changed`` is what would make a
    confirm void by now.
    """

    row: MeasureRow
    what: str
    officer: str
    at: datetime
    order: str
    by: str
    reason: str
    effective_at: datetime
    follows: ConfirmPreview
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemProposal:
    """An item, what is proposed on it, and what a confirm would bring about; ``None`` where nothing is proposed."""

    view: ItemView
    follows: ConfirmPreview | None
