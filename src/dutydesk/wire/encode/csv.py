"""Rows as CSV for a spreadsheet: UTF-8 with CRLF (RFC 4180), without cells that could be formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from dutydesk.wire.text.safe_text import formula_safe, safe_text


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]], *, raw: bool = False) -> bytes:
    """Texts are made safe, with an apostrophe before what could begin a formula; ``raw`` leaves them unchanged.

    Numbers stay numbers, also negative ones; ``None`` is an empty cell.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value, raw=raw) for value in row] for row in rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: object, *, raw: bool) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return value
    text = str(value)
    return text if raw else safe_text(formula_safe(text))
