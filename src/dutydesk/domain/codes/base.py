"""A refusal's stable name, with what it means and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """Base of the families of codes; the value is the name that ``--json`` prints and never changes.

    ``meaning`` and ``remedy`` are one sentence each, for the page of faults.
    """

    meaning: str
    remedy: str

    def __new__(cls, name: str, meaning: str, remedy: str) -> Self:
        code = str.__new__(cls, name)
        code._value_ = name
        code.meaning = meaning
        code.remedy = remedy
        return code
