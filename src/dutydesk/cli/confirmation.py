"""A confirm on the command line: the proposal is read first, and no other than the one that was read is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_sentence
from dutydesk.domain.errors import Conflict

if TYPE_CHECKING:
    from dutydesk.cli._core.arguments import Subject
    from dutydesk.desk.base.context import Actor, CommandResult
    from dutydesk.desk.base.proposal_rows import ConfirmPreview
    from dutydesk.desk.service.desk import Desk


@dataclass(frozen=True, slots=True)
class ConfirmedProposal:
    """``proposal`` is what was confirmed, as other programs read it; ``follows`` what it would change."""

    title: str
    proposal: dict[str, object]
    consequences: ConfirmPreview


async def confirm(desk: Desk, actor: Actor, subject: Subject) -> tuple[CommandResult, ConfirmedProposal | None]:
    """The answer and what was signed; ``None`` for an act that was done before and only gets its answer again."""
    if subject.is_restriction:
        return await desk.supervision.confirm_restriction(actor, subject.number), None
    if subject.is_measure:
        return await _confirm_measure(desk, actor, subject.number)
    return await _confirm_item(desk, actor, subject.number)


async def _confirm_measure(desk: Desk, actor: Actor, number: int) -> tuple[CommandResult, ConfirmedProposal | None]:
    try:
        found = await desk.queries.measure_proposal(number)
    except Conflict:
        return await desk.supervision.confirm(actor, number), None
    answer = await desk.supervision.confirm(actor, number, found.row.revision)
    proposal: dict[str, object] = {
        "what": found.what,
        "officer": found.officer,
        "order": found.order,
        "by": found.by,
        "reason": found.reason,
        "at": found.at,
    }
    return answer, ConfirmedProposal(
        f"{found.what} of {found.row.measure}, {found.row.country}", proposal, found.follows
    )


async def _confirm_item(desk: Desk, actor: Actor, number: int) -> tuple[CommandResult, ConfirmedProposal | None]:
    found = await desk.queries.item_proposal(number)
    proposed, follows = found.view.proposal, found.follows
    if proposed is None or follows is None:
        return await desk.review.confirm(actor, number), None
    answer = await desk.review.confirm(actor, number, proposed.identity)
    proposal: dict[str, object] = {
        "what": proposed.decision,
        "officer": proposed.officer,
        "reason": proposed.reason,
        "code": proposed.code,
        "articles": proposed.articles,
        "overrides": proposed.overrides,
        "at": proposed.at,
    }
    return answer, ConfirmedProposal(f"{proposed.decision} of {found.view.row.item}", proposal, follows)


def print_confirmed(confirmed: ConfirmedProposal) -> None:
    said, follows = confirmed.proposal, confirmed.consequences
    print_sentence(f"{confirmed.title}, proposed by {said['officer']} at {cell_text(said['at'])}")
    if said.get("order"):
        print_sentence(f"  order {said['order']} of {said['by']}")
    print_sentence(f"  reason: {said['reason']}")
    before, after = follows.before, follows.after
    print_sentence(f"  {follows.state_before} before, {follows.state_after} after")
    for name in ("queued", "held", "blocked"):
        print_sentence(f"  {name}: {getattr(before, name)} before, {getattr(after, name)} after")
