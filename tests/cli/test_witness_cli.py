"""A witness as a process: over TLS, killed and started again, and what doctor and the command say of it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from boxes import Box
from desks import diffusion
from dutydesk.desk.audit.item_proof import open_head
from dutydesk.desk.audit.witness.ask import ask_witness
from dutydesk.desk.base.witness_settings import WitnessSetting
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.wire.files.notes import note_key
from dutydesk.wire.files.tree_heads import WitnessRequest

NAME = "box2.example/witness"


@contextmanager
def witness(box: Box, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """A witness in a process of its own, once it listens, and what it said then."""
    command = box.command("witness", "watch", "--listen", "127.0.0.1:0", *more, "--json")
    with subprocess.Popen(command, cwd=box.folder, env=box.environment(), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def settings(box: Box, started: dict[str, Any], **more: str) -> None:
    fields = {"url": started["url"], "key": started["key"]} | more
    written = ", ".join(f'{name} = "{value}"' for name, value in fields.items())
    text = f'checkpoint_hourly = true\n[witnesses]\n"{NAME}" = {{ {written} }}\n'
    (box.folder / "desk.toml").write_text(text)


def diagnosis(box: Box) -> dict[str, Any]:
    (found,) = [line for line in box.run("doctor", "--json").objects() if line["check"] == "witnesses"]
    return found


def test_a_witness_that_is_killed_goes_on_where_it_was(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))
    box.ok("audit", "checkpoint", "first")
    log = str(box.folder / "first")
    with witness(box, "--name", NAME, "--log", log) as (process, started):
        settings(box, started)
        found = diagnosis(box)
        assert (found["ok"], "never cosigned" in found["detail"]) == (True, True), "not for a day yet"
        asyncio.run(upkeep(box.store))
        one = WitnessSetting(NAME, started["url"], note_key(started["key"]))
        reply = ask_witness(one, WitnessRequest(0, (), open_head(box.folder / "first")), 30)
        assert reply.signature is not None or reply.known_size
        assert box.run("witness", "watch", "--listen", "127.0.0.1:0").code == 1, "another process serves the folder"
        process.send_signal(signal.SIGKILL)
    kept = box.ok("witness", "watch", "--status", "--json").object()
    assert [head["origin"] for head in kept["heads"]] == [open_head(box.folder / "first").origin]
    with witness(box) as (process, again):
        assert again["key"] == started["key"]
        assert again["logs"] == [open_head(box.folder / "first").origin]
        one = WitnessSetting(NAME, again["url"], note_key(again["key"]))
        smaller = ask_witness(one, WitnessRequest(0, (), open_head(box.folder / "first")), 30)
        assert smaller.known_size == kept["heads"][0]["size"]
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert "has the key" in box.run("witness", "watch", "--status").out


def test_the_dispatcher_has_a_checkpoint_cosigned_over_tls_and_an_item_proves_it(box: Box) -> None:
    certificate(box.folder)
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))
    box.ok("audit", "checkpoint", "first")
    secure = ("--certificate", "tls.pem", "--certificate-key", "tls.key")
    with witness(box, "--name", NAME, "--log", str(box.folder / "first"), *secure) as (_process, started):
        assert started["url"].startswith("https://")
        settings(box, started, ca=str(box.folder / "tls.pem"))
        asyncio.run(upkeep(box.store))
    assert diagnosis(box)["ok"]
    box.ok("export", "D-000001", "item", "--witnessed")
    found = box.ok("verify-item", "item", "--witness", started["key"], "--json").object()
    assert (found["proof"], found["cosigned_by"]) == ("verified", [NAME])
    other = started["key"].replace("box2", "box3")
    assert box.run("verify-item", "item", "--witness", other).code == 2
    bare = box.run("verify-item", "item", "--checkpoint", "first", "--witness", started["key"], "--json")
    assert bare.code in (1, 2)


async def upkeep(store: Path) -> None:
    """One round of what the dispatcher does beside the deliveries."""
    desk = await open_desk(store)
    try:
        await desk.delivery.keep_tree()
    finally:
        await desk.close()


def certificate(folder: Path) -> None:
    """A certificate of its own for 127.0.0.1, in ``tls.pem``, and its key in ``tls.key``."""
    key, name = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "witness")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tls.key").write_bytes(private)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("watch",), InvalidRequestCode.WITNESS_NAME),
        (("watch", "--name", "a b"), InvalidRequestCode.WITNESS_NAME),
        (("watch", "--name", NAME, "--listen", "nowhere"), InvalidRequestCode.WITNESS_ADDRESS),
        (("watch", "--name", NAME, "--listen", "0.0.0.0:0"), InvalidRequestCode.WITNESS_WITHOUT_TLS),
        (("watch", "--name", NAME, "--log", "absent"), InvalidRequestCode.FILE_NOT_READABLE),
        (("watch", "--name", NAME, "--log", "a+b+c"), InvalidRequestCode.NOT_A_PROOF),
        (("watch", "--name", NAME, "--certificate", "x"), InvalidRequestCode.CONFLICTING_OPTIONS),
    ],
)
def test_a_wrong_call_is_one_sentence(box: Box, call: tuple[str, ...], code: InvalidRequestCode) -> None:
    ended = box.refused(code, "witness", *call)
    assert ended.err.count("\n") == 1
