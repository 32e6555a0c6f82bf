"""Compares an item's stored bodies with the log: their SHA-256, their latest version, findings and problems.

A person who can write the store file can change a body together with its stored hash, but not the chain of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dutydesk.domain.rules.examination import Finding, Severity

#: Shown in place of a text, a title or a reason when a body is not the one that was received.
CHANGED_WORDS: Final = "changed since it was received"


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
    BodyFault.BYTES: "its bytes are not those that were received",
    BodyFault.MISSING: "its bytes are missing, and nobody purged them",
    BodyFault.PURGED: "the log says that it was purged, and the store has bytes",
    BodyFault.UNLOGGED: "the log does not have its SHA-256",
    BodyFault.VERSION: "the store names another version than the log",
    BodyFault.FINDINGS: "the findings stored with it are not those in the log",
    BodyFault.PROBLEMS: "the problems stored with it are not those in the log",
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

    def apply(self, kind: str, data: Mapping[str, Any]) -> None:
        """Applies the item's next event. Missing fields, and fields of an unexpected type, are ignored."""
        match kind:
            case "intake.accepted" | "intake.quarantined" | "intake.conflict":
                self._record_hash(1, data.get("sha256"))
                self._record_problems(data.get("problems"))
            case "item.corrected" if data.get("version") is not None:
                self._record_hash(data["version"], data.get("sha256"))
                self.reported = None
                self._record_rules(data)
            case "item.reread":
                version = data.get("version")
                same = self.hashes.get(version - 1) if isinstance(version, int) else None
                self._record_hash(version, data.get("sha256", same))
                self.problems, self.reported = None, None
                self._record_rules(data)
            case "item.routed" | "item.examined_again":
                self._record_rules(data)
            case "item.purged":
                self.purged = True
            case "item.body_changed":
                self.reported = _fault_named(data.get("fault"))
            case "item.body_restored":
                self.reported = None
            case _:
                pass

    def _record_hash(self, version: object, sha256: object) -> None:
        """Records the hash of a version. Only the first event of a version counts."""
        if isinstance(version, int) and isinstance(sha256, str):
            self.hashes.setdefault(version, sha256)
            self.latest = max(self.latest, version)

    def _record_problems(self, problems: object) -> None:
        if isinstance(problems, list):
            self.problems = tuple((str(each[0]), str(each[1])) for each in problems if isinstance(each, list))

    def _record_rules(self, data: Mapping[str, Any]) -> None:
        rules, blocking = data.get("rules"), data.get("blocking")
        self.rules = frozenset(rules) if isinstance(rules, list) else None
        self.blocking = frozenset(blocking) if isinstance(blocking, list) else None

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
