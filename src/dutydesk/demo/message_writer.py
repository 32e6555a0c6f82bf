"""Writes the messages of the bureaus, with references that never repeat and a memory of earlier messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random

from dutydesk.demo.bureaus import BUREAUS, DemoBureau, choose_recipients
from dutydesk.demo.defects import DEFECTS, Defect
from dutydesk.demo.drafts import Draft, Fields, write_draft
from dutydesk.demo.persons import invent_person
from dutydesk.demo.phrases import PHRASES
from dutydesk.demo.shift import format_time
from dutydesk.domain.frozen import value

#: Bureaus that may not have data of Ukraine and of Chile; the two state that themselves and never address them.
DENIED_BUREAUS = {"UA": frozenset({"RU", "BY"}), "CL": frozenset({"PE"})}
#: How many of the latest diffusions and requests are searched for one to check, correct or withdraw.
_MEMORY_SIZE = 400
_LOCAL_CLOCKS = frozenset({"UA", "BR", "JP", "IN", "AU", "MX"})
_REFERENCE_STYLES = ("{code}-2022-{number:06d}", "{code}/2022/{number}", "{code}.2022.{number}", "2022-{code}-{number}")
_RECIPIENT_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 14, 20)
_COUNT_WEIGHTS = (22, 18, 15, 12, 9, 7, 7, 5, 3, 2)
#: Reasons for a withdrawal by kind, as keys of the phrase books; any other message was entered twice.
_WITHDRAWAL_REASONS = {"red": ("located", "annulled", "twice"), "blue": ("located", "twice"), "yellow": ("home",)}
_TO_ALL_SHARES = {"orange": 0.7, "yellow": 0.4, "purple": 0.6, "black": 0.4}


@value(frozen=True, slots=True)
class SentDraft:
    """A diffusion or notice request as sent; ``complete`` is its body after a correction."""

    reference: str
    sender: str
    type: str
    at: datetime
    complete: Draft
    defective: bool


@dataclass(slots=True)
class MessageWriter:
    """Writes for all bureaus. The same seed and the same calls give the same messages.

    ``sent`` has all diffusions and notice requests, ``story_drafts`` those that a story needs later, ``diffusions`` the
    number of diffusions by sender.
    """

    rng: Random
    sent: list[SentDraft] = field(default_factory=list)
    story_drafts: dict[str, SentDraft] = field(default_factory=dict)
    diffusions: Counter[str] = field(default_factory=Counter)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _followed_up: set[tuple[str, str]] = field(default_factory=set)
    _defect_decks: dict[str, list[Defect]] = field(default_factory=dict)

    def diffusion(
        self,
        at: datetime,
        bureau: DemoBureau,
        made: Draft,
        recipients: str | list[str] | None = None,
        defects: Iterable[Defect] = (),
        keep: str | None = None,
    ) -> Fields:
        """A diffusion of ``made`` to ``recipients``, by default some bureaus or all."""
        made.recipients = recipients or self._recipients(bureau, made.kind)
        self._add_restriction(bureau, made)
        return self._with_body(at, bureau, "diffusion", made, tuple(defects), keep)

    def notice_request(
        self, at: datetime, bureau: DemoBureau, made: Draft, defects: Iterable[Defect] = (), keep: str | None = None
    ) -> Fields:
        return self._with_body(at, bureau, "notice_request", made, tuple(defects), keep)

    def choose_defects(self, kind: str, chance: float) -> tuple[Defect, ...]:
        """Sometimes one defect of ``kind``, rarely two; every defect has its turn before one repeats."""
        if self.rng.random() >= chance:
            return ()
        return tuple(self._next_defect(kind) for _ in range(self.rng.choices((1, 2), (5, 1))[0]))

    def correction(self, at: datetime, of: SentDraft) -> Fields:
        """The whole body again, with what was missing, or with a mark and a preface added."""
        self._followed_up.add((of.sender, of.reference))
        bureau = BUREAUS[of.sender]
        made = of.complete.copy()
        phrases = PHRASES[made.language]
        made.text = phrases.corrected + made.text
        described = made.subject.get("description")
        if not of.defective and isinstance(described, dict):
            made.subject["description"] = {**described, "marks": self.rng.choice(phrases.marks)}
        return {**self.envelope(at, bureau, "correction"), "of": of.reference, **made.body()}

    def withdrawal(self, at: datetime, of: SentDraft) -> Fields:
        self._followed_up.add((of.sender, of.reference))
        context = self.rng.choice(_WITHDRAWAL_REASONS.get(of.complete.kind, ("twice",)))
        reason = PHRASES[of.complete.language].withdrawals[context]
        return {**self.envelope(at, BUREAUS[of.sender], "withdrawal"), "of": of.reference, "reason": reason}

    def restriction(
        self,
        at: datetime,
        bureau: DemoBureau,
        *,
        deny: tuple[str, ...] = (),
        allow: tuple[str, ...] = (),
        of: SentDraft | None = None,
        reason: str,
    ) -> Fields:
        message = self.envelope(at, bureau, "restriction", "R")
        for side, codes in (("deny", deny), ("allow", allow)):
            if codes:
                message[side] = list(codes)
        if of is not None:
            message["of"] = of.reference
        return {**message, "reason": reason}

    def correspondence(self, at: datetime, bureau: DemoBureau) -> Fields:
        """An ordinary message; the desk never shows its content."""
        language = self.rng.choice(bureau.languages)
        count = self.rng.choices((1, 2, 3, 6), (80, 12, 5, 3))[0]
        return {
            **self.envelope(at, bureau, "message", "M"),
            "recipients": choose_recipients(self.rng, bureau, count, DENIED_BUREAUS.get(bureau.code, frozenset())),
            "text": self.rng.choice(PHRASES[language].correspondence),
        }

    def check(self, at: datetime, bureau: DemoBureau, about: SentDraft | None = None) -> Fields:
        """A database check: of the person ``about`` in another spelling or by document, or of an unknown person."""
        message = self.envelope(at, bureau, "check", "C")
        documents = self.rng.random() < 0.3
        query = self._query_about(about, documents) if about is not None else self._query(bureau, documents)
        message["database"] = "nominal" if "name" in query else "travel_documents"
        message["query"] = query
        points = bureau.control_points or tuple(town.latin for town in bureau.towns)
        if self.rng.random() < 0.9:
            message["place"] = self.rng.choice(points)
        return message

    def received_by(self, bureau: DemoBureau) -> list[SentDraft]:
        """Diffusions about named persons that were addressed to ``bureau``."""
        return [
            sent
            for sent in self.sent[-_MEMORY_SIZE:]
            if sent.complete.person is not None
            and sent.complete.recipients is not None
            and (sent.complete.recipients == "all" or bureau.code in sent.complete.recipients)
        ]

    def open_to_follow_up(self, at: datetime, without: frozenset[str]) -> list[SentDraft]:
        """What the sender may still correct or withdraw: sent at least an hour ago, with no later message about it."""
        return [
            sent
            for sent in self.sent[-_MEMORY_SIZE:]
            if sent.at <= at - timedelta(hours=1)
            and sent.sender not in without
            and (sent.sender, sent.reference) not in self._followed_up
        ]

    def reserve(self, sent: SentDraft) -> None:
        """Keep ``sent`` for a story, so that no correction or withdrawal takes it."""
        self._followed_up.add((sent.sender, sent.reference))

    def envelope(self, at: datetime, bureau: DemoBureau, kind: str, series: str = "") -> Fields:
        return {
            "schema": "dutydesk/1",
            "type": kind,
            "reference": self._reference(bureau.code, series),
            "sender": bureau.code,
            "sent_at": self._time_text(at, bureau),
        }

    def _with_body(
        self, at: datetime, bureau: DemoBureau, kind: str, made: Draft, defects: tuple[Defect, ...], keep: str | None
    ) -> Fields:
        envelope = self.envelope(at, bureau, kind)
        with_defects = made.copy()
        for flaw in defects:
            flaw(self.rng, with_defects)
        sent = SentDraft(str(envelope["reference"]), bureau.code, kind, at, made, bool(defects))
        self.sent.append(sent)
        self.diffusions[bureau.code] += kind == "diffusion"
        if keep is not None:
            self.story_drafts[keep] = sent
            self.reserve(sent)
        return {**envelope, **with_defects.body()}

    def _next_defect(self, kind: str) -> Defect:
        deck = self._defect_decks.setdefault(kind, [])
        if not deck:
            deck.extend(DEFECTS[kind])
            self.rng.shuffle(deck)
        return deck.pop()

    def _recipients(self, bureau: DemoBureau, kind: str) -> str | list[str]:
        if self.rng.random() < _TO_ALL_SHARES.get(kind, 0.06):
            return "all"
        count = self.rng.choices(_RECIPIENT_COUNTS, _COUNT_WEIGHTS)[0]
        return choose_recipients(self.rng, bureau, count, DENIED_BUREAUS.get(bureau.code, frozenset()))

    def _add_restriction(self, bureau: DemoBureau, made: Draft) -> None:
        """Sometimes keep the item from a few bureaus, never from all its addressees."""
        if bureau.code == "UA" and made.recipients == "all":
            made.head["restricted_from"] = ["RU", "BY"]
        elif self.rng.random() < 0.05:
            listed = made.recipients if isinstance(made.recipients, list) and len(made.recipients) > 3 else None
            kept_from = self.rng.sample(listed, 1) if listed else choose_recipients(self.rng, bureau, 1)
            if made.recipients == "all" or listed:
                made.head["restricted_from"] = kept_from

    def _query(self, bureau: DemoBureau, documents: bool) -> Fields:
        """A check of an unknown person at a border."""
        pool, country = bureau.pool, bureau.code
        if self.rng.random() < 0.6:
            other = self.rng.choice([known for known in BUREAUS.values() if known.code.isalpha()])
            pool, country = other.pool, other.code
        person = invent_person(self.rng, pool)
        number = f"{self.rng.choice('ABDES')}{self.rng.randrange(10_000_000, 99_999_999)}"
        if documents:
            return {"document_number": number, "issuer": country}
        query: Fields = {"name": person.alternative_spelling()}
        if self.rng.random() < 0.85:
            query["date_of_birth"] = person.born.isoformat()
        if self.rng.random() < 0.5:
            query["nationality"] = country
        if self.rng.random() < 0.3:
            query["document_number"] = number
        return query

    def _query_about(self, about: SentDraft, documents: bool) -> Fields:
        made = about.complete
        papers = made.subject.get("identity_documents")
        if documents and isinstance(papers, list) and papers:
            paper: dict[str, str] = papers[0]
            return {"document_number": paper["number"], "issuer": paper["issuer"]}
        person = made.person
        if person is None:
            raise ValueError("a nominal check is about a person")
        query: Fields = {"name": person.alternative_spelling()}
        if person.original_script is not None and self.rng.random() < 0.25:
            query["name"] = person.original_script
        if self.rng.random() < 0.8:
            query["date_of_birth"] = str(made.subject.get("date_of_birth", person.born.year))
        return query

    def _reference(self, code: str, series: str) -> str:
        key = (code, series)
        if key not in self._numbers:
            self._numbers[key] = self.rng.randrange(7_000, 30_000) + (200_000 if series == "C" else 0)
        self._numbers[key] += self.rng.randrange(1, 4)
        if series:
            return f"{code}-{series}-{self._numbers[key]}"
        return _REFERENCE_STYLES[sum(code.encode()) % 4].format(code=code, number=self._numbers[key])

    def _time_text(self, at: datetime, bureau: DemoBureau) -> str:
        """The time as a bureau writes it: mostly UTC, for some bureaus often local time with its zone."""
        if bureau.code in _LOCAL_CLOCKS and self.rng.random() < 0.4:
            return at.astimezone(timezone(timedelta(minutes=bureau.utc_offset))).isoformat()
        return format_time(at)


def draft_case(writer: MessageWriter, bureau: DemoBureau, kind: str) -> Draft:
    """A complete draft by ``bureau`` of an ordinary case."""
    return write_draft(writer.rng, bureau, kind)
