"""The word lists are read before the store is locked, whatever comes first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from desks import Bench, diffusion
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.store.engine.rows import Connection
from dutydesk.wire.reference.read_rule_table import load_rules


@pytest.fixture
def fresh(bench: Bench) -> Lexicon:
    """The desk's word lists, as in a process that has examined nothing yet."""
    known = load_rules()
    lexicon = Lexicon(known.lexicon.senses, is_checked=True)
    table = RuleTable(known.rules, known.checks, known.conflicts, lexicon, name=known.name)
    object.__setattr__(bench.desk.context, "rules", table)
    return lexicon


@pytest.fixture
def prepared_in_transactions(bench: Bench, fresh: Lexicon, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the lists had been read, for each transaction as it begins."""
    seen: list[bool] = []
    engine = bench.desk.store.engine
    turn = engine.turn_to_write

    def watched(raw: Connection, *, officer: bool) -> Any:
        seen.append(fresh.is_prepared)
        return turn(raw, officer=officer)

    monkeypatch.setattr(engine, "turn_to_write", watched)
    return seen


async def test_by_the_first_message(bench: Bench, prepared_in_transactions: list[bool]) -> None:
    await bench.sent(diffusion("DE"))
    assert prepared_in_transactions
    assert all(prepared_in_transactions)


async def test_by_the_first_act(bench: Bench, prepared_in_transactions: list[bool]) -> None:
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "PL", offline=True)
    assert prepared_in_transactions
    assert all(prepared_in_transactions)


async def test_the_first_messages_keep_their_order(bench: Bench, fresh: Lexicon) -> None:
    numbers = await asyncio.gather(*(bench.sent(diffusion("DE")) for _ in range(8)))
    assert numbers == sorted(numbers)
    assert fresh.is_prepared
