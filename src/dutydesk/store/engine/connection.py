"""A connection on a thread of its own, so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
import threading
import traceback
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.rows import Connection

T = TypeVar("T")


class ConnectionThread:
    """One connection and the thread that uses it, made by :meth:`open`.

    :meth:`run` takes a whole function, such as a transaction: one await for each statement takes 1.7 times as long.
    The thread is a daemon and never keeps the process from ending.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=_run_calls, args=(self._calls,), name="dutydesk-store", daemon=True).start()
        # Ends the thread of a connection that was never closed.
        weakref.finalize(self, self._calls.put, None).atexit = False

    @classmethod
    async def open(cls, connect: Callable[[], Connection]) -> ConnectionThread:
        """Run ``connect`` on the new thread, which then uses that connection. Raises what ``connect`` raises."""
        opened = cls()
        try:
            opened._connection = await opened._submit(connect)
        except BaseException:
            opened._calls.put(None)
            raise
        return opened

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on the thread, after everything that was submitted before, and return its result.

        If the caller is cancelled, ``work`` still runs to its end and its result is dropped.
        Raises what ``work`` raises, or StoreUnusable once the connection is closed.
        """
        connection = self._connection
        if connection is None:
            raise StoreUnusable(StoreCode.STORE_CLOSED, sentence("the store is closed; open it again"))
        return await self._submit(partial(work, connection))

    async def close(self) -> None:
        """Close the connection after everything that was submitted before, and end the thread.

        Raises the errors of the engine's driver.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        closed = self._submit(connection.close)
        self._calls.put(None)
        await closed

    def _submit(self, work: Callable[[], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._calls.put(partial(_run_call, work, loop, future))  # no closure: the frames of an error would keep it
        return future


def _run_calls(calls: SimpleQueue[Callable[[], None] | None]) -> None:
    while (call := calls.get()) is not None:
        call()
        del call  # its result must not live until the next call


def _run_call(work: Callable[[], T], loop: asyncio.AbstractEventLoop, future: asyncio.Future[T]) -> None:
    """Run ``work`` on this thread and settle ``future`` on its loop, unless that loop has ended."""
    with suppress(RuntimeError):
        try:
            result = work()
        except StopIteration:  # a future can't hold StopIteration
            loop.call_soon_threadsafe(_set_exception, future, RuntimeError("a walk over rows ended too early"))
        except BaseException as error:
            end_queries(error)
            loop.call_soon_threadsafe(_set_exception, future, error)
        else:
            loop.call_soon_threadsafe(_set_result, future, result)
            del result
    del work, future  # the frames of an error refer to this one, which must not refer to the error


def end_queries(error: BaseException) -> None:
    """End what the error has interrupted, on the thread of its connection.

    A query that is half read keeps its view of the store open, and no transaction can begin on that connection once
    others have committed. The error's frames hold it for as long as a caller on another thread holds the error.
    """
    each: BaseException | None = error
    while each is not None:
        traceback.clear_frames(each.__traceback__)
        each = each.__cause__ or each.__context__


def free_frames(error: BaseException) -> None:
    """Free what the ended frames of an error hold, and those that had called them; its lines stay, for the log.

    For who gets the error from another thread. A transaction with all its rows would stay for as long as the error is
    kept, or until the collector looks, since the frames of a transaction also lead back to the error.
    """
    traceback.clear_frames(error.__traceback__)
    frame = None if error.__traceback__ is None else error.__traceback__.tb_frame.f_back
    while frame is not None:
        try:
            frame.clear()
        except RuntimeError:  # it runs still, as do all that have called it
            return
        frame = frame.f_back


def _set_result(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
