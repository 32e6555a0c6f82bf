"""What the desk hands over is signed by the key of the lease, never without it; a bureau's own program verifies it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dutydesk
from desks import Bench, diffusion, officer, prepared_desk
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.lines import batch_lines
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.review.officers import Role
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.store.engine.own_files import DESK_KEY_SUFFIX
from dutydesk.wire.files.signatures import fingerprint, new_key
from dutydesk.wire.signed.lines import VerifiedLine, verify_line
from signed_messages import ADMINISTRATOR, enter_key, order

PAGE = Path(dutydesk.__file__).parent / "data" / "BUREAUS.md"


@pytest.fixture
async def bench(tmp_path: Path):
    desk, clock = await prepared_desk(
        tmp_path / "desk.db", (officer("Ines", Role.SUPERVISOR), officer("Oskar", Role.SUPERVISOR))
    )
    yield Bench(desk, clock)
    await desk.close()


def signer(desk: Desk) -> BatchSigner:
    return BatchSigner(desk.store.path, desk.delivery.sealing_now)


def spool(bench: Bench, folder: Path) -> SpoolTransport:
    return SpoolTransport(folder / "outbox", signer=signer(bench.desk))


async def dispatched(bench: Bench, folder: Path) -> None:
    (folder / "inbox").mkdir(exist_ok=True)
    await Dispatcher(bench.desk, spool(bench, folder), Inbox(folder / "inbox")).run(until_idle=True)


def lines(folder: Path, bureau: str) -> list[bytes]:
    return [line for part in sorted((folder / "outbox" / bureau).glob("*.jsonl")) for line in part.open("rb")]


async def public_keys(bench: Bench) -> dict[str, bytes]:
    ring = await bench.desk.store.read(bench.desk.context.keys.current)
    return {key.fingerprint: key.public for key in ring.desk_keys}


async def verified(bench: Bench, folder: Path, bureau: str) -> list[VerifiedLine]:
    keys = await public_keys(bench)
    return [verify_line(line, keys, bureau) for line in lines(folder, bureau)]


async def test_a_store_of_before_signs_nothing(bench: Bench, tmp_path: Path) -> None:
    await bench.sent(diffusion("DE", ("PL", "FR")))
    await dispatched(bench, tmp_path)
    assert all(b'"signature"' not in line for bureau in ("PL", "FR", "DE") for line in lines(tmp_path, bureau))


async def test_each_line_is_signed_with_the_head_of_the_log(bench: Bench, tmp_path: Path) -> None:
    await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    await bench.sent(diffusion("DE", ("PL", "FR", "UA")))
    await bench.sent(diffusion("DE", ("PL",)))
    await dispatched(bench, tmp_path)
    found = await verified(bench, tmp_path, "PL")
    assert [line.delivery for line in found] == ["D-000001/1.1/PL", "D-000002/1.1/PL"]
    (receipt, _) = await verified(bench, tmp_path, "DE")
    assert receipt.notice == "receipt"
    events = await bench.desk.queries.events_after(found[0].head.seq - 1, 1)
    assert [event.seq for event in events] == [found[0].head.seq]
    for line in lines(tmp_path, "PL"):
        fields = json.loads(line)
        assert list(fields)[-1] == "signature"


async def test_the_key_changes_without_a_gap(bench: Bench, tmp_path: Path) -> None:
    first = (await bench.desk.keys.make_desk_key(ADMINISTRATOR)).subject
    bench.clock.move(hours=1)
    at = bench.clock.now()
    bench.clock.move(hours=-1)
    second = (await bench.desk.keys.make_desk_key(ADMINISTRATOR, at)).subject
    for _ in range(3):
        await bench.sent(diffusion("DE", ("PL",)))
        await dispatched(bench, tmp_path)
        bench.clock.move(minutes=31)
    assert [line.key for line in await verified(bench, tmp_path, "PL")] == [first, first, second]


async def test_without_its_key_the_desk_hands_nothing_over(bench: Bench, tmp_path: Path) -> None:
    await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    (file,) = tmp_path.glob(f"desk.db{DESK_KEY_SUFFIX}*")
    await bench.sent(diffusion("DE", ("PL",)))
    content = file.read_bytes()
    for spoil in ("missing", "other", "open", "link"):
        file.unlink()
        if spoil == "other":
            file.write_bytes(new_key().private_pem())
            file.chmod(0o600)
        elif spoil == "open":
            file.write_bytes(content)
            file.chmod(0o644)
        elif spoil == "link":
            (tmp_path / "elsewhere").write_bytes(content)
            file.symlink_to(tmp_path / "elsewhere")
        transport = spool(bench, tmp_path)
        with pytest.raises(TransportDown) as refused:
            await transport.probe()
        assert refused.value.code is TransportCode.DESK_KEY_UNUSABLE
        batch = await bench.desk.delivery.lease(100)
        with pytest.raises(TransportDown):
            await transport.deliver(batch)
        await bench.desk.delivery.return_leases()
        assert not (tmp_path / "outbox" / "PL").exists()
        file.touch()
    file.unlink()
    file.write_bytes(content)
    file.chmod(0o600)
    await dispatched(bench, tmp_path)
    assert len(await verified(bench, tmp_path, "PL")) == 1


async def test_a_transport_that_can_not_sign_hands_nothing_over(bench: Bench) -> None:
    await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    await bench.sent(diffusion("DE", ("PL",)))
    with pytest.raises(TransportDown) as refused:
        batch_lines(await bench.desk.delivery.lease(10))
    assert refused.value.code is TransportCode.DESK_KEY_UNUSABLE


@pytest.mark.parametrize("wanted", [True, False])
async def test_the_settings_turn_it_off_or_insist_on_it(bench: Bench, tmp_path: Path, wanted: bool) -> None:
    if not wanted:
        await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    await bench.desk.close()
    (tmp_path / "desk.toml").write_text(f"sign_deliveries = {str(wanted).lower()}\n")
    from dutydesk.desk.service.desk import open_desk

    desk = await open_desk(tmp_path / "desk.db", bench.clock)
    try:
        await Bench(desk, bench.clock).sent(diffusion("DE", ("PL",)))
        batch = await desk.delivery.lease(10)
        if wanted:
            with pytest.raises(TransportDown):
                batch_lines(batch, signer(desk))
        else:
            assert batch.sealing is None
    finally:
        await desk.close()


def program(folder: Path) -> Path:
    """The program of the page for bureaus, as it stands there."""
    code = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    path = folder / "bureau.py"
    path.write_text(code)
    return path


async def test_the_program_of_the_page_verifies_acts_once_and_confirms_a_recall(bench: Bench, tmp_path: Path) -> None:
    await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    own = await enter_key(bench.desk, "PL")
    await order(bench.desk, "PL", SignatureLevel.REQUIRED)
    item = await bench.sent(diffusion("DE", ("PL", "FR")))
    await dispatched(bench, tmp_path)
    await bench.desk.review.recall(bench.actor("Ines"), item, "Acquitted.", urgent=True)
    await dispatched(bench, tmp_path)
    (row,) = await bench.desk.queries.desk_keys()
    (tmp_path / "desk.pem").write_text(row.public_key)
    (tmp_path / "own.pem").write_bytes(own.private_pem())
    folder, inbox = tmp_path / "outbox" / "PL", tmp_path / "inbox"
    forged = lines(tmp_path, "PL")[-1].replace(b"Acquitted", b"Convicted")
    behind = lines(tmp_path, "PL")[0].rstrip()[:-1]
    added = (b', "delivery": "D-000009/1.1/PL"}', b', "message": {}}', b', "signature": []}', b', "signature": 5}')
    (folder / "000000000998.jsonl").write_bytes(b"\n".join([forged.rstrip(), *(behind + each for each in added)]))
    (folder / "000000000999.jsonl").write_bytes(b"".join([*lines(tmp_path, "FR"), lines(tmp_path, "PL")[0], b"{}\n"]))

    def run() -> list[str]:
        command = [sys.executable, program(tmp_path), folder, inbox, "PL", tmp_path / "desk.pem", tmp_path / "own.pem"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
        return done.stdout.splitlines()

    said = run()
    assert [line.split()[0] for line in said[:2]] == ["diffusion", "recall"]
    assert len(said) > 7
    assert all(line.startswith("NOT OF THE DESK") for line in said[2:])
    assert not any(line.startswith(("diffusion", "recall")) for line in run())
    assert (await bench.deliveries(item))["PL"] == "recall_sent"
    for part in ("000000000998.jsonl", "000000000999.jsonl"):
        (folder / part).unlink()
    await dispatched(bench, tmp_path)
    assert (await bench.deliveries(item))["PL"] == "recall_confirmed"


async def test_the_key_is_for_its_owner_alone(bench: Bench, tmp_path: Path) -> None:
    name = (await bench.desk.keys.make_desk_key(ADMINISTRATOR)).subject
    (file,) = tmp_path.glob(f"desk.db{DESK_KEY_SUFFIX}*")
    assert file.stat().st_mode & 0o077 == 0
    (row,) = await bench.desk.queries.desk_keys()
    assert row.key == name
    assert fingerprint((await public_keys(bench))[name]) == name
