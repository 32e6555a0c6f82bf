"""A proposal as a second officer sees it before a confirm: the proposal, and what a confirm would change."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.rows import CountryCounts, ItemView, MeasureRow
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class ConfirmPreview:
    """What a confirm would change; a preview writes nothing. ``before`` and ``after`` count as in :class:`DryRun`.

    ``state_before`` and ``state_after`` are an item's states, or a country's levels. ``on_their_way`` counts an item's
    unsent deliveries and ``holders`` its recipients with a copy, each before and after; ``None`` for a measure.
    """

    state_before: str
    state_after: str
    before: CountryCounts
    after: CountryCounts
    would_change: dict[str, int]
    on_their_way: tuple[int, int] | None = None
    holders: tuple[int, int] | None = None


@value(frozen=True, slots=True)
class MeasureProposal:
    """A proposal on a measure that waits for a second officer; ``what`` is ``lift`` or ``easing``.

    ``officer``, ``at``, ``order``, ``by`` and ``reason`` are those of the proposal. ``changed`` lists the changes since
    then that make a confirm void.
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


@value(frozen=True, slots=True)
class ItemProposal:
    """An item with its proposal; ``follows`` is what a confirm would change, ``None`` if nothing is proposed."""

    view: ItemView
    follows: ConfirmPreview | None
