"""For any sequence of items, restrictions, measures and days, a check returns exactly what a naive model allows.

The model does not use the desk's code. It keeps the owners' statements as a list and reads it from the end for each
question; from the desk it takes only the state of an item.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desks import AT, Bench, MovedClock, act_message, diffusion, notice_request
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.errors import DeskError
from dutydesk.domain.messages.message import DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Channel, Level
from engine_under_test import make_store
from invented import persons

MEMBERS = frozenset({"DE", "CN", "UA", "PL", "CL"})
JOINS_LATER = {"PW": date(2023, 11, 28)}
PARENT = {"HK": "CN"}
ASKING = (*sorted(MEMBERS), "PW", "HK", "914")
OWNERS = ("DE", "CN", "UA", "HK")
CLEARED = frozenset({"DE", "PL"})

codes = st.lists(st.sampled_from(ASKING), min_size=1, max_size=4, unique=True)
targets = st.one_of(st.just("all"), codes)
owners = st.sampled_from(OWNERS)
pick = st.integers(0, 50)


@dataclass
class Piece:
    """An item in the model. ``told`` is the list fixed at its release; ``None`` before."""

    number: int
    owner: str
    person: dict[str, Any]
    to: Any
    notice: bool
    hidden_from: frozenset[str]
    confidential: bool
    last_day: date
    told: frozenset[str] | None = None
    cycle: int = 0
    reference: str = ""
    ended: bool = False


@dataclass
class Model:
    today: datetime = AT
    pieces: list[Piece] = field(default_factory=list)
    said: list[tuple[str, int | None, str, bool]] = field(default_factory=list)
    levels: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def members(self) -> frozenset[str]:
        return MEMBERS | {code for code, since in JOINS_LATER.items() if since <= self.today.date()}

    def suspended(self, code: str) -> bool:
        return any(self.levels.get(one, ("", False))[0] == "suspended" for one in (code, PARENT.get(code, "")))

    def silenced(self, code: str) -> bool:
        """Whether the bureau is suspended, or its checks are held."""
        checks_held = any(self.levels.get(one, ("", False)) == ("held", True) for one in (code, PARENT.get(code, "")))
        return self.suspended(code) or checks_held

    def denied(self, piece: Piece, code: str) -> bool:
        for one in (code, PARENT.get(code)):
            if one is None:
                continue
            if one in piece.hidden_from:
                return True
            for owner, item in ((piece.owner, None), (PARENT.get(piece.owner), None), (piece.owner, piece.number)):
                for who, about, target, is_denied in reversed(self.said):
                    if who == owner and about == item and target in (one, "all"):
                        if is_denied:
                            return True
                        break
        return False

    def allows(self, piece: Piece, code: str, released: bool) -> bool:
        if not released or piece.told is None or self.silenced(code) or self.suspended(piece.owner):
            return False
        if piece.ended:
            return False
        if code == piece.owner:
            return True
        if self.denied(piece, code) or (piece.confidential and code not in CLEARED):
            return False
        return code in piece.told or (piece.notice and code in self.members())


steps = st.one_of(
    st.tuples(st.just("send"), owners, targets, st.booleans(), st.lists(st.sampled_from(ASKING), max_size=2), pick),
    st.tuples(st.just("notice"), owners, st.lists(st.sampled_from(ASKING), max_size=2)),
    st.tuples(st.just("deny"), pick, targets, st.booleans()),
    st.tuples(st.just("allow"), pick, targets, st.booleans()),
    st.tuples(st.just("correct"), pick, targets),
    st.tuples(st.just("withdraw"), pick),
    st.tuples(st.just("recall"), pick, st.booleans()),
    st.tuples(st.just("suspend"), st.sampled_from(("UA", "CL", "CN")), st.booleans()),
    st.tuples(st.just("days"), st.sampled_from((1, 40, 640))),
    st.tuples(st.just("days"), st.sampled_from((-1, -40))),
)


class Play:
    def __init__(self, bench: Bench) -> None:
        self.bench, self.model, self.people = bench, Model(), persons()

    async def step(self, step: tuple[Any, ...]) -> None:
        await getattr(self, step[0])(*step[1:])
        await self.bench.dispatch()
        await self.compare(step)

    async def send(self, owner: str, to: Any, confidential: bool, hidden: list[str], days: int) -> None:
        person, last = next(self.people), (self.bench.clock.now() + timedelta(days=days * 3)).date()
        message = diffusion(
            owner,
            to,
            subject=person,
            restricted_from=hidden,
            retention_until=str(last),
            confidentiality="confidential" if confidential else "official_use_only",
        )
        await self._take(message, Piece(0, owner, person, to, False, frozenset(hidden), confidential, last))

    async def notice(self, owner: str, hidden: list[str]) -> None:
        person, last = next(self.people), (self.bench.clock.now() + timedelta(days=900)).date()
        message = notice_request(owner, subject=person, restricted_from=hidden, retention_until=str(last))
        await self._take(message, Piece(0, owner, person, "all", True, frozenset(hidden), False, last))
        await self._officers(self.bench.release(self.model.pieces[-1].number))

    async def correct(self, which: int, to: Any) -> None:
        piece = self._piece(which)
        if piece is None or piece.notice:
            return
        person = next(self.people)
        message = diffusion(piece.owner, to, type="correction", of=piece.reference, subject=person)
        message["retention_until"] = str(last := (self.bench.clock.now() + timedelta(days=90)).date())
        await self._take(message, Piece(0, piece.owner, person, to, False, frozenset(), False, last))

    async def _take(self, message: dict[str, Any], piece: Piece) -> None:
        receipt = await self.bench.send(message)
        if receipt.outcome != "accepted" or receipt.item is None:
            return
        piece.number, piece.reference = int(receipt.item[2:]), message["reference"]
        self.model.pieces = [other for other in self.model.pieces if other.number != piece.number]
        self.model.pieces.append(piece)

    async def _state(self, which: int, to: Any, for_one: bool, word: str) -> None:
        piece = self._piece(which)
        owner = piece.owner if piece is not None else "DE"
        fields: dict[str, Any] = {word: to}
        if for_one and piece is not None:
            fields["of"] = piece.reference
        receipt = await self.bench.send(act_message("restriction", owner, **fields))
        if receipt.outcome == "accepted":
            about = piece.number if for_one and piece is not None else None
            for target in ["all"] if to == "all" else to:
                self.model.said.append((owner, about, target, word == "deny"))

    async def deny(self, which: int, to: Any, for_one: bool) -> None:
        await self._state(which, to, for_one, "deny")

    async def allow(self, which: int, to: Any, for_one: bool) -> None:
        await self._state(which, to, for_one, "allow")

    async def withdraw(self, which: int) -> None:
        piece = self._piece(which)
        if piece is not None:
            await self.bench.send(act_message("withdrawal", piece.owner, of=piece.reference, reason="Found."))

    async def recall(self, which: int, urgent: bool) -> None:
        piece = self._piece(which)
        if piece is not None:
            await self._officers(
                self.bench.desk.review.recall(self.bench.actor("Jonas"), piece.number, "Doubt.", urgent=urgent)
            )

    async def suspend(self, code: str, checks_only: bool) -> None:
        level = Level.HELD if checks_only else Level.SUSPENDED
        channels = {Channel.CHECK} if checks_only else {Channel.DIFFUSION}
        answer = await self._officers(self.bench.order(code, level, channels=channels))
        if answer is not None and answer.state in ("effective", "ordered"):
            self.model.levels[code] = (level.value, checks_only)

    async def days(self, days: int) -> None:
        self.bench.clock.move(days=days)
        self.model.today = self.bench.clock.now()

    async def _officers(self, work: Any) -> Any:
        """Skip what officers may not do at this moment; the model sees that by the item's state."""
        try:
            return await work
        except DeskError:
            return None

    def _piece(self, which: int) -> Piece | None:
        return self.model.pieces[which % len(self.model.pieces)] if self.model.pieces else None

    async def compare(self, step: tuple[Any, ...]) -> None:
        for piece in self.model.pieces:
            piece.ended |= self.model.today > datetime.combine(piece.last_day, time.max, UTC)
            row = (await self.bench.desk.queries.show(piece.number)).row
            released = row.state == "released" and row.recall_proposed is None
            if row.state == "released" and (piece.told is None or piece.cycle != row.cycle):
                told = self.model.members() if piece.to == "all" else frozenset(piece.to)
                piece.told, piece.cycle = told - {piece.owner}, row.cycle
            for code in ASKING:
                if code in JOINS_LATER and code not in self.model.members():
                    continue
                expected = {row.item} if self.model.allows(piece, code, released) else set()
                assert await self._asked(piece, code) == [expected, expected], (step, code, piece, self.model.said)

    async def _asked(self, piece: Piece, code: str) -> list[set[str | None]]:
        name, paper = piece.person["name"], piece.person["identity_documents"][0]
        born = PartialDate(*map(int, piece.person["date_of_birth"].split("-")))
        by_name = NominalQuery(f"{name['given']} {name['family']}", born)
        by_paper = DocumentQuery(paper["number"], paper["issuer"])
        found = []
        for query in (by_name, by_paper):
            answer = await self.bench.desk.checks.check(self.bench.actor("Jonas"), code, query)
            assert answer.result == ("hit" if answer.hits else "no_record")
            found.append({hit.item for hit in answer.hits})
        return found


