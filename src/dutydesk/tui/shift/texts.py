"""A shift: its handover, what changed while an officer was away, and the curtain of an idle console."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate, translate_count


class ShiftTexts:
    # Handover
    HANDOVER = Phrase("Hand over the shift")
    HANDOVER_HINT = Phrase(
        "Drafted from the log; edit as needed. Once signed it carries your name and cannot be changed."
    )
    HANDOVER_TEXT = Phrase("Note", cells=11)
    HANDOVER_SIGN = Phrase("Sign")
    HANDOVER_DRAFT = Phrase("typed earlier; to start from the log again, empty it and close")
    HANDOVER_LAST = Phrase("The last handover")
    HANDOVER_NONE = Phrase("No handover has been signed yet")
    HANDOVER_WAITS = Phrase("It is waiting for another officer to accept it.")
    HANDOVER_OWN = Phrase("It is yours, and is waiting for another officer to accept it.")
    HANDOVER_CHANGED = Phrase("This text is NOT the one that was signed. It was changed since, and cannot be accepted.")
    HANDOVER_CLOSES = Phrase("esc closes")

    # What changed
    AWAY_TITLE = Phrase("SINCE YOU WERE LAST HERE")
    AWAY_HINT = Phrase("any key goes on")
    AWAY_TRAFFIC = Phrase("Traffic")
    AWAY_DECISIONS = Phrase("Decisions")
    AWAY_ORDERS = Phrase("Measures")
    AWAY_ALARMS = Phrase("New alarms")
    AWAY_HANDOVER = Phrase("Handover")

    # The curtain
    LOCKED = Phrase("LOCKED")
    LOCK_PROMPT = Phrase("Press any key.")
    LOCK_NAME = Phrase("Type your name as the desk knows it, then enter; esc leaves it locked:")
    LOCK_WRONG_NAME = Phrase("This console was not opened under that name.")
    LOCK_NO_ALARM = Phrase("no alarm")

    def handover_signed(self, name: str, officer: str, at: str) -> str:
        return translate("{name}, signed by {officer} at {at}", name=name, officer=officer, at=at)

    def handover_accepted(self, officer: str, at: str) -> str:
        return translate("It was accepted by {officer} at {at}.", officer=officer, at=at)

    def handover_hint(self, submit: str, down: str, up: str) -> str:
        return translate(
            "{submit} accepts it, {down} {up} scroll, esc closes",
            submit=submit,
            down=down,
            up=up,
        )

    def away_since(self, officer: str, at: str, ago: str) -> str:
        return translate("{officer}, you were last here at {at}, {ago} ago.", officer=officer, at=at, ago=ago)

    def unclaimed(self, flash: int, urgent: int) -> list[str]:
        """Held items that nobody has claimed."""
        found = [translate("FLASH items that nobody has claimed: {flash:,}", flash=flash)] if flash else []
        if urgent:
            found.append(translate("URGENT items that nobody has claimed: {urgent:,}", urgent=urgent))
        return found

    def away_more(self, number: int) -> str:
        return translate("and {number} more", number=number)

    def away_alarms(self, fresh: int, standing: int) -> str:
        return (
            translate("{fresh} of {standing} active", fresh=fresh, standing=standing)
            if fresh
            else translate("none; {standing} active", standing=standing)
            if standing
            else translate("none")
        )

    def away_handover(self, name: str, officer: str, accepted_by: str | None, key: str) -> str:
        if accepted_by is not None:
            return translate(
                "{name} of {officer}, accepted by {accepted_by}; {key} shows it",
                name=name,
                officer=officer,
                accepted_by=accepted_by,
                key=key,
            )
        return translate("{name} of {officer} is not accepted yet; {key} shows it", name=name, officer=officer, key=key)

    def lock_alarms(self, number: int) -> str:
        return self.LOCK_NO_ALARM if not number else translate_count("{number:,} alarm", "{number:,} alarms", number)


texts: Final = ShiftTexts()
