"""What a rule sees and what it answers: the context of a review, and the evidence for a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.message import Body, MessageType
from dutydesk.domain.rules.lexicon import NO_WORD_HITS, WordHits
from dutydesk.domain.rules.registers import EarlierItem, RegisterMatch

REVIEWED_TYPES = frozenset({MessageType.DIFFUSION, MessageType.NOTICE_REQUEST})


class Evidence(NamedTuple):
    """One place where a rule fired.

    ``field`` is a dotted path (``judicial.offences[0].law``). ``words`` are those it fired on, empty for an absence.
    ``message`` is one sentence for the officer. ``thin``: something is there, but may not be enough.
    """

    field: str
    words: str
    message: str
    thin: bool = False


@dataclass(frozen=True, slots=True)
class ArticleConflict:
    """An open conflict between member countries (RPD 34); ``until`` is the first day on which it is over."""

    parties: frozenset[str]
    since: date
    until: date | None = None

    def open_on(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What the rules need to know beside the body.

    ``type``: a correction is examined as the diffusion or notice request that it corrects; any other type raises
    ``ValueError``. ``received_on`` is the desk's date. ``pilot_members``: the bureaus that may send silver.
    ``silver_share_left``: how many more silver items the sender may send; ``None`` where nobody counts.
    ``sent_on``: the day on which the sender says it sent; nothing rests on it.
    ``reference_taken``: the item's reference, where its sender has used it before for other content.
    ``cleared_for_confidential``: the bureaus that may receive confidential data; ``None`` means all of them.
    ``earlier``: the source's refused and recalled items on what may be the same person; ``on_file``: the registers'
    entries on it. ``addressed``: whom the item is addressed to, and ``restricted``: those of them whom the owner bars.
    ``pointed``: what the table's word lists find in the body; the examination itself puts it in.
    """

    type: MessageType
    sender: str
    received_on: date
    directory: Directory
    pilot_members: frozenset[str] = frozenset()
    silver_share_left: int | None = None
    cleared_for_confidential: frozenset[str] | None = None
    conflicts: tuple[ArticleConflict, ...] = ()
    reference_taken: str | None = None
    sent_on: date | None = None
    earlier: tuple[EarlierItem, ...] = ()
    on_file: tuple[RegisterMatch, ...] = ()
    addressed: tuple[str, ...] = ()
    restricted: frozenset[str] = frozenset()
    pointed: WordHits = NO_WORD_HITS

    def __post_init__(self) -> None:
        if self.type not in REVIEWED_TYPES:
            raise ValueError(f"a review is of a diffusion or a notice request, not of a {self.type}")


RuleFunction = Callable[[Body, ReviewContext], Iterable[Evidence]]
