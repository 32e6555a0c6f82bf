"""Crashes: no message is lost and none is sent with other words, however often the dispatcher dies."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from dispatch_kit import dispatching_process, spool_lines, wait_for_word

from desks import diffusion
from dutydesk.desk.service.desk import open_desk
from engine_under_test import make_store
from sqlite_files import opened_file

MESSAGES = 2_000
KILLS = 20
PART = MESSAGES // KILLS
SENDERS = ("DE", "FR", "RU", "KE", "BR")
RECIPIENTS = ("PL", "UA", "ES", "JP", "AR")
#: So far off that no source is asked to renew the retention.
KEPT = f"{date.today().year + 4}-01-01"


def traffic() -> list[dict[str, Any]]:
    return [
        diffusion(SENDERS[number % len(SENDERS)], RECIPIENTS[: 1 + number % len(RECIPIENTS)], retention_until=KEPT)
        for number in range(MESSAGES)
    ]


def write_part(inbox: Path, part: int, messages: list[dict[str, Any]]) -> None:
    """Writes single messages, files in the bureaus' own folders, and a file of lines."""
    for number, message in enumerate(messages[:15]):
        put(inbox / f"{part:02d}-{number:02d}.json", [message])
    for number, message in enumerate(messages[15:30]):
        put(inbox / message["sender"] / f"{part:02d}-{number:02d}.json", [message])
    put(inbox / f"{part:02d}.jsonl", messages[30:])


def put(path: Path, messages: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(message) + "\n" for message in messages), "utf-8")


def is_at_work(store: Path, inbox: Path) -> bool:
    """Whether messages wait for intake, or deliveries are leased."""
    with opened_file(store) as file:
        sending = file.value("SELECT count(*) FROM delivery WHERE state = 'sending'")
    return sending > 0 or any(path.is_file() and "done" not in path.parts for path in inbox.rglob("*"))


async def test_killed_twenty_times_it_loses_nothing(tmp_path: Path) -> None:
    store, inbox, outbox = tmp_path / "desk.db", tmp_path / "inbox", tmp_path / "outbox"
    make_store(store, "exercise")
    messages, random, killed_at_work = traffic(), Random(20), 0
    sent = {(message["sender"], message["reference"]): message for message in messages}
    for part in range(KILLS):
        write_part(inbox, part, messages[part * PART : (part + 1) * PART])
        with dispatching_process(store, inbox, outbox) as process:
            wait_for_word(process, "running")
            instant = time.monotonic() + random.uniform(0.0, 0.1)
            while time.monotonic() < instant:
                pass
            killed_at_work += process.poll() is None and is_at_work(store, inbox)
    assert killed_at_work >= KILLS // 2, "the kills fell into the work"
    with dispatching_process(store, inbox, outbox, "--until-idle") as process:
        wait_for_word(process, "ended")
        assert process.wait() == 0

    desk = await open_desk(store)
    figures = await desk.queries.figures()
    assert figures.states == {"released": MESSAGES}, "every message has its item, and only one"
    items = {}
    for number in range(1, MESSAGES + 1):
        row = (await desk.queries.rows([number]))[0]
        items[row.sender, row.reference] = row.item
    assert items.keys() == sent.keys()
    expected = {
        f"{items[name]}/1.1/{recipient}": message
        for name, message in sent.items()
        for recipient in message["recipients"]
    }
    assert figures.deliveries == {"delivered": len(expected)}
    assert (await desk.queries.verify()).fault is None
    await desk.close()

    handed: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in spool_lines(outbox):
        handed[line["delivery"]].append(line)
    made = {key for key in handed if "receipt" not in key}
    assert made == expected.keys(), "every delivery is in the spool, and no other"
    for key, message in expected.items():
        assert [line["message"] for line in handed[key]] == [message], "once, in the sender's own words"
    assert len(handed) - len(made) == MESSAGES, "every sender has its receipt"
    assert not [path for path in inbox.rglob("*") if path.is_file() and "done" not in path.parts]
    receipts = [
        json.loads(line) for path in inbox.rglob("*.receipts.jsonl") for line in path.read_text("ascii").splitlines()
    ]
    assert {receipt["item"] for receipt in receipts} == set(items.values())
    assert {receipt["outcome"] for receipt in receipts} <= {"accepted", "repeat"}
    assert not list(outbox.glob("*/.*")), "nothing unfinished is left behind"
