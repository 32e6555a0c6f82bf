"""The dispatcher: receives the inbox and delivers what is due until it is stopped; one process at a time per store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from random import Random
from time import monotonic
from typing import TypeVar

from dutydesk.desk.base.context import Actor
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.service.dispatching import DeliveryService, DispatcherLock
from dutydesk.dispatch import copies, outbox_claims, upkeep
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase, StepCounts
from dutydesk.dispatch.reachability import Reachability
from dutydesk.dispatch.shared_intake import intake_of_this_box
from dutydesk.dispatch.sources import InboxSource
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.dispatch.transport import FencedTransport, ProbedTransport, Transport, TransportDown, keys_of
from dutydesk.dispatch.unsettled import UnsettledDeliveries
from dutydesk.domain.errors import DeskError, StoreReplaced, TermLost
from dutydesk.domain.limits import DispatchLimits
from dutydesk.language.sentences import sentence

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Dispatcher:
    """Stands by while another process dispatches, and takes over once that process has ended. It runs once."""

    def __init__(
        self,
        desk: Desk,
        transport: Transport,
        inbox: InboxSource | None = None,
        *,
        random: Random | None = None,
        limits: DispatchLimits | None = None,
        delivery: DeliveryService | None = None,
        feeder: Dispatcher | None = None,
    ) -> None:
        """``delivery`` is that of a route, ``feeder`` another dispatcher of this process, which takes the inbox in."""
        self._desk = desk
        self._delivery = delivery if delivery is not None else desk.delivery
        self._feeder = feeder
        self._transport = transport
        self._inbox = inbox
        self._random = random or Random()
        self._limits = limits if limits is not None else desk.limits.dispatch
        self._state = DispatcherState()
        self.progress = StepCounts()
        self._faults: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_requested = False
        self._ended = False
        self._stopping = asyncio.Event()
        self._due_bell = asyncio.Event()
        self._inbox_bell = asyncio.Event()
        self._rounds = 0
        self._idle_round = 0
        self._idle = asyncio.Condition()
        self._inbox_is_empty = inbox is None
        self._is_down = False
        self._reachability = Reachability(self._delivery, transport, self._limits.transport_seconds)
        self._unsettled = UnsettledDeliveries(self._delivery, transport, self._limits.transport_seconds)
        self._acknowledgement: asyncio.Task[None] | None = None

    @property
    def parts(self) -> tuple[Dispatcher, ...]:
        """Itself alone, as where the dispatchers of several routes are run as one."""
        return (self,)

    @property
    def state(self) -> DispatcherState:
        files = self._inbox.problems if self._inbox is not None else ()
        lock = self._delivery.dispatcher_lock().troubles()
        problems = (*lock, *dict.fromkeys(self._reachability.unreachable.values()), *files)
        error = next(iter(self._faults.values()), None)
        return replace(self._state, error=error, faults=tuple(self._faults), problems=problems)

    def stop(self) -> None:
        """Finish the running leases and messages, then end ``run``. May be called from any thread or a signal."""
        self._stop_requested = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has already ended
                self._loop.call_soon_threadsafe(self._ring_all_bells)

    def wake(self) -> None:
        """Look at once whether something is due, instead of after ``poll_seconds``."""
        self._due_bell.set()

    async def wait_until_dispatched(self) -> None:
        """Return once everything that is due now was delivered or failed, or once ``run`` has ended."""
        wanted = self._rounds + 1
        async with self._idle:
            while self._idle_round < wanted and not self._ended:
                self.wake()
                await self._idle.wait()

    async def run(self, *, until_idle: bool = False) -> None:
        """Run until ``stop``; with ``until_idle`` until only deliveries to offline bureaus are left.

        While another process dispatches this one waits; with ``until_idle`` it also ends once that process has left
        nothing to do.
        """
        self._loop = asyncio.get_running_loop()
        lock = self._delivery.dispatcher_lock()
        self._state = replace(self._state, phase=Phase.STANDING_BY)
        try:
            async with intake_of_this_box(
                self._inbox, self._receive_inbox, self._inbox_bell.set, self._ring_all_bells, self._delivery.is_shared
            ):
                while await self._acquire(lock, until_idle=until_idle):
                    if await self._dispatch_while_holding(lock, until_idle=until_idle):
                        return
        finally:
            self._state = replace(self._state, phase=Phase.STOPPED)
            self._ended = True
            async with self._idle:
                self._idle.notify_all()

    async def _dispatch_while_holding(self, lock: DispatcherLock, *, until_idle: bool) -> bool:
        """Dispatch and release the lock; False if another process has taken it meanwhile."""
        try:
            lock.write_holder()
            if not self._stop_requested:
                await self._dispatch(until_idle=until_idle)
        except TermLost as error:
            log.warning("%s", error.words)
            self._delivery.forget_direct_leases()
            self._acknowledgement, self._faults = None, {}
            self._state = replace(self._state, phase=Phase.STANDING_BY)
            return False
        finally:
            await run_in_thread(lock.clear_holder)
        return True

    async def _acquire(self, lock: DispatcherLock, *, until_idle: bool) -> bool:
        """Wait for the dispatcher's lock. False if told to stop, or if nothing is left to do.

        A copy's lock stays free for ``dispatch --restored``. A process that closes the store holds the lock for a
        moment.
        """
        wait = self._limits.short_lock_seconds
        while not self._stop_requested:
            if await run_in_thread(lock.try_exclusive):
                self._state = replace(self._state, lock_holder=None)
                if await self._is_original():
                    return True
                await run_in_thread(lock.unlock)
                wait = self._limits.copy_check_seconds
            elif wait != self._limits.short_lock_seconds:
                self._state = replace(self._state, lock_holder=str(await run_in_thread(lock.holder) or ""))
                if until_idle and await self._is_finished():
                    return False
            if await self._stop_within(wait):
                break
            wait = self._limits.lock_seconds
        return False

    async def _is_finished(self) -> bool:
        """Whether nothing is left to do. The inbox is checked first, because its messages become deliveries."""
        try:
            taken_in = self._inbox is None or await self._inbox.is_empty()
            return taken_in and self._has_been_fed and not await self._delivery.has_open_deliveries()
        except DeskError as error:
            self._faults["idle"] = f"idle: {error.words}"
            return False

    async def _is_original(self) -> bool:
        try:
            await self.refuse_copy()
            await outbox_claims.claim_outbox_of(self._delivery, self._transport)
        except DeskError as error:
            self._faults["copy"] = error.words
            return False
        self._faults.pop("copy", None)
        return True

    async def _dispatch(self, *, until_idle: bool) -> None:
        await self._run_with_backoff("take-over", self._unsettled.take_over)
        self._state = replace(self._state, phase=Phase.RUNNING)
        tasks = [asyncio.create_task(self._dispatch_loop(until_idle=until_idle), name="dispatcher-pump")]
        beside = [
            asyncio.create_task(each(self._delivery, self._limits, self._run_with_backoff, self._stopping.is_set))
            for each in (upkeep.trim_log, upkeep.file_waiting, upkeep.grow_tree)
        ]
        if self._inbox is not None and not self._delivery.is_shared:
            tasks.append(asyncio.create_task(self._receive_inbox(self._inbox), name="dispatcher-intake"))
            beside.append(asyncio.create_task(self._inbox.watch(self._inbox_bell.set), name="dispatcher-watch"))
        try:
            await asyncio.gather(*tasks)
        finally:
            begun = [*tasks, *beside, *((self._acknowledgement,) if self._acknowledgement is not None else ())]
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    async def refuse_copy(self) -> None:
        """Raises StoreUnusable, also for a wrong outbox; see `copies` and `outbox_claims`."""
        await copies.refuse_copy(self._desk, self._transport)
        await outbox_claims.refuse_new_outbox(self._desk, self._delivery, self._transport)

    async def accept_copy(self, actor: Actor) -> int:
        """Raises Refused; see :mod:`dutydesk.dispatch.copies`."""
        return (await copies.accept_copy(self._desk, {self._delivery.route: self._transport}, actor)).lines

    # Intake

    async def _receive_inbox(self, inbox: InboxSource, is_ours: Callable[[], bool] = lambda: True) -> None:
        async def once() -> int:
            self._inbox_is_empty = False
            is_stopping = self.progress.counted("inbox", self._stopping.is_set)
            taken = await inbox.receive_all(self._desk, is_stopping) if is_ours() else 0
            self._state = replace(self._state, received=self._state.received + taken)
            self._inbox_is_empty = taken == 0 and await inbox.is_empty()
            self.wake()
            return taken

        while not self._stopping.is_set():
            self._inbox_bell.clear()
            if not await self._run_with_backoff("inbox", once):
                await self._wait_for_bell(self._inbox_bell, inbox.poll_seconds)

    # Delivery

    async def _dispatch_loop(self, *, until_idle: bool) -> None:
        async def once() -> bool:
            return not self._stopping.is_set() and await self._deliver_once()

        try:
            while not self._stopping.is_set():
                self._rounds += 1
                self._due_bell.clear()
                if await self._run_with_backoff("hand-over", once):
                    continue
                await self._announce_idle()
                if until_idle and await self._run_with_backoff("idle", self._is_idle):
                    self._ring_all_bells()
                elif not self._stopping.is_set():
                    await self._run_with_backoff("waiting", self._wait_for_work)
        finally:
            self._delivery.close_direct_leases()
        await self._finish_direct_leases()

    async def _finish_direct_leases(self) -> None:
        """Deliver what intake has leased, including running transactions, before the lock is released.

        A delivery that fails here stays leased, and the next dispatcher requeues it.
        """
        try:
            await self._delivery.wait_for_transactions()
            while batch := await self._next_direct_batch():
                await self._deliver(batch)
        except DeskError as error:
            log.warning("%s", error.words)
        await self._wait_for_acknowledgement()

    async def _next_direct_batch(self) -> Batch | None:
        """The next batch that intake has leased; ``None`` if all of them were requeued because the oldest waited too
        long.
        """
        if not self._delivery.has_stale_direct_leases:
            return self._delivery.next_direct_batch(self._limits.lease_items)
        self._delivery.close_direct_leases()
        await self._wait_for_acknowledgement()
        await self._delivery.return_leases(unknown_keys=self._unsettled.keys)
        return None

    async def _deliver_once(self) -> bool:
        """Lease and deliver one batch; return whether there was one.

        Raises TransportDown; then nothing is leased until the transport is up again.
        """
        if self._is_down and isinstance(self._transport, ProbedTransport):
            await self._transport.probe()
        self._is_down = False
        await self._unsettled.settle(self._wait_for_acknowledgement)
        shut = await self._reachability.refresh(self._wait_for_acknowledgement)
        batch = await self._next_direct_batch()
        if shut:
            self._delivery.close_direct_leases()  # only a lease in a transaction of its own skips unreachable bureaus
        else:
            self._delivery.open_direct_leases(self.wake)
        most = self._limits.lease_items
        batch = batch or await (self._delivery.lease(most, shut) if shut else self._delivery.lease(most))
        if batch:
            await self._deliver(batch)
        else:
            await self._wait_for_acknowledgement()
        return bool(batch)

    async def _deliver(self, batch: Batch) -> None:
        """Deliver a batch, and acknowledge it while the next one is delivered."""
        known, handed = self._unsettled.set_aside(batch, await self._transport_results(batch))
        await self._wait_for_acknowledgement()
        self._acknowledgement = asyncio.create_task(self._acknowledge(known, handed), name="dispatcher-mark")

    async def _wait_for_acknowledgement(self) -> None:
        """Return once the latest delivered batch is recorded. Raises its error once."""
        marking, self._acknowledgement = self._acknowledgement, None
        if marking is not None:
            await marking

    async def _acknowledge(self, batch: Batch, handed: TransportResult) -> None:
        """Record what was delivered; retry until that succeeds, or until the tries after a stop are used up."""
        await self._run_with_backoff("record", lambda: self._delivery.acknowledge(batch, handed, self._random.random))
        self._delivery.complete_direct_batch(batch)
        done = self._state.delivered + len(handed.results) - handed.failure_count
        failed = self._state.failed + handed.failure_count - len(handed.unreachable_keys)
        self._state = replace(self._state, delivered=done, failed=failed)

    async def _transport_results(self, batch: Batch) -> TransportResult:
        """Deliver in time. A key that the transport gives no result for counts as not delivered."""
        keys = keys_of(batch)
        try:
            async with asyncio.timeout(self._limits.transport_seconds):
                handed = await self._deliver_fenced(batch)
            if handed.results.keys() == keys.keys():
                return handed
            return TransportResult({key: handed.results.get(key, "the transport gave no answer") for key in keys})
        except TransportDown:
            self._is_down = True
            await self._wait_for_acknowledgement()
            await self._run_with_backoff("record", lambda: self._unsettled.return_leases(frozenset(keys)))
            raise
        except TimeoutError:
            words: str = sentence(
                "no answer within {transport_seconds:g} s", transport_seconds=self._limits.transport_seconds
            )
        except Exception as error:
            log.exception("the transport failed")
            words = str(error) or type(error).__name__
        taken = await self._unsettled.taken(frozenset(keys))
        return TransportResult({key: None if key in taken else words for key in keys})

    async def _deliver_fenced(self, batch: Batch) -> TransportResult:
        if isinstance(self._transport, FencedTransport):
            return await self._transport.deliver_while(batch, self._delivery.dispatcher_lock().is_current)
        return await self._transport.deliver(batch)

    async def _is_idle(self) -> bool:
        return self._inbox_is_empty and self._has_been_fed and not await self._delivery.has_open_deliveries()

    @property
    def _has_been_fed(self) -> bool:
        return self._feeder is None or self._feeder._inbox_is_empty

    async def _wait_for_work(self) -> None:
        """Wait until something is due, the store changed, the bell rang, or a stop came."""
        version, due = await self._delivery.version(), await self._delivery.next_due()
        limits, is_current = self._limits, self._delivery.dispatcher_lock().is_current
        again = bool(self._reachability.unreachable or self._unsettled.keys)
        until = monotonic() + (limits.reachability_seconds if again else limits.idle_seconds)
        while not self._stopping.is_set() and monotonic() < until:
            if due is not None and due <= self._delivery.now():
                return
            rung = await self._wait_for_bell(self._due_bell, limits.poll_seconds)
            if rung or not is_current() or await self._delivery.version() != version:
                return

    async def _announce_idle(self) -> None:
        async with self._idle:
            self._idle_round = self._rounds
            self._idle.notify_all()

    # Waiting and retrying

    async def _run_with_backoff(self, task: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run ``work``; on failure report it in the state and the log, and retry with exponential back-off.

        Raises the failure after ``tries_after_stop`` retries once the dispatcher was told to stop; at once if only a
        restart helps, so that the lock is free for it.
        """
        wait, last_tries = self._limits.first_backoff_seconds, self._limits.tries_after_stop
        while True:
            self.progress.begin(task)
            try:
                result = await work()
            except (StoreReplaced, TermLost) as error:
                self._faults[task] = f"{task}: {error.words}"
                raise
            except Exception as error:
                words = error.words if isinstance(error, DeskError) else f"{type(error).__name__}: {error}"
                if task not in self._faults:
                    log.warning("%s: %s", task, words, exc_info=not isinstance(error, DeskError))
                self._faults[task] = f"{task}: {words}"
                last_tries -= self._stopping.is_set()
                if last_tries < 0:
                    raise
                await self._stop_within(wait * (0.5 + self._random.random() / 2))
                wait = min(wait * 2, self._limits.max_backoff_seconds)
            else:
                self._faults.pop(task, None)
                return result

    async def _stop_within(self, seconds: float) -> bool:
        if self._stopping.is_set():
            await asyncio.sleep(min(seconds, self._limits.poll_seconds))
            return True
        return await self._wait_for_bell(self._stopping, seconds)

    async def _wait_for_bell(self, bell: asyncio.Event, seconds: float) -> bool:
        """Whether the bell rang within ``seconds``; a stop rings every bell."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await bell.wait()
        return bell.is_set()

    def _ring_all_bells(self) -> None:
        self._delivery.close_direct_leases()
        for bell in (self._stopping, self._due_bell, self._inbox_bell):
            bell.set()
