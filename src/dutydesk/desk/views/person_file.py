"""Read a person's file: items of any bureau, refusals, recalls, hits, records and register entries on one person.

Likeness is that of the one matcher. What the reader may not see is neither searched for, nor compared, nor counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import body_of, message_of
from dutydesk.desk.base.person_rows import (
    CERTAIN,
    ApartRow,
    EntryLine,
    LineKind,
    PersonFile,
    PersonLine,
    RecordLine,
    RulingRow,
    Sameness,
)
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.examination.watch import REFUSED_OR_RECALLED, root_bureau, source_bureaus
from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.desk.matching.like_records import LikeRecord, compare_records, like_records, share_document
from dutydesk.desk.matching.watch_list import WatchQuery
from dutydesk.desk.views.hits import hit_row
from dutydesk.desk.views.items import row_for
from dutydesk.desk.views.person_anchor import FileAnchor, read_anchor
from dutydesk.desk.views.person_links import LinkedLine, find_links
from dutydesk.domain.delivery.items import Item, item_name
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.event import fitting
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemRecalled, ItemRefused
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body
from dutydesk.domain.rules.likeness import Identity, Likeness, likeness
from dutydesk.screening.score import Score
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, hits, items, log, persons, record_owners, records, watched
from dutydesk.store.tables.record_owners import RecordOwner

_NO_SCORE = Score(0, "")
_SURE_POINTS = 100
#: The order of lines of the same time: a hit comes after the record that it is on.
_KINDS = (LineKind.REGISTER, LineKind.RECORD, LineKind.ITEM, LineKind.REFUSAL, LineKind.RECALL, LineKind.HIT)


@value(frozen=True, slots=True)
class _Found:
    """An item, an imported record or a register's entry, with how like its person is to the file's."""

    line: PersonLine
    facts: PersonFacts
    watched: int = 0
    item: Item | None = None
    record: int | None = None

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """What is kept where there is too much: first registers, and what was refused or recalled."""
        line = self.line
        is_grave = line.entry is not None or (self.item is not None and self.item.state in REFUSED_OR_RECALLED)
        return (line.sameness is not Sameness.SELF, not is_grave, line.sameness not in CERTAIN, -line.points)


def person_file(handle: Handle, context: Context, subject: str, eyes: Visibility) -> PersonFile:
    """The file of the person behind an item or a hit.

    Raises NotFound where it is about nobody or can't be read, NotAllowed where it is denied to the reader, BodyChanged.
    """
    return _Reading(handle, context, eyes, read_anchor(handle, context, subject, eyes)).read()


class _Reading:
    """One read of a file."""

    def __init__(self, handle: Handle, context: Context, eyes: Visibility, anchor: FileAnchor) -> None:
        self._handle, self._context, self._eyes, self._anchor = handle, context, eyes, anchor
        self._least = context.settings.likeness_score
        self._limits = context.limits.views
        self._owners: dict[int, RecordOwner] = {}

    def read(self) -> PersonFile:
        anchor = self._anchor
        like, more = self._like_records()
        found = sorted((*self._items(like), *self._imported(like), *self._entries()), key=lambda one: one.rank)
        kept = [self._judged(one) for one in found[: self._limits.person_subjects]]
        hit_lines, hits_left_out, more_hits = self._hits(kept)
        lines = [line for one in kept for line in (one.line, *self._rulings(one))] + hit_lines
        lines.sort(key=_place_in_time, reverse=True)
        shown = tuple(line for line in lines if line.apart is None)
        return PersonFile(
            subject=anchor.subject,
            title=anchor.title,
            original_script=anchor.original_script,
            birth=str(anchor.facts.birth or ""),
            nationalities=anchor.facts.nationalities,
            documents=anchor.facts.documents,
            lines=shown,
            apart=tuple(line for line in lines if line.apart is not None),
            links=find_links(self._linked(kept, shown)),
            left_out=max(len(found) - len(kept), 0) + hits_left_out,
            more=more or more_hits,
        )

    # What is found

    def _like_records(self) -> tuple[list[LikeRecord], bool]:
        def visible(numbers: list[int]) -> set[int]:
            owners = record_owners.owners(self._handle, numbers)
            self._owners |= owners
            return {number for number, owner in owners.items() if not self._eyes.hides_record(owner.source, owner.item)}

        return like_records(self._handle, self._anchor.facts, self._least, visible, self._limits.person_compared)

    def _items(self, like: Sequence[LikeRecord]) -> Iterator[_Found]:
        handle, identity = self._handle, self._anchor.identity
        by_item = {owner.item: one for one in like if (owner := self._owners[one.record]).item is not None}
        exact = persons.matching_items_of_any_sender(handle, identity)
        own = () if self._anchor.item is None else (self._anchor.item,)
        for number in dict.fromkeys((*own, *exact, *by_item)):
            item = items.find(handle, number)
            if item is None or self._eyes.hides(item):
                continue
            theirs = persons.identity_of_item(handle, number)
            sure = likeness(identity, theirs)
            one = by_item.get(number) or self._record_of(number)
            score = one.score if one is not None else _NO_SCORE
            if number not in own and sure is None and number not in by_item:
                continue
            same_paper = share_document(_papers(identity), _papers(theirs))
            same = Sameness.SELF if number in own else _sameness(sure, same_paper)
            row = row_for(item, self._eyes, changed=bool(bodies.body_faults(handle, [item])))
            line = PersonLine(
                LineKind.ITEM, item.name, item.received_at, item.sender, _points(same, score), same, score.words, row
            )
            filed = watched.of_item(handle, number) if item.state in REFUSED_OR_RECALLED else None
            facts = one.facts if one is not None else PersonFacts()
            yield _Found(line, facts, filed.number if filed is not None else 0, item)

    def _record_of(self, item: int) -> LikeRecord | None:
        filed = records.of_item(self._handle, item)
        if filed is None:
            return None
        return next(iter(compare_records(self._handle, self._anchor.facts, [filed.record])), None)

    def _imported(self, like: Sequence[LikeRecord]) -> Iterator[_Found]:
        for one in like:
            owner = self._owners[one.record]
            if owner.item is not None:
                continue
            is_own = one.record == self._anchor.record
            birth = one.facts.birth
            same = Sameness.SELF if is_own else _sameness_of_record(self._anchor.facts, one)
            content = RecordLine(
                owner.title,
                owner.subject,
                owner.origin,
                owner.reference,
                str(birth or ""),
                one.facts.nationalities,
                one.facts.documents,
                owner.ends_at,
            )
            line = PersonLine(
                LineKind.RECORD,
                owner.reference or owner.title,
                owner.entered_at,
                owner.source,
                _points(same, one.score),
                same,
                one.score.words,
                record=content,
            )
            yield _Found(line, one.facts, record=one.record)

    def _entries(self) -> Iterator[_Found]:
        """Nothing is searched for a reader whose role sees no register."""
        handle, anchor = self._handle, self._anchor
        if not self._eyes.sees_registers:
            return
        scopes = (*source_bureaus(self._context.directory, anchor.sender or ""), *anchor.facts.nationalities)
        query = WatchQuery(anchor.facts, tuple(dict.fromkeys(scopes)), (), self._least)
        matches = watch_list.search(handle, query).matches
        like = {match.person.entry: match for match in matches if match.person.entry is not None}
        exact = dict(persons.matching_entries(handle, anchor.identity))
        for number in dict.fromkeys((*exact, *like)):
            entry = exact.get(number) or persons.register_entry(handle, number)
            if not entry.in_force or self._eyes.hides_entry(entry.register, entry.country):
                continue
            sure = likeness(anchor.identity, entry.identity) if number in exact else None
            match = like.get(number)
            person = match.person if match is not None else watched.of_entry(handle, number)
            if sure is None and match is None:
                continue
            score = watch_list.compare(anchor.facts, person) if person is not None else _NO_SCORE
            same = _sameness(sure, share_document(_papers(anchor.identity), _papers(entry.identity)))
            line = PersonLine(
                LineKind.REGISTER,
                entry.reference,
                entry.on,
                None,
                _points(same, score),
                same,
                score.words,
                entry=EntryLine(entry.register, entry.reference, entry.matter, entry.decision, entry.country),
            )
            facts = watch_list.facts_of_watched(person) if person is not None else PersonFacts()
            yield _Found(line, facts, person.number if person is not None else 0)

    # What is known of it

    def _judged(self, one: _Found) -> _Found:
        """With the judgement that it is of another person, if there is one; what is certain is not judged."""
        sender = self._anchor.sender
        if not one.watched or sender is None or one.line.sameness in CERTAIN:
            return one
        source, digest = root_bureau(self._context.directory, sender), self._anchor.facts.digest()
        pair = watched.JudgedPair(source, digest, one.watched, one.line.points)
        judged = watched.standing_judgement(self._handle, self._context.clock_steps, pair)
        if judged is None:
            return one
        return replace(one, line=replace(one.line, apart=ApartRow(judged.officer, judged.reason, judged.until)))

    def _rulings(self, one: _Found) -> Iterator[PersonLine]:
        """The refusals and recalls of an item; also one that was reopened since."""
        if one.item is None:
            return
        for event in log.of_subject(self._handle, one.item.name):
            if event.kind not in (EventKind.ITEM_REFUSED, EventKind.ITEM_RECALLED):
                continue
            told = log.parse(event)
            kind, code, urgent = LineKind.REFUSAL, None, False
            if isinstance(told, ItemRefused):
                code = fitting(told.code)
            elif isinstance(told, ItemRecalled):
                kind, urgent = LineKind.RECALL, bool(fitting(told.urgent))
            ruling = RulingRow(event.actor, code, urgent)
            yield replace(one.line, kind=kind, at=event.at, ruling=ruling)

    def _hits(self, kept: Sequence[_Found]) -> tuple[list[PersonLine], int, bool]:
        """The newest hits of what is kept, how many are left out, and whether there may be more."""
        handle, most = self._handle, self._limits.person_hits
        by_item = {one.item.number: one for one in kept if one.item is not None}
        by_record = {one.record: one for one in kept if one.record is not None}
        found = [
            *(hits.of_item(handle, item, 4 * most) for item in by_item),
            *(hits.of_imported_record(handle, record, 4 * most) for record in by_record),
        ]
        newest = sorted((number for numbers in found for number in numbers), reverse=True)
        lines: list[PersonLine] = []
        for line in hits.lines(handle, newest[:most]):
            stored = records.hit(handle, line.id)
            if stored is None:
                continue
            of = by_item.get(line.item) if line.item is not None else by_record.get(stored.record)
            lines.append(
                PersonLine(
                    LineKind.HIT,
                    hit_row(line).hit,
                    line.at,
                    line.requester,
                    line.score,
                    Sameness.QUERY,
                    stored.explanation,
                    hit=hit_row(line),
                    apart=of.line.apart if of is not None else None,
                )
            )
        return lines, max(len(newest) - most, 0), any(len(numbers) == 4 * most for numbers in found)

    # Links

    def _linked(self, kept: Sequence[_Found], shown: Sequence[PersonLine]) -> Iterator[LinkedLine]:
        by_key = {one.line.key: one for one in kept}
        for line in shown:
            one = by_key.get(line.key)
            if one is not None:
                family = None if one.item is None else item_name(one.item.root)
                yield LinkedLine(line.key, one.facts, self._case_of(one.item), family)

    def _case_of(self, item: Item | None) -> str | None:
        """The number of the warrant in the item's text."""
        body = _body_or_none(self._handle, self._context, item) if item is not None else None
        warrant = body.judicial.warrant if body is not None and body.judicial is not None else None
        return warrant.reference if warrant is not None else None


