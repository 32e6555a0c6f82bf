"""Run database checks, each in the transaction that reads the rights on the records.

A requester that may not see a record gets the same result as for no record, after the same work. A check without a hit
changes counters only; a hit is stored in full, and its source is notified.
"""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base import differences
from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.desk.base.letters import phrases_of_bureau
from dutydesk.desk.base.redaction import visibility_for
from dutydesk.desk.checks import matching
from dutydesk.desk.checks.matching import Query, ScoredRecord, Search
from dutydesk.desk.matching.name_cache import NameCache
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import InvalidRequest, NotAllowed, NotFound, Obstacle, Refused
from dutydesk.domain.events.checks import HitDismissed, HitFound
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Database, NominalQuery
from dutydesk.domain.records.records import HIT, LIMITED, NO_RECORD, RecordStatus, hit_name, may_be_disclosed
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, items, log_queries, notices, records
from dutydesk.store.tables.records import StoredHit

HIT_LIMIT = 20


@value(frozen=True, slots=True)
class CheckRequest:
    """One check. ``reference`` is that of the sender's message; ``None`` for a check by an officer."""

    requester: str
    query: Query
    place: str | None
    actor: str
    reference: str | None = None

    @property
    def database(self) -> Database:
        return Database.NOMINAL if isinstance(self.query, NominalQuery) else Database.TRAVEL_DOCUMENTS


@value(frozen=True, slots=True)
class CheckHit:
    """A hit as the requester gets it: ``item`` names the item, or is ``None`` for an imported ``record``."""

    item: str | None
    source: str
    score: int
    explanation: str
    hit: str
    record: str | None = None


@value(frozen=True, slots=True)
class CheckResult:
    """The result of a check, ``hit`` or ``no_record``, and its hits."""

    result: str
    hits: tuple[CheckHit, ...] = ()


NO_HIT = CheckResult(NO_RECORD)


def prepare_search(handle: Handle, context: Context, name_cache: NameCache, query: Query) -> Search | None:
    """Search for a query's candidates before the check's transaction; ``None`` for a query that is not searched."""
    if matching.query_fault(query) is not None:
        return None
    found = matching.search(handle, name_cache, query, context.settings.hit_score)
    found.score_first(handle)
    return found


def check(
    transaction: Transaction,
    context: Context,
    request: CheckRequest,
    prepared_search: Search | None = None,
    reader: Officer | None = None,
) -> CheckResult:
    """Run a check: compare candidates, store its hits and notify their sources.

    ``prepared_search`` is used if no record has been added since it was made. ``reader`` is the officer who gets the
    result; records denied to his or her country are left out. Raises Refused for a query that identifies no one, and
    for too many checks in one minute; the caller counts both with :func:`count_over_limit`.
    """
    refuse_over_limit(transaction, context, request)
    if prepared_search is None:
        refuse_unusable_query(request.query)
    if prepared_search is None or not prepared_search.is_current(transaction):
        prepared_search = matching.search(transaction, NameCache(), request.query, context.settings.hit_score)
    visible_records = _VisibleRecords(transaction, context, request.requester, reader)
    suppliers: dict[str, str] = {}
    matches: list[tuple[RecordStatus, ScoredRecord]] = []
    for scored in prepared_search.best_matches(
        transaction, visible_records.visible, matching.COMPARE_LIMIT, matching.TIED_LIMIT
    ):
        status = visible_records.standings[scored.record]
        suppliers.setdefault(status.source, NO_RECORD)
        if scored.score.points >= context.settings.hit_score:
            matches.append((status, scored))
    digest = matching.query_digest(request.query) if matches else ""
    hits = [
        (status, scored)
        for status, scored in matches
        if not records.is_dismissed(transaction, scored.record, request.requester, digest)
    ]
    hits = [hit for hit in hits if not _has_ended(transaction, context, hit[0])]
    hits = [hit for hit in hits if _log_admits_hit(transaction, request, hit[0])]
    suppliers |= {status.source: HIT for status, _ in hits}
    hits.sort(key=lambda hit: -hit[1].score.points)
    records.count_check(transaction, request.requester, request.database, HIT if hits else NO_RECORD, suppliers)
    if not hits:
        return NO_HIT
    return CheckResult(
        HIT, tuple(_record_hit(transaction, request, digest, status, scored) for status, scored in hits[:HIT_LIMIT])
    )


