"""Proposals to widen access on an owner's behalf, and their outcomes."""

from __future__ import annotations

import json

from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import restriction_name
from dutydesk.domain.errors import Conflict, NotFound
from dutydesk.domain.supervision.restrictions import RestrictionProposal, RestrictionState
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction


def add(transaction: Transaction, owner: str, item: int | None, allow: tuple[str, ...], officer: str) -> int:
    """Write a new proposal and return its number."""
    return transaction.insert(
        "restriction_propose",
        owner=owner,
        item=item,
        allow=json.dumps(allow),
        officer=officer,
        at=transaction.at_us,
    )


def get(handle: Handle, number: int) -> RestrictionProposal:
    """One proposal. Raises NotFound."""
    row = handle.one("restriction_proposal_by_number", number=number)
    if row is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_RESTRICTION,
            sentence(
                "there is no proposed restriction {number}; dutydesk alarms lists them", number=restriction_name(number)
            ),
        )
    return _proposal(row)


def waiting(handle: Handle, owner: str | None = None) -> list[RestrictionProposal]:
    """Proposals that wait for a second person, oldest first; of one owner, or of all."""
    if owner is None:
        return [_proposal(row) for row in handle.all("restriction_proposals_open")]
    return [_proposal(row) for row in handle.all("restriction_proposals_open_of", owner=owner)]


def end(transaction: Transaction, proposal: RestrictionProposal, state: RestrictionState, ended_by: str) -> None:
    """Write a proposal's outcome. Raises Conflict if it was ended since it was read."""
    written = transaction.run(
        "restriction_proposal_end",
        number=proposal.number,
        revision=proposal.revision,
        state=state,
        ended_by=ended_by,
        ended_at=transaction.at_us,
    )
    if not written:
        raise Conflict(
            ConflictCode.RESTRICTION_CHANGED,
            sentence(
                "{number} was changed by somebody else; look at it again", number=restriction_name(proposal.number)
            ),
        )


def _proposal(row: StoreRow) -> RestrictionProposal:
    return RestrictionProposal(
        number=row["number"],
        owner=row["owner"],
        item=row["item"],
        allow=tuple(json.loads(row["allow"])),
        officer=row["officer"],
        at=from_us(row["at"]),
        state=RestrictionState(row["state"]),
        ended_by=row["ended_by"],
        revision=row["revision"],
    )
