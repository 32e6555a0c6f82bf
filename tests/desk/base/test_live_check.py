"""What an act rests on is compared with the log as it is read; a row that differs stops the act, with an alarm."""

from __future__ import annotations

import pytest

from desks import Bench, diffusion, number
from dutydesk.desk.audit.state.quick import compare_next
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StateDiffers
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables import log
from sqlite_files import changed_file


def edit(bench: Bench, *statements: str) -> None:
    with changed_file(bench.desk.store.path) as store:
        for statement in statements:
            store.execute(statement)


async def alarms(bench: Bench) -> list[str]:
    events = await bench.desk.store.read(lambda handle: log.after(handle, 0, 10_000))
    return [event.data for event in events if event.kind is EventKind.STORE_DIFFERS]


async def test_a_role_that_was_raised_in_the_file_signs_nothing(bench: Bench) -> None:
    edit(bench, "UPDATE officer SET role = 'supervisor' WHERE name = 'Mara'")
    with pytest.raises(
        StateDiffers, match="officer Mara, role, country: the store has supervisor of -, the log says"
    ) as stopped:
        await bench.order("RU", Level.HELD, "Mara")
    assert stopped.value.code is StoreCode.STATE_DIFFERS
    assert any("officer Mara" in words for words in await alarms(bench))
    await bench.order("RU", Level.HELD, "Ines")


async def test_a_login_that_was_planted_signs_nothing(bench: Bench) -> None:
    edit(bench, "INSERT INTO login SELECT 'mallory', id FROM officer WHERE name = 'Ines'")
    with pytest.raises(StateDiffers, match="login mallory"):
        await bench.order("RU", Level.HELD, "Ines")


async def test_a_measure_that_was_lifted_in_the_file_lets_nothing_out(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    edit(bench, "UPDATE measure SET state = 'lifted'", "UPDATE desk SET policy_epoch = policy_epoch + 1")
    with pytest.raises(StateDiffers, match="measure 1, state: the store has lifted, the log says effective"):
        await bench.send(diffusion("RU"))
    assert any("measure 1" in words for words in await alarms(bench))
    edit(bench, "UPDATE measure SET state = 'effective'")
    item = await bench.sent(diffusion("RU"))
    assert await bench.state(item) == "held"


async def test_a_measure_that_was_eased_in_the_file_is_no_ground_for_an_order(bench: Bench) -> None:
    """A running process does not even read the row for its messages; an act on measures does."""
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU"))
    edit(bench, "UPDATE measure SET level = 'direct'")
    assert await bench.state(await bench.sent(diffusion("RU"))) == "held"
    with pytest.raises(StateDiffers, match="measure 1, level"):
        await bench.order("RU", Level.SUSPENDED)


async def test_a_restriction_that_was_removed_in_the_file_discloses_nothing(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("FR",), None)
    edit(bench, "DELETE FROM restriction", "UPDATE desk SET policy_epoch = policy_epoch + 1")
    with pytest.raises(StateDiffers, match="restriction 1: the store has no row, the log says a row"):
        await bench.send(diffusion("DE", ("PL", "FR")))


async def test_a_bureau_whose_number_was_swapped_gets_nothing(bench: Bench) -> None:
    edit(
        bench,
        "UPDATE bureau SET id = 100000 WHERE code = 'CN'",
        "UPDATE desk SET policy_epoch = policy_epoch + 1",
    )
    with pytest.raises(StateDiffers, match="bureau CN, id"):
        await bench.send(diffusion("DE", ("PL", "FR")))


async def test_a_proposal_that_was_rewritten_in_the_file_is_not_confirmed(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU", judicial=None))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    object.__setattr__(bench.desk.context.settings, "four_eyes", ("JUD-01", "CMP-01", "FCT-01", "JUD-03"))
    proposed = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
    await bench.desk.review.decide(bench.actor("Jonas"), item, proposed)
    assert await bench.state(item) == "proposed"
    edit(bench, "UPDATE proposal SET what = 'release', officer = 'Oskar'")
    with pytest.raises(StateDiffers, match=r"proposal D-000001, officer.*\(and 1 more\)"):
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert any("proposal D-000001" in words for words in await alarms(bench))


async def test_a_point_that_was_ticked_in_the_file_releases_nothing(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(diffusion("RU"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    points = [point.check for point in (await bench.desk.queries.show(item)).checklist]
    await bench.desk.review.tick(bench.actor("Jonas"), item, points[0])
    for point in points[1:]:
        edit(bench, f"INSERT INTO tick VALUES ({item}, 1, '{point}', 'Jonas', 1, NULL)")
    with pytest.raises(StateDiffers, match=r"tick D-000001 version 1 .*: the store has a row"):
        await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Read."))
    assert await bench.state(item) == "held"
    edit(bench, f"DELETE FROM tick WHERE mark <> '{points[0]}'")
    await bench.tick_all(item, "Jonas")
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, "Read."))
    assert await bench.state(item) == "released"


async def test_what_was_read_again_is_decided(bench: Bench) -> None:
    """Its title is the one of its message, which no event names; the one that it came with is gone."""
    quarantined = number((await bench.send(diffusion("PW", ("DE",), urgency="urgent"))).item)
    bench.clock.move(days=700)
    await bench.order("PW", Level.HELD)
    assert (await bench.desk.intake.reread(bench.actor("Jonas"), quarantined)).state == "held"
    await bench.desk.review.claim(bench.actor("Jonas"), quarantined)
    await bench.tick_all(quarantined, "Jonas")
    assert (await bench.desk.store.read(compare_next)).differences == ()
    await bench.desk.review.decide(bench.actor("Jonas"), quarantined, Deciding(Decision.RELEASE, "Read."))
    assert await bench.state(quarantined) == "released"
    assert (await bench.desk.store.read(compare_next)).differences == ()
    assert not await alarms(bench)


async def test_what_is_queued_waits_while_the_rules_differ_from_the_log(bench: Bench) -> None:
    item = await bench.sent(diffusion("RU", ("PL",)))
    edit(
        bench,
        "INSERT INTO restriction VALUES (1, 'RU', NULL, 'PL', 0, 1, 'Ines')",
        "UPDATE desk SET policy_epoch = policy_epoch + 1",
    )
    with pytest.raises(StateDiffers, match="restriction 1: the store has a row, the log says no row"):
        await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "queued"}
    edit(bench, "DELETE FROM restriction")
    await bench.dispatch()
    assert await bench.deliveries(item) == {"PL": "delivered"}


async def test_an_alarm_is_recorded_once(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    edit(bench, "UPDATE measure SET state = 'lifted'", "UPDATE desk SET policy_epoch = policy_epoch + 1")
    for _ in range(3):
        with pytest.raises(StateDiffers):
            await bench.send(diffusion("RU"))
    assert len(await alarms(bench)) == 1
