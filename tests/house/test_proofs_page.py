"""The page on proofs: its program checks real files, its example is what the sums give, its fields are the file's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from exported_item import export_files

PAGE = (Path(__file__).parents[2] / "src" / "dutydesk" / "data" / "PROOFS.md").read_text("utf-8")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the item's files ``whole`` and ``redacted`` and the checkpoint ``kept``, and the page's program."""
    folder = tmp_path_factory.mktemp("proofs")
    export_files(folder, ["DE", "FR"])
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(program.splitlines()) <= 48
    assert "dutydesk" not in program
    (folder / "check.py").write_text(program, "utf-8")
    return folder


def check(folder: Path, item: Path) -> subprocess.CompletedProcess[str]:
    """Runs the page's program where no package of ours can be found."""
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT_OURS, str(folder / "check.py"), str(item), str(folder / "kept")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "LC_ALL": "C.UTF-8"},
    )


_WITHOUT_OURS = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "dutydesk":
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
sys.argv = sys.argv[1:]
exec(compile(open(sys.argv[0], encoding="utf-8").read(), sys.argv[0], "exec"))
"""


@pytest.mark.parametrize("name", ["whole", "redacted"])
def test_its_program_checks_an_items_file_without_a_package_of_ours(exported: Path, name: str) -> None:
    done = check(exported, exported / name)
    assert done.returncode == 0, done.stderr
    assert "events stand in the log dutydesk.invalid/exercise/" in done.stdout


def test_its_program_refuses_forged_files(exported: Path, tmp_path: Path) -> None:
    lines = (exported / "whole").read_text("ascii").splitlines()
    events = [place for place, line in enumerate(lines) if '"record": "event"' in line]

    def edited(place: int, **changes: Any) -> Path:
        kept = [*lines]
        kept[place] = json.dumps(json.loads(kept[place]) | changes)
        (tmp_path / "forged").write_text("\n".join(kept) + "\n")
        return tmp_path / "forged"

    assert "was changed" in check(exported, edited(events[0], actor="Mallory")).stderr
    other = json.loads(lines[events[1]])
    taken = {name: other[name] for name in ("seq", "proof")}
    assert check(exported, edited(events[0], **taken)).returncode == 1
    bent = json.loads(lines[events[0]])["proof"][::-1]
    assert "is not in the log" in check(exported, edited(events[0], proof=bent)).stderr
    lines = (exported / "redacted").read_text("ascii").splitlines()
    events = [place for place, line in enumerate(lines) if '"redacted": true' in line]
    assert check(exported, edited(events[0], kind="item.refused", actor="Mara")).returncode == 1
    (tmp_path / "empty").write_text(lines[0] + "\n")
    assert "no event stands there" in check(exported, tmp_path / "empty").stderr


def test_what_it_says_of_a_forged_file_is_what_a_reader_finds_there(exported: Path, tmp_path: Path) -> None:
    lines = (exported / "whole").read_text("ascii").splitlines()
    first = next(place for place, line in enumerate(lines) if '"record": "event"' in line)
    event = json.loads(lines[first])

    def said(text: str, *more: str) -> str:
        (tmp_path / "forged").write_text("\n".join([*lines[:first], *more, text, *lines[first + 1 :]]) + "\n")
        done = check(exported, tmp_path / "forged")
        assert done.returncode == 1
        return done.stderr

    assert "in a line twice" in said(lines[first].replace('"kind"', '"kind": "item.refused", "kind"', 1))
    assert "or one stands there twice" in said(lines[first], json.dumps(event | {"hash": event["hash"].upper()}))
    assert "is not in the log" in said(json.dumps({name: field for name, field in event.items() if name != "proof"}))
    assert "of type 'str'" in said(json.dumps(event | {"at": str(event["at"])}))
    assert "about something else" in said(json.dumps(event | {"subject": "D-000002"}))


def test_it_names_the_bodies_that_are_proved(exported: Path, tmp_path: Path) -> None:
    right = (exported / "whole").read_text("ascii")
    assert "1 bodies, proved: [1]" in check(exported, exported / "whole").stdout
    body = json.loads(next(line for line in right.splitlines() if '"record": "body"' in line))
    forged = body | {"bytes": b64encode(b"forged").decode()}
    for other in (forged, forged | {"sha256": sha256(b"forged").hexdigest()}, body | {"version": 2}):
        (tmp_path / "forged").write_text(right.replace(json.dumps(body), json.dumps(other)))
        assert "1 bodies, proved: none" in check(exported, tmp_path / "forged").stdout


def test_its_program_proves_the_same_where_python_leaves_assertions_out() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert "assert" not in program


def test_its_program_takes_no_place_that_the_log_does_not_have(exported: Path) -> None:
    program: dict[str, Any] = {}
    exec((exported / "check.py").read_text("utf-8").partition("\nBODIES = ")[0], program)
    leaves = [sha256(bytes([each])).digest() for each in range(2)]
    root = sha256(b"\1" + leaves[0] + leaves[1]).digest()
    assert program["root_from"](leaves[1], 1, 2, leaves[:1]) == root
    assert [program["root_from"](leaves[1], place, 2, leaves[:1]) for place in (-1, 2, 3, 5, 7)] == [None] * 5


def test_its_example_is_what_the_sums_give() -> None:
    rows = re.findall(r"\| \d \| `(.*?)` \| `([0-9a-f]{64})` \|", PAGE)
    assert len(rows) == 4
    previous, leaves = bytes(32), []
    for text, digest in rows:
        previous = sha256(previous + text.replace("\\|", "|").encode()).digest()
        assert previous.hex() == digest
        leaves.append(sha256(b"\0" + previous).digest())
    left, right = (sha256(b"\1" + leaves[place] + leaves[place + 1]).digest() for place in (0, 2))
    root = sha256(b"\1" + left + right).digest()
    for wanted in (leaves[2], leaves[3], left, right, root):
        assert f"`{wanted.hex()}`" in PAGE
    for drawn in (*leaves, left, right, root):
        assert f"{drawn.hex()[:8]}…" in PAGE


def test_it_names_the_fields_of_the_file(exported: Path) -> None:
    named: dict[str, set[str]] = {}
    for line, fields in re.findall(r"^\| `(\w+)`(?:, redacted)? \| (.*) \|$", PAGE, re.MULTILINE):
        named.setdefault(line, set()).update(re.findall(r"`(\w+)`", fields))
    for name in ("whole", "redacted"):
        for record in map(json.loads, (exported / name).read_text("ascii").splitlines()):
            if record["record"] in named:
                assert set(record) - {"record"} <= named[record["record"]], record["record"]
            else:
                assert f"`{record['record']}`" in PAGE
    assert set(named) == {"header", "checkpoint", "body", "event", "end"}
