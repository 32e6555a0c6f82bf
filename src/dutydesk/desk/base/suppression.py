"""Suppresses deliveries that have not left, and notifies those who hold a copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from dutydesk.desk.base import lease_check
from dutydesk.desk.base.letters import letter
from dutydesk.domain.delivery.items import Delivery, DeliveryGroup, Item, item_name
from dutydesk.domain.delivery.states import HOLDING, NOT_SENT, SENT, DeliveryState, Notice, SuppressionCause
from dutydesk.domain.events.deliveries import DeliveriesAccessWithdrawn, DeliveriesSuppressed
from dutydesk.domain.events.logged_items import MADE, SENDING, LoggedItem
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import Scopes
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, log_queries, notices

Row = TypeVar("Row", Delivery, DeliveryGroup)


def suppress_row(row: Row, cause: SuppressionCause) -> Row:
    return replace(row, state=DeliveryState.SUPPRESSED, cause=cause, waiting=False, due_at=None)


def suppress_unsent(
    transaction: Transaction,
    item: Item,
    cause: SuppressionCause,
    actor: str,
    only: Callable[[Delivery], bool] = lambda _row: True,
) -> list[Delivery]:
    """Suppresses the deliveries that have not left, with their cause; returns their rows."""
    stopped = [row for row in deliveries.of_item(transaction, item.number) if row.state in NOT_SENT and only(row)]
    if stopped:
        deliveries.save(transaction, item.number, stopped, [suppress_row(row, cause) for row in stopped])
        recipients = tuple(row.recipient for row in stopped)
        transaction.emit(actor, item.name, DeliveriesSuppressed(suppress={cause.value: recipients}, cycle=item.cycle))
    return stopped


def is_any_copy_sent(handle: Handle, item: Item) -> bool:
    """Whether any recipient holds a copy or is being sent one."""
    return any(row.state in SENT for row in deliveries.of_item(handle, item.number))


ACCESS_WITHDRAWN_TEXT = sentence("its owner has withdrawn your access; what you hold is no longer to be used")


#: States in which the recipient holds a copy and was not told to give it up.
KEPT_STATES = HOLDING - {DeliveryState.RECALL_SENT, DeliveryState.RECALL_CONFIRMED}


def withdraw_copy_access(
    transaction: Transaction, policy: Policy, scopes: Scopes, copies: Iterable[tuple[int, str]], actor: str
) -> frozenset[str]:
    """Notifies the holders of these copies, each an item's number and a recipient, whom ``scopes`` deny.

    Each copy is notified once. Returns the codes of the recipients notified now.
    """
    told: dict[int, list[str]] = defaultdict(list)
    for number, recipient in copies:
        denied = scopes.denies(recipient, policy.parents.get(recipient))
        if denied and notices.withdraw_access_to(
            transaction, number, recipient, letter(recipient, {"reason": ACCESS_WITHDRAWN_TEXT})
        ):
            told[number].append(recipient)
    for number, recipients in told.items():
        transaction.emit(actor, item_name(number), DeliveriesAccessWithdrawn(recipients=tuple(recipients)))
    return frozenset(recipient for recipients in told.values() for recipient in recipients)


def withdraw_all_access(transaction: Transaction, policy: Policy, scopes: Scopes, sender: str) -> frozenset[str]:
    """Notifies each holder of a copy of the sender's whom ``scopes`` deny; returns the codes notified now."""
    return frozenset(
        recipient
        for recipient in deliveries.holders_of(transaction, sender)
        if scopes.denies(recipient, policy.parents.get(recipient))
        and notices.withdraw_access(
            transaction, sender, recipient, letter(recipient, {"reason": ACCESS_WITHDRAWN_TEXT})
        )
    )


@value(frozen=True, slots=True)
class HolderCounts:
    """How many recipients were notified: ``holders`` of the item, and those who hold only ``earlier`` ones."""

    holders: int
    earlier_holders: int

    @property
    def summary(self) -> str:
        recipients = sentence(
            marked("{count} recipient that hold it are told")
            if self.holders == 1
            else marked("{count} recipients that hold it are told"),
            count=self.holders,
        )
        if not self.earlier_holders:
            return recipients
        ending = "s" if self.earlier_holders == 1 else ""
        return sentence(
            "{recipients}, and {earlier_holders} that hold{ending} only what it corrects",
            recipients=recipients,
            earlier_holders=self.earlier_holders,
            ending=ending,
        )


def notify_holders(transaction: Transaction, item: Item, notice: Notice, reason: str) -> HolderCounts:
    """Queues a notice to each recipient that holds a copy of the item or, without it, of one that it superseded.

    A recipient whose copy is being sent is notified once it is delivered.
    """
    holders = copy_holders(transaction, [item])[item.number].holders
    for recipient in sorted(holders):
        notices.add_notice(transaction, item, recipient, notice, letter(recipient, {"reason": reason}))
    earlier = _earlier_holders(transaction, item, holders)
    for recipient, member in sorted(earlier.items()):
        notices.add_notice(transaction, member, recipient, notice, letter(recipient, {"reason": reason}))
    return HolderCounts(len(holders), len(earlier))


def notify_last_holders(transaction: Transaction, item: Item, notice: Notice, reason: str) -> None:
    """The same for a superseded item: to each recipient that holds it and no later item of its family."""
    later = [item_name(number) for number in items.corrections_of(transaction, item.root) if number > item.number]
    holds_later = {
        code
        for logged in log_queries.items(transaction, later).values()
        if logged is not None
        for code in logged.recipients_in(MADE) | logged.recipients_in(SENDING)
    }
    for recipient in sorted(copy_holders(transaction, [item])[item.number].keepers - holds_later):
        notices.add_notice(transaction, item, recipient, notice, letter(recipient, {"reason": reason}))


def _earlier_holders(transaction: Transaction, item: Item, excluded: frozenset[str]) -> dict[str, Item]:
    """The latest item superseded by this one that each recipient holds, without the recipients in ``but``."""
    members = items.superseded_before(transaction, item)
    copies = copy_holders(transaction, members)
    return {recipient: member for member in members for recipient in copies[member.number].keepers - excluded}


@value(frozen=True, slots=True)
class CopyHolders:
    """Who holds a copy of an item, and who of them ``keeps`` it, not having been told to give it up."""

    holders: frozenset[str]
    keepers: frozenset[str]


def copy_holders(transaction: Transaction, members: Sequence[Item]) -> dict[int, CopyHolders]:
    """Who holds copies of these items, by the log; rows that differ are an alarm."""
    if not members:
        return {}
    logged = log_queries.items(transaction, [member.name for member in members])
    rows = deliveries.groups_of_items(transaction, [member.number for member in members])
    return {
        member.number: _copy_holders_of(transaction, member, logged[member.name], rows[member.number])
        for member in members
    }


def _copy_holders_of(
    transaction: Transaction, item: Item, logged: LoggedItem | None, rows: Sequence[DeliveryGroup]
) -> CopyHolders:
    """The holders by the log, or by the rows where the log can't be read."""
    holding = _recipients_in(rows, HOLDING)
    if logged is None:
        return CopyHolders(holding, _recipients_in(rows, KEPT_STATES))
    made = logged.recipients_in(MADE)
    if made != holding:
        lease_check.report_holders(transaction, item, holding, made)
    return CopyHolders(made, made - logged.given_up)


def _recipients_in(rows: Iterable[DeliveryGroup], states: frozenset[DeliveryState]) -> frozenset[str]:
    return frozenset(code for alike in rows if alike.state in states for code in alike.recipients)
