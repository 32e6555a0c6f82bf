"""The desk's sentences as the console shows them: times in one form, no words of the command line."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from dutydesk.language.sentences import read_sentence
from dutydesk.tui.frame.text_format import date_and_time, display_text

_TIME: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: What only the command line can do.
_COMMAND_HINT: Final = re.compile(r"[;؛] (?:dutydesk [a-z]|--force )[^;]*$")
_OPTION: Final = re.compile(r"(?<![\w-])--([a-z])([a-z-]*)")


def desk_words(text: str) -> str:
    """Safe to show. An option such as ``--deny`` becomes the name of the field, ``Deny``."""
    plain = _COMMAND_HINT.sub("", read_sentence(text))
    plain = _OPTION.sub(lambda found: f"{found[1].upper()}{found[2].replace('-', ' ')}", plain)
    return display_text(_TIME.sub(lambda found: date_and_time(datetime.fromisoformat(found[0])), plain))
