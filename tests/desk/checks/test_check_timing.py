"""A check without a permitted hit does the same work as one without a record, so that its time discloses nothing."""

from __future__ import annotations

import re

from desks import Bench, diffusion
from dutydesk.desk.checks import check
from dutydesk.desk.checks.check import CheckRequest, CheckResult
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.transaction import Transaction
from sqlite_files import trace

NAME, PAPER = NominalQuery("Irzo Quillabrand"), DocumentQuery("ZX4400917", "SE")


async def work_of(bench: Bench, requester: str, query: NominalQuery | DocumentQuery) -> tuple[CheckResult, list[str]]:
    """Return the result, and each statement run on the store for it, without its values."""
    statements: list[str] = []

    def traced(transaction: Transaction) -> CheckResult:
        trace(transaction.connection, statements.append)
        try:
            return check.check(transaction, bench.desk.context, CheckRequest(requester, query, None, "Jonas"))
        finally:
            trace(transaction.connection, None)

    answer = await bench.desk.store.write(traced)
    return answer, [re.sub(r"'[^']*'|\d+", "?", statement) for statement in statements]


async def test_restricted_suspended_and_unaddressed_are_the_same_work_and_the_same_answer(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL", "FR", "BY", "UA")))
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("PL",), None, item)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("UA",), None)
    await bench.order("BY", Level.SUSPENDED)
    for query in (NAME, PAPER):
        for requester in ("PL", "UA", "BY", "ES", "FR"):
            await work_of(bench, requester, query)  # fills the cache of the process
        nobody, least = await work_of(bench, "ES", query)
        assert len(least) >= 3
        for requester in ("PL", "UA", "BY"):
            answer, statements = await work_of(bench, requester, query)
            assert (answer, statements) == (nobody, least), requester
        hit, more = await work_of(bench, "FR", query)
        assert hit.hits
        assert len(more) > len(least)


async def test_the_hit_score_is_a_setting(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL",)))
    misspelt = NominalQuery("Irzo Quilabrant")
    found = {}
    for least in (60, 100):
        object.__setattr__(bench.desk.context.settings, "hit_score", least)
        found[least] = (await bench.desk.checks.check(bench.actor("Jonas"), "PL", misspelt)).result
    assert found == {60: "hit", 100: "no_record"}
