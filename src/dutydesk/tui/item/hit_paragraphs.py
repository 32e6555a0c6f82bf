"""One hit in paragraphs: query, matched record, score, notified bureaus, dismissals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.tui.frame.text_format import (
    age,
    capitalised,
    date_and_time,
    desk_text,
    display_text,
    hit_title,
    readable_name,
)
from dutydesk.tui.item.body_fields import value_text
from dutydesk.tui.item.hit_texts import texts as hit_texts
from dutydesk.tui.widgets.text_pane import Paragraph, heading, labelled


def hit_page(view: HitView, now: datetime) -> Iterator[Paragraph]:
    yield from title_lines(view.row)
    yield from dismissal_lines(view)
    yield from query_lines(view, now)
    yield from record_lines(view)
    yield from score_lines(view)
    yield from recipient_lines(view)


def title_lines(row: HitRow) -> Iterator[Paragraph]:
    yield Paragraph(display_text(hit_title(row)), tone="strong")


def query_lines(view: HitView, now: datetime) -> Iterator[Paragraph]:
    row = view.row
    yield heading(hit_texts.HIT_QUERY_TITLE)
    yield labelled(
        hit_texts.HIT_REQUESTER,
        display_text(f"{row.requester}, {hit_texts.hit_at(date_and_time(row.at), age(row.at, now))}"),
    )
    yield labelled(hit_texts.HIT_DATABASE, display_text(readable_name(row.database)))
    for name, value in view.query.items():
        yield labelled(hit_texts.HIT_QUERY.get(name, capitalised(readable_name(display_text(name)))), value_text(value))
    if not view.query and row.withheld:
        yield Paragraph(hit_texts.WITHHELD_HIT, indent=2)
    elif not view.query:
        yield Paragraph(hit_texts.HIT_QUERY_PURGED, indent=2)
    for label, text in (
        (hit_texts.HIT_PLACE, row.place),
        (hit_texts.HIT_REFERENCE, view.reference),
        (hit_texts.HIT_ENTERED_BY, view.actor),
    ):
        if text:
            yield labelled(label, display_text(text))


def record_lines(view: HitView) -> Iterator[Paragraph]:
    row, found = view.row, view.record
    yield heading(hit_texts.HIT_RECORD)
    yield labelled(hit_texts.HIT_TITLE, display_text(row.title or hit_texts.NO_TITLE))
    yield labelled(hit_texts.HIT_SOURCE, display_text(row.source))
    yield labelled(hit_texts.HIT_ITEM, row.item or hit_texts.HIT_NO_ITEM)
    if found is None and row.withheld:
        return
    if found is None:
        yield Paragraph(hit_texts.HIT_RECORD_MISSING, indent=2)
        return
    documents = ", ".join(" ".join(filter(None, document)) for document in found.documents)
    for label, text in (
        (hit_texts.HIT_SUBJECT, readable_name(found.subject)),
        (hit_texts.HIT_BORN, found.birth),
        (hit_texts.HIT_NATIONALITIES, " ".join(found.nationalities)),
        (hit_texts.HIT_DOCUMENTS, documents),
        (hit_texts.HIT_ENDS, date_and_time(found.ends_at) if found.ends_at is not None else ""),
    ):
        if text:
            yield labelled(label, display_text(text))


def score_lines(view: HitView) -> Iterator[Paragraph]:
    yield heading(f"{hit_texts.HIT_SCORE} {view.row.score}")
    for part in view.explanation:
        yield Paragraph(capitalised(desk_text(part)), "-", indent=2)


def recipient_lines(view: HitView) -> Iterator[Paragraph]:
    yield heading(hit_texts.HIT_RECIPIENTS)
    for each in view.told:
        yield labelled(display_text(each.recipient), readable_name(each.state))
    if not view.told:
        yield Paragraph(hit_texts.HIT_NO_RECIPIENTS, indent=2)


def dismissal_lines(view: HitView) -> Iterator[Paragraph]:
    if not view.dismissals:
        return
    yield heading(hit_texts.HIT_DISMISSALS)
    for each in view.dismissals:
        text = hit_texts.hit_dismissed(date_and_time(each.at), each.officer, date_and_time(each.until), each.reason)
        yield Paragraph(display_text(text), "-", "warn", indent=2)
