"""Notes, checkpoints and cosignatures beside those of the Go project's own packages, and what is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dutydesk.wire.files.log_file import LogOrigin
from dutydesk.wire.files.notes import (
    KeyType,
    NoteFault,
    NoteKey,
    SignedNote,
    cosign_note,
    note_key,
    read_note,
    sign_note,
    with_signatures,
)
from dutydesk.wire.files.signatures import SigningKey
from dutydesk.wire.files.tree_heads import (
    WitnessRequest,
    log_origin,
    origin_name,
    read_head,
    read_witness_request,
    sign_head,
)

INTEROP = Path(__file__).parent / "interop"
MADE = json.loads((INTEROP / "notes.json").read_text())["notes"]
ORIGIN = "example.com/behind-the-sofa"
#: The example of C2SP's tlog-witness and tlog-cosignature: proof, checkpoint and two signatures.
PUBLISHED = (INTEROP / "published_request.txt").read_text("utf-8")


def key_of(seed: str) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return SigningKey(private.public_key().public_bytes_raw(), private)


@pytest.mark.parametrize("vector", MADE, ids=lambda vector: vector["name"])
def test_notes_of_another_program_verify_and_ours_are_the_same_bytes(vector: dict[str, Any]) -> None:
    note = read_note(vector["note"].encode())
    key, witness = note_key(vector["key"]), note_key(vector["witness_key"])
    assert (key.text, witness.text) == (vector["key"], vector["witness_key"])
    assert note.signed_by(key) is not None
    cosigned = note.signed_by(witness)
    assert cosigned is not None
    assert cosigned.time == vector["time"]
    ours = SignedNote(vector["text"], (sign_note(vector["text"], vector["name"], key_of(vector["seed"])),))
    cosignature = cosign_note(vector["text"], vector["witness"], key_of(vector["witness_seed"]), vector["time"])
    assert with_signatures(ours, [cosignature]).written == vector["note"]


def test_the_example_of_the_specification_of_notes_verifies() -> None:
    text = (INTEROP / "published_note.txt").read_text("utf-8")
    key = note_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    assert read_note(text.encode()).signed_by(key) is not None
    with pytest.raises(NoteFault):
        read_note(text.replace("example message", "other message").encode()).signed_by(key)


def test_the_published_request_of_a_witness_is_read_and_written_alike() -> None:
    found = read_witness_request(PUBLISHED.encode())
    assert (found.old, len(found.proof), found.head.size, found.head.origin) == (20852014, 4, 20852163, ORIGIN)
    assert found.body.decode() == PUBLISHED
    assert found.head.note.signatures[1].time == 1679315147
    assert found.head.signer is None


def test_a_program_that_is_not_ours_verifies_our_notes(tmp_path: Path) -> None:
    go = shutil.which("go")
    packages = tmp_path / "vendor"
    if go is None or not _vendor(go, packages):
        pytest.skip("Go is not installed; the bytes are compared with those that it made")
    name, seed = "desk.example/live", "07" * 32
    key = key_of(seed)
    head = sign_head(name, 5, bytes(32), b"\1" * 32, "2026-01-01T00:00:00+00:00", key)
    verifier = NoteKey(name, KeyType.NOTE, key.public).text
    (tmp_path / "main.go").write_text(_CHECKER)
    (tmp_path / "go.mod").write_text(
        "module check\n\ngo 1.21\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./vendor\n"
    )
    ran = subprocess.run(
        [go, "run", ".", verifier],
        input=head.note.written.encode(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={"PATH": str(Path(go).parent), "HOME": str(tmp_path), "GOFLAGS": "-mod=mod", "GOPROXY": "off"},
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, b"verified"), ran.stderr


_CHECKER = """package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	raw, _ := io.ReadAll(os.Stdin)
	verifier, err := note.NewVerifier(os.Args[1])
	if err == nil {
		_, err = note.Open(raw, note.VerifierList(verifier))
	}
	if err != nil {
		panic(err)
	}
	fmt.Println("verified")
}
"""


def _vendor(go: str, into: Path) -> bool:
    """Copies the package that Go's own command verifies its checksum database with."""
    root = Path(subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
    source = root / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod"
    if not source.is_dir():
        return False
    shutil.copytree(source, into)
    (into / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.21\n")
    return True


def test_a_head_names_its_store_and_its_key() -> None:
    origin = LogOrigin("LIVE", "2026-03-01T08:00:00.123456+00:00")
    name = origin_name(origin)
    assert name == "dutydesk.invalid/LIVE/2026-03-01T08:00:00.123456Z"
    assert log_origin(name) == origin
    assert log_origin(ORIGIN) is None
    key = key_of("02" * 32)
    head = read_head(sign_head(name, 7, b"\2" * 32, b"\3" * 32, "2026-03-02T00:00:00Z", key).note.written.encode())
    assert (head.size, head.root, head.chain, head.key) == (7, b"\2" * 32, b"\3" * 32, key.public)
    for was, becomes in (("\n7\n", "\n8\n"), ("03030303", "04030303"), ("LIVE", "DEMO"), ("2026-03-02", "2026-03-03")):
        with pytest.raises(NoteFault):
            read_head(head.note.written.replace(was, becomes, 1).encode())
    request = WitnessRequest(3, (b"\4" * 32,), head)
    assert read_witness_request(request.body) == request


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 a b\n",
        b"text\n\n\xe2\x80\x94 a AAAAAA==",
        b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"text\n\n- a AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n",
        b"text\n" * 20_000 + b"\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\n" + b"A" * 44 + b"\n\n\xe2\x80\x94 a AAAAAAA=\n" * 2,
        b"a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAA\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nb\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nchain zz\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nchain 00\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nchain " + b"AB" * 32 + b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nat 1\nat 2\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"a\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 a AAAAAAA=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused_in_one_clause(raw: bytes) -> None:
    with pytest.raises(NoteFault) as refused:
        read_head(raw)
    assert "\n" not in refused.value.words
    with pytest.raises(NoteFault):
        read_witness_request(b"old 1\n\n" + raw)


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+00000000+AAAA", "a+zz+!", "a b+530d903a+AekyeRrm56hApGFkyQR4"])
def test_what_is_no_key_of_a_note_is_refused(text: str) -> None:
    with pytest.raises(NoteFault):
        note_key(text)
