"""How a call is answered: exit codes, one line of error, JSON before and after the command, help, start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boxes import EXIT_CODES, SECONDS, Box, wait_until
from desks import diffusion, notice_request
from dutydesk.cli.main import FAMILIES, run
from dutydesk.domain.codes.base import Code
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode

ORDER = ("--order", "SG/1", "--by", "SG", "--reason", "misuse")
COMMANDS = [name for family in FAMILIES.values() for name in family]

#: The code of the refusal, and the call.
REFUSED = [
    (InvalidRequestCode.UNKNOWN_COMMAND, ("itmes",)),
    (InvalidRequestCode.MISSING_ARGUMENT, ("show",)),
    (InvalidRequestCode.BAD_NAME, ("show", "foo")),
    (InvalidRequestCode.BAD_NAME, ("endorse", "D-1", "--by", "x", "--order", "y")),
    (InvalidRequestCode.UNKNOWN_OPTION, ("items", "--bogus")),
    (InvalidRequestCode.BAD_CHOICE, ("items", "--state", "Held")),
    (InvalidRequestCode.BAD_ARGUMENT, ("items", "--limit", "0")),
    (InvalidRequestCode.NOTHING_TO_SEARCH, ("items", "--text", "%*'\"")),
    (InvalidRequestCode.UNKNOWN_CODE, ("items", "--sender", "fr")),
    (InvalidRequestCode.BAD_CHOICE, ("supervise", "RU", "Held ", *ORDER)),
    (InvalidRequestCode.MISSING_ARGUMENT, ("supervise", "RU", "held", "--order", "a", "--by", "b")),
    (InvalidRequestCode.ORDER_MISSING, ("supervise", "RU", "held", "--order", " ", "--by", "b", "--reason", "c")),
    (InvalidRequestCode.UNKNOWN_CODE, ("supervise", "UK", "held", *ORDER)),
    (InvalidRequestCode.UNKNOWN_CODE, ("supervise", "SU", "held", *ORDER)),
    (InvalidRequestCode.BAD_INSTANT, ("supervise", "RU", "held", *ORDER, "--effective", "2022-02-30")),
    (InvalidRequestCode.BAD_INSTANT, ("supervise", "RU", "held", *ORDER, "--effective", "2150-01-01T10:00:00")),
    (InvalidRequestCode.TIME_PAST, ("supervise", "RU", "held", *ORDER, "--effective", "2001-01-01")),
    (InvalidRequestCode.BAD_CHOICE, ("supervise", "RU", "held", *ORDER, "--kinds", "red,pink")),
    (InvalidRequestCode.BAD_CHOICE, ("supervise", "RU", "held", *ORDER, "--channels", "phone")),
    (
        InvalidRequestCode.KINDS_NEED_DIFFUSION,
        ("supervise", "RU", "held", *ORDER, "--kinds", "red", "--channels", "message"),
    ),
    (InvalidRequestCode.UNKNOWN_CODE, ("measures", "FRA")),
    (InvalidRequestCode.NO_SCOPE, ("restrict", "UA")),
    (InvalidRequestCode.BAD_CODE_LIST, ("restrict", "UA", "--deny", "RU,,BY")),
    (InvalidRequestCode.BAD_CODE_LIST, ("restrict", "UA", "--deny", "all,RU")),
    (InvalidRequestCode.BAD_INSTANT, ("why", "D-1", "--at", "yesterday")),
    (InvalidRequestCode.UNKNOWN_TICK, ("tick", "D-2", "nosuchcheck")),
    (InvalidRequestCode.BAD_CHOICE, ("officers", "add", "Eve", "--role", "king", "--country", "-")),
    (InvalidRequestCode.RESERVED_NAME, ("officers", "add", "system", "--role", "officer", "--country", "-")),
    (InvalidRequestCode.MISSING_ARGUMENT, ("audit",)),
    (InvalidRequestCode.NO_TERMINAL, ("console",)),
    (InvalidRequestCode.NO_TERMINAL, ()),
    (InvalidRequestCode.FILE_NOT_READABLE, ("submit", "/no/such/file")),
    (NotFoundCode.UNKNOWN_ITEM, ("show", "D-999999")),
    (NotFoundCode.UNKNOWN_ITEM, ("show", "D-0")),
    (NotFoundCode.UNKNOWN_ITEM, ("why", "D-999999")),
    (NotFoundCode.UNKNOWN_MEASURE, ("endorse", "M-9", "--by", "x", "--order", "y")),
    (NotFoundCode.UNKNOWN_MEASURE, ("confirm", "M-9")),
    (NotFoundCode.UNKNOWN_ITEM, ("dissent", "D-999", "--reason", "x")),
    (RefusedCode.NOT_RELEASED, ("undo", "D-1")),
    (NotFoundCode.UNKNOWN_DELIVERY, ("retry", "D-1", "PL")),
    (RefusedCode.NOT_CLAIMED, ("decide", "D-1", "release", "--reason", "x")),
    (NotAllowedCode.NOT_AN_OFFICER, ("--as", "Nobody", "items")),
    (NotAllowedCode.ROLE_TOO_LOW, ("--as", "Olga", "note", "D-1", "hello")),
    (NotAllowedCode.ROLE_TOO_LOW, ("--as", "Olga", "submit", "/dev/null")),
    (NotAllowedCode.ROLE_TOO_LOW, ("--as", "Jonas", "supervise", "FR", "held", *ORDER)),
    (NotAllowedCode.ROLE_TOO_LOW, ("--as", "Jonas", "dispatch", "--until-idle")),
    (NotAllowedCode.ROLE_TOO_LOW, ("--as", "Ines", "officers", "add", "Eve", "--role", "officer", "--country", "-")),
    (NotAllowedCode.OWN_COUNTRY, ("--as", "Ruslana", "claim", "D-1")),
    (InvalidRequestCode.PASSWORD_IN_URL, ("--db", "postgresql://user:secret@host/desk", "items")),
    (StoreCode.STORE_EXISTS, ("init",)),
    (StoreCode.STORE_MISSING, ("--db", "nowhere.db", "items")),
]
#: A part of the line that names what to do.
HINTS = [
    ("did you mean items?", ("itmes",)),
    ("did you mean FR?", ("items", "--sender", "fr")),
    ("did you mean GB?", ("supervise", "UK", "held", *ORDER)),
    ("did you mean FR?", ("measures", "FRA")),
    ("its points are", ("tick", "D-2", "nosuchcheck")),
    ("needs a terminal", ("console",)),
    ("needs a terminal", ()),
    ("there is no store", ("--db", "nowhere.db", "items")),
]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Box]:
    """A store for calls that change nothing, which is proved at the end: two items of RU are held, D-2 is claimed."""
    box = Box(tmp_path_factory.mktemp("calls"))
    shutil.copy(template, box.store)
    box.ok("submit", box.lines("in.jsonl", notice_request("RU"), notice_request("RU")))
    box.ok("claim", "D-2")
    before = box.ok("audit", "verify").out
    yield box
    assert box.ok("audit", "verify").out == before


@pytest.mark.parametrize(("code", "arguments"), REFUSED, ids=[" ".join(case[1])[:50] for case in REFUSED])
def test_a_call_that_can_t_be_done(
    busy: Box,
    code: Code,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line on stderr; with JSON also one object on stdout, in place of the result."""
    exit_code = EXIT_CODES[type(code)]
    ended = busy.run(*arguments)
    assert (ended.code, ended.out) == (exit_code, "")
    assert ended.err.startswith("dutydesk: ")
    assert ended.err.endswith("\n")
    assert len(ended.err.splitlines()) == 1

    monkeypatch.chdir(busy.folder)
    for name, value in busy.environment().items():
        monkeypatch.setenv(name, value)
    assert run([*arguments, "--json"]) == exit_code
    out, err = capsys.readouterr()
    assert err.startswith("dutydesk: ")
    assert len(err.splitlines()) == 1
    assert out.isascii()
    said = json.loads(out)
    assert said.keys() >= {"error", "code", "detail"}
    assert said["code"] == code.value
    assert f"dutydesk: {said['detail']}\n" == err
    assert "secret" not in ended.err + out


