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
class RecordStanding:
    """A record at one commit. ``item`` and ``state`` are ``None`` for what was imported, whose audience is all members.

    ``family`` is the root of the item's family of corrections. ``addressed``: the requester is on the list that was
    fixed when the item was released. ``until``: the end of its retention.
    """

    record: int
    source: str
    item: int | None
    family: int | None
    state: ItemState | None
    in_doubt: bool
    published: bool
    addressed: bool
    restricted_from: frozenset[str]
    confidential: bool
    until: datetime | None
    reference: str | None = None

    def stands_at(self, at: datetime) -> bool:
        """While its recall is proposed nothing of an item goes out, no answer either."""
        if self.item is not None and (self.state is not ItemState.RELEASED or self.in_doubt):
            return False
        return self.until is None or at <= self.until


def may_ask(requester: str, policy: Policy) -> bool:
    """A bureau whose checks are held or that is suspended gets the answer of no record."""
    return policy.supervised(requester, Channel.CHECK).level not in _SILENT


def answers(
    standing: RecordStanding,
    requester: str,
    at: datetime,
    policy: Policy,
    directory: Directory,
    cleared: frozenset[str] | None,
) -> bool:
    """Whether the record may answer the requester at this commit. An owner always sees its own.

    ``cleared``: the bureaus that may receive what is confidential, ``None`` for all.
    """
    if not standing.stands_at(at) or not may_ask(requester, policy) or _source_is_silent(standing, policy):
        return False
    if requester == standing.source:
        return True
    scopes = policy.scopes(standing.source, standing.family, standing.restricted_from)
    if scopes.denied(requester, policy.parents.get(requester)):
        return False
    if standing.confidential and cleared is not None and requester not in cleared:
        return False
    return standing.addressed or (_is_for_members(standing) and _is_member(requester, at.date(), directory))


def _source_is_silent(standing: RecordStanding, policy: Policy) -> bool:
    """What a suspended source supplied answers nobody; what was imported of it does not while its records are held."""
    level = policy.supervised(standing.source, Channel.RECORD).level
    return level is Level.SUSPENDED or (level is Level.HELD and standing.item is None)


def _is_for_members(standing: RecordStanding) -> bool:
    return standing.item is None or standing.published


def _is_member(code: str, on: date, directory: Directory) -> bool:
    bureau = directory.bureau(code, on)
    return bureau is not None and bureau.kind is BureauKind.MEMBER
