"""The catalogue of messages that bureaus send to the desk under test, each with its expected findings."""

from __future__ import annotations

import copy
import json
from itertools import count
from typing import Any

from model_intake import Label

from desks import EXAMPLES
from invented import persons

Message = dict[str, Any]
#: Bureaus cleared for confidential data; a recipient without clearance gives a blocking finding.
CLEARED = ("PL", "FR", "DE", "RU", "914")
PILOT = ("RU", "DE", "CN", "HK", "FR")
BRIEFLY = "2022-06-01"

_RED: Message = json.loads((EXAMPLES / "red-diffusion.json").read_text("utf-8"))
_TEXTS = {
    "red": "Locate and detain with a view to extradition.",
    "blue": "Locate the person and tell us the present address.",
    "purple": "Seen twice at the same border; other bureaus are asked for like cases.",
    "silver": "Identify the owner of record and monitor any sale.",
}
_THINGS = {
    "purple": {"type": "method", "title": "False floor", "description": "Cash is carried below a false floor."},
    "silver": {"type": "asset", "title": "Motor yacht", "description": "White, 24 metres, flag not known."},
}


class Catalogue:
    """Makes messages. References and invented persons do not repeat unless a test asks for it."""

    def __init__(self) -> None:
        self._serial, self._persons = count(1), persons()

    def reference(self, sender: str) -> str:
        return f"{sender}/{next(self._serial)}"

    def _person(self, status: str) -> Message:
        return next(self._persons) | {"status": status}

    def _envelope(self, type_: str, sender: str) -> Message:
        return {
            "schema": "dutydesk/1",
            "type": type_,
            "reference": self.reference(sender),
            "sender": sender,
            "sent_at": "2022-03-10T07:00:00Z",
        }

    def body(self, sender: str, kind: str, recipients: Any, *, flaw: str = "", type_: str = "diffusion") -> Message:
        """A complete body of its kind; ``flaw`` names a finding that it must have."""
        message = self._envelope(type_, sender) | {
            "kind": kind,
            "language": "en",
            "text": _TEXTS[kind],
            "retention_until": "2026-12-31",
        }
        if recipients is not None:
            message["recipients"] = recipients
        if kind in _THINGS:
            message["subject"] = dict(_THINGS[kind])
        else:
            message["subject"] = self._person("wanted_for_prosecution" if kind == "red" else "suspect")
        if kind == "red":
            message["judicial"] = copy.deepcopy(_RED["judicial"])
            message["judicial"]["in_absentia"] = False
        match flaw:
            case "block" if kind == "red":
                del message["judicial"]["warrant"]
            case "block":
                del message["retention_until"]
            case "penalty":
                message["judicial"]["offences"][0]["maximum_penalty_months"] = 18
            case "judgement" if kind not in _THINGS:
                message["subject"]["occupation"] = "-"
            case "judgement":
                message["subject"]["description"] = "-"
            case "brief":
                message["retention_until"] = BRIEFLY
        return message

    def label(self, message: Message, flaw: str) -> Label:
        """The expected findings of a message of this catalogue."""
        pilot = message.get("kind") != "silver" or message["sender"] in PILOT
        return Label(
            blocking=flaw == "block" or not pilot or _uncleared(message),
            judgement=flaw == "judgement",
            penalty=flaw == "penalty",
        )

    def ordinary(self, sender: str, recipients: Any) -> Message:
        return self._envelope("message", sender) | {"recipients": recipients, "text": "Please call back."}

    def check(self, sender: str) -> Message:
        """A check of a person who is in no record."""
        query = {"name": "Qwrtpz, Xxvbnk", "date_of_birth": "1901-01-01"}
        return self._envelope("check", sender) | {"database": "nominal", "query": query}

    def act(self, type_: str, sender: str, **fields: Any) -> Message:
        return self._envelope(type_, sender) | {name: value for name, value in fields.items() if value is not None}


def _uncleared(message: Message) -> bool:
    if message.get("confidentiality") != "confidential":
        return False
    recipients = message.get("recipients", "all")
    return recipients == "all" or any(code not in CLEARED for code in recipients if code != message["sender"])


def about(message: Message, subject: Message) -> Message:
    """The message with the subject of another message."""
    kept = {name: subject[name] for name in subject if name not in ("status", "occupation")}
    return message | {"subject": message["subject"] | kept}
