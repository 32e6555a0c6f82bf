"""The grammar of the feed's filter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.views.hits import HitFilter
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import Kind
from dutydesk.tui.feed.filter import MAX_CHARACTERS, parse_filter


def row(**changes: object) -> ItemRow:
    values: dict[str, object] = dict.fromkeys(ItemRow.__slots__)
    values |= {
        "item": "D-000001",
        "state": "held",
        "sender": "RU",
        "kind": "red",
        "title": "VARELO, Tomas",
        "reference": "RU/1",
        "received_at": datetime(2022, 3, 10, tzinfo=UTC),
    }
    return ItemRow(**(values | changes))  # type: ignore[arg-type]


HIT = HitRow(
    "H-000001", 1, 7, datetime(2022, 3, 10, tzinfo=UTC), "FR", "DE", "nominal", 97, "VARELO, Tomas", "D-000007", None
)


def test_fields_words_and_negations() -> None:
    found = parse_filter("state:held from:ru kind:red,blue robbery -minsk !kind:silver")
    assert found.states == {ItemState.HELD}
    assert found.senders == {"RU"}
    assert found.kinds == {Kind.RED, Kind.BLUE}
    assert found.words == ("robbery",)
    assert found.not_words == ("minsk",)
    assert found.not_kinds == {Kind.SILVER}
    assert not found.problems


def test_a_beginning_is_enough_where_it_is_one() -> None:
    assert parse_filter("state:inf kind:y").states == {ItemState.INFORMATION_REQUESTED}
    assert parse_filter("state:inf kind:y").kinds == {Kind.YELLOW}
    assert parse_filter("state:asked").states == {ItemState.INFORMATION_REQUESTED}


@pytest.mark.parametrize(("text", "said"), [("state:nowhere", "nowhere"), ("kind:crimson", "crimson"), ("kind:b", "b")])
def test_what_is_not_understood_is_named(text: str, said: str) -> None:
    found = parse_filter(text)
    assert said in found.problems[0]
    assert found.is_empty


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("state:held", True),
        ("state:released", False),
        ("-state:held", False),
        ("from:UA,RU", True),
        ("-from:RU", False),
        ("kind:blue", False),
        ("-varelo", False),
        ("-other", True),
    ],
)
def test_accepts(text: str, passes: bool) -> None:
    assert parse_filter(text).accepts(row()) is passes


def test_the_store_is_asked_for_what_it_can_narrow() -> None:
    page = parse_filter("state:held from:RU kind:red tomas var").page_filter(before=7)
    assert (page.state, page.sender, page.kind, page.before) == (ItemState.HELD, "RU", Kind.RED, 7)
    assert page.words == '"tomas" "var"*'
    several = parse_filter("state:held,released kind:red,blue").page_filter()
    assert several.state is None
    assert several.kind is None


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    found = parse_filter(text)
    found.accepts(row())
    found.page_filter()


@given(st.sampled_from(ItemState), st.sampled_from(Kind))
def test_a_field_and_its_negation_part_all_rows(state: ItemState, kind: Kind) -> None:
    for text in (f"state:{state}", f"kind:{kind}"):
        one = row(state=state, kind=kind)
        assert parse_filter(text).accepts(one) is not parse_filter(f"-{text}").accepts(one)


@pytest.mark.parametrize(
    ("text", "title", "accepted"),
    [
        ('"varelo tomas"', "VARELO, Tomas", True),
        ('"tomas varelo"', "VARELO, Tomas", False),
        ('-"varelo tomas"', "VARELO, Tomas", False),
        ('-"tomas varelo"', "VARELO, Tomas", True),
        ('"varelo tom', "VARELO, Tomas", True),
    ],
)
def test_words_in_quotation_marks_stand_together(text: str, title: str, accepted: bool) -> None:
    assert parse_filter(text).accepts(row(title=title)) is accepted


def test_an_open_quotation_mark_alone_narrows_nothing() -> None:
    assert parse_filter('"').is_empty
    assert parse_filter('-"').words == ()


def test_spaces_around_a_line_change_nothing_also_where_a_quotation_is_open() -> None:
    assert parse_filter('cc:DE "varelo ') == parse_filter('cc:DE "varelo')


def test_a_text_pasted_by_mistake_is_cut_and_said() -> None:
    found = parse_filter("state:held " + "word " * 10_000)
    assert found.states == {ItemState.HELD}
    assert len(found.text) <= MAX_CHARACTERS
    assert found.problems == ("a filter has at most 500 characters; the rest is ignored",)


@pytest.mark.parametrize(
    ("text", "hits", "items"),
    [
        ("", True, True),
        ("kind:hit", True, False),
        ("kind:h", True, False),
        ("-kind:hit", False, True),
        ("kind:hit,red", True, True),
        ("kind:red", False, True),
        ("-kind:red", True, False),
        ("from:FR", True, False),
        ("from:RU", False, True),
        ("kind:hit from:RU", False, False),
        ("state:held", False, True),
        ("-state:released", True, True),
        ("kind:hit state:held", False, False),
        ("kind:hit -kind:hit", False, False),
        ("-varelo", False, False),
        ('"varelo tomas"', True, True),
        ("-h-000001", False, True),
    ],
)
def test_hits_are_a_kind_of_line_without_a_state(text: str, hits: bool, items: bool) -> None:
    found = parse_filter(text)
    assert not found.problems
    assert (found.accepts(HIT), found.accepts(row())) == (hits, items)
    wanted = found.line_filter()
    assert wanted.hits is not None or not hits
    assert wanted.items is not None or not items


def test_the_store_is_asked_for_the_hits_that_it_can_narrow() -> None:
    assert parse_filter("kind:hit from:fr tomas").line_filter().hits == HitFilter("FR", '"tomas"*')
    assert parse_filter("kind:hit").line_filter().items is None
    assert parse_filter("state:held").line_filter().hits is None
