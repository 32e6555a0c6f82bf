"""Writes the references that senders have used up, each with the receipt that its message got."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from dutydesk.desk.audit.state.references import content_column, item_of
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.accepted import reference_of, sha256_of
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.notices import ReceiptsKept
from dutydesk.domain.events.routes import ItemReread
from dutydesk.domain.proof.projection.said import UNSAID

if TYPE_CHECKING:
    from dutydesk.desk.audit.recovery.salvage import Salvage
    from dutydesk.domain.events.event import LogEvent
    from dutydesk.store.engine.new_store import NewStore


class ReferenceRebuilder:
    """Follows the events of accepted messages; a receipt whose words are lost is rebuilt without them."""

    def __init__(self, new: NewStore, salvage: Salvage) -> None:
        self._new, self._salvage = new, salvage
        self._waiting: dict[tuple[str, str], dict[str, object]] = {}
        #: Messages that were taken, by their senders.
        self.received: Counter[str] = Counter()

    def apply(self, fact: Fact[LogEvent]) -> None:
        if isinstance(fact.event, ReceiptsKept):
            for name, digest in required(fact.event.digests).items():
                sender, _, reference = name.partition(" ")
                self._write(sender, reference, digest)
            return
        self._use(fact, *reference_of(fact.event))

    def _use(self, fact: Fact[LogEvent], sender: str | None, reference: str | None) -> None:
        if sender is None or reference is None:
            return
        if not isinstance(fact.event, ItemReread):
            self.received[sender] += 1
        content = content_column(fact.event)
        self._waiting[sender, reference] = {
            "content_hash": content,
            "item": item_of(fact),
            "sha256": sha256_of(fact.event),
        }

    def _write(self, sender: str, reference: str, digest: str | None) -> None:
        known = self._waiting.pop((sender, reference), None)
        if known is None:
            return
        row = self._salvage.row("reference", sender=sender, reference=reference) or {}
        receipt = row.get("receipt")
        if not isinstance(receipt, str) or (digest is not None and digest_of(receipt) != digest):
            receipt = self._rebuilt(reference, known)
            self._salvage.lose("receipt", f"the words of the receipt of {reference} of {sender}")
        content = known["content_hash"]
        if content is UNSAID:
            content = row.get("content_hash") or ""
            self._salvage.lose("not in the log", f"the content hash of {reference} of {sender}")
        values = {"sender": sender, "reference": reference, "content_hash": content, "item": known["item"]}
        self._new.add("reference", [values | {"receipt": receipt}])

    def _rebuilt(self, reference: str, known: dict[str, object]) -> str:
        number = known["item"]
        fields = {
            "reference": reference,
            "item": item_name(number) if isinstance(number, int) else None,
            "state": None,
            "cause": None,
            "sha256": known["sha256"],
            "level": None,
            "measure": None,
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))

    def finish(self) -> None:
        """Writes those whose receipt an earlier release did not name."""
        for sender, reference in list(self._waiting):
            self._write(sender, reference, None)
