"""Proposals that wait for a second person, at most one for an item."""

from __future__ import annotations

import json

from dutydesk.domain.review.four_eyes import Proposal, ProposedDecision, snapshot_from_json
from dutydesk.domain.review.guards import RefusalCode
from dutydesk.store.engine.reader import Handle, from_us, to_us
from dutydesk.store.engine.transaction import Transaction


def add(transaction: Transaction, item: int, proposal: Proposal) -> None:
    transaction.run(
        "proposal_add",
        item=item,
        officer=proposal.officer,
        what=proposal.what,
        reason=proposal.reason,
        code=proposal.code,
        articles=json.dumps(proposal.articles),
        overrides=json.dumps(proposal.overrides),
        because=json.dumps(proposal.because),
        seen=proposal.seen.to_json(),
        at=to_us(proposal.at),
    )


def of_item(handle: Handle, item: int) -> Proposal | None:
    row = handle.one("proposal_of", item=item)
    if row is None:
        return None
    return Proposal(
        officer=row["officer"],
        what=ProposedDecision(row["what"]),
        reason=row["reason"],
        code=RefusalCode(row["code"]) if row["code"] else None,
        articles=tuple(json.loads(row["articles"])),
        overrides=tuple(json.loads(row["overrides"])),
        because=tuple(json.loads(row["because"])),
        seen=snapshot_from_json(row["seen"]),
        at=from_us(row["at"]),
    )


def drop(transaction: Transaction, item: int) -> None:
    transaction.run("proposal_drop", item=item)
