"""What is on file about the person: the source's earlier refusals, the CCF's register, the register of refugees."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.likeness import Likeness
from dutydesk.domain.rules.registers import CcfMatter, Register, RegisterMatch

_SURE = {
    Likeness.STRONG: "the same document, or the same name and date of birth",
    Likeness.WEAK: "the same name only: is it the same person?",
}


def _ended(likeness: Likeness, said: str) -> str:
    return f"{said}: {_SURE[likeness]}" + ("." if likeness is Likeness.STRONG else "")


def earlier_refusal(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """HIS-01: nothing on this person from this source was refused or recalled before, of whatever kind."""
    for earlier in context.earlier:
        what = f"{earlier.kind} {earlier.type.replace('_', ' ')}"
        said = f"{earlier.item}, a {what} of {earlier.received_on} from the same source, was {earlier.state}"
        message = _ended(earlier.likeness, said)
        yield Evidence("subject", earlier.item, message, thin=earlier.likeness is Likeness.WEAK)


def commission_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """HIS-02: the CCF has neither decided on this person nor a request about the person open."""
    for match in _of(context, Register.CCF):
        entry = match.entry
        if entry.matter is CcfMatter.OPEN_REQUEST:
            said = f"The CCF has an open request about this person, {entry.reference} of {entry.on}"
        else:
            said = f"The CCF decided about this person, {entry.reference} of {entry.on} ({entry.decision})"
        yield _match_evidence(match, _ended(match.likeness, said))


def confirmed_refugee(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-05: the person is no confirmed refugee from the requesting country."""
    source = {context.sender, context.directory.parent(context.sender)}
    for match in _of(context, Register.REFUGEES):
        if match.entry.country in source:
            entry = match.entry
            said = f"By the register this person is a confirmed refugee from {entry.country}, {entry.reference}"
            yield _match_evidence(match, _ended(match.likeness, said))


def _of(context: ReviewContext, register: Register) -> list[RegisterMatch]:
    return [match for match in context.on_file if match.entry.register is register]


def _match_evidence(match: RegisterMatch, message: str) -> Evidence:
    return Evidence("subject", match.entry.reference, message, thin=match.likeness is Likeness.WEAK)


def empty_audience(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """RST-02: somebody is left after the restrictions of the owner."""
    if not context.addressed or not context.restricted.issuperset(context.addressed):
        return ()
    count = len(context.addressed)
    named = ", ".join(context.addressed[:_CODES_NAMED]) + (", …" if count > _CODES_NAMED else "")
    message = "The owner's restrictions leave nobody to whom it may go."
    return (Evidence("recipients", named, message),)


_CODES_NAMED = 12
