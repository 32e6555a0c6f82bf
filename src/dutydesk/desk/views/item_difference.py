"""Read what differs between two versions of an item, or between an item and the one that it corrects or repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.difference_rows import (
    AudienceChanges,
    BasisKind,
    ComparisonBasis,
    DifferenceObstacle,
    DifferenceSide,
    FindingChanges,
    ItemDifference,
    TickChange,
    VoidProposal,
)
from dutydesk.desk.base.message import message_of_version
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.review.claims import checklist_of
from dutydesk.desk.review.confirm import changes_since_proposal
from dutydesk.desk.review.rulings import audience_of
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import OPEN_STATES, ItemState
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.events.reviews import ItemProposalVoid
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.differences import field_differences
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.four_eyes import Proposal, ProposedDecision
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, items, log, proposals, remarks

#: Fields that differ in any two messages.
_ENVELOPE = frozenset({"schema", "type", "reference", "sent_at", "of"})
_PROPOSAL = "proposal"


@value(frozen=True, slots=True)
class _Text:
    """One version of one item. ``body`` is the sender's object, without the text of ordinary correspondence."""

    item: Item
    side: DifferenceSide
    obstacle: DifferenceObstacle | None
    body: Mapping[str, Json]
    findings: tuple[Finding, ...]


def item_difference(
    handle: Handle, context: Context, number: int, against: str | None, eyes: Visibility
) -> ItemDifference:
    """Compare an item with ``against``, the name of one of its bases, or else with the first of them.

    Raises NotFound for an unknown item or basis, and for an item with nothing to compare it with.
    """
    item = items.get(handle, number)
    proposal = _stale_proposal(handle, context, item)
    bases = tuple(_bases(handle, item, proposal))
    basis = _chosen(item, bases, against)
    other = item if basis.item == item.name else _item_named(handle, item, basis.item)
    pair = ((other, basis.version), (item, item.version))
    (earlier, version), (later, later_version) = pair if basis.kind is not BasisKind.CORRECTION else pair[::-1]
    before, after = _text(handle, earlier, version, eyes), _text(handle, later, later_version, eyes)
    found = ItemDifference(item.name, basis, bases, before.side, after.side)
    obstacle = before.obstacle or after.obstacle
    if obstacle is not None:
        hidden = DifferenceObstacle.WITHHELD
        return replace(found, obstacle=hidden if hidden in (before.obstacle, after.obstacle) else obstacle)
    fields = field_differences(before.body, after.body)
    return replace(
        found,
        title=after.item.title,
        fields=tuple(field for field in fields if field.path[0] not in _ENVELOPE),
        envelope=tuple(field for field in fields if field.path[0] in _ENVELOPE),
        findings=_finding_changes(_findings_seen(proposal) if _is_of(basis) else before.findings, after.findings),
        audience=_audience_changes(handle, context, before, after, proposal if _is_of(basis) else None),
        ticks=_tick_changes(handle, context, before, after),
        proposal=_void_proposal(handle, item) if proposal is None else _proposal_row(handle, context, item, proposal),
    )


def _is_of(basis: ComparisonBasis) -> bool:
    return basis.kind is BasisKind.PROPOSAL


def _stale_proposal(handle: Handle, context: Context, item: Item) -> Proposal | None:
    proposal = proposals.of_item(handle, item.number)
    if proposal is None or proposal.what is ProposedDecision.RECALL:
        return None
    return proposal if changes_since_proposal(handle, context, item, proposal) else None


def _bases(handle: Handle, item: Item, proposal: Proposal | None) -> Iterator[ComparisonBasis]:
    """What an officer asks for first comes first."""
    if proposal is not None:
        yield ComparisonBasis(_PROPOSAL, BasisKind.PROPOSAL, item.name, proposal.seen.version)
    for version in range(item.version - 1, 0, -1):
        yield ComparisonBasis(str(version), BasisKind.VERSION, item.name, version)
    for kind, number in (
        (BasisKind.CORRECTED, item.parent),
        (BasisKind.CONFLICT, item.conflicting_item),
        (BasisKind.SAME_TEXT, item.same_text_as),
    ):
        other = items.find(handle, number) if number is not None else None
        if other is not None:
            yield ComparisonBasis(other.name, kind, other.name, other.version)
    for child in reversed(items.children(handle, item.number)):
        yield ComparisonBasis(child.name, BasisKind.CORRECTION, child.name, child.version)


def _chosen(item: Item, bases: Sequence[ComparisonBasis], against: str | None) -> ComparisonBasis:
    for basis in bases:
        if against in (None, basis.name):
            return basis
    known = ", ".join(basis.name for basis in bases)
    if not known:
        words = sentence("{name} has one version; there is nothing to compare it with", name=item.name)
        raise NotFound(NotFoundCode.NOTHING_TO_COMPARE, words)
    raise NotFound(
        NotFoundCode.NOTHING_TO_COMPARE,
        sentence(
            "{name} is not compared with {against}, but with {known}", name=item.name, against=against, known=known
        ),
    )


