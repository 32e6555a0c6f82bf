"""A data owner's restriction: stated by its own message, or by the desk on its behalf; queued rows stop at once."""

from __future__ import annotations

from collections.abc import Mapping

from dutydesk.desk.ground import Act, Answer, Ground
from dutydesk.desk.stopping import close_copies, stop_unsent
from dutydesk.domain.errors import BadCall
from dutydesk.domain.events import EventKind, Json
from dutydesk.domain.items import Item, item_name
from dutydesk.domain.messages import Everyone, Recipients
from dutydesk.domain.officers import Right
from dutydesk.domain.policy import Policy
from dutydesk.domain.restrictions import EVERYONE
from dutydesk.domain.states import SuppressionCause
from dutydesk.store import items, measures
from dutydesk.store.transaction import Transaction


def restrict(
    transaction: Transaction,
    ground: Ground,
    act: Act,
    owner: str,
    deny: Recipients | None,
    allow: Recipients | None,
    number: int | None,
) -> Answer:
    """On the owner's behalf. Raises BadCall for an unknown code, or an item that is not the owner's."""
    ground.officer(transaction, act, Right.RESTRICT)
    today = transaction.at.date()
    codes = [owner, *(code for group in (deny, allow) if isinstance(group, tuple) for code in group)]
    for code in codes:
        if ground.directory.bureau(code, today) is None:
            raise BadCall(ground.directory.refusal(code, today))
    if deny is None and allow is None:
        raise BadCall("say whom to deny or to allow: --deny or --allow with codes, or all")
    item = items.get(transaction, number) if number is not None else None
    if item is not None and item.sender != owner:
        raise BadCall(f"{item.name} is not an item of {owner}")
    words = state_restrictions(transaction, ground, owner, item, deny, allow, act.officer)
    return Answer(owner if item is None else item.name, "restricted", item.revision if item else 0, words)


def state_restrictions(
    transaction: Transaction,
    ground: Ground,
    owner: str,
    item: Item | None,
    deny: Recipients | None,
    allow: Recipients | None,
    actor: str,
    taken: Mapping[str, Json] | None = None,
) -> str:
    """Adds the owner's statements and stops what they now forbid; returns what happened, in words.

    ``taken`` names the owner's own message, whose reference the log keeps as used.
    """
    denied, allowed = _targets(deny), _targets(allow)
    number = item.number if item else None
    for targets, is_denied in ((denied, True), (allowed, False)):
        for target in targets:
            measures.state_restriction(transaction, owner, number, target, is_denied, actor)
    transaction.emit(
        actor,
        EventKind.RESTRICTION_STATED,
        item_name(number) if number else owner,
        owner=owner,
        item=item_name(number) if number else None,
        deny=list(denied),
        allow=list(allowed),
        **(taken or {}),
    )
    stopped = _stop_denied(transaction, ground, owner, item, actor) if denied else 0
    told = _withdraw_access(transaction, ground, owner, item, actor) if denied else ()
    scope = item.name if item else f"all data of {owner}"
    words = f"restrictions on {scope} are in force; {stopped} queued deliveries were stopped"
    if told:
        words += f"; told, can't be erased by us: {', '.join(told)}"
    return words


def _targets(recipients: Recipients | None) -> tuple[str, ...]:
    match recipients:
        case None:
            return ()
        case Everyone():
            return (EVERYONE,)
        case codes:
            return codes


def _bureaus_of(owner: str, policy: Policy) -> tuple[str, ...]:
    """The owner and its sub-bureaus, whose data fall under its restrictions too."""
    return (owner, *(code for code, parent in policy.parents.items() if parent == owner))


def _withdraw_access(
    transaction: Transaction, ground: Ground, owner: str, item: Item | None, actor: str
) -> tuple[str, ...]:
    """Those who hold a copy and are denied now are told that their access is withdrawn; returns their codes."""
    policy, told = ground.policy(transaction), set[str]()
    for sender in (item.sender or owner,) if item else _bureaus_of(owner, policy):
        scopes = policy.scopes(sender, item.number if item else None, frozenset())
        told |= close_copies(transaction, policy, scopes, sender, item, actor)
    recipients = tuple(sorted(told))
    if recipients and item is None:
        transaction.emit(actor, EventKind.DELIVERIES_ACCESS_WITHDRAWN, owner, recipients=list(recipients))
    return recipients


def _stop_denied(transaction: Transaction, ground: Ground, owner: str, item: Item | None, actor: str) -> int:
    """The owner's denial beats the address list, also of what is already queued."""
    policy = ground.policy(transaction)
    owners = _bureaus_of(owner, policy)
    concerned = [item] if item else [found for code in owners for found in items.unsent_of(transaction, code)]
    stopped = 0
    for each in concerned:
        scopes = policy.scopes(each.sender or owner, each.number, each.restricted_from)
        stopped += len(
            stop_unsent(
                transaction,
                each,
                SuppressionCause.RESTRICTED,
                actor,
                lambda row, scopes=scopes: scopes.denied(row.recipient, policy.parents.get(row.recipient)),  # type: ignore[misc]
            )
        )
    return stopped
