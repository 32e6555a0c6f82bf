"""The two persons of a proposal: one rule for releases, refusals, recalls, measures and restrictions.

At the commit that carries a proposal out, both persons hold the right and stand outside the country that it is about;
one that widens access also takes two persons outside the countries that gain. Both are read again in that transaction.
"""

from __future__ import annotations

from dutydesk.desk.base.context import Actor, Context
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import NotAllowed, Obstacle, StaleProposal
from dutydesk.domain.frozen import value
from dutydesk.domain.review.officers import Officer, Right, beneficiary_error, own_country_error, role_error
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import officers


@value(frozen=True, slots=True)
class SignerRequirements:
    """What a proposal requires of its two persons.

    ``subject`` names what they sign. ``right`` is needed of both, ``first`` of the proposer where that one differs.
    ``country`` is the country that the proposal is about, ``gaining`` are the bureaus (``*`` for all) for which it
    widens access. ``item``: its body must not be denied to either person's country.
    """

    subject: str
    proposer: str
    right: Right
    country: str | None
    proposer_right: Right | None = None
    beneficiaries: tuple[str, ...] = ()
    item: Item | None = None


def require_fit_proposer(handle: Handle, context: Context, officer: Officer, requirements: SignerRequirements) -> None:
    """Raises NotAllowed where ``officer`` may not propose what ``signing`` describes."""
    refusal = _signer_refusal(handle, context, officer, requirements.proposer_right or requirements.right, requirements)
    if refusal is not None:
        raise refusal


def require_fit_confirmer(handle: Handle, context: Context, actor: Actor, requirements: SignerRequirements) -> Officer:
    """The person who confirms. Raises NotAllowed for one without the right, of the country, or who proposed it."""
    officer = context.officer(handle, actor, requirements.right)
    refusal = _signer_refusal(handle, context, officer, requirements.right, requirements)
    if refusal is not None:
        raise refusal
    if requirements.proposer == officer.name:
        raise NotAllowed(
            NotAllowedCode.OWN_PROPOSAL,
            sentence(
                "{name} proposed it; another person must confirm {subject}",
                name=officer.name,
                subject=requirements.subject,
            ),
        )
    return officer


def proposer_refusal(handle: Handle, context: Context, requirements: SignerRequirements) -> str | None:
    """Why the proposer may no longer sign, in one sentence, or ``None``."""
    officer = officers.find_by_name(handle, requirements.proposer)
    if officer is None:
        return sentence("{proposer} is no officer any more", proposer=requirements.proposer)
    right = requirements.proposer_right or requirements.right
    refusal = _signer_refusal(handle, context, officer, right, requirements)
    return refusal.words if refusal is not None else None


def require_unchanged(requirements: SignerRequirements, changed: tuple[str, ...]) -> None:
    """Raises StaleProposal, with the differences, where something has changed since the proposal was made."""
    if changed:
        more = sentence(", and {count} more", count=len(changed) - 1) if len(changed) > 1 else ""
        raise StaleProposal(
            sentence(
                "the proposal of {proposer} on {subject} is void: {changed}{more}",
                proposer=requirements.proposer,
                subject=requirements.subject,
                changed=changed[0],
                more=more,
            ),
            *(Obstacle("changed", words) for words in changed),
        )


def _signer_refusal(
    handle: Handle, context: Context, officer: Officer, right: Right, requirements: SignerRequirements
) -> NotAllowed | None:
    parents, country, item = context.directory.parents, requirements.country, requirements.item
    if words := role_error(officer, right):
        return NotAllowed(NotAllowedCode.ROLE_TOO_LOW, words)
    if country is not None and (words := own_country_error(officer, country, parents)):
        return NotAllowed(NotAllowedCode.OWN_COUNTRY, words)
    if words := beneficiary_error(officer, requirements.beneficiaries, parents):
        return NotAllowed(NotAllowedCode.OWN_BENEFIT, words)
    if item is not None and (words := context.read_refusal(handle, officer, item)):
        return NotAllowed(NotAllowedCode.READ_DENIED, words)
    return None
