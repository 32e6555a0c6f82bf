"""What the desk answers when it does not do what it was asked: each is one sentence for a person, and an exit code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way: an open tick, a finding, the colleague who was first."""

    what: str
    words: str


class DeskError(Exception):
    """Base of all refusals of the desk. ``words`` is one line; ``detail`` says what stands in the way."""

    exit_code = 1
    name = "refused"

    def __init__(self, words: str, *detail: Obstacle) -> None:
        super().__init__(words)
        self.words = words
        self.detail = detail


class Refused(DeskError):
    """The answer is no: a guard of the state machine is not met."""


class BodyChanged(Refused):
    """The stored body of ``item`` is not the one that was received; nothing rests on it."""

    name = "body_changed"

    def __init__(self, item: int, words: str, *detail: Obstacle) -> None:
        super().__init__(words, *detail)
        self.item = item


class Conflict(DeskError):
    """Somebody else was first. ``detail`` names who did what and when."""

    name = "conflict"


class StaleProposal(Conflict):
    """What the first officer saw is no longer so. ``detail`` is the difference; the proposal is void."""


class NotFound(DeskError):
    """There is no such item, measure, delivery or officer."""

    name = "not_found"


class NotAllowed(DeskError):
    """Role, four eyes or own country forbid it."""

    exit_code = 3
    name = "not_allowed"


class InvalidRequest(DeskError):
    """The call is wrong in itself: an unknown code, a date in the past, a missing reason."""

    exit_code = 2
    name = "bad_call"


class StoreUnusable(DeskError):
    """The store is missing, foreign, newer, broken, read-only or gone."""

    exit_code = 4
    name = "store_unusable"


class StoreReplaced(StoreUnusable):
    """Another file stands in its place, or a newer release has brought it up to date: only a new start helps."""
