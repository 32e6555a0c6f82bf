"""Expecting a refusal by its code."""

from __future__ import annotations

import pytest

from dutydesk.domain.codes.base import Code
from dutydesk.domain.errors import DeskError


def raises_code(code: Code, match: str | None = None) -> pytest.RaisesExc[DeskError]:
    """The block must be refused with ``code``; ``match`` is for facts in the words, such as names and numbers."""
    return pytest.raises(DeskError, match=match, check=lambda error: error.code is code)
