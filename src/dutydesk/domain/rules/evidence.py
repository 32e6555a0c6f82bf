"""The input and output of a rule: the context of a review, and the evidence for a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from dutydesk.domain.countries import Directory
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body, MessageType
from dutydesk.domain.rules.lexicon import NO_WORD_HITS, WordHits
from dutydesk.domain.rules.registers import EarlierItem, RegisterMatch
from dutydesk.language.sentences import sentence

REVIEWED_TYPES = frozenset({MessageType.DIFFUSION, MessageType.NOTICE_REQUEST})


class Evidence(NamedTuple):
    """One place where a rule fired.

    ``field`` is a dotted path (``judicial.offences[0].law``). ``words`` are the words on which the rule fired, empty
    for a missing value. ``message`` is one sentence for the officer. ``thin``: a value is there, but may not be enough.
    """

    field: str
    words: str
    message: str
    thin: bool = False


@value(frozen=True, slots=True)
class ArticleConflict:
    """A conflict between member countries (RPD 34). ``until`` is the first day after it, ``None`` while it is open."""

    parties: frozenset[str]
    since: date
    until: date | None = None

    def open_on(self, on: date) -> bool:
        """Whether the conflict is open on that day."""
        return self.since <= on and (self.until is None or on < self.until)


@value(frozen=True, slots=True)
class ReviewContext:
    """The data that the rules need in addition to the body.

    ``type``: diffusion or notice request; a correction has the type of the item that it corrects. Any other type raises
    ``ValueError``. ``received_on`` is the desk's date. ``pilot_members`` are the bureaus that may send silver.
    ``silver_share_left`` is how many more silver items the sender may send; ``None`` if the desk does not count them.
    ``sent_on`` is the date that the sender states; only FRM-05 uses it. ``reference_taken`` is the item's reference if
    its sender has used it before for other content. ``cleared_for_confidential`` are the bureaus that may receive
    confidential data, ``None`` for all. ``earlier`` are refused and recalled items of the source on a similar person,
    ``on_file`` the matching entries of the registers. ``addressed`` are the item's addressees, ``restricted`` those of
    them to whom the owner denies it. ``pointed`` are the hits of the word lists, ``for_two`` the rules whose findings
    two officers judge on an item of this type; :func:`examine_body` fills both in.
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
    for_two: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.type not in REVIEWED_TYPES:
            raise ValueError(f"a review is of a diffusion or a notice request, not of a {self.type}")

    def with_hits(self, pointed: WordHits, for_two: frozenset[str]) -> ReviewContext:
        """The same with the hits of the word lists, and the rules whose findings two officers judge."""
        return ReviewContext(
            self.type,
            self.sender,
            self.received_on,
            self.directory,
            self.pilot_members,
            self.silver_share_left,
            self.cleared_for_confidential,
            self.conflicts,
            self.reference_taken,
            self.sent_on,
            self.earlier,
            self.on_file,
            self.addressed,
            self.restricted,
            pointed,
            for_two,
        )

    def who_judges(self, rule: str) -> str:
        """The end of a sentence: who judges what a rule points at."""
        return sentence("two officers must decide") if rule in self.for_two else sentence("an officer must decide")

    def who_judges_it(self, rule: str) -> str:
        """The same as a sentence of its own."""
        return sentence("Two officers must decide.") if rule in self.for_two else sentence("An officer must decide.")


RuleFunction = Callable[[Body, ReviewContext], Iterable[Evidence]]
