"""Every kind of event has its sentence, and the events of a real desk are written without names of the code."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from desks import Bench, diffusion
from dutydesk.desk.base.event_text import _FIELD, _PHRASES, action_text, actor_name, event_details, event_summary
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import TYPES
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.supervision.measures import Level

#: What no sentence may contain: placeholders, names of the code, raw values of the log.
_RAW = re.compile(r"[{}\[\]]|\b[a-z]+_[a-z]+\b|\b[a-z]+\.[a-z]+\b")

UNTIL = "2022-03-11T08:00:00Z"


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_a_text(kind: EventKind) -> None:
    said = action_text(parse_data(kind, {}))
    assert re.fullmatch(r"[a-z][a-z' ]+", said), said
    assert event_summary(parse_data(kind, {})) == said, "nothing is said of data that is not there"


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            EventKind.ITEM_CLAIMED,
            {"until": UNTIL, "login": "x"},
            f"claimed it; until {UNTIL}",
        ),
        (EventKind.ITEM_LEGAL_HOLD, {"held": False, "reason": "Over."}, "lifted its legal hold; because: Over."),
        (EventKind.ITEM_LEGAL_HOLD, {"held": True, "reason": "Court."}, "put it under legal hold; because: Court."),
        (EventKind.ITEM_PROPOSED, {"decision": "refuse", "code": "other"}, "proposed to refuse it; code other"),
        (EventKind.ITEM_DISSENTED, {"own": True, "proposer": "Ines"}, "took back the proposal on it; of Ines"),
        (EventKind.ITEM_RECALLED, {"urgent": True}, "recalled it at once, on one signature"),
        (
            EventKind.ITEM_POST_REVIEW,
            {"state": "ok"},
            "kept it released after review",
        ),
        (EventKind.ITEM_HELD_AGAIN, {"was": "information_requested"}, "held it again; it was information requested"),
        (
            EventKind.DELIVERY_ANSWERED,
            {"recipient": "FR", "action": "recall_confirmed", "outcome": "kept_on_national_basis", "note": None},
            "recorded FR's response; recall confirmed; kept on national basis",
        ),
        (EventKind.ITEM_NOTED, {"note": "a_b"}, "wrote a note on it"),
        (
            EventKind.HANDOVER_WRITTEN,
            {"shift_from": UNTIL, "sha256": "ab", "replaces": "S-0001"},
            f"signed the handover; of the shift from {UNTIL}; in place of S-0001",
        ),
        (EventKind.HANDOVER_ACCEPTED, {"written_by": "Mara Lind"}, "accepted the handover; of Mara Lind"),
        (EventKind.OFFICER_SIGNED_IN, {"login": "x"}, "opened the console"),
        (EventKind.DELIVERIES_MADE, {"recipients": ["FR", "PL"]}, "delivered it; to FR, PL"),
        (
            EventKind.DELIVERIES_SUPPRESSED,
            {"suppress": {"not_member": ["PW"]}},
            "stopped it; not member: PW",
        ),
        (EventKind.ITEM_ASKED, {"text": "Which snake_case?"}, "asked its sender; Which snake_case?"),
        (
            EventKind.INTAKE_CONFLICT,
            {"beside": "D-000001", "sender": "FR"},
            "put it in quarantine: D-000001 has its reference; from FR",
        ),
    ],
)
def test_summaries(kind: EventKind, data: dict[str, Json], said: str) -> None:
    assert event_summary(parse_data(kind, data)) == said


@pytest.mark.parametrize("kind", EventKind)
def test_a_phrase_names_only_fields_of_its_event(kind: EventKind) -> None:
    named = {name for part in _PHRASES[kind] for name, _ in _FIELD.findall(part)}
    assert named <= {each.name for each in fields(TYPES[kind])}


def test_many_recipients_are_counted() -> None:
    codes: list[Json] = [f"{first}{second}" for first in "ABCD" for second in "WXYZ"]
    assert event_details(parse_data(EventKind.DELIVERIES_SENDING, {"recipients": codes})).endswith(", CZ and 4 more")
    assert event_details(parse_data(EventKind.ITEM_RELEASED, {"deliver": codes})) == "for 16 recipients"


def test_actor_names() -> None:
    assert (actor_name("system"), actor_name("Mara Lind")) == ("the desk", "Mara Lind")


async def test_events_of_a_real_desk_have_plain_texts(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    held = await bench.sent(diffusion("RU"))
    await bench.sent(diffusion("DE"))
    await bench.dispatch(fail={"PL": "the line is down"})
    await bench.release(held)
    await bench.order("RU", Level.SUSPENDED)
    events = [event for number in (held, held + 1) for event in (await bench.desk.queries.show(number)).history]
    events += await bench.desk.queries.history("M-0001")
    assert len({event.kind for event in events}) > 8
    for event in events:
        said = event_summary(event.event)
        assert not _RAW.search(said), said
