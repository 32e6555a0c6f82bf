"""Signed messages at the desk: levels, keys by their dates, what the log keeps, and what the proof finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

from desks import AT, Bench, act_message, diffusion, notice_request, number
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.signatures import is_signature_of
from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.key_rows import IN_FORCE, REVOKED, MessageSignatureRow
from dutydesk.desk.intake.incoming import ReceivedMessage, prepare_message
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.events.accepted import is_flagged, signature_of
from dutydesk.domain.messages.signatures import MessageSignature
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Channel
from dutydesk.store.tables import log
from dutydesk.wire.files.signatures import fingerprint, new_key
from refusals import raises_code
from signed_messages import ADMINISTRATOR, compact, enter_key, envelope, order, packed, raw_of, signed

REQUIRED, PREFERRED, UNSIGNED = SignatureLevel.REQUIRED, SignatureLevel.PREFERRED, SignatureLevel.UNSIGNED


async def sent(bench: Bench, content: bytes) -> Receipt:
    return await bench.desk.intake.receive(raw_of(content))


async def events_of(bench: Bench, subject: str) -> list[Any]:
    return await bench.desk.store.read(lambda handle: [log.parse(one) for one in log.of_subject(handle, subject)])


def code(receipt: Receipt) -> str:
    return receipt.problems[0].path


async def test_a_signed_message_is_taken_and_its_signature_kept(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    message = diffusion("DE")
    receipt = await sent(bench, signed(message, key))
    assert receipt.outcome == "accepted"
    made = [signature_of(event) for event in await events_of(bench, receipt.item or "")]
    assert [each.key for each in made if each is not None] == [fingerprint(key.public)]
    shown = await bench.desk.queries.show(number(receipt.item))
    assert shown.sha256 == sha256(packed(message)).hexdigest()
    assert shown.signature == MessageSignatureRow(fingerprint(key.public), IN_FORCE)


async def test_an_item_shows_how_its_present_version_was_signed(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    plain = await sent(bench, packed(diffusion("DE")))
    await order(bench.desk, "DE", PREFERRED)
    flagged = await sent(bench, packed(diffusion("DE")))
    message = notice_request("DE")
    item = await sent(bench, signed(message, key))
    await bench.desk.keys.revoke(ADMINISTRATOR, "DE", bench.desk.clock.now(), "lost")
    shown = [(await bench.desk.queries.show(number(each.item))).signature for each in (plain, flagged, item)]
    assert shown == [None, MessageSignatureRow(None, None), MessageSignatureRow(fingerprint(key.public), REVOKED)]
    words = [each.words for each in shown if each is not None]
    assert [fingerprint(key.public) in each for each in words] == [False, True]
    await order(bench.desk, "DE", UNSIGNED)
    await sent(bench, packed(diffusion("DE", None, type="correction", of=message["reference"], text="Corrected.")))
    assert (await bench.desk.queries.show(number(item.item))).signature is None


async def test_a_signature_is_verified_before_the_store_is_locked(bench: Bench) -> None:
    key, intake = await enter_key(bench.desk, "DE"), bench.desk.intake

    async def verified_with(content: bytes) -> bytes | None:
        received = ReceivedMessage(raw_of(content))
        prepare = partial(prepare_message, context=intake.context, memory=intake.memory, received=received)
        opened = (await bench.desk.store.read(prepare)).opened
        return None if opened is None else opened.verified_with

    assert await verified_with(signed(diffusion("DE"), key)) == key.public
    assert await verified_with(signed(diffusion("DE"), new_key())) is None
    assert await verified_with(packed(diffusion("DE"))) is None


async def test_what_goes_out_is_the_message_without_its_envelope(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    message = diffusion("DE", ("PL",))
    await sent(bench, compact(envelope(message, key)))
    (leased,) = (await bench.dispatch()).leased_items
    assert leased.message == packed(message)


async def test_the_same_message_in_another_file_or_form_is_a_repeat(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    message = diffusion("DE")
    first = await sent(bench, signed(message, key))
    again = await sent(bench, compact(envelope(message, key)))
    assert (first.outcome, again.outcome, again.item) == ("accepted", "repeat", first.item)


async def test_a_bureau_that_must_sign_gets_nothing_in_without(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED)
    for content, path in (
        (packed(diffusion("DE")), "signature.unsigned"),
        (signed(diffusion("DE"), new_key()), "signature.key_unknown"),
    ):
        receipt = await sent(bench, content)
        assert (receipt.outcome, code(receipt)) == ("quarantined", path)
    assert (await sent(bench, signed(diffusion("DE"), key))).outcome == "accepted"
    assert [row.subject for row in await bench.desk.queries.alarms() if row.alarm == "security"] == ["signatures"]


@pytest.mark.parametrize(
    "type", ["withdrawal", "information", "response", "recall_confirmation", "restriction", "check"]
)
async def test_every_type_of_message_must_be_signed(bench: Bench, type: str) -> None:
    key = await enter_key(bench.desk, "DE")
    item = await sent(bench, packed(diffusion("DE", ("PL", "FR"))))
    await order(bench.desk, "DE", REQUIRED)
    reference = item.reference
    fields: dict[str, dict[str, Any]] = {
        "withdrawal": {"of": reference, "reason": "no longer wanted"},
        "information": {"about": item.item, "text": "more"},
        "response": {"about": item.item, "action": "acting"},
        "recall_confirmation": {"about": item.item, "outcome": "deleted"},
        "restriction": {"deny": ["PL"]},
        "check": {"database": "nominal", "query": {"name": "Anna Kowal"}},
    }
    message = act_message(type, "DE", **fields[type])
    assert code(await sent(bench, packed(message))) == "signature.unsigned"
    assert (await sent(bench, signed(message, key))).outcome in ("accepted", "rejected")


async def test_a_correction_must_be_signed_and_its_signature_is_kept(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED)
    first = notice_request("DE")
    item = await sent(bench, signed(first, key))
    changed = diffusion("DE", None, type="correction", of=first["reference"], text="Corrected.")
    assert code(await sent(bench, packed(changed))) == "signature.unsigned"
    assert (await sent(bench, signed(changed, key))).outcome == "accepted"
    made = [signature_of(event) for event in await events_of(bench, item.item or "")]
    assert len([each for each in made if each is not None]) == 2


async def test_a_level_is_for_its_channels_alone(bench: Bench) -> None:
    await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED, Channel.DIFFUSION)
    item = await sent(bench, packed(diffusion("DE")))
    assert code(item) == "signature.unsigned"
    restriction = act_message("restriction", "DE", deny=["PL"])
    assert (await sent(bench, packed(restriction))).outcome == "accepted"


async def test_an_unsigned_message_is_flagged_where_signatures_are_preferred(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", PREFERRED)
    unsigned = await sent(bench, packed(diffusion("DE")))
    assert unsigned.outcome == "accepted"
    assert any(is_flagged(event) for event in await events_of(bench, unsigned.item or ""))
    right = await sent(bench, signed(diffusion("DE"), key))
    assert not any(is_flagged(event) for event in await events_of(bench, right.item or ""))


@pytest.mark.parametrize("level", list(SignatureLevel))
async def test_a_wrong_signature_is_never_taken(bench: Bench, level: SignatureLevel) -> None:
    key, other = await enter_key(bench.desk, "DE"), await enter_key(bench.desk, "FR")
    await order(bench.desk, "DE", level)
    assert code(await sent(bench, signed(diffusion("DE"), other))) == "signature.key_of_another"
    assert (await sent(bench, signed(diffusion("DE"), key))).outcome == "accepted"


async def test_keys_count_by_their_dates(bench: Bench) -> None:
    later = await enter_key(bench.desk, "DE", since=AT + timedelta(days=1), until=AT + timedelta(days=2))
    assert code(await sent(bench, signed(diffusion("DE"), later))) == "signature.key_not_yet_valid"
    bench.clock.move(days=1)
    assert (await sent(bench, signed(diffusion("DE"), later))).outcome == "accepted"
    bench.clock.move(days=1)
    assert code(await sent(bench, signed(diffusion("DE"), later))) == "signature.key_retired"


async def test_an_order_counts_from_its_date(bench: Bench) -> None:
    await enter_key(bench.desk, "DE")
    await bench.desk.keys.order(ADMINISTRATOR, "DE", REQUIRED, frozenset(Channel), AT + timedelta(hours=1))
    assert (await sent(bench, packed(diffusion("DE")))).outcome == "accepted"
    bench.clock.move(hours=1)
    assert code(await sent(bench, packed(diffusion("DE")))) == "signature.unsigned"


async def test_a_key_is_exchanged_without_a_gap(bench: Bench) -> None:
    old, new = await enter_key(bench.desk, "DE"), await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED)
    for key in (old, new):
        assert (await sent(bench, signed(diffusion("DE"), key))).outcome == "accepted"
    await bench.desk.keys.retire(ADMINISTRATOR, "DE", fingerprint(old.public))
    assert code(await sent(bench, signed(diffusion("DE"), old))) == "signature.key_retired"
    assert (await sent(bench, signed(diffusion("DE"), new))).outcome == "accepted"


async def test_a_revoked_key_names_what_it_signed(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    before = await sent(bench, signed(diffusion("DE"), key))
    bench.clock.move(hours=2)
    since = bench.clock.now()
    after = await sent(bench, signed(diffusion("DE"), key))
    unsigned = await sent(bench, packed(diffusion("DE")))
    bench.clock.move(hours=1)
    revoked = await bench.desk.keys.revoke(ADMINISTRATOR, "DE", since, "The laptop was stolen.")
    assert after.item is not None
    assert after.item in revoked.words
    assert before.item not in revoked.words.split()
    assert unsigned.item not in revoked.words
    assert code(await sent(bench, signed(diffusion("DE"), key))) == "signature.key_revoked"


async def test_a_revoked_key_names_what_it_changed_and_what_came_after_the_clock_stepped_back(bench: Bench) -> None:
    key, message = await enter_key(bench.desk, "DE"), notice_request("DE")
    sound = await sent(bench, signed(diffusion("DE"), key))
    held = await sent(bench, signed(message, key))
    bench.clock.move(hours=2)
    since = bench.clock.now()
    correction = diffusion("DE", None, type="correction", of=message["reference"], text="Corrected.")
    assert (await sent(bench, signed(correction, key))).item == held.item
    await sent(bench, signed(diffusion("DE"), key))
    bench.clock.move(hours=-1)
    later = await sent(bench, signed(diffusion("DE"), key))
    bench.clock.move(hours=2)
    words = (await bench.desk.keys.revoke(ADMINISTRATOR, "DE", since, "The laptop was stolen.")).words
    assert [name in words for name in (str(held.item), str(later.item), str(sound.item))] == [True, True, False]


async def test_input_in_quarantine_is_read_once_its_key_is_entered(bench: Bench) -> None:
    key, message = new_key(), diffusion("DE")
    waiting = await sent(bench, signed(message, key))
    assert code(waiting) == "signature.key_unknown"
    jonas = Actor("Jonas", "jonas")
    with raises_code(RefusedCode.STILL_UNREADABLE):
        await bench.desk.intake.reread(jonas, number(waiting.item))
    await enter_key(bench.desk, "DE", key)
    await order(bench.desk, "DE", REQUIRED)
    await bench.desk.intake.reread(jonas, number(waiting.item))
    shown = await bench.desk.queries.show(number(waiting.item))
    assert shown.sha256 == sha256(packed(message)).hexdigest()
    assert (await sent(bench, signed(message, key))).outcome == "repeat"


async def test_what_was_not_signed_is_not_read_again(bench: Bench) -> None:
    await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED)
    waiting = await sent(bench, packed(diffusion("DE")))
    with raises_code(RefusedCode.STILL_UNREADABLE):
        await bench.desk.intake.reread(Actor("Jonas", "jonas"), number(waiting.item))


async def test_keys_that_come_with_the_message_count_for_it(bench: Bench) -> None:
    """Both may be committed together; a rollback of one leaves no key behind."""
    key = await enter_key(bench.desk, "DE")
    await order(bench.desk, "DE", REQUIRED)
    await bench.desk.keys.retire(ADMINISTRATOR, "DE", None)
    assert code(await sent(bench, signed(diffusion("DE"), key))) == "signature.key_retired"


async def test_the_proof_finds_a_body_that_the_sender_did_not_sign(bench: Bench) -> None:
    key = await enter_key(bench.desk, "DE")
    message = packed(diffusion("DE"))
    await sent(bench, signed(message, key))
    assert (await prove_store(bench.desk.store, bench.desk.context, with_bodies=True)).holds
    other = envelope(diffusion("DE"), key)
    made = MessageSignature(fingerprint(key.public), other["protected"], other["signature"])
    ring = await bench.desk.store.read(bench.desk.context.keys.current)
    assert not is_signature_of(ring, made, message)
    right = envelope(message, key)
    assert is_signature_of(ring, replace(made, signature=right["signature"]), message)


async def test_what_was_ordered_at_once_counts_also_after_the_clock_has_stepped_back(bench: Bench) -> None:
    first, second = await enter_key(bench.desk, "DE"), await enter_key(bench.desk, "DE")
    await bench.desk.keys.make_desk_key(ADMINISTRATOR)
    await order(bench.desk, "DE", REQUIRED)
    await bench.desk.keys.retire(ADMINISTRATOR, "DE", fingerprint(first.public))
    bench.clock.move(hours=-1)
    assert code(await sent(bench, packed(diffusion("DE")))) == "signature.unsigned"
    assert code(await sent(bench, signed(diffusion("DE"), first))) == "signature.key_retired"
    assert (await sent(bench, signed(diffusion("DE"), second))).outcome == "accepted"
    assert await bench.desk.delivery.sealing_now() is not None
    await order(bench.desk, "DE", UNSIGNED)
    assert (await sent(bench, packed(diffusion("DE")))).outcome == "accepted"
    assert (await prove_store(bench.desk.store, bench.desk.context)).holds


async def test_a_retired_key_is_not_retired_again_for_a_later_time_once_the_clock_has_stepped_back(
    bench: Bench,
) -> None:
    first, second = await enter_key(bench.desk, "DE"), await enter_key(bench.desk, "DE")
    await bench.desk.keys.retire(ADMINISTRATOR, "DE", fingerprint(first.public))
    bench.clock.move(hours=-1)
    later = bench.clock.now() + timedelta(minutes=30)
    with raises_code(ConflictCode.KEY_ENDED):
        await bench.desk.keys.retire(ADMINISTRATOR, "DE", fingerprint(first.public), later)
    assert code(await sent(bench, signed(diffusion("DE"), first))) == "signature.key_retired"
    retired = await bench.desk.keys.retire(ADMINISTRATOR, "DE")
    assert fingerprint(second.public) in retired.words
    assert (await prove_store(bench.desk.store, bench.desk.context)).holds


async def test_a_date_that_has_come_is_not_undone_by_a_clock_that_steps_back(bench: Bench) -> None:
    """Orders, keys of the bureau and keys of the desk: what is ordered later counts from then on all the same."""
    keys, desk = bench.desk.keys, bench.desk
    first, second = await enter_key(desk, "DE"), new_key()
    soon = bench.clock.now() + timedelta(hours=1)
    await keys.add(ADMINISTRATOR, "DE", second.public, soon)
    await keys.retire(ADMINISTRATOR, "DE", fingerprint(first.public), soon)
    await keys.order(ADMINISTRATOR, "DE", REQUIRED, frozenset(Channel), soon)
    await keys.make_desk_key(ADMINISTRATOR)
    await keys.make_desk_key(ADMINISTRATOR, soon)
    early = await desk.delivery.sealing_now()
    bench.clock.move(hours=2)
    assert code(await sent(bench, packed(diffusion("DE")))) == "signature.unsigned"
    for hours in (-1.5, -20):
        bench.clock.move(hours=hours)
        assert code(await sent(bench, packed(diffusion("DE")))) == "signature.unsigned"
        assert code(await sent(bench, signed(diffusion("DE"), first))) == "signature.key_retired"
        assert (await sent(bench, signed(diffusion("DE"), second))).outcome == "accepted"
        late = await desk.delivery.sealing_now()
        assert early is not None
        assert late is not None
        assert late.key != early.key
    await order(desk, "DE", UNSIGNED)
    assert (await sent(bench, packed(diffusion("DE")))).outcome == "accepted"
    await keys.order(ADMINISTRATOR, "DE", REQUIRED, frozenset(Channel), bench.clock.now() + timedelta(minutes=5))
    assert (await sent(bench, packed(diffusion("DE")))).outcome == "accepted"
    bench.clock.move(minutes=10)
    assert code(await sent(bench, packed(diffusion("DE")))) == "signature.unsigned", "its date is before the last one"
    bench.clock.move(days=2)
    await order(desk, "DE", PREFERRED)
    assert (await sent(bench, packed(diffusion("DE")))).outcome == "accepted"
    proof = await prove_store(desk.store, desk.context)
    assert [breach.words for breach in proof.breaches] == []
