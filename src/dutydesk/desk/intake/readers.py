"""Has messages read ahead by processes of their own, while the thread that writes commits those before them.

A message is read ahead only where many come at the same time. Whatever a reader does not answer in time is read in this
process, as every message of a small load is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from msgspec import DecodeError

from dutydesk.desk.base.companion import Companion, Patience
from dutydesk.desk.base.context import Context
from dutydesk.desk.examination.prepare import PreparedMessage
from dutydesk.desk.intake.plan import ReadMessage, plan_from_bytes
from dutydesk.desk.intake.reader_process import NO_PLAN, basis_of, question_of
from dutydesk.desk.intake.signatures import OpenedMessage
from dutydesk.domain.limits import MemoryLimits
from dutydesk.store.engine.reader import to_us
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.decode.stream import RawMessage
from dutydesk.wire.signed.jws import key_hint

#: Only messages with a subject take long enough to be read elsewhere.
_SUBJECT = b'"subject"'
#: Readers that have ended at once, as those do that load other rules, are not started again.
_MOST_STARTS = 3


class Readers:
    """The readers of one process. :meth:`ask` is for its event loop, the answers for its thread that writes."""

    def __init__(self, context: Context, rules_folder: Path | None, limits: MemoryLimits) -> None:
        self._context, self._rules_folder, self._limits = context, rules_folder, limits
        self._companions: list[Companion] = []
        self._at_once = self._many = self._starts = self._next = 0
        self._is_alone = False  # whether no reader can be had, or none stays

    @contextmanager
    def asked(
        self, raw: RawMessage, clock: Callable[[], datetime], *, ahead: bool = True
    ) -> Iterator[AskedPlan | None]:
        """While a message is taken in: what a reader was asked, or ``None`` where this process reads it itself.

        Without ``ahead`` it does: officers act, who need the processors, and the store between two commits.
        """
        self._at_once += 1
        try:
            is_many = ahead and self._at_once >= self._limits.read_ahead_from
            is_ordinary = is_many and _SUBJECT in raw.raw
            key = self._key(raw.raw) if is_many and not is_ordinary else b""
            is_worth_it = not raw.oversize and (is_ordinary or bool(key))
            yield self._ask(raw, key, clock()) if is_worth_it else None
        finally:
            self._at_once -= 1

    def _key(self, raw: bytes) -> bytes:
        """The 32 bytes of the key that a signed message seems to name; none for an unknown one, and any other message.

        A reader verifies the signature by it. Whether the key is in force is decided in the transaction.
        """
        keys = self._context.keys.latest.keys
        key = keys.get(key_hint(raw) or "") if keys else None
        return b"" if key is None else key.public

    @property
    def companions(self) -> list[Companion]:
        """The readers that answer."""
        return [one for one in self._companions if one.is_ready]

    def close(self) -> None:
        """End the readers."""
        for one in self._companions:
            one.close()

    def _ask(self, raw: RawMessage, key: bytes, at: datetime) -> AskedPlan | None:
        self._many += 1
        if self._is_alone or self._many <= self._limits.read_before_readers:
            return None
        if not self._companions or all(one.is_over for one in self._companions):
            self._start()
        for _ in self._companions:
            self._next += 1
            companion = self._companions[self._next % len(self._companions)]
            number = companion.ask(question_of(raw.raw, to_us(at), key))
            if number is not None:
                return AskedPlan(companion, number, raw.sha256, at.date())
        return None

    def _start(self) -> None:
        count = min(self._limits.readers, _spare_cores()) if self._starts < _MOST_STARTS else 0
        self.close()
        self._companions, self._starts = [], self._starts + 1
        if not count:
            self._is_alone = True
            return
        patience = Patience(self._limits.reader_answer_seconds, self._limits.companion_late_seconds)
        basis = basis_of(self._context, self._rules_folder)
        try:
            for _ in range(count):
                self._companions.append(Companion("dutydesk.desk.intake.reader_process", basis, patience))
        except OSError:  # no further process can be had now
            pass


class AskedPlan:
    """A message that a reader reads. Its answer is read once."""

    def __init__(self, companion: Companion, number: int, sha256: str, on: date) -> None:
        self._companion, self._number, self._sha256, self._on = companion, number, sha256, on
        self._is_read = False
        self._found: tuple[DecodedMessage, PreparedMessage, OpenedMessage | None] | None = None

    def answer(self, on: date) -> tuple[DecodedMessage, PreparedMessage, OpenedMessage | None] | None:
        """The message, its preparation and its signature, if they are of these bytes and of that day of receipt."""
        if not self._is_read:
            self._is_read = True
            self._found = self._read()
        return self._found if on == self._on else None

    def _read(self) -> tuple[DecodedMessage, PreparedMessage, OpenedMessage | None] | None:
        data = self._companion.answer(self._number)
        if data is None or data == NO_PLAN:
            return None
        try:
            found: ReadMessage = plan_from_bytes(data)
        except DecodeError:
            return None
        return (found.decoded, found.prepared, found.opened) if found.received == self._sha256 else None


def _spare_cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return usable - 1
