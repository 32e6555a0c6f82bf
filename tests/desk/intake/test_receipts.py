"""A bureau's receipts depend on its own messages and its level, never on registers or history.

Two desks get the same messages. One knows the persons, by registers or because it refused another bureau's items on
them. Everything that is sent back to bureaus is compared byte by byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desks import AT, Bench, MovedClock, act_message, diffusion, notice_request
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.inbox_files import receipt_line
from dutydesk.dispatch.lines import bureau_lines
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.measures import Channel, Level
from engine_under_test import make_store

BORN = "1974-05-02"
#: A confirmed refugee; a person with a request before the Commission; one on whom a sibling bureau was refused.
KNOWN = (("Skarvin", "Ilja"), ("Nordal", "Peer"), ("Halun", "Mira"))
PERSONS = (*KNOWN, ("Skarvina", "Ilja"), ("Tesfamarkos", "Dawit"), ("Vellmark", "Anna"))
REFUGEES = "reference,family,given,date_of_birth,country_of_origin,date,granted_by,status\n" + "\n".join(
    f"R-{country},Skarvin,Ilja,{BORN},{country},2019-01-02,DE,confirmed" for country in ("CN", "DE")
)
CCF = f"reference,matter,decision,family,given,date_of_birth,date\nC-1,decision,deleted,Nordal,Peer,{BORN},2021-03-04"


def subject(which: int, **changes: Any) -> dict[str, Any]:
    family, given_name = PERSONS[which % len(PERSONS)]
    made = dict(diffusion()["subject"]) | {"name": {"family": family, "given": given_name}, "date_of_birth": BORN}
    made = {key: value for key, value in made.items() if key not in ("identity_documents", "aliases")}
    return made | changes


@asynccontextmanager
async def _bench(*, knowing: bool, **changes: Any) -> AsyncIterator[Bench]:
    """Open a desk; two of them differ only in ``knowing``."""
    with TemporaryDirectory() as folder:
        path, clock = Path(folder) / "desk.db", MovedClock(AT)
        make_store(path, "exercise", clock)
        desk = await open_desk(path, clock, founder="root")
        bench = Bench(desk, clock)
        for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER), ("Mara", Role.OFFICER)):
            await desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
        await _history(bench, 2 if knowing else 5)
        if knowing:
            await desk.imports.import_register(bench.actor("root"), Register.REFUGEES, REFUGEES.encode())
            await desk.imports.import_register(bench.actor("root"), Register.CCF, CCF.encode())
        object.__setattr__(desk.context, "settings", replace(desk.context.settings, **changes))
        try:
            yield bench
            proof = await prove_store(desk.store, desk.context)
            assert proof.holds, proof.breaches[:3]
        finally:
            await desk.close()


async def _history(bench: Bench, which: int) -> None:
    """Refuse one item of MO on either person, and release an item to CN, to which it may respond."""
    item = await bench.sent(notice_request("MO", subject=subject(which), reference="MO-0"))
    await bench.refuse(item)
    with suppress(DeskError):
        await bench.desk.review.confirm(bench.actor("Mara"), item)
    assert await bench.state(item) == "refused"
    await bench.sent(diffusion("PL", ("CN", "HK"), reference="PL-0"))
    await bench.dispatch()


steps = st.one_of(
    st.tuples(st.just("send"), st.integers(0, 5), st.booleans(), st.booleans()),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.just("repeat"), st.integers(0, 9)),
    st.tuples(st.just("conflict"), st.integers(0, 9), st.integers(0, 5)),
    st.tuples(st.just("inform"), st.integers(0, 9)),
    st.tuples(st.just("ask"), st.integers(0, 9)),
    st.tuples(st.just("restrict"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("check"), st.integers(0, 5)),
    st.tuples(st.just("respond"), st.sampled_from(("acknowledged", "acting", "declined"))),
)
#: Level, sender, the changes of every message, and whether the desk holds what a rule blocks.
modes = st.sampled_from(
    (
        ("held", "CN", "diffusion", False),
        ("held", "CN", "diffusion", True),
        ("held through its parent", "HK", "diffusion", False),
        ("suspended", "CN", "diffusion", False),
        ("direct", "CN", "notice_request", False),
        ("direct", "CN", "notice_request", True),
        ("direct", "CN", "blocked", True),
        ("monitored", "CN", "silver", False),
        ("direct", "CN", "silver", False),
    )
)


class Bureau:
    """One bureau's messages to one desk, numbered so that both desks get the same bytes, and the receipts."""

    def __init__(self, bench: Bench, sender: str, what: str) -> None:
        self.bench, self.sender, self.what = bench, sender, what
        self.sent: list[dict[str, Any]] = []
        self.items: list[str] = []
        self.back: list[tuple[str, dict[str, bytes]]] = []

    async def step(self, step: tuple[Any, ...]) -> None:
        message = await self._message(*step)
        line = receipt_line(self._kept(await self.bench.send(message))) if message is not None else ""
        self.back.append((line, {code: b"".join(parts) for code, parts in bureau_lines(await self._handed()).items()}))

    def _kept(self, receipt: Receipt) -> Receipt:
        if receipt.item is not None:
            self.items.append(receipt.item)
        return receipt

    async def _handed(self) -> Batch:
        batch = await self.bench.desk.delivery.lease(1000)
        await self.bench.desk.delivery.acknowledge(
            batch, TransportResult({key: None for one in batch.leased_items for _, key in one.keys}), lambda: 0.5
        )
        return batch

    async def _message(self, kind: str, *of: Any) -> dict[str, Any] | None:
        return await getattr(self, f"_{kind}")(*of)

    def _body(self, which: int, *, bare: bool) -> dict[str, Any]:
        message = diffusion(self.sender, ("PL", "FR"), subject=subject(which))
        match self.what:
            case "notice_request":
                message = notice_request(self.sender, subject=subject(which))
            case "silver":
                message |= {"kind": "silver", "purpose": "trace_assets"}
            case "blocked":
                message.pop("judicial")
        if bare and self.what != "silver":
            message.pop("judicial", None)
        return message | {"reference": f"{self.sender}-{len(self.sent)}"}

    def _one(self, which: int) -> dict[str, Any] | None:
        return self.sent[which % len(self.sent)] if self.sent else None

    async def _send(self, which: int, bare: bool, alone: bool) -> dict[str, Any]:
        message = self._body(which, bare=bare)
        if alone and self.what != "notice_request":
            message["recipients"] = [self.sender, "PL"]
        self.sent.append(message)
        return message

    async def _correct(self, of: int, which: int, respelled: bool) -> dict[str, Any] | None:
        before = self._one(of)
        if before is None:
            return None
        message = self._body(which, bare=False) | {"type": "correction", "of": before["reference"]}
        if respelled:
            name = before["subject"]["name"]
            message["subject"] = before["subject"] | {"name": name | {"family": name["family"] + "n"}}
        self.sent.append(message)
        return message

    async def _withdraw(self, of: int) -> dict[str, Any] | None:
        before = self._one(of)
        fields = {"of": before["reference"], "reason": "Found."} if before else None
        return None if fields is None else self._other("withdrawal", **fields)

    async def _repeat(self, of: int) -> dict[str, Any] | None:
        return self._one(of)

    async def _conflict(self, of: int, which: int) -> dict[str, Any] | None:
        before = self._one(of)
        return None if before is None else before | {"subject": subject(which), "text": "Another text."}

    async def _inform(self, of: int) -> dict[str, Any] | None:
        about = self.items[of % len(self.items)] if self.items else None
        return None if about is None else self._other("information", about=about, text="The court of Vellmark.")

    async def _ask(self, of: int) -> None:
        if self.items:
            item = int(self.items[of % len(self.items)][2:])
            with suppress(DeskError):
                await self.bench.desk.review.claim(self.bench.actor("Jonas"), item)
                await self.bench.desk.review.decide(
                    self.bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?")
                )

    async def _restrict(self, of: int, for_one: bool) -> dict[str, Any]:
        before = self._one(of)
        named = {"of": before["reference"]} if for_one and before is not None else {}
        return self._other("restriction", deny=["FR"], **named)

    async def _check(self, which: int) -> dict[str, Any]:
        family, given_name = PERSONS[which]
        return self._other("check", database="nominal", query={"name": f"{given_name} {family}"})

    async def _respond(self, action: str) -> dict[str, Any]:
        return self._other("response", about="D-000002", action=action)

    def _other(self, type: str, **fields: Any) -> dict[str, Any]:
        return act_message(type, self.sender, **fields) | {"reference": f"{self.sender}-a{len(self.back)}"}


