"""Acts of officers on items, and changes of officers, on both the desk and the model."""

from __future__ import annotations

from model_side import Side

from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role


class ReviewActs(Side):
    # Review

    def claim(self, officer: str, item: int, take_over: str | None = None) -> bool:
        self.now()
        reasons = self.law.claim(officer, item, take_over)
        work = self.desk.review.claim(self.who(officer), item, take_over)
        return self.act(f"{officer} claims {item} ({take_over})", reasons, work)

    def unclaim(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.unclaim(officer, item)
        return self.act(f"{officer} unclaims {item}", reasons, self.desk.review.unclaim(self.who(officer), item))

    def tick(self, officer: str, item: int, point: str) -> bool:
        self.now()
        reasons = self.law.tick(officer, item, point)
        return self.act(
            f"{officer} ticks {point} on {item}", reasons, self.desk.review.tick(self.who(officer), item, point)
        )

    def distinguish(self, officer: str, item: int, reference: str) -> bool:
        """A judgement on a person whom the model knows the item to be held for."""
        self.now()
        reasons = self.law.distinguish(officer, item)
        work = self.desk.review.distinguish(self.who(officer), item, reference, Judgement("Another father."))
        return self.act(f"{officer} tells the person of {item} from {reference}", reasons, work)

    def note(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.note(officer, item)
        return self.act(f"{officer} notes on {item}", reasons, self.desk.review.note(self.who(officer), item, "Seen."))

    def decide(self, officer: str, item: int, decision: str, *, coded: bool = True, override: bool = False) -> bool:
        self.now()
        match decision:
            case "release":
                reasons = self.law.release(officer, item, override=override)
            case "refuse":
                reasons, override = self.law.refuse(officer, item, coded=coded), False
            case "ask":
                reasons = self.law.ask(officer, item)
            case _:
                reasons = self.law.escalate(officer, item)
        wanted = Deciding(
            Decision(decision),
            "Read with care.",
            RefusalCode.OTHER if decision == "refuse" and coded else None,
            overrides=("JUD-01",) if override and decision == "release" else (),
        )
        words = f"{officer} decides {decision} on {item}" + " with an override" * override
        return self.act(words, reasons, self.desk.review.decide(self.who(officer), item, wanted))

    def confirm_item(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.confirm_item(officer, item)
        return self.act(f"{officer} confirms {item}", reasons, self.desk.review.confirm(self.who(officer), item))

    def dissent_item(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.dissent_item(officer, item)
        work = self.desk.review.dissent(self.who(officer), item, "I read it otherwise.")
        return self.act(f"{officer} dissents on {item}", reasons, work)

    def recall(self, officer: str, item: int, *, urgent: bool) -> bool:
        self.now()
        reasons = self.law.recall(officer, item, urgent=urgent)
        work = self.desk.review.recall(self.who(officer), item, "It was political.", urgent=urgent)
        return self.act(f"{officer} recalls {item} urgent={urgent}", reasons, work)

    def ratify(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.ratify(officer, item)
        return self.act(f"{officer} ratifies {item}", reasons, self.desk.review.ratify(self.who(officer), item))

    def post_review(self, officer: str, item: int, *, keep: bool) -> bool:
        self.now()
        reasons = self.law.post_review(officer, item, keep=keep)
        work = self.desk.review.post_review(self.who(officer), item, keep=keep, reason="Read again.")
        return self.act(f"{officer} reviews {item} afterwards, keep={keep}", reasons, work)

    def reopen(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.reopen(officer, item)
        return self.act(
            f"{officer} reopens {item}", reasons, self.desk.review.reopen(self.who(officer), item, "New ground.")
        )

    def hold_legally(self, officer: str, item: int, *, held: bool) -> bool:
        self.now()
        reasons = self.law.hold_legally(officer, item, held=held)
        work = self.desk.retention.legal_hold(self.who(officer), item, "A court asks for it.", held=held)
        return self.act(f"{officer} legal hold on {item}: {held}", reasons, work)

    def purge(self, officer: str) -> bool:
        self.now()
        reasons, gone = self.law.purge(officer)
        return self.act(f"{officer} purges ({gone})", reasons, self.desk.retention.purge(self.who(officer)))

    def change_officer(self, officer: str, role: str, country: str) -> None:
        """Changes an officer's role, country or both, at any time, even between a proposal and its confirmation."""
        self.now()
        self.law.change_officer(officer, role, country)
        changed = Officer(officer, Role(role), country, (officer.lower(),))
        self.act(
            f"{officer} becomes {role} of {country}", set(), self.desk.people.add_officer(self.who("root"), changed)
        )

    def undo(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.undo(officer, item)
        return self.act(f"{officer} undoes {item}", reasons, self.desk.review.undo(self.who(officer), item))

    def retry(self, officer: str, item: int, recipient: str) -> bool:
        self.now()
        reasons = self.law.retry(officer, item, recipient)
        return self.act(
            f"{officer} retries {item} {recipient}", reasons, self.desk.review.retry(self.who(officer), item, recipient)
        )

    def reread(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.reread(officer, item)
        return self.act(f"{officer} rereads {item}", reasons, self.desk.intake.reread(self.who(officer), item))

    def reject(self, officer: str, item: int) -> bool:
        self.now()
        reasons = self.law.reject(officer, item)
        return self.act(f"{officer} rejects {item}", reasons, self.desk.intake.reject(self.who(officer), item, "Junk."))
