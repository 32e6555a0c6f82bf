"""Rules that protect victims and witnesses, neutrality, confidential data and the limits of the silver pilot."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import PURPOSE_OF_KIND, Body, Confidentiality, Everyone, Kind, Purpose
from dutydesk.domain.messages.subjects import Person, PersonStatus
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.values import quoted
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence

_CODES_NAMED = 12
_MEASURES = {
    Purpose.ARREST_FOR_EXTRADITION: sentence("an arrest"),
    Purpose.WARN_OF_CRIMINAL_ACTIVITY: sentence("a warning about criminal activity"),
    Purpose.TRACE_ASSETS: sentence("a search for assets"),
}
_PROTECTED = frozenset({PersonStatus.WITNESS, PersonStatus.VICTIM})


def measure_against(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """VIC-01: the request asks for no measure against a victim or a witness."""
    subject = body.subject
    if not isinstance(subject, Person) or subject.status is None or subject.status not in _PROTECTED:
        return ()
    for asked in (PURPOSE_OF_KIND[body.kind], body.effective_purpose):
        if asked in _MEASURES:
            message = sentence(
                "The request asks for {asked} against a {status}.", asked=_MEASURES[asked], status=subject.status
            )
            return (Evidence("subject.status", subject.status, message),)
    return ()


def conflict(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-04: the source and the person's country are not parties to the same open conflict."""
    if not context.conflicts or not isinstance(body.subject, Person) or not body.subject.nationalities:
        return ()
    parent = context.directory.parent(context.sender)
    source_codes = {context.sender} if parent is None else {context.sender, parent}
    opposed = {
        code
        for known in context.conflicts
        if known.open_on(context.received_on) and known.parties & source_codes
        for code in known.parties - source_codes
    }
    return [
        Evidence(
            f"subject.nationalities[{index}]",
            code,
            sentence("{sender} and the person's country {code} are in conflict.", sender=context.sender, code=code),
        )
        for index, code in enumerate(body.subject.nationalities)
        if code in opposed
    ]


def clearance(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CNF-01: every recipient is cleared for the confidentiality level."""
    cleared = context.cleared_for_confidential
    if cleared is None or body.confidentiality is not Confidentiality.CONFIDENTIAL:
        return ()
    match body.recipients:
        case None | Everyone():
            codes = context.directory.members(context.received_on)
        case named:
            codes = named
    uncleared = [code for code in codes if code not in cleared and code != context.sender]
    if not uncleared:
        return ()
    words = ", ".join(map(quoted, uncleared[:_CODES_NAMED])) + (", …" if len(uncleared) > _CODES_NAMED else "")
    count = len(uncleared)
    template = (
        marked("{count} recipient is not cleared for confidential data.")
        if count == 1
        else marked("{count} recipients are not cleared for confidential data.")
    )
    return (Evidence("recipients", words, sentence(template, count=count)),)


def silver_share(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SLV-01: the sender has a share of the silver pilot, and some of it is left."""
    if body.kind is not Kind.SILVER:
        return ()
    if context.sender not in context.pilot_members:
        return (
            Evidence(
                "sender", quoted(context.sender), sentence("The sender has no share of the silver pilot's 500 items.")
            ),
        )
    if context.silver_share_left is not None and context.silver_share_left <= 0:
        message = sentence("The sender has used its share of the silver pilot's 500 items.")
        return (Evidence("sender", context.sender, message),)
    return ()
