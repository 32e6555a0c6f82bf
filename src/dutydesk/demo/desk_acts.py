"""The acts of a shift's script, carried out through the desk's use cases like any officer's."""

from __future__ import annotations

from datetime import datetime

from dutydesk.demo.shift import ScriptedAct
from dutydesk.desk.base.context import Actor, CommandResult
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import measure_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.language.sentences import sentence

LOGIN = "demo"


async def perform(desk: Desk, act: ScriptedAct) -> CommandResult:
    """Carry out one act. Raises what the desk raises, and InvalidRequest for an act that a script can't name."""
    actor = Actor(act.actor, LOGIN)
    match act.act:
        case "supervise":
            return await desk.supervision.order(actor, _order(act))
        case "endorse":
            number = await _measure(desk, _required(act, "measure"))
            return await desk.supervision.endorse(actor, number, _required(act, "by"), _required(act, "order"))
        case "offline" | "online":
            return await desk.supervision.set_offline(actor, _required(act, "country"), offline=act.act == "offline")
        case _:
            raise InvalidRequest(
                InvalidRequestCode.BAD_DEMO_SCRIPT,
                sentence(
                    "the script of acts names {act!r}; known are supervise, endorse, offline and online", act=act.act
                ),
            )


def _order(act: ScriptedAct) -> Order:
    return Order(
        country=_required(act, "country"),
        level=Level(_required(act, "level")),
        coverage=Coverage(
            frozenset(Channel(name) for name in _list_argument(act, "channels")) or Coverage().channels,
            frozenset(Kind(name) for name in _list_argument(act, "kinds")),
        ),
        order=_required(act, "order"),
        by=_required(act, "by"),
        reason=_required(act, "reason"),
        effective=_time_argument(act, "effective"),
        review_by=_time_argument(act, "review_by"),
    )


async def _measure(desk: Desk, named: str) -> int:
    """A measure by its own name, or by the country on which it is in force."""
    number = measure_number(named)
    if number is not None:
        return number
    in_force = [row.measure for row in await desk.queries.measures(named) if row.in_force]
    found = measure_number(in_force[0]) if in_force else None
    if found is None:
        raise InvalidRequest(
            InvalidRequestCode.BAD_DEMO_SCRIPT, sentence("no measure is in force on {named}", named=named)
        )
    return found


def _required(act: ScriptedAct, name: str) -> str:
    value = act.argument(name)
    if value is None:
        raise InvalidRequest(
            InvalidRequestCode.BAD_DEMO_SCRIPT,
            sentence("the script's act {act} at {at} lacks {name!r}", act=act.act, at=act.at.isoformat(), name=name),
        )
    return value


def _list_argument(act: ScriptedAct, name: str) -> list[str]:
    return [part.strip() for part in (act.argument(name) or "").split(",") if part.strip()]


def _time_argument(act: ScriptedAct, name: str) -> datetime | None:
    value = act.argument(name)
    return datetime.fromisoformat(value) if value is not None else None
