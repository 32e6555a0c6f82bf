"""Properties of supervision and restrictions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from measure_cases import measure

from dutydesk.domain.delivery.route import RouteOutcome, RoutingFacts, channel_of, route
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.supervision.measures import (
    Channel,
    Coverage,
    Level,
    Measure,
    is_weaker,
    strictest,
)
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import EVERYONE, Denials, Scopes

levels = st.sampled_from(Level)
coverages = st.builds(
    Coverage,
    st.frozensets(st.sampled_from(Channel), min_size=1),
    st.frozensets(st.sampled_from(Kind), max_size=3),
)


measures = st.builds(measure, levels, coverages)
points = st.tuples(st.sampled_from(Channel), st.none() | st.sampled_from(Kind))


@given(measures)
def test_no_measure_eases_itself(one: Measure) -> None:
    assert not is_weaker(one, one)


@given(measures)
def test_ordering_where_nothing_was_never_eases_and_lifting_eases_what_held(one: Measure) -> None:
    assert not is_weaker(one, None)
    assert is_weaker(None, one) == (one.level is not Level.DIRECT)


@given(measures, measures, measures)
def test_not_easing_is_transitive(a: Measure, b: Measure, c: Measure) -> None:
    if not is_weaker(b, a) and not is_weaker(c, b):
        assert not is_weaker(c, a)


@given(measures, measures, points)
def test_what_does_not_ease_is_as_strict_everywhere(
    new: Measure, old: Measure, point: tuple[Channel, Kind | None]
) -> None:
    channel, kind = point
    if channel is Channel.DIFFUSION and kind is None:
        return
    if not is_weaker(new, old):
        assert new.level_on(channel, kind).strictness >= old.level_on(channel, kind).strictness


@given(coverages, points)
def test_suspended_covers_all(coverage: Coverage, point: tuple[Channel, Kind | None]) -> None:
    assert measure(Level.SUSPENDED, coverage).level_on(*point) is Level.SUSPENDED


@given(
    st.sampled_from([MessageType.DIFFUSION, MessageType.NOTICE_REQUEST, MessageType.MESSAGE]),
    st.sampled_from(Kind),
    st.none() | measures,
    st.none() | measures,
    st.booleans(),
    st.lists(st.sampled_from(["JUD-03", "IDN-01"])),
    st.booleans(),
)
def test_the_route_is_the_strictest_of_all_that_applies(
    type: MessageType,
    kind: Kind,
    own: Measure | None,
    parents: Measure | None,
    has_audience: bool,
    blocking: list[str],
    hold_on_block: bool,
) -> None:
    in_force = {code: found for code, found in (("HK", own), ("CN", parents)) if found is not None}
    policy = Policy(1, in_force, parents={"HK": "CN"})
    facts = RoutingFacts(type, kind, "HK", has_audience, tuple(blocking), (), hold_on_block)
    taken = route(facts, policy)
    channel = channel_of(type)
    level = strictest([found.level_on(channel, kind) for found in (own, parents) if found is not None])
    must_hold = type is MessageType.NOTICE_REQUEST or kind is Kind.SILVER or not has_audience
    must_hold = must_hold or bool(blocking and hold_on_block)
    if level is Level.SUSPENDED:
        assert taken.outcome is RouteOutcome.BLOCKED
    elif level is Level.HELD or must_hold:
        assert taken.outcome is RouteOutcome.REVIEW
    else:
        assert taken.outcome is RouteOutcome.RELEASE
        assert taken.post_review == (level is Level.MONITORED or bool(blocking))
    assert taken.causes


codes = st.sampled_from(["RU", "BY", "PL", "HK", "CN"])
statements = st.lists(st.tuples(codes | st.just(EVERYONE), st.booleans()), max_size=12)


def denials(said: list[tuple[str, bool]]) -> Denials:
    return Denials({target: (serial, denied) for serial, (target, denied) in enumerate(said, start=1)})


@given(statements, codes)
def test_the_last_statement_that_names_a_country_counts(said: list[tuple[str, bool]], country: str) -> None:
    naming = [denied for target, denied in said if target in (country, EVERYONE)]
    assert denials(said).denies(country) == (naming[-1] if naming else False)


@given(statements, statements, st.frozensets(codes), codes, st.none() | codes)
def test_any_denial_denies(
    standing: list[tuple[str, bool]],
    item: list[tuple[str, bool]],
    named: frozenset[str],
    country: str,
    parent: str | None,
) -> None:
    scopes = Scopes((denials(standing),), denials(item), named)
    expected = any(
        code in named or denials(standing).denies(code) or denials(item).denies(code)
        for code in (country, parent)
        if code is not None
    )
    assert scopes.denies(country, parent) == expected
