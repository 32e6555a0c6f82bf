"""A route's words for the sender are the same whatever the registers and the desk's history hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from measure_cases import measure

from dutydesk.domain.delivery.route import (
    HOLDING_RULES,
    REVIEW_WORDS,
    ExtraReview,
    Route,
    RouteOutcome,
    RoutingFacts,
    route,
)
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.domain.supervision.policy import Policy

levels = st.sampled_from((None, Level.MONITORED, Level.HELD, Level.SUSPENDED))
facts = st.builds(
    RoutingFacts,
    type=st.sampled_from((MessageType.DIFFUSION, MessageType.NOTICE_REQUEST, MessageType.CORRECTION)),
    kind=st.sampled_from((Kind.RED, Kind.SILVER)),
    sender=st.sampled_from(("RU", "HK")),
    has_audience=st.booleans(),
    blocking=st.sampled_from(((), ("JUD-01",), ("JUD-01", "RST-02"))),
    hold_on_block=st.booleans(),
    extra=st.sampled_from((None, *ExtraReview)),
)
on_file = st.lists(st.sampled_from(sorted(HOLDING_RULES)), min_size=1, unique=True)


def routed(found: RoutingFacts, level: Level | None) -> Route:
    everything = Coverage(frozenset(Channel), frozenset())
    in_force = {} if level is None else {code: measure(level, everything, code) for code in ("RU", "CN")}
    return route(found, Policy(1, in_force, parents={"HK": "CN"}))


def known(found: RoutingFacts, rules: list[str], *, strong: bool) -> RoutingFacts:
    blocking = (*found.blocking, *rules) if strong else found.blocking
    return replace(found, holding=tuple(rules), blocking=blocking)


@given(facts, levels, on_file, st.booleans())
def test_what_is_held_anyway_is_told_the_same(
    found: RoutingFacts, level: Level | None, rules: list[str], strong: bool
) -> None:
    plain, knowing = routed(found, level), routed(known(found, rules, strong=strong), level)
    if plain.outcome is RouteOutcome.RELEASE:
        plain = routed(replace(found, extra=ExtraReview.SAMPLE), level)
    assert (knowing.outcome, knowing.level, knowing.measure, knowing.sender_causes) == (
        plain.outcome,
        plain.level,
        plain.measure,
        plain.sender_causes,
    )
    assert not any(rule in words for words in knowing.sender_causes for rule in HOLDING_RULES)
    assert all(any(rule in cause for cause in knowing.causes) for rule in rules), "officers see each of them"


@given(facts, levels)
def test_the_common_words_stand_where_nothing_else_explains_the_hold(found: RoutingFacts, level: Level | None) -> None:
    way = routed(found, level)
    assert len(way.sender_causes) >= 2 or way.outcome is not RouteOutcome.REVIEW or level is Level.HELD
    assert way.sender_causes.count(REVIEW_WORDS) <= 1
