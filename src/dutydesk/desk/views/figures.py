"""Compute the figures of the network: traffic, queue, decisions and database checks."""

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
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import figures, items, log, records
from dutydesk.store.tables.figures import DecisionTime

MINUTE = timedelta(minutes=1)
MAX_SENTENCES = 3
MAX_FIGURE_ROWS = 500
#: Age groups of the queue: the upper bound in hours (``None``: no bound) and the name.
AGES = marked(((1, "under 1 h"), (4, "1 to 4 h"), (24, "4 to 24 h"), (72, "1 to 3 days"), (None, "over 3 days")))


def stats(handle: Handle, context: Context, since: datetime | None, country: str | None) -> NetworkFigures:
    """Return the figures of the whole network, or of one country's items.

    Counts over time begin at ``since``, or at the store's first event where it is ``None``; states and queue are the
    present ones. Raises InvalidRequest for a code that is not a bureau, or a time in the future.
    """
    if country is not None and context.directory.bureau(country, handle.at.date()) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(country, handle.at.date())
        )
    if since is not None and since > handle.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_NOT_PAST, sentence("--since lies in the future; name a time that has passed")
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
        queue_ages=count_by_age(waiting, handle.at),
        released=sum(each.code is None for each in decided),
        refused=sum(each.code is not None for each in decided),
        decision_seconds_median=round(median(times)) if times else None,
        decision_seconds_90th=_90th_percentile(times),
        sentences=tuple(_sentences(handle, context, against, since, country)),
    )


def _sentences(
    handle: Handle, context: Context, against: dict[str, int], since: datetime | None, country: str | None
) -> Iterator[str]:
    """Yield a sentence on the checks against one country's data, or against the data consulted most."""
    for code in (country,) if country is not None else tuple(against)[:MAX_SENTENCES]:
        yield checks_sentence(against.get(code, 0), country_name(handle, context, code), since, handle.at)


def country_name(handle: Handle, context: Context, code: str) -> str:
    """Return a bureau's name, or the code itself where no bureau has it today."""
    bureau = context.directory.bureau(code, handle.at.date())
    return bureau.name if bureau is not None else code


def consulted_sentence(handle: Handle, context: Context, country: str) -> str:
    """Return a sentence on how often a country's data were consulted this year, and by whom."""
    new_year = handle.at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    n = figures.checks_against(handle, new_year, country).get(country, 0)
    sentence = checks_sentence(n, country_name(handle, context, country), new_year, handle.at)
    return f"{sentence}: {_requester_words(handle, country, new_year)}" if n else sentence


def _requester_words(handle: Handle, country: str, since: datetime) -> str:
    """Return the requesters whose checks consulted a country's records, most checks first: ``PL 12 (3 hits), FR 4``."""
    checks: Counter[str] = Counter()
    hit_count: Counter[str] = Counter()
    for row in records.checks_since(handle, country, since):
        requester, n = str(row["requester"]), int(str(row["n"]))
        checks[requester] += n
        hit_count[requester] += n if row["result"] == HIT else 0
    most_first = sorted(checks.items(), key=lambda entry: (-entry[1], entry[0]))
    return requester_words([(requester, n, hit_count[requester]) for requester, n in most_first])


def rows_behind_figure(handle: Handle, name: str, of: str, since: datetime | None, eyes: Visibility) -> list[FeedRow]:
    """Return the items or hits that a figure of the whole network counts, at most :data:`MAX_FIGURE_ROWS`.

    Raises InvalidRequest for a figure that counts neither.
    """
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
            raise InvalidRequest(InvalidRequestCode.FIGURE_WITHOUT_ITEMS, sentence("{name} counts no items", name=name))
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
    """Count the messages of the last minute, or one country's items of that minute."""
    since = handle.at - MINUTE
    if country is None:
        return len(figures.message_times(handle, since))
    return figures.received_by_country(handle, since, country).get(country, 0)


def count_by_age(waiting: Sequence[datetime], at: datetime) -> dict[str, int]:
    """Count what waits since these times, by the age groups of the queue."""
    found = dict.fromkeys((name for _, name in AGES), 0)
    for since in waiting:
        found[_age_name(at - since)] += 1
    return found


def _age_name(age: timedelta) -> str:
    return next(name for hours, name in AGES if hours is None or age < timedelta(hours=hours))


def _seconds_to_decision(handle: Handle, decided: Sequence[DecisionTime]) -> list[float]:
    """Return the seconds from receipt to the end of each first review, sorted.

    Time during which a question to the sender was open does not count.
    """
    return sorted(
        (each.at - each.received_at - figures.time_awaiting_sender(handle, each.item, each.at)).total_seconds()
        for each in decided
        if each.cycle == 1
    )


def _90th_percentile(times: Sequence[float]) -> int | None:
    """Return the shortest time, in whole seconds, within which nine of ten were decided; ``times`` are sorted."""
    return round(times[-(-len(times) * 9 // 10) - 1]) if times else None


def messages_per_minute(handle: Handle, limit: int) -> MinuteCounts:
    """Count the messages of each of the last ``limit`` clock minutes, the present one last."""
    this_minute = handle.at.replace(second=0, microsecond=0)
    first = this_minute - MINUTE * (limit - 1)
    counted = [0] * limit
    for at in figures.message_times(handle, first):
        minute = (at - first) // MINUTE
        if minute < limit:
            counted[minute] += 1
    return MinuteCounts(first, tuple(counted))
