"""Apply restrictions to a family: an item and its corrections. A restriction on one member applies to all."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.suppression import suppress_unsent, withdraw_copy_access
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.supervision.restrictions import NO_DENIALS, inherited_denials
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, measures

#: Most corrections that a receipt lists by name; the others are counted.
MAX_NAMED = 20


def apply_family_denials(
    transaction: Transaction, context: Context, item: Item, restricted_from: frozenset[str], actor: str
) -> tuple[str, ...]:
    """Deny the family to the bureaus that its bodies exclude, before a correction of ``item`` is routed.

    ``restricted_from`` are the codes in the new body. Returns whom the family is denied now; where that is anybody, the
    caller calls :func:`suppress_denied` and :func:`withdraw_access`. No event is written here: the correction's event
    names them.
    """
    if not restricted_from and not item.restricted_from:
        return ()
    family = context.policy(transaction).family_denials.get(item.root, NO_DENIALS)
    targets = inherited_denials(item.restricted_from, restricted_from, family)
    for target in targets:
        measures.state_restriction(transaction, item.sender or "", item.number, target, True, actor)
    return tuple(targets)


def suppress_denied(transaction: Transaction, context: Context, item: Item, actor: str) -> int:
    """Suppress the unsent deliveries of the family to bureaus that are now denied; return how many."""
    policy = context.policy(transaction)
    stopped = 0
    for member in items.unsent_of_family(transaction, item.root):
        scopes = policy.scopes(member.sender or "", item.root, member.restricted_from)
        denied = {code for code in _recipients(transaction, member) if scopes.denies(code, policy.parents.get(code))}
        if denied:
            stopped += len(
                suppress_unsent(
                    transaction,
                    member,
                    SuppressionCause.RESTRICTED,
                    actor,
                    lambda row, denied=denied: row.recipient in denied,  # type: ignore[misc]
                )
            )
    return stopped


def _recipients(handle: Handle, item: Item) -> list[str]:
    return [row.recipient for row in deliveries.of_item(handle, item.number)]


def withdraw_access(transaction: Transaction, context: Context, item: Item, actor: str) -> tuple[str, ...]:
    """Notify each bureau that holds a copy of a member and is now denied the family; return their codes, sorted."""
    policy = context.policy(transaction)
    scopes = policy.scopes(item.sender or "", item.root, frozenset())
    copies = deliveries.holders_in_family(transaction, item.root)
    return tuple(sorted(withdraw_copy_access(transaction, policy, scopes, copies, actor)))


def describe_family(handle: Handle, item: Item) -> str:
    """Return the family in words, such as ``D-000001 and its corrections D-000004, D-000007``."""
    numbers = items.corrections_of(handle, item.root)
    if not numbers:
        return item.name
    names = [item_name(number) for number in numbers[:MAX_NAMED]]
    more = sentence(" and {count} more", count=len(numbers) - MAX_NAMED) if len(numbers) > MAX_NAMED else ""
    template = (
        marked("{root} and its correction {names}{more}")
        if len(numbers) == 1
        else marked("{root} and its corrections {names}{more}")
    )
    return sentence(template, root=item_name(item.root), names=", ".join(names), more=more)
