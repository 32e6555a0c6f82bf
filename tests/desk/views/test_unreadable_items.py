"""A stored item that can no longer be read hides no other: lists, counts and the outbox still work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.guards import Decision
from refusals import raises_code
from sqlite_files import changed_file


def spoil(bench: Bench, sql: str, *values: object) -> None:
    with changed_file(bench.desk.store.path) as connection:
        connection.execute(sql, values)


def body_of(bench: Bench, item: int) -> bytes:
    with changed_file(bench.desk.store.path) as connection:
        return bytes(connection.value("SELECT raw FROM body WHERE item = ?", (item,)))


async def three(bench: Bench) -> None:
    for _ in range(3):
        await bench.sent(diffusion())


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda bench: spoil(bench, "UPDATE body SET raw = ? WHERE item = 2", b"\xff\x00"),
        lambda bench: spoil(bench, "UPDATE body SET raw = NULL WHERE item = 2"),
        lambda bench: spoil(bench, "UPDATE item SET kind = 'crimson' WHERE number = 2"),
        lambda bench: spoil(bench, "UPDATE item SET causes = '[' WHERE number = 2"),
        lambda bench: spoil(
            bench, "UPDATE body SET raw = ? WHERE item = 2", body_of(bench, 2).replace(b"Vellmark", b"Bellmark")
        ),
    ],
    ids=["no JSON", "no body", "no such kind", "no causes", "another name"],
)
async def test_other_deliveries_are_sent_and_the_unreadable_one_ends_dead(
    bench: Bench, spoiled: Callable[[Bench], None]
) -> None:
    await three(bench)
    spoiled(bench)
    batch = await bench.dispatch()
    assert [leased.item for leased in batch.leased_items] == [1, 3]
    assert set((await bench.deliveries(2)).values()) == {"dead"}
    assert not await bench.desk.delivery.has_open_deliveries() or (await bench.dispatch()).leased_items == ()
    assert "dead" in {row.alarm for row in await bench.desk.queries.alarms()}
    assert [row.item for row in await bench.desk.queries.feed()] == ["D-000003", "D-000002", "D-000001"]
    assert (await bench.desk.queries.header()).items == 3


async def test_damaged_findings_stop_nothing_but_a_release(bench: Bench) -> None:
    await three(bench)
    held = await bench.sent(notice_request("BR"))
    spoil(bench, "UPDATE body SET findings = '[', problems = 'x'")
    assert [leased.item for leased in (await bench.dispatch()).leased_items] == [1, 2, 3]
    shown = await bench.desk.queries.show(held)
    assert [finding.rule for finding in shown.findings] == ["STORE"]
    await bench.desk.review.claim(bench.actor("Jonas"), held)
    await bench.tick_all(held, "Jonas")
    with raises_code(RefusedCode.BLOCKING_FINDINGS):
        await bench.desk.review.decide(bench.actor("Jonas"), held, Deciding(Decision.RELEASE, "Read."))


async def test_an_unreadable_row_is_shown_and_no_act_touches_it(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    spoil(bench, "UPDATE item SET urgency = 'soon'")
    shown = await bench.desk.queries.show(item)
    assert (shown.row.title, shown.row.state) == ("unreadable, see raw", "quarantined")
    assert shown.body is not None
    for actor in (
        bench.desk.review.claim(bench.actor("Jonas"), item),
        bench.desk.intake.reject(bench.actor("Jonas"), item, "Broken."),
        bench.desk.review.recall(bench.actor("Jonas"), item, "Broken."),
    ):
        with pytest.raises(DeskError):
            await actor
