"""Lines that do harm or are broken. Every one is sent on purpose, and each is marked in the shift."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from dutydesk.demo.bureaus import DemoBureau
from dutydesk.demo.drafts import Fields, draft
from dutydesk.demo.message_writer import Scribe

Writer = Callable[[Scribe, DemoBureau, datetime, list[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """``broken``: the wire must not decode it. ``needs_past``: it is about an earlier line."""

    write: Writer
    broken: bool
    needs_past: bool = False


def as_line(message: Fields) -> bytes:
    """One message on one line, with its own scripts kept."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _red(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields:
    """A wholly ordinary diffusion that becomes something else; it is not kept in memory."""
    made = draft(scribe.rng, bureau, "red")
    made.recipients = ["FR", "IT", "SG"] if bureau.code not in ("FR", "IT", "SG") else ["PL", "BR"]
    return {**scribe.envelope(at, bureau, "diffusion"), **made.body()}


def _named(family: str, given: str) -> Writer:
    """Names that act on terminals, in ASCII so that the sample file itself does not."""

    def write(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        message = _put(_red(scribe, bureau, at), ("subject", "name"), {"family": family, "given": given})
        return json.dumps(message, separators=(",", ":")).encode()

    return write


def _put(message: Fields, path: tuple[str, ...], value: object) -> Fields:
    """A copy of ``message`` with ``value`` at ``path``."""
    first, *rest = path
    inner = message.get(first)
    if rest:
        value = _put(inner if isinstance(inner, dict) else {}, tuple(rest), value)
    return {**message, first: value}


def _with(path: str, value: object) -> Writer:
    def write(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        return as_line(_put(_red(scribe, bureau, at), tuple(path.split(".")), value))

    return write


def _raw(old: bytes, new: bytes) -> Writer:
    """Puts bytes in that no JSON writer would write."""

    def write(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        return as_line(_red(scribe, bureau, at)).replace(old, new, 1)

    return write


def _stranger(code: str) -> Writer:
    def write(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
        message = _red(scribe, bureau, at)
        return as_line({**message, "sender": code, "reference": f"{code}-{message['reference']}"[:64]})

    return write


def _truncated(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    whole = json.dumps(_red(scribe, bureau, at)).encode()
    return whole[: len(whole) * 2 // 3]


def _among_its_own(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    return as_line({**_red(scribe, bureau, at), "recipients": [bureau.code, "PT", "PT", "HR"]})


def _markup(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    message = _red(scribe, bureau, at)
    return as_line({**message, "text": "[red]x[/red] [@click=app.quit]quit[/] [/ [0] [b +"})


def _injected_check(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    query = {"name": "Nobody'); DROP TABLE item; -- %_\\ \" NEAR(", "date_of_birth": "1980"}
    return as_line({**scribe.envelope(at, bureau, "check", "C"), "database": "nominal", "query": query})


def _withdrawal_of_strangers(scribe: Scribe, bureau: DemoBureau, at: datetime, _: list[bytes]) -> bytes:
    """Somebody tries to take back what another bureau sent."""
    others = [sent for sent in scribe.sent if sent.sender != bureau.code]
    of = scribe.rng.choice(others).reference if others else "NOBODY-1"
    return as_line({**scribe.envelope(at, bureau, "withdrawal"), "of": of, "reason": "Sent by mistake."})


def _repeat(scribe: Scribe, _: DemoBureau, __: datetime, past: list[bytes]) -> bytes:
    return scribe.rng.choice(past)


def _conflict(scribe: Scribe, _: DemoBureau, __: datetime, past: list[bytes]) -> bytes:
    """The reference of an earlier diffusion with other content."""
    message: Fields = json.loads(scribe.rng.choice(past))
    return as_line({**message, "text": f"{message['text']} Reward offered."})


_FLOOD = "Z\u0336\u0321a\u0337\u0350l\u0335\u031bg\u0338\u0344o" + "\u0301\u0316\u034f" * 20
_REQUIRED: tuple[Hostile, ...] = (
    Hostile(_named("\u001b[2J\u001b]0;desk\u0007Morwen", "\u001b[31mAda\u009b0m\b\b"), broken=False),
    Hostile(_named("Gro\u202efdp.lla\u202c", "\u2066Lev\u200b"), broken=False),
    Hostile(_markup, broken=False),
    Hostile(_raw(b'"recipients":', b'"recipients":["CH"],"recipients":'), broken=True),
    Hostile(_stranger("XX"), broken=True),
    Hostile(_stranger("ru"), broken=True),
    Hostile(_repeat, broken=False, needs_past=True),
    Hostile(_conflict, broken=False, needs_past=True),
    Hostile(_with("text", "Detain\u0000 at once."), broken=True),
    Hostile(_truncated, broken=True),
    Hostile(_raw(b'"text":"', b'"text":"caf\xe9 \xff\xc3('), broken=True),
    Hostile(_with("recipients", []), broken=True),
)
_FURTHER: tuple[Hostile, ...] = (
    Hostile(_named(_FLOOD, "Т\u0435ddy"), broken=False),
    Hostile(_with("level", 1), broken=True),
    Hostile(_with("recipients", "FR"), broken=True),
    Hostile(_with("recipients", ["SU", "UK"]), broken=True),
    Hostile(_with("judicial.facts.date", "2022-02-30"), broken=True),
    Hostile(_with("subject.date_of_birth", "2031"), broken=True),
    Hostile(_raw(b'"text":"', b'"text":"\\ud800 '), broken=True),
    Hostile(_raw(b'"height_cm":', b'"height_cm":NaN,"weight_kg_was":'), broken=True),
    Hostile(_raw(b'"height_cm":', b'"height_cm":9223372036854775808'), broken=True),
    Hostile(_with("sent_at", "2022-03-11 08:00"), broken=True),
    Hostile(_with("sent_at", "2032-03-11T08:00:00Z"), broken=False),
    Hostile(_with("subject.aliases", json.loads("[" * 80 + "]" * 80)), broken=True),
    Hostile(_among_its_own, broken=False),
    Hostile(_injected_check, broken=False),
    Hostile(_withdrawal_of_strangers, broken=False, needs_past=True),
)


def deck(rng: Random) -> list[Hostile]:
    """All of them in an order of chance, to be taken from the end: the required ones come before the further."""
    required, further = list(_REQUIRED), list(_FURTHER)
    rng.shuffle(required)
    rng.shuffle(further)
    return further + required
