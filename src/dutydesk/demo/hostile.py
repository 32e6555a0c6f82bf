"""Lines that do harm or are broken. Each is sent on purpose and marked in the shift."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from random import Random

from dutydesk.demo.bureaus import DemoBureau
from dutydesk.demo.drafts import Fields, write_draft
from dutydesk.demo.message_writer import MessageWriter
from dutydesk.domain.frozen import value

LineWriter = Callable[[MessageWriter, DemoBureau, datetime, list[bytes]], bytes]


@value(frozen=True, slots=True)
class HostileLine:
    """``broken``: the wire must not decode it. ``needs_earlier_line``: it refers to an earlier line."""

    write: LineWriter
    broken: bool
    needs_earlier_line: bool = False


def encode_line(message: Fields) -> bytes:
    """One message on one line, in its own scripts."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _red_diffusion(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields:
    """An ordinary diffusion that is then altered; the writer does not remember it."""
    made = write_draft(scribe.rng, bureau, "red")
    made.recipients = ["FR", "IT", "SG"] if bureau.code not in ("FR", "IT", "SG") else ["PL", "BR"]
    return {**scribe.envelope(at, bureau, "diffusion"), **made.body()}


def _with_name(family: str, given: str) -> LineWriter:
    """Names that act on terminals, escaped as ASCII so that the sample file itself does not."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        message = _replace_value(
            _red_diffusion(scribe, bureau, at), ("subject", "name"), {"family": family, "given": given}
        )
        return json.dumps(message, separators=(",", ":")).encode()

    return write


def _replace_value(message: Fields, path: tuple[str, ...], value: object) -> Fields:
    """A copy of ``message`` with ``value`` at ``path``."""
    first, *rest = path
    inner = message.get(first)
    if rest:
        value = _replace_value(inner if isinstance(inner, dict) else {}, tuple(rest), value)
    return {**message, first: value}


def _with_value(path: str, value: object) -> LineWriter:
    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        return encode_line(_replace_value(_red_diffusion(scribe, bureau, at), tuple(path.split(".")), value))

    return write


def _with_bytes(old: bytes, new: bytes) -> LineWriter:
    """Put in bytes that no JSON writer would write."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        return encode_line(_red_diffusion(scribe, bureau, at)).replace(old, new, 1)

    return write


def _unknown_sender(code: str) -> LineWriter:
    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        message = _red_diffusion(scribe, bureau, at)
        return encode_line({**message, "sender": code, "reference": f"{code}-{message['reference']}"[:64]})

    return write


def _truncated(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    whole = json.dumps(_red_diffusion(scribe, bureau, at)).encode()
    return whole[: len(whole) * 2 // 3]


def _addressed_to_sender(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    return encode_line({**_red_diffusion(scribe, bureau, at), "recipients": [bureau.code, "PT", "PT", "HR"]})


def _markup(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    message = _red_diffusion(scribe, bureau, at)
    return encode_line({**message, "text": "[red]x[/red] [@click=app.quit]quit[/] [/ [0] [b +"})


def _injected_check(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    query = {"name": "Nobody'); DROP TABLE item; -- %_\\ \" NEAR(", "date_of_birth": "1980"}
    return encode_line({**scribe.envelope(at, bureau, "check", "C"), "database": "nominal", "query": query})


def _foreign_withdrawal(scribe: MessageWriter, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    """A withdrawal of another bureau's message."""
    others = [sent for sent in scribe.sent if sent.sender != bureau.code]
    of = scribe.rng.choice(others).reference if others else "NOBODY-1"
    return encode_line({**scribe.envelope(at, bureau, "withdrawal"), "of": of, "reason": "Sent by mistake."})


def _repeat(scribe: MessageWriter, _: DemoBureau, __: datetime, past: list[bytes]) -> bytes:
    return scribe.rng.choice(past)


def _conflict(scribe: MessageWriter, _: DemoBureau, __: datetime, past: list[bytes]) -> bytes:
    """The reference of an earlier diffusion with other content."""
    message: Fields = json.loads(scribe.rng.choice(past))
    return encode_line({**message, "text": f"{message['text']} Reward offered."})


_COMBINING_MARKS = "Z\u0336\u0321a\u0337\u0350l\u0335\u031bg\u0338\u0344o" + "\u0301\u0316\u034f" * 20
_REQUIRED: tuple[HostileLine, ...] = (
    HostileLine(_with_name("\u001b[2J\u001b]0;desk\u0007Morwen", "\u001b[31mAda\u009b0m\b\b"), broken=False),
    HostileLine(_with_name("Gro\u202efdp.lla\u202c", "\u2066Lev\u200b"), broken=False),
    HostileLine(_markup, broken=False),
    HostileLine(_with_bytes(b'"recipients":', b'"recipients":["CH"],"recipients":'), broken=True),
    HostileLine(_unknown_sender("XX"), broken=True),
    HostileLine(_unknown_sender("ru"), broken=True),
    HostileLine(_repeat, broken=False, needs_earlier_line=True),
    HostileLine(_conflict, broken=False, needs_earlier_line=True),
    HostileLine(_with_value("text", "Detain\u0000 at once."), broken=True),
    HostileLine(_truncated, broken=True),
    HostileLine(_with_bytes(b'"text":"', b'"text":"caf\xe9 \xff\xc3('), broken=True),
    HostileLine(_with_value("recipients", []), broken=True),
)
_FURTHER: tuple[HostileLine, ...] = (
    HostileLine(_with_name(_COMBINING_MARKS, "Т\u0435ddy"), broken=False),
    HostileLine(_with_value("level", 1), broken=True),
    HostileLine(_with_value("recipients", "FR"), broken=True),
    HostileLine(_with_value("recipients", ["SU", "UK"]), broken=True),
    HostileLine(_with_value("judicial.facts.date", "2022-02-30"), broken=True),
    HostileLine(_with_value("subject.date_of_birth", "2031"), broken=True),
    HostileLine(_with_bytes(b'"text":"', b'"text":"\\ud800 '), broken=True),
    HostileLine(_with_bytes(b'"height_cm":', b'"height_cm":NaN,"weight_kg_was":'), broken=True),
    HostileLine(_with_bytes(b'"height_cm":', b'"height_cm":9223372036854775808'), broken=True),
    HostileLine(_with_value("sent_at", "2022-03-11 08:00"), broken=True),
    HostileLine(_with_value("sent_at", "2032-03-11T08:00:00Z"), broken=False),
    HostileLine(_with_value("subject.aliases", json.loads("[" * 80 + "]" * 80)), broken=True),
    HostileLine(_addressed_to_sender, broken=False),
    HostileLine(_injected_check, broken=False),
    HostileLine(_foreign_withdrawal, broken=False, needs_earlier_line=True),
)


def shuffled_hostile_lines(rng: Random) -> list[HostileLine]:
    """All hostile lines in a random order, to be taken from the end: the required ones come first."""
    required, further = list(_REQUIRED), list(_FURTHER)
    rng.shuffle(required)
    rng.shuffle(further)
    return further + required
