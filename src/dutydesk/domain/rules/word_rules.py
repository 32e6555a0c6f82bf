"""Rules that point at words: what the lists find is quoted, and a person judges."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.lexicon import WordHit

LIFTS = "lifts"
_CHARGED_IN = frozenset({"charge", "category", "law"})


def _pointing(hit: WordHit, what: str, *, thin: bool = False) -> Evidence:
    also = f" (also in {', '.join(hit.also)})" if hit.also else ""
    return Evidence(hit.field, hit.words, f"The words point to {hit.sense}{also}, {what}.", thin)


def excluded_conduct(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-01: no conduct that a red notice excludes. It weighs less where it is not what the person is charged with.

    Or where words of organised or serious crime stand beside it, which may lift the exclusion.
    """
    lifted = bool(context.pointed.of_rule("EXC-02", LIFTS))
    what = "for which no red notice is published; they only point, and a person judges"
    for hit in context.pointed.of_rule("EXC-01"):
        yield _pointing(hit, what, thin=lifted or hit.field.rsplit(".", 1)[-1] not in _CHARGED_IN)


def lifted_exclusion(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """EXC-02: whether organised crime, serious crime or personal gain lifts an exclusion."""
    excluded, office = context.pointed.of_rule("EXC-01"), context.pointed.of_rule("EXC-02")
    lifts = context.pointed.of_rule("EXC-02", LIFTS)
    if not lifts:
        what = (
            "which is excluded unless it served serious crime or organised crime is suspected, and no word of "
            "either, or of personal gain, was found; they only point, and a person judges"
        )
        yield from (_pointing(hit, what) for hit in office)
    elif excluded or office:
        senses = " and ".join(hit.sense for hit in (*excluded, *office))
        what = f"which may lift the exclusion of {senses}; a person judges whether it is shown"
        yield _pointing(lifts[0], what, thin=True)


def human_rights(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-02: a risk of torture, of the death penalty, of an unfair trial."""
    what = "which article 2 of the Constitution asks about; they only point, and two persons judge"
    return (_pointing(hit, what) for hit in context.pointed.of_rule("CON-02"))


def neutrality(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """CON-03: a political, military, religious or racial element."""
    what = "which article 3 of the Constitution asks about; they only point, and two persons judge"
    return (_pointing(hit, what) for hit in context.pointed.of_rule("CON-03"))


def sensitive_data(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SEN-01: sensitive data, which only strict need justifies."""
    what = "sensitive data that stand here only where strictly relevant; they only point, and a person judges"
    return (_pointing(hit, what) for hit in context.pointed.of_rule("SEN-01"))


def local_matter(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """INT-01: a matter of which another country can make no use."""
    what = "of which another country may make no use; they only point, and a person judges"
    return (_pointing(hit, what) for hit in context.pointed.of_rule("INT-01"))
