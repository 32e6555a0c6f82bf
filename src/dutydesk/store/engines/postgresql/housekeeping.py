"""PostgreSQL folds what it writes ahead by itself."""

from __future__ import annotations

from dutydesk.store.engine.rows import Connection


class NoHousekeeping:
    """As :class:`~dutydesk.store.engine.engine.Housekeeping` says: there is nothing to do."""

    def __init__(self) -> None:
        self.owned = False

    def bytes(self) -> int:
        return 0

    def needs_folding(self, limit: int) -> bool:  # noqa: ARG002 - as the protocol names it
        return False

    def is_due(self) -> bool:
        return False

    def fold(self, raw: Connection, *, empty: bool) -> bool:  # noqa: ARG002 - as the protocol names it
        return True

    def fold_unowned(self, raw: Connection) -> None:
        pass

    def fold_after_officer(self, raw: Connection) -> None:
        pass
