"""An officer without the right to a command is told only that, whatever the state of its subject."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.audit.item_export import export_item
from dutydesk.desk.audit.log_export import export_log, write_checkpoint
from dutydesk.desk.base.context import Actor
from dutydesk.desk.checks.batches import ImportObserver
from dutydesk.desk.checks.import_entities import EntityImport
from dutydesk.desk.checks.import_records import RecordOrigin
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.desk.shift import handover
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.errors import NotAllowed
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.measures import Level
from dutydesk.wire.decode.stream import read_one
from refusals import raises_code

#: A command on the item, measure or hit of that number.
ActOn = Callable[[Bench, Actor, int], Awaitable[object]]

#: Commands on items that only officers outside the sender's country may give.
REVIEWS: dict[str, ActOn] = {
    "claim": lambda bench, actor, n: bench.desk.review.claim(actor, n),
    "take over": lambda bench, actor, n: bench.desk.review.claim(actor, n, take_over="Her shift is over."),
    "tick": lambda bench, actor, n: bench.desk.review.tick(actor, n, "no such point"),
    "release": lambda bench, actor, n: bench.desk.review.decide(actor, n, Deciding(Decision.RELEASE, "Read.")),
    "refuse": lambda bench, actor, n: bench.desk.review.decide(
        actor, n, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER)
    ),
    "refuse without a code": lambda bench, actor, n: bench.desk.review.decide(
        actor, n, Deciding(Decision.REFUSE, "No.")
    ),
    "decide without a reason": lambda bench, actor, n: bench.desk.review.decide(
        actor, n, Deciding(Decision.RELEASE, " ")
    ),
    "override": lambda bench, actor, n: bench.desk.review.decide(
        actor, n, Deciding(Decision.RELEASE, "Read.", overrides=("MIN-01",))
    ),
    "ask": lambda bench, actor, n: bench.desk.review.decide(actor, n, Deciding(Decision.ASK, "Which court?")),
    "escalate": lambda bench, actor, n: bench.desk.review.decide(actor, n, Deciding(Decision.ESCALATE, "Look.")),
    "confirm": lambda bench, actor, n: bench.desk.review.confirm(actor, n),
    "dissent": lambda bench, actor, n: bench.desk.review.dissent(actor, n, "No."),
    "dissent without a reason": lambda bench, actor, n: bench.desk.review.dissent(actor, n, ""),
    "recall": lambda bench, actor, n: bench.desk.review.recall(actor, n, "Wrong person."),
    "recall at once": lambda bench, actor, n: bench.desk.review.recall(actor, n, "Wrong person.", urgent=True),
    "ratify": lambda bench, actor, n: bench.desk.review.ratify(actor, n),
    "reopen": lambda bench, actor, n: bench.desk.review.reopen(actor, n, "New facts."),
    "post-review": lambda bench, actor, n: bench.desk.review.post_review(actor, n, keep=True, reason="Read."),
    "undo": lambda bench, actor, n: bench.desk.review.undo(actor, n),
}

ON_ITEMS: dict[str, ActOn] = REVIEWS | {
    "unclaim": lambda bench, actor, n: bench.desk.review.unclaim(actor, n),
    "note": lambda bench, actor, n: bench.desk.review.note(actor, n, "Read."),
    "retry": lambda bench, actor, n: bench.desk.review.retry(actor, n, "PL"),
    "legal hold": lambda bench, actor, n: bench.desk.retention.legal_hold(actor, n, "A court asks.", held=True),
    "end a legal hold": lambda bench, actor, n: bench.desk.retention.legal_hold(actor, n, None, held=False),
    "reread": lambda bench, actor, n: bench.desk.intake.reread(actor, n),
    "reject": lambda bench, actor, n: bench.desk.intake.reject(actor, n, "Noise."),
    "export": lambda bench, actor, n: export_item(
        bench.desk.store, bench.desk.context, actor, n, Path("/nowhere/item")
    ),
    "restrict": lambda bench, actor, n: bench.desk.supervision.restrict(actor, "DE", ("PL",), None, n),
}

OF_COUNTRIES: dict[str, ActOn] = {
    "order": lambda bench, actor, _n: bench.desk.supervision.order(actor, bench.order_for("RU", Level.HELD)),
    "endorse": lambda bench, actor, n: bench.desk.supervision.endorse(actor, n, "GA", "GA/1"),
    "lift": lambda bench, actor, n: bench.desk.supervision.lift(actor, n, "SG/9", "SG", "Improved."),
    "confirm": lambda bench, actor, n: bench.desk.supervision.confirm(actor, n),
    "dissent": lambda bench, actor, n: bench.desk.supervision.dissent(actor, n, "Too early."),
}


def _watch() -> ImportObserver:
    return ImportObserver(lambda _share: None, lambda _remark: None)


ON_NOTHING: dict[str, ActOn] = {
    "dismiss": lambda bench, actor, n: bench.desk.checks.dismiss(actor, n, "Another person."),
    "dismiss until a time that is past": lambda bench, actor, n: bench.desk.checks.dismiss(
        actor, n, "", datetime(2000, 1, 1, tzinfo=UTC)
    ),
    "check": lambda bench, actor, _n: bench.desk.checks.check(actor, "no bureau", NominalQuery("Irzo Quillabrand")),
    "offline": lambda bench, actor, _n: bench.desk.supervision.set_offline(actor, "no bureau", offline=True),
    "restrict": lambda bench, actor, _n: bench.desk.supervision.restrict(actor, "no bureau", None, None),
    "purge": lambda bench, actor, _n: bench.desk.retention.purge(actor),
    "add an officer": lambda bench, actor, _n: bench.desk.people.add_officer(
        actor, Officer("", Role.OFFICER, "no bureau")
    ),
    "import a file": lambda bench, actor, _n: bench.desk.imports.import_file(
        actor, RecordOrigin.NOTICES, Path("/nowhere/file"), "no bureau", _watch()
    ),
    "import entities": lambda bench, actor, _n: bench.desk.imports.import_entities(
        actor, Path("/nowhere/file"), EntityImport(source="no bureau"), _watch()
    ),
    "import a register": lambda bench, actor, _n: bench.desk.imports.import_register(actor, Register.REFUGEES, b"\0"),
    "sign a handover": lambda bench, actor, _n: handover.write_handover(bench.desk, actor, ""),
    "accept a handover": lambda bench, actor, n: handover.accept_handover(bench.desk, actor, n),
    "export the log": lambda bench, actor, _n: export_log(
        bench.desk.store, bench.desk.context, actor, Path("/nowhere/log")
    ),
    "sign a checkpoint": lambda bench, actor, _n: write_checkpoint(
        bench.desk.store, bench.desk.context, actor, Path("/nowhere/checkpoint")
    ),
    "back up": lambda bench, actor, _n: bench.desk.backups.back_up(
        actor, Path("/nowhere/backup"), lambda _done, _all: None
    ),
    "restored": lambda bench, actor, _n: bench.desk.backups.accept_copy(actor, OutboxContents()),
}


async def items_in_many_states(bench: Bench) -> dict[str, int]:
    """Make one item of DE in each state that an officer meets; also name one that does not exist."""
    found = {"no such item": 999_999}
    for state in ("released", "recalled", "recall proposed"):
        found[state] = await bench.sent(diffusion("DE", ("PL",)))
    for state in ("held", "claimed", "proposed", "refused"):
        found[state] = await bench.sent(notice_request("DE"))
    jonas = bench.actor("Jonas")
    await bench.desk.review.claim(jonas, found["claimed"])
    await bench.desk.review.claim(jonas, found["proposed"])
    await bench.desk.review.decide(
        jonas, found["proposed"], Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
    )
    await bench.refuse(found["refused"])
    await bench.desk.review.recall(jonas, found["recalled"], "Wrong person.", urgent=True)
    await bench.desk.review.recall(jonas, found["recall proposed"], "Wrong person.")
    receipt = await bench.desk.intake.receive(read_one(io.BytesIO(b"\xff\xfe no message")))
    found["quarantined"] = int((receipt.item or "D-0").removeprefix("D-"))
    return found


async def states_after(bench: Bench, found: dict[str, int]) -> list[str]:
    return [await bench.state(number) for name, number in found.items() if name != "no such item"]


async def refused(doing: Awaitable[object], words: str, what: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        pytest.fail(f"{what}: {await doing}")
    assert words in refusal.value.words, what


@pytest.mark.parametrize("officer", ["Olga", "Nobody"])
async def test_an_observer_learns_no_items_state(bench: Bench, officer: str) -> None:
    found = await items_in_many_states(bench)
    before, head = await states_after(bench, found), await bench.desk.queries.head_seq()
    for name, do in ON_ITEMS.items():
        for state, number in found.items():
            await refused(do(bench, bench.actor(officer), number), officer, f"{name} of what is {state} was done")
    assert (await states_after(bench, found), await bench.desk.queries.head_seq()) == (before, head)


async def test_an_officer_of_the_senders_country_learns_no_items_state(bench: Bench) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Dora", Role.SUPERVISOR, "DE", ("dora",)))
    found = await items_in_many_states(bench)
    for name, do in REVIEWS.items():
        for state, number in found.items():
            if state in ("no such item", "quarantined"):
                continue
            await refused(do(bench, bench.actor("Dora"), number), "Dora", f"{name} of what is {state} was done")


@pytest.mark.parametrize("officer", ["Olga", "Jonas"])
async def test_an_officer_without_the_right_learns_no_measures_state(bench: Bench, officer: str) -> None:
    await bench.order("RU", Level.HELD)
    await bench.order("RU", Level.MONITORED)
    await bench.order("BY", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 3, "SG/3", "SG", "Improved.")
    for name, do in OF_COUNTRIES.items():
        for number in (1, 2, 3, 999):
            await refused(do(bench, bench.actor(officer), number), officer, f"{name} of measure {number} was done")


async def test_an_officer_of_the_measures_country_learns_no_measures_state(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    for name, do in OF_COUNTRIES.items():
        await refused(do(bench, bench.actor("Ruslana"), 1), "Ruslana", f"{name} was done")


@pytest.mark.parametrize("name", ON_NOTHING)
async def test_rights_are_checked_before_the_call(bench: Bench, name: str) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW, match="Olga"):
        await ON_NOTHING[name](bench, bench.actor("Olga"), 999)
