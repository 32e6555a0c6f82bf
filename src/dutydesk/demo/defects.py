"""The defects of incomplete and inadmissible sample diffusions; each stays valid on the wire."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from dutydesk.demo.drafts import PURPOSES, Draft
from dutydesk.demo.phrase_book import Crime
from dutydesk.demo.phrases import PHRASES

Defect = Callable[[Random, Draft], None]


def no_warrant(_: Random, made: Draft) -> None:
    made.warrant = {}


def light_penalty(_: Random, made: Draft) -> None:
    made.subject["status"] = "wanted_for_prosecution"
    made.offence["maximum_penalty_months"] = 18
    made.offence.pop("sentence_months", None)
    made.offence.pop("remaining_months", None)


def short_sentence(_: Random, made: Draft) -> None:
    made.subject["status"] = "wanted_to_serve_sentence"
    made.offence.pop("maximum_penalty_months", None)
    made.offence |= {"sentence_months": 5, "remaining_months": 5}


def placeholder_name(_: Random, made: Draft) -> None:
    made.name["given"] = "-"


def no_status(_: Random, made: Draft) -> None:
    made.subject.pop("status", None)


def unfit_status(_: Random, made: Draft) -> None:
    made.subject["status"] = "witness"


def arrest_of_victim(_: Random, made: Draft) -> None:
    made.subject["status"] = "victim"


def unfit_purpose(rng: Random, made: Draft) -> None:
    made.head["purpose"] = rng.choice([purpose for kind, purpose in PURPOSES.items() if kind != made.kind])


def no_facts(_: Random, made: Draft) -> None:
    made.facts = {}


def thin_facts(_: Random, made: Draft) -> None:
    made.facts = {"summary": PHRASES[made.language].thin}


def no_assurances(_: Random, made: Draft) -> None:
    made.assurances = {"authority_competent": True, "extradition_will_be_sought": False}


def no_identity(_: Random, made: Draft) -> None:
    for part in ("date_of_birth", "description", "biometrics", "identity_documents", "aliases"):
        made.subject.pop(part, None)


def no_charge(_: Random, made: Draft) -> None:
    made.offence["charge"] = "-"
    made.offence.pop("law", None)


def no_ground(_: Random, made: Draft) -> None:
    made.offence, made.facts = {}, {}
    made.subject["status"] = "suspect"


def born_too_early(_: Random, made: Draft) -> None:
    made.subject["date_of_birth"] = "1890"


def no_retention(_: Random, made: Draft) -> None:
    made.head.pop("retention_until", None)


def retention_nearly_over(_: Random, made: Draft) -> None:
    made.head["retention_until"] = "2022-07-01"


def unmarked_minor(_: Random, made: Draft) -> None:
    made.subject["date_of_birth"] = "2008-05-17"
    made.subject.pop("minor", None)


def trial_in_absence(_: Random, made: Draft) -> None:
    made.subject["status"] = "wanted_to_serve_sentence"
    made.offence.pop("maximum_penalty_months", None)
    made.offence |= {"sentence_months": 30, "remaining_months": 30}
    made.in_absentia = True


def religion_named(_: Random, made: Draft) -> None:
    made.text = f"{made.text} {PHRASES[made.language].religion}."


def no_biometrics(_: Random, made: Draft) -> None:
    made.subject.pop("biometrics", None)


def no_description(_: Random, made: Draft) -> None:
    made.subject.pop("title", None)
    made.subject["description"] = "-"


def not_urgent(_: Random, made: Draft) -> None:
    made.head["urgency"] = "routine"


def replace_charge(rng: Random, made: Draft, crime: Crime) -> None:
    """Put another case into a red draft and leave the rest as complete as it was."""
    made.offence |= {"charge": crime.charge, "law": crime.law, "category": crime.category}
    if "maximum_penalty_months" in made.offence:
        made.offence["maximum_penalty_months"] = crime.months
    phrases = PHRASES[made.language]
    made.facts["summary"] = phrases.fill(crime.facts, made.town.in_language(made.language), made.moment, rng)


def excluded_offence(rng: Random, made: Draft) -> None:
    replace_charge(rng, made, rng.choice(PHRASES[made.language].excluded))


def _private_offence(category: str) -> Defect:
    def replace(rng: Random, made: Draft) -> None:
        crimes = PHRASES[made.language].excluded
        replace_charge(rng, made, next(crime for crime in crimes if crime.category == category))

    return replace


adultery, unpaid_cheque, custody = map(_private_offence, ("adultery", "unpaid_cheque", "custody"))


def political_case(rng: Random, made: Draft) -> None:
    replace_charge(rng, made, rng.choice(PHRASES[made.language].political))


def unfair_trial(rng: Random, made: Draft) -> None:
    replace_charge(rng, made, rng.choice(PHRASES[made.language].unfair))


DEFECTS: dict[str, tuple[Defect, ...]] = {
    "red": (
        no_warrant, light_penalty, placeholder_name, unfit_purpose, no_facts, thin_facts, excluded_offence,
        political_case, no_assurances, no_identity, no_charge, short_sentence, unfit_status, arrest_of_victim,
        unfair_trial, trial_in_absence, born_too_early, no_retention, religion_named, custody, political_case,
    ),
    "blue": (no_status, unfit_purpose, placeholder_name, unmarked_minor, no_retention),
    "green": (no_ground, no_status, unfit_purpose, religion_named),
    "yellow": (unmarked_minor, unfit_purpose, placeholder_name, retention_nearly_over),
    "black": (no_biometrics, unfit_purpose),
    "purple": (no_description, unfit_purpose),
    "orange": (no_description, not_urgent),
    "silver": (no_retention,),
}  # fmt: skip
