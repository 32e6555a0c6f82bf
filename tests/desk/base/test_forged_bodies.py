"""A body changed in the store file together with its hash: the desk does not use it, and reports it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine_under_test
from desks import Bench, diffusion, notice_request, number, raw
from dutydesk.desk.audit import item_export, log_export
from dutydesk.desk.base.rows import ItemView
from dutydesk.desk.delivery import lease
from dutydesk.desk.delivery.outbox import QueueOutbox
from dutydesk.desk.intake.incoming import ReceivedMessage, prepare_message
from dutydesk.desk.intake.receive import receive_message
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.carry import carry_desk
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, BodyFault, LoggedBodies
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.routes import ItemCorrected
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.copies import no_progress
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, items
from dutydesk.wire.decode.stream import read_one
from refusals import raises_code
from sqlite_files import changed_file, opened_file

TWO_PERSONS = "2032-03-10T07:00:00Z"
RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")
REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)


def edit(bench: Bench, *statements: str, **values: object) -> None:
    with changed_file(bench.desk.store.path) as file:
        for statement in statements:
            file.execute(statement, values)


def forge(bench: Bench, item: int, version: int = 1) -> bytes:
    """Change a name in the stored bytes, and their hash; return the bytes that were received."""
    with changed_file(bench.desk.store.path) as file:
        where = "WHERE item = ? AND version = ?"
        ((received,),) = file.execute(f"SELECT raw FROM body {where}", (item, version))
        forged = received.replace(b"Vellmark", b"Bellmark")
        assert forged != received
        digest = sha256(forged).hexdigest()
        file.execute(f"UPDATE body SET raw = ?, sha256 = ? {where}", (forged, digest, item, version))
    return bytes(received)


def restore(bench: Bench, item: int, received: bytes) -> None:
    edit(bench, "UPDATE body SET raw = :raw, sha256 = 'none' WHERE item = :item", raw=received, item=item)


async def held(bench: Bench, **changes: Any) -> int:
    item = await bench.sent(notice_request("BR", **changes))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    return item


def correction(message: dict[str, Any]) -> dict[str, Any]:
    return diffusion("BR", None, type="correction", of=message["reference"], text="New.")


async def changed_alarms(bench: Bench) -> set[str]:
    return {row.subject for row in await bench.desk.queries.alarms() if row.alarm == "changed"}


async def kinds_of_changes(bench: Bench, item: int) -> list[str]:
    return [kind for kind in await bench.kinds(item) if kind.startswith("item.body_")]


# Views


async def test_a_warning_replaces_its_content(bench: Bench) -> None:
    item = await held(bench)
    before = await bench.desk.queries.show(item)
    forge(bench, item)
    view = await bench.desk.queries.show(item)
    assert (view.row.title, view.row.original_script, view.row.changed) == (CHANGED_WORDS, None, True)
    assert (view.body, view.findings, view.problems, view.audience) == (None, (), (), ())
    assert (view.body_fault, view.sha256) == (BodyFault.BYTES, before.sha256)
    assert [row.changed for row in await bench.desk.queries.feed()] == [True]
    assert [(row.title, row.changed) for row in await bench.desk.queries.rows([item])] == [(CHANGED_WORDS, True)]
    why = await bench.desk.queries.why(item)
    assert (why.changed, why.recipients) == (True, ())
    assert CHANGED_WORDS in why.causes[0]


async def test_other_items_on_the_person_are_not_listed_by_a_forged_title(bench: Bench) -> None:
    first, second = await bench.sent(diffusion("DE")), await bench.sent(diffusion("FR"))
    forge(bench, first)
    assert [row.title for row in await bench.desk.queries.earlier_items(second)] == [CHANGED_WORDS]


async def test_the_queue_shows_it_after_the_alarms_were_read(bench: Bench) -> None:
    item = await held(bench)
    forge(bench, item)
    assert await changed_alarms(bench) == {f"D-{item:06d}"}
    assert [row.changed for row in await bench.desk.queries.queue()] == [True]


# Ways to change a body

Forge = Callable[[Bench, int, int], None]


def _forged(bench: Bench, item: int) -> None:
    forge(bench, item)


def _by(*statements: str) -> Forge:
    return lambda bench, item, other: edit(bench, *statements, item=item, other=other, subject=f"D-{item:06d}")


def _event_too(bench: Bench, item: int, _other: int) -> None:
    forge(bench, item)
    with changed_file(bench.desk.store.path) as file:
        file.execute("DROP TRIGGER event_is_never_changed")
        ((seq, data, digest),) = file.execute(
            "SELECT event.seq, event.data, body.sha256 FROM event JOIN body ON body.item = ? "
            "WHERE event.kind = 'intake.accepted' AND event.subject = ?",
            (item, f"D-{item:06d}"),
        )
        changed = canonical_json({**json.loads(data), "sha256": digest})
        file.execute("UPDATE event SET data = ? WHERE seq = ?", (changed, seq))


WAYS: dict[str, tuple[Forge, BodyFault]] = {
    "bytes and hash": (lambda bench, item, _other: _forged(bench, item), BodyFault.BYTES),
    "the body of another item": (
        _by(
            "UPDATE body SET (raw, sha256) = (SELECT raw, sha256 FROM body WHERE item = :other AND version = 1) "
            "WHERE item = :item"
        ),
        BodyFault.BYTES,
    ),
    "no bytes": (_by("UPDATE body SET raw = NULL WHERE item = :item"), BodyFault.MISSING),
    "no row": (_by("DELETE FROM body WHERE item = :item"), BodyFault.MISSING),
    "said to be purged": (
        _by("UPDATE body SET raw = NULL WHERE item = :item", "UPDATE item SET state = 'purged' WHERE number = :item"),
        BodyFault.MISSING,
    ),
    "another version number": (
        _by(
            "UPDATE item SET version = 2 WHERE number = :item",
            "INSERT INTO body SELECT item, 2, received_at, sha256, findings, problems, raw FROM body "
            "WHERE item = :item",
        ),
        BodyFault.UNLOGGED,
    ),
    "the event gone": (
        _by(
            "DROP TRIGGER event_is_never_deleted",
            "DELETE FROM event WHERE kind = 'intake.accepted' AND subject = :subject",
        ),
        BodyFault.UNLOGGED,
    ),
    "the event changed too": (_event_too, BodyFault.UNLOGGED),
    "no findings": (_by("UPDATE body SET findings = '[]' WHERE item = :item"), BodyFault.FINDINGS),
}
if not engine_under_test.IS_ON_CLUSTER:  # whose columns hold one type only
    WAYS["text in place of bytes"] = (
        _by("UPDATE body SET raw = CAST(raw AS TEXT) WHERE item = :item"),
        BodyFault.BYTES,
    )


@pytest.mark.parametrize("way", WAYS)
async def test_each_kind_of_change_is_named_and_nothing_is_released(bench: Bench, way: str, tmp_path: Path) -> None:
    change, fault = WAYS[way]
    other = await bench.sent(diffusion("FR", text="Another man."))
    item = await held(bench, sent_at=TWO_PERSONS)
    assert (await bench.desk.queries.show(item)).findings
    copied = await _on_a_copy(bench, tmp_path)
    change(copied, item, other)
    try:
        view = await copied.desk.queries.show(item)
        assert (view.body_fault, view.body, view.row.title) == (fault, None, CHANGED_WORDS)
        assert await changed_alarms(copied) >= {f"D-{item:06d}"}
        if view.row.state == "held":
            with raises_code(RefusedCode.BODY_CHANGED):
                await copied.desk.review.decide(copied.actor("Jonas"), item, RELEASE)
            assert await copied.state(item) == "held"
    finally:
        await copied.desk.close()


async def _on_a_copy(bench: Bench, folder: Path) -> Bench:
    """Open a desk on a copy of the store: the bench's own log must stay intact for its final proof."""
    path = folder / "copy" / "desk.db"
    path.parent.mkdir()
    if engine_under_test.IS_ON_CLUSTER:
        engine_under_test.prepare_place(path)
        carry_desk(bench.desk.store.path, path, no_progress)
    else:
        with opened_file(bench.desk.store.path) as store, opened_file(path) as copy:
            store.connection.copy_into(copy.connection, -1, lambda *_: None)
        path.chmod(0o600)
    return Bench(await open_desk(path, bench.clock), bench.clock)


