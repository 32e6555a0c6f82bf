"""A message that a process reads ahead becomes the same as one that is read at once; none is lost with the process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desks import AT, EXAMPLES, Bench, MovedClock, act_message, diffusion, notice_request, raw
from dutydesk.desk.base.companion import GIVEN_UP_TOGETHER, Companion, Patience
from dutydesk.desk.examination.prepare import prepare
from dutydesk.desk.intake import readers as readers_module
from dutydesk.desk.intake.plan import plan_from_bytes, plan_to_bytes
from dutydesk.desk.intake.reader_process import Basis, basis_of, question_of
from dutydesk.desk.intake.readers import AskedPlan, Readers
from dutydesk.desk.intake.receipts import IntakeOutcome, Receipt
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.limits import Limits, MemoryLimits
from dutydesk.domain.messages.message import Diffusion, NoticeRequest
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.store.engine.reader import to_us
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.decode.stream import RawMessage
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.reference.corpus import message_of_base
from engine_under_test import make_store
from signed_messages import ADMINISTRATOR, compact, enter_key, envelope, order, packed, raw_of, signed
from stopped_process import stop_process

AHEAD = MemoryLimits(
    readers=1, read_ahead_from=1, read_before_readers=0, reader_answer_seconds=120.0, companion_late_seconds=600.0
)
ALONE = MemoryLimits(readers=0)
CORPUS = Path(__file__).parents[2] / "wire" / "reference" / "corpus"
PATIENCE = Patience(120.0, 600.0)


@pytest.fixture
def limits() -> Limits:
    return Limits(memory=AHEAD)


async def until_ready(desk: Desk) -> Companion:
    """Wait until a reader answers; it is asked, but nothing is taken in."""
    readers = desk.intake.memory.readers
    while not readers.companions:
        with readers.asked(raw(diffusion()), desk.clock.now):
            await asyncio.sleep(0.01)
    return readers.companions[0]


def shift() -> list[dict[str, Any]]:
    """Messages of every type: sound, faulty, from nobody, repeated and of a reference that is taken."""
    sound = [diffusion(sender) for sender in ("DE", "FR", "RU", "AT")]
    thing = diffusion("DE", kind="purple", subject={"type": "method", "title": "A method"}, judicial=None, purpose=None)
    return [
        *sound,
        thing,
        notice_request("FR"),
        diffusion("DE", "all"),
        diffusion("DE", ("PL", "PL", "DE")),
        diffusion("XX"),
        diffusion("DE", text=""),
        diffusion("DE", retention_until="2001-01-01"),
        diffusion("DE", ("FR",), text="He is a member of the group.", purpose="arrest_for_extradition"),
        sound[0],
        sound[1] | {"text": "Another text."},
        act_message("withdrawal", "DE", of=sound[0]["reference"], reason="No longer wanted."),
        act_message("check", "DE", database="nominal", query={"name": "Ivan Petrov"}),
        act_message("message", "DE", recipients=["FR"], text="Good morning."),
    ]


def raw_messages(messages: list[dict[str, Any]]) -> list[RawMessage]:
    return [*map(raw, messages), RawMessage(1, b"{", "0" * 64, 1, oversize=False)]


async def receive_all(desk: Desk, messages: list[RawMessage]) -> list[Receipt]:
    return await asyncio.gather(*(desk.intake.receive(message) for message in messages))


async def log_of(desk: Desk) -> list[tuple[Any, ...]]:
    return await desk.store.read(
        lambda handle: [tuple(row) for row in handle.connection.execute("SELECT * FROM event ORDER BY seq")]
    )


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Desk]:
    path, clock = tmp_path / "alone.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root", limits=Limits(memory=ALONE))
    yield desk
    await desk.close()


async def test_the_log_is_the_same_byte_for_byte(tmp_path: Path, alone: Desk) -> None:
    path, clock = tmp_path / "ahead.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    ahead = await open_desk(path, clock, founder="root", limits=Limits(memory=AHEAD))
    companion = await until_ready(ahead)
    messages = raw_messages(shift())
    receipts = [await receive_all(desk, messages) for desk in (ahead, alone)]
    assert ahead.intake.memory.readers.companions == [companion]
    assert receipts[0] == receipts[1]
    assert await log_of(ahead) == await log_of(alone)
    await ahead.close()


async def test_messages_are_read_by_the_reader(bench: Bench) -> None:
    companion = await until_ready(bench.desk)
    before = companion.seconds()
    receipts = await receive_all(bench.desk, [raw(diffusion()) for _ in range(200)])
    assert {receipt.outcome for receipt in receipts} == {IntakeOutcome.ACCEPTED}
    assert companion.seconds() > before


async def test_a_reader_that_is_killed_loses_no_message(bench: Bench) -> None:
    companion = await until_ready(bench.desk)
    stop_process(companion.pid)
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(receive_all(bench.desk, [raw(diffusion()) for _ in range(60)]))
        await asyncio.sleep(0)
        os.kill(companion.pid, signal.SIGKILL)
    receipts = taking.result()
    assert {receipt.outcome for receipt in receipts} == {IntakeOutcome.ACCEPTED}
    assert (await until_ready(bench.desk)).pid != companion.pid


async def test_what_is_given_up_with_a_late_answer_is_left_out_and_what_follows_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where more was asked than a pipe holds: the two share the work, and none of it is done twice."""
    companion = Companion(
        "dutydesk.desk.intake.reader_process", basis_of(bench.desk.context, None), Patience(0.02, 600)
    )
    question = question_of(raw(diffusion()).raw, to_us(AT))
    while (ready := companion.ask(question)) is None:
        await asyncio.sleep(0.01)
    monkeypatch.setattr(companion, "_patience", PATIENCE)
    assert companion.answer(ready) is not None
    stop_process(companion.pid)
    numbers = [companion.ask(question) for _ in range(300)]
    monkeypatch.setattr(companion, "_patience", Patience(0.02, 600))
    assert numbers[0] is not None
    assert companion.answer(numbers[0]) is None
    monkeypatch.setattr(companion, "_patience", PATIENCE)
    assert companion.ask(question) is None
    os.kill(companion.pid, signal.SIGCONT)
    async with asyncio.timeout(120):
        while companion.ask(question) is None:
            await asyncio.sleep(0.01)
    answers = [companion.answer(number) for number in numbers if number is not None]
    assert answers[0] is None
    assert [number for number, answer in enumerate(answers) if answer is None] == [*range(GIVEN_UP_TOGETHER + 1)]
    companion.close()


