"""A command is identified by its name, its officer and its arguments: the log keeps the digest for good.

The digests are those of commands that earlier releases wrote into their logs; another digest for the same command would
make a command that is sent again look like another one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desks import Bench, diffusion
from dutydesk.desk.base.context import Actor
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.desk.service.acts import (
    CheckService,
    IntakeService,
    KeyService,
    PeopleService,
    RetentionService,
    ReviewService,
    RouteService,
    SupervisionService,
)
from dutydesk.desk.service.perform import Command, Service
from dutydesk.desk.supervision.measures import Order
from dutydesk.domain.errors import Conflict
from dutydesk.domain.messages.message import Everyone, Kind
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.key_book import SignatureLevel
from dutydesk.domain.supervision.measures import Coverage, Level

AT = datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
WHO = "Mara Lind"
ORDER = Order("AA", Level.MONITORED, Coverage(), "order 7", "the council", "why", AT)
REFUSAL = Deciding(Decision.REFUSE, "no", RefusalCode.ARTICLE_2, ("2",), 4, ("EXP-01",), Kind.RED)

DIGESTS = {
    "dismiss": "137a2bb6fe37d32912bd1c234ea0d5ee090b586fcfce51ea459580748ac8d5ca",
    "dismiss-until": "73be384dca407711361380bace3a5065a30204c0060b03690f9cad1c96fd9679",
    "claim": "8a0828e48a6c4cfb08dc03287c17c566df1d79ada710575fac378a4651181f51",
    "claim-keywords": "0fbaca37484e4ef7cb1571ba1138c525b8aa316b288865b2c7db5faa0bf3a98c",
    "unclaim": "9882b0f75e009643a50dd4f609fcc7501ff0ad7ee2798da2f743edc2e44e6618",
    "distinguish": "9316b3ab6295d9d799e59ee7a0a79bac1d25255d0b808daccc4397aae705aa0d",
    "tick": "9be689e78b956a570840e20555b4bf84b25ccfa40cfcb589071f3c0680107ac8",
    "tick-note": "1d87bac8c194546984938ff2b5f584c546a41790382a0af6e67fa2f29c343cd5",
    "note": "163f4f9c4a996e191be61764bdf7a505ae280125e6c66127f6f4073af715cdb7",
    "decide": "486a06b40199bfd9f9598b02889362a6c00d0887b15a78543cbb9c65db0e296e",
    "undo": "998c087e92b83a61dc04628f0cf45785dfb86b2515addb28663f5bf2a5384dc1",
    "retry": "d81e44809ca607c7ebb54aca24c4668aa7e6d2e1beb24d7eb74e3e7fef6946ed",
    "confirm-item": "6e26c472f596efafca731e4605561b6998c09743439e9b708ccd8df89be4faa2",
    "confirm-item-expected": "6e26c472f596efafca731e4605561b6998c09743439e9b708ccd8df89be4faa2",
    "dissent-item": "fdec82667b0287abaf9890093fb617acd1bfae2ac6cefc91f80b0d05e0464a3d",
    "recall": "94010f28c9fc1772dcdd6189f54bd547a6ebebac474135faad054315aeaaac5d",
    "recall-urgent": "7d77e8e9e12d99912e79658bc1b20f49f2d91fd74ee073430851a1f29689588c",
    "ratify": "2077c23b37102f4af7919492789c08655e6d106e9a8d1a82d8a0f672033c7ef9",
    "post_review": "c98d68aa7d3a640498df2afbd9151332665113e98de6fa730e9cf534208f406c",
    "reopen": "d321f9c68a6b2d1ff8cd76f1f4eca377a54220fd9cf3c3a40f3e84be256ee943",
    "legal_hold": "415ae5947f3a77d901dfc97f40aca1a4479fe0309e4ccf320f3c32752e09962f",
    "reread": "eca774c6003274c06ac0018c4720707924ab74541c8baf3d42c5acc3ff758ca4",
    "reject": "13c28663bbc2ce5343366ee471c38ca121f1094ce4f2b207cfc60e8a9a03494e",
    "order": "42346aef81637517e675a498b5cb9a2d728c7e3cf803f82b9e4bda44d3709641",
    "endorse": "9968e6877a7a7eb96f7d9de332690454beafe8b4a20fa66fe610cbb05c822fbf",
    "endorse-declined": "a72dd13f8aaa31ce5367dd6ae30fe404f7176b90a5f67176a0fe027540eda756",
    "lift": "3b94171644a52d5209b8a27df6a0d29c4771c766cd39dd7d8423305d44c83433",
    "confirm-measure": "6e26c472f596efafca731e4605561b6998c09743439e9b708ccd8df89be4faa2",
    "dissent-measure": "fdec82667b0287abaf9890093fb617acd1bfae2ac6cefc91f80b0d05e0464a3d",
    "restrict": "8fbf91b530e4cefd08f3565e8f188fff7dd9dccd4716aaa7498a46c6a871ea78",
    "restrict-item": "930977795462ddb5db281593127e04cacc413373b48511a347bb29bed4699845",
    "confirm-restriction": "c528f46fe7c803e9ce817c28779e4fa33fb084a8272402fd6b1befc36b9613d7",
    "dissent-restriction": "187c8725087383ded6484b7303fdcdec7216632ecfb945ff7116c69923245222",
    "set_offline": "0eb1482b1f4089b2f2529ff3a50f852d101d96a59e51ec06eb4d36873763abaf",
    "add_officer": "6792948bc0b4c3b6847b252193f7bb35d74e77feac062cf3591458109fdc6ac6",
    "key": "30bea6a2046420624efaaac96d3f270f7221804518c2bd7cbb1b9b60cb9ba65a",
    "key_retire": "48f3d7f594f6f7f6ba10dec34c3fb1ed1cd450cdb3f6208c54a76f41fa0c254b",
    "key_revoke": "8b772ac691d64c12561135c61d839baa98570586714cc4410b46d007825a65da",
    "signatures": "6b38e74d26964842c3dd9b82d78bcfb52e68fa253d09a3f92aad299771fa9db4",
    "bureau_route": "36a91677f2d84db67d1ced7007131c22a61246e2be747300d1a88bd0221ab4f5",
}
NOW: dict[str, Callable[[], str]] = {
    "dismiss": lambda: CheckService.dismiss.digest(WHO, 7, "another person"),
    "dismiss-until": lambda: CheckService.dismiss.digest(WHO, 7, "another person", until=AT),
    "claim": lambda: ReviewService.claim.digest(WHO, 7),
    "claim-keywords": lambda: ReviewService.claim.digest(WHO, 7, expected=3, take_over="ill"),
    "unclaim": lambda: ReviewService.unclaim.digest(WHO, 7),
    "distinguish": lambda: ReviewService.distinguish.digest(WHO, 7, "R-1", Judgement("another person")),
    "tick": lambda: ReviewService.tick.digest(WHO, 7, "identity"),
    "tick-note": lambda: ReviewService.tick.digest(WHO, 7, "identity", note="seen"),
    "note": lambda: ReviewService.note.digest(WHO, 7, "a text"),
    "decide": lambda: ReviewService._decide.digest(WHO, 7, REFUSAL),
    "undo": lambda: ReviewService.undo.digest(WHO, 7),
    "retry": lambda: ReviewService.retry.digest(WHO, 7, "AA"),
    "confirm-item": lambda: ReviewService._confirm.digest(WHO, 7),
    "confirm-item-expected": lambda: ReviewService._confirm.digest(WHO, 7, "x"),
    "dissent-item": lambda: ReviewService.dissent.digest(WHO, 7, "no"),
    "recall": lambda: ReviewService.recall.digest(WHO, 7, "wrong"),
    "recall-urgent": lambda: ReviewService.recall.digest(WHO, 7, "wrong", expected=3, urgent=True),
    "ratify": lambda: ReviewService.ratify.digest(WHO, 7),
    "post_review": lambda: ReviewService.post_review.digest(WHO, 7, keep=True, reason="sound"),
    "reopen": lambda: ReviewService.reopen.digest(WHO, 7, "new"),
    "legal_hold": lambda: RetentionService.legal_hold.digest(WHO, 7, None, held=False),
    "reread": lambda: IntakeService.reread.digest(WHO, 7),
    "reject": lambda: IntakeService.reject.digest(WHO, 7, "no"),
    "order": lambda: SupervisionService.order.digest(WHO, ORDER),
    "endorse": lambda: SupervisionService.endorse.digest(WHO, 7, "the council", "order 7"),
    "endorse-declined": lambda: SupervisionService.endorse.digest(WHO, 7, "the council", "order 7", declined=True),
    "lift": lambda: SupervisionService.lift.digest(WHO, 7, "order 7", "the council", "over"),
    "confirm-measure": lambda: SupervisionService._confirm.digest(WHO, 7, 3),
    "dissent-measure": lambda: SupervisionService.dissent.digest(WHO, 7, "no"),
    "restrict": lambda: SupervisionService.restrict.digest(WHO, "AA", Everyone(), ("BB",)),
    "restrict-item": lambda: SupervisionService.restrict.digest(WHO, "AA", None, ("BB",), number=7),
    "confirm-restriction": lambda: SupervisionService._confirm_restriction.digest(WHO, 7),
    "dissent-restriction": lambda: SupervisionService.dissent_restriction.digest(WHO, 7, "no"),
    "set_offline": lambda: SupervisionService.set_offline.digest(WHO, "AA", offline=True),
    "add_officer": lambda: PeopleService.add_officer.digest(WHO, Officer(WHO, Role.OFFICER, "AA", ("mara",))),
    "key": lambda: KeyService.add.digest(WHO, "AA", bytes(32)),
    "key_retire": lambda: KeyService.retire.digest(WHO, "AA", "k", AT),
    "key_revoke": lambda: KeyService.revoke.digest(WHO, "AA", AT, "lost"),
    "signatures": lambda: KeyService.order.digest(WHO, "AA", SignatureLevel.REQUIRED),
    "bureau_route": lambda: RouteService.record.digest(WHO, "AA", "africa"),
}


@pytest.mark.parametrize("command", sorted(DIGESTS))
def test_the_digest_of_a_command_is_that_of_earlier_releases(command: str) -> None:
    assert NOW[command]() == DIGESTS[command]


def test_every_command_is_pinned() -> None:
    services = Service.__subclasses__()
    commands = {command._name for service in services for command in vars(service).values() if type(command) is Command}
    pinned = {name.partition("-")[0].replace("_", "") for name in DIGESTS}
    names = {
        "setoffline": "offline",
        "addofficer": "officer",
        "legalhold": "legal-hold",
        "keyretire": "key-retire",
        "keyrevoke": "key-revoke",
        "bureauroute": "bureau-route",
    }
    found = {names.get(name, name) for name in pinned} | {"confirm-restriction", "dissent-restriction"}
    assert commands == found


def test_an_argument_counts_alike_by_position_by_keyword_and_left_out() -> None:
    digest = ReviewService.claim.digest
    assert digest(WHO, 7) == digest(WHO, 7, None) == digest(WHO, number=7, expected=None)
    assert digest(WHO, 7) != digest("Jonas", 7) != digest(WHO, 8)


async def test_a_command_id_gets_one_answer_and_is_refused_for_another_command(bench: Bench) -> None:
    await bench.order("DE", Level.HELD)
    item = await bench.sent(diffusion("DE", ("PL",)))
    actor = Actor("Jonas", "jonas", "command-1")
    first = await bench.desk.review.claim(actor, item)
    assert await bench.desk.review.claim(actor, number=item, take_over=None) == first
    with pytest.raises(Conflict, match="was used for another command already"):
        await bench.desk.review.unclaim(actor, item)
    claimed = [event for event in await bench.desk.queries.history(first.subject) if event.kind == "item.claimed"]
    assert len(claimed) == 1


def test_the_digest_of_a_command_is_the_same_in_every_process() -> None:
    script = (
        "from dutydesk.domain.supervision.measures import Channel;"
        "from test_commands import SupervisionService, Coverage, Kind, Level, Order, AT, WHO;"
        "coverage = Coverage(frozenset(Channel), frozenset(Kind));"
        "order = Order('AA', Level.MONITORED, coverage, 'order 7', 'the council', 'why', AT);"
        "print(SupervisionService.order.digest(WHO, order))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    assert len(found.pop().strip()) == 64
