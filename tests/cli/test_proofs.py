"""Proofs that travel: an item with its proof, checkpoints, and forgeries of each kind, by who holds only that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from desks import Bench, act_message, diffusion, prepared_desk
from dutydesk.desk.audit.item_export import export_item
from dutydesk.desk.audit.item_proof import open_head, verify_item
from dutydesk.desk.audit.log_export import write_checkpoint
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.events.log import link

SECRET = "a house at the harbour"


@pytest.fixture
def filled(box: Box) -> Box:
    messages = (diffusion("DE", text=SECRET), diffusion("FR", ("PL",)))
    box.ok("submit", box.lines("in.jsonl", *messages))
    box.ok("note", "D-000001", "Seen.")
    return box


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def rewrite(path: Path, lines: list[dict[str, Any]]) -> None:
    """Writes a file anew with a last line that is right, as a forger would."""
    text = "".join(json.dumps(line) + "\n" for line in lines[:-1])
    end = {"record": "end", "lines": len(lines) - 1, "sha256": sha256(text.encode()).hexdigest()}
    path.write_text(text + json.dumps(end) + "\n")


def test_an_item_proves_itself_without_the_log(filled: Box) -> None:
    filled.ok("audit", "checkpoint", "early", "--json")
    done = filled.ok("export", "D-000001", "item", "--json").object()
    made = filled.ok("audit", "checkpoint", "late", "--json").object()
    assert made["seq"] == done["checkpoint"] == done["head_seq"]
    assert made["log_key"].startswith("dutydesk.invalid/")
    filled.store.unlink()
    found = filled.ok("verify-item", "item", "--checkpoint", "late", "--json").object()
    assert (found["proof"], found["item"], found["events"], found["size"]) == (
        "verified",
        "D-000001",
        done["events"],
        made["seq"],
    )
    assert found["signed_by"] == made["key"]
    assert filled.ok("verify-item", "item", "--public-key", made["key"]).out.startswith("D-000001 is proved")
    assert filled.ok("verify-item", "item", "--public-key", made["log_key"], "--json").object()["fault"] is None
    filled.refused(InvalidRequestCode.OTHER_CHECKPOINT, "verify-item", "item", "--checkpoint", "early")
    filled.ok("audit", "key", "another.key")
    for key in ("another.key.pub", made["log_key"].replace("dutydesk", "other")):
        ended = filled.run("verify-item", "item", "--public-key", key)
        assert ended.code in (1, 2)
    assert filled.run("verify-item", "item", "--public-key", "another.key.pub").code == 1


def test_a_bureau_gets_the_proof_of_its_item_alone(filled: Box) -> None:
    kept = filled.ok("audit", "checkpoint", "kept", "--json").object()
    filled.ok("export", "D-000001", "item", "--redacted", "--checkpoint", "kept")
    text = (filled.folder / "item").read_text()
    for hidden in (
        SECRET,
        "Seen.",
        "D-000002",
        '"FR"',
        '"PL"',
        '/FR"',
        '/PL"',
    ):  # two letters stand in hashes by chance
        assert hidden not in text, hidden
    found = filled.ok("verify-item", "item", "--checkpoint", "kept", "--json").object()
    assert (found["proof"], found["size"], found["later"], found["bodies"]) == ("verified", kept["seq"], 1, 1)
    assert max(len(json.dumps(line["proof"])) for line in records(filled.folder / "item") if "proof" in line) < 2_000
    filled.ok("audit", "item", "item")
    both = filled.run("export", "D-000001", "other", "--checkpoint", "kept", "--witnessed")
    assert both.code == 2
    filled.refused(RefusedCode.CHECKPOINT_UNSIGNED, "export", "D-000001", "other", "--witnessed")


def test_the_proof_of_a_corrected_item_names_no_measure_and_no_other_bureau(box: Box) -> None:
    box.ok("supervise", "FR", "held", "--order", "Decision 7", "--by", "the Commission", "--reason", "Doubts.")
    first = diffusion("FR", ("PL", "UA"))
    second = first | act_message("correction", "FR", of=first["reference"], recipients=["PL", "UA"], text="Now dated.")
    box.ok("submit", box.lines("in.jsonl", first))
    box.ok("submit", box.lines("later.jsonl", second))
    box.ok("audit", "checkpoint", "kept")
    box.ok("export", "D-000001", "item", "--redacted", "--checkpoint", "kept")
    text = (box.folder / "item").read_text()
    assert [hidden for hidden in ("Decision 7", "Commission", "M-0001", 'PL\\"', 'UA\\"') if hidden in text] == []
    found = box.ok("verify-item", "item", "--checkpoint", "kept", "--json").object()
    assert (found["proof"], found["bodies"]) == ("verified", 1)
    box.ok("audit", "item", "item")


def changed_event(lines: list[dict[str, Any]]) -> None:
    line = next(line for line in lines if line.get("kind") == "item.noted")
    line["actor"] = "Mallory"


def relinked_event(lines: list[dict[str, Any]]) -> None:
    line = [line for line in lines if line["record"] == "event"][-1]
    line["actor"] = "Mallory"
    fields = (line["seq"], line["at"], line["actor"], line["kind"], line["subject"], line["data"])
    line["hash"] = link(bytes.fromhex(line["previous"]), *fields).hex()


def put_in(lines: list[dict[str, Any]]) -> None:
    place = next(place for place, line in enumerate(lines) if line.get("kind") == "item.noted")
    line = dict(lines[place], seq=lines[place]["seq"] + 1, previous=lines[place]["hash"])
    fields = (line["seq"], line["at"], line["actor"], line["kind"], line["subject"], line["data"])
    line["hash"] = link(bytes.fromhex(line["previous"]), *fields).hex()
    lines.insert(place + 1, line)


def swapped(lines: list[dict[str, Any]]) -> None:
    first, second = [place for place, line in enumerate(lines) if line["record"] == "event"][:2]
    lines[first], lines[second] = lines[second], lines[first]


def renumbered(lines: list[dict[str, Any]]) -> None:
    first, second = [line for line in lines if line["record"] == "event"][:2]
    first["proof"], second["proof"] = second["proof"], first["proof"]


def other_items(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        if line["record"] == "event":
            line["subject"] = "D-000002"


def without_proof(lines: list[dict[str, Any]]) -> None:
    del next(line for line in lines if line["record"] == "event")["proof"]


def without_events(lines: list[dict[str, Any]]) -> None:
    lines[:] = [line for line in lines if line["record"] not in ("event", "body")]


def grown_checkpoint(lines: list[dict[str, Any]]) -> None:
    line = next(line for line in lines if line["record"] == "checkpoint")
    line["note"] = line["note"].replace("\n", "\nx", 1)


@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (changed_event, "was changed after it was written"),
        (relinked_event, "is not shown to stand in the log"),
        (put_in, "stands behind event"),
        (swapped, "stands behind event"),
        (renumbered, "is not shown to stand in the log"),
        (other_items, "was changed after it was written"),
        (without_proof, "has no proof"),
        (without_events, "the file proves no event"),
        (grown_checkpoint, "the proofs of the file can't be used"),
    ],
)
def test_a_forged_item_is_named_by_who_holds_it_and_a_checkpoint(
    exported: Path, tmp_path: Path, forge: Callable[[list[dict[str, Any]]], None], named: str
) -> None:
    lines = records(exported)
    forge(lines)
    rewrite(tmp_path / "item", lines)
    found = verify_item(tmp_path / "item", open_head(exported.with_name("kept")))
    assert found.fault is not None
    assert named in found.fault


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An item's file, and beside it the checkpoint ``kept`` that it is proved to."""
    folder = tmp_path_factory.mktemp("exported")

    async def export() -> None:
        desk, clock = await prepared_desk(folder / "desk.db", [])
        try:
            bench = Bench(desk, clock)
            await bench.sent(diffusion("DE"))
            await desk.review.note(bench.actor("root"), 1, "Seen.")
            await export_item(desk.store, desk.context, bench.actor("root"), 1, folder / "item")
            await write_checkpoint(desk.store, desk.context, bench.actor("root"), folder / "kept")
        finally:
            await desk.close()

    asyncio.run(export())
    return folder / "item"


