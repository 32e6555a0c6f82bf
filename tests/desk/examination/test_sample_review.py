"""``sample_review`` holds one in so many direct items, so that a hold alone discloses nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desks import Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.base.context import is_sampled
from dutydesk.desk.base.settings import load
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.route import REVIEW_WORDS
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code


def sampling(bench: Bench, *chosen: bool, one: int = 4) -> list[int]:
    """Set the next choices of the sample; return the list of the numbers that the chooser is called with."""
    asked: list[int] = []
    answers = iter(chosen)

    def choose(number: int) -> bool:
        asked.append(number)
        return next(answers)

    object.__setattr__(bench.desk.context, "settings", replace(bench.desk.context.settings, sample_review=one))
    object.__setattr__(bench.desk.context, "draw_sample", choose)
    return asked


async def test_off_by_default(bench: Bench) -> None:
    object.__setattr__(bench.desk.context, "draw_sample", lambda _number: True)
    assert await bench.state(await bench.sent(diffusion("DE"))) == "released"


async def test_a_chosen_item_is_held_and_its_officer_sees_why(bench: Bench) -> None:
    asked = sampling(bench, False, True)
    first, receipt = await bench.sent(diffusion("DE")), await bench.send(diffusion("DE"))
    second = int((receipt.item or "")[2:])
    assert (await bench.state(first), await bench.state(second)) == ("released", "held")
    assert asked == [4, 4]
    for at in (None, bench.clock.now()):
        causes = (await bench.desk.queries.why(second, at)).causes
        assert any("sample_review" in cause for cause in causes), causes
    assert "sample" not in repr(receipt)
    (event,) = [event for event in (await bench.desk.queries.show(second)).history if event.kind == "item.routed"]
    assert event.data["extra_review"] == "sample"
    await bench.release(second)
    assert await bench.state(second) == "released"


async def test_corrections_and_monitored_senders_are_sampled_and_what_is_held_anyway_is_not(bench: Bench) -> None:
    await bench.order("BR", Level.MONITORED)
    await bench.order("RU", Level.HELD)
    asked = sampling(bench, False, True, True)
    message = diffusion("DE")
    await bench.sent(message)
    changed = {key: value for key, value in message.items() if key not in ("reference", "type")} | {"text": "Better."}
    child = await bench.sent(changed | act_message("correction", "DE", of=message["reference"]))
    monitored = await bench.sent(diffusion("BR"))
    assert (await bench.state(child), await bench.state(monitored)) == ("held", "held")
    await bench.sent(diffusion("RU"))
    await bench.sent(notice_request("DE"))
    letter = act_message(MessageType.MESSAGE, "DE", recipients=["PL"], text="About the meeting.")
    assert await bench.state(await bench.sent(letter)) == "released"
    assert len(asked) == 3


async def test_the_same_person_again_does_not_show_that_the_first_was_a_sample(bench: Bench) -> None:
    sampling(bench, True, False, False, False)
    first = await bench.sent(diffusion("CN"))
    again = await bench.sent(diffusion("HK"))
    assert (await bench.state(first), await bench.state(again)) == ("held", "held")
    other = dict(diffusion()["subject"]) | {"name": {"family": "Nordal", "given": "Peer"}, "aliases": []}
    other.pop("identity_documents")
    assert await bench.state(await bench.sent(diffusion("CN", subject=other))) == "released"
    await bench.release(first)
    await bench.release(again)
    assert await bench.state(await bench.sent(diffusion("CN"))) == "released"


async def test_what_an_officer_reads_again_is_sampled_too(bench: Bench) -> None:
    sampling(bench, True)
    message = diffusion("PW")
    item = number((await bench.send(message)).item)
    bench.clock.move(days=700)
    assert (await bench.desk.intake.reread(bench.actor("Jonas"), item)).state == "held"
    again = await bench.send(message)
    assert (again.outcome, again.state) == ("repeat", "held")
    assert REVIEW_WORDS in (again.cause or "")


def test_one_in_two_is_a_share() -> None:
    assert {is_sampled(2) for _ in range(200)} == {True, False}


@pytest.mark.parametrize("value", ["1", "-1", "true", "2.5", '"all"'])
def test_a_share_that_is_none_refuses_to_start(tmp_path: Path, value: str) -> None:
    (tmp_path / "desk.toml").write_text(f"sample_review = {value}\n", "utf-8")
    with raises_code(InvalidRequestCode.BAD_SETTING, match="line 1.*sample_review"):
        load(tmp_path / "desk.db", frozenset())


def test_the_share_and_the_alarm_are_settings(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text("sample_review = 50\ncorrection_alarm = 3\n", "utf-8")
    loaded = load(tmp_path / "desk.db", frozenset()).settings
    assert (loaded.sample_review, loaded.correction_alarm) == (50, 3)


@pytest.mark.parametrize(
    ("articles", "told"),
    [
        (("Constitution 3", "RPD 34"), ["Constitution 3", "RPD 34"]),
        (("RPD 34", "GA-2017-86-RES-09"), ["RPD 34"]),
        (("Statute of the CCF", "ccf", "CON-05", "his-02", "see HIS-01"), []),
    ],
)
async def test_a_refusal_does_not_tell_an_article_that_only_registers_rest_on(
    bench: Bench, articles: tuple[str, ...], told: list[str]
) -> None:
    item = await bench.sent(notice_request("DE"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    wanted: dict[str, Any] = {"code": RefusalCode.OTHER, "articles": articles}
    await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.REFUSE, "Read.", **wanted))
    assert await bench.state(item) == "refused"
    batch = await bench.dispatch()
    (notice,) = [notice for notice in batch.notices if notice.notice == "refused"]
    assert f'"articles":{told}'.replace("'", '"').replace(" ", "") in notice.data.replace(" ", "")
    (event,) = [event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.refused"]
    assert tuple(event.data["articles"]) == articles
