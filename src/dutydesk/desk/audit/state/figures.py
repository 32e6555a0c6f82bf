"""Compares the desk's kept figures with a count of rows and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dutydesk.desk.matching.name_cache import SKELETON_COUNTER
from dutydesk.domain.proof.projection.compare import StateDifference
from dutydesk.store.engine.copies import COPY_COUNTER
from dutydesk.store.tables import log, state_rows

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.reader import Handle

#: Counters of what is under way: rows of a file that is being imported, and the mark of a copy.
_UNDER_WAY: Final = ("import:", COPY_COUNTER)
#: Counters that follow from rows, also in a store of an earlier release.
_OF_ROWS: Final = ("state:", "delivery:", "suppressed:", "waiting", "hits:", "check:", "checked:", SKELETON_COUNTER)


def compare_figures(
    handle: Handle,
    ledger: Ledger,
    found: StateFindings,
    received: Mapping[str, int] | None,
    silver: Mapping[str, int],
) -> None:
    """Compares each counter. ``received`` counts messages by sender; ``None`` where the log does not name all."""
    counted = Counter({row["name"]: row["value"] for row in state_rows.rows(handle, "state_figures")})
    if received is not None:
        counted += ledger.figures.counts
        counted["outcome:accepted"] += sum(received.values()) + sum(ledger.checks.accepted.values())
        for sender, number in silver.items():
            counted[f"silver:{sender}"] += number
    kept = log.counters(handle)
    for name in sorted(kept.keys() | counted.keys()):
        if name.startswith(_UNDER_WAY):
            continue
        found.comparison.rows += 1
        if received is None and not name.startswith(_OF_ROWS):
            found.comparison.unsaid += 1
        elif kept.get(name, 0) != counted[name]:
            stands = kept.get(name, 0)
            found.add([StateDifference("counter", name, "value", str(stands), str(counted[name]))])
