"""Witnesses, desks and clients that do what none should: each gets an answer, and holds up nobody."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dutydesk.desk.audit.witness.ask import WitnessReply, ask_witness
from dutydesk.desk.audit.witness.book import MOST_ALARMS, WitnessBook, status_of
from dutydesk.desk.audit.witness.serve import WitnessAddress, WitnessServer
from dutydesk.desk.base.witness_settings import WitnessSetting
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.proof.merkle import leaf_hash
from dutydesk.wire.files.notes import KeyType, NoteKey
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest, sign_head
from refusals import raises_code

ORIGIN, NAME = "desk.example/log", "box2.example/witness"
KEY = new_key()


def head(size: int, word: str = "entry") -> TreeHead:
    root = leaf_hash(f"{word} {size}".encode())
    return sign_head(ORIGIN, size, root, root, f"2026-01-01T00:00:{size % 60:02}Z", KEY)


def first(size: int, word: str = "entry") -> bytes:
    return WitnessRequest(0, (), head(size, word)).body


@pytest.fixture
def book(tmp_path: Path) -> WitnessBook:
    made = WitnessBook(tmp_path / "witness", NAME)
    made.add_log(NoteKey(ORIGIN, KeyType.NOTE, KEY.public))
    return made


@contextmanager
def served(book: WitnessBook, seconds: float = 60.0) -> Iterator[int]:
    with WitnessServer(book, WitnessAddress("127.0.0.1", 0), seconds) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(*parts: bytes) -> Iterator[WitnessSetting]:
    """A witness that sends the parts to whoever asks; after the last one it sends a byte now and then for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with listening.accept()[0] as client:
                client.recv(1 << 16)
                for part in parts:
                    client.sendall(part)
                while parts[-1:] != (b"",) and not ended.wait(0.05):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            key = NoteKey(NAME, KeyType.COSIGNATURE, KEY.public)
            yield WitnessSetting(NAME, f"http://127.0.0.1:{listening.getsockname()[1]}", key)
        finally:
            ended.set()
            thread.join()


def asked(*parts: bytes, seconds: float = 30) -> WitnessReply:
    with answering(*parts) as witness:
        return ask_witness(witness, WitnessRequest(0, (), head(5)), seconds)


def test_a_size_with_more_digits_than_any_is_a_refusal_in_words() -> None:
    size = b"9" * 6_000
    start = b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: %d\r\n\r\n" % len(size)
    reply = asked(start, size, b"")
    assert (reply.known_size, reply.is_refusal) == (None, True)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_witness_that_answers_a_byte_now_and_then_does_not_answer(start: bytes) -> None:
    reply = asked(start, seconds=0.4)
    assert (reply.signature, reply.is_refusal) == (None, False)


def test_a_client_that_sends_a_byte_now_and_then_holds_up_no_other(book: WitnessBook) -> None:
    with served(book, seconds=0.5) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9999\r\n\r\n")
        slow.settimeout(0.1)
        for _ in range(300):
            try:
                slow.sendall(b"x")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("it is still listened to")


def test_a_length_with_more_digits_than_any_is_answered(book: WitnessBook) -> None:
    with served(book) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "127.0.0.1.example"])
def test_an_address_that_others_reach_needs_tls(book: WitnessBook, host: str) -> None:
    with raises_code(InvalidRequestCode.WITNESS_WITHOUT_TLS):
        WitnessServer(book, WitnessAddress(host, 0))


def test_it_listens_at_the_loopback_address_of_ipv6(book: WitnessBook) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with WitnessServer(book, WitnessAddress("::1", 0)) as server:
        assert server.server_address[1]


@pytest.mark.parametrize("kept", [b"", b'{"origin": "desk', b"[]", b'{"origin": 1}', b"\xff\xfe", None])
def test_a_kept_head_that_cant_be_read_is_said_and_nothing_is_cosigned(
    book: WitnessBook, tmp_path: Path, kept: bytes | None
) -> None:
    assert book.add_checkpoint(first(5)).status == 200
    (file,) = (tmp_path / "witness" / "heads").iterdir()
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b'"size": 5', b'"size": "5"') if kept is None else kept)
    for call in (lambda: book.add_checkpoint(first(9)), lambda: status_of(book)):
        with raises_code(RefusedCode.WITNESS_STATE_UNREADABLE):
            call()
    file.write_bytes(raw)
    assert book.add_checkpoint(first(9)).status == 409


def test_a_witness_whose_key_is_gone_does_not_go_on_by_another(book: WitnessBook, tmp_path: Path) -> None:
    (tmp_path / "witness" / "witness.key").unlink()
    with raises_code(RefusedCode.WITNESS_STATE_UNREADABLE):
        WitnessBook(tmp_path / "witness")
    assert not (tmp_path / "witness" / "witness.key").exists()


def test_the_last_alarms_are_shown_however_many_there_were(book: WitnessBook, tmp_path: Path) -> None:
    assert book.add_checkpoint(first(5)).status == 200
    alarms = tmp_path / "witness" / "alarms.jsonl"
    line = json.dumps(
        {"kind": "replay", "origin": ORIGIN, "words": "w", "at": 1, "kept": "k" * 2_000, "shown": "s" * 2_000}
    )
    alarms.write_text((line + "\n") * 400)
    book.add_checkpoint(first(5, "other"))
    assert len(book.alarms()) == MOST_ALARMS
    assert book.alarms()[-1].kind == "fork"
    size = alarms.stat().st_size
    book.add_checkpoint(first(5, "other"))
    assert alarms.stat().st_size == size, "the same alarm is kept once"


def test_an_alarm_after_a_line_that_a_kill_cut_off_is_kept(book: WitnessBook, tmp_path: Path) -> None:
    assert book.add_checkpoint(first(5)).status == 200
    (tmp_path / "witness" / "alarms.jsonl").write_text('{"kind": "fo')
    book.add_checkpoint(first(5, "other"))
    assert [alarm.kind for alarm in book.alarms()] == ["fork"]


def test_logs_that_two_processes_add_are_both_watched(book: WitnessBook, tmp_path: Path) -> None:
    early, late = (NoteKey(f"{name}.example/log", KeyType.NOTE, new_key().public) for name in ("early", "late"))
    waiting = WitnessBook(tmp_path / "witness")
    with book.held():
        book.add_log(early)
    with waiting.held():
        waiting.add_log(late)
    assert {ORIGIN, early.name, late.name} == set(WitnessBook(tmp_path / "witness").logs)
