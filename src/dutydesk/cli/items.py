"""Commands that only read: the feed, one item, its route, the countries and the measures."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_json_lines, print_sentence, print_table, stdout_is_terminal
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.measures import Level
from dutydesk.language.phrases import marked, translate
from dutydesk.language.sentences import sentence
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.base.difference_rows import ItemDifference
    from dutydesk.desk.base.rows import CountryRow, ItemRow, ItemView, MeasureRow, RouteExplanation
    from dutydesk.desk.service.desk import Desk
    from dutydesk.store.tables.items import PageFilter

#: Most rows on a terminal without ``--limit``; programs get all.
TERMINAL_LIMIT = 100


@command("items", "dutydesk items --state held", "dutydesk items --sender RU --text melnik --limit 20 --json")
@click.option("--state", type=arguments.one_of(ItemState), help="Only items in this state.")
@click.option("--sender", metavar="CC", type=free_text, help="Only items of this bureau.")
@click.option("--kind", type=arguments.one_of(Kind), help="Only items of this kind.")
@click.option("--text", metavar="Q", type=free_text, help="Only items whose title or reference contains these words.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Show at most N items; else all.")
@pass_call
def items_command(
    call: Call, state: str | None, sender: str | None, kind: str | None, text: str | None, limit: int | None
) -> None:
    """List the items, newest first."""
    from dutydesk.store.tables.items import PageFilter

    narrow = PageFilter(
        state=ItemState(state) if state else None,
        sender=sender,
        kind=Kind(kind) if kind else None,
        words=_search_query(text) if text is not None else None,
    )
    short = limit is None and not call.json and stdout_is_terminal()
    most = TERMINAL_LIMIT + 1 if short else limit

    async def read_rows(desk: Desk) -> list[ItemRow]:
        rows = [row async for row in _read_feed(desk, narrow, most)]
        if not rows and sender is not None:
            require_known_bureau(desk, sender)
        return rows

    rows = read_at_desk(call, read_rows)
    if call.json:
        print_json_lines(rows)
        return
    _print_items(rows[:TERMINAL_LIMIT] if short else rows)
    if short and len(rows) > TERMINAL_LIMIT:
        print_sentence(
            translate(
                "There are more; --limit {number} shows more of them, --state and --text fewer.",
                number=TERMINAL_LIMIT * 10,
            )
        )


def _search_query(text: str) -> str:
    from dutydesk.wire.text.search_text import fts_query

    words = fts_query(text)
    if words is None:
        raise InvalidRequest(
            InvalidRequestCode.NOTHING_TO_SEARCH, sentence("--text holds no word to search for; type letters or digits")
        )
    return words


async def _read_feed(desk: Desk, page_filter: PageFilter, most: int | None) -> AsyncIterator[ItemRow]:
    """Read the feed page by page, so that a long feed needs little memory."""
    from dataclasses import replace

    given, page_rows = 0, desk.limits.commands.page_rows
    while most is None or given < most:
        wanted = page_rows if most is None else min(page_rows, most - given)
        page = await desk.queries.feed(page_filter, wanted)
        for row in page:
            yield row
        given += len(page)
        if len(page) < wanted:
            return
        page_filter = replace(page_filter, before=item_number(page[-1].item) or 0)


def _print_items(rows: list[ItemRow]) -> None:
    if not rows:
        print_sentence(translate("No items."))
        return
    print_table(
        marked(("Item", "State", "Level", "From", "Kind", "Received", "Title")),
        ((r.item, _state(r), r.level, r.sender, r.kind or r.type, r.received_at, _title(r)) for r in rows),
    )


def _state(row: ItemRow) -> str:
    return row.state if row.claimed_by is None else f"{row.state} by {row.claimed_by}"


def _title(row: ItemRow) -> str:
    return row.title if row.urgency == "routine" else f"{row.urgency.upper()} {row.title}"


@command(
    "show",
    "dutydesk show D-000001",
    "dutydesk show D-000001 --json",
    "dutydesk show D-000001 --difference",
    "dutydesk show D-000001 --difference 1",
    "dutydesk show H-000001",
)
@click.argument("item", type=arguments.item_or_hit)
@click.option(
    "--difference",
    metavar="[VERSION]",
    is_flag=False,
    flag_value="",
    type=free_text,
    help="Show only what differs from an earlier version, or from the item that it corrects or repeats.",
)
@pass_call
def show_command(call: Call, item: arguments.ItemOrHit, difference: str | None) -> None:
    """Show everything about one item or one hit.

    An item: body, findings, checklist, route, deliveries, reviews, notes and history. A hit: the query,
    the record, the parts of the score, the bureaus that were told, and its dismissals.
    """
    if item.is_hit:
        _show_hit(call, item.number)
        return
    if difference is not None:
        _show_difference(call, item.number, difference or None)
        return

    async def read_item(desk: Desk, actor: Actor) -> tuple[ItemView, str | None]:
        view = await desk.queries.show(item.number)
        return view, await desk.record_read(actor, view.row)

    view, missed = run_at_desk(call, read_item, Right.READ)
    warn_unrecorded_read(missed)
    from dutydesk.cli._core import item_page

    if call.json:
        print_json_line(item_page.as_object(view))
    else:
        item_page.print_item(view)


def _show_difference(call: Call, number: int, against: str | None) -> None:
    async def read_both(desk: Desk, actor: Actor) -> tuple[ItemDifference, list[str | None]]:
        found = await desk.queries.difference(number, against)
        numbers = dict.fromkeys(item_number(side.item) or 0 for side in (found.before, found.after))
        rows = await desk.queries.rows([*numbers]) if found.obstacle is None else []
        return found, [await desk.record_read(actor, row) for row in rows]

    found, missed = run_at_desk(call, read_both, Right.READ)
    for problem in missed:
        warn_unrecorded_read(problem)
    from dutydesk.cli._core import difference_page

    if call.json:
        print_json_line(difference_page.as_object(found))
    else:
        difference_page.print_difference(found)


def _show_hit(call: Call, number: int) -> None:
    view = run_at_desk(call, lambda desk, _act: desk.queries.hit(number), Right.READ)
    from dutydesk.cli._core import hit_page

    if call.json:
        print_json_line(hit_page.as_object(view))
    else:
        hit_page.print_hit(view)


@command("why", "dutydesk why D-000001", "dutydesk why D-000001 --at 2022-03-10T15:00:00Z")
@click.argument("item", type=arguments.item)
@click.option("--at", metavar="T", type=arguments.moment, help="Use the measures and restrictions of this time.")
@pass_call
def why_command(call: Call, item: int, at: datetime | None) -> None:
    """Explain an item's route: its level, the causes, the recipients."""

    async def read_route(desk: Desk, actor: Actor) -> tuple[RouteExplanation, str | None]:
        rows = await desk.queries.rows([item])
        view = await desk.queries.why(item, at)
        return view, await desk.record_read(actor, rows[0])

    view, missed = run_at_desk(call, read_route, Right.READ)
    warn_unrecorded_read(missed)
    if call.json:
        print_json_line(view)
        return
    from dutydesk.cli._core import item_page

    item_page.print_why(view)


