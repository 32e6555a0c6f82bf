"""The locks of a process that answers questions."""

from __future__ import annotations

from threading import Lock
from typing import Any

import pytest

from dutydesk.desk.base.companion import Companion, Patience


class NamedLock:
    """A lock that writes down when it is waited for."""

    def __init__(self, name: str, waited_for: list[str]) -> None:
        self._name, self._waited_for, self._lock = name, waited_for, Lock()

    def __enter__(self) -> None:
        self._waited_for.append(self._name)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


def test_who_closes_it_and_who_waits_for_an_answer_take_the_locks_in_one_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else each might have the lock that the other waits for."""
    companion = Companion("dutydesk.desk.intake.reader_process", b"", Patience(0.0, 60.0))
    waited_for: list[str] = []
    for name in ("_asking", "_reading"):
        monkeypatch.setattr(companion, name, NamedLock(name, waited_for))
    assert companion.answer(1) is None
    of_answer = waited_for[:2]
    waited_for.clear()
    companion.close()
    assert waited_for == of_answer
