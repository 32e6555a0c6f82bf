"""Hide items and records from an officer if their owner denies them to the officer's country.

A hidden item keeps its line in the feed, with a placeholder for the title. Body, names, the text of findings, reasons
and notes are left out; searches by words and exports skip the item. The setting ``country_officers_read_denied`` turns
this off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.desk.base.rows import EventRow, ItemRow, ItemView, ResponseRow
from dutydesk.domain.delivery.items import Item, item_number
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.log import Json
from dutydesk.domain.records.records import hit_number
from dutydesk.domain.review.officers import SECRETARIAT, Officer, Right, may_see_entry
from dutydesk.domain.rules.registers import Register
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, hits, items, officers
from dutydesk.wire.decode.strict_json import parse_leniently

#: Event fields that may quote what people wrote. The other fields record who did what, and to whom.
_FREE_TEXT_FIELDS = frozenset({"reason", "text", "note", "differences", "because", "problems", "explanation", "causes"})


@dataclass(frozen=True)
class Visibility:
    """What one reader may see. To a reader with ``sees_all`` no item and no record is denied.

    ``officer`` is ``None`` for a name that is not an officer's; everything that is denied to any bureau is then hidden.
    ``is_desk``: the reader is the desk itself.
    """

    handle: Handle
    context: Context
    officer: Officer | None
    sees_all: bool = False
    is_desk: bool = False

    @property
    def placeholder(self) -> str:
        """The text that replaces the title of a hidden item or record."""
        to = self.officer.country if self.officer is not None else "others"
        return sentence("not shown: denied to {to} by its owner", to=to)

    def hides(self, item: Item) -> bool:
        """Whether the item's text is hidden from the reader."""
        if self.sees_all:
            return False
        if self._is_denied(item.sender, item.root, item.restricted_from):
            return True
        if item.type is not None:
            return False
        beside = items.find(self.handle, item.conflicting_item) if item.conflicting_item is not None else None
        return (beside is not None and self.hides(beside)) or self._is_denied_by_bytes(item)

    def hides_record(self, source: str, item: int | None) -> bool:
        """Whether a record that a check hit is hidden from the reader.

        ``source`` is the bureau that owns the record; ``item`` is the item that the record comes from, ``None`` for an
        imported record.
        """
        if self.sees_all:
            return False
        found = items.find(self.handle, item) if item is not None else None
        return self.hides(found) if found is not None else self._is_denied(source, None, frozenset())

    def hides_subject(self, subject: str) -> bool:
        """Whether the item or the hit of this name is hidden from the reader. False for any other subject."""
        if self.sees_all:
            return False
        if (number := item_number(subject)) is not None:
            item = items.find(self.handle, number)
            return item is not None and self.hides(item)
        if (hit := hit_number(subject)) is not None:
            return any(self.hides_record(line.source, line.item) for line in hits.lines(self.handle, [hit]))
        return False

    @property
    def sees_registers(self) -> bool:
        """Whether the reader's role may see any entry of a register."""
        return self.is_desk or (self.officer is not None and self.officer.may(Right.REGISTERS))

    def hides_entry(self, register: Register, country: str | None) -> bool:
        """Whether a register's entry on a person of ``country`` is hidden from the reader."""
        if self.officer is None:
            return not self.is_desk
        return not may_see_entry(self.officer, register, country, self.context.directory.parents)

    def _is_denied(self, sender: str | None, root: int | None, restricted_from: frozenset[str]) -> bool:
        policy = self.context.policy(self.handle)
        if self.officer is None:
            return not policy.scopes(sender or "", root, restricted_from).is_empty
        return not self.context.may_read(policy, self.officer, sender, root, restricted_from)

    def _is_denied_by_bytes(self, item: Item) -> bool:
        """Whether input in quarantine is denied by the sender and restrictions in its bytes, as far as these parse."""
        kept = bodies.verify_version(self.handle, item.number, item.version)
        raw = kept.body.raw if kept is not None else None
        tree = parse_leniently(raw).tree if raw is not None else None
        if not isinstance(tree, dict):
            return False
        sender, named = tree.get("sender"), tree.get("restricted_from")
        codes = frozenset(code for code in named if isinstance(code, str)) if isinstance(named, list) else frozenset()
        return self._is_denied(item.sender or (sender if isinstance(sender, str) else None), item.root, codes)


