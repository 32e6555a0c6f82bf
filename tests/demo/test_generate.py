"""The sample traffic: the same for the same seed, whole, valid where it means to be and broken where it means to be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.demo.acts import CLOSING, OPENING, RU_MEASURE, UA_OFFLINE, UA_ONLINE
from dutydesk.demo.generate import DEFAULT_MESSAGES, DEFAULT_SEED, generate_shift, main
from dutydesk.demo.persons import POOLS
from dutydesk.demo.shift import (
    ACTS_FILE,
    LINES_FILE,
    DemoShift,
    ShiftError,
    acts_bytes,
    lines_bytes,
    load_shift,
    shorten_shift,
    write_shift,
)
from dutydesk.domain.countries import Directory
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, QuarantinedMessage
from dutydesk.wire.reference.directory import load_directory

#: Their store is made once, by one process of the suite.
pytestmark = pytest.mark.xdist_group("generate")

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shift() -> DemoShift:
    return generate_shift(DEFAULT_SEED, DEFAULT_MESSAGES)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


@pytest.fixture(scope="module")
def ordinary(shift: DemoShift) -> list[dict[str, Any]]:
    return [json.loads(line) for index, line in enumerate(shift.lines) if index not in shift.hostile]


def of_type(messages: list[dict[str, Any]], *types: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["type"] in types]


def assert_reads_as_meant(shift: DemoShift, directory: Directory) -> None:
    for index, line in enumerate(shift.lines):
        reading = decode_message(line, directory, shift.due[index])
        assert isinstance(reading, DecodedMessage) is (index not in shift.broken), (index, line, reading)


def test_the_same_seed_gives_the_same_bytes(shift: DemoShift) -> None:
    again = generate_shift(DEFAULT_SEED, DEFAULT_MESSAGES)
    assert lines_bytes(again) == lines_bytes(shift)
    assert acts_bytes(again) == acts_bytes(shift)
    assert lines_bytes(generate_shift(DEFAULT_SEED + 1, DEFAULT_MESSAGES)) != lines_bytes(shift)


def test_another_process_writes_the_same_bytes(shift: DemoShift, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dutydesk.demo.generate", "--out", str(tmp_path)]
    subprocess.run([*command, "--seed", str(DEFAULT_SEED), "--messages", str(DEFAULT_MESSAGES)], check=True)
    assert (tmp_path / LINES_FILE).read_bytes() == lines_bytes(shift)
    assert (tmp_path / ACTS_FILE).read_bytes() == acts_bytes(shift)


@pytest.mark.parametrize("name", [LINES_FILE, ACTS_FILE])
def test_the_shipped_files_are_what_the_generator_writes(shift: DemoShift, name: str) -> None:
    written = lines_bytes(shift) if name == LINES_FILE else acts_bytes(shift)
    assert (CHECKOUT / "sample_data" / name).read_bytes() == written


def test_the_shipped_shift_loads_as_generated(shift: DemoShift) -> None:
    assert load_shift() == shift


def test_what_is_written_loads_again(tmp_path: Path) -> None:
    small = generate_shift(9, 90)
    write_shift(small, tmp_path)
    assert load_shift(tmp_path) == small


def test_every_line_reads_as_it_is_meant(shift: DemoShift, directory: Directory) -> None:
    assert len(shift.lines) == DEFAULT_MESSAGES
    assert_reads_as_meant(shift, directory)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), messages=st.integers(1, 400))
def test_other_seeds_and_sizes_read_as_they_are_meant(seed: int, messages: int) -> None:
    other = generate_shift(seed, messages)
    assert len(other.lines) == messages
    assert other.due[0] == OPENING
    assert_reads_as_meant(other, load_directory())


def test_there_are_hostile_lines_of_many_sorts(shift: DemoShift, directory: Directory) -> None:
    assert 0.02 <= len(shift.hostile) / len(shift.lines) <= 0.04
    assert shift.broken < shift.hostile
    texts = [shift.lines[index] for index in sorted(shift.hostile)]
    for sign in (rb"\u001b[2J", rb"\u202e", b"[red]x[/red]", b'"sender":"XX"', b'"sender":"ru"', rb"\u0000", b"\xff"):
        assert any(sign in text for text in texts), sign
    assert any(b'"recipients":[]' in text for text in texts)
    assert any(text.count(b'"recipients":') == 2 for text in texts)
    assert any(not text.endswith(b"}") for text in texts)
    readings = [decode_message(shift.lines[index], directory, shift.due[index]) for index in sorted(shift.broken)]
    assert any(isinstance(reading, QuarantinedMessage) for reading in readings)


def test_one_line_comes_twice_and_one_reference_with_other_content(shift: DemoShift) -> None:
    earlier: dict[tuple[str, str], bytes] = {}
    again: list[bool] = []
    for index, line in enumerate(shift.lines):
        if index not in shift.broken:
            message = json.loads(line)
            first = earlier.setdefault((message["sender"], message["reference"]), line)
            if index in shift.hostile and first in shift.lines[:index]:
                again.append(first == line)
    assert sorted(again) == [False, True]


def test_all_types_kinds_and_languages_are_there(ordinary: list[dict[str, Any]]) -> None:
    assert {message["type"] for message in ordinary} == {
        "diffusion", "notice_request", "correction", "withdrawal", "restriction", "check", "message",
    }  # fmt: skip
    diffusions = of_type(ordinary, "diffusion")
    assert {message["kind"] for message in diffusions} == {
        "red", "blue", "green", "yellow", "black", "purple", "orange", "silver",
    }  # fmt: skip
    assert {message["language"] for message in diffusions} == {"ar", "en", "es", "fr"}
    assert {message["database"] for message in of_type(ordinary, "check")} == {"nominal", "travel_documents"}


def test_texts_are_in_their_language_and_names_in_their_script(ordinary: list[dict[str, Any]]) -> None:
    bodies = of_type(ordinary, "diffusion", "notice_request")
    for body in bodies:
        assert bool(re.search("[\u0600-\u06ff]", body["text"])) is (body["language"] == "ar"), body["text"]
    originals = "".join(body["subject"].get("name", {}).get("original_script", "") for body in bodies)
    for script in (
        "[а-я]",
        "[\u0600-\u06ff]",
        "[\u0590-\u05ff]",
        "[\u0370-\u03ff]",
        "[\u4e00-\u9fff]",
        "[\u10d0-\u10ff]",
    ):
        assert re.search(script, originals), script


def test_the_mix_is_that_of_a_busy_desk(ordinary: list[dict[str, Any]]) -> None:
    diffusions = of_type(ordinary, "diffusion")
    senders = Counter(message["sender"] for message in ordinary)
    assert len(senders) >= 40
    assert senders.keys() >= {"UA", "PL", "DE", "FR", "BR", "KE", "SG", "JP", "AR", "HK", "GI", "914"}
    russian = sum(message["sender"] == "RU" for message in diffusions) / len(diffusions)
    assert 0.08 <= russian <= 0.12
    urgency = Counter(message.get("urgency", "routine") for message in diffusions)
    assert 0.04 <= urgency["urgent"] / len(diffusions) <= 0.09
    assert 0.01 <= urgency["flash"] / len(diffusions) <= 0.04
    sizes = {"all" if message["recipients"] == "all" else len(message["recipients"]) for message in diffusions}
    assert {"all", 1, 20} <= sizes


def test_times_rise_from_the_opening_and_end_before_the_closing(
    shift: DemoShift, ordinary: list[dict[str, Any]]
) -> None:
    sent = [datetime.fromisoformat(message["sent_at"]) for message in ordinary]
    assert sent == sorted(sent)
    assert sent[0] == OPENING == datetime(2022, 3, 10, 6, tzinfo=UTC)
    assert sent[-1] <= CLOSING
    assert list(shift.due) == sorted(shift.due)
    assert [at for index, at in enumerate(shift.due) if index not in shift.hostile] == sent


def test_a_bureau_off_the_network_sends_nothing(shift: DemoShift) -> None:
    silent = [line for line, at in zip(shift.lines, shift.due, strict=True) if UA_OFFLINE <= at < UA_ONLINE]
    assert silent
    assert not any(b'"sender":"UA"' in line for line in silent)


def test_references_never_repeat_and_answers_name_own_earlier_messages(ordinary: list[dict[str, Any]]) -> None:
    earlier: set[tuple[str, str]] = set()
    answered: set[tuple[str, str]] = set()
    for message in ordinary:
        own = (message["sender"], message["reference"])
        assert own not in earlier
        if "of" in message:
            of = (message["sender"], message["of"])
            assert of in earlier
            assert message["type"] == "restriction" or of not in answered
            answered |= {of} if message["type"] != "restriction" else set()
        earlier.add(own)


def test_owners_restrict_early_once_for_one_item_and_once_lift(ordinary: list[dict[str, Any]]) -> None:
    restrictions = of_type(ordinary, "restriction")
    first = restrictions[0]
    assert (first["sender"], first["deny"]) == ("UA", ["RU", "BY"])
    assert datetime.fromisoformat(first["sent_at"]) < RU_MEASURE
    assert any("of" in restriction for restriction in restrictions)
    denied = next(restriction for restriction in restrictions if "PE" in restriction.get("deny", ()))
    lifted = next(restriction for restriction in restrictions if "allow" in restriction)
    assert (lifted["sender"], lifted["allow"]) == (denied["sender"], denied["deny"])
    assert restrictions.index(denied) < restrictions.index(lifted)
    assert any(message.get("restricted_from") for message in ordinary)


def test_flawed_ones_are_among_them(ordinary: list[dict[str, Any]]) -> None:
    bodies = of_type(ordinary, "diffusion", "notice_request")
    red = [body for body in bodies if body["kind"] == "red"]
    offences = [body["judicial"]["offences"][0] for body in red]
    assert any("warrant" not in body["judicial"] for body in red)
    assert any(offence.get("maximum_penalty_months") == 18 for offence in offences)
    assert any("facts" not in body["judicial"] for body in red)
    assert any(body["subject"].get("name", {}).get("given") == "-" for body in bodies)
    assert any(body["kind"] == "blue" and "status" not in body["subject"] for body in bodies)
    assert any(body["kind"] == "red" and body.get("purpose", "arrest")[:6] != "arrest" for body in bodies)
    assert any(
        body["subject"].get("date_of_birth", "")[:4] == "2008" and "minor" not in body["subject"] for body in bodies
    )
    charges = " ".join(str(offence.get("charge")) for offence in offences)
    assert re.search("Adultery|Adultère|Adulterio|الزنا", charges)
    assert re.search("cheque|chèque|شيك", charges)
    assert re.search("extremist|attroupement|Sedición|متطرفة", charges)


def test_a_notice_request_comes_back_as_a_diffusion_in_another_spelling(ordinary: list[dict[str, Any]]) -> None:
    asked: dict[tuple[str, str, str], str] = {}
    back = []
    for body in of_type(ordinary, "notice_request", "diffusion"):
        subject = body["subject"]
        if body["kind"] != "red" or "date_of_birth" not in subject:
            continue
        person = (body["sender"], subject["date_of_birth"], subject["sex"])
        if body["type"] == "notice_request":
            asked[person] = subject["name"]["family"]
        elif len(subject["date_of_birth"]) == 10 and person in asked:
            back.append((asked[person], subject["name"]["family"]))
    assert any(before != after for before, after in back)


def test_some_checks_name_a_person_of_an_earlier_diffusion_otherwise(ordinary: list[dict[str, Any]]) -> None:
    births: set[str] = set()
    numbers: set[str] = set()
    names: set[str] = set()
    spelt_otherwise = by_number = unknown = 0
    for message in ordinary:
        if message["type"] == "check":
            query = message["query"]
            known = query.get("date_of_birth") in births
            spelt_otherwise += known and query["name"] not in names
            by_number += query.get("document_number") in numbers
            unknown += not known
        subject = message.get("subject", {})
        births.add(subject.get("date_of_birth", "-"))
        numbers |= {document["number"] for document in subject.get("identity_documents", ())}
        names.add(" ".join(subject.get("name", {}).get(part, "") for part in ("given", "family")))
    assert spelt_otherwise >= 5
    assert by_number >= 2
    assert unknown > 60


def test_nobody_can_be_written_to_or_visited(shift: DemoShift) -> None:
    addresses = re.compile(rb"https?:|www\.|[\w.]+@[\w-]+\.\w{2,}|\w\.(?:com|org|net|int|info)\b")
    found = [match.group() for line in shift.lines for match in addresses.finditer(line) if match.group() != b"@click"]
    assert not found


def test_the_acts_are_those_of_the_shift(shift: DemoShift) -> None:
    assert list(shift.acts) == sorted(shift.acts, key=lambda actor: actor.at)
    order = next(act for act in shift.acts if act.act == "supervise" and act.argument("country") == "RU")
    assert order.at == datetime(2022, 3, 10, 15, tzinfo=UTC)
    assert (order.argument("level"), order.argument("order")) == ("held", "SG/2022/0310-1")
    assert order.argument("by") == "Secretary General"
    endorsement = next(act for act in shift.acts if act.act == "endorse")
    assert dict(endorsement.arguments) == {"measure": "RU", "by": "Executive Committee", "order": "EC/2022/07"}
    assert endorsement.at.date().isoformat() == "2022-03-12"
    assert [act.act for act in shift.acts if act.argument("country") == "UA"] == ["offline", "online"]
    assert any(actor.argument("level") == "monitored" for actor in shift.acts)
    with pytest.raises(FrozenInstanceError):
        order.act = "lift"  # type: ignore[misc]


def test_limited_keeps_the_first_lines_and_the_acts_of_their_time(shift: DemoShift) -> None:
    last = max(index for index, at in enumerate(shift.due) if at <= RU_MEASURE)
    before, after = shorten_shift(shift, last), shorten_shift(shift, last + 2)
    assert after.lines == shift.lines[: last + 2]
    assert not before.acts
    assert [act.act for act in after.acts] == ["supervise"]
    assert all(index < last for index in before.hostile)
    assert shorten_shift(shift, 10_000) is shift
    assert (shorten_shift(shift, 0).lines, shorten_shift(shift, 0).acts) == ((), ())


def test_an_installed_package_brings_its_own_sample_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "dutydesk"
    small = generate_shift(4, 20)
    write_shift(small, package / "sample_data")
    monkeypatch.setattr("dutydesk.demo.shift.resources.files", lambda name: tmp_path / "lib" / name)
    assert load_shift() == small


def test_missing_or_spoilt_files_are_named(tmp_path: Path, shift: DemoShift) -> None:
    with pytest.raises(ShiftError, match=LINES_FILE):
        load_shift(tmp_path)
    write_shift(shift, tmp_path)
    (tmp_path / ACTS_FILE).write_text('[[act]]\nat = 2022-03-10T06:00:00\nactor = "A"\nact = "note"\n')
    with pytest.raises(ShiftError, match="no time with a zone"):
        load_shift(tmp_path)
    (tmp_path / ACTS_FILE).write_text("[[act")
    with pytest.raises(ShiftError, match="cannot be read"):
        load_shift(tmp_path)


def test_less_than_one_message_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one message"):
        generate_shift(1, 0)
    with pytest.raises(SystemExit):
        main(["--messages", "0", "--out", str(tmp_path / "none")])
    assert "give at least 1" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_original_scripts_are_whole_in_every_pool() -> None:
    for name, pool in POOLS.items():
        written = {bool(part.original) for part in (*pool.families, *pool.men, *pool.women)}
        assert len(written) == 1, name
