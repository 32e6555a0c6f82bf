"""No two officers have names that can be mistaken for each other, or for the names under which the desk signs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks import Bench
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.review.officers import RESERVED_ACTORS, Officer, Role
from dutydesk.screening.confusables import appearances, confusable_pairs, first_confusable
from refusals import raises_code

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)

ALIKE = [
    ("Olga", "olga"),
    ("Olga", "OLGA"),
    ("Olga", "\u041elga"),  # a Cyrillic O
    ("Olga", "Olg\u0430"),  # a Cyrillic a
    ("Olga", "O1ga"),
    ("Olga", "0lga"),
    ("Olga", "OIga"),  # a capital I
    ("Olga", "\uff2flga"),  # a wide O
    ("Olga", "Olga\ufe0f"),
    ("Olga", "Ol\u034fga"),
    ("Ines", "lnes"),
    ("ines", "lNES"),
    ("Mara Quill", "Mara  Quill"),
    ("Mara Quill", "Mara\u00a0Quill"),
    ("Mara Quill", "MaraQuill"),
    ("Zo\u00eb", "Zoe\u0308"),
    ("Arno", "Amo"),
    ("Stra\u00dfer", "STRASSER"),
    ("O'Neil", "O\u2019Neil"),
    ("\u041d\u0438\u043d\u0430", "H\u0438\u043d\u0430"),  # Nina in Cyrillic, with a Latin H
]
APART = [
    ("Olga", "Olgas"),
    ("Zo\u00eb", "Zoe"),
    ("Mara", "Maria"),
    ("Jonas", "Jonah"),
    ("\u5f20\u4f1f", "\u5f20\u4e3d"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_alike(one: str, other: str) -> None:
    assert first_confusable(one, [other]) == other
    assert first_confusable(other, [one]) == one


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_do_not(one: str, other: str) -> None:
    assert first_confusable(one, [other]) is None


@given(NAMES)
def test_a_name_looks_like_itself_in_any_case_and_normal_form(name: str) -> None:
    others = [name, name.upper(), f" {name} ", *(unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC"))]
    assert all(appearances(name) & appearances(other) for other in others) or not appearances(name)


def test_each_pair_is_found() -> None:
    names = ["Ines", "Jonas", "lnes", "Olga", "jonas", "INES"]
    assert confusable_pairs(names) == [("Ines", "lnes"), ("Jonas", "jonas"), ("Ines", "INES")]


@pytest.mark.parametrize(("known", "name"), [(a, b) for a, b in ALIKE if a != "ines" and b.isprintable()])
async def test_the_second_is_refused_and_the_first_is_named(bench: Bench, known: str, name: str) -> None:
    root = bench.actor("root")
    if known not in {row.name for row in await bench.desk.queries.officers()}:
        await bench.desk.people.add_officer(root, Officer(known, Role.OFFICER, "-", ()))
    head, before = await bench.desk.queries.head_seq(), await bench.desk.queries.officers()
    with raises_code(ConflictCode.NAME_CONFUSABLE) as refusal:
        await bench.desk.people.add_officer(root, Officer(name, Role.ADMINISTRATOR, "-", ("new",)))
    assert known in refusal.value.words
    assert (await bench.desk.queries.head_seq(), await bench.desk.queries.officers()) == (head, before)


@pytest.mark.parametrize("reserved", sorted(RESERVED_ACTORS))
async def test_nobody_can_have_the_desks_own_names(bench: Bench, reserved: str) -> None:
    for name in (
        reserved,
        reserved.capitalize(),
        reserved.upper(),
        reserved.replace("a", "\u0430"),
        f"{reserved}\ufe0f",
    ):
        with raises_code(InvalidRequestCode.RESERVED_NAME):
            await bench.desk.people.add_officer(bench.actor("root"), Officer(name, Role.OFFICER, "-", ()))


async def test_a_name_without_visible_characters_is_refused(bench: Bench) -> None:
    with raises_code(InvalidRequestCode.BAD_OFFICER_NAME):
        await bench.desk.people.add_officer(bench.actor("root"), Officer("\u3164", Role.OFFICER, "-", ()))


async def test_a_name_counts_exactly_as_it_was_added(bench: Bench) -> None:
    for name in ("olga", "Olg\u0430", "Olga "):
        with raises_code(NotAllowedCode.NOT_AN_OFFICER):
            await bench.desk.people.sign_in(name)
    assert (await bench.desk.people.sign_in("Olga")).officer == "Olga"


async def test_an_officer_of_an_older_store_keeps_a_look_alike_name(bench: Bench) -> None:
    from dutydesk.store.tables import officers

    await bench.desk.store.write(lambda tx: officers.add(tx, Officer("olga", Role.OBSERVER, "-", ())))
    answer = await bench.desk.people.add_officer(bench.actor("root"), Officer("olga", Role.OFFICER, "-", ("o2",)))
    assert answer.subject == "olga"
    assert (await bench.desk.people.sign_in("olga")).officer == "olga"
