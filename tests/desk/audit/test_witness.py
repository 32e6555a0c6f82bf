"""Witnesses: what they cosign, what they raise an alarm on, and how the desk asks them and says who is silent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.tree_heads import checkpoint_if_due, head_in, make_checkpoint
from dutydesk.desk.audit.witness.ask import WitnessReply, ask_witness
from dutydesk.desk.audit.witness.asking import ask_witnesses, cosignatures
from dutydesk.desk.audit.witness.book import BookAnswer, WitnessBook
from dutydesk.desk.audit.witness.serve import WitnessAddress, WitnessServer
from dutydesk.desk.base.settings import DEFAULTS, Settings
from dutydesk.desk.base.witness_settings import WitnessSetting
from dutydesk.desk.views.alarms import alarms
from dutydesk.desk.views.witnesses import witness_rows
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.proof.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, root_of
from dutydesk.domain.proof.tiles import TileNodes
from dutydesk.store.tables import tree
from dutydesk.wire.files.notes import KeyType, NoteKey, note_key, read_note, with_signatures
from dutydesk.wire.files.signatures import SigningKey, new_key
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest, sign_head
from refusals import raises_code

ORIGIN, NAME = "desk.example/log", "box2.example/witness"
KEY = new_key()
HOUR = timedelta(hours=1)
LOG_KEY = NoteKey(ORIGIN, KeyType.NOTE, KEY.public)


class MadeLog:
    """A log of made-up entries that signs heads; ``word`` tells one log from another."""

    def __init__(self, word: str = "entry", hour: int = 0) -> None:
        self._word, self._hour = word, hour

    def nodes(self) -> TileNodes:
        def read(_level: int, number: int) -> list[bytes]:
            first = number * 256
            return [leaf_hash(f"{self._word} {place}".encode()) for place in range(first, first + 256)]

        return TileNodes(read)

    def head(self, size: int) -> TreeHead:
        root = root_of(self.nodes(), size)
        return sign_head(ORIGIN, size, root, root, f"2026-01-01T{self._hour:02}:00:{size % 60:02}Z", KEY)

    def request(self, old: int, size: int) -> bytes:
        proof = tuple(consistency_proof(self.nodes(), old, size))
        return WitnessRequest(old, proof, self.head(size)).body


@pytest.fixture
def book(tmp_path: Path) -> WitnessBook:
    made = WitnessBook(tmp_path / "witness", NAME)
    made.add_log(LOG_KEY)
    return made


def reopened(book: WitnessBook, tmp_path: Path) -> WitnessBook:
    """The same folder in another process, after this one was killed."""
    return WitnessBook(tmp_path / "witness")


def kinds(book: WitnessBook) -> list[str]:
    return [alarm.kind for alarm in book.alarms()]


def test_it_cosigns_a_head_that_extends_the_last_one(book: WitnessBook, tmp_path: Path) -> None:
    log = MadeLog()
    first = book.add_checkpoint(log.request(0, 5))
    assert first.status == 200
    head = log.head(5)
    note = with_signatures(head.note, read_note(f"{head.note.text}\n{first.text}".encode()).signatures)
    cosigned = note.signed_by(note_key(book.key.text))
    assert cosigned is not None
    assert cosigned.time is not None
    again = reopened(book, tmp_path)
    assert again.key == book.key
    assert again.add_checkpoint(log.request(5, 9)).status == 200
    assert again.add_checkpoint(log.request(9, 9)).status == 200, "it says again that it has seen no larger one"
    kept = again.kept(ORIGIN)
    assert kept is not None
    assert kept.size == 9
    assert not again.alarms()


def test_whatever_else_is_asked_is_refused_as_the_specification_says(book: WitnessBook) -> None:
    log = MadeLog()
    head = log.head(5)
    other_key = sign_head(ORIGIN, 5, head.root, head.root, "2026-01-01T00:00:00Z", new_key())
    other_log = sign_head("desk.example/other", 5, head.root, head.root, "2026-01-01T00:00:00Z", KEY)
    bent = head.note.written.replace("\n5\n", "\n6\n")
    empty = sign_head(ORIGIN, 0, head.root, head.root, "2026-01-01T00:00:00Z", KEY)
    right = sign_head(ORIGIN, 0, EMPTY_ROOT, EMPTY_ROOT, "2026-01-01T00:00:00Z", KEY)
    for status, raw in (
        (400, b"nothing"),
        (400, b"old 7\n\n" + head.note.written.encode()),
        (404, WitnessRequest(0, (), other_log).body),
        (403, WitnessRequest(0, (), other_key).body),
        (403, b"old 0\n\n" + bent.encode()),
        (422, WitnessRequest(0, (bytes(32),), head).body),
        (422, WitnessRequest(0, (), empty).body),
        (409, log.request(3, 5)),
        (200, WitnessRequest(0, (), right).body),
        (200, log.request(0, 5)),
        (409, log.request(0, 5)),
        (422, WitnessRequest(5, (), log.head(9)).body),
    ):
        answer = book.add_checkpoint(raw)
        assert answer.status == status, (answer, raw)
        assert "\n" not in answer.text.rstrip("\n")
    assert book.add_checkpoint(log.request(3, 5)) == BookAnswer(409, "5\n", "text/x.tlog.size")


def test_a_fork_a_rollback_and_a_replay_are_alarms_that_keep_both_heads(book: WitnessBook, tmp_path: Path) -> None:
    log, other = MadeLog(), MadeLog("forged", hour=1)
    old = log.request(0, 5)
    assert book.add_checkpoint(old).status == 200
    assert book.add_checkpoint(log.request(5, 9)).status == 200
    assert book.add_checkpoint(other.request(9, 9)).status == 422
    assert kinds(book) == ["fork"], "two heads of one length"
    assert book.add_checkpoint(other.request(9, 12)).status == 422
    assert kinds(book) == ["fork", "fork"], "a log that was written anew"
    assert book.add_checkpoint(old).status == 409
    assert kinds(book)[2:] == ["replay"], "an old checkpoint, shown again"
    assert book.add_checkpoint(MadeLog(hour=2).request(5, 7)).status == 409
    assert kinds(book)[3:] == ["rollback"], "a tail that was cut off"
    again = reopened(book, tmp_path)
    assert again.add_checkpoint(old).status == 409
    assert len(again.alarms()) == 4, "each once"
    for alarm in again.alarms():
        assert read_note(alarm.kept.encode()).signed_by(LOG_KEY) is not None
        assert alarm.shown.startswith(ORIGIN)
    kept = again.kept(ORIGIN)
    assert kept is not None
    assert kept.root == log.head(9).root.hex()


def test_two_logs_to_two_witnesses_are_found_by_comparing_what_they_keep(tmp_path: Path) -> None:
    books = [WitnessBook(tmp_path / name, f"{name}.example/witness") for name in ("a", "b")]
    for book, log in zip(books, (MadeLog(), MadeLog("forged")), strict=True):
        book.add_log(LOG_KEY)
        assert book.add_checkpoint(log.request(0, 8)).status == 200
    one, other = (book.kept(ORIGIN) for book in books)
    assert one is not None
    assert other is not None
    assert books[0].add_checkpoint(f"old 8\n\n{other.note}".encode()).status == 422
    assert kinds(books[0]) == ["fork"]


def test_a_log_may_have_several_keys_and_no_other_one_is_taken(book: WitnessBook, tmp_path: Path) -> None:
    log, further = MadeLog(), new_key()
    assert book.add_checkpoint(log.request(0, 5)).status == 200

    def by(key: SigningKey) -> bytes:
        head = log.head(9)
        other = sign_head(ORIGIN, 9, head.root, head.root, head.at or "", key)
        return WitnessRequest(5, tuple(consistency_proof(log.nodes(), 5, 9)), other).body

    with raises_code(RefusedCode.LOG_HAS_OTHER_KEY):
        book.add_log(NoteKey(ORIGIN, KeyType.NOTE, further.public))
    assert book.add_checkpoint(by(further)).status == 403
    with raises_code(RefusedCode.LOG_NOT_WATCHED):
        book.add_log(NoteKey("another.example/log", KeyType.NOTE, further.public), is_further=True)
    book.add_log(NoteKey(ORIGIN, KeyType.NOTE, further.public), is_further=True)
    again = reopened(book, tmp_path)
    assert again.add_checkpoint(by(new_key())).status == 403
    assert again.add_checkpoint(by(further)).status == 200
    assert not again.alarms()


def test_two_requests_at_once_never_get_two_logs_cosigned(book: WitnessBook) -> None:
    logs = [MadeLog(f"word {number}") for number in range(8)]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda log=log: answers.append(book.add_checkpoint(log.request(0, 6)).status))
        for log in logs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, *[409] * 7]


def test_a_head_that_cant_be_written_is_not_cosigned(book: WitnessBook, tmp_path: Path) -> None:
    heads = tmp_path / "witness" / "heads"
    heads.rmdir()
    heads.write_text("in the way")
    with raises_code(RefusedCode.FILE_NOT_WRITABLE):
        book.add_checkpoint(MadeLog().request(0, 5))


def test_names_keys_and_folders_that_dont_fit_are_one_sentence(book: WitnessBook, tmp_path: Path) -> None:
    with raises_code(InvalidRequestCode.WITNESS_NAME):
        WitnessBook(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with raises_code(InvalidRequestCode.WITNESS_NAME):
        WitnessBook(tmp_path / "new", "with space")
    with raises_code(InvalidRequestCode.WITNESS_NAME):
        WitnessBook(tmp_path / "witness", "another")
    with raises_code(RefusedCode.LOG_HAS_OTHER_KEY):
        book.add_log(NoteKey(ORIGIN, KeyType.NOTE, new_key().public))
    with book.held(), raises_code(RefusedCode.WITNESS_IN_USE), reopened(book, tmp_path).held():
        pass
    with raises_code(InvalidRequestCode.WITNESS_WITHOUT_TLS):
        WitnessServer(book, WitnessAddress("0.0.0.0", 0))


# Over HTTP


@contextmanager
def served(book: WitnessBook) -> Iterator[WitnessSetting]:
    with WitnessServer(book, WitnessAddress("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield WitnessSetting(book.name, f"http://127.0.0.1:{server.server_address[1]}", book.key)
        finally:
            server.shutdown()
            thread.join()


def test_a_witness_answers_over_http(book: WitnessBook) -> None:
    log = MadeLog()
    with served(book) as witness:
        reply = ask_witness(witness, WitnessRequest(0, (), log.head(5)), 30)
        assert reply.signature is not None
        assert ask_witness(witness, WitnessRequest(0, (), log.head(5)), 30).known_size == 5
        refused = ask_witness(witness, WitnessRequest(5, (), log.head(9)), 30)
        assert refused.is_refusal
        assert "422" in refused.words
        elsewhere = replace(witness, key=NoteKey(book.name, KeyType.COSIGNATURE, new_key().public))
        assert "no cosignature" in ask_witness(elsewhere, WitnessRequest(5, (), log.head(5)), 30).words
    gone = ask_witness(witness, WitnessRequest(5, (), log.head(5)), 1)
    assert gone == WitnessReply(words=gone.words)


# The desk asks


def with_witness(*witnesses: WitnessSetting) -> Settings:
    return replace(DEFAULTS, witnesses=witnesses)


def watch(book: WitnessBook, head: TreeHead) -> None:
    assert head.signer is not None
    book.add_log(head.signer)


async def test_the_desk_has_its_checkpoints_cosigned_and_logs_what_each_witness_says(
    bench: Bench, tmp_path: Path
) -> None:
    store = bench.desk.store
    await bench.sent(diffusion("DE"))
    book = WitnessBook(tmp_path / "witness", NAME)
    head = await make_checkpoint(store, KEY)
    with served(book) as witness:
        settings = with_witness(witness)
        (refused,) = await ask_witnesses(store, settings, 30)
        assert refused.words is not None
        assert "404" in refused.words
        (row,) = await store.read(lambda handle: witness_rows(handle, settings))
        assert row.refusal is not None
        watch(book, head)
        (done,) = await ask_witnesses(store, settings, 30)
        assert (done.size, done.words) == (head.size, None)
        assert await ask_witnesses(store, settings, 30) == [], "it has cosigned the last one"
        await bench.sent(diffusion("FR"))
        later = await make_checkpoint(store, KEY)
        await ask_witnesses(store, settings, 30)
        (row,) = await store.read(lambda handle: witness_rows(handle, settings))
        assert (row.size, row.refusal, row.is_silent) == (later.size, None, False)
        (line,) = await store.read(lambda handle: cosignatures(handle, settings, later))
        assert with_signatures(later.note, [line]).signed_by(book.key) is not None
        assert not book.alarms()
    history = await bench.desk.queries.history(tree.witness_subject(NAME))
    assert [event.kind for event in history] == ["log.cosigning_refused", "log.cosigned", "log.cosigned"]


async def test_a_witness_that_the_desk_does_not_remember_is_asked_again_by_its_size(
    bench: Bench, tmp_path: Path
) -> None:
    store, book = bench.desk.store, WitnessBook(tmp_path / "witness", NAME)
    first = await make_checkpoint(store, KEY)
    watch(book, first)
    assert book.add_checkpoint(WitnessRequest(0, (), first).body).status == 200
    await bench.sent(diffusion("DE"))
    later = await make_checkpoint(store, KEY)
    with served(book) as witness:
        (done,) = await ask_witnesses(store, with_witness(witness), 30)
        assert (done.size, done.words) == (later.size, None)


async def test_a_store_that_was_set_back_is_refused_and_said_in_the_alarms(bench: Bench, tmp_path: Path) -> None:
    store, book = bench.desk.store, WitnessBook(tmp_path / "witness", NAME)
    head = await make_checkpoint(store, KEY)
    watch(book, head)
    grown = sign_head(head.origin, head.size + 50, bytes(32), bytes(32), "2022-01-01T00:00:00Z", KEY)
    assert book.add_checkpoint(WitnessRequest(0, (), grown).body).status == 200
    with served(book) as witness:
        settings = with_witness(witness)
        for _ in range(2):
            (refused,) = await ask_witnesses(store, settings, 30)
            assert refused.words is not None
            assert f"it knows {head.size + 50} events" in refused.words
        context = replace(bench.desk.context, settings=settings)
        found = [each for each in await store.read(lambda handle: alarms(handle, context)) if each.alarm == "witness"]
        assert [each.subject for each in found] == [NAME]
    assert kinds(book) == ["rollback"]
    assert len(await bench.desk.queries.history(tree.witness_subject(NAME))) == 1, "a refusal is logged once"


async def test_a_witness_that_is_silent_for_a_day_is_an_alarm(bench: Bench, tmp_path: Path) -> None:
    store, book = bench.desk.store, WitnessBook(tmp_path / "witness", NAME)
    watch(book, await make_checkpoint(store, KEY))
    with served(book) as witness:
        settings = with_witness(witness, replace(witness, name="never.example/witness"))
        await ask_witnesses(store, with_witness(witness), 30)
    context = replace(bench.desk.context, settings=settings)

    async def silent() -> list[str]:
        found = await store.read(lambda handle: alarms(handle, context))
        return [each.subject for each in found if each.alarm == "witness"]

    assert await silent() == []
    bench.clock.move(hours=24)
    assert await silent() == [NAME, "never.example/witness"]
    (unreachable, _) = await ask_witnesses(store, settings, 1)
    assert unreachable.words is not None
    assert "does not answer" in unreachable.words


async def test_checkpoints_are_made_each_hour_and_at_each_handover_where_the_settings_say_so(bench: Bench) -> None:
    from dutydesk.desk.shift.handover import accept_handover, write_handover

    store, desk = bench.desk.store, bench.desk
    hourly = replace(DEFAULTS, checkpoint_hourly=True)
    handover = replace(DEFAULTS, checkpoint_at_handover=True)
    assert not await checkpoint_if_due(store, DEFAULTS, HOUR)
    assert await checkpoint_if_due(store, hourly, HOUR)
    assert not await checkpoint_if_due(store, hourly, HOUR)
    bench.clock.move(hours=1)
    assert not await checkpoint_if_due(store, hourly, HOUR), "nothing was logged"
    await bench.sent(diffusion("DE"))
    assert await checkpoint_if_due(store, hourly, HOUR)
    bench.clock.move(minutes=5)
    await bench.sent(diffusion("DE"))
    assert not await checkpoint_if_due(store, handover, HOUR)
    await write_handover(desk, bench.actor("Ines"), "All is quiet.")
    assert await checkpoint_if_due(store, handover, HOUR)
    bench.clock.move(minutes=5)
    await accept_handover(desk, bench.actor("Jonas"))
    assert await checkpoint_if_due(store, handover, HOUR)
    assert not await checkpoint_if_due(store, handover, HOUR)
    last = await store.read(tree.last_checkpoint)
    assert last is not None
    assert head_in(last).size == last.seq - 1
    assert last.actor == "system"


async def test_a_clock_that_was_a_year_ahead_puts_no_checkpoint_and_no_witness_off(
    bench: Bench, tmp_path: Path
) -> None:
    from dutydesk.desk.shift.handover import write_handover

    store, book = bench.desk.store, WitnessBook(tmp_path / "witness", NAME)
    hourly, handover = replace(DEFAULTS, checkpoint_hourly=True), replace(DEFAULTS, checkpoint_at_handover=True)
    bench.clock.move(days=365)
    await bench.sent(diffusion("DE"))
    watch(book, await make_checkpoint(store, KEY))
    with served(book) as witness:
        settings = with_witness(witness)
        await ask_witnesses(store, settings, 30)
        assert await ask_witnesses(store, settings, 30) == []
        bench.clock.move(days=-365)
        await bench.sent(diffusion("DE"))
        (row,) = await store.read(lambda handle: witness_rows(handle, settings))
        assert row.is_silent, "when it cosigned last is not known any more"
        assert len(await ask_witnesses(store, settings, 30)) == 1
    (row,) = await store.read(lambda handle: witness_rows(handle, settings))
    assert not row.is_silent
    assert await checkpoint_if_due(store, hourly, HOUR)
    assert not await checkpoint_if_due(store, hourly, HOUR)
    bench.clock.move(days=-1)
    await write_handover(bench.desk, bench.actor("Ines"), "All is quiet.")
    assert await checkpoint_if_due(store, handover, HOUR)
    assert not await checkpoint_if_due(store, handover, HOUR)


async def test_the_dispatchers_upkeep_grows_signs_and_asks(bench: Bench, tmp_path: Path) -> None:
    book = WitnessBook(tmp_path / "witness", NAME)
    watch(book, await make_checkpoint(bench.desk.store, KEY))
    await bench.sent(diffusion("DE"))
    bench.clock.move(hours=2)
    with served(book) as witness:
        settings = replace(with_witness(witness), checkpoint_hourly=True)
        delivery = replace(bench.desk.delivery, context=replace(bench.desk.context, settings=settings))
        await delivery.keep_tree()
    (row,) = await bench.desk.store.read(lambda handle: witness_rows(handle, settings))
    assert row.refusal is not None, "the desk's own key is not the one that the witness knows"
    assert row.cosigned_at is None


def test_what_the_folder_keeps_is_json_that_others_can_read(book: WitnessBook, tmp_path: Path) -> None:
    assert book.add_checkpoint(MadeLog().request(0, 5)).status == 200
    (file,) = (tmp_path / "witness" / "heads").iterdir()
    assert json.loads(file.read_text())["size"] == 5
