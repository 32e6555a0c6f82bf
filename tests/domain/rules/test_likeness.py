"""Persons match by document, or by name and birth, in any script and word order; a name alone is a weak match."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, Person, PersonName
from dutydesk.domain.rules.likeness import (
    DocumentKey,
    Identity,
    Likeness,
    document_number,
    identity,
    identity_of,
    is_same_person,
    likeness,
    name_key,
)

BORN = PartialDate(1974, 5, 2)
STRONG, WEAK = Likeness.STRONG, Likeness.WEAK


def of(name: PersonName, birth: PartialDate | None = BORN, *papers: IdentityDocument) -> Identity:
    return identity((name,), birth, papers)


SKARVIN = of(PersonName("Skarvin", "Ilja", "Скарвин Илья"))


@pytest.mark.parametrize(
    ("name", "birth", "expected"),
    [
        (PersonName("SKARVIN", "ilja"), BORN, STRONG),
        (PersonName("Ilja", "Skarvin"), BORN, STRONG),
        (PersonName("Skárvin", "Iljà"), BORN, STRONG),
        (PersonName("Skarvin Ilja"), BORN, STRONG),
        (PersonName(original_script="ИЛЬЯ СКАРВИН"), BORN, STRONG),
        (PersonName("Other", "Name", "Скарвин Илья"), BORN, STRONG),
        (PersonName("Skarvin", "Ilja"), None, WEAK),
        (PersonName("Skarvin", "Ilja"), PartialDate(1974), WEAK),
        (PersonName("Skarvin", "Ilja"), PartialDate(1974, 5), WEAK),
        (PersonName("Skarvin", "Ilja"), PartialDate(1974, 6), None),
        (PersonName("Skarvin", "Ilja"), PartialDate(1974, 5, 3), None),
        (PersonName("Skarvin", "Ilja"), PartialDate(1975), None),
        (PersonName("Skarvin", "Igor"), BORN, None),
        (PersonName("Skarvin"), BORN, None),
        (PersonName("Skarvin", "-"), BORN, None),
    ],
)
def test_a_name_with_its_birth(name: PersonName, birth: PartialDate | None, expected: Likeness | None) -> None:
    assert likeness(SKARVIN, of(name, birth)) is expected
    assert likeness(of(name, birth), SKARVIN) is expected


def test_a_year_known_to_both_is_no_date_of_birth() -> None:
    one = of(PersonName("Skarvin", "Ilja"), PartialDate(1974))
    assert likeness(one, one) is WEAK


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (IdentityDocument("passport", "74 0000-009", "RU"), STRONG),
        (IdentityDocument("passport", "740000009"), STRONG),
        (IdentityDocument("passport", "740000009", "BY"), None),
        (IdentityDocument("passport", "740000008", "RU"), None),
    ],
)
def test_a_document_tells_under_any_name(paper: IdentityDocument, expected: Likeness | None) -> None:
    one = of(PersonName("Skarvin", "Ilja"), BORN, IdentityDocument("passport", "740000009", "RU"))
    assert likeness(one, of(PersonName("Nordal", "Peer"), PartialDate(1990), paper)) is expected


def test_short_and_empty_numbers_tell_nothing() -> None:
    assert document_number("n/a") is None
    assert document_number("123") is None
    assert document_number("ab-123") == "AB123"


def test_an_alias_counts_like_the_name() -> None:
    person = Person(name=PersonName("Nordal", "Peer"), aliases=(PersonName("Skarvin", "Ilja"),), date_of_birth=BORN)
    assert likeness(SKARVIN, identity_of(person)) is STRONG


def test_arabic_names_fold_their_variants() -> None:
    assert name_key("أحمد", "الطيّار") == name_key("احمد", "الطيار")


def test_nobody_is_like_nobody() -> None:
    assert Identity().is_empty
    assert likeness(Identity(), Identity()) is None


_names = st.sampled_from(("ilja skarvin", "ilja skarwin", "nordal peer", "irzo quillabrand"))
_births = st.sampled_from((None, PartialDate(1974), PartialDate(1974, 5), BORN, PartialDate(1974, 5, 3)))
_papers = st.sampled_from(("QK7700111", "QK7700112"))
identities = st.builds(
    lambda names, birth, papers: Identity(names, birth, frozenset(map(DocumentKey, papers))),
    st.frozensets(_names, max_size=2),
    _births,
    st.frozensets(_papers, max_size=2),
)


@settings(deadline=None)
@given(identities)
def test_an_unchanged_person_is_still_the_person(one: Identity) -> None:
    assert is_same_person(one, one)


@settings(deadline=None)
@given(identities, identities)
def test_the_same_person_brings_no_key_that_could_mean_somebody_else(before: Identity, now: Identity) -> None:
    if not is_same_person(before, now) or before.is_empty:
        return
    assert before.birth is None or (now.birth is not None and str(now.birth).startswith(str(before.birth)))
    assert not before.documents or now.documents == before.documents
    assert "nordal peer" in before.names or "nordal peer" not in now.names
    assert len(now.names) == 0 or bool(before.names)


def test_a_person_named_or_unnamed_is_another() -> None:
    nobody = Identity(birth=BORN)
    assert is_same_person(nobody, Identity())
    assert not is_same_person(nobody, SKARVIN)
    assert not is_same_person(SKARVIN, nobody)