def _item_named(handle: Handle, item: Item, name: str) -> Item:
    numbers = (item.parent, item.conflicting_item, item.same_text_as)
    others = (*(items.find(handle, number) for number in numbers if number is not None),)
    return next(other for other in (*others, *items.children(handle, item.number)) if other and other.name == name)


def _text(handle: Handle, item: Item, version: int, eyes: Visibility) -> _Text:
    side = DifferenceSide(item.name, version, None)
    if eyes.hides(item):
        return _Text(item, side, DifferenceObstacle.WITHHELD, {}, ())
    kept = bodies.verify_findings_of_version(handle, item, version)
    if kept is None or kept.fault is not None:
        return _Text(item, side, DifferenceObstacle.CHANGED, {}, ())
    side = replace(side, received_at=kept.body.received_at)
    if kept.body.raw is None:
        return _Text(item, side, DifferenceObstacle.DELETED, {}, ())
    body = _readable_body(item, kept.body.raw)
    if body is None:
        return _Text(item, side, DifferenceObstacle.UNREADABLE, {}, ())
    if eyes.hides(replace(item, restricted_from=item.restricted_from | _restricted_codes(body))):
        return _Text(item, side, DifferenceObstacle.WITHHELD, {}, ())
    return _Text(item, side, None, body, kept.body.findings)


def _readable_body(item: Item, raw: bytes) -> dict[str, Json] | None:
    """The sender's object. The text of ordinary correspondence is never shown, not even in quarantine."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    if MessageType.MESSAGE in (item.type, body.get("type")):
        body.pop("text", None)
    return body


def _restricted_codes(body: Mapping[str, Json]) -> frozenset[str]:
    """An earlier version may deny the text to a bureau that the present one no longer names."""
    named = body.get("restricted_from")
    return frozenset(code for code in named if isinstance(code, str)) if isinstance(named, list) else frozenset()


def _findings_seen(proposal: Proposal | None) -> tuple[Finding, ...]:
    """The findings on which a proposal was made; the snapshot has no more than their names."""
    seen = proposal.seen.findings if proposal is not None else ()
    return tuple(Finding(rule, "", Severity(severity), field, "", "") for rule, severity, field in seen)


def _finding_changes(before: Sequence[Finding], after: Sequence[Finding]) -> FindingChanges:
    old, new = ({(found.rule, found.severity, found.field) for found in each} for each in (before, after))
    return FindingChanges(
        new=tuple(found for found in after if (found.rule, found.severity, found.field) not in old),
        gone=tuple(found for found in before if (found.rule, found.severity, found.field) not in new),
        same=tuple(found for found in after if (found.rule, found.severity, found.field) in old),
    )


def _audience_changes(
    handle: Handle, context: Context, before: _Text, after: _Text, proposal: Proposal | None
) -> AudienceChanges | None:
    if after.item.type is None:
        return None  # nothing in quarantine goes out
    now = _recipients(handle, context, after)
    then = list(proposal.seen.deliver) if proposal is not None else _recipients(handle, context, before)
    if then is None or now is None:
        return None
    return AudienceChanges(
        added=tuple(code for code in now if code not in then),
        removed=tuple(code for code in then if code not in now),
        kept=tuple(code for code in now if code in then),
    )


def _recipients(handle: Handle, context: Context, text: _Text) -> list[str] | None:
    """Who may receive the text today; ``None`` if it can't be read as a message."""
    try:
        message = message_of_version(handle, context, text.item, text.side.version)
    except (NotFound, BodyChanged):
        return None
    found = audience_of(handle, context, text.item, message, context.policy(handle))
    return sorted(verdict.recipient for verdict in found if verdict.deliver)


def _tick_changes(handle: Handle, context: Context, before: _Text, after: _Text) -> tuple[TickChange, ...]:
    """The points of an item that is still to be decided; a tick is for one version of one item."""
    if after.item.type is None or after.item.state not in OPEN_STATES | {ItemState.BLOCKED}:
        return ()
    old, new = (
        {tick.check: tick.officer for tick in remarks.ticks_of(handle, text.item.number, text.side.version)}
        for text in (before, after)
    )
    points = checklist_of(context, after.item)
    return tuple(TickChange(point.id, point.words, old.get(point.id), new.get(point.id)) for point in points)


def _proposal_row(handle: Handle, context: Context, item: Item, proposal: Proposal) -> VoidProposal:
    changed = changes_since_proposal(handle, context, item, proposal)
    return VoidProposal(proposal.officer, proposal.what, changed)


def _void_proposal(handle: Handle, item: Item) -> VoidProposal | None:
    """The last proposal of the present review that became void."""
    voided = [event for event in log.of_subject(handle, item.name) if event.kind is EventKind.ITEM_PROPOSAL_VOID]
    if not voided:
        return None
    last = ItemProposalVoid.from_data(log.data_of(voided[-1]))
    if last.cycle != item.cycle or item.state not in OPEN_STATES:
        return None
    return VoidProposal(str(last.proposer), str(last.decision), tuple(map(str, _listed(last.differences))))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
