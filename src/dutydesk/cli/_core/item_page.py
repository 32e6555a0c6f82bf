"""One item as an object and as text, and its route explained."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_paragraph, print_sentence, print_table
from dutydesk.desk.base.event_text import event_summary
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.wire.text.safe_text import has_mixed_scripts

if TYPE_CHECKING:
    from dutydesk.desk.base.rows import ItemRow, ItemView, RouteExplanation, VerdictRow
    from dutydesk.domain.rules.examination import Finding


def as_object(view: ItemView) -> dict[str, object]:
    """The fields of the item, then those of its view."""
    row = {part.name: getattr(view.row, part.name) for part in fields(view.row)}
    rest = {part.name: getattr(view, part.name) for part in fields(view) if part.name != "row"}
    problems = [{"path": path, "problem": problem} for path, problem in view.problems]
    return row | rest | {"problems": problems}


def print_item(view: ItemView) -> None:
    _print_head(view.row)
    _print_proposals(view)
    _print_route(view)
    _print_findings(view.findings)
    for path, problem in view.problems:
        print_sentence(f"  {path} {problem}")
    if view.checklist:
        _print_heading("Checklist")
        for point in view.checklist:
            by = f" ({point.ticked_by})" if point.ticked_by else ""
            print_sentence(f"  [{'x' if point.ticked_by else ' '}] {point.check}: {point.words}{by}")
    if view.audience:
        _print_heading("Would go to")
        _print_verdicts(view.audience)
    if view.deliveries:
        _print_heading("Deliveries")
        print_table(
            ("To", "State", "Cause", "Waiting", "Attempts", "Version", "Error"),
            ((d.recipient, d.state, d.cause, d.waiting, d.attempts, d.version, d.error) for d in view.deliveries),
        )
    _print_responses(view)
    _print_after_release(view)
    _print_reviews_and_notes(view)
    _print_heading(f"Body, SHA-256 {view.sha256 or 'unknown'}")
    _print_body(view)
    _print_heading("History")
    columns = ("Seq", "At", "Actor", "What was done")
    print_table(columns, ((e.seq, e.at, e.actor, event_summary(e.event, cell_text)) for e in view.history))
    if view.reads:
        _print_heading("Read by")
        print_table(
            ("At", "Officer", "Revision", "Version"), ((r.at, r.officer, r.revision, r.version) for r in view.reads)
        )


def _print_heading(words: str) -> None:
    print()
    print_sentence(words)


def _print_head(row: ItemRow) -> None:
    what = " ".join(word for word in (row.urgency, row.kind, row.type) if word)
    print_sentence(f"{row.item}  {row.state.upper()}  {what} from {cell_text(row.sender)}")
    print_paragraph(row.title, "  ")
    if row.original_script:
        print_paragraph(row.original_script, "  ")
    if has_mixed_scripts(row.title):
        print_sentence("  a word of the title mixes scripts, as forged names do")
    print_sentence(f"  reference {cell_text(row.reference)}, received {cell_text(row.received_at)}")
    print_sentence(f"  version {row.version}, cycle {row.cycle}, revision {row.revision}")
    if row.claimed_by:
        print_sentence(f"  claimed by {row.claimed_by} until {cell_text(row.claimed_until)}")
    if row.escalated:
        print_sentence("  escalated to the supervisors")
    if row.post_review:
        print_sentence(f"  review after release: {row.post_review}, by {cell_text(row.post_review_due)}")
    for words, value in (
        ("published as", row.notice_number),
        ("its sender is asked whether it may go out as", row.offered_kind),
        ("kept until", row.retention_until),
    ):
        if value is not None:
            print_sentence(f"  {words} {cell_text(value)}")
    if row.legal_hold:
        print_sentence("  under legal hold")
    if row.unratified:
        print_sentence("  RECALLED ON ONE SIGNATURE; a supervisor must ratify it")
    if row.information_due:
        print_sentence(f"  the sender's information is due {cell_text(row.information_due)}")
    for words, other in (
        ("corrects", row.parent),
        ("conflicts with", row.beside),
        ("refused before as", row.same_text_as),
    ):
        if other:
            print_sentence(f"  {words} {other}")


def _print_proposals(view: ItemView) -> None:
    for waiting in view.restrictions_proposed:
        _print_heading(waiting.words)
        for words in waiting.changed:
            print_sentence(f"  CHANGED SINCE: {words}; a confirmation would be void")
    proposal = view.proposal
    if proposal is None:
        return
    _print_heading(f"Proposed: {proposal.decision}, by {proposal.officer} at {cell_text(proposal.at)}")
    for words in proposal.because:
        print_sentence(f"  {words}")
    print_paragraph(proposal.reason, "      ")
    for words in proposal.changed:
        print_sentence(f"  CHANGED SINCE: {words}; a confirmation would be void")


def _print_responses(view: ItemView) -> None:
    from dutydesk.desk.views.responses import board_words

    if view.decided is not None:
        _print_heading(f"Recipients: {board_words(view.decided)}")
    for decision in view.decisions:
        since = "" if decision.stands else ", and something else since"
        print_sentence(f"  {cell_text(decision.at)} {decision.recipient} {decision.action}{since}")
        if decision.note:
            print_paragraph(decision.note, "      ")


def _print_after_release(view: ItemView) -> None:
    for heading, board in (("Recall", view.recall), ("Access withdrawn by the owner", view.access_withdrawn)):
        if board is None:
            continue
        _print_heading(heading)
        for words, codes in (("to be told", board.to_be_told), ("told", board.told), ("confirmed", board.confirmed)):
            print_sentence(f"  {len(codes)} {words}: {', '.join(codes) or 'nobody'}")
    if view.holds:
        _print_heading("Who holds which version")
        print_table(("Bureau", "Item", "Version"), ((h.recipient, h.item, h.version) for h in view.holds))


def _print_route(view: ItemView) -> None:
    _print_heading(f"Route: {_level_text(view.route.level, view.route.measure)}")
    for cause in view.route.causes:
        print_sentence(f"  {cause}")


def _level_text(level: str | None, measure: str | None) -> str:
    return cell_text(level) + (f" under {measure}" if measure else "")


def _print_findings(findings: tuple[Finding, ...]) -> None:
    if not findings:
        return
    _print_heading("Findings")
    for finding in findings:
        print_sentence(
            f"  {finding.severity.upper()} {finding.rule} ({finding.article}) {finding.field}: {finding.message}"
        )
        if finding.words:
            print_paragraph(finding.words, "      > ")


def _print_verdicts(rows: tuple[VerdictRow, ...]) -> None:
    going = [row.recipient for row in rows if row.verdict == "deliver"]
    print_sentence(f"  {len(going)} to be delivered: {', '.join(going) or 'nobody'}")
    waiting = [row.recipient for row in rows if row.waiting]
    if waiting:
        print_sentence(f"  {len(waiting)} of them offline, their deliveries wait: {', '.join(waiting)}")
    holding = [row.recipient for row in rows if row.holds]
    if holding:
        print_sentence(f"  {len(holding)} with a copy: {', '.join(holding)}")
    for row in rows:
        if row.verdict != "deliver":
            print_sentence(f"  {row.recipient} is left out: {row.cause}")


def _print_reviews_and_notes(view: ItemView) -> None:
    if view.reviews:
        _print_heading("Reviews")
        for review in view.reviews:
            rests = ", ".join((*([review.code] if review.code else []), *review.articles))
            print_sentence(
                f"  {cell_text(review.at)} {review.officer}: {review.decision}{f' ({rests})' if rests else ''}"
            )
            print_paragraph(review.reason, "      ")
    if view.notes:
        _print_heading("Notes")
        for note in view.notes:
            print_sentence(f"  {cell_text(note.at)} {note.officer}:")
            print_paragraph(note.text, "      ")


def _print_body(view: ItemView) -> None:
    if view.body_fault is not None:
        print_sentence(f"  {CHANGED_WORDS}: {fault_words(view.body_fault)}")
        print_sentence(
            "  neither its text nor what the rules found in it is shown; nothing of it is released or handed over"
        )
        return
    match view.body:
        case None if view.row.withheld:
            print_sentence("  not shown: its owner denies it to your country")
        case None:
            print_sentence("  not kept, or not to be shown")
        case str():
            print_paragraph(view.body, "  ")
        case _:
            print_paragraph(json.dumps(view.body, indent=2, ensure_ascii=False), "  ")


def print_why(view: RouteExplanation) -> None:
    then = f" at {cell_text(view.at)}" if view.at is not None else ""
    state = f", {view.state}" if view.state is not None else ""
    print_sentence(f"{view.item}{then}{state}: {_level_text(view.level, view.measure)}")
    for cause in view.causes:
        print_sentence(f"  {cause}")
    _print_verdicts(view.recipients)
