"""What the desk writes to a bureau is in the bureau's language; what people typed, and codes, stay as they are."""

from __future__ import annotations

import json

import pytest

from desks import Bench, diffusion
from dutydesk.desk.base.letters import letter, phrases_of_bureau
from dutydesk.language.languages import Language
from dutydesk.language.sentences import sentence

EXAMINED = "under examination: do not rely on it until the desk says more"


@pytest.mark.parametrize(
    ("bureau", "language"),
    [
        ("FR", Language.FRENCH),
        ("AR", Language.SPANISH),
        ("AE", Language.ARABIC),
        ("RU", Language.ENGLISH),
        ("??", Language.ENGLISH),
    ],
)
def test_a_bureau_is_written_to_in_its_language(bureau: str, language: Language) -> None:
    assert phrases_of_bureau(bureau).language is language


def test_only_sentences_of_the_desk_are_translated() -> None:
    data = {"reference": "FR-1", "reason": sentence(EXAMINED), "text": "held", "until": "2022-03-10T15:00:00Z", "n": 3}
    french = letter("FR", data)
    assert french["reason"] != EXAMINED
    assert {name: value for name, value in french.items() if name != "reason"} == {
        name: value for name, value in data.items() if name != "reason"
    }
    assert letter("RU", data) == data


async def test_holders_are_warned_each_in_its_language(bench: Bench) -> None:
    item = await bench.sent(diffusion(recipients=["FR", "ES", "PL"]))
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "The person was acquitted.")
    told = {notice.recipient: json.loads(notice.data) for notice in (await bench.dispatch()).notices}
    reasons = {code: str(told[code]["reason"]) for code in ("FR", "ES", "PL")}
    assert reasons["PL"] == EXAMINED
    assert reasons == {code: phrases_of_bureau(code).phrase(EXAMINED) for code in reasons}
    assert len(set(reasons.values())) == 3
    await bench.desk.review.confirm(bench.actor("Mara"), item)
    recalled = {notice.recipient: json.loads(notice.data) for notice in (await bench.dispatch()).notices}
    assert {recalled[code]["reason"] for code in ("FR", "ES", "PL")} == {"The person was acquitted."}
    assert await bench.verified()
