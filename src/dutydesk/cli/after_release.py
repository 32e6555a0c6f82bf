"""Commands after a release or a refusal: recall, ratify, reopen, review after delivery."""

from __future__ import annotations

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import run_act
from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text

_REASON_OPTION = click.option("--reason", metavar="R", type=free_text, required=True, help="Why.")


@command(
    "recall",
    'dutydesk recall D-000001 --reason "the person was acquitted"',
    'dutydesk recall D-000001 --urgent --reason "the person has asylum there"',
)
@click.argument("item", type=arguments.item)
@_REASON_OPTION
@click.option("--urgent", is_flag=True, help="Recall at once on your signature alone; a supervisor ratifies it later.")
@click.option("--expect-revision", metavar="N", type=int, help="Recall only if the item is as you read it.")
@with_command_id
@pass_call
def recall_command(
    call: Call, item: int, reason: str, urgent: bool, expect_revision: int | None, command_id: str | None
) -> None:
    """Propose to recall a released item; a second officer confirms.

    Until then nothing more of it is delivered, and its recipients are told that it is in doubt.
    """
    run_act(
        call,
        lambda desk, actor: desk.review.recall(actor, item, reason, urgent=urgent, expected=expect_revision),
        command_id,
    )


@command("ratify", "dutydesk ratify D-000001")
@click.argument("item", type=arguments.item)
@with_command_id
@pass_call
def ratify_command(call: Call, item: int, command_id: str | None) -> None:
    """Ratify a colleague's urgent recall."""
    run_act(call, lambda desk, actor: desk.review.ratify(actor, item), command_id)


@command("reopen", 'dutydesk reopen D-000001 --reason "the court sent the missing warrant"')
@click.argument("item", type=arguments.item)
@_REASON_OPTION
@with_command_id
@pass_call
def reopen_command(call: Call, item: int, reason: str, command_id: str | None) -> None:
    """Review a refused item again for a new reason.

    Only a supervisor who took no part in the refusal may reopen it.
    """
    run_act(call, lambda desk, actor: desk.review.reopen(actor, item, reason), command_id)


@command(
    "postreview",
    'dutydesk postreview D-000001 ok --reason "in order"',
    'dutydesk postreview D-000001 recall --reason "political"',
)
@click.argument("item", type=arguments.item)
@click.argument("word", metavar="ok|recall", type=click.Choice(["ok", "recall"]))
@_REASON_OPTION
@with_command_id
@pass_call
def postreview_command(call: Call, item: int, word: str, reason: str, command_id: str | None) -> None:
    """Approve an item that was delivered before review, or propose its recall."""
    run_act(
        call, lambda desk, actor: desk.review.post_review(actor, item, keep=word == "ok", reason=reason), command_id
    )