async def test_a_process_that_can_have_no_reader_tries_it_once(alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    monkeypatch.setattr(readers_module, "_spare_cores", lambda: tried.append(None) or 0)
    readers = Readers(alone.context, None, AHEAD)
    for _ in range(3):
        with readers.asked(raw(diffusion()), lambda: AT) as asked:
            assert asked is None
    assert len(tried) == 1


async def test_nothing_is_read_ahead_while_officers_act(bench: Bench) -> None:
    await until_ready(bench.desk)
    readers = bench.desk.intake.memory.readers
    with readers.asked(raw(diffusion()), lambda: AT, ahead=False) as asked:
        assert asked is None
    with readers.asked(raw(diffusion()), lambda: AT) as asked:
        assert asked is not None


async def test_a_single_message_is_read_in_the_process(alone: Desk) -> None:
    readers = Readers(alone.context, None, MemoryLimits(readers=1, read_before_readers=0))
    with readers.asked(raw(diffusion()), lambda: AT) as asked:
        assert asked is None
    assert not readers.companions


async def test_a_plan_says_all_of_a_message(bench: Bench) -> None:
    examples = [json.loads(path.read_text("utf-8")) for path in EXAMPLES.iterdir()]
    lines = [json.loads(line) for path in CORPUS.rglob("*.jsonl") for line in path.read_text("utf-8").splitlines()[:20]]
    corpus = [message_of_base(line["base"], line["message"]) for line in lines]
    seen = 0
    for message in (*examples, *shift(), *corpus):
        at = datetime.fromisoformat(message["sent_at"])
        decoded = decode_message(raw(message).raw, bench.desk.context.directory, at)
        match decoded:
            case DecodedMessage(message=Diffusion() | NoticeRequest() as sound):
                prepared = prepare(bench.desk.context, decoded, at)
                assert prepared is not None
                read = plan_from_bytes(plan_to_bytes(decoded, sound, prepared, "0" * 64))
                assert read == (decoded, prepared, None, "0" * 64)
                seen += 1
    assert seen > 100


async def test_a_plan_of_other_bytes_is_not_used(bench: Bench) -> None:
    companion = await until_ready(bench.desk)
    one, other = raw(diffusion()), raw(diffusion())
    number = companion.ask(question_of(one.raw, to_us(AT)))
    assert number is not None
    assert AskedPlan(companion, number, other.sha256, AT.date()).answer(AT.date()) is None
    again = companion.ask(question_of(one.raw, to_us(AT)))
    assert again is not None
    asked = AskedPlan(companion, again, one.sha256, AT.date())
    found = asked.answer(AT.date())
    assert found is not None
    assert found[0].sha256 == one.sha256
    assert asked.answer(AT.date()) == found


async def test_a_reader_verifies_a_signed_message(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", SignatureLevel.REQUIRED)
    assert (await bench.desk.intake.receive(raw_of(signed(diffusion("DE"), key)))).outcome == "accepted"
    companion, message = await until_ready(bench.desk), diffusion("DE")
    for content in (signed(message, key), compact(envelope(message, key))):
        one = raw_of(content)
        with bench.desk.intake.memory.readers.asked(one, bench.clock.now) as asked:
            assert asked is not None
            found = asked.answer(AT.date())
        assert found is not None
        assert found[2] is not None
        assert found[2].verified_with == key.public
        assert found[0].sha256 == sha256(packed(message)).hexdigest()
    forged = signed(message, new_key())
    number = companion.ask(question_of(forged, to_us(AT), key.public))
    assert number is not None
    assert AskedPlan(companion, number, raw_of(forged).sha256, AT.date()).answer(AT.date()) is None


async def test_a_key_that_was_revoked_since_a_reader_verified_by_it_does_not_count(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    assert (await bench.desk.intake.receive(raw_of(signed(diffusion("DE"), key)))).outcome == "accepted"
    await until_ready(bench.desk)
    await bench.desk.keys.revoke(ADMINISTRATOR, "DE", bench.clock.now(), "It was copied.")
    receipt = await bench.desk.intake.receive(raw_of(signed(diffusion("DE"), key)))
    assert receipt.problems[0].path == "signature.key_revoked"


async def test_a_plan_of_another_day_is_not_used(bench: Bench) -> None:
    companion = await until_ready(bench.desk)
    one = raw(diffusion())
    number = companion.ask(question_of(one.raw, to_us(AT)))
    assert number is not None
    on: date = AT.date()
    assert AskedPlan(companion, number, one.sha256, on).answer(on + timedelta(days=1)) is None


async def test_a_reader_with_other_rules_never_answers(bench: Bench) -> None:
    basis = msgspec.msgpack.decode(basis_of(bench.desk.context, None), type=Basis)
    other = msgspec.msgpack.encode(basis._replace(rules_digest="0" * 64))
    companion = Companion("dutydesk.desk.intake.reader_process", other, PATIENCE)
    while not companion.is_over:
        assert companion.ask(b"") is None
        await asyncio.sleep(0.01)
    companion.close()


@pytest.mark.parametrize("data", [b"\x00", b"\x90", b"\xc1", b"{}"])
def test_what_is_no_plan_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        plan_from_bytes(data)
