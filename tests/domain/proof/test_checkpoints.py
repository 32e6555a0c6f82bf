"""Checkpoints: the signed head of the log, kept elsewhere, what it shows later, and who signed it."""

from __future__ import annotations

import json
import os
import re
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from desks import AT, Bench, diffusion
from dutydesk.desk.audit import log_export, signing_keys
from dutydesk.desk.audit.item_proof import check_consistency, open_head
from dutydesk.desk.base import key_files
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.proof import chain
from dutydesk.domain.proof.chain import Checkpoint
from dutydesk.domain.proof.merkle import EMPTY_ROOT
from dutydesk.store.tables import log
from dutydesk.wire.files.log_file import LogOrigin, SignedCheckpoint, checkpoint_line
from dutydesk.wire.files.notes import SignedNote, sign_note
from dutydesk.wire.files.signatures import SigningKey, fingerprint, new_key
from refusals import raises_code

_ORIGIN = LogOrigin("exercise", AT.isoformat())


def as_object(kept: Path) -> None:
    """Writes a checkpoint as the release before did: one signed object of JSON."""
    note = log_export.open_checkpoint(kept)
    key = key_files.load_key(kept.with_name("desk.db-signing-key"))
    kept.write_bytes(checkpoint_line(note, key))


def edit(kept: Path, **changes: Any) -> None:
    as_object(kept)
    kept.write_text(json.dumps(json.loads(kept.read_text()) | changes))


def unsign(kept: Path, **changes: Any) -> None:
    """Removes the signature, like a release that did not sign."""
    found = log_export.open_checkpoint(kept)
    value = {
        "schema": "dutydesk-checkpoint/1",
        "realm": found.origin.realm,
        "made_at": found.origin.made_at,
        "seq": found.checkpoint.seq,
        "hash": found.checkpoint.hash.hex(),
        "at": found.at,
    } | changes
    kept.write_text(json.dumps(value))


async def test_a_checkpoint_finds_a_tail_that_was_removed_and_a_chain_made_anew(bench: Bench, tmp_path: Path) -> None:
    short, kept = tmp_path / "short.log", tmp_path / "kept"
    await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), short)
    marked = await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), kept)
    assert marked.seq == await bench.desk.queries.head_seq() - 1, "that it was made is the next event"
    checkpoint = log_export.open_checkpoint(kept)
    assert (await log_export.verify(bench.desk.store, checkpoint)).fault is None
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context, checkpoint)).holds
    cut = log_export.verify_file(short, checkpoint).fault
    assert cut == f"the log ends at event {marked.seq - 1}, but the checkpoint names event {marked.seq}: " + (
        "its end was removed"
    )
    unsign(kept, hash="00" * 32)
    anew = await log_export.verify(bench.desk.store, log_export.open_checkpoint(kept))
    assert (anew.fault, anew.first_bad_seq) == (
        f"event {marked.seq} is not the one that the checkpoint names",
        marked.seq,
    )
    assert not (
        await log_export.prove_store(bench.desk.store, bench.desk.context, log_export.open_checkpoint(kept))
    ).holds


def head_file(path: Path, size: int, root: bytes, lines: str, signer: SigningKey) -> Path:
    """A checkpoint of the tree that somebody made with a key of his own."""
    text = f"dutydesk.invalid/exercise/{AT:%FT%TZ}\n{size}\n{b64encode(root).decode()}\n{lines}"
    origin = text.partition("\n")[0]
    path.write_bytes(SignedNote(text, (sign_note(text, origin, signer),)).written.encode())
    return path


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        (0, f"chain {'00' * 32}\nkey KEY\n"),
        (2**63, f"chain {'00' * 32}\nkey KEY\n"),
        (10**19 - 1, f"chain {'00' * 32}\nkey KEY\n"),
        (1, f"chain {'00' * 32}\nkey {'11' * 32}\nkey KEY\n"),
        (1, f"chain {'00' * 32}\n"),
    ],
)
def test_a_checkpoint_that_no_log_can_have_is_none(tmp_path: Path, size: int, lines: str) -> None:
    key = new_key()
    path = head_file(tmp_path / "kept", 1, bytes(32), f"chain {'00' * 32}\nkey {key.public.hex()}\n", key)
    assert log_export.open_checkpoint(path).checkpoint.seq == 1
    path = head_file(tmp_path / "kept", size, bytes(32), lines.replace("KEY", key.public.hex()), key)
    with raises_code(InvalidRequestCode.NOT_A_CHECKPOINT):
        log_export.open_checkpoint(path)


