"""The words of a route for its sender: equal whatever the registers and the history hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from measure_cases import measure

from dutydesk.domain.delivery.routing import HOLDING_RULES, REVIEWED, ExtraReview, Route, RoutingFacts, Way, route
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
    if plain.way is Way.OUT:
        plain = routed(replace(found, extra=ExtraReview.SAMPLE), level)
    assert (knowing.way, knowing.level, knowing.measure, knowing.told) == (
        plain.way,
        plain.level,
        plain.measure,
        plain.told,
    )
    assert not any(rule in words for words in knowing.told for rule in HOLDING_RULES)
    assert all(any(rule in cause for cause in knowing.causes) for rule in rules), "officers see each of them"


@given(facts, levels)
def test_the_common_words_stand_where_nothing_else_explains_the_hold(found: RoutingFacts, level: Level | None) -> None:
    way = routed(found, level)
    assert len(way.told) >= 2 or way.way is not Way.REVIEW or level is Level.HELD
    assert way.told.count(REVIEWED) <= 1
