"""The shift's handover: drafted from the log, signed by one officer and accepted by another."""

from __future__ import annotations

import hashlib

from desks import Bench, act_message, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.shift import handover
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from refusals import raises_code
from sqlite_files import changed_file


async def eventful_morning(bench: Bench) -> None:
    bench.clock.move(hours=-3)  # 05:00, in the night's shift
    await bench.sent(diffusion("DE"))
    await bench.dispatch()
    bench.clock.move(hours=2)  # 07:00
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU", urgency="flash"))
    asked = await bench.sent(diffusion("RU"))
    await bench.release(await bench.sent(diffusion("RU")))
    await bench.refuse(await bench.sent(diffusion("RU", kind="yellow", purpose="locate_missing_person")))
    await bench.desk.review.claim(bench.actor("Jonas"), asked)
    await bench.desk.review.decide(bench.actor("Jonas"), asked, Deciding(Decision.ASK, "Which court?"))
    recalled = await bench.sent(diffusion("SE", ("PL",)))
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), recalled, "A life is at risk.", urgent=True)
    await bench.dispatch()
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    bench.clock.move(hours=6)


async def test_the_note_says_how_things_stand_and_what_the_shift_saw(bench: Bench) -> None:
    await eventful_morning(bench)
    drawn = (await handover.draft_handover(bench.desk)).note
    assert (drawn.shift_from.hour, drawn.shift_until.hour) == (6, 14)
    assert drawn.counts["taken_in"] == 5, "what came before the shift is not the shift's"
    assert (drawn.counts["released"], drawn.counts["refused"], drawn.counts["straight_out"]) == (1, 1, 1)
    assert drawn.counts["deliveries"] == 3 + 1
    assert [line.about for line in drawn.in_review] == ["D-000002"]
    assert "FLASH red from RU" in drawn.in_review[0].words
    assert [line.about for line in drawn.questions] == ["D-000003"]
    assert [(line.about, line.words) for line in drawn.recalls] == [("D-000006", "not confirmed by PL")]
    assert "recalled by Jonas alone" in drawn.second_officer[0].words
    assert drawn.measures[0].words.startswith("RU held, in effect since 10 Mar 07:00Z")
    assert [line.about for line in drawn.awaiting_endorsement] == ["M-0001"]
    assert drawn.review_due == ()
    assert [line.about for line in drawn.offline] == ["UA"]
    assert {line.about for line in drawn.incidents} >= {"M-0001", "D-000006", "UA"}
    assert {line.about for line in drawn.alarms} >= {"D-000002", "D-000006", "UA"}


async def test_the_text_holds_all_of_it_and_no_name_of_a_person_concerned(bench: Bench) -> None:
    await eventful_morning(bench)
    text = (await handover.draft_handover(bench.desk)).note.text
    for words in (
        "HANDOVER NOTE (EXERCISE)",
        "Shift 10 Mar 06:00Z to 10 Mar 14:00Z, drawn up at 10 Mar 13:00Z",
        "In and out: 5 taken in, 1 straight out, 1 released, 1 refused, 1 recalled, 4 deliveries made",
        "Held: 2, the oldest for 6 h 00",
        "Open questions to bureaus: 1\n  D-000003 URGENT red from RU, answer due 17 Mar 07:00Z",
        "Dead deliveries: none",
        "Bureaus off the network: 1\n  UA since 10 Mar 07:00Z",
    ):
        assert words in text, text
    name = diffusion()["subject"]["name"]["family"]
    assert name.lower() not in text.lower()