def visibility_for(handle: Handle, context: Context, reader: str | None) -> Visibility:
    """Return what a reader may see, by the officer's name; ``None`` is the desk itself, which sees everything."""
    if reader is None:
        return Visibility(handle, context, None, sees_all=True, is_desk=True)
    officer = officers.find_by_name(handle, reader)
    from_secretariat = officer is not None and officer.country == SECRETARIAT
    return Visibility(handle, context, officer, from_secretariat or context.settings.country_officers_read_denied)


def common_visibility(handle: Handle, context: Context) -> Visibility:
    """Return the visibility for a text that every officer may read: everything that is denied to anyone is hidden."""
    return Visibility(handle, context, None)


def redact_row(row: ItemRow, visibility: Visibility) -> ItemRow:
    """Return the line of a hidden item, with a placeholder for its title."""
    return replace(row, title=visibility.placeholder, original_script=None, withheld=True)


def redact_view(view: ItemView, visibility: Visibility) -> ItemView:
    """Return the view of a hidden item, without the text of its sender and of officers."""
    words = visibility.placeholder
    return replace(
        view,
        row=redact_row(view.row, visibility),
        body=None,
        problems=(),
        findings=tuple(replace(finding, words="", message=words) for finding in view.findings),
        reviews=tuple(replace(review, reason=words) for review in view.reviews),
        notes=tuple(replace(note, text=words) for note in view.notes),
        history=tuple(map(redact_event, view.history)),
        decisions=tuple(map(_redact_response, view.decisions)),
        proposal=None if view.proposal is None else replace(view.proposal, reason=words),
    )


def _redact_response(row: ResponseRow) -> ResponseRow:
    return replace(row, note=None)


def redact_event(event: EventRow) -> EventRow:
    return replace(event, data=redact_data(event.data))


def redact_log_event(event: LogEvent) -> LogEvent:
    return parse_data(event.kind, redact_data(event.to_data()))


def redact_data(data: Mapping[str, Json]) -> dict[str, Json]:
    """Return an event's data without the fields that may quote what people wrote."""
    return {name: value for name, value in data.items() if name not in _FREE_TEXT_FIELDS}


def redact_events(events: Iterable[EventRow], visibility: Visibility) -> list[EventRow]:
    """Return the events as the reader may see them; an event on a hidden subject shows only what was done, by whom."""
    if visibility.sees_all:
        return list(events)
    hidden: dict[str, bool] = {}
    shown: list[EventRow] = []
    for event in events:
        if event.subject not in hidden:
            hidden[event.subject] = visibility.hides_subject(event.subject)
        shown.append(redact_event(event) if hidden[event.subject] else event)
    return shown


def redact_hit(row: HitRow, visibility: Visibility) -> HitRow:
    """Return the line of a hit, with a placeholder for the title if the record is hidden from the reader."""
    if not visibility.hides_record(row.source, item_number(row.item) if row.item is not None else None):
        return row
    return replace(row, title=visibility.placeholder, withheld=True)


def redact_hit_view(view: HitView, visibility: Visibility) -> HitView:
    """Return one hit in full.

    If the record is hidden from the reader, the query, the explanation, the record and the reasons of dismissals are
    left out.
    """
    row = redact_hit(view.row, visibility)
    if not row.withheld:
        return view
    dismissals = tuple(replace(each, reason=visibility.placeholder) for each in view.dismissals)
    return replace(view, row=row, query={}, explanation=(), record=None, dismissals=dismissals)
