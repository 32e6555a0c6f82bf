"""The review: queue, claims, checklist, decision, second officer, recall, restrictions."""

from __future__ import annotations

from typing import Final

from dutydesk.domain.review.guards import Decision
from dutydesk.language.phrases import Phrase, PhraseTable, translate


class ReviewTexts:
    SUBMIT = Phrase("Apply")

    # Decide
    DECIDE = Phrase("Decide")
    ACTION = Phrase("Action", cells=11)
    CODE_LABEL = Phrase("Code", cells=11)
    ARTICLES = Phrase("Articles", cells=11)
    ARTICLES_HINT = Phrase("e.g. RPD 83, RPD 34 (comma-separated)")
    OFFER_KIND = Phrase("Offer as", cells=11)
    OFFER_KIND_HINT = Phrase(
        "Offer as: the question also asks whether it may be published as this kind; none is needed."
    )
    QUESTION = Phrase("Question", cells=11)
    NO_OBSTACLES = Phrase("Nothing prevents a release: every point is ticked and no finding blocks.")
    OBSTACLES = Phrase("Cannot be released yet:")
    NOT_TICKED = Phrase("not ticked")
    NO_TEMPLATE = Phrase("There is no template for this decision.")
    TEXT_NOT_REPLACED = Phrase("A template replaces only an empty reason or another template.")
    OVERRIDE = Phrase("Override", cells=11)
    OVERRIDE_HINT = Phrase("Overriding a penalty rule needs a supervisor, a reason, and a second officer.")
    DECISION_HINTS = PhraseTable(
        {
            Decision.RELEASE: "The reason is stored with the decision.",
            Decision.REFUSE: "The sender is told the code and the articles, not the reason.",
            Decision.ASK: "The sender receives this text. The time limits of the desk stop until it replies.",
            Decision.ESCALATE: "The item goes to the supervisors' queue. You need no claim.",
        }
    )

    #: Why a key does nothing on an item in its present state; by the ids of the keys.
    NOT_POSSIBLE = PhraseTable(
        {
            "item.decide": "there is nothing to decide",
            "item.tick": "there is nothing to tick",
            "item.give": "there is no claim to transfer",
            "item.undo": "only a release can be undone",
            "item.reopen": "only a refused item can be reopened",
            "item.reject": "only quarantined input can be rejected",
            "item.restrict": "it can't be restricted",
        }
    )

    # Claim, tick, reject
    TAKE_OVER = Phrase("Take over")
    TAKE_OVER_HINT = Phrase("A supervisor can take it over, with a reason.")
    TICK = Phrase("Tick")
    TICK_TITLE = Phrase("Checklist of")
    TICK_POINT = Phrase("POINT", cells=11)
    TICKED_BY = Phrase("BY", cells=10)
    TICK_DESCRIPTION = Phrase("TEXT")

    # The second person
    CONFIRM = Phrase("Confirm")
    DISSENT = Phrase("Dissent")
    RETRACT_PROPOSAL = Phrase("Retract")
    NOTHING_PROPOSED = Phrase("There is no open proposal on")

    # After a release, after a refusal
    AFTER_RELEASE = Phrase("After release:")
    NOT_RELEASED = Phrase("there is nothing to review or recall")
    STEP_NAMES = PhraseTable(
        {"keep": "keep", "recall": "recall", "recall_at_once": "recall at once", "ratify": "ratify"}, context="step"
    )
    STEP_HINTS = PhraseTable(
        {
            "keep": "Ends the post-review. The release remains valid.",
            "recall": (
                "A second officer must confirm. Until then nothing more is delivered and holders of a copy are told."
            ),
            "recall_at_once": (
                "Takes effect at once on your signature. A supervisor must ratify it; an alarm remains until then."
            ),
            "ratify": "You ratify a colleague's urgent recall.",
        }
    )
    RATIFY_NEEDS_ROLE = Phrase("Only a supervisor can ratify a recall")
    REOPEN = Phrase("Reopen")
    REOPEN_HINT = Phrase("The refusal is reviewed again. This needs a supervisor who took no part in it.")

    # On owners' data and on what is kept
    RESTRICT = Phrase("Restrict")
    RESTRICT_HINT = Phrase(
        "On the owner's behalf. Queued deliveries to denied countries are stopped; countries "
        "that hold a copy are told. Allowing a country needs a second officer."
    )
    RESTRICT_CODE_HINT = Phrase("its code, because all its data is restricted at once")
    RESTRICTION = Phrase("Restriction", cells=11)
    UNDO = Phrase("Undo")
    UNDO_HINT = Phrase("The release is taken back and the item is held again, as long as nothing has been delivered.")
    ANSWERED = Phrase("answered")
    ALL_TICKED = Phrase("All points are ticked.")
    RESTRICTIONS = Phrase("restrictions")
    BEFORE = Phrase("Before")
    AFTER = Phrase("After")
    DENY = Phrase("Deny", cells=11)
    ALLOW = Phrase("Allow", cells=11)
    CODES_HINT = Phrase("e.g. FR, PL, or all")
    TRANSFER = Phrase("Transfer")
    TRANSFER_HINT = Phrase("The colleague holds the claim for the usual time.")
    COLLEAGUE = Phrase("Colleague", cells=11)
    NO_COLLEAGUE = Phrase("choose a colleague")
    NO_COLLEAGUES = Phrase("No other officer of this desk may review")
    FINDINGS_COLUMN = Phrase("FOUND", cells=6)
    EMPTY_REVIEW = Phrase("No item is waiting for a decision.")

    def own_proposal(self, dissent: str) -> str:
        return translate("You proposed it; a second officer must confirm. {dissent} takes it back.", dissent=dissent)

    def not_possible(self, item: str, state: str, why: str) -> str:
        """``why`` is one of ``NOT_POSSIBLE``."""
        return translate("{item} is {state}: {why}", item=item, state=state, why=why)

    def needs_second_officer(self, why: str) -> str:
        return translate("This needs a second officer, so your decision will be a proposal: {why}.", why=why)

    def kind_from(self, kind: str, sender: str | None, version: int) -> str:
        return translate("{kind} from {sender}, version {version}", kind=kind, sender=sender, version=version)

    def release_audience(self, number: int, all_of_them: int) -> str:
        return translate(
            "A release would be delivered to {number:,} of {all_of_them} recipients.",
            number=number,
            all_of_them=all_of_them,
        )

    def is_claimed_by(self, item: str, officer: str | None) -> str:
        return translate(
            "{item} is claimed by {officer}. {take_over_hint}",
            item=item,
            officer=officer,
            take_over_hint=self.TAKE_OVER_HINT,
        )

    def not_released(self, item: str, state: str) -> str:
        return translate("{item} is {state}: {not_released}", item=item, state=state, not_released=self.NOT_RELEASED)

    def holder_count(self, number: int, all_of_them: int) -> str:
        return translate(
            "{number} of {all_of_them} recipients have a copy or are receiving one.",
            number=number,
            all_of_them=all_of_them,
        )

    def claim_first(self, key: str) -> str:
        return translate("You do not hold the claim: close and press {key} first", key=key)

    def tick_hint(self, key: str) -> str:
        return translate("{key} ticks a point and moves on. Ticks apply to this version and cannot be undone.", key=key)

    def template_hint(self, key: str) -> str:
        return translate("{key}: next template.", key=key)

    def restricts_all(self, owner: str, received: int, held: int) -> str:
        return translate(
            "All data of {owner} is restricted: {received:,} items received so far, {held:,} of them held.",
            owner=owner,
            received=received,
            held=held,
        )

    def claimed_by_another(self, item: str, officer: str | None, note: str) -> str:
        return translate(
            "{item} is claimed by {officer}; only a supervisor can take it over. {note} adds a note for {officer}.",
            item=item,
            officer=officer,
            note=note,
        )

    def all_points_ticked(self, decide: str) -> str:
        return translate("{all_ticked} {decide} decides, esc closes.", all_ticked=self.ALL_TICKED, decide=decide)

    def information_came(self, sender: str, item: str) -> str:
        return translate("{sender} has answered on {item}", sender=sender, item=item)

    def more_information(self, number: int) -> str:
        return translate("Answers came in on {number:,} items; the queue marks them", number=number)

    def undo_title(self, item: str) -> str:
        return translate("Undo the release of {item}", item=item)

    def all_data_of(self, owner: str) -> str:
        return translate("all data of {owner}", owner=owner)

    def allowed_before(self, whom: str, what: str, denied: str) -> str:
        return (
            translate("{what}: denied to {denied}", what=what, denied=denied)
            if denied
            else translate("{what}: {whom} is not denied", what=what, whom=whom)
        )

    def allowed_after(self, whom: str, what: str) -> str:
        return translate(
            "{whom} may receive {what} if addressed, and match it in checks; nothing is sent again",
            whom=whom,
            what=what,
        )

    def undo_time_left(self, key: str, number: int, seconds: int) -> str:
        return translate("{key} undoes D-{number:06d}: {seconds:>3} s", key=key, number=number, seconds=seconds)

    def transfer_claim(self, item: str) -> str:
        return translate("{transfer} the claim on {item}", transfer=self.TRANSFER, item=item)

    def waiting(self, number: int) -> str:
        return translate("{number} waiting", number=number)

    def post_reviews(self, number: int, *, more: bool = False) -> str:
        return translate("{number} post-review", number=f"{number}{'+' if more else ''}") if number else ""

    def left_queue(self, item: str, actor: str, deed: str) -> str:
        return translate("{item} has left the queue: {actor} {deed}", item=item, actor=actor, deed=deed)

    def findings_count(self, blocking: int, flags: int) -> str:
        """Short, for a column: ``2B 1F``."""
        return " ".join(
            part
            for part in (
                translate("{blocking}B", blocking=blocking) if blocking else "",
                translate("{flags}F", flags=flags) if flags else "",
            )
            if part
        )


texts: Final = ReviewTexts()
