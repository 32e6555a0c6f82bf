"""The desk's kept figures that count events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dutydesk.domain.events.event import fitting, optional, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.intake import IntakeConflict, IntakeQuarantined, IntakeRejected, IntakeRepeated
from dutydesk.domain.events.reviews import ItemAsked, ItemPostReview, ItemRecalled, ItemRefused, ItemReleased
from dutydesk.domain.events.routes import ItemCorrected
from dutydesk.domain.events.store import StoreRestored
from dutydesk.domain.proof.projection.item_events import SIGNATURE_PATHS

#: What the problem of a message says that came by another bureau's channel.
CHANNEL_ALARM = "SECURITY ALARM"


@dataclass(slots=True)
class Figures:
    """Counters by name."""

    counts: Counter[str] = field(default_factory=Counter)


def _repeated(figures: Figures, _fact: Fact[IntakeRepeated]) -> None:
    figures.counts["outcome:repeat"] += 1


def _quarantined(figures: Figures, fact: Fact[IntakeQuarantined]) -> None:
    figures.counts["outcome:quarantined"] += 1
    if any(path.startswith(SIGNATURE_PATHS) for path, _ in required(fact.event.problems)):
        figures.counts["alarm:signature"] += 1


def _conflict(figures: Figures, _fact: Fact[IntakeConflict]) -> None:
    figures.counts["outcome:conflict"] += 1


def _rejected(figures: Figures, fact: Fact[IntakeRejected]) -> None:
    figures.counts["outcome:rejected"] += 1
    if any(path == "sender" and problem.endswith(CHANNEL_ALARM) for path, problem in required(fact.event.problems)):
        figures.counts["alarm:channel"] += 1


def _decided(figures: Figures, _fact: Fact[ItemReleased | ItemAsked | ItemRecalled]) -> None:
    figures.counts["decisions"] += 1


def _refused(figures: Figures, fact: Fact[ItemRefused]) -> None:
    figures.counts["decisions"] += 1
    figures.counts[f"refusal:{required(fact.event.code)}"] += 1


def _post_reviewed(figures: Figures, fact: Fact[ItemPostReview]) -> None:
    figures.counts["decisions"] += fitting(fact.event.state) == "ok"


def _corrected(figures: Figures, fact: Fact[ItemCorrected]) -> None:
    sender = optional(fact.event.other_person)
    if sender is not None:
        figures.counts[f"other_person:{fact.at.date()}:{sender}"] += 1


def _restored(figures: Figures, fact: Fact[StoreRestored]) -> None:
    """Numbers that were given out before go on above those that the outbox has."""
    for name, highest in (("floor:item", fact.event.item), ("floor:notice", fact.event.notice)):
        figures.counts[name] = max(figures.counts[name], fitting(highest) or 0)


FIGURE_EVENTS = ByType[Figures, None]()
FIGURE_EVENTS.add(_repeated, IntakeRepeated)
FIGURE_EVENTS.add(_quarantined, IntakeQuarantined)
FIGURE_EVENTS.add(_conflict, IntakeConflict)
FIGURE_EVENTS.add(_rejected, IntakeRejected)
FIGURE_EVENTS.add(_decided, ItemReleased)
FIGURE_EVENTS.add(_decided, ItemAsked)
FIGURE_EVENTS.add(_decided, ItemRecalled)
FIGURE_EVENTS.add(_refused, ItemRefused)
FIGURE_EVENTS.add(_post_reviewed, ItemPostReview)
FIGURE_EVENTS.add(_corrected, ItemCorrected)
FIGURE_EVENTS.add(_restored, StoreRestored)
