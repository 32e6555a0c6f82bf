"""Rules that point at words: they quote the hits of the word lists, and an officer judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.lexicon import WordHit
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import joined, sentence

#: The circumstance that may lift an exclusion without giving its words another sense.
ORGANISED_CRIME = "organised or serious crime"


def _evidence_of(hit: WordHit, template: str, judges: str, **parts: object) -> Evidence:
    """``template`` names the hit's ``{sense}``, ``{also}``, the other fields with such words, and who ``{judges}``."""
    also = sentence(" (also in {fields})", fields=", ".join(hit.also)) if hit.also else ""
    return Evidence(
        hit.field, hit.words, sentence(template, sense=sentence(hit.sense), also=also, judges=judges, **parts)
    )


def _told_once(hits: Iterable[WordHit]) -> Iterator[WordHit]:
    """The hits without those whose words stand within those of an earlier hit in the same field, or around them."""
    told: list[WordHit] = []
    for hit in hits:
        if not any(hit.field == one.field and (hit.words in one.words or one.words in hit.words) for one in told):
            told.append(hit)
            yield hit


def _pointed_at(context: ReviewContext, rule: str, template: str) -> Iterable[Evidence]:
    hits = context.pointed.of_rule(rule)
    if not hits:
        return ()
    judges = context.who_judges(rule)
    return [_evidence_of(hit, template, judges) for hit in _told_once(hits)]


def excluded_conduct(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-01: no conduct for which red notices are excluded."""
    template = marked(
        "The words point to {sense}{also}, for which no red notice is published; these are only indications; {judges}."
    )
    return _pointed_at(context, "EXC-01", template)


def lifted_exclusion(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-02: a matter of tax or office with no personal gain shown, and exclusions that organised crime may lift."""
    hits = context.pointed.of_rule("EXC-02")
    lifted = [one for one in context.pointed.lifted_of("EXC-01") if one.circumstance.sense == ORGANISED_CRIME]
    if not hits and not lifted:
        return
    judges = context.who_judges("EXC-02")
    template = marked(
        "The words point to {sense}{also}, which is excluded unless it served serious crime or organised crime is "
        "suspected, and no word of either, or of personal gain, was found; these are only indications; {judges}."
    )
    yield from (_evidence_of(hit, template, judges) for hit in hits)
    if lifted:
        senses = [sentence("{sense} ({words})", sense=sentence(one.hit.sense), words=one.hit.words) for one in lifted]
        template = marked(
            "The words point to {sense}{also}, which may lift the exclusion of {senses}; whether it is shown, {judges}."
        )
        yield _evidence_of(lifted[0].circumstance, template, judges, senses=joined(senses, " and "))


def human_rights(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-02: no risk of torture, the death penalty or an unfair trial."""
    template = marked(
        "The words point to {sense}{also}, which article 2 of the Constitution asks about; these are only "
        "indications; {judges}."
    )
    return _pointed_at(context, "CON-02", template)


def neutrality(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-03: no political, military, religious or racial element."""
    template = marked(
        "The words point to {sense}{also}, which article 3 of the Constitution asks about; these are only "
        "indications; {judges}."
    )
    return _pointed_at(context, "CON-03", template)


def sensitive_data(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SEN-01: sensitive data are given only where strictly relevant."""
    template = marked(
        "The words point to {sense}{also}, sensitive data, allowed only where strictly relevant; only an indication, "
        "{judges}."
    )
    return _pointed_at(context, "SEN-01", template)


def local_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """INT-01: another country can make use of the item."""
    template = marked(
        "The words point to {sense}{also}, of which another country may make no use; these are only indications; "
        "{judges}."
    )
    return _pointed_at(context, "INT-01", template)
