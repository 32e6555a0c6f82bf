"""The limits of the rules on identity, dates and retention."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bodies import complete, context, person_of, with_facts, with_judicial, with_person, with_warrant
from rule_cases import ORANGE, RED, YELLOW

from dutydesk.domain.messages.message import Body, Kind
from dutydesk.domain.messages.subjects import (
    Biometric,
    Facts,
    PartialDate,
    Person,
    PersonName,
    PersonStatus,
    PhysicalDescription,
)
from dutydesk.domain.rules.examination import examine
from dutydesk.domain.rules.values import is_given, is_placeholder
from dutydesk.wire.reference.read_rule_table import load_rules


def rules_fired(body: Body, on: date = date(2022, 3, 12)) -> set[str]:
    return {finding.rule for finding in examine(body, context(received_on=on), load_rules())}


@pytest.mark.parametrize(
    "further",
    [
        {"aliases": (PersonName("Skarv"),)},
        {"description": PhysicalDescription(marks="scar on left cheek")},
        {"biometrics": (Biometric.PHOTO, Biometric.DENTAL)},
    ],
)
def test_a_photo_and_one_further_item_identify(further: dict[str, object]) -> None:
    nameless = Person(status=PersonStatus.WANTED_FOR_PROSECUTION, biometrics=(Biometric.PHOTO,))
    assert rules_fired(replace(RED, subject=nameless)) == {"IDN-01"}
    assert rules_fired(with_person(replace(RED, subject=nameless), **further)) == set()


@pytest.mark.parametrize(
    "further",
    [
        {"description": PhysicalDescription(height_cm=170)},
        {"biometrics": (Biometric.DNA,)},
        {"biometrics": (Biometric.FINGERPRINTS,)},
        {"identity_documents": person_of(RED).identity_documents},
    ],
)
def test_full_personal_data_and_one_further_item_identify(further: dict[str, object]) -> None:
    bare = with_person(RED, aliases=(), description=None, biometrics=(), identity_documents=())
    assert rules_fired(bare) == {"IDN-01"}
    assert rules_fired(with_person(bare, **further)) == set()


def test_what_is_lacking_is_named() -> None:
    body = with_person(RED, date_of_birth=None, biometrics=())
    (finding,) = examine(body, context(), load_rules())
    assert "the first lacks a birth date; the second a photo." in finding.message


@pytest.mark.parametrize(
    ("birth", "fires"),
    [
        (PartialDate(1901, 3, 13), False),
        (PartialDate(1901, 3, 12), True),
        (PartialDate(1901, 3), False),
        (PartialDate(1901, 2), True),
        (PartialDate(1901), False),
        (PartialDate(1900), True),
    ],
)
def test_a_birth_is_too_long_ago_only_when_every_day_it_may_mean_is(birth: PartialDate, fires: bool) -> None:
    assert ("IDN-02" in rules_fired(with_person(RED, date_of_birth=birth))) is fires


def test_a_warrant_of_the_birth_year_may_lie_after_the_birth() -> None:
    assert rules_fired(with_warrant(RED, date=PartialDate(1974))) == set()


def test_tomorrow_is_no_future_where_the_sun_has_risen() -> None:
    new_years_eve = date(2022, 12, 31)
    assert "IDN-02" not in rules_fired(with_warrant(RED, date=PartialDate(2023, 1, 1)), new_years_eve)
    assert "IDN-02" in rules_fired(with_warrant(RED, date=PartialDate(2023, 1, 2)), new_years_eve)


def test_an_imminent_danger_may_lie_in_the_future() -> None:
    assert rules_fired(with_judicial(ORANGE, facts=Facts(date=PartialDate(2022, 3, 20)))) == set()


def test_facts_without_a_birth_date_are_not_before_it() -> None:
    unborn = with_person(with_facts(RED, date=PartialDate(1950)), date_of_birth=None)
    assert "IDN-02" not in rules_fired(unborn)


@pytest.mark.parametrize(
    ("birth", "minor", "fires"),
    [
        (PartialDate(2004, 3, 12), None, False),
        (PartialDate(2004, 3, 13), None, True),
        (PartialDate(2004, 3, 13), False, True),
        (PartialDate(2004, 3, 13), True, False),
        (PartialDate(2004), None, True),
        (PartialDate(2004), False, False),
        (PartialDate(2003), None, False),
        (None, None, False),
    ],
)
def test_a_minor_is_under_eighteen_at_receipt(birth: PartialDate | None, minor: bool | None, fires: bool) -> None:
    assert ("IDN-03" in rules_fired(with_person(YELLOW, date_of_birth=birth, minor=minor))) is fires


@pytest.mark.parametrize(
    "value", ["-", "--", "...", "N/A", " n/a ", "Unknown", "INCONNU", "xxx", "غير معروف", "-" * 60]
)
def test_placeholders_say_nothing(value: str) -> None:
    assert is_placeholder(value)
    assert not is_given(value)


@pytest.mark.parametrize(
    "value", ["Na", "Null", "Li", "O", "T.", "Ⅳ", "李", "’t Hooft", "(Ilja)", "4/2-118/2019", "Ünknown"]
)
def test_short_and_unusual_values_may_be_names(value: str) -> None:
    assert not is_placeholder(value)
    assert is_given(value)


@pytest.mark.parametrize("value", [None, "", "  ", " " * 60])
def test_what_is_absent_is_no_placeholder(value: str | None) -> None:
    assert not is_placeholder(value)
    assert not is_given(value)


@pytest.mark.parametrize(
    ("received", "until", "rules"),
    [
        (date(2022, 3, 12), date(2027, 3, 12), set()),
        (date(2022, 3, 12), date(2027, 3, 13), {"RET-01"}),
        (date(2024, 2, 29), date(2029, 2, 28), set()),
        (date(2024, 2, 29), date(2029, 3, 1), {"RET-01"}),
        (date(2022, 3, 12), date(2022, 9, 13), set()),
        (date(2022, 3, 12), date(2022, 9, 12), {"RET-02"}),
        (date(2022, 9, 30), date(2023, 3, 30), {"RET-02"}),
        (date(2022, 9, 30), date(2023, 3, 31), set()),
    ],
)
def test_retention_is_six_months_to_five_years(received: date, until: date, rules: set[str]) -> None:
    assert rules_fired(replace(complete(Kind.BLUE), retention_until=until), received) == rules
