"""Persons as rows: the keys by which an item's person is found again, and the entries of the registers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.domain.rules.likeness import DocumentKey, Identity, name_key
from dutydesk.domain.rules.registers import CcfMatter, Register, RegisterEntry
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import kept_rows

#: Items per key, newest first: a name that more items share does not identify a person.
MAX_ITEMS_PER_KEY = 200
_NAME, _DOCUMENT = "n:", "d:"
_NOBODY = "[]"


def key_rows(identity: Identity) -> list[tuple[str, str]]:
    """Each key once, in a fixed order. If documents of one number have several issuers, no issuer counts."""
    birth = str(identity.birth) if identity.birth is not None else ""
    issuers: dict[str, set[str]] = {}
    for document in identity.documents:
        issuers.setdefault(document.number, set()).add(document.issuer or "")
    names = [(_NAME + name, birth) for name in sorted(identity.names)]
    papers = [(_DOCUMENT + number, min(found) if len(found) == 1 else "") for number, found in sorted(issuers.items())]
    return names + papers


def exact_marks(identity: Identity) -> tuple[str, ...]:
    """What an identity is found by, as the store keeps it: whole names and numbers of documents."""
    return tuple(mark for mark, _ in key_rows(identity))


def names_person(mark: str) -> bool:
    """Whether a mark of :func:`exact_marks` is that of a whole name, not of a document."""
    return mark.startswith(_NAME)


def _identity(rows: Iterable[tuple[str, str]]) -> Identity:
    names, papers, birth = set(), set(), None
    for mark, detail in rows:
        if mark.startswith(_NAME):
            names.add(mark.removeprefix(_NAME))
            birth = _partial(detail) or birth
        else:
            papers.add(DocumentKey(mark.removeprefix(_DOCUMENT), detail or None))
    return Identity(frozenset(names), birth, frozenset(papers))


def _partial(text: str) -> PartialDate | None:
    return PartialDate(*map(int, text.split("-"))) if text else None


def add_keys(transaction: Transaction, sender: str, item: int, keys: Iterable[tuple[str, str]]) -> None:
    """Add a version's :func:`key_rows` to the item's; those of earlier versions stay, so that a correction hides
    nobody.
    """
    for mark, detail in keys:
        transaction.defer("person_key_put", sender=sender, mark=mark, item=item, detail=detail)


def add_key_rows(transaction: Transaction, rows: Iterable[tuple[str, str, int, str]]) -> None:
    """Add keys of several items: each tuple is the sender, the key, the item and the key's detail."""
    transaction.run_many(
        "person_key_put",
        [{"sender": sender, "mark": mark, "item": item, "detail": detail} for sender, mark, item, detail in rows],
    )


def identity_of_item(handle: Handle, item: int) -> Identity:
    return _identity((row["mark"], row["detail"]) for row in handle.all("person_keys_of", item=item))


def identity_of_filed_item(handle: Handle, item: int) -> Identity:
    """The same of an item that is known to be filed, so that nothing else is filed first."""
    return _identity((row["mark"], row["detail"]) for row in handle.all("person_keys_of_filed", item=item))


def matching_items(
    handle: Handle, senders: Iterable[str], identity: Identity, states: Collection[ItemState]
) -> list[int]:
    """The items of these senders in these states that share a key, newest first."""
    asked = {"states": json.dumps(sorted(states)), "most": MAX_ITEMS_PER_KEY}
    query = "person_items_with" if ItemState.RELEASED in states else "person_items_filed"
    found = {
        row["item"]
        for sender in senders
        for mark, _ in key_rows(identity)
        for row in handle.all(query, sender=sender, mark=mark, **asked)
    }
    return sorted(found, reverse=True)


def matching_items_of_any_sender(handle: Handle, identity: Identity) -> list[int]:
    """The items of any sender that share a key, newest first."""
    found = {
        row["item"]
        for mark, _ in key_rows(identity)
        for row in handle.all("person_items_anywhere", mark=mark, most=MAX_ITEMS_PER_KEY)
    }
    return sorted(found, reverse=True)


def with_refused_or_recalled(handle: Handle, senders: Iterable[str]) -> list[str]:
    """Those of the senders of whom an item is refused or recalled."""
    found = handle.cached_value("senders_ended_badly", senders=canonical_json([*senders]))
    return [] if found == _NOBODY else list(json.loads(found))


