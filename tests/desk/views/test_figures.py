"""The figures: each equals what an officer would count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desks import AT, Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.views.figures_text import checks_sentence, requester_words, rounded_count, rows_of, since_words
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.domain.review.guards import Decision, RefusalCode
from refusals import raises_code


async def refuse(bench: Bench, item: int, code: RefusalCode) -> None:
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "Not so.", code))


async def test_messages_a_minute(bench: Bench) -> None:
    message = diffusion("DE")
    await bench.sent(message)
    bench.clock.move(minutes=5)
    await bench.dispatch()
    await bench.send(act_message("response", "PL", about="D-000001", action="acting"))
    await bench.send(message)
    await bench.send(message | {"reference": "?"})
    await bench.sent(notice_request("BR"))
    assert (await bench.desk.queries.stats()).messages_per_minute == 4
    assert (await bench.desk.queries.stats(country="BR")).messages_per_minute == 1
    bench.clock.move(seconds=61)
    assert (await bench.desk.queries.stats()).messages_per_minute == 0


async def test_a_correction_counts_once(bench: Bench) -> None:
    released, held = diffusion("DE"), notice_request("DE")
    await bench.sent(released)
    await bench.sent(held)
    bench.clock.move(minutes=5)
    await bench.sent(diffusion("DE", type="correction", of=released["reference"]))
    await bench.sent(diffusion("DE", None, type="correction", of=held["reference"]))
    assert (await bench.desk.queries.stats()).messages_per_minute == 2


async def test_the_minutes_of_the_last_hour(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    bench.clock.move(minutes=58, seconds=30)
    await bench.sent(diffusion("DE"))
    await bench.sent(diffusion("DE"))
    bench.clock.move(minutes=1)
    await bench.sent(diffusion("DE"))
    minutes = await bench.desk.queries.messages_per_minute(60)
    assert (len(minutes.messages), minutes.first) == (60, AT)
    assert (minutes.messages[0], minutes.messages[-2:], sum(minutes.messages)) == (1, (2, 1), 4)


async def test_states_and_countries(bench: Bench) -> None:
    for sender in ("DE", "DE", "FR"):
        await bench.sent(diffusion(sender))
    await bench.sent(notice_request("DE"))
    stats = await bench.desk.queries.stats()
    assert stats.states == {"held": 1, "released": 3}
    assert stats.received == {"DE": 3, "FR": 1}
    assert list(stats.received) == ["DE", "FR"], "the busiest first"
    of_one = await bench.desk.queries.stats(country="DE")
    assert (of_one.states, of_one.received) == ({"held": 1, "released": 2}, {"DE": 3})


async def test_the_age_of_the_queue(bench: Bench) -> None:
    assert (await bench.desk.queries.stats()).oldest_held_seconds is None
    for hours in (100, 10, 2, 0):
        await bench.sent(notice_request("BR"))
        bench.clock.move(hours=hours)
    await bench.sent(notice_request("DE"))
    stats = await bench.desk.queries.stats()
    assert stats.oldest_held_seconds == 112 * 3600
    assert stats.queue_ages == {"under 1 h": 2, "1 to 4 h": 1, "4 to 24 h": 1, "1 to 3 days": 0, "over 3 days": 1}
    assert (await bench.desk.queries.stats(country="DE")).oldest_held_seconds == 0


async def test_refusals_by_code_since_a_time_and_of_a_country(bench: Bench) -> None:
    items = [await bench.sent(notice_request(sender)) for sender in ("BR", "DE", "FR")]
    await refuse(bench, items[0], RefusalCode.ARTICLE_3)
    bench.clock.move(hours=1)
    await refuse(bench, items[1], RefusalCode.OTHER)
    await bench.release(items[2])
    assert (await bench.desk.queries.stats()).refusals == {"art_3": 1, "other": 1}
    late = await bench.desk.queries.stats(since=AT + timedelta(minutes=30))
    assert (late.refusals, late.released, late.refused) == ({"other": 1}, 1, 1)
    assert (await bench.desk.queries.stats(country="BR")).refusals == {"art_3": 1}


async def test_time_to_decision_median_and_ninetieth(bench: Bench) -> None:
    assert (await bench.desk.queries.stats()).decision_seconds_median is None
    items = [await bench.sent(notice_request("BR")) for _ in range(10)]
    for item in items:
        bench.clock.move(minutes=10)
        await refuse(bench, item, RefusalCode.OTHER)
    stats = await bench.desk.queries.stats()
    assert (stats.decision_seconds_median, stats.decision_seconds_90th) == (55 * 60, 90 * 60)


async def test_time_with_an_open_question_does_not_count(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    bench.clock.move(hours=1)
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    bench.clock.move(days=3)
    await bench.send(act_message("information", "BR", about="D-000001", text="The city court."))
    bench.clock.move(hours=1)
    await refuse(bench, item, RefusalCode.OTHER)
    assert (await bench.desk.queries.stats()).decision_seconds_median == 2 * 3600


async def test_what_was_received_since(bench: Bench) -> None:
    for sender in ("DE", "FR", "DE", "DE"):
        await bench.sent(diffusion(sender))
        bench.clock.move(hours=1)
    assert (await bench.desk.queries.stats(since=AT + timedelta(hours=2))).received == {"DE": 2}
    assert (await bench.desk.queries.stats(since=AT + timedelta(hours=1))).received == {"DE": 2, "FR": 1}


async def test_invalid_calls(bench: Bench) -> None:
    with raises_code(InvalidRequestCode.UNKNOWN_CODE, match="UK"):
        await bench.desk.queries.stats(country="UK")
    with raises_code(InvalidRequestCode.TIME_NOT_PAST):
        await bench.desk.queries.stats(since=AT + timedelta(days=1))


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0"),
        (1, "1"),
        (999, "999"),
        (1_000, "1,000"),
        (59_213, "nearly 60,000"),
        (58_000, "58,000"),
        (57_412, "over 57,000"),
        (60_000, "60,000"),
        (61_500, "over 61,000"),
        (99_999, "nearly 100,000"),
    ],
)
def test_counts_in_words(n: int, words: str) -> None:
    assert rounded_count(n) == words


def test_requesters_are_named_up_to_a_limit() -> None:
    assert requester_words([("PL", 1200, 2), ("FR", 1, 0)]) == "PL 1,200 (2 hits), FR 1"
    many = requester_words([(f"{n:03d}", 1, 0) for n in range(15)])
    assert many.endswith("011 1, and 3 more")


def test_the_sentence_about_a_supplier_of_data() -> None:
    now, new_year = AT, datetime(2022, 1, 1, tzinfo=UTC)
    assert checks_sentence(59_213, "Russia", new_year, now) == (
        "so far this year, nearly 60,000 checks were made by member countries against data supplied by Russia (59,213)"
    )
    assert checks_sentence(1, "Chad", None, now).startswith("so far, 1 check was made")
    assert checks_sentence(0, "Chad", new_year, now).startswith("so far this year, no checks were made")
    assert since_words(datetime(2021, 1, 1, tzinfo=UTC), now) == "since 2021-01-01"
    assert since_words(datetime(2022, 3, 1, 6, tzinfo=UTC), now) == "since 2022-03-01 06:00 UTC"


async def test_every_figure_is_a_row(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    stats = replace(await bench.desk.queries.stats(), hits_by_place={"=cmd": 3})
    rows = list(rows_of(stats))
    assert ("states", "released", 1) in rows
    assert ("hits_by_place", "=cmd", 3) in rows
    assert ("decision_seconds_median", None, None) in rows


# Checks and hits


async def asked(bench: Bench, requester: str, number: str = "ZX4400917", place: str | None = None) -> str:
    answer = await bench.desk.checks.check(bench.actor("Jonas"), requester, DocumentQuery(number, None), place)
    return answer.result


def about_a_document(sender: str, number: str, category: str) -> dict[str, Any]:
    message = diffusion(sender, ("PL", "FR"))
    message["subject"]["identity_documents"] = [{"type": "passport", "number": number, "issuer": "SE"}]
    message["judicial"]["offences"][0]["category"] = category
    return message


async def test_checks_against_each_countrys_data_and_hits_by_what_they_are(bench: Bench) -> None:
    await bench.sent(about_a_document("DE", "ZX1111111", "Drug trafficking"))
    await bench.sent(about_a_document("RU", "ZX2222222", "homicide"))
    for requester, number, place in (
        ("PL", "ZX1111111", "Medyka"),
        ("FR", "ZX1111111", "Medyka"),
        ("PL", "ZX2222222", "Lyon"),
        ("ES", "ZX2222222", "Madrid"),
        ("PL", "ZX9999999", None),
    ):
        await asked(bench, requester, number, place)
    stats = await bench.desk.queries.stats()
    assert (stats.checks_against, stats.hits_by_source) == ({"DE": 2, "RU": 1}, {"DE": 2, "RU": 1})
    assert stats.hits_by_category == {"drug_trafficking": 2, "homicide": 1}
    assert stats.hits_by_place == {"Medyka": 2, "Lyon": 1}
    of_one = await bench.desk.queries.stats(country="RU")
    assert (of_one.checks_against, of_one.hits_by_category) == ({"RU": 1}, {"homicide": 1})
    assert "1 check was made by member countries against data supplied by Russia" in of_one.sentences[0]
    for name, of, rows in (
        ("hits_by_category", "homicide", {("H-000003", "D-000002")}),
        ("hits_by_place", "Medyka", {("H-000001", "D-000001"), ("H-000002", "D-000001")}),
        ("hits_by_source", "DE", {("H-000001", "D-000001"), ("H-000002", "D-000001")}),
        ("hits_by_source", "PL", set()),
    ):
        found = await bench.desk.queries.rows_behind_figure(name, of, None)
        assert {(row.hit, row.item) for row in found if isinstance(row, HitRow)} == rows, name
    assert (await bench.desk.queries.consulted_sentence("DE")).endswith(
        "supplied by Germany: FR 1 (1 hit), PL 1 (1 hit)"
    )
    assert (await bench.desk.queries.consulted_sentence("SE")).endswith("supplied by Sweden")
    later = bench.clock.now().replace(year=2023)
    assert await bench.desk.queries.rows_behind_figure("hits_by_source", "DE", later) == []


async def test_checks_count_from_the_hour_of_a_time_on(bench: Bench) -> None:
    await bench.sent(about_a_document("DE", "ZX1111111", "fraud"))
    for hours in (1, 1, 30, 0):
        await asked(bench, "PL", "ZX1111111")
        bench.clock.move(hours=hours)
    for since, n in ((AT, 4), (AT + timedelta(hours=1), 3), (AT + timedelta(hours=2), 2), (AT + timedelta(hours=3), 1)):
        assert (await bench.desk.queries.stats(since=since)).checks_against.get("DE", 0) == n
        assert sum((await bench.desk.queries.stats(since=since)).hits_by_category.values()) == n
    assert "so far this year, 4 checks were made" in await bench.desk.queries.consulted_sentence("DE")


async def test_checks_a_minute_slide(bench: Bench) -> None:
    for _ in range(4):
        await asked(bench, "PL")
    assert (await bench.desk.queries.stats()).checks_per_minute == 4
    bench.clock.move(seconds=75)
    assert (await bench.desk.queries.stats()).checks_per_minute == 3, "a quarter of that minute is over a minute ago"
    await asked(bench, "PL")
    await asked(bench, "FR")
    stats = [(await bench.desk.queries.stats(country=country)).checks_per_minute for country in (None, "PL", "FR")]
    assert stats == [5, 4, 1]
    bench.clock.move(minutes=3)
    assert (await bench.desk.queries.stats()).checks_per_minute == 0


async def test_rows_behind_a_figure(bench: Bench) -> None:
    items = [await bench.sent(notice_request(sender)) for sender in ("BR", "DE", "FR")]
    await refuse(bench, items[0], RefusalCode.ARTICLE_3)
    await bench.release(items[1])

    async def behind(name: str, of: str) -> list[str]:
        return [row.item for row in await bench.desk.queries.rows_behind_figure(name, of, None)]

    assert await behind("refusals", "art_3") == ["D-000001"]
    assert await behind("refusals", "art_2") == []
    assert await behind("decided", "released") == ["D-000002"]
    assert await behind("decided", "refused") == ["D-000001"]
    assert await behind("time", "median") == ["D-000002", "D-000001"]
    assert await behind("queue_ages", "under 1 h") == ["D-000003"]
    with raises_code(InvalidRequestCode.FIGURE_WITHOUT_ITEMS):
        await behind("checks_per_minute", "")