def _has_ended(transaction: Transaction, context: Context, standing: RecordStatus) -> bool:
    """Whether the record had ended by what the log had come to before the clock stepped back.

    Asked of what hits only: a record that ended so is still counted as consulted.
    """
    steps = context.clock_steps.current(transaction)
    if standing.until is None or not steps.steps:
        return False
    if standing.item is None:
        reached = steps.reached_with(standing.record)
    else:
        logged = log_queries.item(transaction, item_name(standing.item))
        reached = steps.reached_after(logged.retained_from if logged is not None else 0)
    return reached is not None and reached > standing.until


def _log_admits_hit(transaction: Transaction, request: CheckRequest, standing: RecordStatus) -> bool:
    """Whether the log also allows this hit: the item is released, within its retention and meant for the requester.

    Reports a difference as an alarm. Imported records have no item and are open to every member.
    """
    if standing.item is None:
        return True
    name, requester = item_name(standing.item), request.requester
    logged = log_queries.item(transaction, name)
    if logged is not None:
        valid = logged.state is ItemState.RELEASED and not logged.recall_proposed and logged.sender == standing.source
        retained = logged.retention_until is None or transaction.at <= logged.retention_until
        addressed = requester == logged.sender or requester in logged.addressed or logged.published
        if valid and retained and addressed:
            return True
    words = sentence(
        "by the log its record is not for {requester}, or is no longer valid; no hit was reported", requester=requester
    )
    differences.report(transaction, "hit", name, words)
    return False


class _VisibleRecords:
    """The candidates that the requester may see, by the rules in force in this transaction."""

    def __init__(self, transaction: Transaction, context: Context, requester: str, reader: Officer | None) -> None:
        self.standings: dict[int, RecordStatus] = {}
        self._transaction = transaction
        self._context = context
        self._requester = requester
        self._reader = reader
        self._policy = context.policy(transaction)

    def visible(self, candidates: list[int]) -> set[int]:
        """Return the candidates that may be disclosed; keep the status of all of them in ``standings``."""
        found = records.standings(self._transaction, candidates, self._requester)
        self.standings |= found
        return {
            number
            for number, standing in found.items()
            if may_be_disclosed(
                standing,
                self._requester,
                self._transaction.at,
                self._policy,
                self._context.directory,
                self._context.cleared_bureaus(confidential=standing.confidential),
            )
            and self._may_read(standing)
        }

    def _may_read(self, standing: RecordStatus) -> bool:
        return self._reader is None or self._context.may_read(
            self._policy, self._reader, standing.source, standing.family, standing.restricted_from
        )


def refuse_over_limit(transaction: Transaction, context: Context, request: CheckRequest) -> None:
    """Raise Refused where the requester has made the most checks per minute that the settings allow."""
    limit = context.settings.checks_per_minute
    if records.checks_this_minute(transaction, request.requester) >= limit:
        words = sentence(
            "{requester} has asked {limit:,} times in this minute, which is the most",
            requester=request.requester,
            limit=limit,
        )
        raise Refused(RefusedCode.CHECK_LIMIT, words, Obstacle("query", sentence("ask again in the next minute")))


def refuse_unusable_query(query: Query) -> None:
    """Raise Refused, naming the field, for a query that is not searched."""
    fault = matching.query_fault(query)
    if fault is not None:
        field, words = fault
        raise Refused(RefusedCode.QUERY_UNUSABLE, sentence("{field} is of no use", field=field), Obstacle(field, words))


def count_over_limit(transaction: Transaction, request: CheckRequest) -> None:
    """Count a refused check in the requester's figures."""
    records.count_check(transaction, request.requester, request.database, LIMITED, {})


