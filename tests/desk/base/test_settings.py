"""Settings: the defaults, what a file changes, and faults, which stop the start and name the line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.desk.base.settings import Settings, load
from dutydesk.desk.base.witness_settings import WitnessSetting
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.wire.files.notes import KeyType, NoteKey
from refusals import raises_code

RULES = frozenset({"CON-03", "JUD-01"})


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "desk.toml").write_text(text, "utf-8")
    return load(folder / "desk.db", RULES).settings


def test_defaults_without_a_file(tmp_path: Path) -> None:
    loaded = load(tmp_path / "desk.db", RULES)
    assert loaded.settings == Settings()
    assert {row.comes_from for row in loaded.rows} == {"default"}
    shown = {row.setting: row.value for row in loaded.rows}
    assert (shown["claim_lease_minutes"], shown["cleared_for_confidential"], shown["silver_quota"]) == (
        "30",
        "all",
        "500",
    )


def test_all_bureaus_can_be_cleared_explicitly(tmp_path: Path) -> None:
    assert settings_of(tmp_path, 'cleared_for_confidential = "all"\n').cleared_for_confidential is None
    assert settings_of(tmp_path, "cleared_for_confidential = []\n").cleared_for_confidential == ()


def test_a_console_locks_only_where_the_desk_says_so(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "").lock_after == timedelta(0)
    assert settings_of(tmp_path, "lock_after_minutes = 0\n").lock_after == timedelta(0)
    assert settings_of(tmp_path, "lock_after_minutes = 10\n").lock_after == timedelta(minutes=10)


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    text = (
        'claim_lease_minutes = 5\nfour_eyes = ["CON-03"]\nhold_on_block = true\n'
        'shifts = [7, 19]\nsilver_pilot = ["FR"]\nsilver_quota = 40\ncleared_for_confidential = ["FR", "914"]\n'
    )
    settings = settings_of(tmp_path, text)
    assert settings.claim_lease == timedelta(minutes=5)
    assert settings.four_eyes == ("CON-03",)
    assert settings.hold_on_block
    assert settings.shifts == (7, 19)
    assert (settings.silver_pilot, settings.silver_quota) == (("FR",), 40)
    assert settings.cleared_for_confidential == ("FR", "914")
    rows = {row.setting: row.comes_from for row in load(tmp_path / "desk.db", RULES).rows}
    assert rows["hold_on_block"] == "desk.toml, line 3"
    assert rows["delivery_tries"] == "default"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# desk\nclaim_leese_minutes = 5\n", "line 2"),
        ("dispatch_delay_seconds = -1\n", "negative"),
        ("lock_after_minutes = -1\n", "negative"),
        ("claim_lease_minutes = 0\n", "zero"),
        ('claim_lease_minutes = "5"\n', "number of minutes"),
        ("claim_lease_minutes = true\n", "number of minutes"),
        ("claim_lease_minutes = 1e30\n", "out of all bounds"),
        ("claim_lease_minutes = nan\n", "number of minutes"),
        ("delivery_tries = 0\n", "1 to 100"),
        ("shifts = [25]\n", "0 to 23"),
        ("shifts = [14, 6]\n", "in order"),
        ('four_eyes = ["CON-99"]\n', "CON-99"),
        ('hold_on_block = "yes"\n', "true or false"),
        ('silver_pilot = ["ZZ"]\n', "ZZ"),
        ("silver_quota = -1\n", "0 to 1,000,000"),
        ("silver_quota = true\n", "0 to 1,000,000"),
        ('cleared_for_confidential = ["ZZ"]\n', "ZZ"),
        ('cleared_for_confidential = "none"\n', "bureau codes"),
        ("claim_lease_minutes = \n", "line 1"),
        ("backoff_first_seconds = 60\nbackoff_most_seconds = 1\n", "less than"),
    ],
)
def test_a_fault_refuses_to_start(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as bad:
        settings_of(tmp_path, text)
    assert words in bad.value.words
    assert "desk.toml" in bad.value.words
    assert "\n" not in bad.value.words


def test_settings_that_cant_be_read_refuse_to_start(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").mkdir()
    with raises_code(InvalidRequestCode.NOT_A_FILE, match=r"desk\.toml can't be read"):
        load(tmp_path / "desk.db", RULES)


def test_an_alarm_command_is_a_program_and_its_arguments(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "").alarm == ()
    assert settings_of(tmp_path, '[alarm]\nrun = ["/bin/page", "a b", ""]\n').alarm == ("/bin/page", "a b", "")
    assert settings_of(tmp_path, 'alarm = {run = ["page"]}\n').alarm == ("page",)
    rows = {row.setting: row for row in load(tmp_path / "desk.db", RULES).rows}
    assert (rows["alarm"].value, rows["alarm"].comes_from) == ("page", "desk.toml, line 1")


@pytest.mark.parametrize(
    "alarm",
    [
        "alarm = 3",
        'alarm = "page"',
        "[alarm]",
        '[alarm]\nrun = "page the desk"',
        "[alarm]\nrun = []",
        '[alarm]\nrun = [""]',
        '[alarm]\nrun = ["bin/page"]',
        '[alarm]\nrun = ["./page"]',
        '[alarm]\nrun = ["page", 3]',
        '[alarm]\nrun = ["page", "\\u0000"]',
        '[alarm]\nrun = ["page"]\nshell = true',
    ],
)
def test_any_other_alarm_command_refuses_to_start(tmp_path: Path, alarm: str) -> None:
    with raises_code(InvalidRequestCode.BAD_SETTING, match="line 1"):
        settings_of(tmp_path, f"{alarm}\n")


MADE = NoteKey("box2.example/witness", KeyType.COSIGNATURE, bytes(range(32)))


def witness(**fields: str) -> str:
    found = {"url": "http://127.0.0.1:8620", "key": MADE.text} | fields
    written = ", ".join(f'{name} = "{value}"' for name, value in found.items())
    return f'[witnesses]\n"{MADE.name}" = {{ {written} }}\n'


def test_witnesses_are_named_with_their_keys(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "checkpoint_hourly = true\ncheckpoint_at_handover = true\n" + witness())
    assert (settings.checkpoint_hourly, settings.checkpoint_at_handover) == (True, True)
    assert settings.witnesses == (WitnessSetting(MADE.name, "http://127.0.0.1:8620", MADE),)
    rows = {row.setting: (row.value, row.comes_from) for row in load(tmp_path / "desk.db", RULES).rows}
    assert rows["witnesses"] == (MADE.name, "desk.toml, line 3")
    (one,) = settings_of(tmp_path, witness(url="https://box2.example:8620/w/", ca="box2.pem")).witnesses
    assert (one.url, one.ca) == ("https://box2.example:8620/w", "box2.pem")


@pytest.mark.parametrize(
    "text",
    [
        "witnesses = 3\n",
        '[witnesses]\nbox2 = "https://box2.example"\n',
        '[witnesses]\nbox2 = { url = "https://box2.example" }\n',
        '[witnesses]\nbox2 = { url = 3, key = "x" }\n',
        witness(key="nonsense"),
        witness(key=NoteKey("box2.example/witness", KeyType.NOTE, bytes(32)).text),
        witness(url="http://box2.example:8620"),
        witness(url="ftp://box2.example"),
        witness(url="https://"),
        witness(url="https://box2.example:port"),
        witness(url="https://me:secret@box2.example"),
        witness(more="x"),
    ],
)
def test_a_witness_that_cant_be_asked_stops_the_start(tmp_path: Path, text: str) -> None:
    with raises_code(InvalidRequestCode.BAD_SETTING) as refused:
        settings_of(tmp_path, text)
    assert "secret" not in refused.value.words
    assert ", line " in refused.value.words
