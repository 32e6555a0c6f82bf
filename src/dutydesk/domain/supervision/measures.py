"""Supervision measures: what a level covers, which measure is in force, and which change weakens one (RPD 131).

A measure is ordered, becomes effective at its time, and ends when it is lifted or replaced. Endorsement is a separate
attribute and never suspends the effect. A country without a measure is ``direct``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind


class Level(StrEnum):
    DIRECT = "direct"
    MONITORED = "monitored"
    HELD = "held"
    SUSPENDED = "suspended"

    @property
    def strictness(self) -> int:
        """0 for ``direct`` up to 3 for ``suspended``."""
        return _STRICTNESS[self]


_STRICTNESS = {Level.DIRECT: 0, Level.MONITORED: 1, Level.HELD: 2, Level.SUSPENDED: 3}


class Channel(StrEnum):
    DIFFUSION = "diffusion"
    MESSAGE = "message"
    RECORD = "record"
    CHECK = "check"


class MeasureState(StrEnum):
    PROPOSED = "proposed"
    ORDERED = "ordered"
    EFFECTIVE = "effective"
    LIFTED = "lifted"
    REPLACED = "replaced"


class Endorsement(StrEnum):
    AWAITING = "awaiting"
    ENDORSED = "endorsed"
    DECLINED = "declined"


@value(frozen=True, slots=True)
class Coverage:
    """What a measure covers. Without kinds it covers every kind; kinds limit only the ``diffusion`` channel."""

    channels: frozenset[Channel] = frozenset({Channel.DIFFUSION})
    kinds: frozenset[Kind] = frozenset()

    def covers(self, channel: Channel, kind: Kind | None) -> bool:
        """Whether the channel and kind are covered. ``kind`` is ``None`` for items without a kind."""
        if channel not in self.channels:
            return False
        return channel is not Channel.DIFFUSION or not self.kinds or kind is None or kind in self.kinds


@value(frozen=True, slots=True)
class LiftProposal:
    """A proposal to lift a measure; another person must confirm it (four eyes)."""

    order: str
    by: str
    reason: str
    officer: str
    at: datetime


@value(frozen=True, slots=True)
class Measure:
    """One order about one country.

    ``by`` is the office that decided, ``officer`` the person who entered it. ``over`` is the number of the measure that
    was in force when this one was ordered: a proposal is stale once another measure is in force.
    """

    number: int
    country: str
    level: Level
    coverage: Coverage
    order: str
    by: str
    reason: str
    officer: str
    ordered_at: datetime
    effective_at: datetime
    review_by: datetime
    state: MeasureState
    endorsement: Endorsement
    endorsement_due: datetime
    endorsed_by: str | None = None
    endorsement_order: str | None = None
    over: int | None = None
    lift: LiftProposal | None = None
    ended_at: datetime | None = None
    revision: int = 1

    @property
    def in_force(self) -> bool:
        return self.state is MeasureState.EFFECTIVE

    @property
    def shown_state(self) -> MeasureState:
        """The state on screen: ``proposed`` while a lift waits for a second officer.

        The measure stays in force meanwhile.
        """
        return MeasureState.PROPOSED if self.lift is not None else self.state

    def level_on(self, channel: Channel, kind: Kind | None) -> Level:
        """The level for one channel and kind. ``suspended`` covers every channel and kind."""
        if self.level is Level.SUSPENDED or self.coverage.covers(channel, kind):
            return self.level
        return Level.DIRECT


def strictest(levels: Iterable[Level]) -> Level:
    """The strictest of the levels; ``direct`` for none."""
    return max(levels, key=lambda level: level.strictness, default=Level.DIRECT)


def _coverage_points() -> Iterator[tuple[Channel, Kind | None]]:
    """Every combination of channel and kind that a measure can cover."""
    for channel in Channel:
        if channel is Channel.DIFFUSION:
            yield from ((channel, kind) for kind in Kind)
        else:
            yield channel, None


def _strictness_on(measure: Measure | None, channel: Channel, kind: Kind | None) -> int:
    return (Level.DIRECT if measure is None else measure.level_on(channel, kind)).strictness


def is_weaker(new: Measure | None, old: Measure | None) -> bool:
    """Whether ``new`` is weaker than ``old`` for any channel and kind; such a change needs four eyes.

    ``None`` stands for no measure.
    """
    return any(_strictness_on(new, *point) < _strictness_on(old, *point) for point in _coverage_points())


def is_due(measure: Measure, at: datetime) -> bool:
    """Whether the measure is ordered and its effective time has come."""
    return measure.state is MeasureState.ORDERED and measure.effective_at <= at


def measure_words(measure: Measure) -> str:
    """The measure as officers cite it: its name, order, office and kinds."""
    parts = [f"M-{measure.number:04d}", f"order {measure.order} of {measure.by}"]
    if measure.coverage.kinds:
        parts.append("for " + ", ".join(sorted(measure.coverage.kinds)))
    return ", ".join(parts)