def test_a_log_without_events_has_one_root(tmp_path: Path) -> None:
    key = new_key()
    lines = f"key {key.public.hex()}\n"
    later = open_head(head_file(tmp_path / "later", 3, b"\1" * 32, lines, key))
    for root, holds in ((EMPTY_ROOT, True), (bytes(32), False)):
        earlier = open_head(head_file(tmp_path / "earlier", 0, root, lines, key))
        assert (check_consistency(earlier, later, ()).fault is None) == holds


async def test_a_checkpoint_of_another_store_is_one_sentence(bench: Bench, tmp_path: Path) -> None:
    kept, key = tmp_path / "kept", new_key()
    other = SignedCheckpoint(
        LogOrigin("exercise", "2020-01-01T00:00:00+00:00"), Checkpoint(1, bytes(32)), AT.isoformat()
    )
    kept.write_bytes(checkpoint_line(other, key))
    opened = log_export.open_checkpoint(kept, fingerprint(key.public))
    with raises_code(InvalidRequestCode.CHECKPOINT_OF_ANOTHER_LOG, match="2020"):
        await log_export.verify(bench.desk.store, opened)
    with raises_code(InvalidRequestCode.CHECKPOINT_OF_ANOTHER_LOG, match="2020"):
        await log_export.prove_store(bench.desk.store, bench.desk.context, opened)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": 2**63},
        {"seq": "1"},
        {"seq": True},
        {"hash": "xy"},
        {"hash": 1},
        {"realm": None},
        {"schema": "dutydesk-checkpoint/3"},
        {"signature": "xy"},
        {"signature": None},
        {"public_key": 1},
        {"more": 1},
    ],
)
async def test_a_damaged_checkpoint_is_one_sentence(bench: Bench, tmp_path: Path, change: dict[str, object]) -> None:
    kept = tmp_path / "kept"
    await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), kept)
    edit(kept, **change)
    with raises_code(InvalidRequestCode.NOT_A_CHECKPOINT):
        log_export.open_checkpoint(kept)


# Signatures


async def test_it_is_a_note_signed_by_a_key_for_its_owner_alone(bench: Bench, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    marked = await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), kept)
    key = tmp_path / "desk.db-signing-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    origin, size, root, *more, gap, signed, end = kept.read_text("utf-8").split("\n")
    assert (origin, size, gap, end) == ("dutydesk.invalid/exercise/2022-03-10T08:00:00Z", str(marked.seq), "", "")
    assert b64decode(root).hex() == marked.root
    assert (more[0], more[2]) == (f"chain {marked.hash}", f"key {marked.public_key}")
    private = load_pem_private_key(key.read_bytes(), None)
    text = kept.read_bytes().partition(b"\n\n")[0] + b"\n"
    private.public_key().verify(b64decode(signed.split()[2])[4:], text)  # type: ignore[union-attr, call-arg]
    again = await log_export.write_checkpoint(
        bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "again"
    )
    assert again.key == marked.key == fingerprint(bytes.fromhex(marked.public_key)), "the key is made once"
    (*_, event) = await bench.desk.queries.history("log")
    assert event.data["key"] == marked.key
    assert (
        await log_export.prove_store(bench.desk.store, bench.desk.context, log_export.open_checkpoint(kept, marked.key))
    ).holds


async def test_any_altered_field_breaks_the_signature(bench: Bench, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), kept)
    as_object(kept)
    original = json.loads(kept.read_text())
    other = {
        "realm": "live",
        "made_at": "2020-01-01T00:00:00+00:00",
        "seq": original["seq"] + 1,
        "hash": "00" * 32,
        "at": "2020-01-01T00:00:00+00:00",
        "public_key": new_key().public.hex(),
        "signature": "00" * 64,
    }
    assert set(other) == set(original) - {"schema"}
    for name, value in other.items():
        kept.write_text(json.dumps(original | {name: value}))
        with raises_code(RefusedCode.CHECKPOINT_ALTERED):
            log_export.open_checkpoint(kept)
    for short in ("public_key", "signature"):
        kept.write_text(json.dumps(original | {short: "00"}))
        with raises_code(RefusedCode.CHECKPOINT_ALTERED):
            log_export.open_checkpoint(kept)


