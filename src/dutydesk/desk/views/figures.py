"""The figures of the network: what comes in, what waits and how long, how it was decided, by whom it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.figure_rows import MinuteCounts, NetworkFigures
from dutydesk.desk.base.hit_rows import FeedRow
from dutydesk.desk.base.redaction import Visibility
from dutydesk.desk.views import hits
from dutydesk.desk.views.figures_text import checks_sentence, requester_words
from dutydesk.desk.views.items import rows_of
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.records.records import HIT
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import figures, items, log, records
from dutydesk.store.tables.figures import DecisionTime

MINUTE = timedelta(minutes=1)
MAX_SENTENCES = 3
MAX_FIGURE_ROWS = 500
#: The ages by which the queue is shown: hours, and what such an age is called.
AGES = ((1, "under 1 h"), (4, "1 to 4 h"), (24, "4 to 24 h"), (72, "1 to 3 days"), (None, "over 3 days"))


def stats(handle: Handle, context: Context, since: datetime | None, country: str | None) -> NetworkFigures:
    """Of the whole network, or of one country's items; states and the queue are those of now.

    Without ``since``, from the store's beginning. Raises BadCall for a code that is no bureau, or a time to come.
    """
    if country is not None and context.directory.bureau(country, handle.at.date()) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(country, handle.at.date())
        )
    if since is not None and since > handle.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_NOT_PAST, "--since lies in the future; name a time that has passed"
        )
    waiting = figures.waiting_since(handle, country)
    decided = figures.decisions(handle, since, country)
    times = _seconds_to_decision(handle, decided)
    against, hit = figures.checks_against(handle, since, country), figures.count_hits(handle, since, country)
    return NetworkFigures(
        at=handle.at,
        since=since,
        country=country,
        messages_per_minute=_messages_a_minute(handle, country),
        checks_per_minute=figures.checks_per_minute(handle, country),
        states=_states(handle, country),
        refusals=dict(sorted(Counter(each.code for each in decided if each.code is not None).items())),
        oldest_held_seconds=round((handle.at - waiting[0]).total_seconds()) if waiting else None,
        checks_against=against,
        hits_by_source=hit.by_source,
        hits_by_category=hit.by_category,
        hits_by_place=hit.by_place,
        received=figures.received_by_country(handle, since, country),
        queue_ages=_count_by_age(waiting, handle.at),
        released=sum(each.code is None for each in decided),
        refused=sum(each.code is not None for each in decided),
        decision_seconds_median=round(median(times)) if times else None,
        decision_seconds_90th=_90th_percentile(times),
        sentences=tuple(_sentences(handle, context, against, since, country)),
    )


def _sentences(
    handle: Handle, context: Context, against: dict[str, int], since: datetime | None, country: str | None
) -> Iterator[str]:
    """Of one country, or of those whose data were consulted most."""
    for code in (country,) if country is not None else tuple(against)[:MAX_SENTENCES]:
        yield checks_sentence(against.get(code, 0), country_name(handle, context, code), since, handle.at)


def country_name(handle: Handle, context: Context, code: str) -> str:
    bureau = context.directory.bureau(code, handle.at.date())
    return bureau.name if bureau is not None else code


def consulted_sentence(handle: Handle, context: Context, country: str) -> str:
    """How often this year a country's data were consulted, as a sentence, and by whom."""
    new_year = handle.at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    n = figures.checks_against(handle, new_year, country).get(country, 0)
    said = checks_sentence(n, country_name(handle, context, country), new_year, handle.at)
    return f"{said}: {_requester_words(handle, country, new_year)}" if n else said


def _requester_words(handle: Handle, country: str, since: datetime) -> str:
    """Whose checks consulted a country's records and how often, who asked most first: ``PL 12 (3 hits), FR 4``."""
    checks: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for row in records.checks_since(handle, country, since):
        requester, n = str(row["requester"]), int(str(row["n"]))
        checks[requester] += n
        hit[requester] += n if row["result"] == HIT else 0
    most_first = sorted(checks.items(), key=lambda asked: (-asked[1], asked[0]))
    return requester_words([(requester, n, hit[requester]) for requester, n in most_first])


