"""Audiences and routes, worked out once for all messages of the same kind under the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.audience import Verdict, addressees, verdicts
from dutydesk.domain.delivery.route import Route, RoutingFacts, route
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.events.routes import AudienceFields
from dutydesk.domain.messages.message import Recipients
from dutydesk.domain.supervision.policy import Policy

#: Audiences, or routes, that are remembered at once: more than a day has.
_MOST: Final = 1_024

#: Why nothing goes to a recipient, and whether it waits for a bureau that is offline.
AudienceSort: TypeAlias = tuple[SuppressionCause | None, bool]


@dataclass(frozen=True)
class Audience:
    """The verdicts on all addressees of a message, and what is read off them."""

    verdicts: tuple[Verdict, ...] = ()

    @cached_property
    def has_recipients(self) -> bool:
        """Whether anybody gets the message."""
        return any(verdict.deliver for verdict in self.verdicts)

    @cached_property
    def has_only_recipients(self) -> bool:
        """Whether everybody who is addressed gets the message, and anybody is."""
        return bool(self.verdicts) and all(verdict.deliver for verdict in self.verdicts)

    @cached_property
    def addressed(self) -> tuple[str, ...]:
        return tuple(verdict.recipient for verdict in self.verdicts)

    @cached_property
    def restricted(self) -> frozenset[str]:
        """The bureaus to which the owner denies the message."""
        return frozenset(v.recipient for v in self.verdicts if v.cause is SuppressionCause.RESTRICTED)

    @cached_property
    def fields(self) -> AudienceFields:
        return audience_data(self.verdicts)

    def by_sort(self, offline: frozenset[str]) -> Mapping[AudienceSort, Sequence[str]]:
        """The recipients that share a verdict, by the bureaus that are offline."""
        if not offline and self.has_only_recipients:
            return {(None, False): self.addressed}
        alike: dict[AudienceSort, list[str]] = {}
        for verdict in self.verdicts:
            waits = verdict.cause is None and verdict.recipient in offline
            alike.setdefault((verdict.cause, waits), []).append(verdict.recipient)
        return alike


#: The audience of what is examined without being sent.
NOBODY: Final = Audience()


def audience_data(audience: tuple[Verdict, ...]) -> AudienceFields:
    """The audience as the log keeps it: recipients, and those suppressed with the cause."""
    return {
        "deliver": tuple(verdict.recipient for verdict in audience if verdict.cause is None),
        "suppress": {verdict.recipient: verdict.cause.value for verdict in audience if verdict.cause is not None},
    }


class Addressing(NamedTuple):
    """All that an audience follows from, beside the rules in force, the day and the directory.

    ``family`` is the number of the first item of the message's family; ``cleared`` are the bureaus that may receive a
    message of its confidentiality, ``None`` for all.
    """

    sender: str
    family: int | None
    recipients: Recipients | None
    restricted_from: frozenset[str]
    cleared: frozenset[str] | None


class _Remembered(NamedTuple):
    """What was worked out under one policy on one day."""

    policy: Policy
    on: date
    directory: Directory
    audiences: dict[Addressing, Audience]
    routes: dict[RoutingFacts, Route]


class RoutingMemory:
    """Remembers the audiences and routes of the rules in force. It never changes what they are; any thread may ask."""

    def __init__(self) -> None:
        self._latest: _Remembered | None = None

    def audience(self, policy: Policy, on: date, directory: Directory, addressing: Addressing) -> Audience:
        remembered = self._remembered(policy, on, directory).audiences
        known = remembered.get(addressing)
        if known is None:
            known = remembered[addressing] = _audience(policy, on, directory, addressing)
        return known

    def route(self, policy: Policy, on: date, directory: Directory, facts: RoutingFacts) -> Route:
        remembered = self._remembered(policy, on, directory).routes
        known = remembered.get(facts)
        if known is None:
            known = remembered[facts] = route(facts, policy)
        return known

    def _remembered(self, policy: Policy, on: date, directory: Directory) -> _Remembered:
        latest = self._latest
        if (
            latest is None
            or latest.policy is not policy
            or latest.on != on
            or latest.directory is not directory
            or len(latest.audiences) + len(latest.routes) >= _MOST
        ):
            latest = self._latest = _Remembered(policy, on, directory, {}, {})
        return latest


def _audience(policy: Policy, on: date, directory: Directory, of: Addressing) -> Audience:
    codes = addressees(of.recipients, of.sender, on, directory)
    scopes = policy.scopes(of.sender, of.family, of.restricted_from)
    return Audience(verdicts(codes, scopes, policy, on, directory, of.cleared))
