"""A difference as lines: what it does in one line, then fields and words, findings, recipients, ticks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dutydesk.desk.base.difference_rows import DifferenceSide, ItemDifference, TickChange
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.differences import Change, FieldDifference, FieldPath, WordRun, word_differences
from dutydesk.domain.rules.examination import Finding
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.difference.texts import texts
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import date_and_time, desk_text, display_text, readable_name, value_word
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.body_fields import is_coded_field, value_text
from dutydesk.tui.widgets.marking import join_pieces
from dutydesk.tui.widgets.text_layout import BLANK, Block, Pair, Paragraph, heading, labelled
from dutydesk.wire.text.safe_text import clip, safe_text

_TONES = {Change.REMOVED: "removed", Change.ADDED: "added"}
#: Texts from this length are shortened where both are the same, to so many letters on either side of a change.
_LONG, _AROUND = 600, 90
_LABEL_CELLS = 60
_MESSAGE_PARTS = ("subject", "judicial")


def difference_page(found: ItemDifference, signs: Glyphs) -> Iterator[Block]:
    basis = found.basis
    if found.title:
        yield Paragraph(safe_text(found.title), tone="strong")
    yield Paragraph(texts.basis(basis.kind, basis.item, basis.version))
    if found.obstacle is not None:
        yield _sides(found)
        yield Paragraph(texts.OBSTACLES[found.obstacle], tone="warn")
        return
    yield Paragraph(_summary(found), tone="warn")
    if found.proposal is not None:
        yield Paragraph(
            texts.proposal_void(display_text(found.proposal.officer), value_word(found.proposal.decision)), tone="bad"
        )
        for reason in found.proposal.reasons:
            yield Paragraph(desk_text(reason), "-", indent=2)
    yield heading(texts.FIELDS)
    yield _sides(found)
    if not found.fields:
        yield Paragraph(texts.NO_FIELD, indent=2)
    for field in found.fields:
        yield _field(field, signs)
    yield from _finding_lines(found)
    yield from _recipient_lines(found)
    yield from _tick_lines(found.ticks, signs)
    if found.envelope:
        yield heading(texts.ENVELOPE)
        for field in found.envelope:
            yield _envelope_line(field, signs)
    yield BLANK


def _summary(found: ItemDifference) -> str:
    parts = [texts.fields_differ(len(found.fields))]
    parts.append(texts.findings_changed(len(found.findings.new), len(found.findings.gone)))
    if found.audience is not None:
        parts.append(texts.recipients_changed(len(found.audience.added), len(found.audience.removed)))
    if found.ticks:
        parts.append(texts.ticks_needed(sum(tick.needs_another for tick in found.ticks)))
    return "; ".join(parts)


def _sides(found: ItemDifference) -> Pair:
    return Pair("", Paragraph(_side(found.before)), Paragraph(_side(found.after)), "strong")


def _side(side: DifferenceSide) -> str:
    at: datetime | None = side.received_at
    return texts.side(side.item, side.version, date_and_time(at) if at is not None else "")


def field_label(path: FieldPath) -> str:
    """``offences no. 1, law`` without the part of the message; entries of a list are counted from one."""
    parts: list[str] = []
    for part in path[1:] if len(path) > 1 and path[0] in _MESSAGE_PARTS else path:
        if isinstance(part, int) and parts:
            parts[-1] = texts.place_in_list(parts[-1], part + 1)
        else:
            parts.append(readable_name(str(part)))
    return clip(safe_text(texts.joined(parts)), _LABEL_CELLS)


def _field(field: FieldDifference, signs: Glyphs) -> Pair:
    label = field_label(field.path)
    name = str(next((part for part in reversed(field.path) if isinstance(part, str)), ""))
    if field.change is Change.ADDED:
        absent = Paragraph(texts.ABSENT)
        return Pair(label, absent, _paragraph([WordRun(Change.ADDED, _text(name, field.after))], Change.ADDED, signs))
    if field.change is Change.REMOVED:
        run = [WordRun(Change.REMOVED, _text(name, field.before))]
        return Pair(label, _paragraph(run, Change.REMOVED, signs), Paragraph(texts.ABSENT))
    runs = shortened(word_differences(_text(name, field.before), _text(name, field.after)))
    return Pair(label, _paragraph(runs, Change.REMOVED, signs), _paragraph(runs, Change.ADDED, signs))


def _text(name: str, value: Json) -> str:
    if isinstance(value, str):
        return safe_text(readable_name(value) if is_coded_field(name) else value, multiline=True)
    return value_text(value) or value_texts.NONE


def _paragraph(runs: Sequence[WordRun], side: Change, signs: Glyphs) -> Paragraph:
    pieces = [(run.text, _TONES.get(run.change, "")) for run in runs if run.change in (Change.SAME, side)]
    text, marks = join_pieces(pieces, signs)
    return Paragraph(text, marks=marks)


def shortened(runs: Sequence[WordRun]) -> Sequence[WordRun]:
    """Long texts without what is far from any change."""
    if sum(len(run.text) for run in runs) < _LONG:
        return runs
    last = len(runs) - 1
    return [
        WordRun(run.change, _around(run.text, begins=place == 0, ends=place == last))
        if run.change is Change.SAME
        else run
        for place, run in enumerate(runs)
    ]


def _around(text: str, *, begins: bool, ends: bool) -> str:
    """``begins`` and ``ends``: there is no change before, or after, the text. Words are not cut where there are any."""
    head = "" if begins else text[:_AROUND]
    tail = "" if ends else text[-_AROUND:]
    if len(head) + len(tail) >= len(text):
        return text
    return f"{head.rpartition(' ')[0] or head} … {tail.partition(' ')[2] or tail}"


def _finding_lines(found: ItemDifference) -> Iterator[Paragraph]:
    yield heading(texts.FINDINGS)
    changes = found.findings
    if not (changes.new or changes.gone or changes.same):
        yield Paragraph(texts.NO_FINDINGS, indent=2)
    for label, findings in ((texts.FINDING_NEW, changes.new), (texts.FINDING_GONE, changes.gone)):
        for finding in findings:
            tone = "dim" if label == texts.FINDING_GONE else "bad" if finding.severity == "block" else "warn"
            yield Paragraph(_finding(finding), f"{label:<5} {value_texts.SEVERITY[finding.severity]:<5}", tone, 2)
    if changes.same:
        rules = texts.joined(list(dict.fromkeys(finding.rule for finding in changes.same)))
        yield Paragraph(rules, f"{texts.FINDING_SAME:<5}", indent=2)


def _finding(finding: Finding) -> str:
    return texts.finding(finding.rule, finding.article, desk_text(finding.message))


def _recipient_lines(found: ItemDifference) -> Iterator[Paragraph]:
    if found.audience is None:
        return
    yield heading(texts.RECIPIENTS)
    for label, codes, tone in (
        (texts.RECIPIENTS_ADDED, found.audience.added, "warn"),
        (texts.RECIPIENTS_REMOVED, found.audience.removed, "warn"),
        (texts.RECIPIENTS_KEPT, found.audience.kept, ""),
    ):
        if codes:
            yield Paragraph(" ".join(codes), texts.codes(label, len(codes)), tone, 2)
        elif label != texts.RECIPIENTS_KEPT:
            yield Paragraph(value_texts.NOBODY, texts.codes(label, 0), "dim", 2)


def _tick_lines(ticks: Sequence[TickChange], signs: Glyphs) -> Iterator[Paragraph]:
    if not ticks:
        return
    yield heading(texts.TICKS)
    for tick in ticks:
        if tick.needs_another:
            yield Paragraph(
                f"{texts.TICK_AGAIN}. {read_sentence(tick.words)}", f"{signs.unticked} {tick.check}:", "warn", 2
            )
    for label, others in (
        (texts.TICKED, [tick.check for tick in ticks if tick.after is not None]),
        (texts.UNTICKED, [tick.check for tick in ticks if tick.before is None and tick.after is None]),
    ):
        if others:
            yield Paragraph(texts.joined(others), f"{label}:", indent=2)


def _envelope_line(field: FieldDifference, signs: Glyphs) -> Paragraph:
    before, after = (_text("", value) if value is not None else texts.ABSENT for value in (field.before, field.after))
    return labelled(f"  {field_label(field.path)}", f"{before} {signs.arrow} {after}", "dim")
