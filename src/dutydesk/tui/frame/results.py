"""The result of an action on the desk, in the status line."""

from __future__ import annotations

from collections.abc import Awaitable

from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.errors import DeskError
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.frame.text_format import readable_name
from dutydesk.tui.frame.texts import texts


def result_text(result: CommandResult) -> str:
    """The desk's own words; without any, the new state."""
    return read_sentence(result.words) or texts.new_state(result.subject, readable_name(result.state))


async def report_result(console: Console, work: Awaitable[CommandResult]) -> CommandResult | None:
    """Wait for ``work`` and show its result or why it was refused; ``None`` if it was refused."""
    try:
        result = await work
    except DeskError as error:
        console.refuse(error)
        await console.update_screens()
        return None
    console.notify(result_text(result))
    await console.update_screens()
    return result
