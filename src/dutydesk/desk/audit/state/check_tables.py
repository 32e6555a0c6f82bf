"""Compares the counts of checks, and the references of checks without a hit, with the log."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from dutydesk.domain.proof.projection.check_rows import SUM_MODULUS, reference_weight
from dutydesk.domain.proof.projection.compare import StateDifference, missing_row, surplus_row
from dutydesk.store.tables import state_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.domain.proof.projection.said import Column
    from dutydesk.store.engine.reader import Handle


def compare_checks(handle: Handle, ledger: Ledger, found: StateFindings) -> None:
    """Compares the counts. A log that an earlier release began has not counted all checks: only days are compared."""
    compare = found.comparison.compare_rows
    days: dict[str, Mapping[str, Column]] = {
        f"{row['supplier']} day {row['day']}": {"n": row["n"]}
        for row in state_rows.rows(handle, "state_check_days_counted")
    }
    stored = ((f"{row['supplier']} day {row['day']}", row) for row in state_rows.rows(handle, "state_check_days"))
    found.add(compare("check_day", stored, days))
    if not ledger.desk.is_whole:
        return
    hours: dict[str, Mapping[str, Column]] = {
        " ".join(map(str, key)): {"n": number} for key, number in ledger.checks.hours.items()
    }
    rows = ((" ".join(map(str, key)), {"n": n}) for *key, n in handle.tuples("state_check_hours"))
    found.add(compare("check_hour", rows, hours))
    minutes: dict[str, Mapping[str, Column]] = {
        str(requester): {"minute": minute, "n": number, "n_before": before}
        for requester, (minute, number, before) in ledger.checks.minutes.items()
    }
    stored = ((str(row["requester"]), row) for row in state_rows.rows(handle, "state_check_minutes"))
    found.add(compare("check_minute", stored, minutes))
    found.add(_references(handle, ledger, found))


def _references(handle: Handle, ledger: Ledger, found: StateFindings) -> Iterator[StateDifference]:
    """The log has the number and the sum of a sender's references of a day, not each of them."""
    left = dict(ledger.checks.references)
    for (day, sender), rows in groupby(handle.tuples("state_check_references"), key=itemgetter(0, 1)):
        number = total = 0
        for _, _, reference, digest in rows:
            number += 1
            weight = reference_weight(str(reference), digest.hex() if isinstance(digest, bytes) else str(digest))
            total = (total + weight) % SUM_MODULUS
        found.comparison.rows += number
        expected, key = left.pop((day, sender), None), f"of sender {sender} on day {day}"
        if expected is None:
            yield surplus_row("check_reference", key)
        elif expected[0] != number:
            yield StateDifference("check_reference", key, "*", f"{number} rows", f"{expected[0]} rows")
        elif expected[1] != total:
            yield StateDifference("check_reference", key, "reference, digest", f"{total:x}", f"{expected[1]:x}")
    yield from (missing_row("check_reference", f"of sender {sender} on day {day}") for day, sender in left)
