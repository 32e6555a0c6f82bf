"""The desk's refusals: each has a stable code for programs, one sentence for a person, and an exit code."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class Obstacle:
    """One obstacle to an act: an open tick, a finding, a colleague who was first."""

    what: str
    words: str


class DeskError(Exception):
    """Base of all refusals of the desk.

    ``code`` is the stable name of this refusal, ``name`` that of its kind. ``words`` is one line; ``detail`` lists the
    obstacles.
    """

    exit_code = 1
    name = "refused"
    code: Code

    def __init__(self, code: Code, words: str, *detail: Obstacle) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.detail = detail


class Refused(DeskError):
    """The answer is no: a guard of the state machine is not met."""

    code: RefusedCode

    def __init__(self, code: RefusedCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class BodyChanged(Refused):
    """The stored body of ``item`` is not the one that was received; no act may rely on it."""

    name = "body_changed"

    def __init__(self, item: int, words: str, *detail: Obstacle) -> None:
        super().__init__(RefusedCode.BODY_CHANGED, words, *detail)
        self.item = item


class Conflict(DeskError):
    """Somebody else was first. ``detail`` names who did what and when."""

    name = "conflict"
    code: ConflictCode

    def __init__(self, code: ConflictCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class StaleProposal(Conflict):
    """What the first officer saw has changed. ``detail`` lists the differences; the proposal is void."""

    def __init__(self, words: str, *detail: Obstacle) -> None:
        super().__init__(ConflictCode.PROPOSAL_VOID, words, *detail)


class NotFound(DeskError):
    """There is no such item, measure, delivery or officer."""

    name = "not_found"
    code: NotFoundCode

    def __init__(self, code: NotFoundCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class NotAllowed(DeskError):
    """Role, four eyes or own country forbid it."""

    exit_code = 3
    name = "not_allowed"
    code: NotAllowedCode

    def __init__(self, code: NotAllowedCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class InvalidRequest(DeskError):
    """The call is wrong in itself: an unknown code, a date in the past, a missing reason."""

    exit_code = 2
    name = "bad_call"
    code: InvalidRequestCode

    def __init__(self, code: InvalidRequestCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class StoreUnusable(DeskError):
    """The store is missing, foreign, newer, broken, read-only or gone."""

    exit_code = 4
    name = "store_unusable"
    code: StoreCode

    def __init__(self, code: StoreCode, words: str, *detail: Obstacle) -> None:
        super().__init__(code, words, *detail)


class StateDiffers(StoreUnusable):
    """A row that an act rests on is not what the log says; no act may rely on it."""


class StoreReplaced(StoreUnusable):
    """Another file has taken the store's place, or a newer release has upgraded it: only a new start helps."""


class TermLost(StoreUnusable):
    """Another process dispatches by now, and nothing was recorded; this one stands by."""