def test_the_proof_of_another_item_proves_nothing(filled: Box) -> None:
    filled.ok("audit", "checkpoint", "kept")
    for item in ("D-000001", "D-000002"):
        filled.ok("export", item, item, "--checkpoint", "kept")
    mine, others = records(filled.folder / "D-000001"), records(filled.folder / "D-000002")
    proofs = [line["proof"] for line in others if line["record"] == "event" and "proof" in line]
    for line, proof in zip((line for line in mine if line["record"] == "event"), proofs, strict=False):
        line["proof"] = proof
    rewrite(filled.folder / "D-000001", mine)
    ended = filled.run("verify-item", "D-000001", "--checkpoint", "kept", "--json")
    assert ended.code == 1
    assert "is not shown to stand in the log" in ended.object()["fault"]


def test_one_checkpoint_extends_another_with_and_without_the_store(filled: Box) -> None:
    first = filled.ok("audit", "checkpoint", "a", "--json").object()
    filled.ok("note", "D-000001", "More.")
    second = filled.ok("audit", "checkpoint", "b", "--json").object()
    found = filled.ok("audit", "consistency", "a", "b", "--write", "proof", "--json").object()
    assert (found["consistency"], found["earlier"], found["size"]) == ("verified", first["seq"], second["seq"])
    assert found["signed_by"] == [first["key"], second["key"]]
    filled.ok("audit", "key", "mallory")
    other = filled.ok("audit", "checkpoint", "c", "--key", "mallory", "--json").object()
    words = filled.ok("audit", "consistency", "a", "c").out
    assert f"a is signed by the key {first['key']}" in words
    assert f"c is signed by the key {other['key']}" in words
    assert filled.ok("audit", "consistency", "a", "a", "--json").object()["proof"] == []
    filled.store.unlink()
    assert filled.ok("audit", "consistency", "a", "b", "--proof", "proof").out.startswith("verified")
    for wrong in (("b", "a", "--proof", "proof"), ("a", "b", "--proof", "empty")):
        (filled.folder / "empty").write_text('{"schema": "dutydesk-consistency/1", "proof": []}')
        ended = filled.run("audit", "consistency", *wrong, "--json")
        assert ended.code == 1, wrong
        assert ended.object()["consistency"] != "verified"
    filled.refused(InvalidRequestCode.NOT_A_PROOF, "audit", "consistency", "a", "b", "--proof", "a")
    assert filled.run("audit", "consistency", "a", "b", "--proof", "proof", "--write", "other").code == 2


def test_files_that_prove_nothing_are_one_sentence(filled: Box) -> None:
    foreign = filled.lines("foreign.jsonl", {"a": 1})
    filled.ok("audit", "checkpoint", "kept")
    for call in (
        ("verify-item", foreign),
        ("verify-item", "absent"),
        ("verify-item", "kept"),
        ("audit", "consistency", foreign, "kept"),
        ("audit", "consistency", "kept", "absent"),
        ("export", "D-000001", "out", "--checkpoint", foreign),
    ):
        ended = filled.run(*call)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), call
    other = (filled.folder / "kept").read_text("utf-8").replace("dutydesk.invalid", "other.example")
    (filled.folder / "other").write_text(other)
    filled.refused(RefusedCode.CHECKPOINT_ALTERED, "export", "D-000001", "out", "--checkpoint", "other")
    assert not (filled.folder / "out").exists()
