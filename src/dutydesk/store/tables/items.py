"""Items, their bodies, ticks, reviews and remarks: rows in, domain values out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Conflict, NotFound, Refused
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import ABSENT, Missing
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle, from_us, to_us
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import silver, word_search
from dutydesk.store.tables.item_rows import cached_item, columns_of, to_item

NO_LIMIT = 2**62
_UNREADABLE = Finding("STORE", "RPD 118", Severity.BLOCK, "findings", "", "The findings kept of it can't be read.")


@value(frozen=True, slots=True)
class StoredBody:
    """One version of an item's bytes as received, with what the rules found in them."""

    item: int
    version: int
    received_at: datetime
    sha256: str
    findings: tuple[Finding, ...]
    problems: tuple[tuple[str, str], ...]
    raw: bytes | None


@value(frozen=True, slots=True)
class OpenCounters:
    """The delivery counters of a new item; ``due_us`` is when the first delivery is due."""

    opened: int = 0
    waiting: int = 0
    due_us: int = 0


NOTHING_OPEN = OpenCounters()


@value(frozen=True, slots=True)
class KnownReference:
    """A sender's reference that is used, and the receipt (JSON text) that its message got."""

    content_hash: str
    item: int | None
    receipt: str


@value(frozen=True, slots=True)
class PageFilter:
    """Narrows a page of the feed; ``words`` is a full-text query that is already quoted."""

    state: ItemState | None = None
    sender: str | None = None
    kind: Kind | None = None
    words: str | None = None
    before: int = NO_LIMIT

    def below(self, number: int) -> PageFilter:
        return replace(self, before=min(number, self.before))


def find(handle: Handle, number: int) -> Item | None:
    row = handle.one("item_by_number", number=number)
    return None if row is None else to_item(row)


def get(handle: Handle, number: int) -> Item:
    """One item. Raises NotFound."""
    item = find(handle, number)
    if item is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_ITEM,
            sentence("there is no item {number}; dutydesk items lists them", number=item_name(number)),
        )
    return item


