"""Rules that point at words: they quote the hits of the word lists, and an officer judges."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.lexicon import WordHit

LIFTS = "lifts"
_CHARGED_IN = frozenset({"charge", "category", "law"})


def _evidence_of(hit: WordHit, relevance: str, *, thin: bool = False) -> Evidence:
    also = f" (also in {', '.join(hit.also)})" if hit.also else ""
    return Evidence(hit.field, hit.words, f"The words point to {hit.sense}{also}, {relevance}.", thin)


def excluded_conduct(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-01: no conduct for which red notices are excluded.

    A hit is thin if it is outside charge, category and law, or if words of organised or serious crime, which may lift
    the exclusion, are found too.
    """
    lifted = bool(context.pointed.of_rule("EXC-02", LIFTS))
    relevance = "for which no red notice is published; these are only indications; an officer must decide"
    for hit in context.pointed.of_rule("EXC-01"):
        yield _evidence_of(hit, relevance, thin=lifted or hit.field.rsplit(".", 1)[-1] not in _CHARGED_IN)


def lifted_exclusion(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-02: organised crime, serious crime or personal gain may lift an exclusion."""
    excluded, office = context.pointed.of_rule("EXC-01"), context.pointed.of_rule("EXC-02")
    lifts = context.pointed.of_rule("EXC-02", LIFTS)
    if not lifts:
        relevance = (
            "which is excluded unless it served serious crime or organised crime is suspected, and no word of "
            "either, or of personal gain, was found; these are only indications; an officer must decide"
        )
        yield from (_evidence_of(hit, relevance) for hit in office)
    elif excluded or office:
        senses = " and ".join(hit.sense for hit in (*excluded, *office))
        relevance = f"which may lift the exclusion of {senses}; an officer decides whether it is shown"
        yield _evidence_of(lifts[0], relevance, thin=True)


def human_rights(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-02: no risk of torture, the death penalty or an unfair trial."""
    relevance = "which article 2 of the Constitution asks about; these are only indications; two officers must decide"
    return (_evidence_of(hit, relevance) for hit in context.pointed.of_rule("CON-02"))


def neutrality(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-03: no political, military, religious or racial element."""
    relevance = "which article 3 of the Constitution asks about; these are only indications; two officers must decide"
    return (_evidence_of(hit, relevance) for hit in context.pointed.of_rule("CON-03"))


def sensitive_data(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SEN-01: sensitive data are given only where strictly relevant."""
    relevance = "sensitive data, allowed only where strictly relevant; only an indication, an officer must decide"
    return (_evidence_of(hit, relevance) for hit in context.pointed.of_rule("SEN-01"))


def local_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """INT-01: another country can make use of the item."""
    relevance = "of which another country may make no use; these are only indications; an officer must decide"
    return (_evidence_of(hit, relevance) for hit in context.pointed.of_rule("INT-01"))
