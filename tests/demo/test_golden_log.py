"""The sample shift leaves the same log as ever, byte for byte, however fast the desk becomes.

``golden_log.txt`` has a line for each kind of event: their number, the digest of what they say but for the hashes of
messages' contents, and the digest of these hashes. Where a change of the log is meant, write the file again:
``PYTHONPATH=src:tests python tests/demo/test_golden_log.py``.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desks import Bench, MovedClock
from dutydesk.demo.acts import FIRST_OFFICER, SECOND_OFFICER
from dutydesk.demo.demo_store import OFFICERS, demo_shift
from dutydesk.demo.desk_acts import perform
from dutydesk.demo.replay import timeline
from dutydesk.demo.shift import ScriptedAct
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits, StoreLimits
from dutydesk.wire.decode.stream import RawMessage

GOLDEN = Path(__file__).with_name("golden_log.txt")
#: Lines with messages of every type, each officer's act, and every reason why a message is not taken.
LINES = 330
#: Messages that are taken in at the same time, and so committed together.
AT_ONCE = 48
#: Held items that officers decide on; every third is refused.
DECISIONS = 9
#: A batch must not depend on how long ago an officer acted.
LIMITS = Limits(store=StoreLimits(brief_batch_jobs=DEFAULT_LIMITS.store.batch_jobs))
_EVENTS = "SELECT at, actor, kind, subject, data FROM event ORDER BY seq"


@dataclass
class KindDigest:
    """What the events of one kind say, and apart from it the hashes of contents in them."""

    number: int = 0
    said: Any = field(default_factory=sha256)
    contents: Any = field(default_factory=sha256)

    def add(self, at: int, actor: str, subject: str, data: str) -> None:
        self.number += 1
        found: list[str] = []
        said = json.loads(data)
        if "content" in said:
            found.append(said["content"])
        if "references" in said:
            found += [kept[-1] for kept in said["references"]]
        for one in found:
            data = data.replace(f'"{one}"', '"-"')
        self.said.update(f"{at} {actor} {subject} {data}\n".encode())
        self.contents.update(" ".join(found).encode() if found else b"")

    def line(self, kind: str) -> str:
        contents = self.contents.hexdigest()[:16] if self.contents.digest() != sha256().digest() else "-"
        return f"{kind} {self.number} {self.said.hexdigest()[:32]} {contents}\n"


async def play(bench: Bench) -> None:
    """The shift's lines in groups, its acts between them; deliveries after each; at last some decisions."""
    shift = demo_shift()
    waiting: list[RawMessage] = []
    for place, entry in enumerate(timeline(shift, shift.due[0])):
        if isinstance(entry.content, RawMessage) and place >= LINES:
            continue
        if waiting and (isinstance(entry.content, ScriptedAct) or len(waiting) == AT_ONCE):
            await take_in(bench, waiting)
        bench.clock.at = max(bench.clock.at, entry.at)
        if isinstance(entry.content, ScriptedAct):
            await perform(bench.desk, entry.content)
        else:
            waiting.append(entry.content)
    await take_in(bench, waiting)
    await decide(bench)
    await bench.dispatch(fail={"FR": "the line is down"})
    bench.clock.at += timedelta(hours=1)
    await bench.dispatch()


async def take_in(bench: Bench, waiting: list[RawMessage]) -> None:
    await asyncio.gather(*map(bench.desk.intake.receive, waiting))
    waiting.clear()
    await bench.dispatch()


async def decide(bench: Bench) -> None:
    queue = sorted(item_number(row.item) or 0 for row in await bench.desk.queries.queue(DECISIONS))
    for place, number in enumerate(queue):
        view = await bench.desk.queries.show(number)
        blocked = any(finding.severity == "block" for finding in view.findings)
        await (bench.refuse if blocked or place % 3 == 0 else bench.release)(number, FIRST_OFFICER)
        if await bench.state(number) == "proposed":
            await bench.desk.review.confirm(bench.actor(SECOND_OFFICER), number)


async def play_in(folder: Path) -> str:
    """The digests of the log that the shift leaves, after the policy was proved by it."""
    clock = MovedClock(demo_shift().due[0])
    make_store(folder / "desk.db", "exercise", clock)
    desk = await open_desk(folder / "desk.db", clock, founder="root", limits=LIMITS)
    try:
        for officer in OFFICERS:
            await desk.people.add_officer(Actor("root", "root"), officer)
        await play(Bench(desk, clock))
        proof = await prove_store(desk.store, desk.context)
        assert proof.holds, proof
        assert (await desk.queries.verify()).fault is None
        events = await desk.store.read(lambda handle: list(handle.connection.tuples(_EVENTS, ())))
    finally:
        await desk.close()
    return digests(events)


def digests(events: list[tuple[Any, ...]]) -> str:
    kinds: dict[str, KindDigest] = defaultdict(KindDigest)
    order = sha256()
    for at, actor, kind, subject, data in events:
        kinds[kind].add(at, actor, subject, data)
        order.update(f"{kind} {subject}\n".encode())
    lines = [kinds[kind].line(kind) for kind in sorted(kinds)]
    return "".join([*lines, f"order {len(events)} {order.hexdigest()[:32]} -\n"])


async def test_the_sample_shift_leaves_the_same_log(tmp_path: Path) -> None:
    assert (await play_in(tmp_path)).splitlines() == GOLDEN.read_text("utf-8").splitlines()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        GOLDEN.write_text(asyncio.run(play_in(Path(folder))), "utf-8")