@pytest.mark.parametrize(("words", "arguments"), HINTS, ids=[" ".join(case[1])[:50] for case in HINTS])
def test_the_line_names_what_to_do(busy: Box, words: str, arguments: tuple[str, ...]) -> None:
    assert words in busy.run(*arguments).err


@pytest.mark.parametrize("command", ["items", "countries", "measures", "settings", "officers", "schema"])
def test_json_is_taken_before_and_after_the_command(busy: Box, command: str) -> None:
    before, after = busy.ok("--json", command), busy.ok(command, "--json")
    assert before == after
    assert before.objects() or command == "measures"


def test_db_and_as_are_taken_before_and_after_the_command(busy: Box) -> None:
    assert busy.run("items", "--as", "Nobody").code == 3
    assert busy.run("items", "--db", "nowhere.db").code == 4
    assert busy.run("--db", "nowhere.db", "items", "--db", str(busy.store)).code == 0, "what stands after it counts"


def test_the_store_defaults_to_the_data_folder(bare: Box) -> None:
    bare.run("init", DUTYDESK_DB="")
    assert (bare.folder / "data" / "dutydesk" / "desk.db").is_file()
    assert bare.run("items", DUTYDESK_DB="").code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(bare: Box, name: str) -> None:
    text = bare.ok(name, "--help").out
    assert "Example" in text
    assert f"dutydesk {name}" in text.split("Example")[1] or f"dutydesk --db /srv/desk/desk.db {name}" in text
    assert "--json" in text
    assert not bare.store.exists()