def put_entry(transaction: Transaction, entry: RegisterEntry) -> tuple[str, int]:
    """Write a register's entry; returns ``taken`` if it is new, ``changed`` or ``unchanged``, and its number."""
    digest = _entry_digest(entry)
    known = transaction.one("register_entry_of", register=entry.register, reference=entry.reference)
    if known is not None and known["digest"] == digest:
        return "unchanged", known["id"]
    names = {"register": entry.register.value, "reference": entry.reference}
    values: dict[str, object] = {
        "entered_on": entry.on.isoformat(),
        "country": entry.country,
        "matter": entry.matter,
        "decision": entry.decision,
        "in_force": int(entry.in_force),
        "digest": digest,
    }
    keys = list(key_rows(entry.identity))
    digests = kept_rows.ENTRIES.column_digests(names | values, keys)
    values["column_digests"] = digests
    if known is None:
        number = transaction.insert("register_entry_add", **names, **values)
    else:
        number = known["id"]
        transaction.run("register_entry_change", id=number, **values)
        transaction.run("register_keys_forget", entry=number)
    for mark, detail in keys:
        transaction.run("register_key_add", mark=mark, entry=number, detail=detail)
    transaction.keep_row("register_entry", number, kept_rows.logged_digest(digests))
    return "taken" if known is None else "changed", number


def _entry_digest(entry: RegisterEntry) -> str:
    """A SHA-256 of what an entry says; of its names as written only those that have no key of their own."""
    said: tuple[object, ...] = (
        entry.country, entry.matter, entry.decision, entry.in_force, entry.on, key_rows(entry.identity)
    )  # fmt: skip
    scripts = tuple(name.original_script for name in entry.names if name.original_script)
    unkeyed = tuple(script for script in scripts if name_key(script) is None)
    return hashlib.sha256(repr((*said, unkeyed) if unkeyed else said).encode()).hexdigest()


def matching_entries(handle: Handle, identity: Identity) -> list[tuple[int, RegisterEntry]]:
    """The entries in force that share a document, or a name and no other birth, each with its number, in the order in
    which they were entered.
    """
    if identity.is_empty or not handle.cached_value("register_any"):
        return []
    born = births.as_number(identity.birth)
    numbers = {
        row["entry"]
        for mark, _ in key_rows(identity)
        for row in handle.all("register_entries_with", mark=mark, most=MAX_ITEMS_PER_KEY)
        if not names_person(mark) or births.may_agree(born, births.as_number(_partial(row["detail"])))
    }
    found = ((number, register_entry(handle, number)) for number in sorted(numbers))
    return [(number, entry) for number, entry in found if entry.in_force]


def register_entry(handle: Handle, number: int) -> RegisterEntry:
    row = handle.all("register_entry_by_id", id=number)[0]
    keys = handle.all("register_keys_of", entry=number)
    return RegisterEntry(
        Register(row["register"]),
        row["reference"],
        _identity((key["mark"], key["detail"]) for key in keys),
        date.fromisoformat(row["entered_on"]),
        row["country"],
        CcfMatter(row["matter"]) if row["matter"] else None,
        row["decision"],
        bool(row["in_force"]),
    )


def register_counts(handle: Handle) -> dict[str, int]:
    return {row["register"]: row["n"] for row in handle.all("register_counts")}


def rewrite_register_documents(transaction: Transaction) -> None:
    """Write plain figures into the documents of registers that an earlier release kept in those of another script."""
    for row in transaction.all("register_keys_foreign"):
        plain = plain_figures(row["mark"])
        if plain != row["mark"]:
            transaction.run("register_key_drop", mark=row["mark"], entry=row["entry"])
            transaction.run("register_key_put", mark=plain, entry=row["entry"], detail=row["detail"])
            _keep_entry(transaction, row["entry"])


def references_in_force(handle: Handle, register: Register, span: tuple[str, str], most: int) -> list[tuple[int, str]]:
    """Number and reference of a register's entries in force between two references, which are not included."""
    after, below = span
    return list(handle.tuples("register_references_after", register=register, after=after, below=below, most=most))


def end_entry(transaction: Transaction, number: int) -> None:
    """Take an entry out of force; it stays, and matches nobody."""
    transaction.run("register_entry_end", id=number)
    _keep_entry(transaction, number)


def _keep_entry(transaction: Transaction, number: int) -> None:
    """Writes the digests of an entry, with its keys, into its row and into the log."""
    (row,) = transaction.all("register_entry_by_id", id=number)
    keys = [(key["mark"], key["detail"]) for key in transaction.all("register_keys_of", entry=number)]
    digests = kept_rows.ENTRIES.column_digests(row, keys)
    transaction.run("register_entry_keep", id=number, column_digests=digests)
    transaction.keep_row("register_entry", number, kept_rows.logged_digest(digests))
