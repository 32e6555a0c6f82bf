"""What acts answer: the subject's name, its state and revision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from dutydesk.cli._core.call import Call, at_desk
from dutydesk.cli._core.output import json_line, sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor, ActResult
    from dutydesk.desk.service.desk import Desk


def do_act(
    call: Call,
    work: Callable[[Desk, Actor], Awaitable[ActResult]],
    command_id: str | None,
    subject: str = "item",
) -> None:
    """Does one act and says what it came to; ``subject`` is what the answer's name is a name of."""
    tell(call, at_desk(call, work, command_id=command_id), subject)


def tell(call: Call, answer: ActResult, subject: str = "item", **beside: object) -> None:
    """``beside`` are further fields of the object."""
    if call.json:
        fields: dict[str, object] = {subject: answer.subject, "state": answer.state, "revision": answer.revision}
        if answer.restriction is not None:
            fields["restriction"] = answer.restriction
        json_line({**fields, **beside, "words": answer.words})
    else:
        sentence(answer.words)
