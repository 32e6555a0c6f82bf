"""Compares an item's stored bodies with the log: their SHA-256, their latest version, findings and problems.

A person who can write the store file can change a body together with its stored hash, but not the chain of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dutydesk.domain.events.event import LogEvent, Missing, Unfit, fitting
from dutydesk.domain.events.intake import IntakeAccepted, QuarantineEvent
from dutydesk.domain.events.items import ItemBodyChanged, ItemBodyRestored, ItemPurged
from dutydesk.domain.events.routes import ItemCorrected, ItemExaminedAgain, ItemReread, ItemRouted, RouteEvent
from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.language.sentences import sentence

#: Shown in place of a text, a title or a reason when a body is not the one that was received.
CHANGED_WORDS: Final = sentence("changed since it was received")


class BodyFault(StrEnum):
    """How a stored body differs from the log."""

    BYTES = "bytes"
    MISSING = "gone"
    PURGED = "purged"
    UNLOGGED = "unlogged"
    VERSION = "version"
    FINDINGS = "findings"
    PROBLEMS = "problems"


_WORDS: Final[Mapping[BodyFault, str]] = {
    BodyFault.BYTES: sentence("its bytes are not those that were received"),
    BodyFault.MISSING: sentence("its bytes are missing, and nobody purged them"),
    BodyFault.PURGED: sentence("the log says that it was purged, and the store has bytes"),
    BodyFault.UNLOGGED: sentence("the log does not have its SHA-256"),
    BodyFault.VERSION: sentence("the store names another version than the log"),
    BodyFault.FINDINGS: sentence("the findings stored with it are not those in the log"),
    BodyFault.PROBLEMS: sentence("the problems stored with it are not those in the log"),
}
#: Faults of the bytes or of their version. The two others concern only what is stored with the bytes.
BYTE_FAULTS: Final = frozenset(BodyFault) - {BodyFault.FINDINGS, BodyFault.PROBLEMS}


def fault_words(fault: BodyFault) -> str:
    """The difference in words, such as ``its bytes are not those that were received``."""
    return _WORDS[fault]


def _fault_named(name: object) -> BodyFault | None:
    return next((fault for fault in BodyFault if fault == name), None)


@dataclass(slots=True)
class LoggedBodies:
    """One item's bodies according to the log.

    ``hashes`` maps a version to its SHA-256 in hex; ``latest`` is the highest version in the log, 0 for none. ``rules``
    are the rules that fired on the latest version and ``blocking`` those of them that block; ``problems`` are those of
    quarantined input; each is ``None`` where the log does not record it. ``reported`` is the fault that the log already
    records.
    """

    hashes: dict[int, str] = field(default_factory=dict)
    latest: int = 0
    rules: frozenset[str] | None = None
    blocking: frozenset[str] | None = None
    problems: tuple[tuple[str, str], ...] | None = None
    purged: bool = False
    reported: BodyFault | None = None

    def apply(self, event: LogEvent) -> None:
        """Applies the item's next event. Missing fields, and fields of an unexpected type, are ignored."""
        match event:
            case IntakeAccepted():
                self._received(1, event.sha256)
            case QuarantineEvent():
                self._received(1, event.sha256)
                problems = fitting(event.problems)
                self.problems = self.problems if problems is None else problems
            case ItemReread():
                self._reread(event)
            case ItemCorrected() if fitting(event.version) is not None:
                self._received(event.version, event.sha256)
                self.reported = None
                self._fired(event)
            case ItemRouted() | ItemExaminedAgain():
                self._fired(event)
            case ItemPurged():
                self.purged = True
            case ItemBodyChanged():
                self.reported = _fault_named(event.fault)
            case ItemBodyRestored():
                self.reported = None
            case _:
                pass

    def _reread(self, event: ItemReread) -> None:
        """Records the hash of a version. Only the first event of a version counts."""
        version = fitting(event.version)
        same = self.hashes.get(version - 1) if version is not None else None
        absent = isinstance(event.sha256, Missing) and not isinstance(event.sha256, Unfit)
        self._received(version, same if absent else event.sha256)
        self.problems, self.reported = None, None
        self._fired(event)

    def _received(self, version: object, sha256: object) -> None:
        """Takes the first hash of a version; later events change nothing of what was received."""
        if isinstance(version, int) and isinstance(sha256, str):
            self.hashes.setdefault(version, sha256)
            self.latest = max(self.latest, version)

    def _fired(self, event: RouteEvent | ItemExaminedAgain) -> None:
        rules, blocking = fitting(event.rules), fitting(event.blocking)
        self.rules = None if rules is None else frozenset(rules)
        self.blocking = None if blocking is None else frozenset(blocking)

    def byte_fault(self, version: int, sha256: str | None) -> BodyFault | None:
        """The fault of the stored bytes of one version, or ``None``. ``sha256`` is ``None`` if no bytes are stored."""
        if sha256 is None:
            return None if self.purged else BodyFault.MISSING
        if self.purged:
            return BodyFault.PURGED
        logged = self.hashes.get(version)
        if logged is None:
            return BodyFault.UNLOGGED
        return None if logged == sha256 else BodyFault.BYTES

    def finding_fault(self, findings: Iterable[Finding]) -> BodyFault | None:
        """``FINDINGS`` if the rules, or the blocking rules, of the latest version's findings differ from the log."""
        found = tuple(findings)
        if self.rules is not None and frozenset(finding.rule for finding in found) != self.rules:
            return BodyFault.FINDINGS
        blocking = frozenset(finding.rule for finding in found if finding.severity is Severity.BLOCK)
        return BodyFault.FINDINGS if self.blocking is not None and blocking != self.blocking else None