@asynccontextmanager
async def _bench() -> AsyncIterator[Bench]:
    with TemporaryDirectory() as folder:
        path, clock = Path(folder) / "desk.db", MovedClock(AT)
        make_store(path, "exercise", clock)
        desk = await open_desk(path, clock, founder="root")
        object.__setattr__(desk.context.settings, "cleared_for_confidential", tuple(CLEARED))
        object.__setattr__(desk.context.settings, "checks_per_minute", 1_000_000)
        bench = Bench(desk, clock)
        for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER)):
            await desk.people.add_officer(bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
        try:
            yield bench
            proof = await prove_store(desk.store, desk.context)
            assert proof.holds, proof.breaches[:3]
        finally:
            await desk.close()


async def _played(sequence: list[tuple[Any, ...]]) -> None:
    async with _bench() as bench:
        play = Play(bench)
        for step in sequence:
            await play.step(step)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@example([("send", "UA", ["PL", "CL"], False, [], 50), ("suspend", "UA", False), ("suspend", "CL", True)])
@example([("send", "HK", "all", False, ["CL"], 50), ("deny", 1, ["PL"], False), ("suspend", "CN", False)])
@example([("send", "UA", ["PL"], False, [], 12), ("days", 40), ("days", -40), ("send", "UA", ["PL"], False, [], 12)])
@example([("notice", "DE", ["CN"]), ("days", 640), ("allow", 1, ["CN"], True), ("recall", 1, False)])
@given(st.lists(steps, min_size=4, max_size=12))
def test_a_check_returns_what_a_naive_model_allows(sequence: list[tuple[Any, ...]]) -> None:
    asyncio.run(_played([("send", "DE", ["PL", "HK"], False, [], 50), *sequence]))
