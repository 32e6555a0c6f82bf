"""The receipt that every message gets at intake; a repeat gets the same one."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from enum import StrEnum

from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.checks.check import CheckHit
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value
from dutydesk.domain.records.records import NO_RECORD
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.wire.decode.outcome import Problem


class IntakeOutcome(StrEnum):
    ACCEPTED = "accepted"
    REPEAT = "repeat"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    CONFLICT = "conflict"


@value(frozen=True, slots=True)
class Receipt:
    """``line`` is the message's line in its file, from 1; ``cause`` explains the outcome in words.

    ``result`` and ``hits`` are the result of a check.
    """

    line: int
    reference: str | None
    outcome: IntakeOutcome
    item: str | None = None
    state: str | None = None
    cause: str | None = None
    problems: tuple[Problem, ...] = ()
    sha256: str | None = None
    level: str | None = None
    measure: str | None = None
    result: str | None = None
    hits: tuple[CheckHit, ...] = ()

    def stored_json(self) -> str:
        """The receipt as JSON, without ``line``, which belongs to the file."""
        fields: dict[str, Json] = {
            "reference": self.reference,
            "item": self.item,
            "state": self.state,
            "cause": self.cause,
            "sha256": self.sha256,
            "level": self.level,
            "measure": self.measure,
        }
        if self.result is not None:
            fields |= {"result": self.result, "hits": [asdict(hit) for hit in self.hits]}
        return canonical_json(fields)


def repeat_receipt(stored: str, line: int) -> Receipt:
    """The stored receipt, for a message that came again."""
    fields = json.loads(stored)
    hits = tuple(CheckHit(**hit) for hit in fields.pop("hits", ()))
    return Receipt(line=line, outcome=IntakeOutcome.REPEAT, hits=hits, **fields)


def redact_receipt(receipt: Receipt, visibility: Visibility) -> Receipt:
    """The receipt of a check without the hits that are denied to the reader."""
    hits_shown = tuple(
        hit
        for hit in receipt.hits
        if not visibility.hides_record(hit.source, item_number(hit.item) if hit.item is not None else None)
    )
    return replace(receipt, hits=hits_shown, result=receipt.result if hits_shown else NO_RECORD)
