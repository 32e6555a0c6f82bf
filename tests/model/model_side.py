"""Runs each act on both the real desk and the model, and compares their results."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from model_book import ROLE, Reasons
from model_checks import Watch
from model_hand_over import LeaseContents
from model_intake import Label
from model_messages import CLEARED, PILOT, Catalogue, Message
from model_widening import Widened

from desks import AT, MovedClock
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.base.context import Actor
from dutydesk.desk.delivery.lease import Batch
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.wire.files.signatures import SigningKey
from engine_under_test import IS_ON_CLUSTER, make_store

PEOPLE = (
    ("Ines", "supervisor", "-"),
    ("Oskar", "supervisor", "-"),
    ("Thea", "supervisor", "-"),
    ("Jonas", "officer", "-"),
    ("Mara", "officer", "-"),
    ("Ruslana", "supervisor", "RU"),
    ("Wen", "officer", "CN"),
    ("Olga", "observer", "-"),
)
SETTINGS = f"silver_pilot = {list(PILOT)}\nfour_eyes = ['IDN-04']\ncleared_for_confidential = {list(CLEARED)}\n"
#: The test chooses which message is a sample (``sampled``), for the desk and the model alike.
SETTINGS += "sample_review = 2\n"


class Side:
    def __init__(self, more_settings: str = "") -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "desk.db"
        self.path.with_name("desk.toml").write_text(SETTINGS + more_settings, "utf-8")
        self.clock = MovedClock(AT)
        self.law = Widened(AT, hold_on_block="hold_on_block = true" in more_settings, cleared=frozenset(CLEARED))
        self.catalogue = Catalogue()
        self.watch = Watch()
        self.trace: list[str] = []
        self.steps, self.broken = 0, False
        #: What each route's dispatcher has leased, and what the law lets them lease together.
        self.batch: tuple[dict[str, Batch], LeaseContents] | None = None
        self.taken: set[str] = set()
        self.sent: list[tuple[Message, Label]] = []
        self.signing_keys: dict[str, SigningKey] = {}
        make_store(self.path, "exercise", self.clock)
        self.desk: Desk = self.runner.run(self._open())
        assert self.desk.store.engine.is_shared is IS_ON_CLUSTER, "the desk is on the engine under test"
        self.law.officers["root"] = ("administrator", "-")
        for name, role, country in PEOPLE:
            self._run(
                self.desk.people.add_officer(self.who("root"), Officer(name, Role(role), country, (name.lower(),)))
            )
            self.law.officers[name] = (role, country)

    async def _open(self) -> Desk:
        desk = await open_desk(self.path, self.clock, founder="root")
        object.__setattr__(desk.context, "draw_sample", lambda _one_in: self.law.sampled)
        return desk

    def close(self) -> None:
        """Runs the last check and the proof of the log, unless a fault was found before."""
        try:
            if not self.broken:
                self.check(everything=True)
                state = self._run(compare_state(self.desk.store, self.desk.context))
                differing = "; ".join(each.words for each in state.differences[:5])
                assert state.holds, self.fault_text(f"the tables are not as the log says: {differing}")
                proof = self._run(prove_store(self.desk.store, self.desk.context))
                assert proof.holds, self.fault_text(
                    f"the log does not prove it: {proof.chain.fault or proof.breaches[:3]}"
                )
        finally:
            self.runner.run(self.desk.close())
            self.runner.close()
            self.folder.cleanup()

    def who(self, officer: str) -> Actor:
        return Actor(officer, officer.lower())

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    # Comparison

    def says(self, words: str) -> None:
        self.steps += 1
        self.trace.append(words)

    def act(
        self, words: str, reasons: Reasons, work: Coroutine[Any, Any, Any], *, conflict_with_officer: bool = True
    ) -> bool:
        """Runs an act on the desk.

        It must succeed if the model did it, or else be refused for one of the model's reasons. A conflict with what
        another officer did names that.
        """
        self.says(words)
        try:
            self._run(work)
        except DeskError as error:
            self._run(
                self.desk.retention.apply_deadlines()
            )  # what fell due was rolled back with the act; the next commit does it
            needs_detail = conflict_with_officer and "stale" not in words
            fault = self._refusal_fault(error, reasons, needs_detail=needs_detail)
        else:
            fault = f"the desk did what it must refuse: {sorted(reasons)}" if reasons else None
        assert fault is None, self.fault_text(fault)
        self.check()
        return not reasons

    def _refusal_fault(self, error: DeskError, reasons: Reasons, *, needs_detail: bool) -> str | None:
        if not reasons:
            return f"the desk refused what is allowed: {error.name}: {error.words}"
        if ROLE in reasons and error.name != "not_allowed":
            return f"whose role is too low is told so first, not {error.name} ({error.words})"
        if error.name not in reasons:
            return f"{error.name} ({error.words}), not one of {sorted(reasons)}"
        if error.name == "conflict" and not error.detail and needs_detail:
            return f"a conflict names who did what: {error.words}"
        return None

    def fault_text(self, fault: str) -> str:
        """The text of a fault, after all steps up to it."""
        self.broken = True
        return "\n".join([*self.trace, fault])

    def now(self) -> None:
        """Runs first in every act: settles the time and makes due measures effective."""
        self.law.at = self.clock.at
        self.law.settle()

    def check(self, *, everything: bool = False) -> None:
        fault = self._run(self.watch.look(self.desk, self.law, everything=everything))
        assert fault is None, self.fault_text(fault)
