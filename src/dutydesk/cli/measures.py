"""Commands for supervision measures: order, dry run, endorse and lift."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result, run_act
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, CommandResult
    from dutydesk.desk.base.rows import DryRun, MeasureRow
    from dutydesk.desk.service.desk import Desk
    from dutydesk.desk.supervision.measures import Order


@command(
    "supervise",
    'dutydesk supervise RU held --order SG/2022/0310-1 --by "Secretary General" --reason "to prevent misuse"',
    "dutydesk supervise RU suspended --order SG/2 --by SG --reason test --dry-run",
)
@click.argument("country", metavar="CC", type=free_text)
@click.argument("level", metavar="LEVEL", type=arguments.one_of(Level))
@click.option("--order", "reference", metavar="REF", type=free_text, required=True, help="The order's reference.")
@click.option("--by", metavar="WHO", type=free_text, required=True, help="Who decided it.")
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why.")
@click.option("--effective", metavar="T", type=arguments.moment, help="When the measure begins; else at once.")
@click.option("--review-by", metavar="T", type=arguments.moment, help="When the measure is to be reviewed.")
@click.option("--kinds", metavar="K,..", type=arguments.names_of(Kind), help="Only these kinds of diffusion; else all.")
@click.option(
    "--channels",
    metavar="C,..",
    type=arguments.names_of(Channel),
    help="Channels: diffusion (the default), message, record, check.",
)
@click.option(
    "--expect-revision", metavar="N", type=int, help="Order only if the country's measures are as you read them."
)
@click.option("--dry-run", is_flag=True, help="Print what the measure would change, and change nothing.")
@with_command_id
@pass_call
def supervise_command(
    call: Call,
    country: str,
    level: str,
    reference: str,
    by: str,
    reason: str,
    effective: datetime | None,
    review_by: datetime | None,
    kinds: frozenset[Kind] | None,
    channels: frozenset[Channel] | None,
    expect_revision: int | None,
    dry_run: bool,
    command_id: str | None,
) -> None:
    """Order a measure on a country.

    Its level becomes direct, monitored, held or suspended. A stricter level takes effect at once; an easing waits for
    the confirmation of another officer. Times are RFC 3339, or a date, which stands for midnight UTC. The revision of a
    country's measures is measure_revision in countries --json.
    """
    from dutydesk.desk.supervision.measures import Order

    coverage = _coverage(kinds, channels)
    order = Order(country, Level(level), coverage, reference, by, reason, effective, review_by, expect_revision)
    if dry_run:
        _print_dry_run(call, run_at_desk(call, lambda desk, actor: desk.supervision.dry_run(actor, order), Right.READ))
        return
    result, measure = run_at_desk(call, lambda desk, actor: _order_measure(desk, actor, order), command_id=command_id)
    print_result(
        call,
        result,
        "measure",
        country=measure.country,
        level=measure.level,
        effective_at=measure.effective_at,
        review_by=measure.review_by,
    )


def _coverage(kinds: frozenset[Kind] | None, channels: frozenset[Channel] | None) -> Coverage:
    covered = channels if channels is not None else Coverage().channels
    if kinds and Channel.DIFFUSION not in covered:
        raise InvalidRequest(
            InvalidRequestCode.KINDS_NEED_DIFFUSION,
            sentence("--kinds limits the diffusion channel; name it in --channels too, or leave --kinds out"),
        )
    return Coverage(covered, kinds or frozenset())


async def _order_measure(desk: Desk, actor: Actor, order: Order) -> tuple[CommandResult, MeasureRow]:
    result = await desk.supervision.order(actor, order)
    rows = await desk.queries.measures(order.country)
    return result, next(row for row in rows if row.measure == result.subject)


def _print_dry_run(call: Call, found: DryRun) -> None:
    if call.json:
        print_json_line(found)
        return
    counted = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.would_change.items())
    print_sentence(
        f"{found.country} would be {found.level} ({found.state}); nothing was changed. It would move: {counted}"
    )


@command("endorse", 'dutydesk endorse M-0001 --by "Executive Committee" --order EC/2022/07')
@click.argument("measure", type=arguments.measure)
@click.option("--by", metavar="WHO", type=free_text, required=True, help="Who endorsed it.")
@click.option(
    "--order",
    "reference",
    metavar="REF",
    type=free_text,
    required=True,
    help="The reference of their decision.",
)
@click.option("--declined", is_flag=True, help="They declined; the measure stays in force until it is lifted.")
@with_command_id
@pass_call
def endorse_command(call: Call, measure: int, by: str, reference: str, declined: bool, command_id: str | None) -> None:
    """Record the endorsement of a measure, or that it was declined."""
    run_act(
        call,
        lambda desk, actor: desk.supervision.endorse(actor, measure, by, reference, declined=declined),
        command_id,
        "measure",
    )


@command("lift", 'dutydesk lift M-0001 --order SG/2022/0412-3 --by "Secretary General" --reason "review"')
@click.argument("measure", type=arguments.measure)
@click.option("--order", "reference", metavar="REF", type=free_text, required=True, help="The order's reference.")
@click.option("--by", metavar="WHO", type=free_text, required=True, help="Who decided it.")
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why.")
@with_command_id
@pass_call
def lift_command(call: Call, measure: int, reference: str, by: str, reason: str, command_id: str | None) -> None:
    """Propose to lift a measure.

    It stays in force until another officer confirms.
    """
    run_act(
        call, lambda desk, actor: desk.supervision.lift(actor, measure, reference, by, reason), command_id, "measure"
    )
