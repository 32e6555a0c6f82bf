"""A store of an earlier release: its log does not record notices, and waiting ones are still sent exactly once."""

from __future__ import annotations

import json
from pathlib import Path

from desks import AT, Bench, MovedClock, diffusion
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.events.log import GENESIS, link
from dutydesk.store.engine.canonical import canonical_json
from engine_under_test import make_store
from sqlite_files import changed_file

_NEW = ("content", "retention_until", "command", "command_digest", "text_digest", "lists")


def as_before(path: Path) -> None:
    """Remove from the log what earlier releases did not write, and chain the rest again."""
    with changed_file(path) as connection:
        connection.execute("DROP TRIGGER event_is_never_deleted")
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute("DROP TRIGGER event_is_only_appended")
        rows = connection.execute("SELECT at, actor, kind, subject, data FROM event ORDER BY seq")
        connection.execute("DELETE FROM event")
        previous, seq = GENESIS, 0
        for at, actor, kind, subject, text in rows:
            if kind.startswith(("notices.", "segment.")):
                continue
            seq += 1
            data = canonical_json({name: value for name, value in json.loads(text).items() if name not in _NEW})
            digest = link(previous, seq, at, actor, kind, subject, data)
            row = (seq, at, actor, kind, subject, data, previous, digest)
            connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            previous = digest


async def test_notices_that_wait_are_entered_and_go_out_once(tmp_path: Path) -> None:
    path, clock = tmp_path / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    message = diffusion()
    await Bench(desk, clock).sent(message)
    await Bench(desk, clock).dispatch()
    await Bench(desk, clock).sent(diffusion("FR", ("PL",)))
    await desk.close()
    as_before(path)
    desk = await open_desk(path, clock)
    bench = Bench(desk, clock)
    try:
        assert (await bench.send(message)).outcome == "repeat"
        assert [notice.key for notice in (await bench.dispatch()).notices] == ["D-000002/1.1/FR/receipt.2"]
        with changed_file(path) as connection:
            connection.execute("UPDATE notice SET state = 'queued', due_at = 0")
        assert not (await bench.dispatch()).notices, "neither what was sent before the upgrade, nor what was after it"
        clock.move(days=1000)
        with changed_file(path) as connection:
            connection.execute("UPDATE item SET retention_until = 0")
        assert (await desk.retention.purge(bench.actor("root"))).purged == ()
        clock.move(days=900)
        assert len((await desk.retention.purge(bench.actor("root"))).purged) == 2
        proof = await prove_store(desk.store, desk.context)
        assert proof.holds, proof
        listed = [event for event in await desk.queries.events_after(0, 1000) if event.kind == "notices.listed"]
        assert [event.data["open"] for event in listed] == [1]
    finally:
        await desk.close()
