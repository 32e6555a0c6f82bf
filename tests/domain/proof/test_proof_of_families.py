"""The proof maps each item to the root of its family: a statement on one member applies to all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from desks import AT, Bench, MovedClock, act_message, diffusion
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.messages.message import NominalQuery
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.tables import log as store_log
from engine_under_test import make_store
from eventful_log import Log, log_of

PARENT, CHILD = "D-000001", "D-000002"
HELD, LATER = "D-000003", "D-000004"


async def play_families(folder: Path) -> list[LogLine]:
    """FR denies its item to PL; the correction goes to DE and is kept from PL. ES restricts PL in its bodies."""
    path, clock = folder / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    bench = Bench(desk, clock)
    try:
        for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER)):
            await desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
        first = diffusion("FR", ("DE", "PL", "IT"))
        first["subject"]["name"] = {"family": "Tesfamarkos", "given": "Dawit"}
        await bench.sent(first)
        await bench.dispatch()
        await bench.send(act_message("restriction", "FR", of=first["reference"], deny=["PL"]))
        await bench.dispatch()
        subject = first["subject"]
        await bench.sent(diffusion("FR", ("DE", "PL"), type="correction", of=first["reference"], subject=subject))
        await bench.dispatch()
        answer = await desk.checks.check(bench.actor("Jonas"), "DE", NominalQuery("Dawit Tesfamarkos"))
        assert [hit.item for hit in answer.hits] == [CHILD]
        await desk.review.recall(bench.actor("Jonas"), 2, "Acquitted.", urgent=True)
        await bench.dispatch()
        await bench.order("ES", Level.HELD)
        held = diffusion("ES", ("DE",), restricted_from=["PL"])
        await bench.sent(held)
        await bench.sent(diffusion("ES", ("DE", "PL"), type="correction", of=held["reference"]))
        await bench.release(3)
        await bench.dispatch()
        await bench.sent(diffusion("ES", ("DE", "PL"), type="correction", of=held["reference"]))
        await bench.release(4)
        await desk.review.undo(bench.actor("Jonas"), 4)
        await bench.release(4)
        await bench.dispatch()
        return await desk.store.read(lambda handle: list(store_log.walk(handle)))
    finally:
        await desk.close()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[LogLine]:
    return asyncio.run(play_families(tmp_path_factory.mktemp("families")))


@pytest.fixture
def forged(lines: list[LogLine]) -> Log:
    return log_of(lines, {})


def test_the_log_as_it_was_written_proves_itself(forged: Log) -> None:
    assert forged.breaches() == ()


def put_out_to_the_denied(log: Log, place: int) -> int:
    deliver = [*log.rows[place]["data"]["deliver"], "PL"]
    return log.change(place, deliver=deliver, suppress={})


def handed_over(log: Log) -> int:
    """Delivers the correction to the recipient that is denied the parent, as an earlier release did."""
    seq = put_out_to_the_denied(log, log.place("item.routed", CHILD))
    for kind in ("deliveries.sending", "deliveries.made"):
        log.change(log.place(kind, CHILD), recipients=["DE", "PL"])
    return seq


def hit(log: Log) -> int:
    return log.change(log.place("check.hit", CHILD), requester="PL")


def held_version(log: Log) -> int:
    return put_out_to_the_denied(log, log.place("item.released", HELD))


def kept_out_by_the_body_of_before(log: Log) -> int:
    return put_out_to_the_denied(log, log.place("item.released", LATER))


def recalled_by_nobody(log: Log) -> int:
    seq = log.place("deliveries.recall_sent", PARENT) - 1
    log.drop(log.place("item.recalled", CHILD))
    return seq + 1


def of_another_family(log: Log) -> int:
    return log.change(log.place("item.routed", CHILD), family=HELD)


def without_a_family(log: Log) -> int:
    place = log.place("item.routed", LATER)
    del log.rows[place]["data"]["family"]
    return place + 1


def without_a_parent(log: Log) -> int:
    return log.change(log.place("item.routed", CHILD), parent=None)


def of_another_owner(log: Log) -> int:
    return log.change(log.place("item.routed", LATER), parent=PARENT)


def put_back_for_nothing(log: Log) -> int:
    return log.change(log.place("item.reinstated", HELD), instead_of=CHILD)


def queued_again_to_who_has_it(log: Log) -> int:
    return log.change(log.place("item.reinstated", HELD), queued=["DE"])


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (put_back_for_nothing, "no correction of it that went back to review"),
        (queued_again_to_who_has_it, "is queued again to DE, for whom nothing of it had been stopped"),
        (handed_over, "FR had denied D-000002 to PL"),
        (hit, "FR had denied D-000002 to PL"),
        (held_version, "ES had denied D-000003 to PL"),
        (kept_out_by_the_body_of_before, "ES had denied D-000004 to PL"),
        (recalled_by_nobody, "a recall of D-00000. was sent, but it is"),
        (of_another_family, "belongs to the family of D-000001"),
        (without_a_family, "does not say to which family"),
        (without_a_parent, "is a correction, and its routing does not say of what"),
        (of_another_owner, "corrects D-000001, which is of FR"),
    ],
)
def test_a_forged_log_is_named(forged: Log, forge: Callable[[Log], int], words: str) -> None:
    seq = forge(forged)
    found = {breach.seq: breach.words for breach in forged.breaches() if re.search(words, breach.words)}
    assert seq in found, forged.breaches()[:4]


def test_a_hand_over_after_a_denial_on_the_parent_is_named(forged: Log) -> None:
    """The denial, by the parent's reference, comes after the correction was queued."""
    handed_over(forged)
    stated = forged.rows.pop(forged.place("restriction.stated", PARENT))
    place = forged.place("deliveries.sending", CHILD)
    forged.rows.insert(place, stated)
    assert [(breach.seq, breach.words) for breach in forged.breaches()] == [(place + 2, "FR had denied D-000002 to PL")]


def test_a_log_from_before_the_rule_is_judged_as_it_was(forged: Log) -> None:
    """The old log names no families: the correction went to PL, as the rules of that release permitted."""
    handed_over(forged)
    held_version(forged)
    for row in forged.rows:
        row["data"].pop("family", None)
    assert not [breach for breach in forged.breaches() if "had denied" in breach.words]


def test_once_the_rule_holds_it_holds_for_older_corrections_too(forged: Log) -> None:
    """The first family is received before the rule, and is leased after the rule began with the second family."""
    handed_over(forged)
    del forged.rows[forged.place("item.routed", CHILD)]["data"]["family"]
    for kind in ("deliveries.made", "deliveries.sending"):
        row = forged.rows.pop(forged.place(kind, CHILD))
        forged.rows.append(row | {"at": forged.rows[-1]["at"]})
    forged.rows[-2:] = reversed(forged.rows[-2:])
    forged.drop(forged.place("item.recalled", CHILD))
    words = [breach.words for breach in forged.breaches() if breach.seq == len(forged.rows)]
    late = [breach.words for breach in forged.breaches() if breach.seq >= len(forged.rows) - 1]
    assert "FR had denied D-000002 to PL" in late, (words, late)
