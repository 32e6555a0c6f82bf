"""Every alteration of a log is found; an unaltered log verifies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.events.log import EventKind
from dutydesk.domain.proof.chain import ChainReport, ChainWalk, Checkpoint, LogLine
from dutydesk.domain.proof.prover import NEUTRAL, Prover, prove
from eventful_log import Log, rule_table, with_changed_line

#: Events that are written only if an earlier release left notices waiting.
FORMER = frozenset({EventKind.NOTICES_LISTED})


def walked(lines: list[LogLine], checkpoint: Checkpoint | None = None) -> ChainReport:
    walk = ChainWalk(lines, checkpoint)
    for _line in walk.verified_lines():
        pass
    return walk.report


def test_the_scenario_has_every_kind_of_event_and_proves_itself(lines: list[LogLine]) -> None:
    assert {line.kind for line in lines} == set(EventKind) - FORMER
    proof = prove(lines, rule_table())
    assert proof.breaches == ()
    assert (proof.chain.fault, proof.chain.events) == (None, len(lines))
    made = [json.loads(line.data)["recipients"] for line in lines if line.kind == "deliveries.made"]
    assert proof.deliveries == sum(map(len, made)) > 500


def test_linked_again_without_a_change_it_still_proves_itself(forged: Log, lines: list[LogLine]) -> None:
    assert forged.lines() == lines


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value + "x"
        case list():
            return [*value, "x"]
        case dict():
            return {**value, "x": "x"}
        case _:
            return "x"


def alterations(line: LogLine) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "seq", {"seq": line.seq + 1}
    yield "at", {"at_us": line.at_us + 1}
    for field in ("actor", "kind", "subject", "data"):
        yield field, {field: getattr(line, field) + " "}
    for field in ("previous", "hash"):
        digest = bytearray(getattr(line, field))
        digest[-1] ^= 1
        yield field, {field: bytes(digest)}
    data = json.loads(line.data)
    for key in data:
        for name, other in (
            (f"data.{key} changed", {**data, key: _other(data[key])}),
            (f"data.{key} removed", {name: value for name, value in data.items() if name != key}),
            (f"data.{key} renamed", {(f"{key}x" if name == key else name): value for name, value in data.items()}),
        ):
            yield name, {"data": json.dumps(other, sort_keys=True, separators=(",", ":"))}
    yield "data added to", {"data": json.dumps(data | {"x": 1}, sort_keys=True, separators=(",", ":"))}


@pytest.mark.parametrize("kind", sorted(set(EventKind) - FORMER))
def test_any_single_field_of_any_kind_altered_by_hand_is_found(lines: list[LogLine], kind: str) -> None:
    place = max(
        (place for place, line in enumerate(lines) if line.kind == kind),
        key=lambda place: len(json.loads(lines[place].data)),
    )
    tried = 0
    for what, fields in alterations(lines[place]):
        report = walked(with_changed_line(lines[: place + 2], place, **fields))
        assert report.fault is not None, what
        assert report.events == place, what
        assert report.first_bad_seq in (place + 1, place + 2), what
        tried += 1
    assert tried >= 9


def test_removed_reordered_and_doubled_events_are_found(lines: list[LogLine]) -> None:
    removed = walked([*lines[:10], *lines[11:]])
    assert (removed.events, removed.fault) == (10, "event 11 is missing: event 12 follows event 10")
    swapped = walked([*lines[:10], lines[11], lines[10], *lines[12:]])
    assert (swapped.events, swapped.first_bad_seq) == (10, 12)
    doubled = walked([*lines[:11], lines[10], *lines[11:]])
    assert (doubled.events, doubled.first_bad_seq) == (11, 11)


def test_a_tail_that_was_cut_off_or_a_log_made_anew_shows_against_a_checkpoint(
    forged: Log, lines: list[LogLine]
) -> None:
    head = Checkpoint(len(lines), lines[-1].hash)
    assert walked(lines, head).fault is None
    assert walked(lines[:-1]).fault is None, "the chain alone can't show it"
    cut = walked(lines[:-1], head)
    assert cut.fault == f"the log ends at event {len(lines) - 1}, but the checkpoint names event {len(lines)}: " + (
        "its end was removed"
    )
    forged.change(forged.place("item.noted"), login="somebody")
    anew = walked(forged.lines(), head)
    assert anew.fault == f"event {len(lines)} is not the one that the checkpoint names"


def test_every_kind_of_event_is_understood() -> None:
    for kind in EventKind:
        prover = Prover(rule_table())
        prover.add(LogLine(1, 0, "a", kind, "b", "{}", b"", b""))
        words = [breach.words for breach in prover.breaches]
        assert not any("no kind of event" in word for word in words), kind
        if kind in NEUTRAL:
            assert words == []
    prover.add(LogLine(2, 0, "a", "item.teleported", "b", "{}", b"", b""))
    assert prover.breaches[-1].words == "item.teleported is no kind of event that this release knows"


@given(
    kind=st.sampled_from(sorted(EventKind)),
    data=st.dictionaries(
        st.sampled_from(["recipients", "state", "level", "country", "version", "cycle", "suppress", "claimant", "x"]),
        st.sampled_from([None, True, 1, -1, "", "held", [], ["PL"], [1], {}, {"x": ["PL"]}, {"x": 1}]),
        max_size=4,
    ),
    at=st.integers(-(2**70), 2**70),
    subject=st.sampled_from(["D-000001", "M-0001", "", "\0"]),
)
def test_no_event_however_odd_stops_the_proof(kind: str, data: dict[str, Any], at: int, subject: str) -> None:
    prover = Prover(rule_table())
    prover.add(LogLine(1, at, "a", kind, subject, json.dumps(data), b"", b""))
    prover.add(LogLine(2, at, "a", kind, subject, "not JSON", b"", b""))
    assert kind in NEUTRAL or prover.breaches
    assert all("\n" not in breach.words for breach in prover.breaches)
