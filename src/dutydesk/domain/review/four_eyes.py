"""Four eyes: when a decision needs a second person, and what must not change between proposal and confirmation.

A proposal carries a snapshot of what its proposer saw. Another person can confirm it only while the snapshot is still
true; nobody can confirm a stale proposal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.guards import RefusalCode
from dutydesk.domain.rules.examination import Finding, RuleTable
from dutydesk.language.sentences import sentence


class ProposedDecision(StrEnum):
    RELEASE = "release"
    REFUSE = "refuse"
    RECALL = "recall"


@value(frozen=True, slots=True)
class ReviewSnapshot:
    """The state of an item on which a proposal is based.

    ``deliver`` are the recipients, ``suppress`` pairs of recipient and cause, ``findings`` triples of rule, severity
    and field. ``restrictions`` is the number of the owner's latest statement on the item, 0 for none.
    """

    version: int
    cycle: int
    deliver: tuple[str, ...] = ()
    suppress: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, str, str], ...] = ()
    level: str | None = None
    measure: str | None = None
    restrictions: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of all fields, in hex."""
        return sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """The snapshot as canonical JSON: sorted keys, no spaces."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def snapshot_from_json(text: str) -> ReviewSnapshot:
    """Reads what :meth:`ReviewSnapshot.to_json` wrote."""
    fields = json.loads(text)
    return ReviewSnapshot(
        version=fields["version"],
        cycle=fields["cycle"],
        deliver=tuple(fields["deliver"]),
        suppress=tuple((recipient, cause) for recipient, cause in fields["suppress"]),
        findings=tuple((rule, severity, field) for rule, severity, field in fields["findings"]),
        level=fields["level"],
        measure=fields["measure"],
        restrictions=fields["restrictions"],
    )


@value(frozen=True, slots=True)
class Proposal:
    """One officer's proposed decision. ``because`` says in words why a second person is needed."""

    officer: str
    what: ProposedDecision
    reason: str
    code: RefusalCode | None
    articles: tuple[str, ...]
    overrides: tuple[str, ...]
    because: tuple[str, ...]
    seen: ReviewSnapshot
    at: datetime

    @property
    def identity(self) -> str:
        """SHA-256, in hex, of what a second person signs; different for each proposal on an item."""
        fields = (
            self.officer,
            self.what.value,
            self.reason,
            self.code.value if self.code else None,
            self.articles,
            self.overrides,
            self.seen.digest,
            self.at.isoformat(),
        )
        return sha256(json.dumps(fields).encode()).hexdigest()


def differences(before: ReviewSnapshot, now: ReviewSnapshot) -> tuple[str, ...]:
    """What has changed since the proposal, each change in a few words; empty if nothing has."""
    found: list[str] = []
    if before.version != now.version:
        found.append(
            sentence("the body is version {version} now, it was {earlier}", version=now.version, earlier=before.version)
        )
    if before.cycle != now.cycle:
        found.append(
            sentence("the review is cycle {cycle} now, it was {earlier}", cycle=now.cycle, earlier=before.cycle)
        )
    found += _recipient_changes(before, now)
    found += _set_changes("finding", _finding_names(before), _finding_names(now))
    if (before.level, before.measure) != (now.level, now.measure):
        found.append(
            sentence("the sender is {now} now, it was {before}", now=_level_words(now), before=_level_words(before))
        )
    if before.restrictions != now.restrictions:
        found.append(sentence("the owner has stated restrictions since"))
    return tuple(found)


def _finding_names(seen: ReviewSnapshot) -> set[str]:
    return {f"{rule} ({severity}) on {field}" for rule, severity, field in seen.findings}


def _level_words(seen: ReviewSnapshot) -> str:
    return f"{seen.level or 'direct'}" + (f" under {seen.measure}" if seen.measure else "")


def _recipient_changes(before: ReviewSnapshot, now: ReviewSnapshot) -> list[str]:
    found = _set_changes("recipient", set(before.deliver), set(now.deliver))
    causes = dict(before.suppress)
    found += [
        sentence(
            "{recipient} is left out as {cause} now, it was as {earlier}",
            recipient=recipient,
            cause=cause,
            earlier=causes[recipient],
        )
        for recipient, cause in now.suppress
        if recipient in causes and causes[recipient] != cause
    ]
    return found


def _set_changes(what: str, before: set[str], now: set[str]) -> list[str]:
    found = [f"{what} {name} was added" for name in sorted(now - before)]
    return found + [f"{what} {name} was removed" for name in sorted(before - now)]


def four_eyes_reasons(
    findings: Iterable[Finding],
    type: MessageType,
    table: RuleTable,
    extra_rules: Iterable[str],
    overrides: Iterable[str],
) -> tuple[str, ...]:
    """Why a second person must confirm, in words; empty if one officer is enough.

    ``type`` is the one under which the item was examined. The reasons are rules that fired and that the table leaves to
    two persons, rules that the desk's settings name (``extra_rules``), and overrides of a penalty rule (RPD 83(1)(b)).
    """
    added = frozenset(extra_rules)
    fired = dict.fromkeys(finding.rule for finding in findings)
    from_table = [
        sentence("{rule} is decided by two officers", rule=rule)
        for rule in fired
        if table.demands_four_eyes(rule, type)
    ]
    from_settings = [
        sentence("the desk's settings demand it for {rule}", rule=rule)
        for rule in fired
        if rule in added and not table.demands_four_eyes(rule, type)
    ]
    return (*from_table, *from_settings, *(sentence("{rule} is overridden", rule=rule) for rule in overrides))
