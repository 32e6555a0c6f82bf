"""The rows that a log gives: for the log of an early release, and for logs of which an event lacks something."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import IncompleteEvent, LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.projection.compare import Comparison, is_same, shown
from dutydesk.domain.proof.projection.items import MessageFacts
from dutydesk.domain.proof.projection.record_rows import RowDigests
from dutydesk.domain.proof.projection.replay import LogState, replay
from dutydesk.domain.proof.projection.said import UNSAID
from dutydesk.wire.files.log_file import read_log

OLD_LOG = Path(__file__).parents[1] / "events" / "log_of_before.jsonl"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def old_lines() -> list[LogLine]:
    with OLD_LOG.open("rb") as file:
        return list(read_log(file, OLD_LOG.name)[1])


def facts(lines: Iterable[LogLine], changed: dict[int, dict[str, Any]] | None = None) -> Iterator[Fact[LogEvent]]:
    for line in lines:
        data = json.loads(line.data) if changed is None or line.seq not in changed else changed[line.seq]
        event = parse_data(line.kind, data)
        at = EPOCH + timedelta(microseconds=line.at_us)
        yield Fact(line.seq, at, line.actor, line.kind, line.subject, event)


def read(_number: int, _version: int) -> MessageFacts:
    return MessageFacts("SOMEBODY", None, "urgent")


@pytest.fixture(scope="module")
def old() -> LogState:
    return replay(facts(old_lines()), read)


def test_a_log_of_an_early_release_gives_its_rows(old: LogState) -> None:
    states = {item.row.state for item in old.items.values()}
    assert states <= {state.value for state in ItemState}
    assert len(old.items) > 20
    assert old.ledger.people.officers
    assert old.ledger.measures.rows
    assert all(item.row.title in ("SOMEBODY", "purged") or item.body_version is None for item in old.items.values())


def test_what_an_early_release_did_not_log_is_marked(old: LogState) -> None:
    routed = [item.row for item in old.items.values() if item.row.level is not None]
    assert routed
    assert all(row.causes is UNSAID for row in routed)
    assert not old.ledger.desk.is_whole
    assert old.ledger.desk.complete_from == 0


def test_the_same_log_gives_the_same_rows(old: LogState) -> None:
    again = replay(facts(old_lines()), read)
    assert again.items == old.items
    assert again.notices == old.notices
    assert again.ledger.measures == old.ledger.measures


def test_a_text_that_many_rows_have_is_kept_once() -> None:
    stated, ordered = _latest("restriction.stated"), _latest("measure.ordered")
    rows = replay(facts([stated, stated, ordered]), read).ledger
    again = replay(facts([stated, ordered]), read).ledger
    first, second = (each.restrictions.rows[1] for each in (rows, again))
    assert first.owner is second.owner
    assert first.target is second.target
    assert first.actor is second.actor
    (one,), (other,) = (each.measures.rows.values() for each in (rows, again))
    names = ("country", "level", "channels", "kinds", "decided_by", "reason", "officer")
    assert [name for name in names if getattr(one, name) is not getattr(other, name)] == []


def _latest(kind: str) -> LogLine:
    return [line for line in old_lines() if line.kind == kind][-1]


@pytest.mark.long("each field of each kind of event")
def test_an_event_that_lacks_a_field_raises_nothing_else() -> None:
    """For one event of each kind, each field is taken away, and made of another type."""
    lines = old_lines()
    latest = {line.kind: line for line in lines}
    for line in latest.values():
        data = json.loads(line.data)
        for key in data:
            rest = {name: each for name, each in data.items() if name != key}
            for changed in (rest, *(rest | {key: value} for value in (None, 7, "x"))):
                with suppress(IncompleteEvent):
                    replay(facts(lines[: line.seq], {line.seq: changed}), read)


def test_values_are_compared_with_their_types() -> None:
    assert is_same(1, 1)
    assert not is_same(1, "1")
    assert not is_same(True, 1)
    assert is_same(None, None)
    assert not is_same(b"x", "x")


def test_a_comparison_names_rows_columns_and_what_is_not_said() -> None:
    comparison = Comparison()
    stands = [("1", {"a": 1, "b": "x"}), ("2", {"a": 2, "b": "y"})]
    found = list(comparison.compare_rows("t", stands, {"1": {"a": 1, "b": UNSAID}, "3": {"a": 3}}))
    assert [(each.key, each.column) for each in found] == [("2", "*"), ("3", "*")]
    assert (comparison.rows, comparison.unsaid) == (1, 1)
    (changed,) = comparison.compare_row("t", "1", {"a": 5}, {"a": 1})
    assert changed.words == "t 1, a: the store has 5, the log says 1"


def test_long_and_unprintable_values_are_shown_on_one_line() -> None:
    assert len(shown("x" * 500)) == 80
    assert "\n" not in shown("a\nb\x1b[31m")
    assert shown(None) == "nothing"


def test_digests_of_rows_by_their_numbers() -> None:
    digests = RowDigests()
    for number in (1, 5, 300):
        digests.put(number, f"{number:032x}")
    digests.put(5, None)
    assert (digests.get(1), digests.get(5), digests.get(7)) == (f"{1:032x}", None, None)
    assert list(digests.numbers()) == [1, 300]
    assert digests.count == 2
    digests.put(1, "f" * 32)
    assert (digests.count, digests.get(1)) == (2, "f" * 32)
