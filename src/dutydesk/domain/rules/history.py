"""Rules on earlier decisions about the person: refusals and recalls, the registers of the CCF and of refugees.

Also RST-02, on the audience.
"""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.likeness import Likeness
from dutydesk.domain.rules.registers import CcfMatter, EarlierItem, Register, RegisterMatch
from dutydesk.language.sentences import Sentence, joined, sentence

_CODES_NAMED = 12
_LIKENESS_WORDS = {
    Likeness.STRONG: sentence("the same document, or the same name and date of birth."),
    Likeness.WEAK: sentence("the same name only: is it the same person?"),
    Likeness.LIKE: sentence("a person alike: is it the same person?"),
}


def _with_likeness(statement: Sentence, match: EarlierItem | RegisterMatch) -> Sentence:
    words = joined((statement, _LIKENESS_WORDS[match.likeness]), ": ")
    if not match.reasons:
        return words
    return sentence(
        "{words} Likeness {points} of 100: {reasons}.", words=words, points=match.points, reasons=match.reasons
    )


def earlier_refusal(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """HIS-01: no item of this source on this person, of any kind, was refused or recalled before."""
    for earlier in context.earlier:
        what = f"{earlier.kind} {earlier.type.replace('_', ' ')}"
        statement = sentence(
            "{item}, a {what} of {received_on} from the same source, was {state}",
            item=earlier.item,
            what=what,
            received_on=earlier.received_on,
            state=earlier.state,
        )
        message = _with_likeness(statement, earlier)
        yield Evidence("subject", earlier.item, message, thin=earlier.likeness is not Likeness.STRONG)


def commission_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """HIS-02: the CCF has neither decided about this person nor has an open request about them."""
    for match in _matches_in(context, Register.CCF):
        entry = match.entry
        if entry.matter is CcfMatter.OPEN_REQUEST:
            statement = sentence(
                "The CCF has an open request about this person, {reference} of {on}",
                reference=entry.reference,
                on=entry.on,
            )
        else:
            statement = sentence(
                "The CCF decided about this person, {reference} of {on} ({decision})",
                reference=entry.reference,
                on=entry.on,
                decision=entry.decision,
            )
        yield _match_evidence(match, _with_likeness(statement, match))


def confirmed_refugee(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-05: the person is not a confirmed refugee from the requesting country."""
    source = {context.sender, context.directory.parent(context.sender)}
    for match in _matches_in(context, Register.REFUGEES):
        if match.entry.country in source:
            entry = match.entry
            statement = sentence(
                "The register lists this person as a confirmed refugee from {country}, {reference}",
                country=entry.country,
                reference=entry.reference,
            )
            yield _match_evidence(match, _with_likeness(statement, match))


def _matches_in(context: ReviewContext, register: Register) -> list[RegisterMatch]:
    return [match for match in context.on_file if match.entry.register is register]


def _match_evidence(match: RegisterMatch, message: str) -> Evidence:
    return Evidence("subject", match.entry.reference, message, thin=match.likeness is not Likeness.STRONG)


def empty_audience(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """RST-02: at least one recipient is left after the owner's restrictions."""
    if not context.addressed or not context.restricted.issuperset(context.addressed):
        return ()
    count = len(context.addressed)
    named = ", ".join(context.addressed[:_CODES_NAMED]) + (", …" if count > _CODES_NAMED else "")
    message = sentence("The owner's restrictions leave no recipient.")
    return (Evidence("recipients", named, message),)
