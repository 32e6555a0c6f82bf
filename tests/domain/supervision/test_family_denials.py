"""Which countries a family is denied to, by its bodies and its owner's statements in order."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.supervision.restrictions import EVERYONE, Denials, Scopes, inherited_denials

COUNTRIES = ("PL", "RU", "DE")


@dataclass(frozen=True)
class Body:
    names: frozenset[str]


@dataclass(frozen=True)
class OwnerStatement:
    target: str
    denied: bool


bodies = st.frozensets(st.sampled_from(COUNTRIES)).map(Body)
statements = st.builds(OwnerStatement, st.sampled_from((*COUNTRIES, EVERYONE)), st.booleans())
#: Every family begins with a body.
histories = st.tuples(bodies, st.lists(bodies | statements, max_size=12)).map(lambda pair: [pair[0], *pair[1]])


def scopes_after(history: list[Body | OwnerStatement]) -> Scopes:
    """The scopes as the desk and the proof keep them.

    Statements apply one by one; the names in a body apply when the next body comes.
    """
    kept: dict[str, tuple[int, bool]] = {}
    present: frozenset[str] | None = None
    for place, each in enumerate(history, start=1):
        if isinstance(each, OwnerStatement):
            kept[each.target] = (place, each.denied)
            continue
        if present is not None:
            kept |= dict.fromkeys(inherited_denials(present, each.names, Denials(kept)), (place, True))
        present = each.names
    return Scopes(family=Denials(kept), named_in_body=present or frozenset())


def is_denied(history: list[Body | OwnerStatement], country: str) -> bool:
    """The rule in its plain form: the current body denies, or else the last word counts. Bodies can only deny."""
    present = [each for each in history if isinstance(each, Body)][-1]
    if country in present.names:
        return True
    words = [
        each.denied if isinstance(each, OwnerStatement) else True
        for each in history
        if (isinstance(each, Body) and country in each.names)
        or (isinstance(each, OwnerStatement) and each.target in (country, EVERYONE))
    ]
    return bool(words) and words[-1]


@given(histories, st.sampled_from(COUNTRIES))
def test_the_last_word_on_a_country_counts_and_a_body_can_only_deny(
    history: list[Body | OwnerStatement], country: str
) -> None:
    assert scopes_after(history).denies(country, None) == is_denied(history, country)


@given(histories, bodies, st.sampled_from(COUNTRIES))
def test_no_correction_lifts_a_denial(history: list[Body | OwnerStatement], correction: Body, country: str) -> None:
    without_allows = [each for each in history if isinstance(each, Body) or each.denied]
    before = scopes_after(without_allows).denies(country, None)
    assert scopes_after([*without_allows, correction]).denies(country, None) >= before


@given(histories, bodies, st.sampled_from(COUNTRIES), st.booleans())
def test_an_allow_in_so_many_words_lifts_it_for_what_does_not_name_the_country(
    history: list[Body | OwnerStatement], correction: Body, country: str, everyone: bool
) -> None:
    allowed = OwnerStatement(EVERYONE if everyone else country, denied=False)
    found = scopes_after([*history, allowed, Body(correction.names - {country})])
    assert not found.denies(country, None)


@given(histories, st.sampled_from(COUNTRIES))
def test_a_denial_holds_whatever_bodies_follow(history: list[Body | OwnerStatement], country: str) -> None:
    found = scopes_after([*history, OwnerStatement(country, denied=True), Body(frozenset()), Body(frozenset())])
    assert found.denies(country, None)
    assert found.denies("HK", country), "a sub-bureau is denied what its parent is"
