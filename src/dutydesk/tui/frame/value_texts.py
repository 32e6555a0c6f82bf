"""Values in words: states, kinds, causes, and how long ago."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import MessageType, Urgency
from dutydesk.language.phrases import Phrase, PhraseTable, translate, translate_in


class ValueTexts:
    YES = Phrase("yes")
    NO = Phrase("no")
    NOBODY = Phrase("nobody")
    NONE = Phrase("none")
    UNREAD = Phrase("unread")
    UNREAD_INPUT = Phrase("unread input")
    KIND_SUFFIXES: Final = {MessageType.NOTICE_REQUEST: " N", MessageType.CORRECTION: " C"}
    SHORT_STATES = PhraseTable({ItemState.INFORMATION_REQUESTED: "asked"})
    URGENCIES = PhraseTable({Urgency.FLASH.value: "!! FLASH", Urgency.URGENT.value: "! URGENT"})
    SEVERITY = PhraseTable({"block": "BLOCKS", "flag": "FLAG"})
    CAUSES = PhraseTable(
        {
            "restricted": "restricted by the data's owner",
            "suspended": "suspended",
            "measure": "stopped by a measure",
            "recalled": "recalled",
            "withdrawn": "withdrawn",
            "not_member": "not a member at this date",
            "uncleared": "not cleared for this confidentiality",
        }
    )

    def duration(self, minutes: int) -> str:
        """``12 min``, ``3 h 05``, ``2 d 4 h``."""
        if minutes < 60:
            return translate("{minutes} min", minutes=minutes)
        hours, minutes = divmod(minutes, 60)
        if hours < 24:
            return translate("{hours} h {minutes:02d}", hours=hours, minutes=minutes)
        days, hours = divmod(hours, 24)
        return (
            translate("{days} d {hours} h", days=days, hours=hours) if days < 100 else translate("{days} d", days=days)
        )

    def short_duration(self, minutes: int) -> str:
        """At most five cells: ``50m``, ``7h01``, ``2d4h``, ``45d``."""
        if minutes < 60:
            return translate("{minutes}m", minutes=minutes)
        hours, minutes = divmod(minutes, 60)
        if hours < 24:
            return translate("{hours}h{minutes:02d}", hours=hours, minutes=minutes)
        days, hours = divmod(hours, 24)
        return translate("{days}d{hours}h", days=days, hours=hours) if days < 10 else translate("{days}d", days=days)

    def full_kind(self, kind: str, what: str) -> str:
        """``red diffusion``: the colour and what is sent."""
        return translate_in("order of words", "{kind} {what}", kind=kind, what=what)

    def due_in(self, left: str) -> str:
        return translate("due in {left}", left=left)

    def overdue(self, since: str) -> str:
        return translate("overdue {since}", since=since)

    def ago(self, age: str) -> str:
        return translate("{age} ago", age=age)


texts: Final = ValueTexts()
