"""Compares the desk's notices with the log, some at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dutydesk.desk.audit.state.report import StateFindings
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.proof.projection.compare import WHOLE_ROW, ColumnReader, StateDifference
from dutydesk.domain.proof.projection.notice_rows import NOTICE_KINDS, NoticeColumns, apply_notices
from dutydesk.store.tables import state_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.reader import Handle
    from dutydesk.store.tables.state_rows import StoredRow

_NOTICE: Final = ColumnReader(NoticeColumns)


@dataclass(slots=True)
class NoticeTables:
    """Compares notices by number. ``codes`` are the bureaus by the number of their row."""

    handle: Handle
    ledger: Ledger
    found: StateFindings
    codes: Mapping[int, str]

    def compare(self, first: int, last: int) -> None:
        """Compares the notices from ``first``, a multiple of those that the log lists together, to ``last``."""
        logged: dict[int, NoticeColumns] = {}
        try:
            for fact in state_rows.facts_of_notices(self.handle, first, last, NOTICE_KINDS):
                apply_notices(logged, fact, self.ledger.desk.complete_from)
        except IncompleteEvent as fault:
            words = f"events that can't be read: {fault.words}"
            self.found.add([StateDifference("event", f"notices {first}-{last}", WHOLE_ROW, words, "what they must")])
            return
        rows = state_rows.rows(self.handle, "state_notices", first=first, last=last)
        stored = ((str(row["id"]), self._values(row)) for row in rows)
        known = {str(number): _NOTICE.of(notice) for number, notice in logged.items()}
        self.found.add(self.found.comparison.compare_rows("notice", stored, known))

    def _values(self, row: StoredRow) -> StoredRow:
        data, recipient = row["data"], row["recipient"]
        digest = digest_of(data) if isinstance(data, str) else data
        return {**row, "data": digest, "recipient": self.codes.get(recipient, recipient)}
