"""A purge leaves nothing of a body in any file: the store, its write-ahead log, a later backup, an exported log."""

from __future__ import annotations

from desks import Bench, act_message, diffusion
from dutydesk.desk.audit.log_export import export_log
from remains import files_with, places_with

#: Invented words that stand nowhere else: a name, a text, a title of a thing.
NAME, GIVEN, TEXT = "Qzxvorbel", "Wkyndralt", "Pelargonia under the viaduct"


async def test_a_purge_leaves_no_bytes_of_the_body(bench: Bench) -> None:
    folder, store = bench.desk.store.path.parent, bench.desk.store.path
    message = diffusion(retention_until="2022-12-31")
    message["subject"]["name"] = {"family": NAME, "given": GIVEN}
    message["text"] = f"{TEXT}. " * 400
    item = await bench.sent(message)
    others = [await bench.sent(diffusion("FR", ("PL",))) for _ in range(20)]
    await bench.dispatch()
    check = {"database": "nominal", "query": {"name": f"{GIVEN} {NAME}"}}
    assert (await bench.send(act_message("check", "PL", **check))).result == "hit"
    await bench.desk.review.note(bench.actor("Jonas"), item, f"{NAME} was seen.")
    await bench.dispatch()
    await bench.desk.store.fold()
    for words in (NAME, TEXT):
        assert places_with(store, words)
    bench.clock.move(days=400)
    purged = await bench.desk.retention.purge(bench.actor("root"))
    assert purged.purged == ("D-000001",)
    assert len(others) == 20
    await bench.desk.backups.back_up(bench.actor("root"), folder / "copy.db", lambda _done, _all: None)
    await export_log(bench.desk.store, bench.desk.context, bench.actor("root"), folder / "desk.log")
    assert store.exists()
    for words in (NAME, GIVEN, TEXT):
        assert files_with(folder, words) + places_with(store, words) == [], words
