"""Officers of a country do not read, find, export or decide on data that its owner denies to that country."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from desks import Bench, act_message, diffusion, number
from dutydesk.desk.audit.item_export import export_item
from dutydesk.desk.shift import handover
from dutydesk.desk.views.hits import ALL_LINES, NEWEST, HitFilter, LineFilter
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables.items import PageFilter
from dutydesk.wire.text.search_text import fts_query
from refusals import raises_code

NAME = "QUISTELBERG"


def named(sender: str, *recipients: str, **changes: object) -> dict[str, object]:
    message = diffusion(sender, recipients, **changes)
    message["subject"] = {**message["subject"], "name": {"family": NAME, "given": "Tomas"}}
    return message


async def officer(bench: Bench, name: str, country: str, role: Role = Role.SUPERVISOR) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer(name, role, country))


def everything(found: object) -> str:
    return json.dumps(found, default=str, ensure_ascii=False)


async def test_a_denied_item_shows_its_line_and_nothing_that_was_written(bench: Bench) -> None:
    await bench.order("FR", Level.HELD)
    item = await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.note(bench.actor("Jonas"), item, f"{NAME} called")
    theirs = bench.desk.for_reader(bench.actor("Ruslana"))
    view = await theirs.queries.show(item)
    assert (view.row.withheld, view.body, view.row.original_script) == (True, None, None)
    assert (view.row.sender, view.row.state) == ("FR", "held")
    looked = [
        asdict(view),
        [asdict(row) for row in await theirs.queries.feed()],
        [asdict(row) for row in await theirs.queries.queue()],
        [asdict(row) for row in await theirs.queries.rows([item])],
        [asdict(row) for row in await theirs.queries.lines()],
        [asdict(row) for row in await theirs.queries.events_after(0)],
        [asdict(row) for row in await theirs.queries.history(f"D-{item:06d}")],
        [asdict(row) for row in await theirs.queries.alarms()],
        asdict(await theirs.queries.why(item)),
        [asdict(row) for row in await theirs.queries.rows_behind_figure("queue_ages", "under 1 h", None)],
        await theirs.queries.earlier_items(item),
    ]
    assert NAME.casefold() not in everything(looked).casefold()
    ours = await bench.desk.for_reader(bench.actor("Ines")).queries.show(item)
    assert ours.body is not None
    assert not ours.row.withheld
    assert NAME.casefold() in ours.row.title.casefold()


@pytest.mark.parametrize("scope", ["standing", "item", "body", "parent"])
async def test_each_way_to_deny_counts_and_the_owners_own_officers_read(bench: Bench, scope: str) -> None:
    country = "HK" if scope == "parent" else "PL"
    denied = "CN" if scope == "parent" else "PL"
    await officer(bench, "Lena", country)
    await officer(bench, "Fleur", "FR")
    if scope in ("standing", "parent"):
        await bench.send(act_message("restriction", "FR", deny=[denied]))
    message = named("FR", "PL", "DE", restricted_from=["PL"] if scope == "body" else None)
    item = await bench.sent(message)
    if scope == "item":
        await bench.send(act_message("restriction", "FR", deny=[denied], of=message["reference"]))
    assert (await bench.desk.for_reader(bench.actor("Lena")).queries.show(item)).row.withheld
    for name in ("Fleur", "Ruslana", "Ines"):
        assert not (await bench.desk.for_reader(bench.actor(name)).queries.show(item)).row.withheld


async def test_a_search_does_not_tell_that_a_denied_item_matches(bench: Bench) -> None:
    """A page that loses rows this way is filled with older ones."""
    open_one = await bench.sent(named("DE", "PL"))
    for _ in range(3):
        await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    narrow = PageFilter(words=fts_query(NAME))
    theirs = bench.desk.for_reader(bench.actor("Ruslana"))
    assert [number(row.item) for row in await theirs.queries.feed(narrow, 2)] == [open_one]
    assert len(await bench.desk.queries.feed(narrow, 2)) == 2
    lines = await theirs.queries.lines(LineFilter(narrow, HitFilter(words=fts_query(NAME))), NEWEST, 2)
    assert [row.item for row in lines] == [f"D-{open_one:06d}"]


async def test_a_denied_item_is_not_exported_and_one_of_the_own_country_is(bench: Bench, tmp_path: Path) -> None:
    await bench.send(act_message("restriction", "FR", deny=["all"]) | {"deny": "all"})
    denied, own = await bench.sent(named("DE", "PL", restricted_from=["RU"])), await bench.sent(diffusion("RU"))
    actor = bench.actor("Ruslana")
    with raises_code(NotAllowedCode.READ_DENIED):
        await export_item(bench.desk.store, bench.desk.context, actor, denied, tmp_path / "denied.jsonl")
    assert not (tmp_path / "denied.jsonl").exists()
    assert (await export_item(bench.desk.store, bench.desk.context, actor, own, tmp_path / "own.jsonl")).bodies == 1


async def test_nobody_decides_on_what_he_or_she_may_not_read(bench: Bench) -> None:
    await bench.order("FR", Level.HELD)
    item = await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    for deed in (
        bench.desk.review.claim(bench.actor("Ruslana"), item),
        bench.desk.review.claim(bench.actor("Ines"), item, for_officer="Ruslana"),
        bench.desk.review.recall(bench.actor("Ruslana"), item, "wrong", urgent=True),
    ):
        with raises_code(NotAllowedCode.READ_DENIED):
            await deed


async def test_a_check_tells_an_officer_nothing_of_what_is_denied_to_the_own_country(bench: Bench) -> None:
    item = await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    await bench.dispatch()
    query = NominalQuery(f"Tomas {NAME}")
    answer = await bench.desk.checks.check(bench.actor("Ruslana"), "PL", query)
    assert (answer.result, answer.hits) == ("no_record", ())
    assert (await bench.desk.checks.check(bench.actor("Mara"), "PL", query)).hits[0].item == f"D-{item:06d}"
    theirs = bench.desk.for_reader(bench.actor("Ruslana"))
    view = await theirs.queries.hit(1)
    assert (view.row.withheld, view.query, view.record) == (True, {}, None)
    found = [asdict(view), [asdict(row) for row in await theirs.queries.hit_rows([1])]]
    found.append([asdict(row) for row in await theirs.queries.lines(ALL_LINES)])
    assert NAME.casefold() not in everything(found).casefold()
    with raises_code(NotAllowedCode.READ_DENIED):
        await bench.desk.checks.dismiss(bench.actor("Ruslana"), 1, "another person")
    receipt = await bench.send(act_message("check", "PL", database="nominal", query={"name": f"Tomas {NAME}"}))
    assert receipt.hits
    shown = await theirs.queries.visible_receipt(receipt)
    assert (shown.result, shown.hits) == ("no_record", ())


async def test_the_handover_note_leaves_out_what_was_written_on_a_denied_item(bench: Bench) -> None:
    await bench.order("FR", Level.HELD)
    for denied in (["RU"], None):
        item = await bench.sent(named("FR", "PL", "DE", restricted_from=denied))
        await bench.desk.review.claim(bench.actor("Jonas"), item)
        await bench.desk.review.claim(
            bench.actor("Ines"), item, take_over=f"{NAME} is urgent, {'denied' if denied else 'open'}"
        )
    text = (await handover.draft_handover(bench.desk)).note.text
    assert f"{NAME} is urgent, open" in text
    assert f"{NAME} is urgent, denied" not in text


async def test_input_in_quarantine_is_withheld_by_what_its_bytes_claim(bench: Bench) -> None:
    message = named("FR", "PL", "DE")
    await bench.sent(message)
    receipt = await bench.send(message | {"restricted_from": ["RU"], "text": "Another text."})
    assert receipt.outcome == "conflict"
    assert (await bench.desk.for_reader(bench.actor("Ruslana")).queries.show(number(receipt.item))).row.withheld


async def test_the_setting_opens_it_and_an_officer_who_moves_sees_it_by_the_new_country(bench: Bench) -> None:
    item = await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    theirs = bench.desk.for_reader(bench.actor("Ruslana"))
    assert (await theirs.queries.show(item)).row.withheld
    await officer(bench, "Ruslana", "-")
    assert not (await theirs.queries.show(item)).row.withheld
    await officer(bench, "Ruslana", "RU")
    usual = bench.desk.context.settings
    object.__setattr__(bench.desk.context, "settings", replace(usual, country_officers_read_denied=True))
    assert not (await theirs.queries.show(item)).row.withheld
    object.__setattr__(bench.desk.context, "settings", usual)


async def test_the_log_notes_that_the_setting_opens_what_is_denied(bench: Bench) -> None:
    usual = bench.desk.context.settings
    object.__setattr__(bench.desk.context, "settings", replace(usual, country_officers_read_denied=True))
    await bench.order("FR", Level.HELD)
    item = await bench.sent(named("FR", "PL", "DE", restricted_from=["RU"]))
    assert (await bench.desk.review.claim(bench.actor("Ruslana"), item)).state == "held"
    assert (await bench.desk.queries.history("settings"))[-1].data["country_officers_read_denied"] is True
    object.__setattr__(bench.desk.context, "settings", usual)
    await bench.desk.review.unclaim(bench.actor("Ruslana"), item)
    assert "country_officers_read_denied" not in (await bench.desk.queries.history("settings"))[-1].data
