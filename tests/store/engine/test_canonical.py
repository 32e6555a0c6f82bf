"""The log's text has one canonical form, whichever of two libraries writes it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.delivery.states import ItemState
from dutydesk.store.engine.canonical import canonical_json

TEXTS = st.text(st.characters()) | st.text(st.characters(max_codepoint=127)) | st.sampled_from(ItemState)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner).map(tuple) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_it_is_what_the_standard_library_writes(data: dict[str, object]) -> None:
    assert canonical_json(data) == json.dumps(data, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("data", [{"a": '\x7f\x1f\n\t"\\/'}, {"b": 2**64, "a": -(2**70)}, {"é": "\ud800"}, {"🜁": []}])
def test_what_one_of_them_writes_otherwise_or_not_at_all_is_the_same(data: dict[str, object]) -> None:
    assert canonical_json(data) == json.dumps(data, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("data", [{"at": date(2022, 3, 10)}, {"who": object()}, {"which": {1, 2}}])
def test_what_has_no_form_in_json_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        canonical_json(data)
