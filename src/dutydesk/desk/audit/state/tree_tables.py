"""Compares the tiles of the tree over the log with its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dutydesk.domain.proof.projection.compare import StateDifference, missing_row, surplus_row
from dutydesk.store.tables import tree
from dutydesk.store.tables.tree import TileFault

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateFindings
    from dutydesk.store.engine.reader import Handle

_TABLE: Final = "tree_tile"


def compare_tree(handle: Handle, found: StateFindings) -> None:
    """Compares each whole tile that is written; those above the last checkpoint may be written later."""
    found.comparison.rows += sum(1 for _ in handle.tuples("state_tree_tiles"))
    found.add(map(_difference, tree.tile_faults(handle)))


def _difference(fault: TileFault) -> StateDifference:
    if fault.is_missing:
        return missing_row(_TABLE, fault.key)
    if fault.column is None:
        return surplus_row(_TABLE, fault.key)
    return StateDifference(_TABLE, fault.key, fault.column, "other hashes", "those of the events")
