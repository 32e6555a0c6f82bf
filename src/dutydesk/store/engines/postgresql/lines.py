"""Opening a line to the cluster again after it was lost, with back-off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engines.postgresql.faults import is_line_lost, unreachable

T = TypeVar("T")
_FIRST_WAIT_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 1.0


def open_again(connect: Callable[[], T], limits: StoreLimits) -> T:
    """What ``connect`` gives, which is called until it succeeds.

    Raises StoreUnusable after ``reconnect_seconds``, and what ``connect`` raises if that is no lost line.
    """
    deadline, wait = time.monotonic() + limits.reconnect_seconds, _FIRST_WAIT_SECONDS
    while True:
        try:
            return connect()
        except psycopg.Error as error:
            if not is_line_lost(error):
                raise
            if time.monotonic() + wait > deadline:
                raise unreachable(error) from error
        time.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
