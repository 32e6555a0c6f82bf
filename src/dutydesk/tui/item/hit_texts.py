"""Hits of checks: their lines in the feed, and one in full."""

from __future__ import annotations

from typing import Final

HIT: Final = "hit"
DISMISSED: Final = "dismissed"
NO_TITLE: Final = "purged"

# One hit in full
HIT_QUERY_TITLE: Final = "Asked"
HIT_REQUESTER: Final = "By"
HIT_REFERENCE: Final = "Reference"
HIT_ENTERED_BY: Final = "Taken in by"
HIT_DATABASE: Final = "Database"
HIT_PLACE: Final = "Place"
HIT_QUERY: Final = {
    "name": "Name",
    "date_of_birth": "Born",
    "nationality": "Nationality",
    "document_number": "Document",
    "issuer": "Issuer",
}
WITHHELD_HIT: Final = "The record is denied to your country; what was asked is not shown to you."
HIT_QUERY_PURGED: Final = "What was asked is purged with the item."
HIT_RECORD: Final = "Record that was hit"
HIT_TITLE: Final = "Title"
HIT_SOURCE: Final = "Source"
HIT_ITEM: Final = "Item"
HIT_NO_ITEM: Final = "none: it was imported"
HIT_SUBJECT: Final = "Subject"
HIT_BORN: Final = "Born"
HIT_NATIONALITIES: Final = "Nationality"
HIT_DOCUMENTS: Final = "Documents"
HIT_ENDS: Final = "Kept until"
HIT_RECORD_MISSING: Final = "The record is gone, or another has taken its place since."
HIT_SCORE: Final = "Score"
HIT_RECIPIENTS: Final = "Told"
HIT_NO_RECIPIENTS: Final = "Nobody but the desk: who asks for its own data tells nobody else."
HIT_DISMISSALS: Final = "Found false"
HIT_NOT_DISMISSED: Final = "Nobody has dismissed it."

# Dismissing one
DISMISS: Final = "Dismiss"
DISMISS_HINT: Final = "This query of the same bureau does not hit this record again until then. The log keeps it all."
DISMISS_UNTIL: Final = "Until"
DISMISS_UNTIL_HINT: Final = "such as 2027-03-01; empty: as the settings say"


def hit_of(score: int) -> str:
    return f"{HIT} {score}"


def record_title(title: str, source: str, item: str | None) -> str:
    """``title`` is empty for what was purged."""
    whose = f"{title or NO_TITLE}: record of {source}"
    return f"{whose}, {item}" if item else whose


def record_summary(title: str, source: str) -> str:
    """As a line of the feed has room for: whose data it is comes first, because a long name may be cut."""
    return f"of {source}: {title or NO_TITLE}"


def hit_at(moment: str, ago: str) -> str:
    return f"{moment}, {ago} ago"


def hit_dismissed(moment: str, officer: str, until: str, reason: str) -> str:
    return f"{moment} {officer}, until {until}: {reason}"


def hit_is_no_item(hit: str, open_key: str, dismiss_key: str) -> str:
    return f"{hit} is a hit and no item: {open_key} opens it, {dismiss_key} dismisses it"


def no_hit_selected(key: str) -> str:
    return f"No hit is selected; kind:hit in the filter ({key}) shows them alone"


def hit_without_item(hit: str) -> str:
    return f"The record that {hit} names was imported: there is no item behind it"
