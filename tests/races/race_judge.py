"""Decides who won a round, from both sides' results and from the store; anything unexpected is a fault."""

from __future__ import annotations

from race_kit import Result, SideResult

from desks import Bench


def require_lost(told: SideResult, *names: str) -> None:
    """Requires that the loser was refused by a conflict that says who was first and what they did."""
    assert not told.done, told
    assert told.error == "conflict", told
    said = " ".join((told.words, *told.detail))
    assert any(name in said for name in names), f"{names} not named in: {said}"
    assert told.detail, f"no act is named in: {told}"


async def winner_of(bench: Bench, result: Result, handed: frozenset[str]) -> str:
    """Returns ``first`` or ``second``; if both orders are lawful, the side that committed first."""
    first, second = result.told
    match result.round.race:
        case "order against order":
            return await _orders(bench, result)
        case name if name.endswith("against lease"):
            return await _lease(bench, result, handed)
    shown = await bench.desk.queries.show(result.round.with_["item"])
    state = shown.row.state
    match result.round.race:
        case "confirm against withdrawal":
            assert second.done, "a withdrawal is taken in every state"
            if first.done:
                assert (state, second.state) == ("cancelled", "cancelled"), (state, second)
                return "confirm, then cancelled"
            require_lost(first, "accepted its withdrawal")
            assert state == "withdrawn"
            assert not shown.deliveries
            return "withdrawal"
        case "confirm against confirm":
            assert first.done != second.done, result
            require_lost(second if first.done else first, "Mara" if first.done else "Ines")
            assert state == "released"
            return "first" if first.done else "second"
        case "decision against decision":
            assert first.done != second.done, result
            require_lost(second if first.done else first, "Jonas")
            assert state == ("released" if first.done else "refused"), state
            return "release" if first.done else "refuse"
        case "claim against claim":
            assert first.done != second.done, result
            winner = "Mara" if first.done else "Ines"
            require_lost(second if first.done else first, winner)
            assert shown.row.claimed_by == winner
            return winner
        case "correction against confirm":
            assert first.done, "a correction is taken before and after a release"
            if second.done:
                assert state in ("released", "superseded"), state
                assert shown.row.version == 1
                return "confirm, then a child"
            require_lost(second, "voided", "accepted a correction", "void")
            assert (state, shown.row.version) == ("held", 2)
            assert not shown.deliveries
            return "correction"
        case "suspension against release" | "suspension against confirm":
            assert first.done, "a measure is never stopped by an item"
            assert state == "blocked", state
            assert all(row.state == "suppressed" for row in shown.deliveries)
            if second.done:
                return "release, then stopped"
            require_lost(second, "Ines")
            return "suspension"
    raise AssertionError(f"{result.round.race} has no judge")


async def _orders(bench: Bench, result: Result) -> str:
    first, second = result.told
    assert first.done != second.done, result
    (measure,) = await bench.desk.queries.measures(result.round.with_["sender"])
    winner = "Ines" if first.done else "Oskar"
    require_lost(second if first.done else first, winner)
    assert (measure.officer, measure.state) == (winner, "effective")
    return winner


async def _lease(bench: Bench, result: Result, handed: frozenset[str]) -> str:
    """Either the lease was first and its recipient gets a notice, or it was second and took nothing that was denied."""
    first, _second = result.told
    assert first.done, first
    reference = result.round.with_["message"]["reference"]
    rows = await bench.desk.queries.feed(limit=10_000)
    row = next(row for row in rows if row.reference == reference)
    shown = await bench.desk.queries.show(int(row.item[2:]))
    keys = {each.recipient: f"{row.item}/1.1/{each.recipient}" for each in shown.deliveries}
    out = {recipient for recipient, key in keys.items() if key in handed}
    events = [event.kind for event in shown.history]
    for each in shown.deliveries:
        holds = each.state not in ("suppressed", "queued")
        assert holds == (each.recipient in out), (each, out)
    match result.round.race:
        case "recall against lease":
            assert row.state == "recalled"
            assert out in (set(), set(keys)), out
            assert all(each.cause == "recalled" for each in shown.deliveries if each.recipient not in out)
        case "held level against lease":
            assert out in (set(), set(keys)), out
            assert row.state == ("released" if out else "held"), row
            assert ("item.post_review" in events) == (row.post_review == "due"), events
            assert out or row.post_review is None
        case _:
            assert "FR" in out
            assert ("deliveries.access_withdrawn" in events) == ("PL" in out), events
            out -= {"FR"}
    return "lease" if out else "act"
