"""The command that replays an exported log under today's rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import cell_text, print_json_line, print_sentence
from dutydesk.cli._core.rules_in_use import rules_in_use, with_rules_option

if TYPE_CHECKING:
    from dutydesk.desk.audit.replay import ReplayResult
    from dutydesk.domain.proof.replay import ReplayReport, RouteDifference, RouteResult

_FILE = click.Path(path_type=Path, dir_okay=False)
MAX_SHOWN = 50


@command("replay", "dutydesk replay desk.log", "dutydesk replay desk.log --checkpoint friday.checkpoint --json")
@click.argument("log", type=_FILE)
@click.option("--checkpoint", metavar="FILE", type=_FILE, help="A kept checkpoint of that log; it must hold.")
@click.option("--hold-on-block", is_flag=True, help="Replay with the setting hold_on_block.")
@with_rules_option
@pass_call
@click.pass_context
def replay_command(
    ctx: click.Context, call: Call, log: Path, checkpoint: Path | None, hold_on_block: bool, rules: Path | None
) -> None:
    """Route the items of an exported log again under today's rules.

    The log is verified first and may be another desk's; nothing of it enters a store. Measures and restrictions are
    those of the log at each moment. A log holds no bodies: today's table decides on the logged findings, but no rule
    runs on a text again. Exit 1 if a route differs or could not be judged.
    """
    from dutydesk.desk.audit import log_export, replay

    kept = None if checkpoint is None else log_export.open_checkpoint(checkpoint)
    used = rules_in_use(call, rules)
    own = None if used.folder is None else used.table
    done = replay.replay_file(log, kept, hold_on_block=hold_on_block, own=own)
    if call.json:
        print_json_line(_as_object(done))
    else:
        _print_replay(done)
    if done.replayed is None or done.replayed.differ or done.replayed.not_judged:
        ctx.exit(NO)


def _as_object(done: ReplayResult) -> dict[str, object]:
    from dutydesk.desk.audit.replay import NOT_REPLAYED

    found = done.replayed
    return {
        "chain": done.chain.fault or "verified",
        "events": done.chain.events,
        "head": done.chain.head,
        "realm": done.origin.realm,
        "made_at": done.origin.made_at,
        "routes": 0 if found is None else found.routes,
        "differ": () if found is None else found.differ,
        "not_judged": () if found is None else found.not_judged,
        "left_out": NOT_REPLAYED,
    }


def _print_replay(done: ReplayResult) -> None:
    if done.replayed is None:
        print_sentence(f"the log is not replayed: its chain does not verify: {done.chain.fault}")
        return
    _print_differences(done.replayed)
    from dutydesk.desk.audit.replay import NOT_REPLAYED

    whose = f"the {done.origin.realm} store made at {done.origin.made_at}"
    print_sentence(f"The chain verifies: {done.chain.events:,} events of {whose}")
    for words in NOT_REPLAYED:
        print_sentence(f"Not judged: {words}")


def _print_differences(found: ReplayReport) -> None:
    for one in found.differ[:MAX_SHOWN]:
        _print_difference(one)
    if len(found.differ) > MAX_SHOWN:
        print_sentence(f"and {len(found.differ) - MAX_SHOWN} more; --json has them all")
    for missing in found.not_judged[:MAX_SHOWN]:
        print_sentence(f"{missing.item}, event {missing.seq}, could not be judged: {missing.why}")
    count = f"{len(found.differ):,} of {found.routes:,} routes differ under today's rules"
    print_sentence(count if found.differ else f"All {found.routes:,} routes are the same under today's rules")


def _print_difference(one: RouteDifference) -> None:
    print_sentence(
        f"{one.item}, event {one.seq}, {cell_text(one.at)}: then {_route_text(one.then)}; now {_route_text(one.now)}"
    )
    for words in one.why:
        print_sentence(f"    {words}")


def _route_text(taken: RouteResult) -> str:
    under = f" under {taken.measure}" if taken.measure else ""
    return f"{taken.state} at {taken.level}{under}, for {len(taken.recipients)}"
