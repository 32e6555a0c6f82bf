"""Rules on the judicial data of red items: penalty, warrant, charges, facts, assurances, trial in absence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dutydesk.domain.messages.message import Body
from dutydesk.domain.messages.subjects import Assurances, Facts, Offence, Person, PersonStatus, Warrant
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.folded_text import folded_words
from dutydesk.domain.rules.lexicon import ROLE, WordHit
from dutydesk.domain.rules.own_acts import tells_an_act
from dutydesk.domain.rules.values import is_given, quoted
from dutydesk.language.languages import Language
from dutydesk.language.sentences import sentence

PROSECUTION_MONTHS = 24
SENTENCE_MONTHS = 6
WORDS_OF_FACTS = 8
#: An Arabic word holds the articles, conjunctions and pronouns that are words of their own elsewhere.
WORDS_OF_ARABIC_FACTS = 6
OWN_WORDS_OF_FACTS = 4
ABSENCE, RETRIAL = "absence", "retrial"
_SHORT_ARABIC = 4
_SERVING = frozenset({PersonStatus.WANTED_TO_SERVE_SENTENCE, PersonStatus.CONVICTED})
_EMPTY_WARRANT = Warrant()
_EMPTY_FACTS = Facts()
_EMPTY_ASSURANCES = Assurances()
#: The fields of the assurances in their order, and what is said where one is not given.
_NOT_ASSURED = (
    (
        "authority_competent",
        sentence("It is not assured that the issuing authority had the power to issue the warrant."),
    ),
    ("extradition_will_be_sought", sentence("It is not assured that extradition will be sought.")),
    (
        "coordinated_with_extradition_authority",
        sentence("It is not assured that the request is coordinated with the authority for extradition."),
    ),
)


def _is_serving(body: Body) -> bool:
    """Whether the person is sought to serve a sentence; anyone else is sought for prosecution."""
    return isinstance(body.subject, Person) and body.subject.status in _SERVING


def _offences(body: Body) -> tuple[Offence, ...]:
    return body.judicial.offences if body.judicial is not None else ()


def prosecution_penalty(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """JUD-01: for prosecution, the maximum penalty of at least one offence is 24 months or more."""
    if _is_serving(body):
        return ()
    penalties = [
        (offence.maximum_penalty_months, index)
        for index, offence in enumerate(_offences(body))
        if offence.maximum_penalty_months is not None
    ]
    months, index = max(penalties, default=(PROSECUTION_MONTHS, 0))
    if months >= PROSECUTION_MONTHS:
        return ()
    message = sentence(
        "The highest maximum penalty is {months} months; prosecution needs at least {prosecution_months}.",
        months=months,
        prosecution_months=PROSECUTION_MONTHS,
    )
    return (Evidence(f"judicial.offences[{index}].maximum_penalty_months", str(months), message),)


def served_sentence(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """JUD-02: to serve a sentence, the sentence or remainder of at least one offence is 6 months or more."""
    if not _is_serving(body):
        return ()
    terms = [
        (months, -index, field)
        for index, offence in enumerate(_offences(body))
        for field, months in (
            ("sentence_months", offence.sentence_months),
            ("remaining_months", offence.remaining_months),
        )
        if months is not None
    ]
    months, index, field = max(terms, default=(SENTENCE_MONTHS, 0, ""))
    if months >= SENTENCE_MONTHS:
        return ()
    message = sentence(
        "The longest sentence or remainder is {months} months; it needs at least {sentence_months}.",
        months=months,
        sentence_months=SENTENCE_MONTHS,
    )
    return (Evidence(f"judicial.offences[{-index}].{field}", str(months), message),)


def warrant(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """JUD-03: the warrant or judgment has a reference, an issuing authority and a date.

    One that was not issued by a judge is thin: a judge must be able to examine it (RPD 84).
    """
    given = body.judicial.warrant if body.judicial is not None else None
    if given is None or given == _EMPTY_WARRANT:
        return (Evidence("judicial.warrant", "", sentence("No warrant or judgment is named.")),)
    found: list[Evidence] = []
    if not is_given(given.reference):
        found.append(
            Evidence("judicial.warrant.reference", quoted(given.reference), sentence("The warrant has no reference."))
        )
    if not is_given(given.authority):
        message = sentence("The authority that issued the warrant is not named.")
        found.append(Evidence("judicial.warrant.authority", quoted(given.authority), message))
    if given.date is None:
        found.append(Evidence("judicial.warrant.date", "", sentence("The warrant has no date.")))
    return [*found, *_not_judicial(given, context)]


def _not_judicial(given: Warrant, context: ReviewContext) -> Iterator[Evidence]:
    hits = context.pointed.of_rule("JUD-03")
    if not hits and given.judicial is not False:
        return
    judges = context.who_judges_it("JUD-03")
    if hits:
        message = sentence(
            "The words point to {sense}: can the person appeal to a judge? {judges}",
            sense=sentence(hits[0].sense),
            judges=judges,
        )
        yield Evidence(hits[0].field, hits[0].words, message, thin=True)
    else:
        message = sentence("The warrant is not judicial: can the person appeal to a judge? {judges}", judges=judges)
        yield Evidence("judicial.warrant.judicial", "false", message, thin=True)


def charges(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """JUD-04: each offence has its charge, its law and its penalty or sentence."""
    offences = _offences(body)
    if not offences:
        return (Evidence("judicial.offences", "", sentence("No offence is named.")),)
    serving = _is_serving(body)
    found: list[Evidence] = []
    for index, offence in enumerate(offences):
        if not is_given(offence.charge):
            message = sentence("Offence {index} has no charge.", index=index + 1)
            found.append(Evidence(f"judicial.offences[{index}].charge", quoted(offence.charge), message))
        if not is_given(offence.law):
            message = sentence("Offence {index} names no law that covers it.", index=index + 1)
            found.append(Evidence(f"judicial.offences[{index}].law", quoted(offence.law), message))
        if serving and offence.sentence_months is None and offence.remaining_months is None:
            message = sentence("Offence {index} gives neither the sentence nor what remains of it.", index=index + 1)
            found.append(Evidence(f"judicial.offences[{index}].sentence_months", "", message))
        if not serving and offence.maximum_penalty_months is None:
            message = sentence("Offence {index} gives no maximum penalty.", index=index + 1)
            found.append(Evidence(f"judicial.offences[{index}].maximum_penalty_months", "", message))
    return found


def facts(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """JUD-05: the facts say what the person did, when and where. A short summary or a repeated charge is thin."""
    given = body.judicial.facts if body.judicial is not None else None
    if given is None or given == _EMPTY_FACTS:
        return (Evidence("judicial.facts", "", sentence("No facts are given.")),)
    found: list[Evidence] = []
    if not is_given(given.summary):
        message = sentence("The facts do not say what the person did.")
        found.append(Evidence("judicial.facts.summary", quoted(given.summary), message))
    elif _is_very_short(given.summary, body):
        message = sentence("The summary of facts is very short: does it show the person's own acts?")
        found.append(Evidence("judicial.facts.summary", quoted(given.summary), message, thin=True))
    elif _repeats_the_charge(given.summary, _offences(body), context.pointed.form_words):
        message = sentence("The summary of facts says little beyond the charge: does it show the person's own acts?")
        found.append(Evidence("judicial.facts.summary", quoted(given.summary), message, thin=True))
    elif (role := _only_a_role(given.summary, body, context)) is not None:
        message = sentence(
            "No act of the person was found in the facts, only a role, a membership or a loss: what did they do?"
        )
        found.append(Evidence(role.field, role.words, message, thin=True))
    if given.date is None:
        found.append(Evidence("judicial.facts.date", "", sentence("The facts do not say when they happened.")))
    if not is_given(given.place):
        message = sentence("The facts do not say where they happened.")
        found.append(Evidence("judicial.facts.place", quoted(given.place), message))
    return found


def _is_very_short(summary: str, body: Body) -> bool:
    least = WORDS_OF_ARABIC_FACTS if body.language is Language.ARABIC else WORDS_OF_FACTS
    return len(summary.split(None, least)) < least


def _only_a_role(summary: str, body: Body, context: ReviewContext) -> WordHit | None:
    """The words of a role, a membership or a loss, if the summary tells no act of the person."""
    roles = context.pointed.of_rule("JUD-05", ROLE)
    if not roles or body.language is None or tells_an_act(summary, body.language, context.pointed.act_words):
        return None
    return roles[0]


def _repeats_the_charge(summary: str, offences: Iterable[Offence], form_words: frozenset[str]) -> bool:
    """Whether fewer than four words are left without those of charge, law and category, form words and numbers."""
    own = set(_bare_words(summary)) - form_words
    for offence in offences:
        for text in (offence.charge, offence.law, offence.category):
            if text:
                own.difference_update(_bare_words(text))
    return sum(not word.isdigit() for word in own) < OWN_WORDS_OF_FACTS


def _bare_words(text: str) -> Sequence[str]:
    """The folded words of a text, without the Arabic article and particles of longer words."""
    folded, words = folded_words(text)
    if folded.isascii():
        return words
    return [
        word.removeprefix("و").removeprefix("ب").removeprefix("ال") if len(word) > _SHORT_ARABIC else word
        for word in words
    ]


def trial_in_absence(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """JUD-07: for a sentence, the request states whether the person was present at the trial.

    A trial in absence gives a finding unless the text mentions a new trial. Words that point to a trial in absence give
    a finding if the field does not say so.
    """
    if body.judicial is None:
        return
    absence_hits = context.pointed.of_rule("JUD-07", ABSENCE)
    if absence_hits and body.judicial.in_absentia is not True:
        message = sentence(
            "The words point to a trial in absence, but the field does not say so; {judges}.",
            judges=context.who_judges("JUD-07"),
        )
        yield Evidence(absence_hits[0].field, absence_hits[0].words, message)
    elif not _is_serving(body):
        return
    elif body.judicial.in_absentia is None:
        yield Evidence(
            "judicial.in_absentia", "", sentence("It is not stated whether the person was present at the trial.")
        )
    elif body.judicial.in_absentia and not context.pointed.of_rule("JUD-07", RETRIAL):
        message = sentence("The person was tried in absence, and no mention of a new trial was found: is one assured?")
        yield Evidence("judicial.in_absentia", "true", message)


def assurances(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """JUD-06: the sender gives all three assurances. Words that contradict them are thin."""
    given = body.judicial.assurances if body.judicial is not None else None
    if given is None or given == _EMPTY_ASSURANCES:
        return (Evidence("judicial.assurances", "", sentence("The three assurances are not given.")),)
    found: list[Evidence] = []
    for (field, message), assured in zip(
        _NOT_ASSURED,
        (
            given.authority_competent,
            given.extradition_will_be_sought,
            given.coordinated_with_extradition_authority,
        ),
        strict=True,
    ):
        if assured is not True:
            found.append(Evidence(f"judicial.assurances.{field}", "" if assured is None else "false", message))
    for hit in context.pointed.of_rule("JUD-06"):
        message = sentence(
            "The words point to {sense}, which contradicts the assurances; {judges}.",
            sense=sentence(hit.sense),
            judges=context.who_judges("JUD-06"),
        )
        found.append(Evidence(hit.field, hit.words, message, thin=True))
    return found
