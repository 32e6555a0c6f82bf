"""The handover note as a text: what an officer edits and signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dutydesk.desk.handover_note import MOST, Drawn, Lines, minute

_COUNTS = (
    ("taken_in", "taken in"),
    ("straight_out", "straight out"),
    ("released", "released"),
    ("refused", "refused"),
    ("recalled", "recalled"),
    ("quarantined", "quarantined"),
    ("rejected", "turned away"),
    ("deliveries", "deliveries made"),
)


def text_of(drawn: Drawn, realm: str) -> str:
    """Plain lines of at most a few items each; what comes from outside is not yet safe to show."""
    return "\n".join(_lines(drawn, realm))


def _lines(drawn: Drawn, realm: str) -> Iterator[str]:
    yield f"HANDOVER NOTE ({realm.upper()})"
    yield f"Shift {minute(drawn.shift_from)} to {minute(drawn.shift_until)}, drawn up at {minute(drawn.at)}"
    yield ""
    yield f"In and out: {counted(drawn.counts)}"
    oldest = f", the oldest for {_for(drawn.oldest_held, drawn.at)}" if drawn.oldest_held else ""
    yield f"Held: {drawn.held}{oldest}"
    for title, lines in (
        ("In review", drawn.in_review),
        ("Waits for a second officer", drawn.second_officer),
        ("Open questions to bureaus", drawn.questions),
        ("Recalls without acknowledgement", drawn.recalls),
        ("Measures", drawn.measures),
        ("Measures that await endorsement", drawn.awaiting_endorsement),
        ("Measures to be reviewed within 72 hours", drawn.review_due),
        ("Bureaus off the network", drawn.offline),
        ("Dead deliveries", drawn.dead),
        ("Alarms", drawn.alarms),
        ("Incidents of the shift", drawn.incidents),
    ):
        yield from _section(title, lines)
    yield ""
    yield "Remarks:"


def counted(counts: dict[str, int]) -> str:
    """``12 taken in, 3 released``: what did not happen is left out, but for the first."""
    said = [f"{counts.get(name, 0):,} {words}" for name, words in _COUNTS if counts.get(name) or name == "taken_in"]
    return ", ".join(said)


def _section(title: str, lines: Lines) -> Iterator[str]:
    if not lines:
        yield f"{title}: none"
        return
    yield f"{title}: {len(lines)}"
    for line in lines[:MOST]:
        yield f"  {line.about} {' '.join(line.words.split())}"
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more"


def _for(since: datetime, at: datetime) -> str:
    minutes = max(at - since, timedelta()) // timedelta(minutes=1)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"
