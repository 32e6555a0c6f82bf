"""The word lists are read before the store is locked, whatever comes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desks import Bench, diffusion
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.store.engine.store import Store
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
def prepared_at_writes(fresh: Lexicon, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the lists had been read, for each write as it is begun."""
    seen: list[bool] = []

    def watched(write: Callable[..., Any]) -> Callable[..., Any]:
        def begin(store: Store, *args: Any, **options: Any) -> Any:
            seen.append(fresh.is_prepared)
            return write(store, *args, **options)

        return begin

    for name in ("write", "write_prepared"):
        monkeypatch.setattr(Store, name, watched(getattr(Store, name)))
    return seen


async def test_by_the_first_message(bench: Bench, prepared_at_writes: list[bool]) -> None:
    await bench.sent(diffusion("DE"))
    assert prepared_at_writes
    assert all(prepared_at_writes)


async def test_by_the_first_act(bench: Bench, prepared_at_writes: list[bool]) -> None:
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "PL", offline=True)
    assert prepared_at_writes == [True]
