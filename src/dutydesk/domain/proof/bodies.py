"""Checks that each body is still the one that was received, and that nothing was done on a changed one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutydesk.domain.delivery.bodies import BYTE_FAULTS, CHANGED_WORDS, BodyFault
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.accepted import signature_of
from dutydesk.domain.events.event import ABSENT, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted, QuarantineEvent
from dutydesk.domain.events.items import ItemBodyChanged, ItemBodyRestored, ItemPurged
from dutydesk.domain.events.routes import ItemReread, VersionEvent
from dutydesk.domain.proof.replayed_items import ReplayedItem
from dutydesk.domain.proof.state import ProofState

#: A stored body: the item's name, the version, and the SHA-256 of its bytes in hex; ``None`` without bytes.
StoredDigest = tuple[str, int, str | None]


def add_body(item: ReplayedItem, fact: Fact[IntakeAccepted | QuarantineEvent | VersionEvent], version: int) -> None:
    """Notes the SHA-256 of a version's bytes."""
    digest = optional(fact.event.sha256)
    if digest is not None:
        item.bodies.setdefault(version, (fact.seq, digest))
    item.body_fault = None


def verify_reread(item: ReplayedItem, fact: Fact[ItemReread], version: int) -> Iterator[str]:
    """The bytes are those of the version before; logs of earlier releases do not repeat their SHA-256.

    Of a signed message they are those that the signature covers, without it.
    """
    before, digest = item.bodies.get(version - 1), optional(fact.event.sha256)
    is_opened = digest is not None and signature_of(fact.event) is not None
    if before is not None and not is_opened and digest not in (None, before[1]):
        yield f"{item.name} was read again from other bytes than those that were received"
    if before is not None:
        item.bodies.setdefault(version, (fact.seq, digest if digest is not None and is_opened else before[1]))
    item.body_fault = None


def verify_fault(world: ProofState, fact: Fact[ItemBodyChanged]) -> Iterator[str]:
    try:
        world.item(fact).body_fault = BodyFault(required(fact.event.fault))
    except ValueError:
        yield f"{fact.kind} names an unknown fault"


def verify_restoration(world: ProofState, fact: Fact[ItemBodyRestored]) -> Iterator[str]:
    item = world.item(fact)
    if item.body_fault is None:
        yield f"the body of {item.name} is said to be restored, but was not changed"
    item.body_fault = None


def verify_intact(item: ReplayedItem, what: str, faults: frozenset[BodyFault] = frozenset(BodyFault)) -> Iterator[str]:
    """A breach where ``what`` was done although the desk knew that the body had changed."""
    if item.body_fault is not None and item.body_fault in faults:
        yield f"{item.name} was {what} although the desk knew that its body was {CHANGED_WORDS}"


def verify_dispatch(item: ReplayedItem) -> Iterator[str]:
    yield from verify_intact(item, "handed over", BYTE_FAULTS)


def verify_hashes(item: ReplayedItem, fact: Fact[ItemPurged]) -> Iterator[str]:
    """The purged hashes are those of what was received."""
    known = [item.bodies[version][1] for version in sorted(item.bodies)]
    if known and fact.event.sha256 != ABSENT and list(required(fact.event.sha256)) != known:
        yield f"{item.name} was purged under other hashes than those of what was received"


def compare(
    world: ProofState, stored: Iterable[StoredDigest], last: int, *, whole: bool
) -> Iterator[tuple[int, str, str]]:
    """Each difference between the bodies of a store and its log: the event that has the hash, the item, a sentence.

    ``last`` is the number of the log's last event; ``whole``: the log was read to its end, so that it does not
    know what it does not name. Removes the hashes from ``world``, which can't be used afterwards.
    """
    for name, version, digest in stored:
        item = world.items.get(name)
        if item is None:
            if whole:
                yield last, name, f"the store has a body of {name}, which never came in"
            continue
        if not whole and (digest is None or version not in item.bodies):
            continue
        seq, words = _difference(item, version, digest, last)
        if words is not None:
            yield seq, name, words
    left = ((name, item.bodies) for name, item in world.items.items() if whole)
    for name, bodies in left:
        for version, (seq, _) in sorted(bodies.items()):
            yield seq, name, f"the store has no body of {name}, version {version}"


def _difference(item: ReplayedItem, version: int, digest: str | None, last: int) -> tuple[int, str | None]:
    seq, logged = item.bodies.pop(version, (last, None))
    about = f"the body of {item.name}, version {version},"
    if logged is None:
        return seq, f"{about} is in the store, but not in the log"
    if item.state is ItemState.PURGED:
        return seq, None if digest is None else f"{about} is in the store, though it was purged"
    if digest is None:
        return seq, f"{about} is missing in the store, and nobody purged it"
    return seq, None if digest == logged else f"{about} was {CHANGED_WORDS}"
