"""The commands on keys, on whose messages must be signed, on the desk's key, and the verification of its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.wire.files.signatures import SigningKey, fingerprint, new_key, public_pem
from signed_messages import packed, signed


def key_file(folder: Path, key: SigningKey, name: str = "de.pem") -> str:
    path = folder / name
    path.write_bytes(key.public_pem())
    return str(path)


def message_file(folder: Path, content: bytes, name: str = "message.json") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_bureau_that_must_sign(box: Box, tmp_path: Path) -> None:
    key = new_key()
    answer = box.ok("bureaus", "keys", "add", "DE", key_file(tmp_path, key), "--json").object()
    assert (answer["bureau"], answer["state"]) == ("DE", "added")
    assert fingerprint(key.public) in answer["words"]
    box.ok("bureaus", "signatures", "DE", "required")
    (rules,) = box.ok("bureaus", "keys", "list", "--json").objects()
    assert rules["levels"] == dict.fromkeys(("diffusion", "message", "record", "check"), "required")
    assert [row["state"] for row in rules["keys"]] == ["in force"]
    unsigned = box.run("submit", message_file(tmp_path, packed(diffusion("DE"))), "--json")
    assert unsigned.code == 1
    assert unsigned.object()["problems"][0]["path"] == "signature.unsigned"
    taken = box.ok("submit", message_file(tmp_path, signed(diffusion("DE"), key)), "--json").object()
    assert taken["outcome"] == "accepted"
    shown = box.ok("show", taken["item"], "--json").object()
    assert shown["signature"] == {"key": fingerprint(key.public), "state": "in force"}
    assert fingerprint(key.public) in box.ok("show", taken["item"]).out
    assert (
        taken["item"]
        in box.ok("bureaus", "keys", "revoke", "DE", "--since", "2022-01-01T00:00:00Z", "--reason", "x").out
    )
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"] == "verified"


def test_a_key_is_for_one_bureau_and_does_not_come_back(box: Box, tmp_path: Path) -> None:
    file = key_file(tmp_path, new_key())
    box.ok("bureaus", "keys", "add", "DE", file)
    for country in ("DE", "FR"):
        box.refused(ConflictCode.KEY_KNOWN, "bureaus", "keys", "add", country, file)
    box.ok("bureaus", "keys", "retire", "DE")
    box.refused(ConflictCode.KEY_KNOWN, "bureaus", "keys", "add", "DE", file)
    box.refused(NotFoundCode.UNKNOWN_KEY, "bureaus", "keys", "retire", "DE")


@pytest.mark.parametrize("number", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 + 1])
def test_a_key_by_which_anybody_could_sign_is_refused(box: Box, tmp_path: Path, number: int) -> None:
    path = tmp_path / "weak.pem"
    path.write_bytes(public_pem(number.to_bytes(32, "little")))
    box.refused(InvalidRequestCode.WEAK_KEY, "bureaus", "keys", "add", "DE", str(path))


def test_what_is_no_public_key_is_refused(box: Box, tmp_path: Path) -> None:
    private = message_file(tmp_path, new_key().private_pem(), "private.pem")
    box.refused(InvalidRequestCode.PRIVATE_KEY_GIVEN, "bureaus", "keys", "add", "DE", private)
    box.refused(
        InvalidRequestCode.NOT_A_PUBLIC_KEY, "bureaus", "keys", "add", "DE", message_file(tmp_path, b"x", "x.pem")
    )


def test_wrong_dates_and_orders_are_refused(box: Box, tmp_path: Path) -> None:
    file = key_file(tmp_path, new_key())
    early, late = "2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
    box.refused(InvalidRequestCode.TIME_PAST, "bureaus", "keys", "add", "DE", file, "--from", early)
    box.refused(
        InvalidRequestCode.DATES_REVERSED, "bureaus", "keys", "add", "DE", file, "--from", late, "--until", late
    )
    box.refused(InvalidRequestCode.NO_KEY_IN_FORCE, "bureaus", "signatures", "DE", "required")
    box.ok("bureaus", "keys", "add", "DE", file)
    box.refused(InvalidRequestCode.DATE_TO_COME, "bureaus", "keys", "revoke", "DE", "--since", late, "--reason", "x")
    box.refused(
        InvalidRequestCode.UNKNOWN_CODE, "bureaus", "keys", "add", "XX", key_file(tmp_path, new_key(), "xx.pem")
    )


def test_only_administrators_change_keys(box: Box, tmp_path: Path) -> None:
    file = key_file(tmp_path, new_key())
    box.refused(NotAllowedCode.ROLE_TOO_LOW, "--as", "Ines", "bureaus", "keys", "add", "DE", file)
    box.refused(NotAllowedCode.ROLE_TOO_LOW, "--as", "Ines", "bureaus", "desk-key", "--new")


def test_deliveries_are_verified_without_a_store(box: Box, tmp_path: Path) -> None:
    (row,) = box.ok("bureaus", "desk-key", "--json").objects()
    assert row["state"] == "in force"
    public = message_file(tmp_path, row["public_key"].encode(), "desk.pem")
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))))
    box.ok("dispatch", "--until-idle")
    (segment,) = (box.folder / "outbox" / "PL").glob("*.jsonl")
    found = box.ok("verify-delivery", str(segment), "--key", public, "--bureau", "PL", "--json").object()
    assert (found["delivery"], found["key"]) == ("D-000001/1.1/PL", row["key"])
    changed = message_file(tmp_path, segment.read_bytes().replace(b"diffusion", b"recalls!!", 1), "changed.jsonl")
    answer = box.run("verify-delivery", changed, "--key", public, "--json")
    assert (answer.code, answer.object()["code"]) == (1, "not_in_batch")
    assert box.run("verify-delivery", str(segment), "--key", public, "--bureau", "FR").code == 1


def test_a_new_store_signs_from_the_start(box: Box, tmp_path: Path) -> None:
    made = tmp_path / "new.db"
    answer = box.ok("--db", str(made), "init", "--json").object()
    (row,) = box.ok("--db", str(made), "bureaus", "desk-key", "--json").objects()
    assert row["key"] == answer["desk_key"]


def test_one_box_delivers_to_all_bureaus(box: Box, tmp_path: Path) -> None:
    box.refused(RefusedCode.ONE_BOX, "bureaus", "route", "KE", "africa")
    assert box.ok("bureaus", "route", "--json").out == ""
    assert "main" in box.ok("bureaus", "route").out, "the route that all have is named"
    box.refused(InvalidRequestCode.MISSING_ARGUMENT, "bureaus", "route", "KE")
    box.refused(RefusedCode.ONE_BOX, "dispatch", "--until-idle", "--route", f"africa={tmp_path}")
    box.refused(InvalidRequestCode.BAD_ROUTES, "dispatch", "--until-idle", "--route", "africa")
    box.ok("dispatch", "--until-idle", "--route", f"main={tmp_path / 'outbox'}")