# Versions


async def test_versions_that_were_swapped(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    assert await bench.sent(correction(message)) == item
    edit(
        bench,
        "UPDATE body SET version = version + 10 WHERE item = 1",
        "UPDATE body SET version = 13 - version WHERE item = 1",
    )
    view = await bench.desk.queries.show(item)
    assert view.body_fault is BodyFault.BYTES
    found = await log_export.verify_bodies(bench.desk.store)
    assert [(each.item, each.version, each.fault) for each in found] == [
        ("D-000001", 1, BodyFault.BYTES),
        ("D-000001", 2, BodyFault.BYTES),
    ]


async def test_an_item_reset_to_its_first_version(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.sent(correction(message))
    edit(bench, "UPDATE item SET version = 1 WHERE number = 1")
    assert (await bench.desk.queries.show(item)).body_fault is BodyFault.VERSION
    assert [each.fault for each in await log_export.verify_bodies(bench.desk.store)] == [BodyFault.VERSION]
    edit(bench, "UPDATE item SET version = 2 WHERE number = 1")
    assert (await bench.desk.queries.show(item)).body_fault is None


async def test_a_correction_brings_sound_bytes_and_the_old_ones_stay_reported(bench: Bench) -> None:
    message = notice_request("BR")
    item = await bench.sent(message)
    forge(bench, item)
    assert (await bench.desk.queries.show(item)).row.changed
    new = await bench.sent(correction(message))
    assert new != item, "whom the changed version described is unknown, so that an officer looks"
    view, old = await bench.desk.queries.show(new), await bench.desk.queries.show(item)
    assert (view.row.changed, view.row.state, old.row.state) == (False, ItemState.HELD, ItemState.WITHDRAWN)
    assert [(each.version, each.fault) for each in await log_export.verify_bodies(bench.desk.store)] == [
        (1, BodyFault.BYTES)
    ]


# Review


async def test_nothing_is_ticked_proposed_or_released(bench: Bench) -> None:
    item = await held(bench, sent_at=TWO_PERSONS)
    received = forge(bench, item)
    point = (await bench.desk.queries.show(item)).checklist[0].check
    for actor in (
        bench.desk.review.tick(bench.actor("Jonas"), item, point),
        bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE),
    ):
        with raises_code(RefusedCode.BODY_CHANGED) as refused:
            await actor
        assert (refused.value.exit_code, refused.value.name) == (1, "body_changed")
    assert await bench.state(item) == "held"
    assert await kinds_of_changes(bench, item) == ["item.body_changed"]
    restore(bench, item, received)
    await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert await kinds_of_changes(bench, item) == ["item.body_changed", "item.body_restored"]
    assert await bench.state(item) == "released"


async def test_it_may_be_refused(bench: Bench) -> None:
    item = await held(bench)
    forge(bench, item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, REFUSE)
    assert await bench.state(item) == "refused"


async def test_a_proposal_to_release_it_is_void(bench: Bench, two: None) -> None:
    item = await held(bench, sent_at=TWO_PERSONS)
    await bench.desk.review.decide(bench.actor("Jonas"), item, RELEASE)
    assert await bench.state(item) == "proposed"
    forge(bench, item)
    proposal = (await bench.desk.queries.show(item)).proposal
    assert proposal is not None
    assert any(CHANGED_WORDS in words for words in proposal.changed)
    with raises_code(ConflictCode.PROPOSAL_VOID):
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "held"
    assert await kinds_of_changes(bench, item) == ["item.body_changed"]


async def test_two_officers_may_refuse_it_and_removed_findings_still_require_the_second(
    bench: Bench, two: None
) -> None:
    item = await held(bench, sent_at=TWO_PERSONS)
    forge(bench, item)
    edit(bench, "UPDATE body SET findings = '[]'")
    await bench.desk.review.decide(bench.actor("Jonas"), item, REFUSE)
    assert await bench.state(item) == "proposed"
    await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "refused"


async def test_a_post_review_cannot_keep_it(bench: Bench) -> None:
    item = await _monitored(bench)
    forge(bench, item)
    with raises_code(RefusedCode.BODY_CHANGED):
        await bench.desk.review.post_review(bench.actor("Jonas"), item, keep=True, reason="Fine.")
    await bench.desk.review.recall(bench.actor("Jonas"), item, "It was changed.", urgent=True)
    assert await bench.state(item) == "recalled"


async def _monitored(bench: Bench) -> int:
    await bench.order("BR", Level.MONITORED)
    return await bench.sent(diffusion("BR"))


@pytest.fixture
def two(bench: Bench) -> None:
    """Let messages dated ahead (FRM-05) take two officers at this desk."""
    object.__setattr__(bench.desk.context, "settings", replace(bench.desk.context.settings, four_eyes=("FRM-05",)))


# Delivery


async def test_its_deliveries_end_dead_and_others_are_sent(bench: Bench) -> None:
    first, item, last = [await bench.sent(diffusion()) for _ in range(3)]
    received = forge(bench, item)
    assert [leased.item for leased in (await bench.dispatch()).leased_items] == [first, last]
    view = await bench.desk.queries.show(item)
    assert {(row.state, row.error) for row in view.deliveries} == {("dead", f"its body was {CHANGED_WORDS}")}
    assert {row.alarm for row in await bench.desk.queries.alarms() if row.subject == "D-000002"} == {"changed", "dead"}
    with raises_code(RefusedCode.BODY_CHANGED):
        await bench.desk.review.retry(bench.actor("Jonas"), item, "PL")
    restore(bench, item, received)
    await bench.desk.review.retry(bench.actor("Jonas"), item, "PL")
    assert [leased.message for leased in (await bench.dispatch()).leased_items] == [received]
    assert await kinds_of_changes(bench, item) == ["item.body_changed", "item.body_restored"]
    assert await changed_alarms(bench) == set()


async def test_failed_and_requeued_deliveries_are_compared_again(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.desk.delivery.lease(10)
    forge(bench, item)
    await bench.desk.delivery.requeue_leased(frozenset())
    assert not (await bench.dispatch()).leased_items
    assert set((await bench.deliveries(item)).values()) == {"dead"}


async def test_a_released_body_that_waits_for_its_bureau(bench: Bench) -> None:
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "PL", offline=True)
    item = await bench.sent(diffusion("DE", ("PL",)))
    forge(bench, item)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "PL", offline=False)
    assert not (await bench.dispatch()).leased_items
    assert await bench.deliveries(item) == {"PL": "dead"}


