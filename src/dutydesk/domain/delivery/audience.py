"""The audience of an item: its addressees without those that a restriction, suspension or clearance excludes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import Scopes


@value(frozen=True, slots=True)
class Verdict:
    """The verdict on one recipient. ``cause`` is why nothing is delivered to it, ``None`` if it receives the item."""

    recipient: str
    cause: SuppressionCause | None

    @property
    def deliver(self) -> bool:
        return self.cause is None


def addressees(recipients: Recipients | None, sender: str, on: date, directory: Directory) -> tuple[str, ...]:
    """The codes to which an item is addressed on a day. ``None`` (a notice) and ``all`` mean every member country.

    The sender is never a recipient. ``all`` does not include sub-bureaus and entities.
    """
    match recipients:
        case None | Everyone():
            return tuple(code for code in directory.members(on) if code != sender)
        case codes:
            return tuple(code for code in dict.fromkeys(codes) if code != sender)


def verdict(
    recipient: str, scopes: Scopes, policy: Policy, on: date, directory: Directory, cleared: frozenset[str] | None
) -> Verdict:
    """The verdict on one recipient under the policy of this commit.

    The owner's denial comes first and overrides every other cause. ``cleared`` are the bureaus that may receive the
    item at its level of confidentiality (RPD 112), ``None`` for all.
    """
    if scopes.denies(recipient, policy.parents.get(recipient)):
        return Verdict(recipient, SuppressionCause.RESTRICTED)
    if directory.bureau(recipient, on) is None:
        return Verdict(recipient, SuppressionCause.NOT_MEMBER)
    if policy.in_force and policy.is_suspended(recipient):
        return Verdict(recipient, SuppressionCause.SUSPENDED)
    if cleared is not None and recipient not in cleared:
        return Verdict(recipient, SuppressionCause.UNCLEARED)
    return Verdict(recipient, None)


def verdicts(
    recipients: Iterable[str],
    scopes: Scopes,
    policy: Policy,
    on: date,
    directory: Directory,
    cleared: frozenset[str] | None,
) -> tuple[Verdict, ...]:
    """The verdicts on many recipients, in their order.

    Most items have no restriction; then only codes without a bureau on that day are suppressed.
    """
    if scopes.is_empty and cleared is None and not policy.has_suspensions:
        known = directory.codes(on)
        return tuple([_membership_verdict(code, known=code in known) for code in recipients])
    return tuple([verdict(code, scopes, policy, on, directory, cleared) for code in recipients])


@lru_cache(maxsize=1024)
def _membership_verdict(recipient: str, *, known: bool) -> Verdict:
    return Verdict(recipient, None if known else SuppressionCause.NOT_MEMBER)
