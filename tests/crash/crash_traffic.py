"""Traffic that tests the policy: senders under changing levels, corrections, withdrawals, restrictions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from desks import diffusion
from invented import persons

#: The senders of all messages; officers keep changing the levels of the last three.
SENDERS = ("DE", "FR", "RU", "KE", "BR")
FLAPPING = ("RU", "KE", "BR")
RECIPIENTS = ("PL", "UA", "ES", "JP", "AR", "IT")
Message = dict[str, Any]


@dataclass
class Traffic:
    """Messages in a seeded order. ``known`` are those that later messages may correct, withdraw or restrict."""

    random: Random
    known: dict[str, Message] = field(default_factory=dict)
    _serial: Any = field(default_factory=lambda: count(1))
    _persons: Any = field(default_factory=persons)

    def some(self, number: int, mark: str) -> list[Message]:
        made = [self._one(mark) for _ in range(number)]
        self.known |= {message["reference"]: message for message in made if message["type"] == "diffusion"}
        return made

    def forget(self) -> None:
        self.known.clear()

    def _one(self, mark: str) -> Message:
        chance = self.random.random()
        if self.known and chance < 0.12:
            return self._correction(mark)
        if self.known and chance < 0.18:
            return self._about(mark, "withdrawal", reason="Found.")
        if self.known and chance < 0.25:
            return self._about(mark, "restriction", deny=[self.random.choice(RECIPIENTS)])
        if chance < 0.32:
            return self._body(mark, type="notice_request", recipients=None)
        return self._body(mark)

    def _body(self, mark: str, **changes: Any) -> Message:
        sender = self.random.choice(SENDERS)
        to = self.random.sample(RECIPIENTS, self.random.randint(1, len(RECIPIENTS)))
        if self.random.random() < 0.3:
            changes["restricted_from"] = [self.random.choice(RECIPIENTS)]
        made = diffusion(sender, tuple(to), kind="blue", purpose=None, judicial=None, urgency=None)
        made.pop("retention_until", None)
        made |= {"subject": next(self._persons), "language": "en", "text": "Locate the person; tell us the address."}
        made |= {"reference": self._reference(sender, mark), "sent_at": _now()} | changes
        return {key: value for key, value in made.items() if value is not None}

    def _correction(self, mark: str) -> Message:
        of = self.random.choice(list(self.known.values()))
        changes = {"type": "correction", "of": of["reference"], "reference": self._reference(of["sender"], mark)}
        return of | changes | {"text": f"Locate the person; better words {mark}.", "sent_at": _now()}

    def _about(self, mark: str, type: str, **fields: Any) -> Message:
        of = self.random.choice(list(self.known.values()))
        envelope = {"schema": "dutydesk/1", "type": type, "sender": of["sender"], "sent_at": _now()}
        return envelope | {"reference": self._reference(of["sender"], mark), "of": of["reference"]} | fields

    def _reference(self, sender: str, mark: str) -> str:
        return f"{sender}/{mark}/{next(self._serial)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_messages(inbox: Path, mark: str, messages: list[Message]) -> None:
    """Writes half of the messages as single files, some in the sender's own folder, and the rest in one file."""
    half = len(messages) // 2
    for number, message in enumerate(messages[:half]):
        folder = inbox / message["sender"] if number % 2 else inbox
        write_file(folder / f"{mark}-{number}.json", [message])
    write_file(inbox / f"{mark}.jsonl", messages[half:])


def check_of(person: dict[str, Any], sender: str, reference: str, sent_at: str) -> Message:
    """A border post's check of a person by name and birth."""
    name = f"{person['name']['given']} {person['name']['family']}"
    query = {"name": name, "date_of_birth": person["date_of_birth"], "nationality": "FI"}
    envelope = {"schema": "dutydesk/1", "type": "check", "sender": sender, "sent_at": sent_at, "reference": reference}
    return envelope | {"database": "nominal", "query": query, "place": "Narvik-Ost ferry"}


def write_file(path: Path, messages: list[Message]) -> None:
    """Writes a file as the contract demands: first under a name with a dot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name("." + path.name)
    draft.write_text("".join(json.dumps(message) + "\n" for message in messages), "utf-8")
    draft.rename(path)
