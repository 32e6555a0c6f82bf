"""Decides who won a round on owners and second persons, from both results, the store and the order in the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from race_judge import require_lost
from race_kit import Result

from desks import Bench
from dutydesk.desk.base.rows import ItemView

Judge = Callable[[Bench, Result], Awaitable[str]]


def both_done(result: Result) -> None:
    """Requires that both acts succeeded, in either order."""
    first, second = result.told
    assert first.done, first
    assert second.done, second


async def of_reference(bench: Bench, reference: str) -> ItemView:
    rows = await bench.desk.queries.feed(limit=10_000)
    return await bench.desk.queries.show(next(int(row.item[2:]) for row in rows if row.reference == reference))


def seq(shown: ItemView, kind: str) -> int:
    """The number of the last event of a kind on an item."""
    found = [event.seq for event in shown.history if event.kind == kind]
    assert found, f"{shown.row.item} has no {kind}"
    return found[-1]


def kept_from_pl(shown: ItemView) -> None:
    """Requires that the item is denied to PL and not to FR."""
    rows = {row.recipient: row for row in shown.deliveries}
    assert (rows["PL"].state, rows["PL"].cause) == ("suppressed", "restricted"), rows["PL"]
    assert rows["FR"].cause is None, rows["FR"]


async def correction_out(bench: Bench, result: Result) -> str:
    """Requires that PL gets no byte of the correction, in either order."""
    both_done(result)
    reference = result.round.with_["message"]["reference"]
    parent = await of_reference(bench, reference)
    kept_from_pl(await of_reference(bench, f"C/{reference}"))
    assert parent.row.state == "superseded"
    held = any(row.recipient == "PL" and row.state != "suppressed" for row in parent.deliveries)
    told = "deliveries.access_withdrawn" in [event.kind for event in parent.history]
    assert held == told, "who holds what is denied now is told, and nobody else"
    return _earlier(parent, "restriction.stated", parent, "item.corrected")


def _earlier(one: ItemView, first: str, other: ItemView, second: str) -> str:
    return first if seq(one, first) < seq(other, second) else second


async def correction_held(bench: Bench, result: Result) -> str:
    both_done(result)
    item = result.round.with_["item"]
    shown = await bench.desk.queries.show(item)
    assert (shown.row.state, shown.row.version) == ("held", 2), shown.row
    verdicts = {row.recipient: row.cause for row in (await bench.desk.queries.why(item)).recipients}
    assert (verdicts["PL"], verdicts["FR"]) == ("restricted", None), verdicts
    return _earlier(shown, "restriction.stated", shown, "item.corrected")


async def withdrawal(bench: Bench, result: Result) -> str:
    both_done(result)
    shown = await of_reference(bench, result.round.with_["message"]["reference"])
    assert shown.row.state == "cancelled"
    assert "deliveries.access_withdrawn" in [event.kind for event in shown.history]
    return _earlier(shown, "item.withdrawn", shown, "restriction.stated")


async def child_released(bench: Bench, result: Result) -> str:
    both_done(result)
    shown = await bench.desk.queries.show(result.round.with_["item"])
    parent = await bench.desk.queries.show(result.round.with_["parent"])
    kept_from_pl(shown)
    return _earlier(parent, "restriction.stated", shown, "item.released")


async def child_confirmed(bench: Bench, result: Result) -> str:
    """A denial on the parent changes what the first officer saw of the child."""
    first, second = result.told
    assert first.done, first
    shown = await bench.desk.queries.show(result.round.with_["item"])
    if second.done:
        kept_from_pl(shown)
        return "confirm, then stopped"
    require_lost(second, "void")
    assert shown.row.state == "held"
    assert not shown.deliveries
    return "restriction"


async def item_proposal(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done, first
    shown = await bench.desk.queries.show(result.round.with_["item"])
    if second.done:
        assert shown.row.state == "released"
        return "confirm"
    require_lost(second, "void", "voided")
    assert shown.row.state == "held"
    assert not shown.deliveries
    return "change"


async def lift(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done, first
    (measure,) = await bench.desk.queries.measures(result.round.with_["sender"])
    if second.done:
        assert measure.state == "lifted", measure
        return "confirm"
    require_lost(second, "void", "voided")
    assert measure.in_force, measure
    return "change"


async def easing(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done, first
    by_level = {each.level: each for each in await bench.desk.queries.measures(result.round.with_["sender"])}
    if second.done:
        assert by_level["direct"].in_force, by_level
        return "confirm"
    require_lost(second, "void", "voided")
    assert by_level["held"].in_force, by_level
    return "change"


async def widening(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done, first
    if second.done:
        assert await _pl(bench, result) is None
        return "confirm"
    require_lost(second, "void", "voided")
    assert await _pl(bench, result) == "restricted"
    return "change"


async def _pl(bench: Bench, result: Result) -> str | None:
    """The cause why PL may not get the item, or ``None``."""
    verdicts = (await bench.desk.queries.why(result.round.with_["item"])).recipients
    return next(row.cause for row in verdicts if row.recipient == "PL")


async def two_confirms(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done != second.done, result
    require_lost(second if first.done else first, "Oskar" if first.done else "Ines")
    assert await _pl(bench, result) is None
    return "first" if first.done else "second"


async def owner(bench: Bench, result: Result) -> str:
    """Requires that PL is denied: the owner's own statement comes after the desk's, or makes it void."""
    first, second = result.told
    assert first.done, first
    assert await _pl(bench, result) == "restricted"
    if second.done:
        return "confirm, then denied again"
    assert second.error == "conflict", second
    assert second.detail, second
    return "owner"


async def retention(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done, first
    state = (await bench.desk.queries.show(result.round.with_["item"])).row.state
    if second.done:
        assert state == "released", "what is under legal hold is not purged"
        return "hold"
    assert second.error == "refused", second
    assert state == "purged", state
    return "purge"


JUDGES: dict[str, Judge] = {
    "restriction against correction": correction_out,
    "restriction against queued correction": correction_out,
    "restriction against held correction": correction_held,
    "withdrawal against restriction": withdrawal,
    "parent's restriction against release": child_released,
    "parent's restriction against confirm": child_confirmed,
    "demotion against confirm": item_proposal,
    "change of country against confirm": item_proposal,
    "demotion against lift": lift,
    "change of country against lift": lift,
    "demotion against easing": easing,
    "change of country against easing": easing,
    "demotion against widening": widening,
    "change of country against widening": widening,
    "widening against widening": two_confirms,
    "owner against widening": owner,
    "purge against legal hold": retention,
}
