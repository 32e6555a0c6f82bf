"""Shared parts of the desk's tests: a bench with a desk, a clock that tests can move, and messages to send."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import engine_under_test
from dutydesk.desk.base.context import Actor, CommandResult
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.wire.decode.stream import RawMessage, read_one

AT = datetime(2022, 3, 10, 8, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parent / "examples"
_serial = count(1)


class MovedClock:
    """A clock that only a test moves, forwards or back."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


#: The file of a store, or the URL of its database, for each list of officers.
_PREPARED: dict[tuple[Officer, ...], bytes | str] = {}


async def prepared_desk(
    path: Path, officers: Sequence[Officer], limits: Limits = DEFAULT_LIMITS
) -> tuple[Desk, MovedClock]:
    """A desk for an exercise, at ``AT``, with these officers; its store is made once and copied for each test."""
    clock, wanted = MovedClock(AT), tuple(officers)
    if wanted not in _PREPARED:
        with TemporaryDirectory() as folder:
            first = Path(folder) / "desk.db"
            url = engine_under_test.new_database(first, is_dropped=False) if engine_under_test.IS_ON_CLUSTER else None
            make_store(first, "exercise", clock)
            desk = await open_desk(first, clock, founder="root")
            for officer in wanted:
                await desk.people.add_officer(Actor("root", "root"), officer)
            await desk.close()
            _PREPARED[wanted] = url or first.read_bytes()
    prepared = _PREPARED[wanted]
    if isinstance(prepared, str):
        engine_under_test.new_database(path, prepared)
    else:
        path.touch(0o600)
        path.write_bytes(prepared)
    return await open_desk(path, clock, founder="root", limits=limits), clock


def officer(name: str, role: Role, country: str = "-") -> Officer:
    """An officer whose login is the name in small letters."""
    return Officer(name, role, country, (name.lower(),))


def raw(message: dict[str, Any]) -> RawMessage:
    return read_one(io.BytesIO(json.dumps(message, ensure_ascii=False).encode()))


def diffusion(sender: str = "DE", recipients: Any = ("PL", "FR", "UA"), **changes: Any) -> dict[str, Any]:
    """A complete red diffusion about an invented person; each call has a new reference."""
    message: dict[str, Any] = json.loads((EXAMPLES / "red-diffusion.json").read_text("utf-8"))
    message.pop("restricted_from", None)
    message |= {
        "sender": sender,
        "recipients": list(recipients) if isinstance(recipients, tuple) else recipients,
        "reference": f"{sender}-{next(_serial)}",
        "sent_at": "2022-03-10T07:00:00Z",
        "retention_until": "2027-03-01",
    }
    message |= changes
    return {key: value for key, value in message.items() if value is not None}


def notice_request(sender: str = "DE", **changes: Any) -> dict[str, Any]:
    return diffusion(sender, None, type="notice_request", **changes)


def act_message(type: str, sender: str, **fields: Any) -> dict[str, Any]:
    return {
        "schema": "dutydesk/1",
        "type": type,
        "reference": f"{sender}-{next(_serial)}",
        "sender": sender,
        "sent_at": "2022-03-10T07:30:00Z",
        **fields,
    }


@dataclass(repr=False)  # asyncio asks for it several times in each test, and it would hold the reference data
class Bench:
    desk: Desk
    clock: MovedClock
    taken_keys: dict[str, str] = field(default_factory=dict)
    #: Whether a test edits the store's tables, so that they differ from the log.
    is_edited: bool = False

    def actor(self, name: str, command_id: str | None = None) -> Actor:
        return Actor(name, name.lower(), command_id)

    async def send(self, message: dict[str, Any]) -> Receipt:
        return await self.desk.intake.receive(raw(message))

    async def sent(self, message: dict[str, Any]) -> int:
        """Sends a message that must be accepted, and returns the item's number."""
        receipt = await self.send(message)
        assert receipt.outcome == "accepted", receipt.problems
        return number(receipt.item)

    async def order(self, country: str, level: Level, officer: str = "Ines", **changes: Any) -> CommandResult:
        return await self.desk.supervision.order(self.actor(officer), self.order_for(country, level, **changes))

    def order_for(self, country: str, level: Level, **changes: Any) -> Order:
        channels = frozenset(changes.pop("channels", {Channel.DIFFUSION}))
        kinds = frozenset(changes.pop("kinds", ()))
        fields: dict[str, Any] = {
            "order": f"SG/{next(_serial)}",
            "by": "Secretary General",
            "reason": "The rules were broken.",
        }
        return Order(country, level, Coverage(channels, kinds), **(fields | changes))

    async def tick_all(self, item: int, officer: str) -> None:
        for point in (await self.desk.queries.show(item)).checklist:
            if point.ticked_by is None:
                await self.desk.review.tick(self.actor(officer), item, point.check)

    async def release(self, item: int, officer: str = "Jonas") -> CommandResult:
        await self.desk.review.claim(self.actor(officer), item)
        await self.tick_all(item, officer)
        return await self.desk.review.decide(
            self.actor(officer), item, Deciding(Decision.RELEASE, "Read, nothing stands.")
        )

    async def refuse(self, item: int, officer: str = "Jonas") -> CommandResult:
        await self.desk.review.claim(self.actor(officer), item)
        wanted = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
        return await self.desk.review.decide(self.actor(officer), item, wanted)

    async def dispatch(self, fail: dict[str, str] | None = None) -> Batch:
        """Leases, delivers and acknowledges one batch. ``fail`` maps a recipient to error words."""
        batch = await self.desk.delivery.lease(1000)
        errors: dict[str, str | None] = {}
        for leased in batch.leased_items:
            for recipient, key in leased.keys:
                errors[key] = (fail or {}).get(recipient)
                if errors[key] is None:
                    assert key not in self.taken_keys, f"{key} was handed over twice"
                    self.taken_keys[key] = recipient
        await self.desk.delivery.acknowledge(batch, TransportResult(errors), lambda: 0.5)
        return batch

    async def state(self, item: int) -> str:
        return (await self.desk.queries.show(item)).row.state

    async def deliveries(self, item: int) -> dict[str, str]:
        """Maps each recipient to the state of its delivery, or to the cause if it is suppressed."""
        return {row.recipient: row.cause or row.state for row in (await self.desk.queries.show(item)).deliveries}

    async def kinds(self, item: int) -> list[str]:
        return [event.kind for event in (await self.desk.queries.show(item)).history]

    async def verified(self) -> bool:
        return (await self.desk.queries.verify()).fault is None


def number(name: str | None) -> int:
    found = item_number(name or "")
    assert found is not None
    return found
