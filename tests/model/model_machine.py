"""A state machine: Hypothesis draws the acts of officers, bureaus, the dispatcher and the clock, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from model_choices import (
    BUREAUS,
    KINDS,
    SENDERS,
    TYPES,
    flaws,
    has_item_in,
    kept,
    lists,
    officers,
    senders,
    supervisors,
    which,
)
from model_intake import Label
from model_law import UNDECIDED
from model_messages import Message, about
from model_people_steps import PeopleSteps
from model_review_steps import ReviewSteps
from model_rows import TALLY
from model_steps import subject_of
from model_walks import SETTINGS, WALKS
from model_world import World


class DeskMachine(ReviewSteps, PeopleSteps):
    def __init__(self) -> None:
        super().__init__()
        self.walked, self.before = 0, Counter[str]()
        TALLY.machines += 1

    def teardown(self) -> None:
        self.world.close()
        TALLY.steps += self.world.steps - self.walked
        TALLY.reached.update(self.law.reached - self.before)

    @initialize(
        walk=st.sampled_from((None, None, *(walk for walk in WALKS if walk.__name__ not in SETTINGS))),
        russia=st.sampled_from(("held", "held", "monitored", "direct")),
        china=st.sampled_from(("direct", "held", "suspended")),
        straight=st.booleans(),
        sampling=st.sampled_from((False, False, True)),
    )
    def begin(
        self, walk: Callable[[World], None] | None, russia: str, china: str, straight: bool, sampling: bool
    ) -> None:
        """Starts with an empty desk or one with a day's work, whose own steps are not counted."""
        if walk is not None:
            walk(self.world)
            self.walked, self.before = self.world.steps, self.law.reached.copy()
        self.world.straight, self.world.sampling = straight, sampling
        for country, level in (("RU", russia), ("CN", china)):
            if level != "direct":
                self.world.order("Ines", country, level)

    # Keys

    @precondition(lambda self: len(self.law.bureau_keys.owners) < 5)
    @rule(bureau=st.sampled_from(("RU", "DE", "HK", "PL")))
    def key_entered(self, bureau: str) -> None:
        self.world.enter_key(bureau)

    @precondition(lambda self: len(self.law.bureau_keys.owners) > len(self.law.bureau_keys.ended))
    @rule(which=which, revoke=st.booleans())
    def key_ends(self, which: int, revoke: bool) -> None:
        live = sorted(set(self.law.bureau_keys.owners) - self.law.bureau_keys.ended)
        self.world.end_key(live[which % len(live)], revoke=revoke)

    @rule(
        bureau=st.sampled_from(("RU", "DE", "HK", "PL")),
        level=st.sampled_from(("required", "preferred", "unsigned")),
        channels=st.sampled_from((("diffusion",), ("diffusion", "message", "record", "check"))),
    )
    def signatures_ordered(self, bureau: str, level: str, channels: tuple[str, ...]) -> None:
        self.world.order_signatures(bureau, level, channels)

    # Intake

    @rule(sender=senders, kind=st.sampled_from(KINDS), to=lists, flaw=flaws, kept=kept)
    def diffusion(self, sender: str, kind: str, to: list[str], flaw: str, kept: Message) -> None:
        to = [code for code in to if code != sender] or ["FR"]
        message = self.world.catalogue.body(sender, kind, to, flaw=flaw) | kept
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @rule(sender=senders, kind=st.sampled_from(("red", "blue")), flaw=flaws, light=st.booleans(), kept=kept)
    def notice_request(self, sender: str, kind: str, flaw: str, light: bool, kept: Message) -> None:
        flaw = "penalty" if light and kind == "red" else flaw
        message = self.world.catalogue.body(sender, kind, None, flaw=flaw, type_="notice_request") | kept
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @rule(sender=senders, to=lists)
    def ordinary(self, sender: str, to: list[str]) -> None:
        to = [code for code in to if code != sender] or ["FR"]
        self.world.send(self.world.catalogue.ordinary(sender, to))

    @rule(which=which, badly=st.sampled_from(("badly", "wrongly", "stranger")))
    def junk(self, which: int, badly: str) -> None:
        world = self.world
        message = world.catalogue.body("DE", "blue", ["PL"])
        match badly:
            case "badly":
                world.send(message, Label(reads="badly"))
            case "wrongly":
                world.send(message | {"colour": "crimson"}, Label(reads="wrongly"))
            case "stranger":
                world.send(message | {"sender": "PW"})

    @rule(sender=st.sampled_from(BUREAUS))
    def check(self, sender: str) -> None:
        self.world.send(self.world.catalogue.check(sender))

    @precondition(lambda self: bool(self.world.again()))
    @rule(which=which, type_=st.sampled_from(TYPES), what=st.sampled_from(("repeat", "repeat", "other", "type")))
    def reference_again(self, which: int, type_: str, what: str) -> None:
        """Sends an earlier message again: unchanged, with other content, or as a message of another type."""
        sent = self.world.again()
        alike = [each for each in sent if each[0]["type"] == type_] or sent
        first, label = alike[which % len(alike)]
        match what:
            case "repeat":
                self.world.send(first, label)
            case "other":
                self.world.send(first | _other_content(first, which), label)
            case _:
                other = self.world.catalogue.ordinary(first["sender"], ["PL" if first["sender"] != "PL" else "FR"])
                self.world.send(other | {"reference": first["reference"]})

    @precondition(has_item_in("held", "proposed", "information_requested", "blocked", "released"))
    @rule(which=which, kind=st.sampled_from(KINDS), to=lists, flaw=flaws, released=st.booleans(), kept=kept)
    def correction(self, which: int, kind: str, to: list[str], flaw: str, released: bool, kept: Message) -> None:
        item = self.choose_item(which, *(("released",) if released else UNDECIDED))
        sender, piece = self.sent_by(item), self.law.pieces.get(item)
        to = [code for code in to if code != sender] or ["FR" if sender != "FR" else "PL"]
        wanted = None if piece is not None and piece.goes_as == "notice_request" else to
        message = self.world.catalogue.body(sender, kind, wanted, flaw=flaw, type_="correction") | kept
        message["of"] = self.reference_of(item, which)
        in_review = piece is not None and piece.state in UNDECIDED
        if piece is not None and in_review and which % 3 and piece.persons[0] and "name" in message["subject"]:
            message = about(message, subject_of(self.world, item))
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @precondition(has_item_in("held", "proposed", "information_requested", "blocked", "released"))
    @rule(which=which, released=st.booleans())
    def withdrawal(self, which: int, released: bool) -> None:
        item = self.choose_item(which, *(("released",) if released else UNDECIDED))
        of = self.reference_of(item, which)
        self.world.send(self.world.catalogue.act("withdrawal", self.sent_by(item), of=of, reason="Found."))

    @precondition(has_item_in("information_requested"))
    @rule(which=which)
    def information(self, which: int) -> None:
        item = self.choose_item(which, "information_requested")
        message = self.world.catalogue.act("information", self.sent_by(item), about=f"D-{item:06d}", text="Here.")
        self.world.send(message)

    @precondition(has_item_in("recalled", "cancelled"))
    @rule(which=which, outcome=st.sampled_from(("deleted", "kept_on_national_basis", "already_acted")))
    def recall_confirmation(self, which: int, outcome: str) -> None:
        item = self.choose_item(which, "recalled", "cancelled")
        piece = self.law.pieces.get(item)
        rows = sorted(piece.rows) if piece else []
        recipient = rows[which % len(rows)] if rows else "PL"
        about = f"D-{item:06d}"
        self.world.send(self.world.catalogue.act("recall_confirmation", recipient, about=about, outcome=outcome))

    @precondition(has_item_in("released"))
    @rule(which=which, action=st.sampled_from(("acknowledged", "acting", "acted", "declined")))
    def response(self, which: int, action: str) -> None:
        item = self.choose_item(which, "released", "superseded", "cancelled")
        piece = self.law.pieces.get(item)
        rows = sorted(piece.rows) if piece else []
        recipient = rows[which % len(rows)] if rows else "PL"
        self.world.send(self.world.catalogue.act("response", recipient, about=f"D-{item:06d}", action=action))

    @precondition(lambda self: len(self.law.statements) < 16)
    @rule(which=which, owner=senders, deny=lists, allow=lists, mode=st.integers(0, 3), whole=st.booleans())
    def restriction(self, which: int, owner: str, deny: list[str], allow: list[str], mode: int, whole: bool) -> None:
        item = self.choose_item(which, "released", "held", "superseded") if mode == 3 else None
        owner = self.sent_by(item) if item else owner
        message = self.world.catalogue.act(
            "restriction",
            owner,
            deny="all" if whole and mode == 0 else deny if mode != 1 else None,
            allow="all" if whole and mode == 1 else allow if mode in (1, 2) or (mode == 3 and whole) else None,
            of=self.reference_of(item, which) if item else None,
        )
        self.world.send(message)

    @precondition(lambda self: len(self.law.statements) < 24)
    @rule(which=which, officer=supervisors, deny=lists, allow=lists, mode=st.integers(0, 3), item=st.booleans())
    def restriction_for(
        self, which: int, officer: str, deny: list[str], allow: list[str], mode: int, item: bool
    ) -> None:
        """Restricts on an owner's behalf: denies, allows, or both; allowing takes two persons."""
        number = self.choose_item(which, "released", "held", "superseded")
        owner = self.sent_by(number) if item else SENDERS[which % len(SENDERS)]
        everybody = "all" if which % 16 == 1 else allow
        self.world.restrict(
            officer, owner, number if item else None, deny if mode != 1 else None, everybody if mode in (1, 2) else None
        )

    # Measures and the network

    @rule(
        officer=supervisors,
        country=st.sampled_from(("RU", "CN", "HK", "DE", "914", "FR")),
        level=st.sampled_from(("direct", "monitored", "held", "held", "suspended")),
        channels=st.sampled_from((("diffusion",), ("diffusion",), ("diffusion", "message"), ("record",))),
        kinds=st.sampled_from(((), (), (), ("red",), ("blue", "purple"))),
        after=st.sampled_from((0, 0, 0, 0.01, 1, 20, -1)),
        stale=st.sampled_from((False,) * 7 + (True,)),
    )
    def order(
        self,
        officer: str,
        country: str,
        level: str,
        channels: tuple[str, ...],
        kinds: tuple[str, ...],
        after: float,
        stale: bool,
    ) -> None:
        self.world.order(officer, country, level, channels=channels, kinds=kinds, after=after, stale=stale)

    @precondition(lambda self: bool(self.law.orders))
    @rule(which=which, officer=supervisors, step=st.sampled_from(("endorse", "decline", "lift", "lift")))
    def later_step(self, which: int, officer: str, step: str) -> None:
        number = self.an_order(which)
        if step == "lift":
            self.world.lift(officer, number)
        else:
            self.world.endorse(officer, number, declined=step == "decline")

    @precondition(lambda self: bool(self.law.orders))
    @rule(which=which, officer=supervisors, yes=st.sampled_from((True, True, False)))
    def second_word(self, which: int, officer: str, yes: bool) -> None:
        waiting = [order.number for order in self.law.orders if order.state == "proposed" or order.lift_by]
        number = waiting[which % len(waiting)] if waiting and which % 8 else self.an_order(which)
        (self.world.confirm_order if yes else self.world.dissent_order)(officer, number)

    @rule(officer=officers, bureau=st.sampled_from(("PL", "FR", "UA", "HK", "RU")), offline=st.booleans())
    def network(self, officer: str, bureau: str, offline: bool) -> None:
        self.world.set_offline(officer, bureau, offline=offline)

    @rule(
        officer=st.sampled_from(("root", "root", "root", "Ines", "Jonas")),
        bureau=st.sampled_from(("PL", "FR", "UA", "HK")),
        route=st.sampled_from(("main", "east", "east", "south")),
    )
    def route(self, officer: str, bureau: str, route: str) -> None:
        self.world.set_route(officer, bureau, route)

    # Deliveries, time, restarts

    @rule(down=st.sets(st.sampled_from(BUREAUS), max_size=2))
    def dispatch(self, down: set[str]) -> None:
        self.world.mark(down)
        self.world.lease()
        self.world.mark(down)

    @rule()
    def lease(self) -> None:
        self.world.lease()

    @precondition(lambda self: self.world.batch is not None)
    @rule(down=st.sets(st.sampled_from(BUREAUS), max_size=3))
    def mark(self, down: set[str]) -> None:
        self.world.mark(down)

    @precondition(has_item_in("released"))
    @rule(which=which, officer=officers)
    def retry(self, which: int, officer: str) -> None:
        dead = [(p.number, code) for p in self.law.pieces.values() for code, r in p.rows.items() if r.state == "dead"]
        item, code = dead[which % len(dead)] if dead else (self.choose_item(which, "released"), "PL")
        self.world.retry(officer, item, code)

    @rule(share=st.integers(0, 3))
    def crash(self, share: int) -> None:
        self.world.crash(share)

    @rule()
    def time_is_kept(self) -> None:
        self.world.keep_time()

    @rule(minutes=st.sampled_from((11, 11, 31, 60, 1_500, 12_000, 60_000, -45)))
    def time(self, minutes: int) -> None:
        self.world.move(minutes=minutes)


def _other_content(first: dict[str, Any], which: int) -> dict[str, Any]:
    return {"text": f"Other words, {which}."} if "text" in first else {"sent_at": f"2022-03-10T07:{which % 60:02d}:01Z"}
