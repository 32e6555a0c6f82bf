"""Hits of checks: their rows in the feed, and one in full."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, PhraseTable, translate


class HitTexts:
    HIT = Phrase("hit")
    DISMISSED = Phrase("dismissed")
    NO_TITLE = Phrase("purged")

    # One hit in full
    HIT_QUERY_TITLE = Phrase("Query")
    HIT_REQUESTER = Phrase("By")
    HIT_REFERENCE = Phrase("Reference")
    HIT_ENTERED_BY = Phrase("Received by")
    HIT_DATABASE = Phrase("Database")
    HIT_PLACE = Phrase("Place")
    HIT_QUERY = PhraseTable(
        {
            "name": "Name",
            "date_of_birth": "Born",
            "nationality": "Nationality",
            "document_number": "Document",
            "issuer": "Issuer",
        }
    )
    WITHHELD_HIT = Phrase("The record is denied to your country; the query is not shown to you.")
    HIT_QUERY_PURGED = Phrase("The query was purged with the item.")
    HIT_RECORD = Phrase("Matched record")
    HIT_TITLE = Phrase("Title")
    HIT_SOURCE = Phrase("Source")
    HIT_ITEM = Phrase("Item")
    HIT_NO_ITEM = Phrase("none: imported")
    HIT_SUBJECT = Phrase("Subject")
    HIT_BORN = Phrase("Born")
    HIT_NATIONALITIES = Phrase("Nationality")
    HIT_DOCUMENTS = Phrase("Documents")
    HIT_ENDS = Phrase("Kept until")
    HIT_RECORD_MISSING = Phrase("The record no longer exists, or has been replaced.")
    HIT_SCORE = Phrase("Score")
    HIT_RECIPIENTS = Phrase("Notified")
    HIT_NO_RECIPIENTS = Phrase("Nobody but the desk: a bureau that checks its own data notifies no other.")
    HIT_DISMISSALS = Phrase("Dismissed")
    HIT_NOT_DISMISSED = Phrase("Nobody has dismissed it.")

    # Dismissing one
    DISMISS = Phrase("Dismiss")
    DISMISS_HINT = Phrase(
        "The same query from this bureau will not match this record until that date. Everything stays in the log."
    )
    DISMISS_UNTIL = Phrase("Until", cells=12)
    DISMISS_UNTIL_HINT = Phrase("e.g. 2027-03-01; empty: as in the settings")

    def hit_of(self, score: int) -> str:
        return f"{self.HIT} {score}"

    def record_title(self, title: str, source: str, item: str | None) -> str:
        """``title`` is empty for a purged record."""
        whose = translate("{title}: record of {source}", title=title or self.NO_TITLE, source=source)
        return f"{whose}, {item}" if item else whose

    def record_summary(self, title: str, source: str) -> str:
        """For a line of the feed: the owner comes first, because a long name may be cut."""
        return translate("of {source}: {title}", source=source, title=title or self.NO_TITLE)

    def hit_at(self, moment: str, ago: str) -> str:
        return translate("{moment}, {ago} ago", moment=moment, ago=ago)

    def hit_dismissed(self, moment: str, officer: str, until: str, reason: str) -> str:
        return translate(
            "{moment} {officer}, until {until}: {reason}", moment=moment, officer=officer, until=until, reason=reason
        )

    def hit_is_no_item(self, hit: str, open_key: str, dismiss_key: str) -> str:
        return translate(
            "{hit} is a hit, not an item: {open_key} opens it, {dismiss_key} dismisses it",
            hit=hit,
            open_key=open_key,
            dismiss_key=dismiss_key,
        )

    def no_hit_selected(self, key: str) -> str:
        return translate("No hit is selected; the filter kind:hit ({key}) shows hits only", key=key)

    def hit_without_item(self, hit: str) -> str:
        return translate("The record of {hit} was imported and has no item", hit=hit)


texts: Final = HitTexts()
