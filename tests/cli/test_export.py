"""One item as a file with its part of the chain: whole, private, and proved against the log that it is of."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode

SECRET = "What one bureau wrote to another."


def correspondence() -> dict[str, Any]:
    message = diffusion("DE")
    kept = ("schema", "reference", "sender", "sent_at", "recipients")
    return {name: message[name] for name in kept} | {"type": "message", "text": SECRET}


@pytest.fixture
def filled(box: Box) -> Box:
    messages = (diffusion("DE", retention_until=None), diffusion("FR", retention_until=None), correspondence())
    box.ok("submit", box.lines("in.jsonl", *messages))
    box.ok("--as", "Jonas", "note", "D-000001", "Seen.")
    return box


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_it_holds_everything_and_is_its_owners_alone(filled: Box) -> None:
    path = filled.folder / "D-000001.jsonl"
    done = filled.ok("--as", "Jonas", "export", "D-000001", str(path), "--json").object()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = records(path)
    by_kind = {kind: [line for line in found if line["record"] == kind] for kind in {line["record"] for line in found}}
    assert by_kind["header"][0]["schema"] == "dutydesk-item/1"
    assert by_kind["item"][0]["item"] == "D-000001"
    (body,) = by_kind["body"]
    raw = base64.b64decode(body["bytes"])
    assert hashlib.sha256(raw).hexdigest() == body["sha256"]
    assert json.loads(raw)["sender"] == "DE"
    assert {line["recipient"] for line in by_kind["delivery"]} == {"PL", "FR", "UA"}
    assert by_kind["note"][0]["text"] == "Seen."
    kinds = [line["kind"] for line in by_kind["event"]]
    assert kinds == ["intake.accepted", "item.routed", "item.noted", "item.read"], "taking it out is a read, before it"
    assert by_kind["event"][-1]["actor"] == "Jonas"
    assert done["events"] == 4
    assert done["head"] == by_kind["header"][0]["head"]
    filled.refused(RefusedCode.FILE_EXISTS, "--as", "Jonas", "export", "D-000001", str(path))
    filled.ok("--as", "Jonas", "export", "D-000001", str(path), "--force")


def test_the_text_of_correspondence_stays_closed(filled: Box) -> None:
    path = filled.folder / "out.jsonl"
    filled.ok("--as", "Jonas", "export", "D-000003", str(path))
    text = path.read_text("ascii")
    assert SECRET not in text
    assert base64.b64encode(SECRET.encode())[4:-8].decode() not in text
    (body,) = [line for line in records(path) if line["record"] == "body"]
    assert body["bytes"] is None
    assert body["withheld"].startswith("ordinary correspondence")
    filled.ok("audit", "item", str(path))
    broken = filled.folder / "broken.jsonl"
    broken.write_bytes(json.dumps(correspondence()).encode()[:-2] + b"\n")
    filled.run("submit", str(broken))
    filled.ok("--as", "Jonas", "export", "D-000004", str(filled.folder / "quarantined.jsonl"))
    (body,) = [line for line in records(filled.folder / "quarantined.jsonl") if line["record"] == "body"]
    assert body["bytes"] is None


def test_who_may_and_where_to(filled: Box) -> None:
    filled.refused(NotAllowedCode.ROLE_TOO_LOW, "--as", "Olga", "export", "D-000001", "x.jsonl")
    filled.refused(NotFoundCode.UNKNOWN_ITEM, "--as", "Jonas", "export", "D-000099", "x.jsonl")
    store_file = str(filled.store) + ".x"
    filled.refused(InvalidRequestCode.STORE_FILE_NAMED, "--as", "Jonas", "export", "D-000001", store_file)
    assert not (filled.folder / "x.jsonl").exists()


def test_it_is_proved_against_the_store_and_against_an_exported_log(filled: Box) -> None:
    path, log = filled.folder / "out.jsonl", filled.folder / "desk.log"
    filled.ok("--as", "Jonas", "export", "D-000001", str(path))
    filled.ok("audit", "export", str(log))
    found = filled.ok("audit", "item", str(path), "--json").object()
    assert (found["item"], found["fault"], found["events"]) == ("D-000001", None, 4)
    away = filled.ok("--db", "nowhere.db", "audit", "item", str(path), "--log", str(log), "--json").object()
    assert (away["fault"], away["head_seq"]) == (None, found["head_seq"] - 1), "that a log was taken out came after"
    assert "D-000001 holds" in filled.ok("audit", "item", str(path), "--log", str(log)).out


def _bytes_changed(found: list[dict[str, Any]]) -> None:
    body = next(line for line in found if line["record"] == "body")
    body["bytes"] = base64.b64encode(b"{}").decode()


def _body_changed(found: list[dict[str, Any]]) -> None:
    _bytes_changed(found)
    body = next(line for line in found if line["record"] == "body")
    body["sha256"] = hashlib.sha256(b"{}").hexdigest()


def _event_changed(found: list[dict[str, Any]]) -> None:
    next(line for line in found if line["record"] == "event")["actor"] = "Nobody"


def _event_moved(found: list[dict[str, Any]]) -> None:
    events = [line for line in found if line["record"] == "event"]
    first, second = found.index(events[0]), found.index(events[1])
    found[first], found[second] = found[second], found[first]


def _event_made_up(found: list[dict[str, Any]]) -> None:
    from dutydesk.domain.events.log import link

    event = [line for line in found if line["record"] == "event"][-1]
    event["actor"] = "Nobody"
    previous = bytes.fromhex(event["previous"])
    texts = (event["actor"], event["kind"], event["subject"], event["data"])
    event["hash"] = link(previous, event["seq"], event["at"], *texts).hex()


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (_bytes_changed, "the bytes of version 1 are not those of its SHA-256"),
        (_body_changed, "no event of the item names the SHA-256 of its version 1"),
        (_event_changed, "was changed after it was written"),
        (_event_moved, "stands behind event"),
        (_event_made_up, "does not stand in the log"),
    ],
)
def test_a_forged_file_is_found_even_with_its_sum_made_anew(
    filled: Box, forge: Callable[[list[dict[str, Any]]], None], words: str
) -> None:
    path = filled.folder / "out.jsonl"
    filled.ok("--as", "Jonas", "export", "D-000001", str(path))
    found = records(path)[:-1]
    forge(found)
    lines = "".join(json.dumps(line) + "\n" for line in found)
    end = {"record": "end", "lines": len(found), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    path.write_text(lines + json.dumps(end) + "\n", "ascii")
    refused = filled.run("audit", "item", str(path))
    assert refused.code == 1
    assert words in refused.out


def test_a_damaged_file_and_no_file_of_ours(filled: Box) -> None:
    path = filled.folder / "out.jsonl"
    filled.ok("--as", "Jonas", "export", "D-000001", str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    assert "its end was cut off" in filled.run("audit", "item", str(path)).out
    path.write_bytes(whole.replace(b'"Seen."', b'"Sein."'))
    assert "altered after it was written" in filled.run("audit", "item", str(path)).out
    for content in (b"", b"{}\n", b"\xff", b'{"schema": "dutydesk-item/1"}\n'):
        path.write_bytes(content)
        filled.refused(InvalidRequestCode.NOT_AN_ITEM_FILE, "audit", "item", str(path))


def test_an_item_of_another_desk_is_not_ours(filled: Box, tmp_path: Path) -> None:
    other = Box(tmp_path / "other")
    other.folder.mkdir()
    other.ok("init", "--exercise")
    path = filled.folder / "out.jsonl"
    filled.ok("--as", "Jonas", "export", "D-000001", str(path))
    refused = other.run("audit", "item", str(path))
    assert (refused.code, "of another desk's log" in refused.out) == (1, True)
