"""Measures, restrictions and the rules in force, as one value."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import measure_name
from dutydesk.domain.errors import Conflict, NotFound
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import (
    Channel,
    Coverage,
    Endorsement,
    Level,
    LiftProposal,
    Measure,
    MeasureState,
    is_due,
)
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import Denials
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us, optional_to_us, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, past

#: Later than any time that was ever stated.
_LAST_US = 2**63 - 1


def _join(values: Iterable[str]) -> str:
    return ",".join(sorted(values))


def _split(text: str) -> list[str]:
    return text.split(",") if text else []


def to_measure(row: StoreRow) -> Measure:
    lift = None
    if row["lift_officer"] is not None:
        lift = LiftProposal(
            row["lift_order"], row["lift_by"], row["lift_reason"], row["lift_officer"], from_us(row["lift_at"])
        )
    return Measure(
        number=row["number"],
        country=row["country"],
        level=Level(row["level"]),
        coverage=Coverage(
            frozenset(Channel(name) for name in _split(row["channels"])),
            frozenset(Kind(name) for name in _split(row["kinds"])),
        ),
        order=row["decision"],
        by=row["decided_by"],
        reason=row["reason"],
        officer=row["officer"],
        ordered_at=from_us(row["ordered_at"]),
        effective_at=from_us(row["effective_at"]),
        review_by=from_us(row["review_by"]),
        state=MeasureState(row["state"]),
        endorsement=Endorsement(row["endorsement"]),
        endorsement_due=from_us(row["endorsement_due"]),
        endorsed_by=row["endorsed_by"],
        endorsement_order=row["endorsement_order"],
        over=row["over"],
        lift=lift,
        ended_at=optional_from_us(row["ended_at"]),
        revision=row["revision"],
    )


def add(transaction: Transaction, measure: Measure) -> int:
    """Write a new order and return its number, which is assigned here."""
    number = transaction.insert(
        "measure_add",
        country=measure.country,
        level=measure.level,
        channels=_join(measure.coverage.channels),
        kinds=_join(measure.coverage.kinds),
        decision=measure.order,
        decided_by=measure.by,
        reason=measure.reason,
        officer=measure.officer,
        ordered_at=to_us(measure.ordered_at),
        effective_at=to_us(measure.effective_at),
        review_by=to_us(measure.review_by),
        state=measure.state,
        endorsement=measure.endorsement,
        endorsement_due=to_us(measure.endorsement_due),
        over=measure.over,
    )
    renew_rules(transaction, measure.country)
    return number


def save(transaction: Transaction, measure: Measure) -> None:
    """Write a changed measure and increase its revision. Raises Conflict if it was changed since it was read."""
    lift = measure.lift
    written = transaction.run(
        "measure_save",
        number=measure.number,
        revision=measure.revision,
        state=measure.state,
        effective_at=to_us(measure.effective_at),
        endorsement=measure.endorsement,
        endorsed_by=measure.endorsed_by,
        endorsement_order=measure.endorsement_order,
        lift_order=lift.order if lift else None,
        lift_by=lift.by if lift else None,
        lift_reason=lift.reason if lift else None,
        lift_officer=lift.officer if lift else None,
        lift_at=to_us(lift.at) if lift else None,
        ended_at=optional_to_us(measure.ended_at),
    )
    if not written:
        raise Conflict(
            ConflictCode.MEASURE_CHANGED,
            sentence("{number} was changed by somebody else; look at it again", number=measure_name(measure.number)),
        )
    renew_rules(transaction, measure.country)


def renew_rules(transaction: Transaction, country: str) -> None:
    """Record that the rules in force may have changed for a country."""
    _renew_epoch(transaction)
    bureaus.raise_measure_revision(transaction, country)


def find(handle: Handle, number: int) -> Measure | None:
    row = handle.one("measure_by_number", number=number)
    return None if row is None else to_measure(row)


def get(handle: Handle, number: int) -> Measure:
    """One measure. Raises NotFound."""
    measure = find(handle, number)
    if measure is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_MEASURE,
            sentence("there is no measure {number}; dutydesk measures lists them", number=measure_name(number)),
        )
    return measure


def of_country(handle: Handle, country: str) -> list[Measure]:
    return [to_measure(row) for row in handle.all("measures_of", country=country)]


def all_measures(handle: Handle) -> list[Measure]:
    return [to_measure(row) for row in handle.all("measures_all")]


def due(handle: Handle) -> list[Measure]:
    """Ordered measures that are due, in the order of their times."""
    return [to_measure(row) for row in handle.all("measures_due", now=to_us(handle.at))]


def state_restriction(
    transaction: Transaction, owner: str, item: int | None, target: str, denied: bool, actor: str
) -> None:
    """Add one statement of an owner; only a later statement reverses it."""
    transaction.run(
        "restriction_add",
        owner=owner,
        item=item,
        target=target,
        denied=int(denied),
        at=transaction.at_us,
        actor=actor,
    )
    _renew_epoch(transaction)


@value(frozen=True, slots=True)
class RestrictionStatement:
    """One statement of an owner on one item; ``target`` is a code, or ``*`` for every bureau."""

    owner: str
    item: int
    target: str
    denied: bool
    at: datetime
    actor: str


def of_family(handle: Handle, owner: str, root: int) -> list[RestrictionStatement]:
    """The owner's statements on any member of a family, in order."""
    return [
        RestrictionStatement(
            row["owner"], row["item"], row["target"], bool(row["denied"]), from_us(row["at"]), row["actor"]
        )
        for row in sorted(handle.all("restrictions_of_family", owner=owner, root=root), key=lambda row: row["id"])
    ]


