"""The sample traffic: one shift of wire messages, the same for the same seed.

``python -m dutydesk.demo.generate --seed 1 --messages 640 --out sample_data`` writes it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from dutydesk.demo.acts import ACTS, CLOSING, OPENING, UA_OFFLINE, UA_ONLINE
from dutydesk.demo.bureaus import BUREAUS, DemoBureau, choose_sender
from dutydesk.demo.defects import political_case
from dutydesk.demo.drafts import Fields
from dutydesk.demo.hostile import HostileLine, encode_line, shuffled_hostile_lines
from dutydesk.demo.message_writer import MessageWriter, draft_case
from dutydesk.demo.shift import DemoShift, ScriptedAct, ShiftError, due_times, load_shift, shorten_shift, write_shift
from dutydesk.demo.stories import story_steps

__all__ = ["DemoShift", "ScriptedAct", "ShiftError", "generate_shift", "load_shift", "shorten_shift", "write_shift"]

DEFAULT_SEED = 1
DEFAULT_MESSAGES = 640

#: The types of messages, in parts of a thousand; stories are added to them.
_SHARES = {
    "diffusion": 470,
    "check": 262,
    "message": 108,
    "notice_request": 66,
    "hostile": 34,
    "correction": 32,
    "withdrawal": 28,
}
_KIND_WEIGHTS = {"red": 44, "blue": 19, "yellow": 15, "green": 8, "orange": 3, "purple": 4, "black": 4, "silver": 2}
_NOTICE_KIND_WEIGHTS = {"red": 66, "blue": 10, "yellow": 10, "green": 8, "purple": 4, "silver": 2}
#: How busy each hour of the day is, in UTC.
_HOUR_WEIGHTS = (3, 2, 2, 2, 3, 5, 8, 11, 13, 14, 14, 13, 12, 13, 14, 14, 13, 11, 9, 7, 6, 5, 4, 4)
_RUSSIAN_SHARE = 0.1
_DEFECT_SHARES = {"RU": 0.38, "KE": 0.3}
_DEFAULT_DEFECT_SHARE = 0.17
_REQUEST_DEFECT_SHARE = 0.3


def generate_shift(seed: int, messages: int) -> DemoShift:
    """A whole shift of ``messages`` lines, spread over its hours, with the acts of the desk.

    The same seed and number give the same bytes. Raises ``ValueError`` for less than one message.
    """
    if messages < 1:
        raise ValueError(f"a shift has at least one message, not {messages}")
    return _ShiftWriter(Random(seed), messages).write()


class _ShiftWriter:
    """Collects the lines of one shift."""

    def __init__(self, rng: Random, messages: int) -> None:
        self._rng = rng
        self._writer = MessageWriter(rng)
        self._times = _send_times(rng, messages)
        self._types = _types(rng, messages)
        self._steps = story_steps()
        self._hostile: list[HostileLine] = []
        self._lines: list[bytes] = []
        self._ordinary: list[bytes] = []
        self._hostile_indices: set[int] = set()
        self._broken: set[int] = set()

    def write(self) -> DemoShift:
        is_story = False
        for at in self._times:
            message = None if is_story else self._next_story_message(at)
            is_story = message is not None
            if message is None:
                message = self._next_message(at)
            if message is not None:
                self._add(message)
        lines, hostile = tuple(self._lines), frozenset(self._hostile_indices)
        return DemoShift(lines, due_times(lines, hostile), ACTS, hostile, frozenset(self._broken))

    def _add(self, message: Fields) -> None:
        line = encode_line(message)
        self._lines.append(line)
        if message["type"] == "diffusion":
            self._ordinary.append(line)

    def _next_story_message(self, at: datetime) -> Fields | None:
        """The first step of a story whose time has come."""
        for step in self._steps:
            if step.at > at:
                return None
            if step.sender not in _offline_bureaus(at):
                self._steps.remove(step)
                return step.write(self._writer, BUREAUS[step.sender], at)
        return None

    def _next_message(self, at: datetime) -> Fields | None:
        """The next ordinary message, or ``None`` if a hostile line was written instead."""
        bureau = self._sender(at)
        match self._types.pop():
            case "hostile" if self._ordinary:
                self._add_hostile(at, bureau)
                return None
            case "message":
                return self._writer.correspondence(at, bureau)
            case "check":
                return self._check(at, bureau)
            case "notice_request":
                return self._notice_request(at, bureau)
            case "correction" | "withdrawal" as answer:
                return self._follow_up(at, answer) or self._diffusion(at, bureau)
            case _:
                return self._diffusion(at, bureau)

    def _sender(self, at: datetime, *without: str) -> DemoBureau:
        return choose_sender(self._rng, at, _offline_bureaus(at).union(without))

    def _diffusion(self, at: datetime, bureau: DemoBureau) -> Fields:
        sender = self._balance_sender(at, bureau)
        kind = self._rng.choices(list(_KIND_WEIGHTS), list(_KIND_WEIGHTS.values()))[0]
        flaws = self._writer.choose_defects(kind, _DEFECT_SHARES.get(sender.code, _DEFAULT_DEFECT_SHARE))
        if sender.code == "RU" and kind == "red" and not flaws and self._rng.random() < 0.2:
            flaws = (political_case,)
        return self._writer.diffusion(at, sender, draft_case(self._writer, sender, kind), defects=flaws)

    def _balance_sender(self, at: datetime, bureau: DemoBureau) -> DemoBureau:
        """Keep Russia at its share of the diffusions, which the stories alone may exceed for a while."""
        senders = self._writer.diffusions
        if senders["RU"] < _RUSSIAN_SHARE * senders.total():
            return BUREAUS["RU"] if self._rng.random() < 0.35 else bureau
        return bureau if bureau.code != "RU" else self._sender(at, "RU")

    def _notice_request(self, at: datetime, bureau: DemoBureau) -> Fields:
        kind = self._rng.choices(list(_NOTICE_KIND_WEIGHTS), list(_NOTICE_KIND_WEIGHTS.values()))[0]
        flaws = self._writer.choose_defects(kind, _REQUEST_DEFECT_SHARE)
        return self._writer.notice_request(at, bureau, draft_case(self._writer, bureau, kind), flaws)

    def _check(self, at: datetime, bureau: DemoBureau) -> Fields:
        """Write a check. Many checks of the sample find a record; in real traffic one in thousands does."""
        known = self._writer.received_by(bureau)
        if known and self._rng.random() < 0.28:
            return self._writer.check(at, bureau, self._rng.choice(known))
        return self._writer.check(at, bureau)

    def _follow_up(self, at: datetime, type_name: str) -> Fields | None:
        """A correction, mostly of an incomplete message, or a withdrawal."""
        candidates = self._writer.open_to_follow_up(at, _offline_bureaus(at))
        if not candidates:
            return None
        if type_name == "withdrawal":
            return self._writer.withdrawal(at, self._rng.choice(candidates))
        incomplete = [sent for sent in candidates if sent.defective]
        return self._writer.correction(at, self._rng.choice(incomplete or candidates))

    def _add_hostile(self, at: datetime, bureau: DemoBureau) -> None:
        if not self._hostile:
            self._hostile = shuffled_hostile_lines(self._rng)
        chosen = self._hostile.pop()
        index = len(self._lines)
        self._lines.append(chosen.write(self._writer, bureau, at, self._ordinary))
        self._hostile_indices.add(index)
        if chosen.broken:
            self._broken.add(index)


def _offline_bureaus(at: datetime) -> frozenset[str]:
    return frozenset({"UA"}) if UA_OFFLINE <= at < UA_ONLINE else frozenset()


def _types(rng: Random, messages: int) -> list[str]:
    """One type for each message, in the right shares and a random order."""
    counts = {name: messages * share // 1000 for name, share in _SHARES.items()}
    counts["diffusion"] += messages - sum(counts.values())
    types = [name for name, count in counts.items() for _ in range(count)]
    rng.shuffle(types)
    return types


def _send_times(rng: Random, messages: int) -> list[datetime]:
    """When each message is sent: by the hour of the day, a quarter of them soon after another; the first at the
    opening.
    """
    hours = int((CLOSING - OPENING) / timedelta(hours=1))
    weights = [_HOUR_WEIGHTS[(OPENING.hour + hour) % 24] for hour in range(hours)]
    last = int((CLOSING - OPENING).total_seconds())
    seconds: list[int] = [0]
    for _ in range(messages - 1):
        if rng.random() < 0.25:
            moment = rng.choice(seconds) + rng.randrange(2, 420)
        else:
            moment = rng.choices(range(hours), weights)[0] * 3600 + rng.randrange(0, 3600)
        seconds.append(min(moment, last))
    return [OPENING + timedelta(seconds=second) for second in sorted(seconds)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the module as a command."""
    parser = argparse.ArgumentParser(prog="python -m dutydesk.demo.generate", description="Writes sample traffic.")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--messages", type=int, default=DEFAULT_MESSAGES)
    parser.add_argument("--out", type=Path, default=Path("sample_data"), metavar="DIR")
    options = parser.parse_args(arguments)
    if options.messages < 1:
        parser.error(f"--messages is {options.messages}: give at least 1")
    write_shift(generate_shift(options.seed, options.messages), options.out)


if __name__ == "__main__":
    main()
