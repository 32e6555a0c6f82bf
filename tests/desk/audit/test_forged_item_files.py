"""Items' files that a forger has written anew with a right sum: what is not proved must not stand in one that is."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from dutydesk.desk.audit.item_proof import open_head, verify_item
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.events.log import link
from dutydesk.wire.files.log_file import LONGEST_LINE
from dutydesk.wire.files.notes import KeyType, NoteKey, SignedNote, cosign_note, sign_note, with_signatures
from dutydesk.wire.files.signatures import new_key
from exported_item import export_files
from refusals import raises_code

SIGNER = new_key()
FORGED = b'{"text": "forged"}'
Lines: TypeAlias = "list[dict[str, Any]]"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the item's files ``whole`` and ``redacted``, proved to the checkpoint ``kept``."""
    folder = tmp_path_factory.mktemp("items")
    export_files(folder, ["DE"], later_notes=["Later."])
    return folder


def summed(texts: list[str]) -> bytes:
    """The lines with a last one that is right."""
    body = "".join(f"{text}\n" for text in texts).encode()
    end = {"record": "end", "lines": len(texts), "sha256": sha256(body).hexdigest()}
    return body + json.dumps(end).encode() + b"\n"


def read(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()[:-1]]


def fault_of(exported: Path, tmp_path: Path, raw: bytes) -> str | None:
    (tmp_path / "forged").write_bytes(raw)
    return verify_item(tmp_path / "forged", open_head(exported / "kept")).fault


def of_kind(lines: Lines, record: str) -> Lines:
    return [line for line in lines if line["record"] == record]


def text_beside_a_redacted_hash(lines: Lines) -> None:
    of_kind(lines, "event")[-2].update(kind="item.refused", actor="Mara")


def redacted_event_twice(lines: Lines) -> None:
    lines.insert(-1, of_kind(lines, "event")[1])


def redacted_events_out_of_order(lines: Lines) -> None:
    events = [place for place, line in enumerate(lines) if line["record"] == "event"]
    lines[events[0]], lines[events[1]] = lines[events[1]], lines[events[0]]


def body_of_another(lines: Lines) -> dict[str, Any]:
    encoded = base64.b64encode(FORGED).decode()
    return of_kind(lines, "body")[0] | {"sha256": sha256(FORGED).hexdigest(), "bytes": encoded, "withheld": None}


def version_twice(lines: Lines) -> None:
    lines.insert(lines.index(of_kind(lines, "body")[0]), body_of_another(lines))


def body_named_by_a_later_event(lines: Lines) -> None:
    """Adds version 2, which nothing but an event of the forger's own names."""
    last = of_kind(lines, "event")[-1]
    data = json.dumps({"version": 2, "sha256": sha256(FORGED).hexdigest()})
    later = {**last, "seq": last["seq"] + 5, "previous": last["hash"], "kind": "item.corrected", "data": data}
    fields = [later[name] for name in ("seq", "at", "actor", "kind", "subject", "data")]
    later["hash"] = link(bytes.fromhex(later["previous"]), *fields).hex()
    lines.append(later)
    lines.insert(lines.index(of_kind(lines, "body")[0]), body_of_another(lines) | {"version": 2})


def second_header(lines: Lines) -> None:
    lines.insert(1, lines[0] | {"item": "D-000002"})


def second_checkpoint(lines: Lines) -> None:
    lines.insert(1, of_kind(lines, "checkpoint")[0] | {"note": "none"})


def other_size_beside_the_note(lines: Lines) -> None:
    of_kind(lines, "checkpoint")[0]["size"] += 1


def other_root_beside_the_note(lines: Lines) -> None:
    of_kind(lines, "checkpoint")[0]["root"] = "00" * 32


@pytest.mark.parametrize(
    ("name", "forge"),
    [
        ("redacted", text_beside_a_redacted_hash),
        ("redacted", redacted_event_twice),
        ("redacted", redacted_events_out_of_order),
        ("whole", version_twice),
        *((name, second_header) for name in ("whole", "redacted")),
        *((name, second_checkpoint) for name in ("whole", "redacted")),
        *((name, other_size_beside_the_note) for name in ("whole", "redacted")),
        *((name, other_root_beside_the_note) for name in ("whole", "redacted")),
    ],
)
def test_what_is_not_proved_is_not_taken_with_what_is(
    exported: Path, tmp_path: Path, name: str, forge: Callable[[Lines], None]
) -> None:
    lines = read(exported / name)
    assert fault_of(exported, tmp_path, summed([json.dumps(line) for line in lines])) is None
    forge(lines)
    assert fault_of(exported, tmp_path, summed([json.dumps(line) for line in lines])) is not None


def test_a_body_that_only_a_later_event_names_is_not_counted_among_the_proved(exported: Path, tmp_path: Path) -> None:
    lines = read(exported / "whole")
    body_named_by_a_later_event(lines)
    (tmp_path / "forged").write_bytes(summed([json.dumps(line) for line in lines]))
    found = verify_item(tmp_path / "forged", open_head(exported / "kept"))
    assert (found.fault, found.bodies, found.later_bodies) == (None, 1, (2,))


