"""The log names the table of rules in force, also in a store of an earlier release and between two processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desks import AT, MovedClock
from dutydesk.desk.audit import log_export
from dutydesk.desk.base import rules_log
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import RulesChanged, StoreMade
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.store.tables import log
from dutydesk.wire.reference.read_rule_table import load_rules
from engine_under_test import make_store


def other_table(rule: str = "SEN-01") -> RuleTable:
    known = load_rules()
    rows = tuple(replace(row, example="another") if row.id == rule else row for row in known.rules)
    return RuleTable(rows, known.checks, known.conflicts, known.lexicon, name="other")


async def changes(desk: Desk) -> list[RulesChanged]:
    events = await desk.store.read(lambda handle: log.after(handle, 0, 1000))
    found = [log.parse(event) for event in events if event.kind is EventKind.RULES_CHANGED]
    return [event for event in found if isinstance(event, RulesChanged)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_store(tmp_path / "desk.db", "exercise", MovedClock(AT))
    return tmp_path / "desk.db"


async def test_the_first_event_names_the_table(path: Path) -> None:
    desk = await open_desk(path, MovedClock(AT), founder="root")
    (first,) = await desk.store.read(lambda handle: log.after(handle, 0, 1))
    made = log.parse(first)
    assert isinstance(made, StoreMade)
    assert made.table == load_rules().digest
    assert await changes(desk) == []
    await desk.close()


async def test_a_store_of_an_earlier_release_is_told_its_table_once(path: Path) -> None:
    desk = await open_desk(path, MovedClock(AT))
    made = StoreMade(realm="exercise", by="root", rules=2, lists="all")
    await desk.store.write(lambda tx: tx.emit("system", "store", made))
    assert await changes(desk) == []
    await desk.close()
    for _ in range(2):
        desk = await open_desk(path, MovedClock(AT))
        (change,) = await changes(desk)
        assert (change.digest, change.was, change.changed) == (load_rules().digest, None, None)
        assert (await log_export.prove_store(desk.store, desk.context)).breaches == ()
        await desk.close()


async def test_two_processes_with_different_tables_are_told_apart_at_each_commit(path: Path) -> None:
    desk = await open_desk(path, MovedClock(AT), founder="root")
    other = replace(desk.context, rules=other_table())
    await desk.store.write(lambda tx: rules_log.note_table(tx, other))
    await desk.store.write(lambda tx: rules_log.note_table(tx, desk.context))
    found = await changes(desk)
    assert [change.digest for change in found] == [other.rules.digest, load_rules().digest]
    assert [change.changed for change in found] == [("SEN-01",), ("SEN-01",)]
    proof = await log_export.prove_store(desk.store, desk.context)
    assert ([table.is_known for table in proof.tables], proof.breaches) == ([True, False, True], ())
    known = await log_export.prove_store(desk.store, desk.context, tables=[other_table()])
    assert all(table.is_known for table in known.tables)
    await desk.close()


async def test_a_log_that_was_never_begun_by_a_release_stays_as_it_is(path: Path) -> None:
    desk = await open_desk(path, MovedClock(AT))
    await desk.store.write(lambda tx: rules_log.note_table(tx, replace(desk.context, rules=other_table())))
    assert await changes(desk) == []
    await desk.close()
