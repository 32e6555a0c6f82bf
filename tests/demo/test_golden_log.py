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
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desks import Bench
from dutydesk.desk.audit.log_export import prove_store
from sample_shift import opened_desk, play

GOLDEN = Path(__file__).with_name("golden_log.txt")
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


async def play_in(folder: Path) -> str:
    """The digests of the log that the shift leaves, after the policy was proved by it."""
    desk, clock = await opened_desk(folder / "desk.db")
    try:
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
