"""One item in paragraphs, for the review pane and the pages of the item screen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from dutydesk.desk.base.event_text import actor_name, event_summary
from dutydesk.desk.base.key_rows import IN_FORCE
from dutydesk.desk.base.rows import (
    EventRow,
    ItemRow,
    ItemView,
    RouteExplanation,
    VerdictRow,
    without_ended_claim,
)
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.delivery.route import HOLDING_RULES
from dutydesk.domain.delivery.states import OPEN_STATES
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import Finding
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.feed.table import state_tone
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import (
    age,
    capitalised,
    date_and_time,
    day_of_year,
    desk_text,
    display_text,
    full_kind,
    state_word,
    title_of,
    urgency_word,
    value_word,
)
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.answer import answer_lines, answer_of
from dutydesk.tui.item.body_fields import all_fields, body_lines, field_label, field_text
from dutydesk.tui.item.changes import OpenedItem, changed_lines
from dutydesk.tui.item.earlier_items import earlier_lines
from dutydesk.tui.item.fired_words import marked_lines
from dutydesk.tui.item.texts import texts
from dutydesk.tui.item.words import cause_text, sentence
from dutydesk.tui.review.queue import claim_status
from dutydesk.tui.review.restrictions import restriction_lines
from dutydesk.tui.widgets.text_layout import BLANK, Mark, Paragraph, heading
from dutydesk.wire.text.safe_text import has_mixed_scripts

#: Events whose text is among the notes of the item.
_WITH_TEXT: Final = (EventKind.ITEM_INFORMED, EventKind.ITEM_NOTED)


def overview(opened: OpenedItem, signs: Glyphs, now: datetime, officer: str) -> Iterator[Paragraph]:
    """The page of the review pane."""
    view = opened.view
    yield from header_lines(view, signs, now)
    yield from changed_lines(opened, officer)
    yield from finding_lines(view)
    case = case_lines(view, signs)
    if case:
        yield BLANK
        yield from case
    yield from checklist_lines(view, signs)
    yield from route_lines(view)
    yield from audience_lines(view.audience)
    yield from remark_lines(view)
    yield from earlier_lines(view, opened.earlier, signs)


def case_lines(view: ItemView, signs: Glyphs, here: int | None = None) -> list[Paragraph]:
    """The fields that matter for the kind, with marks on the words that triggered findings."""
    lines = body_lines(view.body, view.row.kind)
    return marked_lines(lines, view.findings, here, signs)


def status_text(view: ItemView, signs: Glyphs, now: datetime) -> str:
    """The state, the answer to a question and the claim: ``held, answered 4 h 05 ago; claimed by Mara Lind``."""
    row, answer = without_ended_claim(view.row, now), answer_of(view)
    state = state_word(row.state, signs)
    if answer is not None:
        state = texts.answered(state, age(answer.at, now))
    return display_text("; ".join(filter(None, (state, claim_status(row, now, in_full=True)))))


def header_lines(view: ItemView, signs: Glyphs, now: datetime, *, status: bool = True) -> Iterator[Paragraph]:
    """``status``: with the state, where no line above the text has it."""
    row = view.row
    yield Paragraph(title_of(row), tone="bad" if row.changed else "strong")
    yield from body_fault_lines(view)
    urgency = urgency_word(row.urgency)
    sender = texts.from_sender(row.sender) if row.sender else texts.FROM_NOBODY
    yield Paragraph(" ".join(filter(None, (urgency, full_kind(row), f"{sender}, {row.item} v{row.version}"))))
    reference = display_text(row.reference or value_texts.NONE)
    ago = value_texts.ago(age(row.received_at, now))
    yield Paragraph(texts.arrival(date_and_time(row.received_at), ago, reference), tone="dim")
    if status:
        yield Paragraph(status_text(view, signs, now), tone=state_tone(row.state))
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
    if has_earlier_text(row):
        yield Paragraph(texts.compare_hint(key_hint("item.difference")), tone="dim")
    if row.withheld:
        yield Paragraph(texts.WITHHELD, tone="warn")
    if has_mixed_scripts(row.title):
        yield Paragraph(texts.MIXED_SCRIPTS, tone="warn")
    if view.problems:
        yield heading(texts.PROBLEMS)
        for path, problem in view.problems:
            yield Paragraph(f"{display_text(path)}: {desk_text(problem)}", indent=2, tone="bad")
    yield from answer_lines(view)


def has_earlier_text(row: ItemRow) -> bool:
    """Whether there is another version or item to compare it with."""
    return row.version > 1 or any((row.parent, row.beside, row.same_text_as))


def body_fault_lines(view: ItemView) -> Iterator[Paragraph]:
    """Why neither text nor findings are shown, if the body is not the one that was received."""
    if view.body_fault is not None:
        yield Paragraph(f"{texts.CHANGED_BODY} {sentence(read_sentence(fault_words(view.body_fault)))}", tone="bad")


def _extra_facts(row: ItemRow) -> Iterator[str]:
    if row.notice_number:
        yield texts.published(row.notice_number)
    if row.offered_kind:
        yield texts.offered(value_word(row.offered_kind))
    if row.legal_hold:
        yield texts.UNDER_LEGAL_HOLD


def proposal_lines(view: ItemView) -> Iterator[Paragraph]:
    """The proposal that waits for a second officer, why, and what makes it no longer confirmable."""
    yield from restriction_lines(view.restrictions_proposed)
    proposed = view.proposal
    if proposed is None:
        return
    by = texts.proposed(value_word(proposed.decision), display_text(proposed.officer), date_and_time(proposed.at))
    yield Paragraph(by, f"{texts.PROPOSAL}:", "warn")
    for because in proposed.because:
        yield Paragraph(desk_text(because), "-", indent=2)
    if proposed.code is not None:
        yield Paragraph(texts.code_of(proposed.code, ", ".join(map(display_text, proposed.articles))), indent=2)
    yield Paragraph(display_text(proposed.reason), indent=2)
    for change in proposed.changed:
        yield Paragraph(desk_text(change), texts.VOID_IF_CONFIRMED, "bad", indent=2)


def finding_lines(view: ItemView, here: int | None = None) -> Iterator[Paragraph]:
    """A heading, then a paragraph for each finding; the one that the officer has gone to stands out."""
    if view.row.type in (None, MessageType.MESSAGE) or view.row.changed:
        return
    yield heading(texts.FINDINGS)
    if not view.findings:
        yield Paragraph(texts.NO_FINDING_TO_DECIDE if view.row.state in OPEN_STATES else texts.NO_FINDING, indent=2)
    labels = {line.path: line.label for line in body_lines(view.body, view.row.kind)} if view.findings else {}
    for place, finding in enumerate(view.findings):
        blocks = finding.severity == "block"
        on = _quoted(finding)
        more = texts.person_file_hint(key_hint("person.file")) if finding.rule in HOLDING_RULES else ""
        marks = (Mark(0, len(finding.rule), "fired-here"),) if place == here else ()
        yield Paragraph(
            f"{finding.rule} ({finding.article}): {_with_labels(finding.message, labels)}{on}{more}",
            f"{value_texts.SEVERITY[finding.severity]:<6}",
            "bad" if blocks else "warn",
            indent=2,
            marks=marks,
        )


def _with_labels(message: str, labels: Mapping[str, str]) -> str:
    """A finding's sentence as it is shown; the fields that it names are called as the screen calls them."""
    before, after = (re.escape(part) for part in texts.also_in("\n").split("\n"))

    def named(found: re.Match[str]) -> str:
        return texts.also_in(
            ", ".join(dict.fromkeys(labels.get(path) or field_label(path) for path in found[1].split(", ")))
        )

    return display_text(re.sub(f"{before}(.+?){after}", named, read_sentence(message)))


