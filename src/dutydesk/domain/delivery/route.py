"""Which way an item goes: the strictest of the sender's level, its parent's, the kind's floor and the triggers.

The level counts at the commit that routes; the sender's own timestamp never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.supervision.measures import Channel, Level, measure_words, strictest
from dutydesk.domain.supervision.policy import Policy, SenderLevel

#: Rules that rest on a register or on the desk's history. Their findings hold an item at any level of its sender.
#: The sender is never told that one of them fired: that would tell what the desk holds on a person.
HOLDING_RULES = frozenset({"HIS-01", "HIS-02", "CON-05"})
#: What the sender is told of every hold that its level, its kind or its body does not explain.
REVIEW_WORDS = "the desk reviews it before anything goes out"


class RouteOutcome(StrEnum):
    """Where routing leads: out at once, to the review queue, or kept and blocked."""

    RELEASE = "out"
    REVIEW = "review"
    BLOCKED = "blocked"


class ExtraReview(StrEnum):
    """Why an item that would go out at once is reviewed first.

    ``sample``: chosen at random (``sample_review``). ``in_review``: while samples are taken, another item of its source
    on the same person is undecided. ``unfinished``: its sender corrected what the desk still reviews.
    """

    SAMPLE = "sample"
    IN_REVIEW = "in_review"
    UNFINISHED = "unfinished"


_EXTRA_WORDS = {
    ExtraReview.SAMPLE: "chosen at random for review before release (sample_review)",
    ExtraReview.IN_REVIEW: "another item of its source on this person is in review (sample_review)",
    ExtraReview.UNFINISHED: "was held before, and finishes its review",
}


@dataclass(frozen=True, slots=True)
class Route:
    """``level`` is the strictest that applied; ``measure`` the number of the one that the sender's level rests on.

    ``causes`` are for officers; ``told`` are the words for the sender, equal whatever the registers and the desk's
    history hold. ``post_review``: the item goes out and is reviewed afterwards; ``urgent`` when a blocking finding
    stands.
    """

    outcome: RouteOutcome
    level: Level
    measure: int | None
    causes: tuple[str, ...]
    post_review: bool = False
    urgent: bool = False
    sender_causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing looks at. ``blocking`` and ``holding`` are rule ids; ``has_audience``: somebody may get it.

    ``extra`` holds what no other cause holds.
    """

    type: MessageType
    kind: Kind | None
    sender: str
    has_audience: bool
    blocking: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    hold_on_block: bool = False
    extra: ExtraReview | None = None


@dataclass(frozen=True, slots=True)
class _Cause:
    """A cause that holds an item at any level; ``told`` is ``None`` where the sender must not learn of it."""

    words: str
    sender_words: str | None


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
    supervised = policy.level_for(facts.sender, channel_of(facts.type), facts.kind)
    reason = _level_cause(facts.sender, supervised)
    floor = _floor(facts)
    level = strictest([supervised.level, Level.HELD if floor else Level.DIRECT])
    measure = supervised.measure.number if supervised.measure is not None else None
    causes = (reason, *(cause.words for cause in floor))
    told = (reason, *(cause.sender_words for cause in floor if cause.sender_words is not None))
    match level:
        case Level.SUSPENDED:
            return Route(RouteOutcome.BLOCKED, level, measure, causes, sender_causes=told)
        case Level.HELD:
            is_explained = supervised.level is Level.HELD or len(told) > 1
            return Route(
                RouteOutcome.REVIEW,
                level,
                measure,
                causes,
                sender_causes=told if is_explained else (*told, REVIEW_WORDS),
            )
        case Level.MONITORED:
            causes += (f"goes out at once, and is reviewed afterwards{_blocking_words(facts)}",)
            return Route(
                RouteOutcome.RELEASE,
                level,
                measure,
                causes,
                post_review=True,
                urgent=bool(facts.blocking),
                sender_causes=causes,
            )
        case Level.DIRECT:
            urgent = bool(facts.blocking)
            if urgent:
                causes += (f"goes out at once, and needs an urgent review afterwards{_blocking_words(facts)}",)
            return Route(
                RouteOutcome.RELEASE, level, measure, causes, post_review=urgent, urgent=urgent, sender_causes=causes
            )


def _level_cause(sender: str, supervised: SenderLevel) -> str:
    measure = supervised.measure
    if measure is None:
        return f"{sender} is direct: no measure is in force for it"
    whose = sender if measure.country == sender else f"{sender}, through its parent bureau {measure.country},"
    return f"{whose} is {supervised.level} under {measure_words(measure)}"


def _floor(facts: RoutingFacts) -> tuple[_Cause, ...]:
    """What holds an item at any level of its sender. What goes out has no such cause, and so no untold rule."""
    causes: list[_Cause] = []
    if facts.type is MessageType.NOTICE_REQUEST:
        causes.append(_told("a notice request is always reviewed before publication (RPD 77, 86)"))
    if facts.kind is Kind.SILVER:
        causes.append(_told("silver is reviewed before release during its pilot"))
    causes.extend(_Cause(f"{rule} holds an item at any level", None) for rule in facts.holding)
    if facts.blocking and facts.hold_on_block:
        causes.append(_held_on_block(facts))
    if not facts.has_audience:
        causes.append(_told("no addressee is left to whom it may go"))
    if facts.extra is not None:
        causes.append(_Cause(_EXTRA_WORDS[facts.extra], None))
    return tuple(causes)


def _told(words: str) -> _Cause:
    return _Cause(words, words)


def _held_on_block(facts: RoutingFacts) -> _Cause:
    """The sender is told of the rules that rest on its message alone."""
    words = "the desk holds what a rule blocks"
    own = [rule for rule in facts.blocking if rule not in HOLDING_RULES]
    return _Cause(f"{words}: {', '.join(facts.blocking)}", f"{words}: {', '.join(own)}" if own else None)


def _blocking_words(facts: RoutingFacts) -> str:
    return f": {', '.join(facts.blocking)}" if facts.blocking else ""
