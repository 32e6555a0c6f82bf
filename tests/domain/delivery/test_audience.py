"""Verdicts on many recipients at once equal the verdicts on each alone."""

from __future__ import annotations

from bodies import DIRECTORY, RECEIVED
from hypothesis import given
from hypothesis import strategies as st
from measure_cases import measure

from dutydesk.domain.delivery.audience import verdict, verdicts
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import EVERYONE, Denials, Scopes

EVERYTHING = Coverage(frozenset(Channel), frozenset())
CODES = ("FR", "DE", "HK", "CN", "914", "XX")


@given(
    recipients=st.lists(st.sampled_from(CODES), max_size=8),
    suspended=st.sets(st.sampled_from(("DE", "CN"))),
    monitored=st.sets(st.sampled_from(("FR",))),
    denied=st.sets(st.sampled_from(("FR", "CN", EVERYONE))),
    named=st.frozensets(st.sampled_from(("DE",))),
    cleared=st.none() | st.frozensets(st.sampled_from(CODES)),
)
def test_verdicts_on_many_are_those_on_each(
    recipients: list[str],
    suspended: set[str],
    monitored: set[str],
    denied: set[str],
    named: frozenset[str],
    cleared: frozenset[str] | None,
) -> None:
    levels = dict.fromkeys(suspended, Level.SUSPENDED) | dict.fromkeys(monitored, Level.MONITORED)
    policy = Policy(1, {code: measure(level, EVERYTHING, code) for code, level in levels.items()}, parents={"HK": "CN"})
    standing = (Denials(dict.fromkeys(denied, (1, True))),) if denied else ()
    scopes = Scopes(standing, named_in_body=named)
    found = verdicts(recipients, scopes, policy, RECEIVED, DIRECTORY, cleared)
    assert found == tuple(verdict(code, scopes, policy, RECEIVED, DIRECTORY, cleared) for code in recipients)