async def test_a_pinned_key_refuses_what_another_key_signed_or_nobody(bench: Bench, tmp_path: Path) -> None:
    """A forger of the store can also make a key and sign; only a key that was kept elsewhere exposes that."""
    made, forged = signing_keys.make_key(tmp_path / "own.key"), signing_keys.make_key(tmp_path / "forged.key")
    kept, other = tmp_path / "kept", tmp_path / "other"
    marked = await log_export.write_checkpoint(
        bench.desk.store, bench.desk.context, bench.actor("root"), kept, tmp_path / "own.key"
    )
    await log_export.write_checkpoint(
        bench.desk.store, bench.desk.context, bench.actor("root"), other, tmp_path / "forged.key"
    )
    assert marked.key == made.fingerprint
    assert not (tmp_path / "desk.db-signing-key").exists(), "a key that is named is used, and none is made"
    for pinned in (made.fingerprint, str(tmp_path / "own.key.pub")):
        assert log_export.open_checkpoint(kept, pinned).signed_by == bytes.fromhex(made.public_key)
        with raises_code(
            RefusedCode.CHECKPOINT_OTHER_KEY,
            match=rf"other is signed by the key {re.escape(forged.fingerprint)}, and not by SHA256:",
        ):
            log_export.open_checkpoint(other, pinned)
    assert log_export.open_checkpoint(other).signed_by == bytes.fromhex(forged.public_key)
    unsign(kept)
    assert log_export.open_checkpoint(kept).signed_by is None
    with raises_code(RefusedCode.CHECKPOINT_UNSIGNED):
        log_export.open_checkpoint(kept, made.fingerprint)


async def test_only_an_administrator_signs_and_nobody_elses_try_makes_a_key(bench: Bench, tmp_path: Path) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("Ines"), tmp_path / "kept")
    assert not (tmp_path / "desk.db-signing-key").exists()
    with raises_code(InvalidRequestCode.STORE_FILE_NAMED):
        await log_export.write_checkpoint(
            bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "desk.db-signing-key", replace=True
        )


# Keys


def as_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def as_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def as_letter(path: Path) -> None:
    path.write_text("Dear colleagues,")


def as_public_half(path: Path) -> None:
    path.write_bytes(path.with_name(path.name + ".pub").read_bytes())


def as_other_kind(path: Path) -> None:
    path.write_bytes(generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def as_locked(path: Path) -> None:
    key = load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))


SPOILT = [
    (as_link, InvalidRequestCode.LINK_NOT_FOLLOWED),
    (as_dangling_link, InvalidRequestCode.LINK_NOT_FOLLOWED),
    (as_folder, InvalidRequestCode.NOT_A_FILE),
    (as_pipe, InvalidRequestCode.NOT_A_FILE),
    (lambda path: path.unlink(), InvalidRequestCode.FILE_NOT_READABLE),
    (lambda path: path.chmod(0o640), InvalidRequestCode.KEY_EXPOSED),
    (lambda path: path.chmod(0o602), InvalidRequestCode.KEY_EXPOSED),
    (as_letter, InvalidRequestCode.NOT_A_PRIVATE_KEY),
    (as_public_half, InvalidRequestCode.NOT_A_PRIVATE_KEY),
    (as_other_kind, InvalidRequestCode.WRONG_KIND_OF_KEY),
    (as_locked, InvalidRequestCode.KEY_HAS_PASSPHRASE),
]


