"""Apply a data owner's restriction, from its own message or from an officer on its behalf.

A denial suppresses queued deliveries at once.
"""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.desk.base.signers import require_fit_confirmer, require_unchanged
from dutydesk.desk.base.suppression import suppress_unsent, withdraw_all_access
from dutydesk.desk.supervision import families
from dutydesk.desk.supervision.restriction_proposals import (
    changes_since_proposal,
    propose,
    require_proposal,
    require_proposer,
    restriction_result,
    signing_of,
    void_superseded,
)
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import Item, item_name, restriction_name
from dutydesk.domain.delivery.states import SuppressionCause
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.deliveries import DeliveriesAccessWithdrawn
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.items import ReferenceFields
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.policy import Policy
from dutydesk.domain.supervision.restrictions import EVERYONE, RestrictionState
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, measures, restriction_proposals


def restrict(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    owner: str,
    deny: Recipients | None,
    allow: Recipients | None,
    number: int | None = None,
) -> CommandResult:
    """Restrict data on the owner's behalf: a denial takes effect at once, an allowance waits for a second officer.

    ``number`` limits it to one item; ``None`` means all the owner's data. Raises InvalidRequest for an unknown code, a
    call without codes, or an item of another owner; NotAllowed for an officer of the owner's country or of one that
    would gain access; Conflict where the same is proposed already.
    """
    officer = context.officer(transaction, actor, Right.RESTRICT)
    context.refuse_own_country(officer, owner)
    today = transaction.at.date()
    codes = [owner, *(code for group in (deny, allow) if isinstance(group, tuple) for code in group)]
    for code in codes:
        if context.directory.bureau(code, today) is None:
            raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(code, today))
    if deny is None and allow is None:
        raise InvalidRequest(
            InvalidRequestCode.NO_SCOPE, sentence("say whom to deny or to allow: --deny or --allow, with codes or all")
        )
    item = items.get(transaction, number) if number is not None else None
    if item is not None and item.sender != owner:
        raise InvalidRequest(
            InvalidRequestCode.ITEM_OF_ANOTHER_OWNER,
            sentence("{name} is not an item of {owner}", name=item.name, owner=owner),
        )
    if allow is None:
        stated = OwnerStatement(owner, item, targets_of(deny), (), actor.officer, actor.login)
        words = apply_statement(transaction, context, stated)
        return CommandResult(_subject(owner, item), RestrictionState.RESTRICTED, item.revision if item else 0, words)
    widening = targets_of(allow)
    require_proposer(transaction, context, officer, owner, widening)
    words = ""
    if deny is not None:
        stated = OwnerStatement(owner, item, targets_of(deny), (), actor.officer, actor.login)
        words = apply_statement(transaction, context, stated) + "; "
    return propose(transaction, actor, owner, item, widening, words)


def _subject(owner: str, item: Item | None) -> str:
    return owner if item is None else item.name


@value(frozen=True, slots=True)
class OwnerStatement:
    """A restriction by an owner, or by an officer on its behalf, on all the owner's data or on one item.

    ``taken`` is the data of the owner's own message, whose reference the log keeps as used; ``None`` where an officer
    states it. ``restriction`` is the name of the confirmed proposal, and ``confirms`` the officer who proposed it.
    """

    owner: str
    item: Item | None
    denied: tuple[str, ...]
    allowed: tuple[str, ...]
    actor: str
    login: str | None = None
    taken: ReferenceFields | None = None
    restriction: str | None = None
    confirms: str | None = None


