"""Hits of checks: their rows in the feed, and one in full."""

from __future__ import annotations

from typing import Final

HIT: Final = "hit"
DISMISSED: Final = "dismissed"
NO_TITLE: Final = "purged"

# One hit in full
HIT_QUERY_TITLE: Final = "Query"
HIT_REQUESTER: Final = "By"
HIT_REFERENCE: Final = "Reference"
HIT_ENTERED_BY: Final = "Received by"
HIT_DATABASE: Final = "Database"
HIT_PLACE: Final = "Place"
HIT_QUERY: Final = {
    "name": "Name",
    "date_of_birth": "Born",
    "nationality": "Nationality",
    "document_number": "Document",
    "issuer": "Issuer",
}
WITHHELD_HIT: Final = "The record is denied to your country; the query is not shown to you."
HIT_QUERY_PURGED: Final = "The query was purged with the item."
HIT_RECORD: Final = "Matched record"
HIT_TITLE: Final = "Title"
HIT_SOURCE: Final = "Source"
HIT_ITEM: Final = "Item"
HIT_NO_ITEM: Final = "none: imported"
HIT_SUBJECT: Final = "Subject"
HIT_BORN: Final = "Born"
HIT_NATIONALITIES: Final = "Nationality"
HIT_DOCUMENTS: Final = "Documents"
HIT_ENDS: Final = "Kept until"
HIT_RECORD_MISSING: Final = "The record no longer exists, or has been replaced."
HIT_SCORE: Final = "Score"
HIT_RECIPIENTS: Final = "Notified"
HIT_NO_RECIPIENTS: Final = "Nobody but the desk: a bureau that checks its own data notifies no other."
HIT_DISMISSALS: Final = "Dismissed"
HIT_NOT_DISMISSED: Final = "Nobody has dismissed it."

# Dismissing one
DISMISS: Final = "Dismiss"
DISMISS_HINT: Final = (
    "The same query from this bureau will not match this record until that date. Everything stays in the log."
)
DISMISS_UNTIL: Final = "Until"
DISMISS_UNTIL_HINT: Final = "e.g. 2027-03-01; empty: as in the settings"


def hit_of(score: int) -> str:
    return f"{HIT} {score}"


def record_title(title: str, source: str, item: str | None) -> str:
    """``title`` is empty for a purged record."""
    whose = f"{title or NO_TITLE}: record of {source}"
    return f"{whose}, {item}" if item else whose


def record_summary(title: str, source: str) -> str:
    """For a line of the feed: the owner comes first, because a long name may be cut."""
    return f"of {source}: {title or NO_TITLE}"


def hit_at(moment: str, ago: str) -> str:
    return f"{moment}, {ago} ago"


def hit_dismissed(moment: str, officer: str, until: str, reason: str) -> str:
    return f"{moment} {officer}, until {until}: {reason}"


def hit_is_no_item(hit: str, open_key: str, dismiss_key: str) -> str:
    return f"{hit} is a hit, not an item: {open_key} opens it, {dismiss_key} dismisses it"


def no_hit_selected(key: str) -> str:
    return f"No hit is selected; the filter kind:hit ({key}) shows hits only"


def hit_without_item(hit: str) -> str:
    return f"The record of {hit} was imported and has no item"
