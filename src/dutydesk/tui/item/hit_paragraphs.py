"""One hit in paragraphs: what was asked, what was hit, how its score came about, who was told, what was found since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.tui.frame.plain import age, capitalised, hit_title, in_words, moment, outside
from dutydesk.tui.item import hit_texts
from dutydesk.tui.item.body_fields import said
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
    yield heading(hit_texts.HIT_ASKED)
    yield labelled(
        hit_texts.HIT_REQUESTER, outside(f"{row.requester}, {hit_texts.hit_at(moment(row.at), age(row.at, now))}")
    )
    yield labelled(hit_texts.HIT_DATABASE, outside(in_words(row.database)))
    for name, value in view.query.items():
        yield labelled(hit_texts.HIT_QUERY.get(name, capitalised(in_words(outside(name)))), said(value))
    if not view.query and row.withheld:
        yield Paragraph(hit_texts.WITHHELD_HIT, indent=2)
    elif not view.query:
        yield Paragraph(hit_texts.HIT_QUERY_GONE, indent=2)
    for label, text in (
        (hit_texts.HIT_PLACE, row.place),
        (hit_texts.HIT_REFERENCE, view.reference),
        (hit_texts.HIT_ENTERED, view.actor),
    ):
        if text:
            yield labelled(label, outside(text))


def record(view: HitView) -> Iterator[Paragraph]:
    row, found = view.row, view.record
    yield heading(hit_texts.HIT_RECORD)
    yield labelled(hit_texts.HIT_TITLE, outside(row.title or hit_texts.NO_TITLE))
    yield labelled(hit_texts.HIT_SOURCE, outside(row.source))
    yield labelled(hit_texts.HIT_ITEM, row.item or hit_texts.HIT_NO_ITEM)
    if found is None and row.withheld:
        return
    if found is None:
        yield Paragraph(hit_texts.HIT_RECORD_GONE, indent=2)
        return
    documents = ", ".join(" ".join(filter(None, document)) for document in found.documents)
    for label, text in (
        (hit_texts.HIT_SUBJECT, in_words(found.subject)),
        (hit_texts.HIT_BORN, found.birth),
        (hit_texts.HIT_NATIONALITIES, " ".join(found.nationalities)),
        (hit_texts.HIT_DOCUMENTS, documents),
        (hit_texts.HIT_ENDS, moment(found.ends_at) if found.ends_at is not None else ""),
    ):
        if text:
            yield labelled(label, outside(text))


def score(view: HitView) -> Iterator[Paragraph]:
    yield heading(f"{hit_texts.HIT_SCORE} {view.row.score}")
    for part in view.explanation:
        yield Paragraph(outside(capitalised(part)), "-", indent=2)


def told(view: HitView) -> Iterator[Paragraph]:
    yield heading(hit_texts.HIT_TOLD)
    for each in view.told:
        yield labelled(outside(each.recipient), in_words(each.state))
    if not view.told:
        yield Paragraph(hit_texts.HIT_TOLD_NOBODY, indent=2)


def dismissals(view: HitView) -> Iterator[Paragraph]:
    if not view.dismissals:
        return
    yield heading(hit_texts.HIT_DISMISSALS)
    for each in view.dismissals:
        said_of = hit_texts.hit_dismissed(moment(each.at), each.officer, moment(each.until), each.reason)
        yield Paragraph(outside(said_of), "-", "warn", indent=2)
