"""What differs between two texts, and what the difference does to findings, recipients and ticks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.differences import FieldDifference
from dutydesk.domain.rules.examination import Finding


class BasisKind(StrEnum):
    """What an item is compared with."""

    PROPOSAL = "proposal"
    VERSION = "version"
    CORRECTED = "corrected"
    CONFLICT = "conflict"
    SAME_TEXT = "same_text"
    CORRECTION = "correction"


class DifferenceObstacle(StrEnum):
    """Why two texts are not compared. Nothing of either is then given."""

    WITHHELD = "withheld"
    CHANGED = "changed"
    DELETED = "deleted"
    UNREADABLE = "unreadable"


@value(frozen=True, slots=True)
class ComparisonBasis:
    """``name`` chooses it: a version's number, an item, or ``proposal``."""

    name: str
    kind: BasisKind
    item: str
    version: int


@value(frozen=True, slots=True)
class DifferenceSide:
    item: str
    version: int
    received_at: datetime | None


@value(frozen=True, slots=True)
class FindingChanges:
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    same: tuple[Finding, ...] = ()


@value(frozen=True, slots=True)
class AudienceChanges:
    """Recipients by code, under the measures and restrictions of now."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]


@value(frozen=True, slots=True)
class TickChange:
    """A point of the checklist: who ticked it for the earlier text, and who for the later one."""

    check: str
    words: str
    before: str | None
    after: str | None

    @property
    def needs_another(self) -> bool:
        return self.before is not None and self.after is None


@value(frozen=True, slots=True)
class VoidProposal:
    """A proposal of this review that can no longer be confirmed, and why."""

    officer: str
    decision: str
    reasons: tuple[str, ...]


@value(frozen=True, slots=True)
class ItemDifference:
    """``before`` is the earlier text. ``envelope`` are the fields that differ in any two messages, such as its time.

    ``bases`` is everything that the item can be compared with. ``audience`` is ``None`` if it can't be worked out.
    """

    item: str
    basis: ComparisonBasis
    bases: tuple[ComparisonBasis, ...]
    before: DifferenceSide
    after: DifferenceSide
    title: str = ""
    obstacle: DifferenceObstacle | None = None
    fields: tuple[FieldDifference, ...] = ()
    envelope: tuple[FieldDifference, ...] = ()
    findings: FindingChanges = FindingChanges()
    audience: AudienceChanges | None = None
    ticks: tuple[TickChange, ...] = ()
    proposal: VoidProposal | None = None
