"""Confirm a proposal: it is read first, and only the proposal that was read is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_sentence
from dutydesk.domain.errors import Conflict
from dutydesk.domain.frozen import value

if TYPE_CHECKING:
    from dutydesk.cli._core.arguments import Subject
    from dutydesk.desk.base.context import Actor, CommandResult
    from dutydesk.desk.base.proposal_rows import ConfirmPreview
    from dutydesk.desk.service.desk import Desk


@value(frozen=True, slots=True)
class ConfirmedProposal:
    """``proposal`` is the confirmed proposal as ``--json`` prints it; ``consequences`` is what it changes."""

    title: str
    proposal: dict[str, object]
    consequences: ConfirmPreview


async def confirm(desk: Desk, actor: Actor, subject: Subject) -> tuple[CommandResult, ConfirmedProposal | None]:
    """The result and the confirmed proposal; ``None`` if a repeated command only gets its first result again."""
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
    result = await desk.supervision.confirm(actor, number, found.row.revision)
    proposal: dict[str, object] = {
        "what": found.what,
        "officer": found.officer,
        "order": found.order,
        "by": found.by,
        "reason": found.reason,
        "at": found.at,
    }
    return result, ConfirmedProposal(
        f"{found.what} of {found.row.measure}, {found.row.country}", proposal, found.follows
    )


async def _confirm_item(desk: Desk, actor: Actor, number: int) -> tuple[CommandResult, ConfirmedProposal | None]:
    found = await desk.queries.item_proposal(number)
    proposed, follows = found.view.proposal, found.follows
    if proposed is None or follows is None:
        return await desk.review.confirm(actor, number), None
    result = await desk.review.confirm(actor, number, proposed.identity)
    proposal: dict[str, object] = {
        "what": proposed.decision,
        "officer": proposed.officer,
        "reason": proposed.reason,
        "code": proposed.code,
        "articles": proposed.articles,
        "overrides": proposed.overrides,
        "at": proposed.at,
    }
    return result, ConfirmedProposal(f"{proposed.decision} of {found.view.row.item}", proposal, follows)


def print_confirmed(confirmed: ConfirmedProposal) -> None:
    proposal, follows = confirmed.proposal, confirmed.consequences
    print_sentence(f"{confirmed.title}, proposed by {proposal['officer']} at {cell_text(proposal['at'])}")
    if proposal.get("order"):
        print_sentence(f"  order {proposal['order']} of {proposal['by']}")
    print_sentence(f"  reason: {proposal['reason']}")
    before, after = follows.before, follows.after
    print_sentence(f"  {follows.state_before} before, {follows.state_after} after")
    for name in ("queued", "held", "blocked"):
        print_sentence(f"  {name}: {getattr(before, name)} before, {getattr(after, name)} after")
