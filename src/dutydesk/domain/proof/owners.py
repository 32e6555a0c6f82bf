"""What data owners had stated at each moment: who may not see their data, in general or for one item (RPD 58)."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.items import item_number
from dutydesk.domain.proof.facts import Fact, Incomplete
from dutydesk.domain.restrictions import Denials


class Owners:
    """Kept as the domain's policy reads it; each statement has its place in the order of statements."""

    def __init__(self) -> None:
        self.standing: dict[str, Denials] = {}
        self.on_items: dict[int, Denials] = {}
        self._statements: dict[str | int, dict[str, tuple[int, bool]]] = {}
        self._count = 0

    def stated(self, fact: Fact, item_sender: str | None) -> Iterator[str]:
        """``item_sender`` is whose the named item is. Within one statement an ``allow`` counts after a ``deny``."""
        owner, item = fact.text("owner"), fact.maybe_text("item")
        if item is not None and item_sender != owner:
            yield f"{owner} restricts {item}, which is not its own"
        number = None if item is None else item_number(item)
        if item is not None and number is None:
            raise Incomplete(f"{fact.kind} names no item")
        statements = self._scope(owner, number)
        for denied, targets in ((True, fact.names("deny")), (False, fact.names("allow"))):
            for target in targets:
                self._count += 1
                statements[target] = (self._count, denied)

    def _scope(self, owner: str, item: int | None) -> dict[str, tuple[int, bool]]:
        key = owner if item is None else item
        statements = self._statements.get(key)
        if statements is None:
            statements = self._statements[key] = {}
            if item is None:
                self.standing[owner] = Denials(statements)
            else:
                self.on_items[item] = Denials(statements)
        return statements
