"""The rules in force at one commit: measures, restrictions, bureaus off the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import Channel, Level, Measure
from dutydesk.domain.supervision.restrictions import NO_DENIALS, Denials, Scopes


@dataclass(frozen=True, slots=True)
class SenderLevel:
    """A level and the measure that it comes from; no measure means ``direct``."""

    level: Level
    measure: Measure | None


NO_SUPERVISION = SenderLevel(Level.DIRECT, None)


@dataclass(frozen=True)
class Policy:
    """``in_force`` by country; ``standing`` by owner; ``parents`` of sub-bureaus.

    ``on_families`` is by the number of the item from which each family of corrections descends.
    """

    epoch: int
    in_force: Mapping[str, Measure] = field(default_factory=dict)
    owner_denials: Mapping[str, Denials] = field(default_factory=dict)
    family_denials: Mapping[int, Denials] = field(default_factory=dict)
    offline: frozenset[str] = frozenset()
    parents: Mapping[str, str] = field(default_factory=dict)

    def level_for(self, country: str, channel: Channel, kind: Kind | None = None) -> SenderLevel:
        """The strictest of the bureau's own level and its parent bureau's."""
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
        """A suspended bureau neither sends nor receives; suspension covers every channel."""
        return self.level_for(country, Channel.RECORD).level is Level.SUSPENDED

    @cached_property
    def has_suspensions(self) -> bool:
        return any(map(self.is_suspended, self.in_force))

    def scopes(self, owner: str, root: int | None, named_in_body: frozenset[str]) -> Scopes:
        """The owner's restrictions for one item; a sub-bureau's data fall under its parent's restrictions too.

        ``root`` is that of the item's family; ``None`` for a new item that corrects nothing, or for no item.
        """
        owners = (owner, self.parents.get(owner))
        standing = tuple(self.owner_denials[code] for code in owners if code is not None and code in self.owner_denials)
        family = self.family_denials.get(root, NO_DENIALS) if root is not None else NO_DENIALS
        return Scopes(standing, family, named_in_body)
