"""The two persons of a proposal: one rule for releases, refusals, recalls, measures and restrictions.

At the commit that carries a proposal out, both persons hold the right and stand outside the country that it is about;
one that widens access also takes two persons outside the countries that gain. Both are read again in that transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from dutydesk.desk.base.context import Actor, Context
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import NotAllowed, Obstacle, StaleProposal
from dutydesk.domain.review.officers import Officer, Right, beneficiary_refusal, own_country_refusal, refusal_of
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import officers


@dataclass(frozen=True, slots=True)
class Signing:
    """What a proposal demands of its two persons.

    ``subject`` names what they sign. ``right`` is needed of both, ``first`` of the proposer where that one differs.
    ``country`` is the country that the proposal is about, ``gaining`` are the bureaus (``*`` for all) for which it
    widens access. ``item``: its body must not be denied to either person's country.
    """

    subject: str
    proposer: str
    right: Right
    country: str | None
    first: Right | None = None
    gaining: tuple[str, ...] = ()
    item: Item | None = None


def require_first(handle: Handle, context: Context, officer: Officer, signing: Signing) -> None:
    """Raises NotAllowed where ``officer`` may not propose what ``signing`` describes."""
    words = _unfit(handle, context, officer, signing.first or signing.right, signing)
    if words is not None:
        raise NotAllowed(words)


def require_second(handle: Handle, context: Context, actor: Actor, signing: Signing) -> Officer:
    """The person who confirms. Raises NotAllowed for one without the right, of the country, or who proposed it."""
    officer = context.officer(handle, actor, signing.right)
    words = _unfit(handle, context, officer, signing.right, signing)
    if words is not None:
        raise NotAllowed(words)
    if signing.proposer == officer.name:
        raise NotAllowed(f"{officer.name} proposed it; another person must confirm {signing.subject}")
    return officer


def lost_right(handle: Handle, context: Context, signing: Signing) -> str | None:
    """Why the proposer may no longer sign, in one sentence, or ``None``."""
    officer = officers.named(handle, signing.proposer)
    if officer is None:
        return f"{signing.proposer} is no officer any more"
    return _unfit(handle, context, officer, signing.first or signing.right, signing)


def require_unchanged(signing: Signing, changed: tuple[str, ...]) -> None:
    """Raises StaleProposal, with the differences, where something has changed since the proposal was made."""
    if changed:
        more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise StaleProposal(
            f"the proposal of {signing.proposer} on {signing.subject} is void: {changed[0]}{more}",
            *(Obstacle("changed", words) for words in changed),
        )


def _unfit(handle: Handle, context: Context, officer: Officer, right: Right, signing: Signing) -> str | None:
    parents = context.directory.parents
    return (
        refusal_of(officer, right)
        or (own_country_refusal(officer, signing.country, parents) if signing.country is not None else None)
        or beneficiary_refusal(officer, signing.gaining, parents)
        or (context.reading_refusal(handle, officer, signing.item) if signing.item is not None else None)
    )
