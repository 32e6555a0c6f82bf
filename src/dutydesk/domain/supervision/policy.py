"""The policy at one commit: measures, restrictions and bureaus that are offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import Channel, Level, Measure
from dutydesk.domain.supervision.restrictions import NO_DENIALS, Denials, Scopes


@value(frozen=True, slots=True)
class SenderLevel:
    """A sender's level and the measure that sets it; without a measure the level is ``direct``."""

    level: Level
    measure: Measure | None


NO_SUPERVISION = SenderLevel(Level.DIRECT, None)


@dataclass(frozen=True)
class Policy:
    """The measures and restrictions at one commit, numbered by ``epoch``.

    ``in_force`` maps a country to its measure, ``owner_denials`` an owner to the restrictions on all its data,
    ``family_denials`` the number of a family's first item to the restrictions on that family of corrections, and
    ``parents`` a sub-bureau to its parent bureau. ``offline`` holds the codes of bureaus off the network.
    """

    epoch: int
    in_force: Mapping[str, Measure] = field(default_factory=dict)
    owner_denials: Mapping[str, Denials] = field(default_factory=dict)
    family_denials: Mapping[int, Denials] = field(default_factory=dict)
    offline: frozenset[str] = frozenset()
    parents: Mapping[str, str] = field(default_factory=dict)

    def level_for(self, country: str, channel: Channel, kind: Kind | None = None) -> SenderLevel:
        """The stricter of the bureau's own level and that of its parent bureau."""
        if not self.in_force:
            return NO_SUPERVISION
        strictest = NO_SUPERVISION
        for code in (country, self.parents.get(country)):
            measure = self.in_force.get(code) if code is not None else None
            if measure is None:
                continue
            level = measure.level_on(channel, kind)
            if level.strictness > strictest.level.strictness:
                strictest = SenderLevel(level, measure)
        return strictest

    def is_suspended(self, country: str) -> bool:
        """Whether the bureau is suspended: it neither sends nor receives. Suspension covers every channel."""
        return self.level_for(country, Channel.RECORD).level is Level.SUSPENDED

    @cached_property
    def has_suspensions(self) -> bool:
        """Whether any bureau is suspended."""
        return any(map(self.is_suspended, self.in_force))

    def scopes(self, owner: str, root: int | None, named_in_body: frozenset[str]) -> Scopes:
        """The owner's restrictions for one item. The parent's restrictions apply to a sub-bureau's data too.

        ``root`` is the number of the first item of the family; ``None`` for a new item that corrects nothing, and where
        there is no item.
        """
        owners = (owner, self.parents.get(owner))
        denials = tuple(self.owner_denials[code] for code in owners if code is not None and code in self.owner_denials)
        family = self.family_denials.get(root, NO_DENIALS) if root is not None else NO_DENIALS
        return Scopes(denials, family, named_in_body)
