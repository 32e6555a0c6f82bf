"""Rules that point at words: they quote the hits of the word lists, and an officer judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.lexicon import WordHit

#: The circumstance that may lift an exclusion without giving its words another sense.
ORGANISED_CRIME = "organised or serious crime"


def _evidence_of(hit: WordHit, relevance: str) -> Evidence:
    also = f" (also in {', '.join(hit.also)})" if hit.also else ""
    return Evidence(hit.field, hit.words, f"The words point to {hit.sense}{also}, {relevance}.")


def _told_once(hits: Iterable[WordHit]) -> Iterator[WordHit]:
    """The hits without those whose words stand within those of an earlier hit in the same field, or around them."""
    told: list[WordHit] = []
    for hit in hits:
        if not any(hit.field == one.field and (hit.words in one.words or one.words in hit.words) for one in told):
            told.append(hit)
            yield hit


def excluded_conduct(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-01: no conduct for which red notices are excluded."""
    relevance = f"for which no red notice is published; these are only indications; {context.who_judges('EXC-01')}"
    return (_evidence_of(hit, relevance) for hit in _told_once(context.pointed.of_rule("EXC-01")))


def lifted_exclusion(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-02: a matter of tax or office with no personal gain shown, and exclusions that organised crime may lift."""
    relevance = (
        "which is excluded unless it served serious crime or organised crime is suspected, and no word of "
        f"either, or of personal gain, was found; these are only indications; {context.who_judges('EXC-02')}"
    )
    yield from (_evidence_of(hit, relevance) for hit in context.pointed.of_rule("EXC-02"))
    lifted = [one for one in context.pointed.lifted_of("EXC-01") if one.circumstance.sense == ORGANISED_CRIME]
    if lifted:
        senses = " and ".join(f"{one.hit.sense} ({one.hit.words})" for one in lifted)
        relevance = f"which may lift the exclusion of {senses}; whether it is shown, {context.who_judges('EXC-02')}"
        yield _evidence_of(lifted[0].circumstance, relevance)


def human_rights(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-02: no risk of torture, the death penalty or an unfair trial."""
    relevance = (
        f"which article 2 of the Constitution asks about; these are only indications; {context.who_judges('CON-02')}"
    )
    return (_evidence_of(hit, relevance) for hit in _told_once(context.pointed.of_rule("CON-02")))


def neutrality(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-03: no political, military, religious or racial element."""
    relevance = (
        f"which article 3 of the Constitution asks about; these are only indications; {context.who_judges('CON-03')}"
    )
    return (_evidence_of(hit, relevance) for hit in _told_once(context.pointed.of_rule("CON-03")))


def sensitive_data(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SEN-01: sensitive data are given only where strictly relevant."""
    relevance = (
        f"sensitive data, allowed only where strictly relevant; only an indication, {context.who_judges('SEN-01')}"
    )
    return (_evidence_of(hit, relevance) for hit in _told_once(context.pointed.of_rule("SEN-01")))


def local_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """INT-01: another country can make use of the item."""
    relevance = f"of which another country may make no use; these are only indications; {context.who_judges('INT-01')}"
    return (_evidence_of(hit, relevance) for hit in _told_once(context.pointed.of_rule("INT-01")))
