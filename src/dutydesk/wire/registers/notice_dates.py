"""Dates as the public notices service writes them, and the words for those that are written otherwise."""

from __future__ import annotations

import re

from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.wire.decode.date_forms import other_form
from dutydesk.wire.decode.dates import partial_date

_DATE = re.compile(r"([0-9]{4})(?:[/-]([0-9]{1,2}))?(?:[/-]([0-9]{1,2}))?")


def dates_of(value: object) -> list[object]:
    """The dates of one field: a list, or a text that names several; a comma within one date does not part it."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and other_form(value.strip()) is None:
        return list(re.split(r"[,;]", value))
    return [value]


def date_fault(written: str) -> str:
    """The clause for what is no date; other forms of a date are named as such."""
    if _DATE.fullmatch(plain_figures(written)):
        return "a date that does not exist"
    form = other_form(written)
    return f"and no date as YYYY/MM/DD or YYYY{f': {form}' if form is not None else ''}"


def notice_date(written: str) -> PartialDate | None:
    """``YYYY/MM/DD`` or ``YYYY``; a month or a day of 00 is unknown."""
    found = _DATE.fullmatch(plain_figures(written))
    if found is None:
        return None
    parts = [found[1], *(part.zfill(2) for part in (found[2], found[3]) if part is not None)]
    while len(parts) > 1 and parts[-1] == "00":
        parts.pop()
    return partial_date("-".join(parts))