def find_several(handle: Handle, numbers: Sequence[int]) -> list[Item]:
    """Items in the order of ``numbers``; unknown numbers are left out."""
    rows = handle.all("item_several", numbers=json.dumps(numbers))
    found = {row["number"]: to_item(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def next_number(transaction: Transaction) -> int:
    """The number of the next new item in this transaction."""
    if transaction.next_item is None:
        transaction.next_item = int(transaction.value("item_next"))
    return transaction.next_item


def add(transaction: Transaction, item: Item, opening: OpenCounters = NOTHING_OPEN) -> int:
    """Write a new item and count it; return its number, which is assigned here if it is 0."""
    number = item.number or next_number(transaction)
    columns = columns_of(item)
    columns["number"] = number
    columns["open_deliveries"], columns["waiting_deliveries"] = opening.opened, opening.waiting
    columns["due_at"] = opening.due_us
    transaction.defer("item_add", **columns)
    transaction.next_item = number + 1
    transaction.add_to_counter(f"state:{item.state}")
    silver.count(transaction, None, item)
    return number


def save(transaction: Transaction, before: Item, after: Item) -> None:
    """Write a changed item and increase its revision.

    Raises Conflict if it was changed since it was read, Refused if it can't be read.
    """
    if before.unreadable:
        raise Refused(
            RefusedCode.ITEM_UNREADABLE, sentence("{name} can't be read; nothing is done with it", name=before.name)
        )
    if before.state is ItemState.RELEASED:  # of no other item do keys wait
        transaction.require_filed(before.number)
    if not transaction.run("item_save", **columns_of(after) | {"revision": before.revision}):
        raise Conflict(
            ConflictCode.ITEM_CHANGED,
            sentence("{name} was changed by somebody else; look at it again", name=before.name),
        )
    if before.state is not after.state:
        transaction.add_to_counter(f"state:{before.state}", -1)
        transaction.add_to_counter(f"state:{after.state}")
    silver.count(transaction, before, after)


def page(handle: Handle, page_filter: PageFilter, most: int) -> list[Item]:
    """The newest ``most`` items below the filter's ``before``, without their bytes."""
    values: dict[str, object] = {
        "state": page_filter.state,
        "sender": page_filter.sender,
        "kind": page_filter.kind,
        "before": page_filter.before,
        "most": most,
    }
    if page_filter.words is not None:
        words = word_search.with_long_words(handle, "item_terms_with", page_filter.words)
        return [to_item(row) for row in handle.all("item_page_of_words", words=words, **values)]
    query = "item_page"
    if page_filter.sender is not None:
        query = "item_page_of_sender"
    elif page_filter.state is not None:
        query = "item_page_of_state"
    elif page_filter.kind is not None:
        query = "item_page_of_kind"
    return [to_item(row) for row in handle.all(query, **values)]


def after(handle: Handle, number: int, most: int) -> list[Item]:
    """The items above a number, in order."""
    return [to_item(row) for row in handle.all("item_after", number=number, most=most)]


def review_queue(handle: Handle, most: int) -> list[Item]:
    """The review queue: by urgency, then by age."""
    return [cached_item(row) for row in handle.all("item_work", most=most)]


def flash_queue(handle: Handle, most: int) -> list[Item]:
    """The flash items of the review queue, oldest first."""
    return [to_item(row) for row in handle.all("item_flash", most=most)]


def unclaimed_counts(handle: Handle) -> tuple[int, int]:
    """How many held items of urgency flash, and how many urgent ones, nobody has claimed."""
    found = {int(row["precedence"]): int(row["n"]) for row in handle.all("item_unclaimed", now=to_us(handle.at))}
    return found.get(0, 0), found.get(1, 0)


def awaiting_sender(handle: Handle, most: int) -> list[Item]:
    """Items whose sender has not answered in time, including escalated ones."""
    return [to_item(row) for row in handle.all("item_unanswered", now=to_us(handle.at), most=most)]


def post_reviews(handle: Handle, most: int) -> list[Item]:
    return [cached_item(row) for row in handle.all("item_post_reviews", most=most)]


def post_reviews_count(handle: Handle, most: int) -> int:
    """How many post-release reviews there are; ``most`` means that many or more."""
    return int(handle.value("item_post_reviews_count", most=most))


def overdue_post_reviews(handle: Handle, most: int) -> list[Item]:
    return [to_item(row) for row in handle.all("item_post_reviews_overdue", now=to_us(handle.at), most=most)]


def unsent_of(handle: Handle, sender: str) -> list[Item]:
    """The sender's items with unsent deliveries, dead ones included, in the order of their numbers."""
    found = [to_item(row) for row in handle.all("item_unsent_of", sender=sender)]
    return sorted(found, key=lambda item: item.number)


def of_sender_in(handle: Handle, sender: str, state: ItemState) -> list[Item]:
    return [to_item(row) for row in handle.all("item_of_sender_in", sender=sender, state=state)]


def of_reference(handle: Handle, sender: str, reference: str) -> Item | None:
    """The sender's own item of that reference, except quarantined ones."""
    row = handle.one("item_of_reference", sender=sender, reference=reference)
    return None if row is None else to_item(row)


def due(handle: Handle, most: int, recipients: str | None = None) -> Iterator[Item]:
    """Items with due deliveries; each is read in full only when the iterator reaches it.

    ``recipients`` are row numbers of bureaus as a JSON array: only deliveries to these count.
    """
    at = to_us(handle.at)
    if recipients is None:
        return map(to_item, handle.all("item_due", now=at, most=most))
    return map(to_item, handle.all("item_due_to", now=at, most=most, recipients=recipients))


def to_escalate(handle: Handle) -> list[Item]:
    """Items whose sender has not answered in time and that are not escalated."""
    return [to_item(row) for row in handle.all("item_silent", now=to_us(handle.at))]


def retention_to_renew(handle: Handle) -> list[Item]:
    """Released items whose source must now be asked whether their retention is extended."""
    return [to_item(row) for row in handle.all("item_to_be_renewed", now=to_us(handle.at))]


def past_retention(handle: Handle, most: int) -> list[Item]:
    return [to_item(row) for row in handle.all("item_past_retention", now=to_us(handle.at), most=most)]


def unratified(handle: Handle) -> list[Item]:
    """Items that were recalled by one signature and that nobody has ratified."""
    return [to_item(row) for row in handle.all("item_unratified")]


def recalls_proposed(handle: Handle) -> list[Item]:
    return [to_item(row) for row in handle.all("item_recalls_proposed")]


def purge(transaction: Transaction, number: int) -> None:
    """Remove the content of an item, in every version, and its remarks; hashes and events stay."""
    for query in ("body_erase", "remark_erase", "refused_text_erase", "person_keys_forget", "hits_erase"):
        transaction.run(query, item=number)


def children(handle: Handle, parent: int) -> list[Item]:
    return [to_item(row) for row in handle.all("item_children", parent=parent)]


def family(handle: Handle, root: int) -> list[Item]:
    """An item and all corrections descended from it, in the order of their numbers."""
    return [to_item(row) for row in handle.all("item_family", root=root)]


def corrections_of(handle: Handle, root: int) -> list[int]:
    """The numbers of all corrections descended from an item, in order."""
    return [row["number"] for row in handle.all("item_family_numbers", root=root)]


def unsent_of_family(handle: Handle, root: int) -> list[Item]:
    """The members with unsent deliveries, dead ones included, in the order of their numbers."""
    found = [to_item(row) for row in handle.all("item_family_unsent", root=root)]
    return sorted(found, key=lambda item: item.number)


def superseded_before(handle: Handle, item: Item) -> list[Item]:
    """The items that this one has superseded, in the order of their numbers."""
    line: list[Item] = []
    before = find(handle, item.parent) if item.parent is not None else None
    while before is not None:
        if before.state is ItemState.SUPERSEDED:
            line.append(before)
        before = find(handle, before.parent) if before.parent is not None else None
    return line[::-1]


def later_recall_state(handle: Handle, item: Item) -> ItemState | None:
    """``recalled`` or ``cancelled`` if that happened to a correction descended from the item; the latest counts."""
    line, found = {item.number}, None
    for member in family(handle, item.root):
        if member.parent in line:
            line.add(member.number)
            found = member.state if member.state in (ItemState.RECALLED, ItemState.CANCELLED) else found
    return found


def add_body(transaction: Transaction, body: StoredBody) -> None:
    transaction.defer(
        "body_add",
        item=body.item,
        version=body.version,
        received_at=to_us(body.received_at),
        sha256=body.sha256,
        findings=_findings_text(body.findings),
        problems=json.dumps(body.problems) if body.problems else "[]",
        raw=body.raw,
    )


def find_body(handle: Handle, number: int, version: int) -> StoredBody | None:
    """One stored version, which may differ from what was received: ``store.tables.bodies`` compares it."""
    row = handle.one("body_of", item=number, version=version)
    if row is None:
        return None
    return StoredBody(
        row["item"],
        row["version"],
        from_us(row["received_at"]),
        row["sha256"],
        _findings(row["findings"]),
        _problems(row["problems"]),
        row["raw"],
    )


def _problems(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((path, problem) for path, problem in json.loads(text))
    except (ValueError, TypeError):
        return (("problems", "the problems kept of it can't be read"),)


def findings_of(handle: Handle, number: int, version: int) -> tuple[Finding, ...]:
    row = handle.one("body_without_raw", item=number, version=version)
    return () if row is None else _findings(row["findings"])


def finding_counts(handle: Handle, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
    """For items with findings on their present version: how many block a release, and how many are indications."""
    counts = {}
    for row in handle.all("body_findings", items=json.dumps(list(numbers))):
        severities = [finding.severity for finding in _findings(row["findings"])]
        blocking = severities.count(Severity.BLOCK)
        counts[row["item"]] = (blocking, len(severities) - blocking)
    return counts


def set_findings(transaction: Transaction, number: int, version: int, findings: tuple[Finding, ...]) -> None:
    """Store findings that were made after intake."""
    transaction.run("body_find", item=number, version=version, findings=_findings_text(findings))


def findings_digest(findings: Sequence[Finding]) -> str | Missing:
    """The digest by which the log names the findings of a body; absent where there are none."""
    return digest_of(_findings_text(findings)) if findings else ABSENT


def _findings_text(findings: Sequence[Finding]) -> str:
    if not findings:
        return "[]"
    return canonical_json([[f.rule, f.article, f.severity, f.field, f.words, f.message] for f in findings])


def _findings(text: str) -> tuple[Finding, ...]:
    """Parse findings; unreadable ones count as one finding that blocks."""
    try:
        return tuple(
            Finding(rule, article, Severity(severity), field, words, message)
            for rule, article, severity, field, words, message in json.loads(text)
        )
    except (ValueError, TypeError):
        return (_UNREADABLE,)


def are_unreadable(findings: Sequence[Finding]) -> bool:
    """Whether these findings stand for unreadable ones."""
    return any(finding.rule == _UNREADABLE.rule for finding in findings)


def known_reference(handle: Handle, sender: str, reference: str) -> KnownReference | None:
    if isinstance(handle, Transaction) and (sender, reference) in handle.used_references:
        known: KnownReference = handle.used_references[sender, reference]
        return known
    row = handle.one("reference_known", sender=sender, reference=reference)
    return None if row is None else KnownReference(row["content_hash"], row["item"], row["receipt"])


def take_reference(transaction: Transaction, sender: str, reference: str, known: KnownReference) -> None:
    transaction.used_references[sender, reference] = known
    transaction.defer(
        "reference_take",
        sender=sender,
        reference=reference,
        content_hash=known.content_hash,
        item=known.item,
        receipt=known.receipt,
    )


def add_refused_text(transaction: Transaction, sender: str, digest: str, number: int) -> None:
    """Store a digest of the text of a refused item."""
    transaction.run("refused_text_add", sender=sender, digest=digest, item=number)


def has_refused_text(handle: Handle, sender: str) -> bool:
    return bool(handle.cached_value("refused_text_any", sender=sender))


def refused_item_with_text(handle: Handle, sender: str, digest: str) -> int | None:
    """The sender's refused item of the same text."""
    number: int | None = handle.value("refused_text_item", sender=sender, digest=digest)
    return number
