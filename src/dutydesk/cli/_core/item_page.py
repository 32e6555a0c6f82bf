"""One item on paper: everything on it as an object, as text, and its route explained."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import paragraph, sentence, shown, table
from dutydesk.desk.base.event_text import told
from dutydesk.domain.delivery.bodies import CHANGED, fault_words
from dutydesk.wire.text.safe_text import mixed_scripts

if TYPE_CHECKING:
    from dutydesk.desk.base.rows import ItemRow, ItemView, VerdictRow, WhyView
    from dutydesk.domain.rules.examination import Finding


def as_object(view: ItemView) -> dict[str, object]:
    """The item's own fields, and beside them what stands on it."""
    row = {part.name: getattr(view.row, part.name) for part in fields(view.row)}
    rest = {part.name: getattr(view, part.name) for part in fields(view) if part.name != "row"}
    problems = [{"path": path, "problem": problem} for path, problem in view.problems]
    return row | rest | {"problems": problems}


def print_item(view: ItemView) -> None:
    _print_head(view.row)
    _print_waiting(view)
    _print_route(view)
    _print_findings(view.findings)
    for path, problem in view.problems:
        sentence(f"  {path} {problem}")
    if view.checklist:
        _heading("Checklist")
        for point in view.checklist:
            by = f" ({point.ticked_by})" if point.ticked_by else ""
            sentence(f"  [{'x' if point.ticked_by else ' '}] {point.check}: {point.words}{by}")
    if view.audience:
        _heading("Would go to")
        _print_verdicts(view.audience)
    if view.deliveries:
        _heading("Deliveries")
        table(
            ("To", "State", "Cause", "Waiting", "Attempts", "Version", "Error"),
            ((d.recipient, d.state, d.cause, d.waiting, d.attempts, d.version, d.error) for d in view.deliveries),
        )
    _print_decided(view)
    _print_after_release(view)
    _print_words(view)
    _heading(f"Body, SHA-256 {view.sha256 or 'unknown'}")
    _print_body(view)
    _heading("History")
    columns = ("Seq", "At", "Actor", "What was done")
    table(columns, ((e.seq, e.at, e.actor, told(e.kind, e.data, shown)) for e in view.history))
    if view.reads:
        _heading("Read by")
        table(("At", "Officer", "Revision", "Version"), ((r.at, r.officer, r.revision, r.version) for r in view.reads))


def _heading(words: str) -> None:
    print()
    sentence(words)


def _print_head(row: ItemRow) -> None:
    what = " ".join(word for word in (row.urgency, row.kind, row.type) if word)
    sentence(f"{row.item}  {row.state.upper()}  {what} from {shown(row.sender)}")
    paragraph(row.title, "  ")
    if row.original_script:
        paragraph(row.original_script, "  ")
    if mixed_scripts(row.title):
        sentence("  a word of the title mixes scripts, as forged names do")
    sentence(f"  reference {shown(row.reference)}, received {shown(row.received_at)}")
    sentence(f"  version {row.version}, cycle {row.cycle}, revision {row.revision}")
    if row.claimed_by:
        sentence(f"  claimed by {row.claimed_by} until {shown(row.claimed_until)}")
    if row.escalated:
        sentence("  escalated to the supervisors")
    if row.post_review:
        sentence(f"  review after release: {row.post_review}, by {shown(row.post_review_due)}")
    for words, value in (
        ("published as", row.notice_number),
        ("its sender is asked whether it may go out as", row.offered_kind),
        ("kept until", row.retention_until),
    ):
        if value is not None:
            sentence(f"  {words} {shown(value)}")
    if row.legal_hold:
        sentence("  under legal hold")
    if row.unratified:
        sentence("  RECALLED ON ONE SIGNATURE; a supervisor must ratify it")
    if row.information_due:
        sentence(f"  the sender's answer is due {shown(row.information_due)}")
    for words, other in (
        ("corrects", row.parent),
        ("stands beside", row.beside),
        ("refused before as", row.same_text_as),
    ):
        if other:
            sentence(f"  {words} {other}")


