"""A dispatcher whose place another one has taken: it records and hands over nothing more, and stands by."""

from __future__ import annotations

from itertools import chain, repeat

import pytest
from dispatch_kit import Works, spool_lines, until

from desks import diffusion
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import TermLost


def _lost(*_: object) -> None:
    raise TermLost(StoreCode.TERM_LOST, "pid 1 on elsewhere dispatches now; nothing of this was recorded")


async def test_a_batch_gets_no_name_once_another_one_may_hand_it_over(works: Works) -> None:
    spool = SpoolTransport(works.outbox)
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    batch = await works.desk.delivery.lease(10)
    handed = await spool.deliver_while(batch, lambda: False)
    assert spool_lines(works.outbox) == []
    assert handed.failure_count == len(handed.results) > 0
    assert await spool.already_delivered(frozenset(handed.results)) == frozenset()
    assert [*works.outbox.glob("*/.*")] == []


async def test_what_was_named_before_is_not_handed_over_again(works: Works) -> None:
    spool, asked = SpoolTransport(works.outbox), chain([True], repeat(False))
    await works.bench.sent(diffusion("DE", ("PL", "FR", "UA")))
    handed = await spool.deliver_while(await works.desk.delivery.lease(10), lambda: next(asked))
    taken = {key for key, error in handed.results.items() if error is None}
    assert await spool.already_delivered(frozenset(handed.results)) == taken
    assert len({line["delivery"] for line in spool_lines(works.outbox)}) == len(taken) > 0


async def test_a_dispatcher_that_lost_its_term_stands_by_and_goes_on_once_it_is_free(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = works.desk.store.dispatcher_lock
    async with works.dispatching(SpoolTransport(works.outbox)) as dispatcher:
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(lock, "try_exclusive", lambda: False)
            elsewhere.setattr(lock, "fence", _lost)
            await works.bench.sent(diffusion("DE", ("PL", "FR")))
            dispatcher.wake()
            await until(lambda: dispatcher.state.phase is Phase.STANDING_BY, "it stands by")
            assert spool_lines(works.outbox) == []
        await until(lambda: len(spool_lines(works.outbox)) > 1, "it hands over")
        await until(lambda: dispatcher.state.phase is Phase.RUNNING, "it dispatches")
    keys = [line["delivery"] for line in spool_lines(works.outbox)]
    assert len(keys) == len(set(keys))


async def test_intake_leases_nothing_for_a_dispatcher_that_lost_its_term(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = works.desk.store.dispatcher_lock
    works.desk.delivery.open_direct_leases(lambda: None)
    monkeypatch.setattr(lock, "fence", _lost)
    await works.bench.sent(diffusion("DE", ("PL",)))
    assert works.desk.delivery.next_direct_batch(10) is None
    monkeypatch.undo()
    await works.bench.sent(diffusion("DE", ("PL",)))
    assert await works.desk.delivery.lease(10)
