"""Values of columns by the log, and the mark for what an event of an earlier release does not say."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias, TypeVar, Union

from dutydesk.domain.events.event import Missing, Unfit, instant, required

T = TypeVar("T")


class Unsaid(Enum):
    """The log does not say a value: the event that would is of an earlier release."""

    UNSAID = "unsaid"

    def __repr__(self) -> str:
        return self.value


UNSAID: Final = Unsaid.UNSAID
Said: TypeAlias = Union[T, Unsaid]  # noqa: UP007 - the operator takes no type variable at run time
#: What a column of the store holds, as far as the log says it.
Column: TypeAlias = "str | int | bytes | Unsaid | None"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def said(value: T | Missing) -> Said[T]:
    """The field's value, or the mark where the event lacks the key. Raises IncompleteEvent for another type."""
    if isinstance(value, Missing):
        return UNSAID if not isinstance(value, Unfit) else required(value)
    return value


def shared(value: Column) -> Column:
    """An equal value; a text that many rows have, such as a country or a name, is kept once for all of them."""
    return sys.intern(value) if isinstance(value, str) else value


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC, as the store keeps times."""
    return (at - _EPOCH) // _MICROSECOND


def said_time(value: str | Missing | None) -> int | Unsaid | None:
    """The time in a field in microseconds; ``None`` for ``null``."""
    text = said(value)
    return micros(instant(text)) if isinstance(text, str) else text
