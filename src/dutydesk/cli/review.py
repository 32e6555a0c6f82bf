"""Commands for the review of one item: claim, tick, decide, confirm, dissent, undo, note."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import print_result, run_act
from dutydesk.cli._core.arguments import Subject
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.review.guards import Decision, RefusalCode

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, CommandResult
    from dutydesk.desk.service.desk import Desk


@command("claim", "dutydesk claim D-000001", 'dutydesk claim D-000001 --take-over "her shift is over"')
@click.argument("item", type=arguments.item)
@click.option("--take-over", metavar="REASON", type=free_text, help="Take over a colleague's claim, for this reason.")
@click.option(
    "--for",
    "for_officer",
    metavar="OFFICER",
    type=free_text,
    help="Claim it for this colleague instead of yourself.",
)
@with_command_id
@pass_call
def claim_command(
    call: Call, item: int, take_over: str | None, for_officer: str | None, command_id: str | None
) -> None:
    """Claim a held item to review it.

    The claim lapses after some time.
    """
    run_act(call, lambda desk, actor: desk.review.claim(actor, item, take_over, for_officer), command_id)


@command("unclaim", "dutydesk unclaim D-000001")
@click.argument("item", type=arguments.item)
@with_command_id
@pass_call
def unclaim_command(call: Call, item: int, command_id: str | None) -> None:
    """Give up the claim on an item."""
    run_act(call, lambda desk, actor: desk.review.unclaim(actor, item), command_id)


@command("tick", "dutydesk tick D-000001 identity", 'dutydesk tick D-000001 identity --note "passport seen"')
@click.argument("item", type=arguments.item)
@click.argument("check", type=free_text)
@click.option("--note", metavar="N", type=free_text, help="What you saw.")
@with_command_id
@pass_call
def tick_command(call: Call, item: int, check: str, note: str | None, command_id: str | None) -> None:
    """Tick one point of the human checklist.

    The tick counts for the current version of the body; dutydesk show lists the points.
    """
    run_act(call, lambda desk, actor: desk.review.tick(actor, item, check, note), command_id)


@command("distinguish", 'dutydesk distinguish D-000012 R-77 --reason "another father, another village"')
@click.argument("item", type=arguments.item)
@click.argument("reference", type=free_text)
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why they are two persons.")
@click.option("--until", metavar="T", type=arguments.moment, help="When it expires; else as the settings say.")
@click.option("--expect-revision", metavar="N", type=int, help="Judge only if the item is as you read it.")
@with_command_id
@pass_call
def distinguish_command(
    call: Call,
    item: int,
    reference: str,
    reason: str,
    until: datetime | None,
    expect_revision: int | None,
    command_id: str | None,
) -> None:
    """Judge that a claimed item is not about the person whom a finding names.

    The reference is that of a register's entry, or an earlier item. Until then, messages of this source about a person
    with the same facts are not held for that one; a change of the entry ends it. A certain match can't be judged away.
    """
    from dutydesk.desk.review.distinguish import Judgement

    judgement = Judgement(reason, until, expect_revision)
    run_act(call, lambda desk, actor: desk.review.distinguish(actor, item, reference, judgement), command_id)


@command(
    "decide",
    'dutydesk decide D-000001 release --reason "read, nothing stands"',
    'dutydesk decide D-000001 refuse --code art_3 --article "Constitution 3" --reason "political"',
)
@click.argument("item", type=arguments.item)
@click.argument("decision", type=arguments.one_of(Decision))
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why; for ask, the question itself.")
@click.option("--code", type=arguments.one_of(RefusalCode), help="The class of a refusal; a refusal needs one.")
@click.option("--article", "articles", metavar="A", type=free_text, multiple=True, help="An article that supports it.")
@click.option(
    "--override",
    "overrides",
    metavar="RULE",
    type=free_text,
    multiple=True,
    help="A penalty rule that a supervisor overrides; a second officer confirms.",
)
@click.option("--kind", type=arguments.one_of(Kind), help="For ask: the kind that a notice request could get.")
@click.option("--expect-revision", metavar="N", type=int, help="Decide only if the item is as you read it.")
@with_command_id
@pass_call
def decide_command(
    call: Call,
    item: int,
    decision: str,
    reason: str,
    code: str | None,
    articles: tuple[str, ...],
    overrides: tuple[str, ...],
    kind: str | None,
    expect_revision: int | None,
    command_id: str | None,
) -> None:
    """Release, refuse, ask the sender, or escalate.

    A decision that needs two persons is proposed until a second officer confirms.
    """

    async def work(desk: Desk, actor: Actor) -> CommandResult:
        from dutydesk.desk.review.decide import Deciding

        refusal = RefusalCode(code) if code is not None else None
        offered = Kind(kind) if kind is not None else None
        wanted = Deciding(Decision(decision), reason, refusal, articles, expect_revision, overrides, offered)
        return await desk.review.decide(actor, item, wanted)

    run_act(call, work, command_id)


@command("confirm", "dutydesk confirm D-000001", "dutydesk confirm M-0002", "dutydesk confirm R-0001")
@click.argument("subject", metavar="ITEM|MEASURE|RESTRICTION", type=arguments.subject)
@with_command_id
@pass_call
def confirm_command(call: Call, subject: Subject, command_id: str | None) -> None:
    """Confirm a proposal as the second officer.

    It can be a release, a refusal, a recall, the easing of a measure, or a restriction that allows more. The command
    prints the confirmed proposal: the officer, the time, the order, the reason, and the items before and after.
    """
    from dutydesk.cli import confirmation

    async def work(desk: Desk, actor: Actor) -> tuple[CommandResult, confirmation.ConfirmedProposal | None]:
        return await confirmation.confirm(desk, actor, subject)

    result, signed = run_at_desk(call, work, command_id=command_id)
    if signed is not None and not call.json:
        confirmation.print_confirmed(signed)
    _print_result(call, result, subject, **({"proposal": signed.proposal} if signed is not None else {}))


@command("dissent", 'dutydesk dissent M-0002 --reason "too early"')
@click.argument("subject", metavar="ITEM|MEASURE|RESTRICTION", type=arguments.subject)
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why not.")
@with_command_id
@pass_call
def dissent_command(call: Call, subject: Subject, reason: str, command_id: str | None) -> None:
    """Dissent from a proposal as the second officer.

    Both opinions are kept. The officer who proposed a decision on an item withdraws it with this command.
    """

    async def work(desk: Desk, actor: Actor) -> CommandResult:
        if subject.is_restriction:
            return await desk.supervision.dissent_restriction(actor, subject.number, reason)
        dissent = desk.supervision.dissent if subject.is_measure else desk.review.dissent
        return await dissent(actor, subject.number, reason)

    _print_result(call, run_at_desk(call, work, command_id=command_id), subject)


def _print_result(call: Call, result: CommandResult, subject: Subject, **more: object) -> None:
    if subject.is_measure:
        print_result(call, result, "measure", **more)
    else:
        print_result(call, result, "item" if item_number(result.subject) is not None else "owner", **more)


@command("undo", "dutydesk undo D-000001")
@click.argument("item", type=arguments.item)
@with_command_id
@pass_call
def undo_command(call: Call, item: int, command_id: str | None) -> None:
    """Undo your release while nothing of it has left the desk."""
    run_act(call, lambda desk, actor: desk.review.undo(actor, item), command_id)


@command("note", 'dutydesk note D-000001 "the bureau called, details follow"')
@click.argument("item", type=arguments.item)
@click.argument("text", type=free_text)
@with_command_id
@pass_call
def note_command(call: Call, item: int, text: str, command_id: str | None) -> None:
    """Write a note on an item."""
    run_act(call, lambda desk, actor: desk.review.note(actor, item, text), command_id)


@command("reread", "dutydesk reread D-000004")
@click.argument("item", type=arguments.item)
@with_command_id
@pass_call
def reread_command(call: Call, item: int, command_id: str | None) -> None:
    """Read quarantined input again under today's rules.

    If it can be read now, it is routed.
    """
    run_act(call, lambda desk, actor: desk.intake.reread(actor, item), command_id)


@command("reject", 'dutydesk reject D-000004 --reason "cut off, the sender repeats it"')
@click.argument("item", type=arguments.item)
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why.")
@with_command_id
@pass_call
def reject_command(call: Call, item: int, reason: str, command_id: str | None) -> None:
    """Reject quarantined input; its bytes are kept."""
    run_act(call, lambda desk, actor: desk.intake.reject(actor, item, reason), command_id)
