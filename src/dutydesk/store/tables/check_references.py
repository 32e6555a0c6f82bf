"""References of checks that hit nothing: kept for some days, so that a repeated check is recognised."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dutydesk.domain.proof.projection.check_rows import reference_weight
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus

_DAY_US = 86_400_000_000
#: Days for which a repeated check is recognised; ``check_reference_of`` asks for each of them.
CHECK_REFERENCE_DAYS = 7


def stored_check(transaction: Transaction, sender: str, reference: str) -> str | None:
    """The content hash of a recent check without a hit, by its reference."""
    day, asking = transaction.at_us // _DAY_US, bureaus.id_of(transaction, sender)
    digest = transaction.value("check_reference_of", day=day, sender=asking, reference=reference)
    return None if digest is None else bytes(digest).hex()


def used_among(transaction: Transaction, references: Sequence[tuple[str, str]]) -> set[int]:
    """The places of those senders and references by which a recent check without a hit is stored."""
    day = transaction.at_us // _DAY_US
    asked = json.dumps([(bureaus.find_id(transaction, sender), reference) for sender, reference in references])
    return {place for (place,) in transaction.tuples("check_references_used", asked=asked, day=day)}


def store_check(transaction: Transaction, sender: str, reference: str, content_hash: str) -> None:
    """Store the reference for some days, and delete a few older ones."""
    day, asking = transaction.at_us // _DAY_US, bureaus.id_of(transaction, sender)
    if transaction.free_references is not None:
        transaction.free_references.discard((sender, reference))
    transaction.run(
        "check_reference_add", day=day, sender=asking, reference=reference, digest=bytes.fromhex(content_hash)
    )
    transaction.keep_check_reference(day, asking, reference_weight(reference, content_hash))
    oldest = transaction.one("check_reference_oldest")
    if oldest is not None and oldest["day"] <= day - CHECK_REFERENCE_DAYS:
        transaction.run("check_reference_forget", day=oldest["day"], sender=oldest["sender"])
        transaction.forget_check_references(oldest["day"], oldest["sender"])
