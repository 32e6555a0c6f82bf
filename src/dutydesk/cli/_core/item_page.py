"""One item as an object and as text, and its route explained."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_paragraph, print_sentence, print_table
from dutydesk.desk.base.event_text import event_summary
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.language.phrases import marked, translate
from dutydesk.language.sentences import read_sentence, sentence
from dutydesk.wire.text.safe_text import has_mixed_scripts

if TYPE_CHECKING:
    from dutydesk.desk.base.key_rows import MessageSignatureRow
    from dutydesk.desk.base.rows import ItemRow, ItemView, RouteExplanation, VerdictRow
    from dutydesk.domain.rules.examination import Finding

_NOT_SHOWN = sentence(
    "neither its text nor what the rules found in it is shown; nothing of it is released or handed over"
)


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
        print_sentence(f"  {path} {read_sentence(problem)}")
    if view.checklist:
        _print_heading(translate("Checklist"))
        for point in view.checklist:
            by = f" ({point.ticked_by})" if point.ticked_by else ""
            print_sentence(f"  [{'x' if point.ticked_by else ' '}] {point.check}: {read_sentence(point.words)}{by}")
    if view.audience:
        _print_heading(translate("Would go to"))
        _print_verdicts(view.audience)
    if view.deliveries:
        _print_heading(translate("Deliveries"))
        print_table(
            marked(("Recipient", "State", "Cause", "Waiting", "Attempts", "Version", "Error")),
            ((d.recipient, d.state, d.cause, d.waiting, d.attempts, d.version, d.error) for d in view.deliveries),
        )
    _print_responses(view)
    _print_after_release(view)
    _print_reviews_and_notes(view)
    _print_heading(translate("Body, SHA-256 {digest}", digest=view.sha256 or translate("unknown")))
    _print_signature(view.signature)
    _print_body(view)
    _print_heading(translate("History"))
    columns = marked(("No.", "At", "Actor", "What was done"))
    print_table(columns, ((e.seq, e.at, e.actor, event_summary(e.event, cell_text)) for e in view.history))
    if view.reads:
        _print_heading(translate("Read by"))
        print_table(
            marked(("At", "Officer", "Revision", "Version")),
            ((r.at, r.officer, r.revision, r.version) for r in view.reads),
        )


def _print_heading(words: str) -> None:
    print()
    print_sentence(words)


def _print_head(row: ItemRow) -> None:
    what = " ".join(word for word in (row.urgency, row.kind, row.type) if word)
    print_sentence(
        translate(
            "{item}  {state}  {what} from {sender}",
            item=row.item,
            state=row.state.upper(),
            what=what,
            sender=cell_text(row.sender),
        )
    )
    print_paragraph(read_sentence(row.title), "  ")
    if row.original_script:
        print_paragraph(row.original_script, "  ")
    if has_mixed_scripts(row.title):
        print_sentence(f"  {translate('a word of the title mixes scripts, as forged names do')}")
    for words in _facts(row):
        print_sentence(f"  {words}")


def _facts(row: ItemRow) -> Iterator[str]:
    yield translate(
        "reference {reference}, received {at}", reference=cell_text(row.reference), at=cell_text(row.received_at)
    )
    yield translate(
        "version {version}, cycle {cycle}, revision {revision}",
        version=row.version,
        cycle=row.cycle,
        revision=row.revision,
    )
    if row.claimed_by:
        yield translate("claimed by {officer} until {at}", officer=row.claimed_by, at=cell_text(row.claimed_until))
    if row.escalated:
        yield translate("escalated to the supervisors")
    if row.post_review:
        due = cell_text(row.post_review_due)
        yield translate("review after release: {state}, by {at}", state=row.post_review, at=due)
    if row.notice_number is not None:
        yield translate("published as {notice}", notice=row.notice_number)
    if row.offered_kind is not None:
        yield translate("its sender is asked whether it may go out as {kind}", kind=row.offered_kind)
    if row.retention_until is not None:
        yield translate("kept until {at}", at=cell_text(row.retention_until))
    if row.legal_hold:
        yield translate("under legal hold")
    if row.unratified:
        yield translate("RECALLED ON ONE SIGNATURE; a supervisor must ratify it")
    if row.information_due:
        yield translate("the sender's information is due {at}", at=cell_text(row.information_due))
    if row.parent:
        yield translate("corrects {item}", item=row.parent)
    if row.beside:
        yield translate("conflicts with {item}", item=row.beside)
    if row.same_text_as:
        yield translate("refused before as {item}", item=row.same_text_as)


def _print_proposals(view: ItemView) -> None:
    for waiting in view.restrictions_proposed:
        _print_heading(waiting.words)
        for words in waiting.changed:
            print_sentence(f"  {_void(words)}")
    proposal = view.proposal
    if proposal is None:
        return
    proposed = {"what": proposal.decision, "officer": proposal.officer, "at": cell_text(proposal.at)}
    _print_heading(translate("Proposed: {what}, by {officer} at {at}", **proposed))
    for words in proposal.because:
        print_sentence(f"  {words}")
    print_paragraph(proposal.reason, "      ")
    for words in proposal.changed:
        print_sentence(f"  {_void(words)}")


def _void(words: str) -> str:
    return translate("CHANGED SINCE: {words}; a confirmation would be void", words=read_sentence(words))


def _print_responses(view: ItemView) -> None:
    from dutydesk.desk.views.responses import board_words

    if view.decided is not None:
        _print_heading(translate("Recipients: {words}", words=read_sentence(board_words(view.decided))))
    for decision in view.decisions:
        since = "" if decision.stands else f", {translate('and something else since')}"
        print_sentence(f"  {cell_text(decision.at)} {decision.recipient} {decision.action}{since}")
        if decision.note:
            print_paragraph(decision.note, "      ")


def _print_after_release(view: ItemView) -> None:
    headings = translate("Recall"), translate("Access withdrawn by the owner")
    for heading, board in zip(headings, (view.recall, view.access_withdrawn), strict=True):
        if board is None:
            continue
        _print_heading(heading)
        for words, codes in (
            (translate("to be told"), board.to_be_told),
            (translate("told"), board.told),
            (translate("confirmed"), board.confirmed),
        ):
            print_sentence(f"  {len(codes)} {words}: {_listed(codes)}")
    if view.holds:
        _print_heading(translate("Who holds which version"))
        print_table(marked(("Bureau", "Item", "Version")), ((h.recipient, h.item, h.version) for h in view.holds))


def _print_route(view: ItemView) -> None:
    _print_heading(translate("Route: {level}", level=_level_text(view.route.level, view.route.measure)))
    for cause in view.route.causes:
        print_sentence(f"  {read_sentence(cause)}")


def _level_text(level: str | None, measure: str | None) -> str:
    return (
        translate("{level} under {measure}", level=cell_text(level), measure=measure) if measure else cell_text(level)
    )


def _print_findings(findings: tuple[Finding, ...]) -> None:
    if not findings:
        return
    _print_heading(translate("Findings"))
    for finding in findings:
        place = f"{finding.severity.upper()} {finding.rule} ({finding.article}) {finding.field}"
        print_sentence(f"  {place}: {read_sentence(finding.message)}")
        if finding.words:
            print_paragraph(finding.words, "      > ")


def _print_verdicts(rows: tuple[VerdictRow, ...]) -> None:
    going = [row.recipient for row in rows if row.verdict == "deliver"]
    print_sentence(f"  {translate('{number} to be delivered: {codes}', number=len(going), codes=_listed(going))}")
    waiting = [row.recipient for row in rows if row.waiting]
    if waiting:
        words = translate(
            "{number} of them offline, their deliveries wait: {codes}", number=len(waiting), codes=_listed(waiting)
        )
        print_sentence(f"  {words}")
    holding = [row.recipient for row in rows if row.holds]
    if holding:
        print_sentence(f"  {translate('{number} with a copy: {codes}', number=len(holding), codes=_listed(holding))}")
    for row in rows:
        if row.verdict != "deliver":
            cause = read_sentence(row.cause or "")
            print_sentence(f"  {translate('{bureau} is left out: {cause}', bureau=row.recipient, cause=cause)}")


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes) or translate("nobody")


def _print_reviews_and_notes(view: ItemView) -> None:
    if view.reviews:
        _print_heading(translate("Reviews"))
        for review in view.reviews:
            rests = ", ".join((*([review.code] if review.code else []), *review.articles))
            print_sentence(
                f"  {cell_text(review.at)} {review.officer}: {review.decision}{f' ({rests})' if rests else ''}"
            )
            print_paragraph(review.reason, "      ")
    if view.notes:
        _print_heading(translate("Notes"))
        for note in view.notes:
            print_sentence(f"  {cell_text(note.at)} {note.officer}:")
            print_paragraph(note.text, "      ")


def _print_body(view: ItemView) -> None:
    if view.body_fault is not None:
        print_sentence(f"  {read_sentence(CHANGED_WORDS)}: {read_sentence(fault_words(view.body_fault))}")
        print_sentence(f"  {read_sentence(_NOT_SHOWN)}")
        return
    match view.body:
        case None if view.row.withheld:
            print_sentence(f"  {translate('not shown: its owner denies it to your country')}")
        case None:
            print_sentence(f"  {translate('not kept, or not to be shown')}")
        case str():
            print_paragraph(view.body, "  ")
        case _:
            print_paragraph(json.dumps(view.body, indent=2, ensure_ascii=False), "  ")


def _print_signature(signature: MessageSignatureRow | None) -> None:
    """Nothing for a message without a signature whose sender need not sign."""
    if signature is not None:
        print_sentence(f"  {read_sentence(signature.words)}")


def print_why(view: RouteExplanation) -> None:
    then = f" {cell_text(view.at)}" if view.at is not None else ""
    state = f", {view.state}" if view.state is not None else ""
    print_sentence(f"{view.item}{then}{state}: {_level_text(view.level, view.measure)}")
    for cause in view.causes:
        print_sentence(f"  {read_sentence(cause)}")
    _print_verdicts(view.recipients)