async def test_a_message_received_and_leased_in_one_commit_is_found_in_its_events(bench: Bench) -> None:
    incoming = await bench.desk.store.read(
        lambda handle: prepare_message(
            handle, bench.desk.context, bench.desk.intake.memory, ReceivedMessage(raw(diffusion()))
        )
    )

    def both(transaction: Transaction) -> list[int]:
        receive_message(transaction, bench.desk.context, incoming, QueueOutbox(transaction))
        return [leased.item for leased in lease.lease(transaction, bench.desk.context, 10).leased_items]

    assert await bench.desk.store.write(both) == [1]


async def test_a_direct_lease_sends_the_bytes_as_received(bench: Bench) -> None:
    woken: list[bool] = []
    bench.desk.delivery.direct_lease.open(lambda: woken.append(True))
    message = raw(diffusion())
    await bench.desk.intake.receive(message)
    forge(bench, 1)
    batch = bench.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    assert [leased.message for leased in batch.leased_items] == [message.raw]
    bench.desk.delivery.direct_lease.close()


# Quarantine


async def test_quarantined_bytes_are_not_read_again(bench: Bench) -> None:
    item = number((await bench.send(diffusion("PW"))).item)
    received = forge(bench, item)
    assert (await bench.desk.queries.show(item)).row.changed
    bench.clock.move(days=700)
    with raises_code(RefusedCode.BODY_CHANGED):
        await bench.desk.intake.reread(bench.actor("Jonas"), item)
    assert await bench.state(item) == "quarantined"
    restore(bench, item, received)
    await bench.desk.intake.reread(bench.actor("Jonas"), item)
    (event,) = [row for row in (await bench.desk.queries.show(item)).history if row.kind == "item.reread"]
    assert event.data["sha256"] == sha256(received).hexdigest()
    assert (await bench.desk.queries.show(item)).body_fault is None
    assert not await log_export.verify_bodies(bench.desk.store)


