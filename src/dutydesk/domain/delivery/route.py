"""Routes an item by the strictest of the sender's level, its parent bureau's level and the causes that always hold.

The levels are those at the commit that routes; the sender's own timestamp has no effect.
"""

from __future__ import annotations

from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.supervision.measures import Channel, Level, measure_words, strictest
from dutydesk.domain.supervision.policy import Policy, SenderLevel
from dutydesk.language.sentences import joined, sentence

#: Rules that use a register or the desk's history. Their findings hold an item at any level of its sender.
#: The sender never learns that one of them fired: that would disclose what the desk holds on a person.
HOLDING_RULES = frozenset({"HIS-01", "HIS-02", "CON-05"})
#: The sender's words for every hold that its level, the kind or the body does not explain.
REVIEW_WORDS = sentence("the desk reviews it before anything goes out")


class RouteOutcome(StrEnum):
    """The outcome of routing: released at once, held for review, or blocked."""

    RELEASE = "out"
    REVIEW = "review"
    BLOCKED = "blocked"


class ExtraReview(StrEnum):
    """Why an item that would go out at once is reviewed first.

    ``sample``: chosen at random (``sample_review``). ``in_review``: with sampling on, another item of its source on the
    same person is undecided. ``unfinished``: it corrects an item that the desk has not finished reviewing.
    """

    SAMPLE = "sample"
    IN_REVIEW = "in_review"
    UNFINISHED = "unfinished"


_EXTRA_WORDS = {
    ExtraReview.SAMPLE: sentence("chosen at random for review before release (sample_review)"),
    ExtraReview.IN_REVIEW: sentence("another item of its source on this person is in review (sample_review)"),
    ExtraReview.UNFINISHED: sentence("was held before, and finishes its review"),
}


@value(frozen=True, slots=True)
class Route:
    """The route of an item.

    ``level`` is the strictest that applied; ``measure`` is the number of the measure that sets the sender's level.
    ``causes`` are words for officers. ``sender_causes`` are words for the sender; they are the same whether or not a
    register or the desk's history holds anything. ``post_review``: the item goes out and is reviewed afterwards;
    ``urgent`` if it has a blocking finding.
    """

    outcome: RouteOutcome
    level: Level
    measure: int | None
    causes: tuple[str, ...]
    post_review: bool = False
    urgent: bool = False
    sender_causes: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class RoutingFacts:
    """The input of routing. ``blocking`` and ``holding`` are rule ids; ``has_audience``: a recipient is left.

    ``extra`` is a further reason for a review, ``None`` for none.
    """

    type: MessageType
    kind: Kind | None
    sender: str
    has_audience: bool
    blocking: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    hold_on_block: bool = False
    extra: ExtraReview | None = None


@value(frozen=True, slots=True)
class _Cause:
    """A cause that holds an item at any level. ``sender_words`` is ``None`` if the sender must not learn of it."""

    words: str
    sender_words: str | None


def channel_of(type: MessageType) -> Channel:
    """The channel of supervision to which a type of message belongs."""
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
    """Decides the outcome of an item under ``policy``, with its causes."""
    supervised = policy.level_for(facts.sender, channel_of(facts.type), facts.kind)
    reason = _level_cause(facts.sender, supervised)
    holding_causes = _holding_causes(facts)
    level = strictest([supervised.level, Level.HELD if holding_causes else Level.DIRECT])
    measure = supervised.measure.number if supervised.measure is not None else None
    causes = (reason, *(cause.words for cause in holding_causes))
    sender_causes = (reason, *(cause.sender_words for cause in holding_causes if cause.sender_words is not None))
    match level:
        case Level.SUSPENDED:
            return Route(RouteOutcome.BLOCKED, level, measure, causes, sender_causes=sender_causes)
        case Level.HELD:
            is_explained = supervised.level is Level.HELD or len(sender_causes) > 1
            return Route(
                RouteOutcome.REVIEW,
                level,
                measure,
                causes,
                sender_causes=sender_causes if is_explained else (*sender_causes, REVIEW_WORDS),
            )
        case Level.MONITORED:
            causes += (sentence("goes out at once, and is reviewed afterwards{rules}", rules=_blocking_words(facts)),)
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
                causes += (
                    sentence(
                        "goes out at once, and needs an urgent review afterwards{rules}", rules=_blocking_words(facts)
                    ),
                )
            return Route(
                RouteOutcome.RELEASE, level, measure, causes, post_review=urgent, urgent=urgent, sender_causes=causes
            )


def _level_cause(sender: str, supervised: SenderLevel) -> str:
    measure = supervised.measure
    if measure is None:
        return sentence("{sender} is direct: no measure is in force for it", sender=sender)
    who = (
        sender
        if measure.country == sender
        else sentence("{sender}, through its parent bureau {country},", sender=sender, country=measure.country)
    )
    return sentence("{who} is {level} under {measure}", who=who, level=supervised.level, measure=measure_words(measure))


def _holding_causes(facts: RoutingFacts) -> tuple[_Cause, ...]:
    """The causes that hold an item at any level of its sender; empty for an item that goes out."""
    causes: list[_Cause] = []
    if facts.type is MessageType.NOTICE_REQUEST:
        causes.append(_disclosed_cause(sentence("a notice request is always reviewed before publication (RPD 77, 86)")))
    if facts.kind is Kind.SILVER:
        causes.append(_disclosed_cause(sentence("silver is reviewed before release during its pilot")))
    causes.extend(_Cause(sentence("{rule} holds an item at any level", rule=rule), None) for rule in facts.holding)
    if facts.blocking and facts.hold_on_block:
        causes.append(_held_on_block(facts))
    if not facts.has_audience:
        causes.append(_disclosed_cause(sentence("no addressee is left to whom it may go")))
    if facts.extra is not None:
        causes.append(_Cause(_EXTRA_WORDS[facts.extra], None))
    return tuple(causes)


def _disclosed_cause(words: str) -> _Cause:
    return _Cause(words, words)


def _held_on_block(facts: RoutingFacts) -> _Cause:
    """The cause for blocking findings; the sender learns only of rules that use nothing but its message."""
    words = sentence("the desk holds what a rule blocks")
    own = [rule for rule in facts.blocking if rule not in HOLDING_RULES]
    return _Cause(
        joined((words, ", ".join(facts.blocking)), ": "), joined((words, ", ".join(own)), ": ") if own else None
    )


def _blocking_words(facts: RoutingFacts) -> str:
    return f": {', '.join(facts.blocking)}" if facts.blocking else ""
