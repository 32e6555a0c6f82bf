"""Records that checks are answered from, and to whom one may answer (RPD 58, 104-106).

A record is its source's, like the item that it comes from: it answers those to whom the item was addressed, or every
member for what is published as a notice, as long as the item stands. The owner's denial beats everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from dutydesk.domain.countries import BureauKind, Directory
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.domain.supervision.policy import Policy

HIT, NO_RECORD, LIMITED = "hit", "no_record", "limited"

_HIT = re.compile(r"H-(\d{1,15})", re.IGNORECASE | re.ASCII)
_SILENT = frozenset({Level.HELD, Level.SUSPENDED})


def hit_name(number: int) -> str:
    return f"H-{number:06d}"


def hit_number(name: str) -> int | None:
    """The number behind ``H-000001``, or ``None`` if it is no hit's name."""
    match = _HIT.fullmatch(name.strip())
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """A record at one commit. ``item`` and ``state`` are ``None`` for what was imported, whose audience is all members.

    ``family`` is the root of the item's family of corrections. ``addressed``: the requester is on the list that was
    fixed when the item was released. ``until``: the end of its retention.
    """

    record: int
    source: str
    item: int | None
    family: int | None
    state: ItemState | None
    recall_pending: bool
    published: bool
    addressed: bool
    restricted_from: frozenset[str]
    confidential: bool
    until: datetime | None
    reference: str | None = None

    def is_valid_at(self, at: datetime) -> bool:
        """While its recall is proposed nothing of an item goes out, no answer either."""
        if self.item is not None and (self.state is not ItemState.RELEASED or self.recall_pending):
            return False
        return self.until is None or at <= self.until


def may_get_hits(requester: str, policy: Policy) -> bool:
    """A bureau whose checks are held or that is suspended gets the answer of no record."""
    return policy.level_for(requester, Channel.CHECK).level not in _SILENT


def may_be_disclosed(
    status: RecordStatus,
    requester: str,
    at: datetime,
    policy: Policy,
    directory: Directory,
    cleared: frozenset[str] | None,
) -> bool:
    """Whether the record may answer the requester at this commit. An owner always sees its own.

    ``cleared``: the bureaus that may receive what is confidential, ``None`` for all.
    """
    if not status.is_valid_at(at) or not may_get_hits(requester, policy) or _source_is_barred(status, policy):
        return False
    if requester == status.source:
        return True
    scopes = policy.scopes(status.source, status.family, status.restricted_from)
    if scopes.denies(requester, policy.parents.get(requester)):
        return False
    if status.confidential and cleared is not None and requester not in cleared:
        return False
    return status.addressed or (_is_for_members(status) and _is_member(requester, at.date(), directory))


def _source_is_barred(standing: RecordStatus, policy: Policy) -> bool:
    """What a suspended source supplied answers nobody; what was imported of it does not while its records are held."""
    level = policy.level_for(standing.source, Channel.RECORD).level
    return level is Level.SUSPENDED or (level is Level.HELD and standing.item is None)


def _is_for_members(standing: RecordStatus) -> bool:
    return standing.item is None or standing.published


def _is_member(code: str, on: date, directory: Directory) -> bool:
    bureau = directory.bureau(code, on)
    return bureau is not None and bureau.kind is BureauKind.MEMBER
