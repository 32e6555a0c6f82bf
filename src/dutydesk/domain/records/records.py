"""Records that checks search, and to whom a record may be disclosed (RPD 58, 104-106).

A record belongs to its source, like the item that it comes from. While the item is released it may be disclosed to the
item's addressees, or to every member if it was published as a notice. The owner's denial overrides everything.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from dutydesk.domain.countries import BureauKind, Directory
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.domain.supervision.policy import Policy

HIT, NO_RECORD, LIMITED = "hit", "no_record", "limited"

_HIT = re.compile(r"H-(\d{1,15})", re.IGNORECASE | re.ASCII)
_SILENT = frozenset({Level.HELD, Level.SUSPENDED})


def hit_name(number: int) -> str:
    return f"H-{number:06d}"


def hit_number(name: str) -> int | None:
    """The number in a hit's name such as ``H-000001``, or ``None`` for any other text."""
    match = _HIT.fullmatch(name.strip())
    return int(match[1]) if match else None


@value(frozen=True, slots=True)
class RecordStatus:
    """A record at one commit.

    ``item`` and ``state`` are ``None`` for an imported record, whose audience is every member. ``family`` is the number
    of the first item of the item's family of corrections. ``addressed``: the requester is on the list of recipients
    that was fixed when the item was released. ``until`` is the end of retention.
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
        """Whether the record may give a hit at that time. While a recall of its item is proposed it gives none."""
        if self.item is not None and (self.state is not ItemState.RELEASED or self.recall_pending):
            return False
        return self.until is None or at <= self.until


def may_get_hits(requester: str, policy: Policy) -> bool:
    """Whether checks of the bureau may give hits. A held or suspended bureau gets ``no_record``."""
    return policy.level_for(requester, Channel.CHECK).level not in _SILENT


def may_be_disclosed(
    status: RecordStatus,
    requester: str,
    at: datetime,
    policy: Policy,
    directory: Directory,
    cleared: frozenset[str] | None,
) -> bool:
    """Whether the record may be disclosed to the requester at this commit.

    A valid record may always be disclosed to its own source, unless the source is barred or gets no hits. ``cleared``
    are the bureaus that may receive confidential data, ``None`` for all.
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


def _source_is_barred(status: RecordStatus, policy: Policy) -> bool:
    """Whether records of the source give no hits: the source is suspended, or imported records of it are held."""
    level = policy.level_for(status.source, Channel.RECORD).level
    return level is Level.SUSPENDED or (level is Level.HELD and status.item is None)


def _is_for_members(status: RecordStatus) -> bool:
    return status.item is None or status.published


def _is_member(code: str, on: date, directory: Directory) -> bool:
    bureau = directory.bureau(code, on)
    return bureau is not None and bureau.kind is BureauKind.MEMBER
