"""A person's file for screens and commands: all that the desk knows of the person behind an item or a hit."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.frozen import value


class LineKind(StrEnum):
    """What a line of a file is; the last two have no screen of their own."""

    ITEM = "item"
    REFUSAL = "refusal"
    RECALL = "recall"
    HIT = "hit"
    RECORD = "record"
    REGISTER = "register"


class Sameness(StrEnum):
    """Why a line stands in a file.

    ``self``: the file was opened from it. ``document`` and ``name_and_birth`` are certain. ``name``: the same name, and
    no birth that contradicts it. ``like``: by the matcher's points. ``query``: a check asked for the person.
    """

    SELF = "self"
    DOCUMENT = "document"
    NAME_AND_BIRTH = "name_and_birth"
    NAME = "name"
    LIKE = "like"
    QUERY = "query"


#: Certain: nobody can judge it away.
CERTAIN = frozenset({Sameness.SELF, Sameness.DOCUMENT, Sameness.NAME_AND_BIRTH})


class LinkKind(StrEnum):
    """What two lines share. ``case`` is a warrant's number, ``family`` an item and its corrections."""

    DOCUMENT = "document"
    CASE = "case"
    FAMILY = "family"
    PERSON = "person"


@value(frozen=True, slots=True)
class PersonLink:
    """Lines that share something; ``members`` are their keys. ``value`` is the number, the item, or the birth."""

    kind: LinkKind
    value: str
    members: tuple[str, ...]


@value(frozen=True, slots=True)
class ApartRow:
    """An officer's judgement that the item's person is not the line's."""

    officer: str
    reason: str
    until: datetime


@value(frozen=True, slots=True)
class RulingRow:
    """A refusal or a recall of an item: by whom, and the code of a refusal."""

    officer: str
    code: str | None
    urgent: bool


@value(frozen=True, slots=True)
class RecordLine:
    """A record that was imported: of a nominal list, or of documents."""

    title: str
    subject: str
    origin: str
    reference: str | None
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    ends_at: datetime | None


@value(frozen=True, slots=True)
class EntryLine:
    """A register's entry in force."""

    register: str
    reference: str
    matter: str | None
    decision: str | None
    country: str | None


@value(frozen=True, slots=True)
class PersonLine:
    """One line of the timeline; ``subject`` names it, ``at`` is a date where the time is not known.

    ``points`` of 100 say how like the line's person is to the file's, ``reasons`` why; of a hit, how like the query was
    to the record. ``apart`` is set where both were judged to be two persons.
    """

    kind: LineKind
    subject: str
    at: datetime | date
    bureau: str | None
    points: int
    sameness: Sameness
    reasons: str = ""
    item: ItemRow | None = None
    hit: HitRow | None = None
    ruling: RulingRow | None = None
    record: RecordLine | None = None
    entry: EntryLine | None = None
    apart: ApartRow | None = None

    @property
    def key(self) -> str:
        return f"{self.kind} {self.subject} {self.at.isoformat()}"


@value(frozen=True, slots=True)
class PersonFile:
    """All that the reader may know of a person, newest first.

    ``subject`` is the item or the hit from which it was opened; ``title``, ``birth``, ``nationalities`` and
    ``documents`` are what that says of the person. ``apart`` are the lines judged to be of another person. ``left_out``
    counts lines beyond the limit, and ``more`` says that there may be others.
    """

    subject: str
    title: str
    original_script: str | None
    birth: str
    nationalities: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    lines: tuple[PersonLine, ...]
    apart: tuple[PersonLine, ...]
    links: tuple[PersonLink, ...]
    left_out: int = 0
    more: bool = False
