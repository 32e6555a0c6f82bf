"""A sound message with one text of somebody's own, to be tried on the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.message import Kind
from dutydesk.language.languages import Language
from dutydesk.wire.reference.corpus import LabelledMessage, base_messages, decode_for_rules, message_of_base

_ARABIC = re.compile("[\u0621-\u064a]")


def trial_message(
    text: str, language: str | None, field: str, kind: str, type: str, directory: Directory
) -> LabelledMessage:
    """The message as the rules read it. ``field`` is ``charge``, ``facts``, ``text`` or ``occupation``.

    Raises ``ValueError``, in one clause, for a kind without such a field and a text that the intake does not take.
    """
    changes = _placed(text, field, kind)
    message = message_of_base(kind, changes)
    guessed = Language.ARABIC.value if _ARABIC.search(text) else Language.ENGLISH.value
    message["language"] = language or guessed
    if type == "notice_request":
        message["type"] = type
        message.pop("recipients", None)
    return decode_for_rules(message, directory)


def _placed(text: str, field: str, kind: str) -> Mapping[str, Any]:
    base = base_messages()[Kind(kind).value]
    judicial, subject = base.get("judicial"), base["subject"]
    match field:
        case "text":
            return {"text": text}
        case "occupation" if subject["type"] == "person":
            return {"subject": {"occupation": text}}
        case "charge" if judicial is not None:
            offence = {**judicial["offences"][0], "charge": text}
            offence.pop("category", None)
            return {"judicial": {"offences": [offence]}}
        case "facts" if judicial is not None:
            return {"judicial": {"facts": {"summary": text}}}
        case "facts":
            return {"text": text}
        case _:
            raise ValueError(f"a sound {kind} message has no {field}; use --field text")
