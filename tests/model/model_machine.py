"""Hypothesis draws what officers, bureaus, the dispatcher and the clock do, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from model_intake import Label
from model_law import OPEN, UNDECIDED
from model_network import points
from model_rows import TALLY
from model_walks import SETTINGS, WALKS
from model_world import World

SENDERS = ("RU", "DE", "CN", "HK", "914")
BUREAUS = ("PL", "FR", "UA", "RU", "DE", "HK", "CN", "914")
OFFICERS = ("Jonas", "Mara", "Ines", "Oskar", "Thea", "Jonas", "Mara", "Ines", "Ruslana", "Wen", "Olga", "Nobody")
SUPERVISORS = ("Ines", "Oskar", "Thea", "Ines", "Oskar", "Ruslana", "Jonas")
KINDS = ("red", "blue", "purple", "silver")

which = st.integers(0, 999)
senders, officers, supervisors = st.sampled_from(SENDERS), st.sampled_from(OFFICERS), st.sampled_from(SUPERVISORS)
lists = st.lists(st.sampled_from(BUREAUS), min_size=1, max_size=4, unique=True)
flaws = st.sampled_from(("", "", "judgement", "block", "brief"))


def some(*states: str) -> Callable[[Any], bool]:
    """That there is an item in one of the states, so that steps are seldom spent in vain."""
    return lambda machine: any(piece.state in states for piece in machine.law.pieces.values())


class DeskMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.law = self.world.law
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
    )
    def begin(self, walk: Callable[[World], None] | None, russia: str, china: str, straight: bool) -> None:
        """An empty desk, or one with a day's work on it; what the walk itself went through is not counted."""
        if walk is not None:
            walk(self.world)
            self.walked, self.before = self.world.steps, self.law.reached.copy()
        self.world.straight = straight
        for country, level in (("RU", russia), ("CN", china)):
            if level != "direct":
                self.world.order("Ines", country, level)

    # Choosing

    def among(self, which: int, *states: str) -> int:
        """Mostly an item in one of the states, now and then any."""
        pool = [piece.number for piece in self.law.pieces.values() if piece.state in states]
        if not pool or which % 16 == 15:
            pool = sorted(self.law.pieces)
        return pool[which % len(pool)] if pool else 1

    def claimant(self, item: int, officer: str, which: int) -> str:
        """Mostly the one who has the claim."""
        piece = self.law.pieces.get(item)
        holder = piece.holder(self.world.clock.at) if piece else None
        return officer if holder is None or which % 8 == 7 else holder

    def sent_by(self, item: int) -> str:
        piece = self.law.pieces.get(item)
        return (piece.sender if piece else None) or "RU"

    def reference_of(self, item: int) -> str:
        for (_, reference), known in self.law.references.items():
            if known.item == item:
                return reference
        return "UNKNOWN/1"

    def an_order(self, which: int) -> int:
        live = [order.number for order in self.law.orders if order.state in ("proposed", "ordered", "effective")]
        pool = live if live and which % 8 else [order.number for order in self.law.orders]
        return pool[which % len(pool)] if pool else 1

    # Intake

    @rule(sender=senders, kind=st.sampled_from(KINDS), to=lists, flaw=flaws, body=st.booleans())
    def diffusion(self, sender: str, kind: str, to: list[str], flaw: str, body: bool) -> None:
        to = [code for code in to if code != sender] or ["FR"]
        message = self.world.catalogue.body(sender, kind, to, flaw=flaw)
        if body:
            message["restricted_from"] = ["UA"]
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @rule(sender=senders, kind=st.sampled_from(("red", "blue")), flaw=flaws, light=st.booleans())
    def notice_request(self, sender: str, kind: str, flaw: str, light: bool) -> None:
        flaw = "penalty" if light and kind == "red" else flaw
        message = self.world.catalogue.body(sender, kind, None, flaw=flaw, type_="notice_request")
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @rule(sender=senders, to=lists)
    def ordinary(self, sender: str, to: list[str]) -> None:
        to = [code for code in to if code != sender] or ["FR"]
        self.world.send(self.world.catalogue.ordinary(sender, to))

    @rule(which=which, badly=st.sampled_from(("badly", "wrongly", "stranger", "repeat", "conflict")))
    def junk(self, which: int, badly: str) -> None:
        world = self.world
        message = world.catalogue.body("DE", "blue", ["PL"])
        sound = [sent for sent in world.sent if sent[1].reads == "well"]
        match badly:
            case "badly":
                world.send(message, Label(reads="badly"))
            case "wrongly":
                world.send(message | {"colour": "crimson"}, Label(reads="wrongly"))
            case "stranger":
                world.send(message | {"sender": "PW"})
            case "repeat" if sound:
                world.send(*sound[which % len(sound)])
            case "conflict" if sound:
                first, label = sound[which % len(sound)]
                world.send(first | _other_content(first, which), label)

    @precondition(some("held", "proposed", "information_requested", "blocked", "released"))
    @rule(which=which, kind=st.sampled_from(KINDS), to=lists, flaw=flaws, released=st.booleans())
    def correction(self, which: int, kind: str, to: list[str], flaw: str, released: bool) -> None:
        item = self.among(which, *(("released",) if released else UNDECIDED))
        sender, piece = self.sent_by(item), self.law.pieces.get(item)
        to = [code for code in to if code != sender] or ["FR" if sender != "FR" else "PL"]
        wanted = None if piece is not None and piece.goes_as == "notice_request" else to
        message = self.world.catalogue.body(sender, kind, wanted, flaw=flaw, type_="correction")
        message["of"] = self.reference_of(item)
        self.world.send(message, self.world.catalogue.label(message, flaw))

    @precondition(some("held", "proposed", "information_requested", "blocked", "released"))
    @rule(which=which, released=st.booleans())
    def withdrawal(self, which: int, released: bool) -> None:
        item = self.among(which, *(("released",) if released else UNDECIDED))
        of = self.reference_of(item)
        self.world.send(self.world.catalogue.act("withdrawal", self.sent_by(item), of=of, reason="Found."))

    @precondition(some("information_requested"))
    @rule(which=which)
    def information(self, which: int) -> None:
        item = self.among(which, "information_requested")
        message = self.world.catalogue.act("information", self.sent_by(item), about=f"D-{item:06d}", text="Here.")
        self.world.send(message)

    @precondition(some("recalled", "cancelled"))
    @rule(which=which, outcome=st.sampled_from(("deleted", "kept_on_national_basis", "already_acted")))
    def recall_confirmation(self, which: int, outcome: str) -> None:
        item = self.among(which, "recalled", "cancelled")
        piece = self.law.pieces.get(item)
        rows = sorted(piece.rows) if piece else []
        recipient = rows[which % len(rows)] if rows else "PL"
        about = f"D-{item:06d}"
        self.world.send(self.world.catalogue.act("recall_confirmation", recipient, about=about, outcome=outcome))

    @precondition(some("released"))
    @rule(which=which, action=st.sampled_from(("acknowledged", "acting", "acted", "declined")))
    def response(self, which: int, action: str) -> None:
        item = self.among(which, "released", "superseded", "cancelled")
        piece = self.law.pieces.get(item)
        rows = sorted(piece.rows) if piece else []
        recipient = rows[which % len(rows)] if rows else "PL"
        self.world.send(self.world.catalogue.act("response", recipient, about=f"D-{item:06d}", action=action))

    @precondition(lambda self: len(self.law.statements) < 16)
    @rule(which=which, owner=senders, deny=lists, allow=lists, mode=st.integers(0, 3), whole=st.booleans())
    def restriction(self, which: int, owner: str, deny: list[str], allow: list[str], mode: int, whole: bool) -> None:
        item = self.among(which, "released", "held") if mode == 3 else None
        owner = self.sent_by(item) if item else owner
        message = self.world.catalogue.act(
            "restriction",
            owner,
            deny="all" if whole and mode == 0 else deny if mode != 1 else None,
            allow="all" if whole and mode == 1 else allow if mode in (1, 2) else None,
            of=self.reference_of(item) if item else None,
        )
        self.world.send(message)

    @precondition(lambda self: len(self.law.statements) < 24)
    @rule(which=which, officer=supervisors, deny=lists, allow=st.booleans(), item=st.booleans())
    def restriction_for(self, which: int, officer: str, deny: list[str], allow: bool, item: bool) -> None:
        number = self.among(which, "released", "held")
        owner = self.sent_by(number) if item else SENDERS[which % len(SENDERS)]
        about = number if item else None
        self.world.restrict(officer, owner, about, None if allow else deny, deny if allow else None)

    # Review

    @precondition(some(*OPEN))
    @rule(which=which, officer=officers, over=st.sampled_from((None, None, "He left.", " ")))
    def claim(self, which: int, officer: str, over: str | None) -> None:
        self.world.claim(officer, self.among(which, *OPEN), over)

    @precondition(some(*OPEN))
    @rule(which=which, officer=officers)
    def unclaim(self, which: int, officer: str) -> None:
        item = self.among(which, *OPEN)
        self.world.unclaim(self.claimant(item, officer, which), item)

    @precondition(some(*OPEN))
    @rule(which=which, officer=officers)
    def read_through(self, which: int, officer: str) -> None:
        """Claims an item and ticks its points, up to the last or but one."""
        item = self.among(which, "held")
        if not self.world.claim(officer, item) and which % 4:
            return
        piece = self.law.pieces.get(item)
        wanted = sorted(points(piece.type or "", piece.kind)) if piece and piece.type else ["art_2"]
        for point in wanted[: len(wanted) - (which % 10 == 0)]:
            if not self.world.tick(officer, item, point):
                break

    @precondition(some("held"))
    @rule(which=which, officer=officers, decision=st.sampled_from(("release", "release", "refuse")))
    def whole_review(self, which: int, officer: str, decision: str) -> None:
        """From the claim to the decision, with nothing between."""
        self.review(officer, self.among(which, "held"), decision)

    @rule(officer=officers, sender=senders, decision=st.sampled_from(("release", "refuse", "ask")))
    def under_way(self, officer: str, sender: str, decision: str) -> None:
        """A request that two persons must judge, on its way: proposed, or with a question open."""
        message = self.world.catalogue.body(sender, "blue", None, flaw="judgement", type_="notice_request")
        item = self.world.send(message, self.world.catalogue.label(message, "judgement"))
        if item is not None and self.law.pieces[item].state == "held":
            self.review(officer, item, decision)

    def review(self, officer: str, item: int, decision: str) -> None:
        piece = self.law.pieces.get(item)
        if piece is None or not self.world.claim(officer, item):
            return
        for point in sorted(points(piece.type or "", piece.kind) - piece.ticks):
            self.world.tick(officer, item, point)
        self.world.decide(officer, item, decision, override=piece.penalty)

    @precondition(some(*OPEN))
    @rule(which=which, officer=officers, point=st.sampled_from(("art_2", "purpose", "offence", "everything")))
    def tick(self, which: int, officer: str, point: str) -> None:
        item = self.among(which, *OPEN)
        self.world.tick(self.claimant(item, officer, which), item, point)

    @precondition(some(*OPEN))
    @rule(
        which=which,
        officer=officers,
        decision=st.sampled_from(("release", "release", "refuse", "ask", "escalate")),
        coded=st.sampled_from((True, True, True, False)),
    )
    def decide(self, which: int, officer: str, decision: str, coded: bool) -> None:
        """A supervisor sets a penalty rule aside; an officer who tries it now and then is turned down."""
        ready = [p.number for p in self.law.pieces.values() if p.state == "held" and p.holder(self.world.clock.at)]
        item = ready[which % len(ready)] if ready and which % 8 else self.among(which, *OPEN)
        piece = self.law.pieces.get(item)
        override = (piece is not None and piece.penalty) != (which % 32 == 31)
        self.world.decide(self.claimant(item, officer, which), item, decision, coded=coded, override=override)

    @precondition(lambda self: any(piece.proposal for piece in self.law.pieces.values()))
    @rule(which=which, officer=officers, yes=st.sampled_from((True, True, False)))
    def second_person(self, which: int, officer: str, yes: bool) -> None:
        waiting = [piece.number for piece in self.law.pieces.values() if piece.proposal is not None]
        item = waiting[which % len(waiting)] if waiting and which % 8 else self.among(which, "proposed", "released")
        (self.world.confirm_item if yes else self.world.dissent_item)(officer, item)

    @precondition(some("released"))
    @rule(which=which, officer=officers, urgent=st.booleans())
    def recall(self, which: int, officer: str, urgent: bool) -> None:
        self.world.recall(officer, self.among(which, "released"), urgent=urgent)

    @precondition(some("recalled"))
    @rule(which=which, officer=supervisors)
    def ratify(self, which: int, officer: str) -> None:
        self.world.ratify(officer, self.among(which, "recalled"))

    @precondition(some("released"))
    @rule(which=which, officer=officers, keep=st.booleans())
    def review_afterwards(self, which: int, officer: str, keep: bool) -> None:
        due = [piece.number for piece in self.law.pieces.values() if piece.post_review == "due"]
        item = due[which % len(due)] if due and which % 8 else self.among(which, "released")
        self.world.post_review(officer, item, keep=keep)

    @precondition(some("refused"))
    @rule(which=which, officer=supervisors)
    def reopen(self, which: int, officer: str) -> None:
        self.world.reopen(officer, self.among(which, "refused"))

    @precondition(some("released", "withdrawn", "refused"))
    @rule(which=which, officer=supervisors, held=st.booleans())
    def legal_hold(self, which: int, officer: str, held: bool) -> None:
        self.world.hold_legally(officer, self.among(which, "released", "withdrawn", "refused"), held=held)

    @precondition(
        lambda self: any(piece.retention and piece.retention < self.law.at.date() for piece in self.law.pieces.values())
    )
    @rule(officer=st.sampled_from(("root", "root", "root", "Ines")))
    def purge(self, officer: str) -> None:
        self.world.purge(officer)

    @rule(role=st.sampled_from(("observer", "officer", "supervisor")))
    def rights_change(self, role: str) -> None:
        if self.law.officers["Mara"][0] != role:
            self.world.change_role("Mara", role)

    @precondition(some("released"))
    @rule(which=which, officer=officers)
    def undo(self, which: int, officer: str) -> None:
        fresh = [
            piece.number
            for piece in self.law.pieces.values()
            if piece.state == "released" and piece.held_before and not any(r.attempts for r in piece.rows.values())
        ]
        self.world.undo(officer, fresh[which % len(fresh)] if fresh else self.among(which, "released"))

    @precondition(some(*OPEN))
    @rule(which=which, officer=officers)
    def note(self, which: int, officer: str) -> None:
        self.world.note(officer, self.among(which, *OPEN))

    @precondition(lambda self: any(piece.state == "quarantined" for piece in self.law.pieces.values()))
    @rule(which=which, officer=officers, again=st.booleans())
    def quarantined(self, which: int, officer: str, again: bool) -> None:
        item = self.among(which, "quarantined")
        (self.world.reread if again else self.world.reject)(officer, item)

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

    # Handing over, time, restarts

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

    @precondition(some("released"))
    @rule(which=which, officer=officers)
    def retry(self, which: int, officer: str) -> None:
        dead = [(p.number, code) for p in self.law.pieces.values() for code, r in p.rows.items() if r.state == "dead"]
        item, code = dead[which % len(dead)] if dead else (self.among(which, "released"), "PL")
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
