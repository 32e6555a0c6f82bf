"""Whatever fires on words alone can be released by persons, with their reason in the log, and the proof says so."""

from __future__ import annotations

from typing import Any

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.proof.prover import prove
from dutydesk.domain.proof.rule_tables import proof_tables
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables import log
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

REASON = "Read: an ordinary crime with victims."
CHARGES = [
    "Rape; sodomy by use of force",
    "Détention de l'image d'un mineur présentant un caractère pornographique",
    "Conspiracy to transport minors for prostitution",
    "Promoción de la prostitución de personas retenidas con violencia",
    "Prostitution, adultery, unpaid cheques, VAT fraud, treason, blasphemy and desertion",
    "الدعارة والزنا وشيك بدون رصيد والتهرب الضريبي وإهانة رئيس الدولة",
]


def charged(message: dict[str, Any], charge: str) -> dict[str, Any]:
    judicial = message["judicial"]
    judicial["offences"][0] |= {"charge": charge, "category": "x"}
    judicial["warrant"] |= {"authority": "Ministry of the Interior"}
    return message | {"text": "Do not arrest; extradition will not be sought. He confessed under torture."}


async def breaches(bench: Bench) -> list[str]:
    def proof_of_log(handle: Any) -> list[str]:
        proof = prove(log.walk(handle), proof_tables(load_directory(), load_rules()))
        return [breach.words for breach in proof.breaches]

    return await bench.desk.store.read(proof_of_log)


@pytest.mark.parametrize("charge", CHARGES)
@pytest.mark.parametrize("make", [diffusion, notice_request])
async def test_persons_can_release_it_with_a_reason(bench: Bench, make: Any, charge: str) -> None:
    await bench.order("BR", Level.HELD)
    item = await bench.sent(charged(make("BR"), charge))
    shown = await bench.desk.queries.show(item)
    assert shown.findings
    assert {finding.severity for finding in shown.findings} == {"flag"}
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    await bench.tick_all(item, "Jonas")
    answer = await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, REASON))
    if answer.state == "proposed":
        answer = await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert answer.state == "released"
    released = next(event for event in (await bench.desk.queries.show(item)).history if event.kind == "item.released")
    assert released.data["reason"] == REASON
    assert await breaches(bench) == []


async def test_excluded_words_in_a_notice_request_take_a_second_officer(bench: Bench) -> None:
    for make, state in ((notice_request, "proposed"), (diffusion, "released")):
        await bench.order("BR", Level.HELD) if make is diffusion else None
        message = make("BR")
        message["judicial"]["offences"][0] |= {"charge": "Unpaid cheques", "category": "x"}
        message["judicial"]["facts"] |= {"summary": "In May 2018 in Tver he paid a merchant with four of them."}
        item = await bench.sent(message)
        shown = await bench.desk.queries.show(item)
        assert "EXC-01" in {finding.rule for finding in shown.findings}
        assert shown.examined_as == message["type"]
        await bench.desk.review.claim(bench.actor("Jonas"), item)
        await bench.tick_all(item, "Jonas")
        answer = await bench.desk.review.decide(bench.actor("Jonas"), item, Deciding(Decision.RELEASE, REASON))
        assert answer.state == state
