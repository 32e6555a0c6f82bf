"""One hit in paragraphs: what was asked, what was hit, how its score came about, who was told, what was found since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.desk.hit_views import HitRow, HitView
from dutydesk.tui import words
from dutydesk.tui.item_fields import said
from dutydesk.tui.plain import age, capitalised, hit_title, in_words, moment, outside
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled


def hit_page(view: HitView, now: datetime) -> Iterator[Paragraph]:
    yield from top(view.row)
    yield from dismissals(view)
    yield from asked(view, now)
    yield from record(view)
    yield from score(view)
    yield from told(view)


def top(row: HitRow) -> Iterator[Paragraph]:
    yield Paragraph(outside(hit_title(row)), tone="strong")


def asked(view: HitView, now: datetime) -> Iterator[Paragraph]:
    row = view.row
    yield heading(words.HIT_ASKED)
    yield labelled(words.HIT_REQUESTER, outside(f"{row.requester}, {words.hit_at(moment(row.at), age(row.at, now))}"))
    yield labelled(words.HIT_DATABASE, outside(in_words(row.database)))
    for name, value in view.query.items():
        yield labelled(words.HIT_QUERY.get(name, capitalised(in_words(outside(name)))), said(value))
    if not view.query and row.withheld:
        yield Paragraph(words.WITHHELD_HIT, indent=2)
    elif not view.query:
        yield Paragraph(words.HIT_QUERY_GONE, indent=2)
    for label, text in (
        (words.HIT_PLACE, row.place),
        (words.HIT_REFERENCE, view.reference),
        (words.HIT_ENTERED, view.actor),
    ):
        if text:
            yield labelled(label, outside(text))


def record(view: HitView) -> Iterator[Paragraph]:
    row, found = view.row, view.record
    yield heading(words.HIT_RECORD)
    yield labelled(words.HIT_TITLE, outside(row.title or words.NO_TITLE))
    yield labelled(words.HIT_SOURCE, outside(row.source))
    yield labelled(words.HIT_ITEM, row.item or words.HIT_NO_ITEM)
    if found is None and row.withheld:
        return
    if found is None:
        yield Paragraph(words.HIT_RECORD_GONE, indent=2)
        return
    documents = ", ".join(" ".join(filter(None, document)) for document in found.documents)
    for label, text in (
        (words.HIT_SUBJECT, in_words(found.subject)),
        (words.HIT_BORN, found.birth),
        (words.HIT_NATIONALITIES, " ".join(found.nationalities)),
        (words.HIT_DOCUMENTS, documents),
        (words.HIT_ENDS, moment(found.ends_at) if found.ends_at is not None else ""),
    ):
        if text:
            yield labelled(label, outside(text))


def score(view: HitView) -> Iterator[Paragraph]:
    yield heading(f"{words.HIT_SCORE} {view.row.score}")
    for part in view.explanation:
        yield Paragraph(outside(capitalised(part)), "-", indent=2)


def told(view: HitView) -> Iterator[Paragraph]:
    yield heading(words.HIT_TOLD)
    for each in view.told:
        yield labelled(outside(each.recipient), in_words(each.state))
    if not view.told:
        yield Paragraph(words.HIT_TOLD_NOBODY, indent=2)


def dismissals(view: HitView) -> Iterator[Paragraph]:
    if not view.dismissals:
        return
    yield heading(words.HIT_DISMISSALS)
    for each in view.dismissals:
        said_of = words.hit_dismissed(moment(each.at), each.officer, moment(each.until), each.reason)
        yield Paragraph(outside(said_of), "-", "warn", indent=2)