def rows_behind_figure(handle: Handle, name: str, of: str, since: datetime | None, eyes: Visibility) -> list[FeedRow]:
    """The items or hits behind a figure of the whole network, at most so many. Raises BadCall for one without."""
    match name:
        case "queue_ages":
            waiting = items.review_queue(handle, MAX_FIGURE_ROWS)
            numbers = [item.number for item in waiting if _age_name(handle.at - item.received_at) == of]
        case "hits_by_source":
            return list(hits.hit_rows(handle, figures.hits_on_source(handle, since, MAX_FIGURE_ROWS, of), eyes))
        case "hits_by_category":
            return list(hits.hit_rows(handle, figures.hits_under(handle, since, MAX_FIGURE_ROWS, category=of), eyes))
        case "hits_by_place":
            return list(hits.hit_rows(handle, figures.hits_under(handle, since, MAX_FIGURE_ROWS, place=of), eyes))
        case "decided" | "refusals" | "time":
            decided = reversed(figures.decisions(handle, since, None))
            numbers = [item_number(each.item) or 0 for each in decided if _counts_toward(each, name, of)][
                :MAX_FIGURE_ROWS
            ]
        case _:
            raise InvalidRequest(InvalidRequestCode.FIGURE_WITHOUT_ITEMS, f"{name} counts no items")
    return list(rows_of(handle, list(dict.fromkeys(numbers)), eyes))


def _counts_toward(decided: DecisionTime, name: str, of: str) -> bool:
    if name == "refusals":
        return decided.code == of
    if name == "time":
        return decided.cycle == 1
    return (decided.code is not None) == (of == "refused")


def _states(handle: Handle, country: str | None) -> dict[str, int]:
    if country is not None:
        return figures.states_of(handle, country)
    counted = log.counters(handle)
    found = {name.removeprefix("state:"): n for name, n in counted.items() if name.startswith("state:") and n}
    return dict(sorted(found.items()))


def _messages_a_minute(handle: Handle, country: str | None) -> int:
    """Those of the last minute; of a country its items."""
    since = handle.at - MINUTE
    if country is None:
        return len(figures.message_times(handle, since))
    return figures.received_by_country(handle, since, country).get(country, 0)


def _count_by_age(waiting: Sequence[datetime], at: datetime) -> dict[str, int]:
    found = dict.fromkeys((name for _, name in AGES), 0)
    for since in waiting:
        found[_age_name(at - since)] += 1
    return found


def _age_name(age: timedelta) -> str:
    return next(name for hours, name in AGES if hours is None or age < timedelta(hours=hours))


def _seconds_to_decision(handle: Handle, decided: Sequence[DecisionTime]) -> list[float]:
    """From receipt to the first review's end, less the time in which the sender had a question to answer."""
    return sorted(
        (each.at - each.received_at - figures.time_awaiting_sender(handle, each.item, each.at)).total_seconds()
        for each in decided
        if each.cycle == 1
    )


def _90th_percentile(times: Sequence[float]) -> int | None:
    """The least time within which nine of ten were decided; ``times`` are sorted."""
    return round(times[-(-len(times) * 9 // 10) - 1]) if times else None


def messages_per_minute(handle: Handle, limit: int) -> MinuteCounts:
    """Messages in each of the last minutes, the present one last; minutes are those of the clock."""
    this_minute = handle.at.replace(second=0, microsecond=0)
    first = this_minute - MINUTE * (limit - 1)
    counted = [0] * limit
    for at in figures.message_times(handle, first):
        place = (at - first) // MINUTE
        if place < limit:
            counted[place] += 1
    return MinuteCounts(first, tuple(counted))
