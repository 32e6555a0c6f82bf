"""What marks a copy of a store, so that it is only read until it takes its original's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.tables import log

#: The counter that marks a store as a copy. Its value is the ``seq`` of the last event that copy and original share.
COPY_COUNTER = "copy"

#: Called after each step with the pages copied and the pages in all.
Progress = Callable[[int, int], None]


def no_progress(_done: int, _all: int) -> None:
    """For who does not show it."""


@value(frozen=True, slots=True)
class VerifiedCopy:
    """A copy whose integrity, chain and counters hold. ``head`` is the hash of its last event."""

    file: str
    events: int
    head: str
    bytes: int


def label_as_copy(target: Connection) -> None:
    """Mark the file as a copy. The mark is not an event, so that the chain stays a prefix of the original's."""
    target.execute("DELETE FROM counter WHERE name = ?", (COPY_COUNTER,))
    target.execute("INSERT INTO counter SELECT ?, coalesce(max(seq), 0) FROM event", (COPY_COUNTER,))


def read_only_reason(handle: Handle) -> str | None:
    """Why this store may only be read, if it is a copy that was not accepted as the original; else ``None``."""
    through = handle.value("counter_value", name=COPY_COUNTER)
    if not through:
        return None
    return (
        f"this store is a copy, made after event {through}, and is only read until an administrator says that it "
        "takes its original's place: dutydesk dispatch --restored"
    )


def counter_mismatches(handle: Handle) -> Iterator[str]:
    """The maintained counters that differ from a count of the rows, as sentences."""
    counted: dict[str, int] = {row["name"]: row["value"] for row in handle.all("item_counts_by_state")}
    for row in handle.all("delivery_counts"):
        for name in (f"delivery:{row['state']}", row["cause"] and f"suppressed:{row['cause']}"):
            if name:
                counted[name] = counted.get(name, 0) + row["value"]
    kept = log.counters(handle)
    names = {name for name in kept if name.startswith(("state:", "delivery:", "suppressed:"))} | counted.keys()
    for name in sorted(names):
        if kept.get(name, 0) != counted.get(name, 0):
            yield f"the figure {name} is {kept.get(name, 0)}, and there are {counted.get(name, 0)}"
