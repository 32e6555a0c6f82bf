"""The command that tries a changed table of rules on the store's own items."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import DeskCommand
from dutydesk.cli._core.output import print_json_line, print_sentence, print_table
from dutydesk.domain.review.officers import Right

if TYPE_CHECKING:
    from dutydesk.desk.audit.backtest import Backtest, ChangedItem
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.service.desk import Desk
    from dutydesk.domain.rules.examination import RuleTable

MAX_SHOWN = 50
_OUTCOMES = {
    "held": "would be held, and went out",
    "freed": "would go out at once, and was held",
    "second_officer": "would need a second officer",
    "one_officer": "would need one officer only",
    "no_release": "nobody could release it",
    "release": "could be released",
    "review_afterwards": "would be reviewed after its release",
    "no_review_afterwards": "would not be reviewed after its release",
}


@click.command(
    "backtest",
    cls=DeskCommand,
    examples=(
        "dutydesk rules backtest --rules own-rules --since 2022-01-01",
        "dutydesk rules backtest --rules rules.toml --json",
    ),
)
@click.option(
    "--rules",
    metavar="FOLDER|FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="The changed rules: a folder with rules.toml and words/, or one table.",
)
@click.option("--since", metavar="T", type=arguments.moment, help="Only items received from this time on.")
@click.option("--until", metavar="T", type=arguments.moment, help="Only items received before this time.")
@pass_call
def rules_backtest_command(call: Call, rules: Path, since: datetime | None, until: datetime | None) -> None:
    """Show what changed rules would have found, held or freed among the store's items.

    Nothing is written. Each item's present body is examined as on the day of its receipt and compared with the findings
    that were recorded; purged items have no body. Items denied to your country are counted, and not examined. With
    --json a line for each item that changes, then one with the counts.
    """
    from dutydesk.desk.base.rule_files import load_rule_files

    table = load_rule_files(rules).table
    run_at_desk(call, lambda desk, actor: _backtest(call, desk, actor, table, (since, until)), Right.READ)


async def _backtest(
    call: Call, desk: Desk, actor: Actor, table: RuleTable, span: tuple[datetime | None, datetime | None]
) -> None:
    from dutydesk.desk.audit.backtest import Backtest

    run, shown = Backtest(desk.store, desk.context, table, actor.officer, *span), 0
    async for changed in run.run():
        if call.json:
            print_json_line(_item_fields(changed))
        elif shown < MAX_SHOWN:
            _print_item(changed)
        shown += 1
    if call.json:
        print_json_line(_totals_fields(run, table))
    else:
        _print_totals(run, table, shown)


def _item_fields(changed: ChangedItem) -> dict[str, object]:
    found = asdict(changed.difference)
    found.pop("same")
    return {
        "item": changed.item,
        "type": changed.type,
        "kind": changed.kind,
        "sender": changed.sender,
        "state": changed.state,
        **found,
    }


def _totals_fields(run: Backtest, table: RuleTable) -> dict[str, object]:
    from dutydesk.desk.audit.backtest import NOT_COMPARED

    totals = run.totals
    return {
        "items": totals.items,
        "changed": totals.changed,
        "withheld": totals.withheld,
        "unreadable": totals.unreadable,
        "rules": [{"rule": rule, **asdict(count)} for rule, count in sorted(totals.rules.items())],
        "outcomes": {outcome.value: number for outcome, number in sorted(totals.outcomes.items())},
        "digest": table.digest,
        "in_force": run.context.rules.digest,
        "left_out": NOT_COMPARED,
    }


def _print_item(changed: ChangedItem) -> None:
    found = changed.difference
    print_sentence(f"{changed.item} {changed.kind or changed.type} from {changed.sender}, {changed.state}")
    for words, rules in (("new", found.new), ("gone", found.gone), ("other severity", found.reweighed)):
        if rules:
            print_sentence(f"    {words}: {', '.join(rules)}")
    for outcome in found.outcomes:
        print_sentence(f"    {_OUTCOMES[outcome.value]}")


def _print_totals(run: Backtest, table: RuleTable, shown: int) -> None:
    from dutydesk.desk.audit.backtest import NOT_COMPARED

    totals = run.totals
    if shown > MAX_SHOWN:
        print_sentence(f"and {shown - MAX_SHOWN:,} items more; --json has them all")
    columns = ("Rule", "New", "Gone", "Other severity", "Same")
    rows = sorted(totals.rules.items())
    print_table(columns, ((rule, str(n.new), str(n.gone), str(n.reweighed), str(n.same)) for rule, n in rows))
    for outcome, number in sorted(totals.outcomes.items()):
        print_sentence(f"{number:,}: {_OUTCOMES[outcome.value]}")
    print_sentence(
        f"{totals.items:,} items compared, of which {totals.changed:,} change; withheld from you: {totals.withheld:,}; "
        f"without a sound body: {totals.unreadable:,}"
    )
    if table.digest == run.context.rules.digest:
        print_sentence("These are the rules in force today: differences come from earlier rules, or from the settings")
    for words in NOT_COMPARED:
        print_sentence(f"Not compared: {words}")
