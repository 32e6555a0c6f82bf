"""An item and the corrections descended from it: an owner's restriction on one of them holds for all of them."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.suppression import suppress_unsent, withdraw_copy_access
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.supervision.restrictions import NO_DENIALS, inherited_denials
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, measures

#: Corrections that a receipt names; of the rest it says how many there are.
MAX_NAMED = 20


def apply_family_denials(
    transaction: Transaction, context: Context, item: Item, restricted_from: frozenset[str], actor: str
) -> bool:
    """Denies the family to whom its bodies keep out, before a correction of ``item`` is routed.

    ``restricted_from`` is what the new body names. Returns whether anything was stated; then :func:`stop_denied` and
    :func:`withdraw_access` follow. The event of the correction says the same, so that this needs none of its own.
    """
    if not restricted_from and not item.restricted_from:
        return False
    family = context.policy(transaction).family_denials.get(item.root, NO_DENIALS)
    targets = inherited_denials(item.restricted_from, restricted_from, family)
    for target in targets:
        measures.state_restriction(transaction, item.sender or "", item.number, target, True, actor)
    return bool(targets)


def suppress_denied(transaction: Transaction, context: Context, item: Item, actor: str) -> int:
    """Stops what is queued of any member to whom the family is denied now; returns how many deliveries."""
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
    """Tells those who hold a copy of any member, and to whom the family is denied now; returns their codes."""
    policy = context.policy(transaction)
    scopes = policy.scopes(item.sender or "", item.root, frozenset())
    copies = deliveries.holders_in_family(transaction, item.root)
    return tuple(sorted(withdraw_copy_access(transaction, policy, scopes, copies, actor)))


def describe_family(handle: Handle, item: Item) -> str:
    """The item with its family, such as ``D-000001 and its corrections D-000004, D-000007``."""
    numbers = items.corrections_of(handle, item.root)
    if not numbers:
        return item.name
    names = [item_name(number) for number in numbers[:MAX_NAMED]]
    more = f" and {len(numbers) - MAX_NAMED} more" if len(numbers) > MAX_NAMED else ""
    word = "correction" if len(numbers) == 1 else "corrections"
    return f"{item_name(item.root)} and its {word} {', '.join(names)}{more}"
