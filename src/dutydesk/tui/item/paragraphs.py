"""One item in paragraphs, for the review pane and the pages of the item screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from dutydesk.desk.base.event_text import actor_name, event_summary
from dutydesk.desk.base.rows import ItemRow, ItemView, ResponseRow, RouteExplanation, VerdictRow
from dutydesk.desk.views.responses import board_words as decided_in_words
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.delivery.states import OPEN_STATES
from dutydesk.domain.messages.message import MessageType
from dutydesk.tui.feed.table import state_tone
from dutydesk.tui.frame import value_texts
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import (
    age,
    capitalised,
    date_and_time,
    display_text,
    full_kind,
    readable_name,
    state_word,
    title_of,
    urgency_word,
)
from dutydesk.tui.item import texts
from dutydesk.tui.item.body_fields import all_fields, body_lines, field_text
from dutydesk.tui.item.changes import OpenedItem, changed_lines
from dutydesk.tui.item.earlier_items import earlier_lines
from dutydesk.tui.review.queue import claim_status
from dutydesk.tui.review.restrictions import restriction_lines
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph, heading, labelled
from dutydesk.wire.text.safe_text import has_mixed_scripts


def overview(opened: OpenedItem, signs: Glyphs, now: datetime, officer: str) -> Iterator[Paragraph]:
    """The page of the review pane."""
    view = opened.view
    yield from header_lines(view, signs, now)
    yield from changed_lines(opened, officer)
    yield from finding_lines(view)
    about = body_lines(view.body, view.row.kind)
    if about:
        yield BLANK
        yield from about
    yield from checklist_lines(view, signs)
    yield from route_lines(view)
    yield from audience_lines(view.audience)
    yield from remark_lines(view)
    yield from earlier_lines(view, opened.earlier, signs)


def header_lines(view: ItemView, signs: Glyphs, now: datetime) -> Iterator[Paragraph]:
    row = view.row
    yield Paragraph(title_of(row), tone="bad" if row.changed else "strong")
    yield from body_fault_lines(view)
    urgency = urgency_word(row.urgency)
    sender = texts.from_sender(row.sender) if row.sender else texts.FROM_NOBODY
    yield Paragraph(" ".join(filter(None, (urgency, full_kind(row), f"{sender}, {row.item} v{row.version}"))))
    reference = display_text(row.reference or value_texts.NONE)
    ago = value_texts.ago(age(row.received_at, now))
    yield Paragraph(texts.arrival(date_and_time(row.received_at), ago, reference), tone="dim")
    status = "; ".join(filter(None, (state_word(row.state, signs), claim_status(row, now, in_full=True))))
    yield Paragraph(display_text(status), tone=state_tone(row.state))
    for text in _extra_facts(row):
        yield Paragraph(text)
    if row.unratified:
        yield Paragraph(texts.UNRATIFIED, tone="bad")
    yield from proposal_lines(view)
    if row.parent:
        yield Paragraph(texts.corrects(row.parent))
    if row.beside:
        yield Paragraph(texts.in_conflict(row.beside), tone="warn")
    if row.same_text_as:
        yield Paragraph(texts.same_text(row.same_text_as), tone="warn")
    if row.withheld:
        yield Paragraph(texts.WITHHELD, tone="warn")
    if has_mixed_scripts(row.title):
        yield Paragraph(texts.MIXED_SCRIPTS, tone="warn")
    if view.problems:
        yield heading(texts.PROBLEMS)
        for path, problem in view.problems:
            yield Paragraph(f"{display_text(path)}: {display_text(problem)}", indent=2, tone="bad")


def body_fault_lines(view: ItemView) -> Iterator[Paragraph]:
    """Why neither text nor findings are shown, if the body is not the one that was received."""
    if view.body_fault is not None:
        yield Paragraph(f"{texts.CHANGED_BODY} {_sentence(fault_words(view.body_fault))}", tone="bad")


def _extra_facts(row: ItemRow) -> Iterator[str]:
    if row.notice_number:
        yield texts.published(row.notice_number)
    if row.offered_kind:
        yield texts.offered(row.offered_kind)
    if row.legal_hold:
        yield texts.UNDER_LEGAL_HOLD


def proposal_lines(view: ItemView) -> Iterator[Paragraph]:
    """The proposal that waits for a second officer, why, and what makes it no longer confirmable."""
    yield from restriction_lines(view.restrictions_proposed)
    proposed = view.proposal
    if proposed is None:
        return
    by = texts.proposed(proposed.decision, display_text(proposed.officer), date_and_time(proposed.at))
    yield Paragraph(by, f"{texts.PROPOSAL}:", "warn")
    for because in proposed.because:
        yield Paragraph(display_text(because), "-", indent=2)
    if proposed.code is not None:
        yield Paragraph(texts.code_of(proposed.code, ", ".join(map(display_text, proposed.articles))), indent=2)
    yield Paragraph(display_text(proposed.reason), indent=2)
    for change in proposed.changed:
        yield Paragraph(display_text(change), texts.VOID_IF_CONFIRMED, "bad", indent=2)


def finding_lines(view: ItemView) -> Iterator[Paragraph]:
    if view.row.type in (None, MessageType.MESSAGE) or view.row.changed:
        return
    yield heading(texts.FINDINGS)
    if not view.findings:
        yield Paragraph(texts.NO_FINDING, indent=2)
    for finding in view.findings:
        blocks = finding.severity == "block"
        on = texts.on_words(field_text(finding.field.rpartition(".")[2], finding.words))
        yield Paragraph(
            f"{finding.rule} ({finding.article}): {display_text(finding.message)}{on}",
            f"{value_texts.SEVERITY[finding.severity]:<6}",
            "bad" if blocks else "warn",
            indent=2,
        )


def checklist_lines(view: ItemView, signs: Glyphs) -> Iterator[Paragraph]:
    ticked = sum(point.ticked_by is not None for point in view.checklist)
    if not view.checklist or not (ticked or view.row.state in OPEN_STATES):
        return
    yield heading(texts.counted_of(texts.CHECKLIST, ticked, len(view.checklist)))
    for point in view.checklist:
        sign = signs.unticked if point.ticked_by is None else signs.ticked
        by = f" ({display_text(point.ticked_by)})" if point.ticked_by else ""
        yield Paragraph(f"{point.words}{by}", f"{sign} {point.check}:", indent=2)


def route_lines(view: ItemView) -> Iterator[Paragraph]:
    if not view.route.causes:
        return
    yield heading(texts.ROUTE)
    for cause in view.route.causes:
        yield Paragraph(display_text(_sentence(cause)), indent=2)


def _cause(name: str) -> str:
    return value_texts.CAUSES.get(name) or readable_name(name)


def _sentence(text: str) -> str:
    return capitalised(text) + ("" if text.endswith(".") else ".")


def audience_lines(verdicts: Sequence[VerdictRow]) -> Iterator[Paragraph]:
    """Recipients who would receive it, and the others by the cause that stops delivery."""
    if not verdicts:
        return
    stopped: dict[str, list[str]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.cause is not None:
            stopped[verdict.cause].append(verdict.recipient)
    go = [verdict.recipient for verdict in verdicts if verdict.verdict == "deliver"]
    yield heading(texts.counted_of(texts.AUDIENCE, len(go), len(verdicts)))
    for cause, codes in stopped.items():
        yield Paragraph(f"{' '.join(codes)}: {_cause(cause)}", texts.AUDIENCE_NOT, "warn", indent=2)
    if go:
        yield Paragraph(" ".join(go), texts.AUDIENCE_TO, indent=2)
    else:
        yield Paragraph(texts.NO_AUDIENCE, tone="bad", indent=2)


def remark_lines(view: ItemView) -> Iterator[Paragraph]:
    if view.reviews:
        yield heading(texts.DECISIONS)
    for review in view.reviews:
        code = f" ({review.code}{': ' + ', '.join(map(display_text, review.articles)) if review.articles else ''})"
        yield Paragraph(
            f"{date_and_time(review.at)} {display_text(review.officer)}: "
            f"{review.decision}{code if review.code else ''}. "
            f"{display_text(review.reason)}",
            indent=2,
        )
    if view.notes:
        yield heading(texts.NOTES)
    for note in view.notes:
        yield Paragraph(f"{date_and_time(note.at)} {display_text(note.officer)}: {display_text(note.text)}", indent=2)


def body_page(opened: OpenedItem, signs: Glyphs, now: datetime, officer: str) -> Iterator[Paragraph]:
    view = opened.view
    yield from header_lines(view, signs, now)
    yield from changed_lines(opened, officer)
    yield from finding_lines(view)
    yield from checklist_lines(view, signs)
    yield from remark_lines(view)
    yield from earlier_lines(view, opened.earlier, signs)
    yield heading(texts.BODY)
    if view.row.withheld:
        yield Paragraph(texts.WITHHELD, indent=2)
    elif view.body_fault is not None:
        yield Paragraph(capitalised(CHANGED_WORDS), indent=2, tone="bad")
    elif view.body is None:
        yield Paragraph(texts.NO_BODY, indent=2)
    else:
        yield from all_fields(view.body, indent=2)
    if view.row.type == MessageType.MESSAGE:
        yield Paragraph(texts.CLOSED_TEXT, indent=2)
    yield labelled(texts.HASH, view.sha256, "dim")


def why_page(why: RouteExplanation) -> Iterator[Paragraph]:
    yield heading(texts.routed(why.level or value_texts.NONE, why.measure))
    for cause in why.causes:
        yield Paragraph(display_text(_sentence(cause)), indent=2)
    yield from audience_lines(why.recipients)


def deliveries_page(view: ItemView) -> Iterator[Paragraph]:
    if not view.deliveries:
        yield Paragraph(texts.NO_DELIVERIES)
        return
    tally: dict[str, int] = defaultdict(int)
    for row in view.deliveries:
        tally[row.cause or row.waiting or row.state] += 1
    yield Paragraph(", ".join(f"{n} {_cause(name)}" for name, n in tally.items()), tone="strong")
    if view.decided is not None:
        yield Paragraph(decided_in_words(view.decided), f"{texts.RECIPIENTS}:")
    for title, board in ((texts.RECALL_BOARD, view.recall), (texts.ACCESS_BOARD, view.access_withdrawn)):
        if board is None:
            continue
        for label, codes in (
            (texts.TO_BE_NOTIFIED, board.to_be_told),
            (texts.NOTIFIED, board.told),
            (texts.CONFIRMED, board.confirmed),
        ):
            yield Paragraph(" ".join(codes) or value_texts.NOBODY, texts.board_of(title, len(codes), label))
    if view.holds:
        yield heading(texts.HOLDS)
        for held in view.holds:
            yield labelled(held.recipient, f"{held.item} v{held.version}")
        yield BLANK
    for row in view.deliveries:
        state = readable_name(row.state)
        if row.waiting:
            state += texts.waits_for_network(row.recipient)
        if row.cause:
            state += f": {_cause(row.cause)}"
        if row.attempts > 1 or row.error:
            state += texts.attempts(row.attempts)
        tone = "bad" if row.state in ("dead", "failed") else "warn" if row.cause or row.waiting else ""
        yield labelled(row.recipient, state + (f" ({display_text(row.error)})" if row.error else ""), tone)
        yield from (_decision(each) for each in view.decisions if each.recipient == row.recipient)


def _decision(decision: ResponseRow) -> Paragraph:
    note = f": {display_text(decision.note)}" if decision.note else ""
    text = f"{date_and_time(decision.at)} {decision.action}{note}"
    if decision.stands:
        return Paragraph(text, indent=4)
    return Paragraph(f"{text}; {texts.EARLIER_DECISION}", tone="dim", indent=4)


def history_page(view: ItemView) -> Iterator[Paragraph]:
    """The events, newest first, then the reads."""
    for event in reversed(view.history):
        at = texts.event_at(event.at.strftime("%d %b %H:%M:%SZ"), event.seq)
        yield Paragraph(
            display_text(f"{capitalised(actor_name(event.actor))} {event_summary(event.event, date_and_time)}"),
            at,
        )
    if view.reads:
        yield heading(texts.READ_BY)
    for read in reversed(view.reads):
        yield Paragraph(texts.read_by(display_text(read.officer), read.revision), date_and_time(read.at), indent=2)
