"""Who gets an item: the addressees, less those whom the owner, a suspension or their membership keeps out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import Scopes


@dataclass(frozen=True, slots=True)
class Verdict:
    """One recipient's verdict: delivered unless there is a cause."""

    recipient: str
    cause: SuppressionCause | None

    @property
    def deliver(self) -> bool:
        return self.cause is None


def addressees(recipients: Recipients | None, sender: str, on: date, directory: Directory) -> tuple[str, ...]:
    """The fixed list of codes that an address means on a day; ``None`` (a notice) and ``all`` mean every member.

    The sender is never its own recipient, and ``all`` leaves out sub-bureaus and entities.
    """
    match recipients:
        case None | Everyone():
            return tuple(code for code in directory.members(on) if code != sender)
        case codes:
            return tuple(code for code in dict.fromkeys(codes) if code != sender)


def verdict(
    recipient: str, scopes: Scopes, policy: Policy, on: date, directory: Directory, cleared: frozenset[str] | None
) -> Verdict:
    """The rules of this commit for one recipient. The owner's denial comes first: it beats every other cause.

    ``cleared``: who may receive the item by its confidentiality (RPD 112), ``None`` for everybody.
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
    """The same for many. Most items are kept from nobody; then only who is no bureau that day is left out."""
    if scopes.is_empty and cleared is None and not policy.has_suspensions:
        known = directory.codes(on)
        return tuple([_standing(code, known=code in known) for code in recipients])
    return tuple([verdict(code, scopes, policy, on, directory, cleared) for code in recipients])


@lru_cache(maxsize=1024)
def _standing(recipient: str, *, known: bool) -> Verdict:
    return Verdict(recipient, None if known else SuppressionCause.NOT_MEMBER)
