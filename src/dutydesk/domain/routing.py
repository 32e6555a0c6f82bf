"""Which way an item goes: the strictest of the sender's level, its parent's, the kind's floor and the triggers.

The level counts at the commit that routes; the sender's own timestamp never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutydesk.domain.messages import Kind, MessageType
from dutydesk.domain.policy import Policy, Supervised
from dutydesk.domain.supervision import Channel, Level, described, strictest

#: Findings that hold an item at any level of its sender.
HOLDING_RULES = frozenset({"HIS-01", "HIS-02", "CON-05"})
#: Rules of which the sender learns nothing, not even that they fired: each would tell what a register holds.
UNTOLD_RULES = frozenset({"HIS-02", "CON-05"})


class Way(StrEnum):
    """Where routing leads: out at once, to the review queue, or kept and blocked."""

    OUT = "out"
    REVIEW = "review"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Route:
    """``level`` is the strictest that applied; ``measure`` the number of the one that the sender's level rests on.

    ``post_review``: the item goes out and is looked at afterwards; ``urgent`` when a blocking finding stands.
    """

    way: Way
    level: Level
    measure: int | None
    causes: tuple[str, ...]
    post_review: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing looks at. ``blocking`` and ``holding`` are rule ids; ``has_audience``: somebody may get it."""

    type: MessageType
    kind: Kind | None
    sender: str
    has_audience: bool
    blocking: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    hold_on_block: bool = False


def told_to_sender(causes: tuple[str, ...]) -> tuple[str, ...]:
    """The causes of a route in the words that its sender is given."""
    plain = ("the desk reviews it before anything goes out" if _is_untold(cause) else cause for cause in causes)
    return tuple(dict.fromkeys(plain))


def _is_untold(cause: str) -> bool:
    return any(rule in cause for rule in UNTOLD_RULES)


def channel_of(type: MessageType) -> Channel:
    match type:
        case MessageType.DIFFUSION | MessageType.NOTICE_REQUEST | MessageType.CORRECTION:
            return Channel.DIFFUSION
        case MessageType.CHECK:
            return Channel.CHECK
        case MessageType.RESTRICTION:
            return Channel.RECORD
        case (
            MessageType.MESSAGE
            | MessageType.WITHDRAWAL
            | MessageType.INFORMATION
            | MessageType.RESPONSE
            | MessageType.RECALL_CONFIRMATION
        ):
            return Channel.MESSAGE


def route(facts: RoutingFacts, policy: Policy) -> Route:
    supervised = policy.supervised(facts.sender, channel_of(facts.type), facts.kind)
    reasons = [_level_cause(facts.sender, supervised)]
    floor, floor_causes = _floor(facts)
    level = strictest([supervised.level, floor])
    measure = supervised.measure.number if supervised.measure is not None else None
    causes = (*reasons, *floor_causes)
    match level:
        case Level.SUSPENDED:
            return Route(Way.BLOCKED, level, measure, causes)
        case Level.HELD:
            return Route(Way.REVIEW, level, measure, causes)
        case Level.MONITORED:
            causes += (f"goes out at once, and is reviewed afterwards{_blocking_words(facts)}",)
            return Route(Way.OUT, level, measure, causes, post_review=True, urgent=bool(facts.blocking))
        case Level.DIRECT:
            if facts.blocking:
                causes += (f"goes out at once, and needs an urgent review afterwards{_blocking_words(facts)}",)
            return Route(Way.OUT, level, measure, causes, post_review=bool(facts.blocking), urgent=bool(facts.blocking))


def _level_cause(sender: str, supervised: Supervised) -> str:
    measure = supervised.measure
    if measure is None:
        return f"{sender} is direct: no measure is in force for it"
    whose = sender if measure.country == sender else f"{sender}, through its parent bureau {measure.country},"
    return f"{whose} is {supervised.level} under {described(measure)}"


def _floor(facts: RoutingFacts) -> tuple[Level, tuple[str, ...]]:
    causes: list[str] = []
    if facts.type is MessageType.NOTICE_REQUEST:
        causes.append("a notice request is always reviewed before publication (RPD 77, 86)")
    if facts.kind is Kind.SILVER:
        causes.append("silver is reviewed before release during its pilot")
    causes.extend(f"{rule} holds an item at any level" for rule in facts.holding)
    if facts.blocking and facts.hold_on_block:
        causes.append(f"the desk holds what a rule blocks: {', '.join(facts.blocking)}")
    if not facts.has_audience:
        causes.append("no addressee is left to whom it may go")
    return (Level.HELD, tuple(causes)) if causes else (Level.DIRECT, ())


def _blocking_words(facts: RoutingFacts) -> str:
    return f": {', '.join(facts.blocking)}" if facts.blocking else ""