def apply_statement(transaction: Transaction, context: Context, statement: OwnerStatement) -> str:
    """Store the denials and allowances and suppress deliveries that are now denied; return a sentence on the result.

    The caller has checked the right to state them.
    """
    owner, item, actor = statement.owner, statement.item, statement.actor
    denied, allowed = statement.denied, statement.allowed
    number = item.number if item else None
    for targets, is_denied in ((denied, True), (allowed, False)):
        for target in targets:
            measures.state_restriction(transaction, owner, number, target, is_denied, actor)
    signed = RestrictionStated(
        owner=owner,
        item=item_name(number) if number else None,
        deny=tuple(denied),
        allow=tuple(allowed),
        login=ABSENT if statement.login is None else statement.login,
        restriction=ABSENT if statement.restriction is None else statement.restriction,
        confirms=ABSENT if statement.confirms is None else statement.confirms,
    )
    if statement.taken is not None:
        signed = replace(signed, **statement.taken)
    transaction.emit(actor, item_name(number) if number else owner, signed)
    void_superseded(transaction, owner, item, denied, actor, by_owner=statement.taken is not None)
    stopped = _suppress_denied(transaction, context, owner, item, actor) if denied else 0
    notified = _withdraw_access(transaction, context, owner, item, actor) if denied else ()
    scope = families.describe_family(transaction, item) if item else f"all data of {owner}"
    words = sentence(
        "restrictions on {scope} are in force; {stopped} queued deliveries were stopped", scope=scope, stopped=stopped
    )
    if notified:
        return sentence("{words}; told, can't be erased by us: {codes}", words=words, codes=", ".join(notified))
    return words


def confirm(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Confirm a proposed allowance as the second officer.

    Raises NotAllowed, NotFound, Conflict where the proposal has ended, and StaleProposal where the proposer has lost
    the right. This transaction is then rolled back, and the caller calls ``restriction_proposals.void_if_stale`` in a
    new one.
    """
    proposal, item = require_proposal(transaction, context, actor, number)
    signing = signing_of(proposal)
    require_fit_confirmer(transaction, context, actor, signing)
    require_unchanged(signing, changes_since_proposal(transaction, context, proposal))
    restriction_proposals.end(transaction, proposal, RestrictionState.RESTRICTED, actor.officer)
    stated = OwnerStatement(
        proposal.owner,
        item,
        (),
        proposal.allow,
        actor.officer,
        actor.login,
        restriction=restriction_name(number),
        confirms=proposal.officer,
    )
    words = apply_statement(transaction, context, stated)
    return restriction_result(transaction, number, words)


def targets_of(recipients: Recipients | None) -> tuple[str, ...]:
    """Return the codes as the store keeps them; ``"all"`` becomes :data:`EVERYONE`."""
    match recipients:
        case None:
            return ()
        case Everyone():
            return (EVERYONE,)
        case codes:
            return codes


def _bureaus_of(owner: str, policy: Policy) -> tuple[str, ...]:
    """Return the owner and its sub-bureaus; the owner's restrictions cover their data too."""
    return (owner, *(code for code, parent in policy.parents.items() if parent == owner))


def _withdraw_access(
    transaction: Transaction, context: Context, owner: str, item: Item | None, actor: str
) -> tuple[str, ...]:
    """Notify each bureau that holds a copy and is now denied that its access is withdrawn; return their codes."""
    if item is not None:
        return families.withdraw_access(transaction, context, item, actor)
    policy, notified = context.policy(transaction), set[str]()
    for sender in _bureaus_of(owner, policy):
        notified |= withdraw_all_access(transaction, policy, policy.scopes(sender, None, frozenset()), sender)
    recipients = tuple(sorted(notified))
    if recipients:
        transaction.emit(actor, owner, DeliveriesAccessWithdrawn(recipients=tuple(recipients)))
    return recipients


def _suppress_denied(transaction: Transaction, context: Context, owner: str, item: Item | None, actor: str) -> int:
    """Suppress queued deliveries to denied bureaus, because a denial overrides the address list; return how many."""
    if item is not None:
        return families.suppress_denied(transaction, context, item, actor)
    policy = context.policy(transaction)
    unsent = [found for code in _bureaus_of(owner, policy) for found in items.unsent_of(transaction, code)]
    stopped = 0
    for each in unsent:
        scopes = policy.scopes(each.sender or owner, each.root, each.restricted_from)
        stopped += len(
            suppress_unsent(
                transaction,
                each,
                SuppressionCause.RESTRICTED,
                actor,
                lambda row, scopes=scopes: scopes.denies(row.recipient, policy.parents.get(row.recipient)),  # type: ignore[misc]
            )
        )
    return stopped
