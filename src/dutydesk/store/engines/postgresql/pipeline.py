"""Statements that go to the cluster one after the other without a wait, and what they give.

The driver's own pipeline waits at each of its ends and makes a cursor for each statement. It ends with a request to
flush, which stops the cluster's clock: a transaction that then stands still would never be ended.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Sequence
from enum import Enum, auto
from itertools import count
from typing import Any, Final

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, PipelineStatus
from psycopg.pq.abc import PGresult

from dutydesk.store.engines.postgresql.session import Session

#: Statements that are prepared at most; what comes after them is planned each time.
_MOST_PREPARED: Final = 2_000
#: A text, with the types of its values.
_Prepared = tuple[bytes, tuple[int, ...]]


class _Awaited(Enum):
    ANSWER = auto()
    END = auto()


class StatementPipeline:
    """The statements of one session, each prepared when it is first sent.

    :meth:`send` and :meth:`end` never wait. Nothing else may use the session before :meth:`receive` has returned.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._line = session.pgconn
        self._values = Transformer.from_context(session)
        self._prepared: dict[_Prepared, bytes] = {}
        self._numbers = count()
        self._awaited: deque[_Awaited | _Prepared] = deque()

    @property
    def awaited(self) -> int:
        """How many answers are still to be received."""
        return len(self._awaited)

    def send(self, text: bytes, values: Sequence[Any], *, binary: bool = False) -> None:
        """Send a statement; ``binary`` is the form of the rows that it gives. Raises psycopg.Error for a lost line."""
        if self._line.pipeline_status == PipelineStatus.OFF:
            self._line.enter_pipeline_mode()
        dumped = self._values.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = tuple(self._values.types or ()), self._values.formats
        form = Format.BINARY if binary else Format.TEXT
        name = self._prepared.get((text, types)) or self._prepare(text, types)
        if name is None:
            self._line.send_query_params(text, dumped, types, formats, form)
        else:
            self._line.send_query_prepared(name, dumped, formats, form)
        self._awaited.append(_Awaited.ANSWER)

    def _prepare(self, text: bytes, types: tuple[int, ...]) -> bytes | None:
        if len(self._prepared) >= _MOST_PREPARED:
            return None
        name = self._prepared[text, types] = b"dutydesk_%d" % next(self._numbers)
        self._line.send_prepare(name, text, types)
        self._awaited.append((text, types))
        return name

    def end(self) -> None:
        """End what was sent: after an error in it the rest of it is not run, and the cluster waits for no more of it.

        Raises psycopg.Error for a lost line.
        """
        self._line.pipeline_sync()
        self._awaited.append(_Awaited.END)
        self._line.flush()

    def receive(self) -> PGresult | None:
        """Wait for all answers, and return that of the last statement. Raises the first error, as psycopg.Error."""
        if self._awaited and self._awaited[-1] is not _Awaited.END:  # as where a value could not be sent
            self.end()
        fault: psycopg.Error | None = None
        last: PGresult | None = None
        while self._awaited:
            answer = self._next_answer()
            awaited = self._awaited.popleft()
            if answer.status in (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED):
                if not isinstance(awaited, _Awaited):
                    del self._prepared[awaited]
                fault = fault or self._fault_of(answer)
            elif awaited is _Awaited.ANSWER:
                last = answer
        if self._line.pipeline_status != PipelineStatus.OFF:
            self._line.exit_pipeline_mode()
        if fault is not None:
            raise fault
        return last

    def rows_of(self, answer: PGresult) -> list[tuple[Any, ...]]:
        self._values.set_pgresult(answer)
        return self._values.load_rows(0, answer.ntuples, tuple)

    def _next_answer(self) -> PGresult:
        """The next answer, past the end of the one before. Raises psycopg.Error for a lost line."""
        while True:
            unsent = bool(self._line.flush())
            while unsent or self._line.is_busy():
                self._wait(to_write=unsent)
                self._line.consume_input()
                unsent = unsent and bool(self._line.flush())
            answer = self._line.get_result()
            if answer is not None:
                return answer
            if self._line.status == ConnStatus.BAD:
                raise psycopg.OperationalError(self._line.get_error_message())

    def _wait(self, *, to_write: bool) -> None:
        waiting = select.poll()
        waiting.register(self._line.socket, select.POLLIN | (select.POLLOUT if to_write else 0))
        waiting.poll()

    def _fault_of(self, answer: PGresult) -> psycopg.Error:
        encoding = self._session.info.encoding
        if self._line.status == ConnStatus.BAD and not answer.error_field(DiagnosticField.SQLSTATE):
            return psycopg.OperationalError(answer.get_error_message(encoding))
        return psycopg.errors.error_from_result(answer, encoding)
