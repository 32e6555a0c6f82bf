"""Write the figures as sentences and as rows, for the command line, a file and the screen alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from dutydesk.desk.base.figure_rows import NetworkFigures
from dutydesk.desk.base.user_files import new_file, refuse_store
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import Sentence, joined, sentence
from dutydesk.wire.encode.csv import csv_bytes
from dutydesk.wire.encode.json_line import to_json_line

#: Largest distance below a round number, as a share of it, at which a count is "nearly" that number.
_ROUNDING_SHARE = 0.03
#: Most bureaus that are named as requesters; the others are counted.
MAX_REQUESTERS = 12


def rounded_count(n: int) -> str:
    """Return a count for a sentence: exact below 1,000 or if round, else ``nearly 60,000`` or ``over 59,000``."""
    if n < 1_000:
        return f"{n:,}"
    one_digit = 10 ** (len(str(n)) - 1)
    above = -(-n // one_digit) * one_digit
    if n == above:
        return f"{n:,}"
    if above - n <= above * _ROUNDING_SHARE:
        return sentence("nearly {number:,}", number=above)
    two_digits = one_digit // 10
    below = n // two_digits * two_digits
    return f"{n:,}" if n == below else sentence("over {number:,}", number=below)


def since_words(since: datetime | None, now: datetime) -> str:
    """Return the start of a figure's period as the beginning of a sentence."""
    if since is None:
        return sentence("so far")
    midnight = (since.hour, since.minute, since.second, since.microsecond) == (0, 0, 0, 0)
    if midnight and (since.year, since.month, since.day) == (now.year, 1, 1):
        return sentence("so far this year")
    return (
        sentence("since {since:%Y-%m-%d}", since=since)
        if midnight
        else sentence("since {since:%Y-%m-%d %H:%M} UTC", since=since)
    )


def checks_sentence(n: int, name: str, since: datetime | None, now: datetime) -> str:
    """Return the sentence on how often a country's data were consulted, as the organisation words it."""
    period, counted = since_words(since, now), rounded_count(n)
    if n == 0:
        template = marked("{period}, no checks were made by member countries against data supplied by {name}")
    elif n == 1:
        template = marked("{period}, {count} check was made by member countries against data supplied by {name}")
    elif isinstance(counted, Sentence):
        template = marked(
            "{period}, {count} checks were made by member countries against data supplied by {name} ({exact:,})"
        )
    else:
        template = marked("{period}, {count} checks were made by member countries against data supplied by {name}")
    return sentence(template, period=period, count=counted, name=name, exact=n)


def requester_words(requesters: Sequence[tuple[str, int, int]]) -> str:
    """List the requesters: each is a bureau with its number of checks and of hits; after the twelfth, count them."""
    parts = [_requester_text(code, n, hits) for code, n, hits in requesters[:MAX_REQUESTERS]]
    more = len(requesters) - MAX_REQUESTERS
    return joined([*parts, sentence("and {number:,} more", number=more)] if more > 0 else parts)


def _requester_text(code: str, checks: int, hits: int) -> str:
    if not hits:
        return f"{code} {checks:,}"
    template = marked("{code} {checks:,} ({hits:,} hit)") if hits == 1 else marked("{code} {checks:,} ({hits:,} hits)")
    return sentence(template, code=code, checks=checks, hits=hits)


def rows_of(stats: NetworkFigures) -> Iterator[tuple[str, str | None, int | None]]:
    """Yield each figure as name, key (a state, code, country or place) and value; times are in seconds."""
    yield "messages_per_minute", stats.country, stats.messages_per_minute
    yield "checks_per_minute", stats.country, stats.checks_per_minute
    for name, counted in (
        ("states", stats.states),
        ("queue_ages", stats.queue_ages),
        ("refusals", stats.refusals),
        ("received", stats.received),
        ("checks_against", stats.checks_against),
        ("hits_by_source", stats.hits_by_source),
        ("hits_by_category", stats.hits_by_category),
        ("hits_by_place", stats.hits_by_place),
    ):
        yield from ((name, key, n) for key, n in counted.items())
    for name, value in (
        ("oldest_held_seconds", stats.oldest_held_seconds),
        ("released", stats.released),
        ("refused", stats.refused),
        ("decision_seconds_median", stats.decision_seconds_median),
        ("decision_seconds_90th", stats.decision_seconds_90th),
    ):
        yield name, stats.country, value


COLUMNS = ("figure", "of", "value")


def write_figures(stats: NetworkFigures, path: Path, store: Path, *, raw: bool = False, replace: bool = False) -> None:
    """Write the figures to a file: JSON if its name ends in ``.json``, else CSV.

    ``raw`` leaves CSV cells that a spreadsheet would read as formulas unchanged. Raises InvalidRequest for a name of
    the store's own files, Refused where the file exists and ``replace`` is false, or can't be written.
    """
    path = path.expanduser()
    refuse_store(path, store)
    is_json = path.suffix.lower() == ".json"
    content = f"{to_json_line(stats)}\n".encode() if is_json else csv_bytes(COLUMNS, rows_of(stats), raw=raw)
    with new_file(path, replace=replace) as out:
        out.write(content)
