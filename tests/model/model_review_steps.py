"""Steps of the review: claims, ticks, decisions, the second person, and acts after a decision."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from model_choices import Choices, has_item_in, officers, senders, supervisors, which
from model_law import OPEN
from model_network import checklist


class ReviewSteps(Choices):
    @precondition(has_item_in(*OPEN))
    @rule(which=which, officer=officers, over=st.sampled_from((None, None, "He left.", " ")))
    def claim(self, which: int, officer: str, over: str | None) -> None:
        self.world.claim(officer, self.choose_item(which, *OPEN), over)

    @precondition(has_item_in(*OPEN))
    @rule(which=which, officer=officers)
    def unclaim(self, which: int, officer: str) -> None:
        item = self.choose_item(which, *OPEN)
        self.world.unclaim(self.claimant(item, officer, which), item)

    @precondition(has_item_in(*OPEN))
    @rule(which=which, officer=officers)
    def read_through(self, which: int, officer: str) -> None:
        """Claims an item and ticks all of its checks, or all but one."""
        item = self.choose_item(which, "held")
        if not self.world.claim(officer, item) and which % 4:
            return
        piece = self.law.pieces.get(item)
        wanted = sorted(checklist(piece.type or "", piece.kind)) if piece and piece.type else ["art_2"]
        for point in wanted[: len(wanted) - (which % 10 == 0)]:
            if not self.world.tick(officer, item, point):
                break

    @precondition(has_item_in("held"))
    @rule(which=which, officer=officers, decision=st.sampled_from(("release", "release", "refuse")))
    def whole_review(self, which: int, officer: str, decision: str) -> None:
        """Claims, ticks and decides without a step in between."""
        self.review(officer, self.choose_item(which, "held"), decision)

    @rule(officer=officers, sender=senders, decision=st.sampled_from(("release", "refuse", "ask")))
    def under_way(self, officer: str, sender: str, decision: str) -> None:
        """Sends a request that needs two persons and decides it once, so that it is proposed or has a question."""
        message = self.world.catalogue.body(sender, "blue", None, flaw="judgement", type_="notice_request")
        item = self.world.send(message, self.world.catalogue.label(message, "judgement"))
        if item is not None and self.law.pieces[item].state == "held":
            self.review(officer, item, decision)

    def review(self, officer: str, item: int, decision: str) -> None:
        piece = self.law.pieces.get(item)
        if piece is None or not self.world.claim(officer, item):
            return
        for point in sorted(checklist(piece.type or "", piece.kind) - piece.ticks):
            self.world.tick(officer, item, point)
        self.world.decide(officer, item, decision, override=piece.penalty)

    @precondition(has_item_in(*OPEN))
    @rule(which=which, officer=officers, point=st.sampled_from(("art_2", "purpose", "offence", "everything")))
    def tick(self, which: int, officer: str, point: str) -> None:
        item = self.choose_item(which, *OPEN)
        self.world.tick(self.claimant(item, officer, which), item, point)

    @precondition(has_item_in(*OPEN))
    @rule(
        which=which,
        officer=officers,
        decision=st.sampled_from(("release", "release", "refuse", "ask", "escalate")),
        coded=st.sampled_from((True, True, True, False)),
    )
    def decide(self, which: int, officer: str, decision: str, coded: bool) -> None:
        """Decides. A supervisor overrides a penalty rule; sometimes an officer tries it and is refused."""
        ready = [p.number for p in self.law.pieces.values() if p.state == "held" and p.holder(self.world.clock.at)]
        item = ready[which % len(ready)] if ready and which % 8 else self.choose_item(which, *OPEN)
        piece = self.law.pieces.get(item)
        override = (piece is not None and piece.penalty) != (which % 32 == 31)
        self.world.decide(self.claimant(item, officer, which), item, decision, coded=coded, override=override)

    @precondition(lambda self: any(piece.proposal for piece in self.law.pieces.values()))
    @rule(which=which, officer=officers, yes=st.sampled_from((True, True, False)))
    def second_person(self, which: int, officer: str, yes: bool) -> None:
        waiting = [piece.number for piece in self.law.pieces.values() if piece.proposal is not None]
        item = (
            waiting[which % len(waiting)] if waiting and which % 8 else self.choose_item(which, "proposed", "released")
        )
        (self.world.confirm_item if yes else self.world.dissent_item)(officer, item)

    @precondition(has_item_in("released"))
    @rule(which=which, officer=officers, urgent=st.booleans())
    def recall(self, which: int, officer: str, urgent: bool) -> None:
        self.world.recall(officer, self.choose_item(which, "released"), urgent=urgent)

    @precondition(has_item_in("recalled"))
    @rule(which=which, officer=supervisors)
    def ratify(self, which: int, officer: str) -> None:
        self.world.ratify(officer, self.choose_item(which, "recalled"))

    @precondition(has_item_in("released"))
    @rule(which=which, officer=officers, keep=st.booleans())
    def review_afterwards(self, which: int, officer: str, keep: bool) -> None:
        due = [piece.number for piece in self.law.pieces.values() if piece.post_review == "due"]
        item = due[which % len(due)] if due and which % 8 else self.choose_item(which, "released")
        self.world.post_review(officer, item, keep=keep)

    @precondition(has_item_in("refused"))
    @rule(which=which, officer=supervisors)
    def reopen(self, which: int, officer: str) -> None:
        self.world.reopen(officer, self.choose_item(which, "refused"))

    @precondition(has_item_in("released", "withdrawn", "refused"))
    @rule(which=which, officer=supervisors, held=st.booleans())
    def legal_hold(self, which: int, officer: str, held: bool) -> None:
        self.world.hold_legally(officer, self.choose_item(which, "released", "withdrawn", "refused"), held=held)

    @precondition(
        lambda self: any(piece.retention and piece.retention < self.law.at.date() for piece in self.law.pieces.values())
    )
    @rule(officer=st.sampled_from(("root", "root", "root", "Ines")))
    def purge(self, officer: str) -> None:
        self.world.purge(officer)

    @precondition(has_item_in("released"))
    @rule(which=which, officer=officers)
    def undo(self, which: int, officer: str) -> None:
        fresh = [
            piece.number
            for piece in self.law.pieces.values()
            if piece.state == "released" and piece.held_before and not any(r.attempts for r in piece.rows.values())
        ]
        self.world.undo(officer, fresh[which % len(fresh)] if fresh else self.choose_item(which, "released"))

    @precondition(has_item_in(*OPEN))
    @rule(which=which, officer=officers)
    def note(self, which: int, officer: str) -> None:
        self.world.note(officer, self.choose_item(which, *OPEN))

    @precondition(lambda self: any(piece.state == "quarantined" for piece in self.law.pieces.values()))
    @rule(which=which, officer=officers, again=st.booleans())
    def quarantined(self, which: int, officer: str, again: bool) -> None:
        item = self.choose_item(which, "quarantined")
        (self.world.reread if again else self.world.reject)(officer, item)
