"""An event of the log as a reader gets it, and a table of functions by the types of the events that they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Any, Generic, TypeGuard, TypeVar

from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.frozen import value

E = TypeVar("E", bound=LogEvent)
E_co = TypeVar("E_co", bound=LogEvent, covariant=True)
Into = TypeVar("Into")
Result = TypeVar("Result")


@value(frozen=True, slots=True)
class Fact(Generic[E_co]):
    """An event with its place in the log: its number, its time in UTC, who signed it, and what it is about."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    event: E_co = field(repr=False)


def is_of(fact: Fact[LogEvent], type: type[E]) -> TypeGuard[Fact[E]]:
    """Whether its event is of that type."""
    return isinstance(fact.event, type)


class ByType(Generic[Into, Result]):
    """Functions that take an object and an event, each for the types of event that it was added for."""

    def __init__(self) -> None:
        self._functions: dict[str, Callable[[Into, Fact[Any]], Result]] = {}

    def add(self, function: Callable[[Into, Fact[E]], Result], *types: type[E]) -> None:
        self._functions |= dict.fromkeys([each.kind.value for each in types], function)

    def find(self, kind: str) -> Callable[[Into, Fact[Any]], Result] | None:
        """``None`` where no function was added for events of that kind."""
        return self._functions.get(kind)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._functions)