async def test_dead_deliveries_and_reviews_due_soon_are_in_it(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE", ("PL",)))
    while (await bench.deliveries(item))["PL"] != "dead":
        await bench.dispatch(fail={"PL": "the line is down"})
        bench.clock.move(minutes=11)
    await bench.order("RU", Level.HELD)
    bench.clock.move(days=88)
    drawn = (await handover.draft_handover(bench.desk)).note
    assert drawn.dead[0].words == "to PL: the line is down"
    assert drawn.review_due[0].about == "M-0001"


async def test_many_lines_of_one_sort_are_counted(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    for _ in range(18):
        await bench.sent(diffusion("RU"))
    drawn = (await handover.draft_handover(bench.desk)).note
    assert len(drawn.in_review) == 18
    assert "In review: 18" in drawn.text
    assert "  and 3 more" in drawn.text


async def test_two_persons_sign_and_the_log_has_the_hash(bench: Bench) -> None:
    text = "All quiet.\nOne question to RU is open."
    answer = await handover.write_handover(bench.desk, bench.actor("Jonas"), f"{text}  \r\n\0")
    assert (answer.subject, answer.state) == ("S-0001", "written")
    assert "waits for another officer" in answer.words
    (event,) = await bench.desk.queries.history("S-0001")
    assert event.data["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    accepted = await handover.accept_handover(bench.desk, bench.actor("Mara"), 1)
    assert accepted.state == "accepted"
    last = (await handover.draft_handover(bench.desk)).last
    assert last is not None
    assert (last.text, last.sound, last.written_by, last.accepted_by) == (text, True, "Jonas", "Mara")
    with raises_code(ConflictCode.HANDOVER_ACCEPTED, match="S-0001.*Mara.*2022-03-10T08:00:00Z"):
        await handover.accept_handover(bench.desk, bench.actor("Ines"))


async def test_who_wrote_it_can_not_accept_it_by_another_login_either(bench: Bench) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Jonas", Role.OFFICER, "-", ("jonas2",)))
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    from dutydesk.desk.base.context import Actor

    with raises_code(NotAllowedCode.OWN_HANDOVER, match="Jonas.*S-0001") as refused:
        await handover.accept_handover(bench.desk, Actor("Jonas", "jonas2"))
    assert refused.value.exit_code == 3


async def test_an_observer_signs_nothing(bench: Bench) -> None:
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await handover.write_handover(bench.desk, bench.actor("Olga"), "All quiet.")
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await handover.accept_handover(bench.desk, bench.actor("Olga"))


async def test_a_text_that_was_changed_after_it_was_signed_can_not_be_accepted(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "Nothing is open.")
    forged = "One recall is open."
    with changed_file(bench.desk.store.path) as file:
        digest = hashlib.sha256(forged.encode()).hexdigest()
        file.execute("UPDATE handover SET text = ?, sha256 = ?", (forged, digest))
    with raises_code(RefusedCode.HANDOVER_ALTERED, match="Jonas"):
        await handover.accept_handover(bench.desk, bench.actor("Mara"))
    assert (await handover.last_handover(bench.desk)).sound is False
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "One recall is open.")
    assert (await handover.accept_handover(bench.desk, bench.actor("Mara"))).subject == "S-0002"


async def test_a_newer_note_takes_the_place_of_one_that_nobody_accepted(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "First.")
    answer = await handover.write_handover(bench.desk, bench.actor("Mara"), "Second.")
    assert "in place of S-0001" in answer.words
    with raises_code(ConflictCode.HANDOVER_REPLACED, match="Mara.*S-0002.*S-0001"):
        await handover.accept_handover(bench.desk, bench.actor("Ines"), 1)
    assert (await handover.accept_handover(bench.desk, bench.actor("Jonas"), 2)).subject == "S-0002"
    third = await handover.write_handover(bench.desk, bench.actor("Jonas"), "Third.")
    assert "in place of" not in third.words, "an accepted one stands"


async def test_nothing_to_accept_and_nothing_to_sign(bench: Bench) -> None:
    with raises_code(NotFoundCode.NO_HANDOVER):
        await handover.accept_handover(bench.desk, bench.actor("Mara"))
    with raises_code(InvalidRequestCode.HANDOVER_EMPTY):
        await handover.write_handover(bench.desk, bench.actor("Jonas"), " \n \0 ")
    with raises_code(InvalidRequestCode.HANDOVER_TOO_LONG, match="20,001"):
        await handover.write_handover(bench.desk, bench.actor("Jonas"), "x" * 20_001)
    with raises_code(InvalidRequestCode.TEXT_NOT_SIGNABLE):
        await handover.write_handover(bench.desk, bench.actor("Jonas"), "\ud800")
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    with raises_code(NotFoundCode.UNKNOWN_HANDOVER, match="S-0009"):
        await handover.accept_handover(bench.desk, bench.actor("Mara"), 9)


async def test_the_shift_begins_where_the_log_says_even_with_nothing_in_it(bench: Bench) -> None:
    await bench.send(act_message("check", "DE", database="nominal", query={"name": "Nobody"}))
    bench.clock.move(days=1)
    drawn = (await handover.draft_handover(bench.desk)).note
    assert not any(drawn.counts.values())
    assert "In and out: 0 taken in\nHeld: 0\n" in drawn.text
