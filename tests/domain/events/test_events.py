"""Each kind of event has one type, which reads and writes its data without changing a byte, and never fails on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import (
    ABSENT,
    TYPES,
    IncompleteEvent,
    LogEvent,
    Missing,
    Unfit,
    fitting,
    instant,
    optional,
    required,
)
from dutydesk.domain.events.items import ItemPurged
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemClaimed, ItemTicked
from dutydesk.domain.events.routes import ItemCorrected, ItemRouted
from dutydesk.domain.events.store import RulesNoted
from dutydesk.domain.proof.chain import ChainWalk, LogLine
from dutydesk.domain.proof.prover import prove
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.wire.files.log_file import read_log
from eventful_log import rule_table

#: A log of every kind of event, exported before events had types.
OLD_LOG = Path(__file__).with_name("log_of_before.jsonl")

#: Kinds that began after that log was written.
LATER = {
    "bureau.routed",
    "bureaus.listed",
    "checks.counted",
    "deliveries.stopped",
    "desk.key_made",
    "key.added",
    "key.retired",
    "key.revoked",
    "log.cosigned",
    "log.cosigning_refused",
    "notices.confirmed",
    "receipts.kept",
    "route.leased",
    "rows.kept",
    "signatures.ordered",
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
kinds = st.sampled_from(EventKind)


def keys_of(kind: EventKind) -> list[str]:
    return [str(each.metadata.get("key", each.name)) for each in fields(TYPES[kind])]


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Mapping:
        return st.dictionaries(st.text(max_size=5), values_of(get_args(hint)[1]), max_size=3)
    if isinstance(hint, UnionType):
        return st.one_of(*map(values_of, get_args(hint)))
    return st.from_type(hint)


@st.composite
def fitting_events(draw: st.DrawFn) -> LogEvent:
    """Any event as a desk could write it, without some of the fields that may be absent."""
    type = TYPES[draw(kinds)]
    hints, values = get_type_hints(type), dict[str, Any]()
    for each in fields(type):
        if each.default is ABSENT and draw(st.booleans()):
            continue
        accepted = [hint for hint in get_args(hints[each.name]) if hint is not Missing]
        values[each.name] = draw(st.one_of(*map(values_of, accepted)))
    return type(**values)


@st.composite
def hostile_data(draw: st.DrawFn) -> tuple[EventKind, dict[str, Any]]:
    kind = draw(kinds)
    return kind, draw(st.dictionaries(st.sampled_from([*keys_of(kind), "unknown"]), json_values, max_size=12))


def old_lines() -> Iterator[LogLine]:
    with OLD_LOG.open("rb") as file:
        yield from read_log(file, OLD_LOG.name)[1]


def subclasses(type: type[LogEvent]) -> set[type[LogEvent]]:
    return {type}.union(*map(subclasses, type.__subclasses__()))


def test_every_kind_of_event_has_exactly_one_type() -> None:
    assert set(TYPES) == {kind.value for kind in EventKind}
    assert all(TYPES[kind].kind is kind for kind in EventKind)
    with_a_kind = {type for type in subclasses(LogEvent) if "kind" in vars(type) and TYPES.get(type.kind) is type}
    assert len(with_a_kind) == len(EventKind)


@pytest.mark.parametrize("kind", EventKind)
def test_a_type_is_frozen_and_slotted(kind: EventKind) -> None:
    event = TYPES[kind].from_data({})
    assert not hasattr(event, "__dict__")
    with pytest.raises(AttributeError):
        event.command = "x"  # type: ignore[misc]


@given(fitting_events())
def test_an_event_is_read_as_it_was_written(event: LogEvent) -> None:
    data = json.loads(canonical_json(event.to_data()))
    read = parse_data(event.kind, data)
    assert read == event
    assert canonical_json(read.to_data()) == canonical_json(event.to_data())


@given(hostile_data())
def test_reading_never_fails_and_loses_no_field(kind_and_data: tuple[EventKind, dict[str, Any]]) -> None:
    kind, data = kind_and_data
    event = parse_data(kind, data)
    known = {key: value for key, value in data.items() if key in keys_of(kind)}
    assert canonical_json(event.to_data()) == canonical_json(known)
    for each in fields(event):
        value = getattr(event, each.name)
        assert not isinstance(value, Unfit) or value.words.startswith(f"{kind} does not ")


@given(kinds, json_values.filter(lambda value: not isinstance(value, dict)))
def test_data_that_is_no_object_is_an_incomplete_event(kind: EventKind, data: Any) -> None:
    with pytest.raises(IncompleteEvent, match="can't be read"):
        parse_data(kind, data)


def test_an_unknown_kind_is_an_incomplete_event() -> None:
    with pytest.raises(IncompleteEvent, match=r"item\.sung is no kind"):
        parse_data("item.sung", {})


def test_absent_null_and_unfit_are_three_things() -> None:
    absent, null, unfit = (ItemTicked.from_data(data) for data in ({}, {"note": None}, {"note": 5}))
    assert (absent.note, null.note, unfit.note) == (ABSENT, None, Unfit("", 5))
    assert [each.to_data() for each in (absent, null, unfit)] == [{}, {"note": None}, {"note": 5}]
    assert [fitting(each.note) for each in (absent, null, unfit)] == [None, None, None]
    assert (optional(absent.note), optional(null.note)) == (None, None)
    with pytest.raises(IncompleteEvent, match=r"item\.ticked does not say its note"):
        optional(unfit.note)
    with pytest.raises(IncompleteEvent, match=r"item\.ticked does not say its check"):
        required(absent.check)
    assert optional(ItemTicked.from_data({"check": None}).check) is None, "null where a text belongs is as absent"


@pytest.mark.parametrize(
    ("type", "data", "words"),
    [
        (ItemPurged, {"sha256": ["a", 1]}, "item.purged does not list its sha256"),
        (RulesNoted, {"rules": True}, "rules.noted does not say its rules"),
        (ItemRouted, {"recipients": "some"}, "item.routed does not list its recipients"),
        (ItemRouted, {"suppress": {"PL": ["FR"]}}, "item.routed does not say its suppress"),
        (ItemCorrected, {"kind": 1}, "item.corrected does not say its kind"),
    ],
)
def test_a_value_of_another_type_is_named(type: type[LogEvent], data: dict[str, Any], words: str) -> None:
    found = [value for each in fields(type) if isinstance(value := getattr(type.from_data(data), each.name), Unfit)]
    assert [each.words for each in found] == [words]


@pytest.mark.parametrize("until", [None, 5, "tomorrow", "2022-03-10T15:04:05"])
def test_a_time_needs_a_zone(until: object) -> None:
    with pytest.raises(IncompleteEvent):
        instant(ItemClaimed.from_data({"until": until}).until)  # type: ignore[dict-item]


def test_an_old_log_verifies_and_proves() -> None:
    proof = prove(old_lines(), rule_table())
    assert (proof.chain.fault, proof.breaches) == (None, ())
    assert proof.deliveries > 200


def test_an_old_log_is_written_with_the_same_bytes() -> None:
    walk = ChainWalk(old_lines())
    lines = list(walk.verified_lines())
    assert (walk.report.fault, len(lines)) == (None, walk.report.events)
    for line in lines:
        event = parse_data(line.kind, json.loads(line.data))
        assert canonical_json(event.to_data()) == line.data, line.kind
        assert not any(isinstance(getattr(event, each.name), Unfit) for each in fields(event)), line
    later = {"notices.listed", "store.made", "rules.changed", "item.distinguished", *LATER}
    assert {line.kind for line in lines} >= {kind.value for kind in EventKind} - later