def _quoted(finding: Finding) -> str:
    """The words that triggered the finding; of a field that says yes or no, what the sender wrote."""
    if finding.words in ("true", "false"):
        return texts.sender_wrote(value_texts.YES if finding.words == "true" else value_texts.NO)
    return texts.on_words(field_text(finding.field.rpartition(".")[2], finding.words))


def checklist_lines(view: ItemView, signs: Glyphs) -> Iterator[Paragraph]:
    ticked = sum(point.ticked_by is not None for point in view.checklist)
    if not view.checklist or not (ticked or view.row.state in OPEN_STATES):
        return
    yield heading(texts.counted_of(texts.CHECKLIST, ticked, len(view.checklist)))
    for point in view.checklist:
        sign = signs.unticked if point.ticked_by is None else signs.ticked
        by = f" ({display_text(point.ticked_by)})" if point.ticked_by else ""
        yield Paragraph(f"{read_sentence(point.words)}{by}", f"{sign} {point.check}:", indent=2)


def route_lines(view: ItemView) -> Iterator[Paragraph]:
    if not view.route.causes:
        return
    yield heading(texts.ROUTE)
    for cause in view.route.causes:
        yield Paragraph(display_text(sentence(read_sentence(cause))), indent=2)


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
        yield Paragraph(f"{' '.join(codes)}: {cause_text(cause)}", texts.AUDIENCE_NOT, "warn", indent=2)
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
            f"{value_word(review.decision)}{code if review.code else ''}. "
            f"{display_text(review.reason)}",
            indent=2,
        )
    if view.notes:
        yield heading(texts.NOTES)
    for note in view.notes:
        yield Paragraph(f"{date_and_time(note.at)} {display_text(note.officer)}: {display_text(note.text)}", indent=2)


