"""What an officer with a country is not shown: items and records that their owners deny to that country.

The line in the feed stays, with words in place of the title. Body, names, the text of findings, reasons and notes are
left out, searches do not find it by its words, and it is not exported. A setting of the box says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.desk.base.rows import DecisionRow, EventRow, ItemRow, ItemView
from dutydesk.domain.delivery.items import Item, item_number
from dutydesk.domain.events.log import Json
from dutydesk.domain.records.records import hit_number
from dutydesk.domain.review.officers import SECRETARIAT, Officer
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import bodies, hits, items, officers
from dutydesk.wire.decode.strict_json import claims

#: What people wrote, in the data of events; all else says who did what, and to whom.
_WRITTEN = frozenset({"reason", "text", "note", "differences", "because", "problems", "explanation", "causes"})


@dataclass(frozen=True)
class Eyes:
    """What one reader may see. ``officer`` is ``None`` for a name that is no officer's: it sees what is open to all."""

    handle: Handle
    context: Context
    officer: Officer | None
    see_all: bool = False

    @property
    def words(self) -> str:
        """What stands in place of a title."""
        to = self.officer.country if self.officer is not None else "others"
        return f"not shown: denied to {to} by its owner"

    def hides(self, item: Item) -> bool:
        """Whether the item's text is kept from the reader."""
        if self.see_all:
            return False
        if self._denied(item.sender, item.root, item.restricted_from):
            return True
        if item.type is not None:
            return False
        beside = items.find(self.handle, item.beside) if item.beside is not None else None
        return (beside is not None and self.hides(beside)) or self._denied_in_bytes(item)

    def hides_record(self, source: str, item: int | None) -> bool:
        """The same for a record that a check hit; ``item`` is that from which it comes, if it was not imported."""
        if self.see_all:
            return False
        found = items.find(self.handle, item) if item is not None else None
        return self.hides(found) if found is not None else self._denied(source, None, frozenset())

    def hides_subject(self, subject: str) -> bool:
        """The same for what an event is about, by its name."""
        if self.see_all:
            return False
        if (number := item_number(subject)) is not None:
            item = items.find(self.handle, number)
            return item is not None and self.hides(item)
        if (hit := hit_number(subject)) is not None:
            return any(self.hides_record(line.source, line.item) for line in hits.lines(self.handle, [hit]))
        return False

    def _denied(self, sender: str | None, root: int | None, restricted_from: frozenset[str]) -> bool:
        policy = self.context.policy(self.handle)
        if self.officer is None:
            return not policy.scopes(sender or "", root, restricted_from).deny_nobody
        return not self.context.reads(policy, self.officer, sender, root, restricted_from)

    def _denied_in_bytes(self, item: Item) -> bool:
        """Input in quarantine was not read: what its bytes claim counts, as far as they can be made out."""
        kept = bodies.version_of(self.handle, item.number, item.version)
        raw = kept.body.raw if kept is not None else None
        tree = claims(raw).tree if raw is not None else None
        if not isinstance(tree, dict):
            return False
        sender, named = tree.get("sender"), tree.get("restricted_from")
        codes = frozenset(code for code in named if isinstance(code, str)) if isinstance(named, list) else frozenset()
        return self._denied(item.sender or (sender if isinstance(sender, str) else None), item.root, codes)


def eyes_of(handle: Handle, context: Context, reader: str | None) -> Eyes:
    """The eyes of an officer, by name; ``None`` is the desk itself, which sees everything."""
    if reader is None or context.settings.country_officers_read_denied:
        return Eyes(handle, context, None, see_all=True)
    officer = officers.named(handle, reader)
    return Eyes(handle, context, officer, see_all=officer is not None and officer.country == SECRETARIAT)


def eyes_of_anybody(handle: Handle, context: Context) -> Eyes:
    """For a text that every officer may read: it leaves out what is denied to anyone."""
    return Eyes(handle, context, None)


def row_shown(row: ItemRow, eyes: Eyes) -> ItemRow:
    """The line of an item that is kept from the reader."""
    return replace(row, title=eyes.words, original_script=None, withheld=True)


def view_shown(view: ItemView, eyes: Eyes) -> ItemView:
    """Everything on an item that is kept from the reader, without what its sender and the officers wrote."""
    words = eyes.words
    return replace(
        view,
        row=row_shown(view.row, eyes),
        body=None,
        problems=(),
        findings=tuple(replace(finding, words="", message=words) for finding in view.findings),
        reviews=tuple(replace(review, reason=words) for review in view.reviews),
        notes=tuple(replace(note, text=words) for note in view.notes),
        history=tuple(map(event_shown, view.history)),
        decisions=tuple(map(_decision_shown, view.decisions)),
        proposal=None if view.proposal is None else replace(view.proposal, reason=words),
    )


def _decision_shown(row: DecisionRow) -> DecisionRow:
    return replace(row, note=None)


def event_shown(event: EventRow) -> EventRow:
    return replace(event, data=data_shown(event.data))


def data_shown(data: Mapping[str, Json]) -> dict[str, Json]:
    """An event's data without what people wrote."""
    return {name: value for name, value in data.items() if name not in _WRITTEN}


def events_shown(events: Iterable[EventRow], eyes: Eyes) -> list[EventRow]:
    """Events as the reader may see them: of those on what is kept from him or her, what was done and by whom."""
    if eyes.see_all:
        return list(events)
    hidden: dict[str, bool] = {}
    shown: list[EventRow] = []
    for event in events:
        if event.subject not in hidden:
            hidden[event.subject] = eyes.hides_subject(event.subject)
        shown.append(event_shown(event) if hidden[event.subject] else event)
    return shown


def hit_shown(row: HitRow, eyes: Eyes) -> HitRow:
    """The line of a hit, without the record's title where that is kept from the reader."""
    if not eyes.hides_record(row.source, item_number(row.item) if row.item is not None else None):
        return row
    return replace(row, title=eyes.words, withheld=True)


def hit_view_shown(view: HitView, eyes: Eyes) -> HitView:
    """One hit; of a record that is kept from the reader neither what was asked, nor why it matched."""
    row = hit_shown(view.row, eyes)
    if not row.withheld:
        return view
    dismissals = tuple(replace(each, reason=eyes.words) for each in view.dismissals)
    return replace(view, row=row, query={}, explanation=(), record=None, dismissals=dismissals)