def _body_or_none(handle: Handle, context: Context, item: Item) -> Body | None:
    try:
        return body_of(message_of(handle, context, item))
    except (NotFound, BodyChanged):
        return None


def _sameness(sure: Likeness | None, same_document: bool) -> Sameness:
    match sure:
        case Likeness.STRONG:
            return Sameness.DOCUMENT if same_document else Sameness.NAME_AND_BIRTH
        case Likeness.WEAK:
            return Sameness.NAME
        case _:
            return Sameness.LIKE


def _sameness_of_record(facts: PersonFacts, one: LikeRecord) -> Sameness:
    if one.same_document:
        return Sameness.DOCUMENT
    names = {frozenset(name.parts) for name in facts.names} & {frozenset(name.parts) for name in one.facts.names}
    same_birth = facts.birth is not None and facts.birth.day is not None and facts.birth == one.facts.birth
    return Sameness.NAME_AND_BIRTH if names and same_birth else Sameness.LIKE


def _points(same: Sameness, score: Score) -> int:
    return _SURE_POINTS if same in CERTAIN else score.points


def _papers(identity: Identity) -> list[tuple[str, str]]:
    return [(document.number, document.issuer or "") for document in identity.documents]


def _place_in_time(line: PersonLine) -> tuple[float, int, str]:
    at = line.at if isinstance(line.at, datetime) else datetime.combine(line.at, time.min, UTC)
    return (at.timestamp(), _KINDS.index(line.kind), line.subject)
