"""The keys that records are filed under: those of names, and numbers of documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dutydesk.store.engine.transaction import Transaction

#: More keys than a few records have.
_MANY_KEYS = 256


def add_keys(transaction: Transaction, keys: Collection[tuple[int, int, int]]) -> None:
    """File records: each tuple is a key, the record, and its birth as a number. Many are written at once."""
    rows = ({"mark": mark, "record": record, "born": born} for mark, record, born in keys)
    if len(keys) > _MANY_KEYS:
        transaction.run_many("record_key_add", rows)
        return
    for row in rows:
        transaction.defer("record_key_add", **row)


def add_documents(transaction: Transaction, record: int, documents: Iterable[tuple[str, str]]) -> None:
    """File a record under the numbers of its documents, each with the issuer."""
    for paper, issuer in documents:
        transaction.defer("document_key_add", number=paper, record=record, issuer=issuer)
