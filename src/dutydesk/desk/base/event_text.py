"""Write an event as a sentence: who did what, and the parts of its data that a reader wants to know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from dutydesk.desk.base.context import format_utc
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.items import ItemLegalHold, ItemWithdrawn
from dutydesk.domain.events.log import Event, EventKind, Json
from dutydesk.domain.events.reviews import (
    ItemClaimed,
    ItemDissented,
    ItemPostReview,
    ItemProposed,
    ItemRecalled,
    ItemTakenOver,
)
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import Sentence, joined, sentence, value_name
from dutydesk.store.tables import log

TimeFormat = Callable[[datetime], str]

_DESK_ACTORS: Final = {
    "system": sentence("the desk"),
    "intake": sentence("the intake"),
    "dispatcher": sentence("the dispatcher"),
}

_INTAKE_PARTS = marked(("from {sender}", "reference {reference}"))
_PROPOSER_PART, _CODE_PART = marked("as {proposed_by} had proposed"), marked("code {code}")
_RULING_PARTS = marked(("on the basis of {articles}", "overriding {overrides}"))
_REASON_PART = marked("because: {reason}")
_ROUTE_PARTS = marked(
    (
        "it is {state}",
        "at level {level}",
        "under {measure}",
        "reviewed first: {extra_review}",
        "{rules} fired",
        "for {deliver_count}",
    )
)
_RECIPIENT_PARTS = marked(("to {recipients}",))
_ORDER_PARTS = marked(
    (
        "{country} {level}",
        "order {order} of {by}",
        "from {effective_at}",
        "as {confirms} had proposed",
        _REASON_PART,
    )
)

#: For each kind of event: what was done, then the parts that are added where the event has their data.
_PHRASES: Final[Mapping[EventKind, tuple[str, ...]]] = marked(
    {
        EventKind.STORE_MADE: ("created the store", "{realm}", "{by} is its first administrator"),
        EventKind.BUREAUS_LISTED: ("listed the bureaus of the store",),
        EventKind.RULES_NOTED: ("recorded the rules on persons that apply from here on", "edition {rules}"),
        EventKind.RULES_CHANGED: (
            "put another table of rules in force",
            "{name}",
            "digest {digest}",
            "{changed} changed",
        ),
        EventKind.CLOCK_STEPPED_BACK: ("saw the clock step back", "from {was}", "to {at}"),
        EventKind.OFFICER_ADDED: ("added the officer", "as {role}", "of {country}"),
        EventKind.OFFICER_CHANGED: ("changed the officer", "now {role}", "of {country}"),
        EventKind.OFFICER_SIGNED_IN: ("opened the console",),
        EventKind.OFFICER_SIGNED_OUT: ("left the console",),
        EventKind.INTAKE_ACCEPTED: ("accepted it", *_INTAKE_PARTS, "sent {sent_at}", "the same text as {same_text_as}"),
        EventKind.INTAKE_REPEATED: ("received it again", *_INTAKE_PARTS),
        EventKind.INTAKE_REJECTED: ("rejected input", *_INTAKE_PARTS),
        EventKind.INTAKE_QUARANTINED: ("put it in quarantine", *_INTAKE_PARTS),
        EventKind.INTAKE_CONFLICT: ("put it in quarantine: {beside} has its reference", *_INTAKE_PARTS),
        EventKind.ITEM_ROUTED: ("routed it", *_ROUTE_PARTS, "it corrects {parent}"),
        EventKind.ITEM_CLAIMED: ("claimed it", "until {until}"),
        EventKind.ITEM_UNCLAIMED: ("gave the claim back",),
        EventKind.ITEM_TAKEN_OVER: ("took it over", "from {holder}", "until {until}", _REASON_PART),
        EventKind.ITEM_DISTINGUISHED: (
            "judged that it is about another person",
            "than {reference}",
            "score {score}",
            "until {until}",
            _REASON_PART,
        ),
        EventKind.ITEM_TICKED: ("ticked its checklist", "{check}", "{note}"),
        EventKind.ITEM_RELEASED: (
            "released it",
            "published as {notice_number}",
            _PROPOSER_PART,
            *_RULING_PARTS,
            "for {deliver_count}",
            _REASON_PART,
        ),
        EventKind.ITEM_REFUSED: ("refused it", _PROPOSER_PART, _CODE_PART, *_RULING_PARTS, _REASON_PART),
        EventKind.ITEM_ASKED: (
            "asked its sender",
            "reply due {due}",
            "may it be published as {offered_kind}?",
            "{text}",
        ),
        EventKind.ITEM_INFORMED: ("attached its sender's reply", "reference {reference}", "it is {state}"),
        EventKind.ITEM_ESCALATED: ("escalated it", _REASON_PART),
        EventKind.ITEM_CORRECTED: ("accepted a correction", "as {child}", "version {version}", *_ROUTE_PARTS),
        EventKind.ITEM_WITHDRAWN: ("accepted its withdrawal", "it is {state}", _REASON_PART),
        EventKind.ITEM_SUPERSEDED: ("released its correction", "{by}"),
        EventKind.ITEM_REINSTATED: ("reinstated it", "instead of {instead_of}", "to {queued}"),
        EventKind.ITEM_UNDONE: ("undid its release", "released by {officer}"),
        EventKind.ITEM_HELD_AGAIN: ("held it again", "under {measure}", "it was {was}"),
        EventKind.ITEM_BLOCKED: ("blocked it", "under {measure}", "it was {was}"),
        EventKind.ITEM_POST_REVIEW: (
            "reviewed it after release",
            "already being sent to {crossed}",
            "under {measure}",
            _REASON_PART,
        ),
        EventKind.ITEM_REREAD: ("read it again", *_INTAKE_PARTS, *_ROUTE_PARTS),
        EventKind.ITEM_REJECTED: ("rejected it", _REASON_PART),
        EventKind.ITEM_NOTED: ("wrote a note on it",),
        EventKind.ITEM_READ: ("read it", "as revision {revision}"),
        EventKind.ITEM_BODY_CHANGED: ("found its body changed since it was received", "version {version}"),
        EventKind.ITEM_BODY_RESTORED: ("found its body as it was received", "version {version}"),
        EventKind.ITEM_EXAMINED_AGAIN: ("examined it again", "fires now: {new}"),
        EventKind.ITEM_PROPOSED: ("proposed a decision on it", _CODE_PART, *_RULING_PARTS, "{because}", _REASON_PART),
        EventKind.ITEM_DISSENTED: ("dissented from the proposal on it", "of {proposer}", _REASON_PART),
        EventKind.ITEM_PROPOSAL_VOID: ("voided the proposal on it", "of {proposer}", "{differences}"),
        EventKind.ITEM_REOPENED: ("reopened it", _REASON_PART),
        EventKind.ITEM_RECALL_PROPOSED: ("proposed its recall", _REASON_PART),
        EventKind.ITEM_RECALLED: ("recalled it", "as {proposed_by} had proposed", _REASON_PART),
        EventKind.ITEM_RECALL_RATIFIED: ("ratified its recall", "recalled by {recalled_by}"),
        EventKind.ITEM_LEGAL_HOLD: ("changed its legal hold", _REASON_PART),
        EventKind.ITEM_RETENTION_ASKED: ("asked its source whether it is still needed", "kept until {until}"),
        EventKind.ITEM_PURGED: ("purged it", "it was {was}", "kept until {until}"),
        EventKind.DELIVERIES_SENDING: ("began to send it", *_RECIPIENT_PARTS),
        EventKind.DELIVERIES_MADE: ("delivered it", *_RECIPIENT_PARTS),
        EventKind.DELIVERIES_FAILED: ("could not deliver it", *_RECIPIENT_PARTS, "{errors}"),
        EventKind.DELIVERIES_DEAD: ("gave up delivering it", *_RECIPIENT_PARTS, "{errors}"),
        EventKind.DELIVERIES_STOPPED: ("stopped what came back", *_RECIPIENT_PARTS, "{cause}"),
        EventKind.DELIVERIES_SUPPRESSED: ("stopped it", "{suppress}"),
        EventKind.DELIVERIES_WAITING: ("kept it for bureaus off the network", "{recipients}"),
        EventKind.DELIVERIES_REQUEUED: ("queued it again", *_RECIPIENT_PARTS),
        EventKind.DELIVERIES_RECALL_SENT: ("delivered notice of its recall", *_RECIPIENT_PARTS),
        EventKind.DELIVERIES_ACCESS_WITHDRAWN: ("withdrew access to it", "from {recipients}"),
        EventKind.DELIVERIES_ACCESS_TOLD: ("delivered notice that access to it is withdrawn", *_RECIPIENT_PARTS),
        EventKind.DELIVERY_ANSWERED: ("recorded a response", "{action}", "{outcome}", "{note}"),
        EventKind.DELIVERY_RETRIED: ("queued a dead delivery again", "to {recipient}"),
        EventKind.MEASURE_PROPOSED: ("proposed an easing", *_ORDER_PARTS),
        EventKind.MEASURE_ORDERED: ("ordered it", *_ORDER_PARTS),
        EventKind.MEASURE_EFFECTIVE: ("brought it into force", "{country} {level}"),
        EventKind.MEASURE_ENDORSED: ("recorded its endorsement", "by {by}", "{order}"),
        EventKind.MEASURE_DECLINED: ("recorded that its endorsement was declined", "by {by}", "{order}"),
        EventKind.MEASURE_LIFT_PROPOSED: ("proposed to lift it", "order {order} of {by}", _REASON_PART),
        EventKind.MEASURE_LIFTED: (
            "lifted it",
            "order {order}",
            "decided by {by}",
            "as {confirms} had proposed",
            _REASON_PART,
        ),
        EventKind.MEASURE_REPLACED: ("replaced it", "by {by}"),
        EventKind.MEASURE_DISSENTED: ("dissented from the proposal on it", "of {proposer}", _REASON_PART),
        EventKind.MEASURE_VOID: ("voided the proposal on it", "of {proposer}", "because of {by}", "{differences}"),
        EventKind.RESTRICTION_STATED: (
            "restricted data",
            "for {owner}",
            "denied to {deny}",
            "allowed to {allow}",
            "as {confirms} had proposed",
        ),
        EventKind.RESTRICTION_PROPOSED: ("proposed to allow data", "{restriction}", "of {owner}", "to {allow}"),
        EventKind.RESTRICTION_DISSENTED: (
            "dissented from a restriction",
            "{restriction}",
            "of {proposer}",
            _REASON_PART,
        ),
        EventKind.RESTRICTION_VOID: (
            "voided a proposed restriction",
            "{restriction}",
            "of {proposer}",
            "{differences}",
        ),
        EventKind.BUREAU_OFFLINE: ("marked the bureau off the network", "waiting deliveries: {deliveries}"),
        EventKind.BUREAU_ONLINE: ("marked the bureau back on the network", "deliveries due now: {deliveries}"),
        EventKind.BUREAU_ROUTED: ("set the route of a bureau", "{bureau}", "{route}"),
        EventKind.KEY_ADDED: ("entered a key of the bureau", "{key}", "from {since}", "until {until}"),
        EventKind.KEY_RETIRED: ("retired a key of the bureau", "{key}", "until {until}"),
        EventKind.KEY_REVOKED: ("revoked a key of the bureau", "{key}", "since {since}", _REASON_PART),
        EventKind.SIGNATURES_ORDERED: (
            "ordered how the bureau's messages must be signed",
            "{level}",
            "on {channels}",
            "from {since}",
        ),
        EventKind.DESK_KEY_MADE: ("made a key of the desk", "{key}", "from {since}"),
        EventKind.CHECK_TAKEN: ("ran a check", "of {database}"),
        EventKind.CHECK_HIT: (
            "ran a check with a hit",
            "{hit}",
            "for {requester}",
            "on a record of {source}",
            "score {score}",
            "at {place}",
        ),
        EventKind.HIT_DISMISSED: ("dismissed a hit", "{hit}", "until {until}", _REASON_PART),
        EventKind.REGISTER_IMPORTED: (
            "imported a register",
            "new {taken}",
            "changed {changed}",
            "ended {ended}",
            "left out {not_taken}",
        ),
        EventKind.RECORDS_IMPORTED: (
            "imported records",
            "{rows} rows",
            "new {taken}",
            "changed {changed}",
            "ended {ended}",
            "left out {not_taken}",
        ),
        EventKind.NOTICES_LISTED: ("listed earlier notices that still wait", "{open}"),
        EventKind.NOTICES_QUEUED: ("queued notices",),
        EventKind.NOTICES_SENDING: ("began to send notices",),
        EventKind.NOTICES_REQUEUED: ("queued notices again",),
        EventKind.NOTICES_DEAD: ("gave up delivering notices",),
        EventKind.NOTICES_MADE: ("delivered notices",),
        EventKind.NOTICES_CONFIRMED: ("recorded that notices are confirmed",),
        EventKind.RECEIPTS_KEPT: ("kept receipts",),
        EventKind.ROWS_KEPT: ("kept rows",),
        EventKind.CHECKS_COUNTED: ("counted checks",),
        EventKind.ROUTE_LEASED: ("leased for a route", "{route}", "term {term}"),
        EventKind.SEGMENT_BEGUN: ("began a segment of the outbox", "{segment}"),
        EventKind.STORE_DIFFERS: ("found a table that differs from the log", "{words}"),
        EventKind.SETTINGS_NOTED: (
            "recorded its settings",
            "cleared for confidential items: {cleared_for_confidential}",
        ),
        EventKind.STORE_BACKED_UP: ("backed up the store", "through event {through}"),
        EventKind.STORE_RESTORED: (
            "put a copy in place of the store",
            "made after event {copy_of}",
            "already sent: {gone}",
        ),
        EventKind.HANDOVER_WRITTEN: ("signed the handover", "of the shift from {shift_from}", "in place of {replaces}"),
        EventKind.HANDOVER_ACCEPTED: ("accepted the handover", "of {written_by}"),
        EventKind.LOG_EXPORTED: ("exported the log", "through event {through}"),
        EventKind.LOG_CHECKPOINTED: ("wrote a checkpoint of the log", "through event {through}", "signed by {key}"),
        EventKind.LOG_COSIGNED: ("had a checkpoint cosigned by a witness", "through event {through}"),
        EventKind.LOG_COSIGNING_REFUSED: (
            "got no cosignature of a witness",
            "through event {through}",
            "because: {words}",
        ),
    }
)
_FIELD = re.compile(r"\{(\w+?)(_count)?\}")
#: Fields whose values are codes, written as words; other values are left as they are.
_CODED_FIELDS: Final = frozenset({"state", "was", "action", "outcome", "database", "decision", "realm", "role"})
#: Fields with sentences that the desk wrote itself.
_DESK_WORDS: Final = frozenset({"because", "differences", "words"})
_LIST_LIMIT = 12


def event_sentence(event: Event) -> str:
    """Return an event with its actor and time: ``Mara Lind released it at 2022-03-10T15:04:05Z``."""
    return sentence(
        "{actor} {action} at {time}",
        actor=event.actor,
        action=action_text(log.parse(event)),
        time=format_utc(event.at),
    )


def event_summary(event: LogEvent, format_time: TimeFormat = format_utc) -> str:
    """Return the action and its details: ``claimed it; until 2022-03-11T10:25:52Z``.

    The text is not escaped; a screen or a terminal must make it safe.
    """
    action, details = action_text(event), event_details(event, format_time)
    return joined((action, details), "; ") if details else action


def event_details(event: LogEvent, format_time: TimeFormat = format_utc) -> str:
    """Return the details of an event on one line, separated by semicolons; empty where there are none."""
    _, *parts = _PHRASES[event.kind]
    data = event.to_data()
    return joined(filter(None, (_fill_part(part, data, format_time) for part in parts)), "; ")


def actor_name(actor: str) -> str:
    """Return a person's name as it is, and the desk's own actors in words, such as ``the intake``."""
    return _DESK_ACTORS.get(actor, actor)


def action_text(event: LogEvent) -> str:
    """Return what was done in a few words: ``claimed it``. For some kinds of event the words depend on the data."""
    match event:
        case IntakeAccepted(unsigned=True):
            return sentence("accepted it, though it is not signed")
        case IntakeAccepted(signature={"key": str(key)}):
            return sentence("accepted it, signed by the key {key}", key=key)
        case ItemClaimed(given_to=str(colleague)):
            return sentence("claimed it for {colleague}", colleague=colleague)
        case ItemTakenOver(given_to=str(colleague)):
            return sentence("took it over for {colleague}", colleague=colleague)
        case ItemProposed(decision=str(decision)):
            return sentence("proposed to {decision} it", decision=value_name(decision))
        case DeliveryAnswered(recipient=str(recipient)):
            return sentence("recorded {recipient}'s response", recipient=recipient)
        case ItemWithdrawn(by=str(child)):
            return sentence("ended it for its correction {child}", child=child)
        case ItemDissented(own=True):
            return sentence("took back the proposal on it")
        case ItemPostReview(state="due"):
            return sentence("opened its review after release")
        case ItemPostReview(state="ok"):
            return sentence("kept it released after review")
        case ItemRecalled(urgent=True):
            return sentence("recalled it at once, on one signature")
        case ItemLegalHold(held=bool(held)):
            return sentence("put it under legal hold") if held else sentence("lifted its legal hold")
    phrase = _PHRASES[event.kind][0]
    return _fill_part(phrase, event.to_data(), format_utc) or sentence(phrase.partition(":")[0])


def _fill_part(part: str, data: Mapping[str, Json], format_time: TimeFormat) -> str:
    """Return a part with its values filled in; empty where the data lacks one of them."""
    values: dict[str, str] = {}
    for name, count in _FIELD.findall(part):
        value = data.get(name)
        found = _format_count(value) if count else _format_value(name, value, format_time)
        if not found:
            return ""
        values[name + count] = found
    return Sentence(part, values)


def _format_value(name: str, value: Json, format_time: TimeFormat) -> str:
    match value:
        case None | bool() | "":
            return ""
        case str():
            if name in _DESK_WORDS:
                return sentence(value)
            return value_name(value) if name in _CODED_FIELDS else _format_time(value, format_time)
        case int():
            return str(value) if value else ""
        case Mapping():
            return joined(
                (joined((value_name(cause), _format_list(codes)), ": ") for cause, codes in value.items()), "; "
            )
        case Sequence():
            return _format_sentences(value) if name in _DESK_WORDS else _format_list(value)


def _format_time(value: str, format_time: TimeFormat) -> str:
    if not _TIMESTAMP.fullmatch(value):
        return value
    return format_time(datetime.fromisoformat(value))


_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


def _format_list(value: Json) -> str:
    """Return the values separated by commas; after the twelfth, the others are counted."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value)
    texts = [str(one) for one in value]
    more = len(texts) - _LIST_LIMIT
    shown = ", ".join(texts[:_LIST_LIMIT])
    return sentence("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def _format_sentences(value: Sequence[Json]) -> str:
    """As :func:`_format_list`, for sentences of the desk."""
    shown = joined(sentence(str(one)) for one in value[:_LIST_LIMIT])
    more = len(value) - _LIST_LIMIT
    return sentence("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def _format_count(value: Json) -> str:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        return ""
    template = marked("{count} recipient") if len(value) == 1 else marked("{count} recipients")
    return sentence(template, count=len(value))