async def _level(bench: Bench, level: str) -> None:
    word = level.split()[0]
    if word != "direct":
        await bench.order("CN", Level(word), channels={Channel.DIFFUSION}, order="SG/1")
        await bench.dispatch()


async def _back(
    sequence: list[tuple[Any, ...]], mode: tuple[str, str, str, bool], *, knowing: bool
) -> list[tuple[str, dict[str, bytes]]]:
    level, sender, what, hold_on_block = mode
    pilot = {"silver_pilot": ("CN",), "silver_quota": 3}
    async with _bench(knowing=knowing, hold_on_block=hold_on_block, **pilot) as bench:
        await _level(bench, level)
        bureau = Bureau(bench, sender, what)
        for step in sequence:
            await bureau.step(step)
        return bureau.back


EVERYBODY = [("send", which, False, False) for which in range(3)]


@settings(max_examples=16, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@example([*EVERYBODY, ("correct", 0, 1, False), ("correct", 0, 2, False)], ("held", "CN", "diffusion", True))
@example([*EVERYBODY, ("correct", 0, 1, False), ("ask", 3), ("inform", 3)], ("direct", "CN", "blocked", True))
@example([*EVERYBODY, ("correct", 0, 1, False)], ("suspended", "CN", "diffusion", False))
@example([*EVERYBODY, ("repeat", 0), ("conflict", 0, 1)], ("held through its parent", "HK", "diffusion", False))
@given(st.lists(steps, min_size=3, max_size=12), modes)
def test_a_bureau_that_is_held_anyway_hears_the_same(
    sequence: list[tuple[Any, ...]], mode: tuple[str, str, str, bool]
) -> None:
    plain = asyncio.run(_back(sequence, mode, knowing=False))
    assert asyncio.run(_back(sequence, mode, knowing=True)) == plain


async def _direct(sequence: list[tuple[Any, ...]], level: str, *, sampled: bool) -> list[tuple[str, dict[str, bytes]]]:
    """Every item is held: as a sample, where the desk does not know the persons, or because it knows them."""
    async with _bench(knowing=not sampled, sample_review=2) as bench:
        object.__setattr__(bench.desk.context, "draw_sample", lambda _one_in: sampled)
        await _level(bench, level)
        bureau = Bureau(bench, "CN", "diffusion")
        for step in sequence:
            await bureau.step(step)
        return bureau.back


known = st.integers(0, 2)
direct_steps = st.one_of(
    st.tuples(st.just("send"), known, st.booleans(), st.booleans()),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(0, 5), st.just(False)),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.just("repeat"), st.integers(0, 9)),
    st.tuples(st.just("conflict"), st.integers(0, 9), known),
    st.tuples(st.just("inform"), st.integers(0, 9)),
    st.tuples(st.just("ask"), st.integers(0, 9)),
    st.tuples(st.just("restrict"), st.integers(0, 9), st.booleans()),
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@example([*EVERYBODY, ("correct", 0, 0, False), ("correct", 1, 4, False), ("repeat", 0)], "direct")
@given(st.lists(direct_steps, min_size=2, max_size=10), st.sampled_from(("direct", "monitored")))
def test_a_hold_by_a_register_and_a_sampled_one_are_told_alike(sequence: list[tuple[Any, ...]], level: str) -> None:
    sampled = asyncio.run(_direct(sequence, level, sampled=True))
    assert asyncio.run(_direct(sequence, level, sampled=False)) == sampled


@pytest.mark.parametrize("which", range(3))
async def test_the_desks_of_these_tests_do_differ(which: int) -> None:
    async with _bench(knowing=True) as knowing, _bench(knowing=False) as plain:
        states = [
            await bench.state(await bench.sent(diffusion("CN", subject=subject(which)))) for bench in (knowing, plain)
        ]
    assert states == ["held", "released"]
