"""The form that submits a message, and what became of it."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate


class IntakeTexts:
    SUBMIT_MESSAGE = Phrase("Submit")
    SUBMIT_TITLE = Phrase("Submit a message")
    SUBMIT_HINT = Phrase(
        "One message as JSON, or one in each line; paste it here. It is taken in as if its "
        "bureau had sent it, and the receipt says what became of it."
    )
    MESSAGE = Phrase("Message", cells=11)
    NO_MESSAGE = Phrase("enter a message")
    RECEIPTS = Phrase("Receipts")

    def receipt(self, line: int, outcome: str, became: str) -> str:
        return translate("Message {line}: {outcome} {became}", line=line, outcome=outcome, became=became).strip()

    def submitted(self, number: int) -> str:
        return translate("Messages submitted: {number:,}", number=number)


texts: Final = IntakeTexts()