async def test_problems_of_quarantined_bytes(bench: Bench) -> None:
    item = number((await bench.desk.intake.receive(read_one(io.BytesIO(b"\xff{")))).item)
    assert (await bench.desk.queries.show(item)).problems
    edit(bench, "UPDATE body SET problems = '[]'")
    assert (await bench.desk.queries.show(item)).body_fault is BodyFault.PROBLEMS
    await bench.desk.intake.reject(bench.actor("Jonas"), item, "Noise.")


# Export, purge and proof


async def test_an_export_leaves_forged_bytes_out(bench: Bench, tmp_path: Path) -> None:
    item = await bench.sent(diffusion())
    before = (await bench.desk.queries.show(item)).sha256
    forge(bench, item)
    done = await item_export.export_item(
        bench.desk.store, bench.desk.context, bench.actor("Jonas"), item, tmp_path / "item.jsonl"
    )
    assert done.changed == (1,)
    lines = [json.loads(line) for line in (tmp_path / "item.jsonl").read_text().splitlines()]
    (body,) = [line for line in lines if line["record"] == "body"]
    assert (body["bytes"], body["sha256"], body["findings"]) == (None, before, [])
    assert CHANGED_WORDS in body["withheld"]
    assert "Bellmark" not in (tmp_path / "item.jsonl").read_text()
    assert (await item_export.check_against_store(bench.desk.store, tmp_path / "item.jsonl")).fault is None