def warn_unrecorded_read(problem: str | None) -> None:
    """Warn that a read could not be recorded; the command still succeeds."""
    if problem is not None:
        print(f"dutydesk: {safe_text(problem)}", file=sys.stderr)


@command("countries", "dutydesk countries --level held")
@click.option("--level", type=arguments.one_of(Level), help="Only countries under this level.")
@pass_call
def countries_command(call: Call, level: str | None) -> None:
    """List the member countries with level and held items."""
    rows = [row for row in read_at_desk(call, lambda desk: desk.queries.countries()) if level in (None, row.level)]
    if call.json:
        print_json_lines(rows)
    else:
        _print_countries(rows)


def _print_countries(rows: list[CountryRow]) -> None:
    if not rows:
        print_sentence("No country is under this level.")
        return
    print_table(
        ("Code", "Level", "Measure", "Held", "Received", "Network", "NCB", "Name"),
        (
            (r.code, r.level, r.measure, r.held, r.received, "offline" if r.offline else "online", r.ncb, r.name)
            for r in rows
        ),
    )


@command("measures", "dutydesk measures", "dutydesk measures RU --json")
@click.argument("country", metavar="CC", type=free_text, required=False)
@pass_call
def measures_command(call: Call, country: str | None) -> None:
    """List all measures, oldest first, or those of one country."""

    async def read_rows(desk: Desk) -> list[MeasureRow]:
        if country is not None:
            require_known_bureau(desk, country)
        return await desk.queries.measures(country)

    rows = read_at_desk(call, read_rows)
    if call.json:
        print_json_lines(rows)
    elif not rows:
        print_sentence(
            "No measure was ever ordered." if country is None else f"No measure was ever ordered on {country}."
        )
    else:
        columns = ("Measure", "CC", "Level", "State", "Endorsed", "From", "Review by", "Order")
        print_table(columns, map(_measure_cells, rows))


def _measure_cells(row: MeasureRow) -> tuple[object, ...]:
    proposed = f"{row.proposed} proposed" if row.proposed else row.state
    state = f"in force, {proposed}" if row.proposed == "lift" else proposed
    about = (row.measure, row.country, row.level, state, row.endorsement)
    return (*about, row.effective_at, row.review_by.date(), f"{row.order} of {row.by}")


def require_known_bureau(desk: Desk, code: str) -> None:
    """Raises InvalidRequest for an unknown code: an empty list would look like a result."""
    directory, today = desk.context.directory, desk.clock.now().date()
    if directory.bureau(code, today) is None:
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, directory.bureau_code_error(code, today))
