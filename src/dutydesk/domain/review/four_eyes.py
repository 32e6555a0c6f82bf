"""Four eyes: when one officer's word is not enough, and what the second one must find unchanged.

A proposal carries a digest of what its proposer saw. Another person confirms it only while that is still true; there
is no confirming anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from dutydesk.domain.review.guards import RefusalCode
from dutydesk.domain.rules.examination import Finding, RuleTable


class ProposedDecision(StrEnum):
    RELEASE = "release"
    REFUSE = "refuse"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """What a proposal rests on. ``deliver`` are the recipients; ``suppress`` pairs of recipient and cause.

    ``findings`` are triples of rule, severity and field; ``restrictions`` is the number of the owner's latest
    statement that concerns the item, 0 where there is none.
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
        """SHA-256, in hex, of everything above."""
        return sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """As JSON text, in one form only."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def snapshot_from_json(kept: str) -> ReviewSnapshot:
    """What :meth:`Seen.kept` wrote."""
    fields = json.loads(kept)
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """One officer's half of a decision. ``because``: why a second person is needed, in words."""

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
        """SHA-256, in hex, of all that a second person signs: another proposal on the same item has another one."""
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
    """What has changed since the proposer looked, each in a few words; empty where nothing has."""
    found: list[str] = []
    if before.version != now.version:
        found.append(f"the body is version {now.version} now, it was {before.version}")
    if before.cycle != now.cycle:
        found.append(f"the review is cycle {now.cycle} now, it was {before.cycle}")
    found += _recipients(before, now)
    found += _listed("finding", _named(before), _named(now))
    if (before.level, before.measure) != (now.level, now.measure):
        found.append(f"the sender is {_under(now)} now, it was {_under(before)}")
    if before.restrictions != now.restrictions:
        found.append("the owner has stated restrictions since")
    return tuple(found)


def _named(seen: ReviewSnapshot) -> set[str]:
    return {f"{rule} ({severity}) on {field}" for rule, severity, field in seen.findings}


def _under(seen: ReviewSnapshot) -> str:
    return f"{seen.level or 'direct'}" + (f" under {seen.measure}" if seen.measure else "")


def _recipients(before: ReviewSnapshot, now: ReviewSnapshot) -> list[str]:
    found = _listed("recipient", set(before.deliver), set(now.deliver))
    causes = dict(before.suppress)
    found += [
        f"{recipient} is left out as {cause} now, it was as {causes[recipient]}"
        for recipient, cause in now.suppress
        if recipient in causes and causes[recipient] != cause
    ]
    return found


def _listed(what: str, before: set[str], now: set[str]) -> list[str]:
    found = [f"{what} {name} is new" for name in sorted(now - before)]
    return found + [f"{what} {name} is gone" for name in sorted(before - now)]


def four_eyes_reasons(
    findings: Iterable[Finding], table: RuleTable, extra_rules: Iterable[str], overrides: Iterable[str]
) -> tuple[str, ...]:
    """Why a second person must confirm, in words; empty where one officer is enough.

    Judgement on articles 2 and 3 of the Constitution, an override of a penalty rule (RPD 83(1)(b)), and the rules
    that the desk's own settings name (``also``).
    """
    added = frozenset(extra_rules)
    fired = dict.fromkeys(finding.rule for finding in findings)
    judged = [f"{rule} is for two persons to judge" for rule in fired if table.demands_four_eyes(rule)]
    set_here = [
        f"the desk's settings demand it for {rule}"
        for rule in fired
        if rule in added and not table.demands_four_eyes(rule)
    ]
    return (*judged, *set_here, *(f"{rule} is overridden" for rule in overrides))
