"""Patterns, near spellings, claims, completion and history of the feed's filter."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from test_filter_grammar import HIT, row

from consoles import console, fill_desk
from desks import Bench, diffusion, notice_request
from dutydesk.tui.feed.filter import parse_filter
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.filter_completion import complete_filter
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.preferences import MAX_HISTORY, Preferences


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("re:^d-0+1", True),
        ("re:VAR.LO", True),
        ("re:var[ei]lo,\\s", True),
        ('re:"varelo, tomas$"', False),
        ('re:"varelo, tomas"', True),
        ("-re:varelo", False),
        ("!re:other", True),
        ("re:varelo from:UA", False),
        ("~varelo", True),
        ("~varello", True),
        ("~vaerlo", True),
        ("~tomas", True),
        ("~varano", False),
        ("-~varello", False),
        ('~"tomass varela"', True),
        ("~va", True),
        ("re:", True),
        ("~", True),
    ],
)
def test_patterns_and_near_spellings(text: str, passes: bool) -> None:
    found = parse_filter(text)
    assert not found.problems
    assert found.accepts(row()) is passes


def test_accents_and_other_scripts_need_not_be_typed() -> None:
    assert parse_filter("re:urdi.lez").accepts(row(title="URDIÁLEZ, Ana"))
    assert parse_filter("re:URDIÁ").accepts(row(title="URDIÁLEZ, Ana"))
    assert parse_filter("~zhiliarov").accepts(row(original_script="Жиляров"))


def test_patterns_search_hits_too() -> None:
    assert parse_filter("re:^h-.*varelo").accepts(HIT)
    assert not parse_filter("re:^d-").accepts(HIT)


@pytest.mark.parametrize("pattern", ["(", "[", "\\1", "(?=x)", "((a{100}){100}){100}", "a{1001}", "\ud800", "x" * 201])
def test_a_bad_pattern_is_one_sentence_and_narrows_nothing(pattern: str) -> None:
    found = parse_filter(f"re:{pattern}")
    (problem,) = found.problems
    assert "re:" in problem
    assert "\n" not in problem
    assert found.is_empty


def test_no_pattern_freezes_the_console() -> None:
    """A matcher that goes back would take longer than the age of the sun for the first of these."""
    hostile = row(title="a" * 3_000 + "!")
    begin = time.process_time()
    for pattern in ("(a+)+$", "(a|aa)+$", "(.*a){12}x", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"):
        parse_filter(f"re:{pattern}").accepts(hostile)
    assert time.process_time() - begin < 2


def test_claims() -> None:
    mine, hers, free = row(claimed_by="Jonas"), row(claimed_by="Ines"), row()
    found = {text: [parse_filter(text, "Jonas").accepts(one) for one in (mine, hers, free)] for text in
             ("claimed:me", "claimed:ines", "claimed:none", "-claimed:none", "claimed:me,none")}  # fmt: skip
    assert found == {
        "claimed:me": [True, False, False],
        "claimed:ines": [False, True, False],
        "claimed:none": [False, False, True],
        "-claimed:none": [True, True, False],
        "claimed:me,none": [True, False, True],
    }
    assert not parse_filter("claimed:me", "Jonas").accepts(HIT)


def test_an_unknown_field_is_named_and_searched_as_text() -> None:
    found = parse_filter("bogus:x")
    assert "bogus: is no word of the filter" in found.problems[0]
    assert "state:" in found.problems[0]
    assert found.words == ("bogus:x",)
    assert not parse_filter("12:30 https").problems


@pytest.mark.parametrize(
    ("text", "options", "completed"),
    [
        ("", ("state:", "kind:", "from:", "claimed:", "re:", "~"), ""),
        ("st", ("state:",), "state:"),
        ("x -k", ("kind:",), "x -kind:"),
        ("state:he", ("held",), "state:held "),
        ("state:held,rele", ("released",), "state:held,released "),
        ("state:re", ("released", "refused", "rejected", "recalled"), "state:re"),
        ("claimed:", ("me", "none"), "claimed:"),
        ("from:", (), "from:"),
        ("bogus:x", (), "bogus:x"),
        ("re:x", (), "re:x"),
        ('"open sta', ("state:", "kind:", "from:", "claimed:", "re:", "~"), '"open sta'),
    ],
)
def test_completion(text: str, options: tuple[str, ...], completed: str) -> None:
    found = complete_filter(text)
    assert set(found.options) == set(options)
    assert found.text == completed


async def test_the_line_below_the_filter_helps_and_tab_completes(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("slash")
        await desk.shows("claimed:  re:  ~", "tab completes:")
        await desk.press(*"st", "tab", *"hel", "tab")
        assert desk.main.query_one("#feed-filter", FilterBar).value == "state:held "
        await desk.press(*"re:(")
        await desk.shows("the pattern after re: can't be used")
        await desk.press("enter")
        await desk.shows("the pattern after re: can't be used", "D-000003")
        await desk.press("slash", "escape")
        await desk.shows_no("the pattern after")
        await desk.press("slash", *"bogus:x", "enter")
        await desk.shows("bogus: is no word of the filter")


async def test_an_officer_finds_nothing_in_what_is_withheld(bench: Bench) -> None:
    """The pattern sees the row as the officer does: its placeholder, not the name."""
    secret = diffusion("DE", restricted_from=["FR"])
    secret["subject"] = {**secret["subject"], "name": {"family": "ZORBATROSS", "given": "Ana"}}
    await bench.sent(secret)
    shown = await bench.desk.queries.feed()
    assert any("ZORBATROSS" in one.title for one in shown)
    withheld = replace(shown[0], title="withheld", original_script=None, reference=None, withheld=True)
    assert not parse_filter("re:zorba").accepts(withheld)
    assert not parse_filter("~zorbatros").accepts(withheld)


async def test_a_search_that_found_nothing_goes_on(bench: Bench) -> None:
    for country in ("BR", "GR", "ES", "PT", "DE", "IT"):
        await bench.sent(notice_request(country))
    small = replace(bench.desk.limits.console, feed_page=1, feed_pages=2)
    object.__setattr__(bench.desk.limits, "console", small)
    async with console(bench) as desk:
        await desk.press("slash", *"re:^D-000002", "enter")
        await desk.shows("Nothing in the newest 2 rows matches; k searches older ones")
        await desk.press("k")
        await desk.shows("Nothing in the newest 4 rows")
        await desk.press("k")
        await desk.until(lambda: desk.keys_of(desk.feed) == ["D-000002"], "the search did not go on")


async def test_the_history_outlives_the_console(bench: Bench, tmp_path: Path) -> None:
    await fill_desk(bench)
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("slash", *"from:BR", "enter")
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("slash", "up")
        assert desk.main.query_one("#feed-filter", FilterBar).value == "from:BR"


def test_a_history_keeps_the_last_lines_once() -> None:
    kept = Preferences(Drafts())
    for number in range(MAX_HISTORY + 10):
        kept.remember("x", f"line {number}")
    kept.remember("x", "line 30")
    lines = kept.history("x")
    assert len(lines) == MAX_HISTORY
    assert lines[-1] == "line 30"
    assert lines.count("line 30") == 1
