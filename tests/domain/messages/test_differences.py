"""What differs between two bodies, by laws: the differences lead from one to the other, and equal bodies have none."""

from __future__ import annotations

import json
from copy import deepcopy
from time import process_time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.messages.differences import (
    Change,
    WordRun,
    apply_differences,
    field_differences,
    is_equal,
    word_differences,
)

LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b"])
NAMES = st.sampled_from(["a", "b", "c"])
BODIES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=20
)
TEXTS = st.text(st.sampled_from("ab .,\n漢صَ"), max_size=40) | st.text(max_size=30)


@given(BODIES, BODIES)
def test_the_differences_lead_from_one_body_to_the_other(before: Any, after: Any) -> None:
    kept = deepcopy(before)
    made = apply_differences(before, field_differences(before, after))
    assert json.dumps(made, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert before == kept, "the body itself stays as it is"


@given(BODIES, BODIES)
def test_only_equal_bodies_have_none(before: Any, after: Any) -> None:
    equal = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert is_equal(before, after) == equal
    assert (not field_differences(before, after)) == equal
    assert field_differences(before, deepcopy(before)) == ()


@given(BODIES, BODIES)
def test_both_directions_name_the_same_fields(before: Any, after: Any) -> None:
    there = {found.field for found in field_differences(before, after)}
    assert there == {found.field for found in field_differences(after, before)}


@given(TEXTS, TEXTS)
def test_the_words_make_both_texts(before: str, after: str) -> None:
    runs = word_differences(before, after)
    assert "".join(run.text for run in runs if run.change is not Change.ADDED) == before
    assert "".join(run.text for run in runs if run.change is not Change.REMOVED) == after
    assert all(run.text for run in runs)
    assert word_differences(before, before) == ((WordRun(Change.SAME, before),) if before else ())


def test_a_removed_entry_is_one_difference() -> None:
    offences = [{"charge": charge} for charge in ("theft", "fraud", "murder")]
    (found,) = field_differences({"judicial": {"offences": offences}}, {"judicial": {"offences": offences[1:]}})
    assert (found.field, found.change, found.before) == ("judicial.offences[0]", Change.REMOVED, {"charge": "theft"})


def test_a_list_of_codes_is_one_value() -> None:
    (found,) = field_differences({"recipients": ["PL", "FR"]}, {"recipients": ["PL", "UA"]})
    assert (found.field, found.before, found.after) == ("recipients", ["PL", "FR"], ["PL", "UA"])


def test_words_that_change_together_stay_together() -> None:
    assert word_differences("He was seen in Lyon on Monday.", "He was seen near Paris on Monday.") == (
        WordRun(Change.SAME, "He was seen "),
        WordRun(Change.REMOVED, "in Lyon"),
        WordRun(Change.ADDED, "near Paris"),
        WordRun(Change.SAME, " on Monday."),
    )


def test_letters_with_marks_stay_one_word() -> None:
    assert WordRun(Change.ADDED, "كُتِبَ") in word_differences("نص قديم", "نص كُتِبَ")


def test_one_sentence_is_found_in_the_longest_text() -> None:
    """256 KiB of words that are nearly all equal."""
    sentence = "The same word and the same word. "
    before, after = sentence * 8_000, f"{sentence * 4_000}Another one. {sentence * 4_000}"
    began = process_time()
    runs = word_differences(before, after)
    assert process_time() - began < 5
    assert [run.text.strip() for run in runs if run.change is Change.ADDED] == ["Another one."]
    assert not [run for run in runs if run.change is Change.REMOVED]


def test_what_cannot_be_compared_in_time_is_replaced_as_a_whole() -> None:
    before, after = "x. y. " * 4_000, "y. x. " * 4_000
    began = process_time()
    runs = word_differences(f"a. {before}", after)
    assert process_time() - began < 5
    assert "".join(run.text for run in runs if run.change is not Change.REMOVED) == after
