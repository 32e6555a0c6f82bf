"""What ``doctor`` says of the rows of a store, whatever its engine; one check that fails does not stop the others."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Final

from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.events.event import optional
from dutydesk.domain.events.store import StoreDiffers
from dutydesk.store.engine.copies import counter_mismatches, read_only_reason
from dutydesk.store.engine.diagnosis import Diagnosis
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, log, log_queries

MAX_LISTED_FAULTS: Final = 3
#: What an engine's driver raises.
Errors = tuple[type[Exception], ...]


def examine_rows(handle: Handle, errors: Errors) -> list[Diagnosis]:
    """The chain, the bodies, the counters, and whether the store is a copy."""
    found = [examine_chain(handle, errors), examine_bodies(handle, errors)]
    try:
        wrong = "; ".join(islice(counter_mismatches(handle), MAX_LISTED_FAULTS))
        copy = read_only_reason(handle)
    except errors as error:
        return [*found, Diagnosis("figures", False, f"they can't be read: {error}")]
    found.append(_examine_differences(handle))
    found.append(Diagnosis("figures", not wrong, wrong or "the kept figures are those of a count"))
    return found if copy is None else [*found, Diagnosis("copy", True, copy)]


def examine_chain(handle: Handle, errors: Errors) -> Diagnosis:
    try:
        report = log.verify(handle)
    except errors as error:
        return Diagnosis("chain", False, f"the log can't be read: {error}")
    if report.fault is not None:
        return Diagnosis("chain", False, report.fault)
    return Diagnosis("chain", True, f"verified, {report.events} events")


def examine_bodies(handle: Handle, errors: Errors) -> Diagnosis:
    """Compare every body with the log."""
    try:
        differing = list(bodies.body_differences(handle))
    except errors as error:
        return Diagnosis("bodies", False, f"they can't be compared with the log: {error}")
    if not differing:
        return Diagnosis("bodies", True, "each is the one that was received, by the log")
    named = "; ".join(
        f"{each.item} v{each.version}: {fault_words(each.fault)}" for each in differing[:MAX_LISTED_FAULTS]
    )
    more = f"; and {len(differing) - MAX_LISTED_FAULTS} more" if len(differing) > MAX_LISTED_FAULTS else ""
    return Diagnosis("bodies", False, f"{CHANGED_WORDS}: {named}{more}; nothing of them is released or handed over")


def compare_outbox(folder: Path, written: int) -> Diagnosis:
    """Whether an outbox holds newer segments than the store, which wrote up to ``written``."""
    newest = max((int(name.stem) for name in folder.glob("*/[0-9]*.jsonl") if name.stem.isdigit()), default=0)
    if newest <= written:
        return Diagnosis("outbox", True, f"{folder} has nothing that the store does not know")
    return Diagnosis(
        "outbox",
        False,
        f"{folder} has segment {newest}, and the store wrote up to {written}: the store is older than its outbox, or "
        "its log was lost; if it takes its original's place: dutydesk dispatch --restored",
    )


def _examine_differences(handle: Handle) -> Diagnosis:
    """The differences between table and log that the desk has met when it acted."""
    count = int(handle.value("log_differences_count"))
    if not count:
        return Diagnosis("differences", True, "no act has met a table that differs from the log")
    row = handle.one("log_differences_last")
    fact = None if row is None else log_queries.fact_as(row, StoreDiffers)
    last = f"; the last, event {fact.seq} on {fact.subject}: {optional(fact.event.words)}" if fact is not None else ""
    return Diagnosis("differences", False, f"{count} found, each an event store.differs{last}")