def _record_hit(
    transaction: Transaction, request: CheckRequest, digest: str, standing: RecordStatus, scored: ScoredRecord
) -> CheckHit:
    """Store a hit in full, log it and notify its source; no notice is sent for a requester's own data.

    The log records no name and no birth, because nothing is ever deleted from it.
    """
    row = StoredHit(
        id=0,
        record=scored.record,
        item=standing.item,
        source=standing.source,
        requester=request.requester,
        reference=request.reference,
        database=request.database.value,
        place=request.place,
        query=canonical_json(matching.query_fields(request.query)),
        digest=digest,
        score=scored.score.points,
        explanation=scored.score.words,
        actor=request.actor,
        at=transaction.at,
    )
    number = records.add_hit(transaction, row)
    name = hit_name(number)
    subject = item_name(standing.item) if standing.item is not None else name
    transaction.emit(
        request.actor,
        subject,
        HitFound(
            hit=name,
            item=item_name(standing.item) if standing.item is not None else None,
            requester=request.requester,
            source=standing.source,
            database=request.database.value,
            score=row.score,
            place=request.place,
            record=row.record,
            reference=row.reference,
            query=digest,
            **records.hit_fields(transaction, number),
        ),
    )
    transaction.add_to_counter(f"hits:{standing.source}")
    if standing.source != request.requester and bureaus.find_id(transaction, standing.source) is not None:
        notice_data: dict[str, Json] = {
            "hit": name,
            "requester": request.requester,
            "database": row.database,
            "place": request.place,
            "score": row.score,
            "explanation": phrases_of_bureau(standing.source).stored(row.explanation),
        }
        if standing.item is not None:
            item = items.get(transaction, standing.item)
            notices.add_notice(transaction, item, standing.source, Notice.HIT, notice_data)
        else:
            notices.add_hit_notice(transaction, standing.source, {**notice_data, "record": standing.reference})
    return CheckHit(
        item_name(standing.item) if standing.item is not None else None,
        standing.source,
        row.score,
        row.explanation,
        name,
        standing.reference,
    )


def check_by_officer(
    transaction: Transaction, context: Context, actor: Actor, request: CheckRequest, prepared_search: Search | None
) -> CheckResult | Refused:
    """Run an officer's check on a bureau's behalf.

    A refusal of the check is counted and returned, so that the count is committed; the caller raises it afterwards.
    Raises NotAllowed, InvalidRequest.
    """
    officer = context.officer(transaction, actor, Right.CHECK)
    today = transaction.at.date()
    if context.directory.bureau(request.requester, today) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(request.requester, today)
        )
    of = request.query.nationality if isinstance(request.query, NominalQuery) else request.query.issuer
    if of is not None and not context.directory.is_nationality(of):
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_NATIONALITY, context.directory.nationality_error(of))
    try:
        return check(transaction, context, request, prepared_search, officer)
    except Refused as refusal:
        count_over_limit(transaction, request)
        return refusal


def dismiss(
    transaction: Transaction, context: Context, actor: Actor, number: int, reason: str, until: datetime | None = None
) -> CommandResult:
    """Dismiss a false hit: the same query of the same requester does not hit this record again until ``until``.

    Without ``until`` the period is that of the settings. Raises NotFound, NotAllowed, InvalidRequest.
    """
    officer = context.officer(transaction, actor, Right.DISMISS)
    hit = records.hit(transaction, number)
    if hit is None:
        raise NotFound(NotFoundCode.UNKNOWN_HIT, sentence("there is no hit {number}", number=hit_name(number)))
    context.refuse_own_country(officer, hit.source)
    if visibility_for(transaction, context, officer.name).hides_record(hit.source, hit.item):
        raise NotAllowed(
            NotAllowedCode.READ_DENIED,
            sentence(
                "{number} is on data denied to {country}; {name} may not read it",
                number=hit_name(number),
                country=officer.country,
                name=officer.name,
            ),
        )
    reason = require_text(reason, sentence("a reason"))
    until = until or transaction.at + context.settings.dismissal
    if until <= transaction.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_PAST,
            sentence("{until} is past; name a later time with --until", until=format_utc(until)),
        )
    records.dismiss(transaction, hit, until, reason, actor.officer)
    transaction.emit(
        actor.officer,
        item_name(hit.item) if hit.item is not None else hit_name(number),
        HitDismissed(
            login=actor.login,
            hit=hit_name(number),
            reason=reason,
            until=format_utc(until),
            until_at=until.isoformat(),
        ),
    )
    words = sentence(
        "{number} is dismissed: this query of {requester} does not hit it again until {until}",
        number=hit_name(number),
        requester=hit.requester,
        until=format_utc(until),
    )
    return CommandResult(hit_name(number), "dismissed", 0, words)
