"""The guards of review: what must be true before an officer may act on an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from dutydesk.domain.delivery.items import Item, Tick
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Obstacle
from dutydesk.domain.rules.examination import Finding, HumanCheck, Severity
from dutydesk.language.sentences import joined, sentence


class Decision(StrEnum):
    RELEASE = "release"
    REFUSE = "refuse"
    ASK = "ask"
    ESCALATE = "escalate"


class RefusalCode(StrEnum):
    """The three classes by which refusals are reported."""

    ARTICLE_2 = "art_2"
    ARTICLE_3 = "art_3"
    OTHER = "other"


def may_be_claimed(item: Item) -> bool:
    """Whether the item waits for a decision, so that an officer may claim it."""
    match item.state:
        case ItemState.HELD | ItemState.INFORMATION_REQUESTED | ItemState.PROPOSED:
            return True
        case (
            ItemState.QUARANTINED
            | ItemState.REJECTED
            | ItemState.RELEASED
            | ItemState.REFUSED
            | ItemState.BLOCKED
            | ItemState.WITHDRAWN
            | ItemState.SUPERSEDED
            | ItemState.RECALLED
            | ItemState.CANCELLED
            | ItemState.PURGED
        ):
            return False


def claim_obstacle(item: Item, officer: str, at: datetime) -> Obstacle | None:
    """Why the officer may not decide the item, or ``None``: a decision needs the officer's own valid claim."""
    holder = item.claimed_by(at)
    if holder == officer:
        return None
    if holder is not None:
        return Obstacle("claim", sentence("{name} is claimed by {holder}", name=item.name, holder=holder))
    if item.claim is not None and item.claim.officer == officer:
        return Obstacle("claim", sentence("your claim on {name} lapsed; claim it again", name=item.name))
    return Obstacle("claim", sentence("{name} is claimed by nobody; claim it first", name=item.name))


def unticked_checks(checklist: Iterable[HumanCheck], ticks: Iterable[Tick]) -> tuple[HumanCheck, ...]:
    """The points of the human checklist without a tick. ``ticks`` are those on the current body version."""
    ticked = {tick.check for tick in ticks}
    return tuple(check for check in checklist if check.id not in ticked)


#: Findings on the audience at receipt. A release computes the audience again and is refused if nobody is left.
RECHECKED_AT_RELEASE = frozenset({"RST-02"})


def blocking_rules(findings: Iterable[Finding], overridden: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The rules whose findings prevent a release, each once."""
    return tuple(dict.fromkeys(finding.rule for finding in _blocking(findings, overridden)))


def _blocking(findings: Iterable[Finding], overridden: frozenset[str]) -> Iterator[Finding]:
    for finding in findings:
        if finding.severity is Severity.BLOCK and finding.rule not in overridden | RECHECKED_AT_RELEASE:
            yield finding


def release_obstacles(
    checklist: Iterable[HumanCheck],
    ticks: Iterable[Tick],
    findings: Iterable[Finding],
    overridden: frozenset[str] = frozenset(),
) -> tuple[Obstacle, ...]:
    """What prevents a release: first the open ticks, then each blocking finding whose rule is not overridden."""
    unticked = (
        Obstacle("tick", joined((check.id, sentence(check.words)), ": ")) for check in unticked_checks(checklist, ticks)
    )
    blocking = (
        Obstacle("finding", joined((f"{finding.rule} ({finding.article})", finding.message), ": "))
        for finding in _blocking(findings, overridden)
    )
    return (*unticked, *blocking)
