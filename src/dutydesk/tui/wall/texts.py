"""The words of the wall."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate


class WallTexts:
    BY_KIND = Phrase("RECEIVED, BY KIND")
    BY_SENDER = Phrase("RECEIVED, BY SENDER")
    QUEUE = Phrase("QUEUE, BY AGE")
    MEASURES = Phrase("MEASURES")
    CHECKS = Phrase("CHECKS", context="panel")
    BY_PLACE = Phrase("HITS, BY PLACE")
    DUTY = Phrase("ON DUTY")
    ALARMS = Phrase("ALARMS")
    NO_TRAFFIC = Phrase("No message has arrived in these hours.")
    NO_QUEUE = Phrase("No item waits for a decision.")
    NO_MEASURES = Phrase("No measure is in force or pending.")
    NO_CHECKS = Phrase("No check was made in these hours.")
    NO_HITS = Phrase("No check hit a record in these hours.", cells=38)
    NO_DUTY = Phrase("Nobody is on duty at this desk.")
    NO_ALARMS = Phrase("Nothing is overdue, dead or unsigned.", cells=38)

    # Columns
    MEASURE = Phrase("ORDER")
    LEVEL = Phrase("LEVEL", cells=12)
    SINCE = Phrase("SINCE", cells=6)
    ENDORSE_BY = Phrase("ENDORSE", cells=8)
    REVIEW_BY = Phrase("REVIEW", context="column", cells=7)
    ASKED_BY = Phrase("BUREAU", cells=6)
    CHECK_COUNT = Phrase("CHECKS", cells=6)
    HIT_COUNT = Phrase("HITS", cells=5)
    HITS_AT = Phrase("HITS AT")
    OFFICER = Phrase("OFFICER")
    CONSOLE = Phrase("CONSOLE", cells=7)
    LAST_ACT = Phrase("LAST", cells=4)
    CLAIMS = Phrase("REVIEWS")
    AN_HOUR = Phrase("an hour", cells=8)

    #: Marks a date that has passed; it stands behind the date, for terminals without colour.
    OVERDUE: Final = "!"

    #: Marks a measure that is not in force yet.
    PENDING: Final = "?"
    NO_CONSOLE: Final = "-"
    UNKNOWN_SENDER = Phrase("unread")

    def unclaimed_flash(self, number: int) -> str:
        return translate("!! FLASH, claimed by nobody: {number:,}", number=number)

    def unclaimed_urgent(self, number: int) -> str:
        return translate("! URGENT, claimed by nobody: {number:,}", number=number)

    def unsigned_proposals(self, number: int) -> str:
        """Where there is no alarm."""
        return translate("None. Proposals to be signed: {number:,}", number=number)

    def in_hours(self, number: int, hours: int) -> str:
        return translate("{number:,} in {hours} h", number=number, hours=hours)

    def waiting(self, number: int, oldest: str) -> str:
        return translate("{number:,}, oldest {oldest}", number=number, oldest=oldest) if oldest else f"{number:,}"

    def in_force(self, number: int) -> str:
        return translate("{number:,} in force", number=number)

    def checks_and_hits(self, checks: int, hits: int, hours: int) -> str:
        return translate("{checks:,} in {hours} h, hits: {hits:,}", checks=checks, hours=hours, hits=hits)

    def more(self, number: int) -> str:
        return translate("and {number:,} more", number=number)

    def claims(self, first: str, others: int) -> str:
        return f"{first} +{others:,}" if others else first

    def proposals(self, number: int) -> str:
        return translate("{number:,} proposed", number=number)


texts: Final = WallTexts()