def test_the_help_lists_every_command_whole(bare: Box) -> None:
    text = bare.ok("--help").out
    for name in COMMANDS:
        assert f"  {name} " in text
    assert "..." not in text.split("Options:")[1]


@pytest.mark.parametrize("arguments", [["--help"], ["supervise", "--help"], ["items", "--db", "nowhere.db", "-x"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys\nfrom dutydesk.cli.main import run\nrun({arguments!r})\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS)
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert not loaded & {"textual", "pydantic", "watchfiles", "pycountry", "sqlite3", "apsw"}


def test_the_console_loads_no_keys_and_no_servers_before_it_needs_them() -> None:
    code = "import sys\nimport dutydesk.desk.service.desk, dutydesk.tui.app\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS)
    loaded = set(done.stdout.split())
    assert not loaded & {"cryptography", "pydantic", "http.client", "psycopg", "nats", "prometheus_client"}


def test_completion_prints_clicks_own_scripts(bare: Box) -> None:
    assert "eval" in bare.ok("completion").out
    for shell in ("bash", "zsh", "fish"):
        assert "_DUTYDESK_COMPLETE" in bare.ok("completion", shell).out
    done = bare.run(_DUTYDESK_COMPLETE="bash_complete", COMP_WORDS="dutydesk sup", COMP_CWORD="1")
    assert done.out == "plain,supervise\n"


def test_the_schema_is_json_schema_without_a_store(bare: Box) -> None:
    assert bare.ok("schema").object()["$schema"].startswith("https://json-schema.org/")


def broken(box: Box, fault: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process in which opening the desk fails with ``fault``."""
    code = (
        "import sys\nfrom dutydesk.cli import main\nfrom dutydesk.desk.service import desk\n"
        f"def broken(*_a, **_k): raise {fault}\n"
        "desk.open_desk = broken\nsys.argv = ['dutydesk', 'items']\nmain.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=box.environment(**environment),
        timeout=SECONDS,
        check=False,
    )


def test_what_nobody_foresaw_goes_to_the_log_and_one_line_names_it(busy: Box) -> None:
    done = broken(busy, "RuntimeError('a \\x1b[2J fault')")
    log = busy.folder / "state" / "dutydesk" / "log" / "dutydesk.log"
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(log) in done.stderr
    assert "\x1b" not in done.stderr + log.read_text("utf-8")
    assert "RuntimeError" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_fault_of_the_system_is_the_store_s_and_an_unwritable_log_is_said(busy: Box) -> None:
    blocked = busy.folder / "blocked"
    blocked.write_text("")
    done = broken(busy, "OSError(5, 'Input/output error')", XDG_STATE_HOME=str(blocked))
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert "nothing could be written to the log" in done.stderr


def test_a_reader_that_leaves_is_no_error_message(busy: Box) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            busy.command("items", "--json"),
            stdout=gone,
            stderr=subprocess.PIPE,
            env=busy.environment(),
            timeout=SECONDS,
            check=False,
        )
    assert done.stderr == b""


@pytest.fixture
def ctrl_c_counts() -> Iterator[None]:
    """A shell's background jobs ignore it, and so would what is started from here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_counts")
def test_ctrl_c_is_quiet_and_what_was_taken_in_has_its_line(box: Box) -> None:
    with subprocess.Popen(
        box.command("submit", "-", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=box.environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps(diffusion("DE")).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["outcome"] == "accepted", "before the next line is there"
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
        assert process.stderr.read().strip() == b""


def test_a_dispatcher_told_to_stop_ends_well(box: Box) -> None:
    with subprocess.Popen(box.command("dispatch"), stdout=subprocess.PIPE, env=box.environment()) as process:
        done = box.folder / "inbox" / "done" / "one.json.receipts.jsonl"
        (box.folder / "inbox").mkdir(exist_ok=True)
        draft = box.folder / "inbox" / ".one.json"
        draft.write_text(json.dumps(diffusion("DE")), "utf-8")
        draft.rename(box.folder / "inbox" / "one.json")
        wait_until(lambda: done.exists() or process.poll() is not None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert process.stdout is not None
        assert b"1 taken in" in process.stdout.read()


@pytest.mark.parametrize("text", ["\x1b]0;title\x07", "\u202eevil", "a\u0085b"])
def test_nothing_from_outside_acts_on_the_terminal(box: Box, text: str) -> None:
    message = notice_request("FR")
    message["subject"]["name"]["family"] = text
    box.run("submit", box.lines("in.jsonl", message))
    for command in (["items"], ["show", "D-1"], ["why", "D-1"]):
        out = box.ok(*command).out
        assert not set(out) & {"\x1b", "\x07", "\u202e", "\u0085"}
    assert box.ok("show", "D-1", "--json").object()["body"]["subject"]["name"]["family"] == text, "kept as it came"


def test_a_narrow_locale_shows_names_escaped(box: Box) -> None:
    message = notice_request("FR")
    message["subject"]["name"]["family"] = "ШЕВЧУК"
    box.ok("submit", box.lines("in.jsonl", message))
    ended = box.run("items", PYTHONIOENCODING="ascii")
    assert ended.code == 0
    assert "\\u0428" in ended.out
    assert Path(box.store).is_file()


def test_a_near_miss_is_named_and_the_help_calls_a_level_by_its_name(busy: Box) -> None:
    ended = busy.run("supervise", "RU", "Held ", "--order", "SG/1", "--by", "SG", "--reason", "misuse")
    assert "Invalid value for 'LEVEL': \"Held \" is not one of" in ended.err
    assert "did you mean held?" in ended.err
    assert "did you mean" not in busy.run("items", "--state", "crimson").err


def test_a_second_order_for_what_was_read_before_the_first_is_a_conflict(box: Box) -> None:
    """Race rule 7: both read the same revision; commit order decides."""
    read = next(row["measure_revision"] for row in box.ok("countries", "--json").objects() if row["code"] == "FR")
    order = ("supervise", "FR", "--by", "SG", "--reason", "misuse", "--expect-revision", str(read), "--json", "--order")
    assert box.run(*order, "SG/1", "--as", "Ines", "held").code == 0
    second = box.run(*order, "SG/2", "--as", "Oskar", "suspended")
    assert second.code == 1
    assert second.object()["code"] == ConflictCode.ORDER_OVERTAKEN
    assert "M-" in second.object()["detail"]
    assert "entered by Ines" in second.object()["detail"]


def test_doctor_names_officers_that_look_alike(box: Box) -> None:
    """In a store from before they were refused."""
    assert box.run("officers", "add", "0lga", "--role", "officer", "--country", "-").code == 1
    looked = {row["check"]: row for row in box.run("doctor", "--json").objects()}
    assert looked["officers"]["ok"] is True
    with closing(sqlite3.connect(box.store)) as store, store:
        store.execute("INSERT INTO officer (name, role, country) VALUES ('0lga', 'officer', '-')")
    ended = box.run("doctor", "--json")
    looked = {row["check"]: row for row in ended.objects()}
    assert (ended.code, looked["officers"]["ok"]) == (1, False)
    assert "Olga" in looked["officers"]["detail"]
    assert "0lga" in looked["officers"]["detail"]
    assert box.run("--as", "0lga", "items").code == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("command", "code"), [("--version", 0), ("nothing", 2)])
def test_a_caller_that_closes_its_streams_gets_the_exit_code(box: Box, closed: str, command: str, code: int) -> None:
    shell = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *box.command(command)]
    done = subprocess.run(shell, env=box.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