def _print_waiting(view: ItemView) -> None:
    for waiting in view.restrictions_proposed:
        _heading(waiting.words)
        for words in waiting.changed:
            sentence(f"  CHANGED SINCE: {words}; a confirm would be void")
    proposal = view.proposal
    if proposal is None:
        return
    _heading(f"Proposed: {proposal.decision}, by {proposal.officer} at {shown(proposal.at)}")
    for words in proposal.because:
        sentence(f"  {words}")
    paragraph(proposal.reason, "      ")
    for words in proposal.changed:
        sentence(f"  CHANGED SINCE: {words}; a confirm would be void")


def _print_decided(view: ItemView) -> None:
    from dutydesk.desk.views.responses import in_words

    if view.decided is not None:
        _heading(f"Recipients: {in_words(view.decided)}")
    for decision in view.decisions:
        since = "" if decision.stands else ", and something else since"
        sentence(f"  {shown(decision.at)} {decision.recipient} {decision.action}{since}")
        if decision.note:
            paragraph(decision.note, "      ")


def _print_after_release(view: ItemView) -> None:
    for heading, board in (("Recall", view.recall), ("Access withdrawn by the owner", view.access_withdrawn)):
        if board is None:
            continue
        _heading(heading)
        for words, codes in (("to be told", board.to_be_told), ("told", board.told), ("confirmed", board.confirmed)):
            sentence(f"  {len(codes)} {words}: {', '.join(codes) or 'nobody'}")
    if view.holds:
        _heading("Who holds which version")
        table(("Bureau", "Item", "Version"), ((h.recipient, h.item, h.version) for h in view.holds))


def _print_route(view: ItemView) -> None:
    _heading(f"Route: {_under(view.route.level, view.route.measure)}")
    for cause in view.route.causes:
        sentence(f"  {cause}")


def _under(level: str | None, measure: str | None) -> str:
    return shown(level) + (f" under {measure}" if measure else "")


def _print_findings(findings: tuple[Finding, ...]) -> None:
    if not findings:
        return
    _heading("Findings")
    for finding in findings:
        sentence(f"  {finding.severity.upper()} {finding.rule} ({finding.article}) {finding.field}: {finding.message}")
        if finding.words:
            paragraph(finding.words, "      > ")


def _print_verdicts(rows: tuple[VerdictRow, ...]) -> None:
    going = [row.recipient for row in rows if row.verdict == "deliver"]
    sentence(f"  {len(going)} to be delivered: {', '.join(going) or 'nobody'}")
    waiting = [row.recipient for row in rows if row.waiting]
    if waiting:
        sentence(f"  {len(waiting)} of them off the network, and waited for: {', '.join(waiting)}")
    holding = [row.recipient for row in rows if row.holds]
    if holding:
        sentence(f"  {len(holding)} with a copy: {', '.join(holding)}")
    for row in rows:
        if row.verdict != "deliver":
            sentence(f"  {row.recipient} is left out: {row.cause}")


def _print_words(view: ItemView) -> None:
    if view.reviews:
        _heading("Reviews")
        for review in view.reviews:
            rests = ", ".join((*([review.code] if review.code else []), *review.articles))
            sentence(f"  {shown(review.at)} {review.officer}: {review.decision}{f' ({rests})' if rests else ''}")
            paragraph(review.reason, "      ")
    if view.notes:
        _heading("Notes")
        for note in view.notes:
            sentence(f"  {shown(note.at)} {note.officer}:")
            paragraph(note.text, "      ")


def _print_body(view: ItemView) -> None:
    if view.body_fault is not None:
        sentence(f"  {CHANGED}: {fault_words(view.body_fault)}")
        sentence("  neither its text nor what the rules found in it is shown; nothing of it is released or handed over")
        return
    match view.body:
        case None if view.row.withheld:
            sentence("  not shown: its owner denies it to your country")
        case None:
            sentence("  not kept, or not to be shown")
        case str():
            paragraph(view.body, "  ")
        case _:
            paragraph(json.dumps(view.body, indent=2, ensure_ascii=False), "  ")


def print_why(view: WhyView) -> None:
    then = f" at {shown(view.at)}" if view.at is not None else ""
    state = f", {view.state}" if view.state is not None else ""
    sentence(f"{view.item}{then}{state}: {_under(view.level, view.measure)}")
    for cause in view.causes:
        sentence(f"  {cause}")
    _print_verdicts(view.recipients)