@pytest.mark.parametrize(("spoil", "code"), SPOILT)
async def test_a_key_that_cant_be_trusted_signs_nothing(
    bench: Bench, tmp_path: Path, spoil: Any, code: InvalidRequestCode
) -> None:
    key = tmp_path / "own.key"
    signing_keys.make_key(key)
    spoil(key)
    with raises_code(code, match=r"own\.key ") as caught:
        await log_export.write_checkpoint(
            bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "kept", key
        )
    assert "\n" not in caught.value.words
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("spoil", "code"), [SPOILT[0], SPOILT[1], (lambda path: path.chmod(0o660), InvalidRequestCode.KEY_EXPOSED)]
)
async def test_the_desks_own_key_is_looked_at_in_the_same_way(
    bench: Bench, tmp_path: Path, spoil: Any, code: InvalidRequestCode
) -> None:
    await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "first")
    spoil(tmp_path / "desk.db-signing-key")
    with raises_code(code, match=r"desk\.db-signing-key "):
        await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "kept")


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    made = signing_keys.make_key(tmp_path / "own.key")
    assert [stat.S_IMODE(Path(file).stat().st_mode) for file in (made.file, made.public_file)] == [0o600, 0o600]
    before = (tmp_path / "own.key").read_bytes()
    with raises_code(RefusedCode.FILE_EXISTS, match=r"own\.key\.pub "):
        signing_keys.make_key(tmp_path / "own.key")
    (tmp_path / "own.key.pub").unlink()
    with raises_code(RefusedCode.FILE_EXISTS, match=r"own\.key "):
        signing_keys.make_key(tmp_path / "own.key")
    assert (tmp_path / "own.key").read_bytes() == before
    assert not (tmp_path / "own.key.pub").exists()


def test_what_is_no_public_key_is_one_sentence(tmp_path: Path) -> None:
    signing_keys.make_key(tmp_path / "own.key")
    other = generate_private_key(SECP256R1()).public_key()
    (tmp_path / "ec.pub").write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "link").symlink_to("own.key.pub")
    for named, code in (
        ("SHA256:abc", InvalidRequestCode.NOT_A_FINGERPRINT),
        (str(tmp_path / "own.key"), InvalidRequestCode.NOT_A_PUBLIC_KEY),
        (str(tmp_path / "ec.pub"), InvalidRequestCode.WRONG_KIND_OF_KEY),
        (str(tmp_path / "link"), InvalidRequestCode.LINK_NOT_FOLLOWED),
        (str(tmp_path / "absent"), InvalidRequestCode.FILE_NOT_READABLE),
    ):
        with raises_code(code):
            signing_keys.pinned_fingerprint(named)


async def test_links_to_checkpoints_and_logs_are_not_followed(bench: Bench, tmp_path: Path) -> None:
    await log_export.write_checkpoint(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "kept")
    await log_export.export_log(bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "desk.log")
    for name, look in (
        ("kept", log_export.open_checkpoint),
        ("desk.log", log_export.verify_file),
        ("desk.log", log_export.prove_file),
    ):
        link = tmp_path / f"{name}.link"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        with raises_code(InvalidRequestCode.LINK_NOT_FOLLOWED, match=f"{name}.link "):
            look(link)


# What is walked


@pytest.fixture
def hashed_events(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collects the numbers of the events whose hash is recomputed."""
    seen: list[int] = []
    fault = chain.link_fault

    def counting(row: Any, expected: int, digest: bytes) -> str | None:
        seen.append(expected)
        return fault(row, expected, digest)

    for room in (chain, log):
        monkeypatch.setattr(room, "link_fault", counting)
    return seen


async def test_from_a_checkpoint_on_only_what_came_after_it_is_walked(
    bench: Bench, tmp_path: Path, hashed_events: list[int]
) -> None:
    for _ in range(20):
        await bench.sent(diffusion("DE", ("PL",)))
    marked = await log_export.write_checkpoint(
        bench.desk.store, bench.desk.context, bench.actor("root"), tmp_path / "kept"
    )
    for _ in range(3):
        await bench.sent(diffusion("DE", ("PL",)))
    checkpoint, head = log_export.open_checkpoint(tmp_path / "kept"), await bench.desk.queries.head_seq()
    hashed_events.clear()
    report = await log_export.verify(bench.desk.store, checkpoint)
    assert (report.fault, report.events) == (None, head)
    assert hashed_events == list(range(marked.seq + 1, head + 1))
    hashed_events.clear()
    assert (await log_export.verify(bench.desk.store)).fault is None
    assert hashed_events == list(range(1, head + 1))
    hashed_events.clear()
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context, checkpoint)).holds
    assert hashed_events == list(range(1, head + 1)), "what is permitted hangs on all that came before"
