"""What an item's bodies must be: the bytes whose SHA-256 the log has, under the version that the log names last.

Whoever can write the store file can change a body together with the hash beside it; the chain of the log is what such a
change does not reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dutydesk.domain.rules.examination import Finding, Severity

#: What stands in place of a text, a title or a reason, wherever a body is not the one that was received.
CHANGED_WORDS: Final = "changed since it was received"


class BodyFault(StrEnum):
    """How a stored body differs from what the log says of it."""

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
#: The bytes can't be relied on; of the others only what was stored with the bytes differs.
BYTE_FAULTS: Final = frozenset(BodyFault) - {BodyFault.FINDINGS, BodyFault.PROBLEMS}


def fault_words(fault: BodyFault) -> str:
    """How the body differs, in one sentence without a subject: ``its bytes are not those that were received``."""
    return _WORDS[fault]


def _fault_named(name: object) -> BodyFault | None:
    return next((fault for fault in BodyFault if fault == name), None)


@dataclass(slots=True)
class LoggedBodies:
    """What the log says of one item's bodies.

    ``hashes`` are SHA-256 in hex by version, ``latest`` is the version that the log named last (0: none). ``rules``
    and ``blocking`` are those that fired on the latest version, ``problems`` those of quarantined input; ``None`` where
    the log does not say. ``reported``: how the body was changed by what the log already says.
    """

    hashes: dict[int, str] = field(default_factory=dict)
    latest: int = 0
    rules: frozenset[str] | None = None
    blocking: frozenset[str] | None = None
    problems: tuple[tuple[str, str], ...] | None = None
    purged: bool = False
    reported: BodyFault | None = None

    def apply(self, kind: str, data: Mapping[str, Any]) -> None:
        """Takes the item's next event. What an event does not say, or says in another type, is left out."""
        match kind:
            case "intake.accepted" | "intake.quarantined" | "intake.conflict":
                self._received(1, data.get("sha256"))
                self._problems(data.get("problems"))
            case "item.corrected" if data.get("version") is not None:
                self._received(data["version"], data.get("sha256"))
                self.reported = None
                self._fired(data)
            case "item.reread":
                version = data.get("version")
                same = self.hashes.get(version - 1) if isinstance(version, int) else None
                self._received(version, data.get("sha256", same))
                self.problems, self.reported = None, None
                self._fired(data)
            case "item.routed" | "item.examined_again":
                self._fired(data)
            case "item.purged":
                self.purged = True
            case "item.body_changed":
                self.reported = _fault_named(data.get("fault"))
            case "item.body_restored":
                self.reported = None
            case _:
                pass

    def _received(self, version: object, sha256: object) -> None:
        """The first event of a version counts: nothing that came later changes what was received."""
        if isinstance(version, int) and isinstance(sha256, str):
            self.hashes.setdefault(version, sha256)
            self.latest = max(self.latest, version)

    def _problems(self, problems: object) -> None:
        if isinstance(problems, list):
            self.problems = tuple((str(each[0]), str(each[1])) for each in problems if isinstance(each, list))

    def _fired(self, data: Mapping[str, Any]) -> None:
        rules, blocking = data.get("rules"), data.get("blocking")
        self.rules = frozenset(rules) if isinstance(rules, list) else None
        self.blocking = frozenset(blocking) if isinstance(blocking, list) else None

    def byte_fault(self, version: int, sha256: str | None) -> BodyFault | None:
        """``sha256`` is that of the stored bytes, ``None`` where there are none. Any version, not only the latest."""
        if sha256 is None:
            return None if self.purged else BodyFault.MISSING
        if self.purged:
            return BodyFault.PURGED
        logged = self.hashes.get(version)
        if logged is None:
            return BodyFault.UNLOGGED
        return None if logged == sha256 else BodyFault.BYTES

    def finding_fault(self, findings: Iterable[Finding]) -> BodyFault | None:
        """Of the latest version: by which rules fired, and which of them block."""
        found = tuple(findings)
        if self.rules is not None and frozenset(finding.rule for finding in found) != self.rules:
            return BodyFault.FINDINGS
        blocking = frozenset(finding.rule for finding in found if finding.severity is Severity.BLOCK)
        return BodyFault.FINDINGS if self.blocking is not None and blocking != self.blocking else None
