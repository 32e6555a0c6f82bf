"""The result of an act: the name of its subject, its state and revision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from dutydesk.cli._core.call import Call, run_at_desk
from dutydesk.cli._core.output import print_json_line, print_sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, CommandResult
    from dutydesk.desk.service.desk import Desk


def run_act(
    call: Call,
    work: Callable[[Desk, Actor], Awaitable[CommandResult]],
    command_id: str | None,
    subject: str = "item",
) -> None:
    """Run one act and print its result; ``subject`` is the key of the name in the object."""
    print_result(call, run_at_desk(call, work, command_id=command_id), subject)


def print_result(call: Call, result: CommandResult, subject: str = "item", **more: object) -> None:
    """Print a result; ``more`` adds fields to the object."""
    if call.json:
        fields: dict[str, object] = {subject: result.subject, "state": result.state, "revision": result.revision}
        if result.restriction is not None:
            fields["restriction"] = result.restriction
        print_json_line({**fields, **more, "words": result.words})
    else:
        print_sentence(result.words)
