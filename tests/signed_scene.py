"""What bureaus with keys do in a log with every kind of event."""

from __future__ import annotations

from desks import Bench, act_message, diffusion
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.wire.files.signatures import fingerprint, new_key
from signed_messages import enter_key, envelope, order, packed, raw_of, signed


async def signed_scene(bench: Bench) -> dict[str, str]:
    """AT must sign, PT should. Returns the names of the items ``signed``, ``flagged`` and ``forged``."""
    desk, items = bench.desk, dict[str, str]()
    first, second = await enter_key(desk, "AT"), await enter_key(desk, "AT")
    lisbon = await enter_key(desk, "PT")
    await order(desk, "AT", SignatureLevel.REQUIRED)
    await order(desk, "PT", SignatureLevel.PREFERRED)
    message = diffusion("AT", ("PL",))
    contents = {
        "signed": signed(message, first),
        "flagged": packed(diffusion("PT", ("PL",))),
        "forged": signed(diffusion("AT", ("PL",)), lisbon),
        "unsigned": packed(diffusion("AT", ("PL",))),
    }
    for word, content in contents.items():
        receipt = await desk.intake.receive(raw_of(content))
        assert receipt.item is not None
        items[word] = receipt.item
    withdrawal = act_message("withdrawal", "AT", of=message["reference"], reason="Found.")
    assert (await desk.intake.receive(raw_of(signed(withdrawal, second)))).outcome == "accepted"
    await desk.keys.retire(bench.actor("root"), "AT", fingerprint(first.public))
    await desk.keys.revoke(bench.actor("root"), "PT", bench.clock.now(), "It was copied.")
    await desk.keys.make_desk_key(bench.actor("root"))
    await bench.dispatch()
    return items


def other_signature(message: bytes) -> dict[str, str]:
    """A signature, as the log has it, by a key that nobody entered."""
    key = new_key()
    made = envelope(message, key)
    return {"key": fingerprint(key.public), "protected": made["protected"], "signature": made["signature"]}