async def test_a_purge_names_the_received_hash(bench: Bench) -> None:
    item = await bench.sent(diffusion(retention_until="2022-12-31"))
    await bench.dispatch()
    before = (await bench.desk.queries.show(item)).sha256
    forge(bench, item)
    bench.clock.move(days=700)
    await bench.desk.retention.purge(bench.actor("root"))
    view = await bench.desk.queries.show(item)
    assert (view.row.state, view.row.changed) == ("purged", False)
    assert view.history[-1].data["sha256"] == [before]
    assert not await log_export.verify_bodies(bench.desk.store)
    edit(bench, "UPDATE body SET raw = :raw WHERE item = 1", raw=b"{}")
    assert (await bench.desk.queries.show(item)).body_fault is BodyFault.PURGED


async def test_the_proof_names_each_when_it_is_given_the_store(bench: Bench) -> None:
    first, second = await bench.sent(diffusion()), await bench.sent(diffusion())
    await bench.dispatch()
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context, with_bodies=True)).holds
    forge(bench, first)
    edit(bench, "UPDATE body SET raw = NULL WHERE item = 2")
    proof = await log_export.prove_store(bench.desk.store, bench.desk.context, with_bodies=True)
    assert [breach.item for breach in proof.breaches] == [f"D-{first:06d}", f"D-{second:06d}"]
    assert proof.chain.fault is None


# Alarms


async def test_an_alarm_stays_until_the_body_is_restored(bench: Bench) -> None:
    item = await held(bench)
    received = forge(bench, item)
    assert await changed_alarms(bench) == {"D-000001"}
    restore(bench, item, received)
    assert await changed_alarms(bench) == set()


async def test_a_later_check_finds_it_too(bench: Bench) -> None:
    for _ in range(40):
        await bench.sent(diffusion())
    assert await changed_alarms(bench) == set()
    forge(bench, 1)
    looks = [await changed_alarms(bench) for _ in range(3)]
    assert {"D-000001"} in looks


async def test_a_reported_change_stays_however_old_the_item(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    forge(bench, item)
    await bench.desk.record_read(bench.actor("Jonas"), (await bench.desk.queries.show(item)).row)
    assert await kinds_of_changes(bench, item) == ["item.body_changed"]
    await bench.desk.record_read(bench.actor("Mara"), (await bench.desk.queries.show(item)).row)
    assert await kinds_of_changes(bench, item) == ["item.body_changed"], "said once"
    assert [item] == await bench.desk.store.read(lambda handle: bodies.items_with_changed_body(handle, 10))


# Properties


@given(version=st.integers(1, 9), logged=st.binary(max_size=4), stored=st.none() | st.binary(max_size=4))
def test_only_the_logged_hash_is_sound(version: int, logged: bytes, stored: bytes | None) -> None:
    said = LoggedBodies()
    said.apply(IntakeAccepted(sender="DE", sha256=sha256(b"first").hexdigest()))
    said.apply(ItemCorrected(version=version, sha256=sha256(logged).hexdigest()))
    received = b"first" if version == 1 else logged
    digest = None if stored is None else sha256(stored).hexdigest()
    assert (said.byte_fault(version, digest) is None) == (stored == received)
    assert said.byte_fault(version + 1, sha256(logged).hexdigest()) is BodyFault.UNLOGGED


async def test_an_undamaged_desk_has_no_fault(bench: Bench) -> None:
    """Corrections, questions, conflicts and a second examination of open items do not count as a change."""
    message = notice_request("BR")
    item = await bench.sent(message)
    await bench.sent(correction(message))
    out = diffusion("DE")
    await bench.sent(out)
    await bench.send(out | {"text": "Other."})
    await bench.sent(diffusion("DE", type="correction", of=out["reference"], text="Corrected."))
    await bench.refuse(await bench.sent(notice_request("BR")))
    await bench.dispatch()
    views: list[ItemView] = [await bench.desk.queries.show(each) for each in range(1, 6)]
    assert [view.body_fault for view in views] == [None] * 5
    assert views[item - 1].row.version == 2
    assert not await log_export.verify_bodies(bench.desk.store)
    assert (
        await bench.desk.store.read(
            lambda handle: bodies.body_faults(handle, items.find_several(handle, [*range(1, 6)]))
        )
        == {}
    )