def latest_restriction(handle: Handle, owners: Iterable[str], root: int) -> int:
    """The number of the latest statement of these owners that concerns a family; 0 if there is none."""
    found = (handle.value("restriction_latest", owner=owner, root=root) for owner in owners)
    return max((number for number in found if number is not None), default=0)


def renew_network(transaction: Transaction) -> None:
    """Record that a bureau left or rejoined the network."""
    _renew_epoch(transaction)


def _renew_epoch(transaction: Transaction) -> None:
    """Draw a random epoch: a counted one could come again for other rules after a rollback."""
    transaction.run("desk_set_epoch", epoch=secrets.randbits(62))
    transaction.rules_changed = True


def _offline_now(handle: Handle) -> frozenset[str]:
    return frozenset(code for code, row in bureaus.rows(handle).items() if row.offline_since is not None)


class PolicyReader:
    """Loads the rules in force. The epoch is read in the same transaction, so that the cached value is never stale.

    A measure counts from its instant, also for reads before an event has made it effective.
    """

    def __init__(self, parents: dict[str, str]) -> None:
        self._parents = parents
        self._last: tuple[Policy, tuple[Measure, ...]] | None = None

    def current(self, handle: Handle) -> Policy:
        epoch: int = handle.cached_value("desk_epoch")
        last = self._last  # the threads of writer and reader share this cache
        if last is None or last[0].epoch != epoch:
            in_force = [to_measure(row) for row in handle.all("measures_in_force")]
            ordered = tuple(to_measure(row) for row in handle.all("measures_ordered"))
            self._last = last = self._load(handle, epoch, in_force, None), ordered
        policy, ordered = last
        if not ordered:
            return policy
        due = {
            measure.country: replace(measure, state=MeasureState.EFFECTIVE)
            for measure in ordered
            if is_due(measure, handle.at)
        }
        return replace(policy, in_force={**policy.in_force, **due}) if due else policy

    def as_of(self, handle: Handle, at: datetime) -> Policy:
        """The rules as they were at a past time, and the bureaus that were off the network then."""
        then = [
            measure
            for measure in all_measures(handle)
            if measure.state is not MeasureState.PROPOSED
            and measure.effective_at <= at
            and (measure.ended_at is None or at < measure.ended_at)
        ]
        return self._load(handle, -1, sorted(then, key=lambda measure: measure.effective_at), at)

    def _load(self, handle: Handle, epoch: int, in_force: list[Measure], until: datetime | None) -> Policy:
        """Load the rules; restrictions stated after ``until`` are left out, without it all count."""
        standing: dict[str, dict[str, tuple[int, bool]]] = defaultdict(dict)
        on_families: dict[int, dict[str, tuple[int, bool]]] = defaultdict(dict)
        rows = handle.tuples("restrictions_all", until=_LAST_US if until is None else to_us(until))
        for number, owner, item, root, target, denied in rows:
            scope = standing[owner] if item is None else on_families[root]
            scope[target] = (number, bool(denied))
        return Policy(
            epoch=epoch,
            in_force={measure.country: measure for measure in in_force},
            owner_denials={owner: Denials(statements) for owner, statements in standing.items()},
            family_denials={root: Denials(statements) for root, statements in on_families.items()},
            offline=past.offline_at(handle, until) if until is not None else _offline_now(handle),
            parents=self._parents,
        )
