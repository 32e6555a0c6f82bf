"""Two servers of one cluster, and three boxes with a line to each of them."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from box_crew import BoxPlace, live
from crash_children import Child, Say
from lines import Lines

from dutydesk.store.engine.location import locate
from postgres_cluster import PostgresCluster, PostgresServer, wait_for
from stopped_process import stop_process

BOXES = 3
#: Whichever is the primary waits for the other.
EITHER_STANDBY = "ANY 1 (one, two)"
_DATABASE = "desk"
_STARTING_SECONDS = 60.0
_JUDGING_SECONDS = 600.0
Message = dict[str, Any]


@dataclass
class Box:
    """One box: its home, and the process in which all of it runs."""

    number: int
    place: BoxPlace
    child: Child | None = None
    #: Reports of earlier processes of this box.
    said: list[list[Any]] = field(default_factory=list)
    is_stopped: bool = False
    is_dead: bool = True

    @property
    def reports(self) -> list[list[Any]]:
        return self.said + (self.child.said if self.child is not None else [])

    def words(self, word: str) -> list[list[Any]]:
        return [line[1:] for line in self.reports if line[0] == word]

    def listen(self) -> None:
        if self.child is not None and not (self.is_dead or self.is_stopped):
            while self.child.listen(0):
                pass

    def has_ended(self) -> bool:
        """Whether its process has ended by itself."""
        return (
            self.child is not None
            and not self.is_dead
            and os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        )


class Fleet:
    """The cluster and the boxes. ``rate`` is the messages a second of each box, ``folder`` holds all that is theirs."""

    def __init__(self, folder: Path, rate: float) -> None:
        self.folder, self.rate = folder, rate
        self.one, self.two = PostgresCluster(), PostgresServer("two")
        self.one.name = "one"
        self.primary: PostgresServer = self.one
        self.standby: PostgresServer = self.two
        self.one.set(synchronous_standby_names=EITHER_STANDBY)
        self.two.make_from(self.one)  # with that setting, for when it is the primary
        self.two.start()
        self.one.await_standbys("two")
        self.lines = Lines((self.one.port, self.two.port), BOXES)
        self.boxes: list[Box] = []
        #: Terms that were ended behind the back of their holder, who believed in them for a while.
        self.ended_terms: set[int] = set()
        self._starts = 0

    def make_desk(self, life: int) -> None:
        """An empty database, and places for the boxes of one life."""
        self.ended_terms.clear()
        self.primary.sql(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")
        self.primary.sql(f"CREATE DATABASE {_DATABASE} TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'")
        self.boxes = [Box(number, self._place(life, f"box{number}", self._url(number))) for number in range(BOXES)]

    def judges_place(self, life: int) -> BoxPlace:
        """For the judge, whose lines nobody cuts."""
        ports = f"127.0.0.1:{self.one.port},127.0.0.1:{self.two.port}"
        return self._place(life, "judge", f"postgresql://postgres@{ports}/{_DATABASE}")

    def _url(self, number: int) -> str:
        ports = ",".join(f"127.0.0.1:{port}" for port in self.lines.ports[number])
        return f"postgresql://postgres@{ports}/{_DATABASE}"

    def _place(self, life: int, name: str, url: str) -> BoxPlace:
        of_life = self.folder / f"life{life}"
        return BoxPlace(locate(url, of_life / name), of_life / name / "inbox", of_life / "outbox")

    def start(self, box: Box) -> None:
        """Starts the process of a box; returns before it works."""
        self._starts += 1
        mark, rate, place = f"s{self._starts}", self.rate, box.place
        if box.child is not None:
            box.said += box.child.said
        box.child = Child(f"box {box.number}", lambda say: live(place, mark, rate, say))
        box.is_stopped = box.is_dead = False

    def kill(self, box: Box) -> None:
        if box.child is not None and not box.is_dead:
            box.child.kill()
            box.is_dead = True

    def stop(self, box: Box) -> None:
        """SIGSTOP: its sockets stay open, and nothing of it runs."""
        assert box.child is not None
        stop_process(box.child.pid)
        box.is_stopped = True

    def go_on(self, box: Box) -> None:
        assert box.child is not None
        os.kill(box.child.pid, signal.SIGCONT)
        box.is_stopped = False

    def dismiss(self) -> None:
        """Ends every box in order: what it was doing is finished."""
        for box in self.boxes:
            if box.child is not None and not box.is_dead:
                with suppress(ProcessLookupError):
                    os.kill(box.child.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STARTING_SECONDS
        for box in self.boxes:
            while not box.has_ended() and time.monotonic() < deadline:
                box.listen()
                time.sleep(0.02)
            self.kill(box)

    def listen(self) -> None:
        for box in self.boxes:
            box.listen()

    def dispatching(self) -> Box | None:
        """The box that dispatches, by the latest that it has said."""
        self.listen()
        latest = [(terms[-1], box) for box in self.boxes if (terms := box.words("term"))]
        return max(latest, key=lambda each: each[0][1])[1] if latest else None

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Runs a statement in the desk's database, on the primary."""
        return self.primary.sql(statement, database=_DATABASE)

    def await_standby(self) -> None:
        self.primary.await_standbys(self.standby.name)

    def promote(self) -> None:
        """The standby becomes the primary; the old one is dead, and stays what it was."""
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary
        self.primary.set(synchronous_standby_names=EITHER_STANDBY)

    def rebuild_standby(self) -> None:
        """Makes a standby of the server that is none, and waits until commits wait for it."""
        self.rebuild_standby_unwaited()
        self.await_standby()

    def rebuild_standby_unwaited(self) -> None:
        self.standby.rewind_to(self.primary)
        self.standby.start()

    def run_in_child(self, name: str, work: Any) -> list[list[Any]]:
        """Runs ``work`` in a process of its own; returns what it says."""

        def alone(say: Say) -> None:
            work(say)

        child = Child(name, alone)
        while child.listen(_JUDGING_SECONDS):
            pass
        assert child.wait() == 0, f"the {name} failed; its words are above"
        return child.said

    def close(self) -> None:
        for box in self.boxes:
            if box.child is not None:
                self.kill(box)
        self.lines.close()
        self.one.remove()
        self.two.remove()


def slowness() -> float:
    """How many times as long as on a machine of its own everything takes here, at least 1, by the load."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def await_condition(condition: Any, seconds: float) -> float | None:
    """Seconds until ``condition`` held; ``None`` if it did not in time."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            return None
        time.sleep(0.02)
    return time.monotonic() - begun


__all__ = ["BOXES", "Box", "Fleet", "await_condition", "wait_for"]