def fields_page(view: ItemView) -> Iterator[Paragraph]:
    """Every field as it was sent, in the sender's order."""
    yield from closed_body_lines(view)
    if view.body is not None:
        yield from all_fields(view.body)
    yield from origin_lines(view)


def origin_lines(view: ItemView) -> Iterator[Paragraph]:
    """The body's hash, and how it was signed."""
    yield Paragraph(view.sha256, texts.HASH, "dim")
    if view.signature is not None:
        is_sound = view.signature.state == IN_FORCE
        yield Paragraph(capitalised(read_sentence(view.signature.words)), tone="dim" if is_sound else "warn")


def closed_body_lines(view: ItemView) -> Iterator[Paragraph]:
    """Why the body is not shown, or not all of it."""
    if view.row.withheld:
        yield Paragraph(texts.WITHHELD)
    elif view.body_fault is not None:
        yield Paragraph(capitalised(read_sentence(CHANGED_WORDS)), tone="bad")
    elif view.body is None:
        yield Paragraph(texts.NO_BODY)
    if view.row.type == MessageType.MESSAGE:
        yield Paragraph(texts.CLOSED_TEXT)


def why_page(why: RouteExplanation) -> Iterator[Paragraph]:
    yield heading(texts.routed(value_word(why.level) if why.level else value_texts.NONE, why.measure))
    for cause in why.causes:
        yield Paragraph(display_text(sentence(read_sentence(cause))), indent=2)
    yield from audience_lines(why.recipients)


def _told(event: EventRow) -> str:
    """Who did what, in the language that is spoken."""
    deed = read_sentence(event_summary(event.event, date_and_time))
    return f"{capitalised(read_sentence(actor_name(event.actor)))} {deed}"


def history_page(view: ItemView) -> Iterator[Paragraph]:
    """The events, newest first, then the reads."""
    said = {note.at: note.text for note in view.notes}
    for event in reversed(view.history):
        at = texts.event_at(f"{day_of_year(event.at)} {event.at:%H:%M:%SZ}", event.seq)
        yield Paragraph(
            display_text(_told(event)),
            at,
        )
        if event.kind in _WITH_TEXT and event.at in said:
            yield Paragraph(display_text(said[event.at]), "-", indent=4)
    if view.reads:
        yield heading(texts.READ_BY)
    for read in reversed(view.reads):
        yield Paragraph(texts.read_by(display_text(read.officer), read.revision), date_and_time(read.at), indent=2)