def test_redacted_events_are_counted_apart_for_they_could_be_those_of_another_item(
    exported: Path, tmp_path: Path
) -> None:
    lines = read(exported / "redacted")
    found = verify_item(exported / "redacted", open_head(exported / "kept"))
    assert 0 < found.redacted < found.events
    for line in of_kind(lines, "event"):
        shown = {name: line[name] for name in ("record", "seq", "hash", "proof") if name in line}
        line.clear()
        line.update(shown, redacted=True)
    lines = [line | {"item": "D-000777"} if line["record"] == "header" else line for line in lines]
    texts = [json.dumps(line) for line in lines if line["record"] != "body"]
    (tmp_path / "forged").write_bytes(summed(texts))
    found = verify_item(tmp_path / "forged", open_head(exported / "kept"))
    assert (found.item, found.fault, found.redacted) == ("D-000777", None, found.events)
    assert verify_item(exported / "whole", open_head(exported / "kept")).redacted == 0


def test_each_witness_that_is_asked_for_must_have_cosigned(exported: Path) -> None:
    """Also where two keys have one name."""
    head = open_head(exported / "kept")
    keys = [NoteKey("box2.example/witness", KeyType.COSIGNATURE, key.public) for key in (SIGNER, new_key())]
    signature = cosign_note(head.note.text, keys[0].name, SIGNER, 1_700_000_000)
    head = replace(head, note=with_signatures(head.note, [signature]))
    for wanted, fault in ((keys[:1], False), (keys, True), (keys[::-1], True)):
        found = verify_item(exported / "whole", head, None, tuple(key.text for key in wanted))
        assert (found.fault is not None) == fault


def test_a_checkpoint_that_names_no_key_proves_nothing_without_one(exported: Path, tmp_path: Path) -> None:
    """Whoever makes up a log writes such a checkpoint of it without any key."""
    kept = open_head(exported / "kept")
    text = "".join(line for line in kept.note.text.splitlines(keepends=True) if not line.startswith("key "))
    note = SignedNote(text, (sign_note(text, kept.origin, SIGNER),))
    (tmp_path / "unnamed").write_bytes(note.written.encode())
    head, key = open_head(tmp_path / "unnamed"), NoteKey(kept.origin, KeyType.NOTE, SIGNER.public)
    assert verify_item(exported / "whole", head).fault is not None
    assert verify_item(exported / "whole", head, key.text).fault is None
    assert verify_item(exported / "whole", head, NoteKey(kept.origin, KeyType.NOTE, new_key().public).text).fault


def test_a_member_stands_in_a_line_once(exported: Path, tmp_path: Path) -> None:
    texts = (exported / "whole").read_text("ascii").splitlines()[:-1]
    place = next(place for place, text in enumerate(texts) if '"item.noted"' in text)
    texts[place] = texts[place].replace('"kind": ', '"kind": "item.refused", "kind": ', 1)
    assert fault_of(exported, tmp_path, summed(texts)) is not None


def test_what_follows_in_a_line_that_is_longer_than_any_is_no_line(exported: Path, tmp_path: Path) -> None:
    """Others read one line there, and nothing in it."""
    texts = (exported / "whole").read_text("ascii").splitlines()[:-1]
    texts.insert(2, json.dumps({"record": "note", "text": "Seen."}).ljust(LONGEST_LINE))
    raw = summed(texts)
    assert fault_of(exported, tmp_path, raw) is not None
    joined = raw.replace(b" " * 64 + b"\n", b" " * 64, 1)
    end = json.dumps(
        {
            "record": "end",
            "lines": len(texts),
            "sha256": sha256(joined[: joined.rindex(b'{"record": "end"')]).hexdigest(),
        }
    )
    assert fault_of(exported, tmp_path, joined[: joined.rindex(b'{"record": "end"')] + end.encode() + b"\n") is not None


@pytest.mark.parametrize("bent", ["head_seq", "number", "mark", "utf-16"])
def test_a_first_line_that_others_read_in_another_way_is_refused(exported: Path, tmp_path: Path, bent: str) -> None:
    texts = (exported / "whole").read_text("ascii").splitlines()[:-1]
    if bent in ("head_seq", "number"):
        header = json.loads(texts[0])
        header["head_seq"] = str(header["head_seq"]) if bent == "head_seq" else float("inf")
        texts[0] = json.dumps(header).replace("Infinity", "1e999")
    raw = summed(texts)
    if bent == "mark":
        raw = summed(["\ufeff" + texts[0], *texts[1:]])
    elif bent == "utf-16":
        raw = texts[0].encode("utf-16") + b"\n"
    (tmp_path / "forged").write_bytes(raw)
    with raises_code(InvalidRequestCode.NOT_AN_ITEM_FILE):
        verify_item(tmp_path / "forged", open_head(exported / "kept"))
