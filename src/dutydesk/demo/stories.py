"""The threads that run through the sample shift: what must happen, in which order, not before which time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dutydesk.demo.acts import OPENING
from dutydesk.demo.bureaus import BUREAUS, DemoBureau, choose_recipients
from dutydesk.demo.defects import (
    Defect,
    adultery,
    light_penalty,
    no_warrant,
    political_case,
    unmarked_minor,
    unpaid_cheque,
)
from dutydesk.demo.drafts import Draft, Fields, draft
from dutydesk.demo.message_writer import Scribe
from dutydesk.demo.persons import InventedPerson, invent

Teller = Callable[[Scribe, DemoBureau, datetime], Fields | None]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that ``sender`` sends, not before ``at``; ``tell`` gives nothing where its beginning is missing."""

    at: datetime
    sender: str
    tell: Teller


def _person(rng: Random, pool: str, years: tuple[int, int] = (27, 60), sex: str | None = None) -> InventedPerson:
    return invent(rng, pool, years, sex)


def _restricts(reason: str, deny: tuple[str, ...] = (), allow: tuple[str, ...] = (), of: str | None = None) -> Teller:
    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields | None:
        if of is not None and of not in scribe.kept:
            return None
        return scribe.restriction(at, bureau, deny=deny, allow=allow, of=scribe.kept.get(of or ""), reason=reason)

    return tell


def _diffuses(
    kind: str,
    language: str | None = None,
    to: str | list[str] | None = None,
    flaws: tuple[Defect, ...] = (),
    keep: str | None = None,
    nationality: str | None = None,
    urgency: str | None = None,
    count: int | None = None,
) -> Teller:
    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields:
        made = draft(scribe.rng, bureau, kind, language, nationality=nationality)
        if urgency is not None:
            made.head["urgency"] = urgency
        recipients = choose_recipients(scribe.rng, bureau, count) if count else to
        return scribe.diffusion(at, bureau, made, recipients, flaws, keep)

    return tell


def _child(to: str | list[str], urgency: str, keep: str | None = None, flaws: tuple[Defect, ...] = ()) -> Teller:
    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields:
        made = draft(
            scribe.rng, bureau, "yellow", person=_person(scribe.rng, bureau.pool, (6, 14)), nationality=bureau.code
        )
        made.head["urgency"] = urgency
        return scribe.diffusion(at, bureau, made, to, flaws, keep)

    return tell


def _requests(keep: str, language: str, flaws: tuple[Defect, ...]) -> Teller:
    """A notice request that can hardly be granted."""

    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields:
        made = draft(scribe.rng, bureau, "red", language, nationality=bureau.code)
        return scribe.notice_request(at, bureau, made, flaws, keep)

    return tell


def _comes_back(keep: str, to: list[str]) -> Teller:
    """The person of an earlier notice request, under another charge and spelling, as a diffusion."""

    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields | None:
        before = scribe.kept.get(keep)
        if before is None:
            return None
        made: Draft = draft(scribe.rng, bureau, "red", before.complete.language, person=before.complete.person)
        for part in ("date_of_birth", "nationalities", "identity_documents"):
            if part in before.complete.subject:
                made.subject[part] = before.complete.subject[part]
        if made.person is not None:
            made.name |= made.person.renamed()
        return scribe.diffusion(at, bureau, made, to)

    return tell


def _sends_again(keep: str) -> Teller:
    """The same body under a new reference."""

    def tell(scribe: Scribe, bureau: DemoBureau, at: datetime) -> Fields | None:
        before = scribe.kept.get(keep)
        if before is None:
            return None
        return scribe.diffusion(at, bureau, before.complete.copy(), before.complete.recipients)

    return tell


def _corrects(keep: str) -> Teller:
    return lambda scribe, _, at: scribe.correction(at, scribe.kept[keep]) if keep in scribe.kept else None


def _withdraws(keep: str) -> Teller:
    return lambda scribe, _, at: scribe.withdrawal(at, scribe.kept[keep]) if keep in scribe.kept else None


def _checks(keep: str) -> Teller:
    return lambda scribe, bureau, at: scribe.check(at, bureau, scribe.kept[keep]) if keep in scribe.kept else None


_PRECAUTION = "All data of this bureau, for as long as the conflict lasts."


def _table() -> tuple[tuple[float, str, Teller], ...]:
    """Hours after the opening, sender, and what is sent."""
    return (
        (0.05, "UA", _restricts(_PRECAUTION, deny=("RU", "BY"))),
        (0.4, "CL", _restricts("Until our exchange about the use of shared data is concluded.", deny=("PE",))),
        (0.8, "DE", _diffuses("red", to=["PL", "AT", "TR", "CZ", "NL"], keep="source")),
        (1.2, "RU", _diffuses("red", "en", to=["PL", "DE", "KZ", "TR"], keep="varied")),
        (1.6, "DE", _restricts("Protection of a source in this case.", deny=("TR",), of="source")),
        (2.0, "UA", _child("all", "flash", keep="child")),
        (2.4, "PL", _checks("varied")),
        (2.8, "RU", _requests("refused", "en", (political_case, no_warrant))),
        (3.2, "FR", _child(["BE", "CH", "ES", "IT", "GB"], "urgent", keep="found")),
        (3.6, "AR", _requests("cheque", "es", (unpaid_cheque, light_penalty))),
        (4.2, "JO", _diffuses("red", "ar", to=["LB", "AE", "TR"], flaws=(adultery,))),
        (4.8, "IT", _diffuses("red", count=20)),
        (5.6, "HK", _diffuses("red", to=["SG", "MY", "TH", "MO"])),
        (6.4, "PL", _checks("child")),
        (7.0, "RU", _checks("child")),
        (7.6, "RU", _diffuses("red", "en", to=["PL", "DE", "GE", "TR"], flaws=(political_case,), nationality="UA")),
        (8.6, "RU", _diffuses("blue", to=["GE", "AM", "KZ"], keep="crossing")),
        (9.1, "RU", _diffuses("red", to=["DE", "FR", "AE"], keep="held")),
        (9.3, "RU", _diffuses("red", "en", to=["PL", "LT"], flaws=(political_case,), nationality="UA")),
        (9.5, "RU", _diffuses("orange", to="all", urgency="urgent")),
        (9.7, "RU", _diffuses("red", to=["GB", "ES"], flaws=(light_penalty,), keep="light")),
        (10.5, "UA", _diffuses("orange", "en", to="all", urgency="flash")),
        (11.5, "KE", _diffuses("red", flaws=(no_warrant,), keep="incomplete")),
        (13.0, "SN", _diffuses("blue", flaws=(unmarked_minor,))),
        (15.0, "AR", _diffuses("silver", to=["BR", "ES", "CH"])),
        (17.5, "914", _diffuses("blue", "fr", to=["NL", "BE", "RS"])),
        (21.0, "KE", _corrects("incomplete")),
        (25.0, "GI", _diffuses("purple", to=["ES", "MA", "PT", "GB"])),
        (26.0, "RU", _withdraws("light")),
        (27.5, "RU", _comes_back("refused", ["DE", "CZ", "GE", "RS"])),
        (28.0, "KE", _diffuses("red", to=["TZ", "UG", "GB"])),
        (28.5, "CL", _restricts("The exchange of letters is concluded.", allow=("PE",))),
        (29.5, "FR", _withdraws("found")),
        (30.5, "RU", _corrects("held")),
        (32.0, "AR", _comes_back("cheque", ["BR", "UY", "ES"])),
        (33.0, "KE", _diffuses("blue", to=["UG", "RW"])),
        (34.0, "RU", _sends_again("varied")),
        (36.0, "BR", _diffuses("orange", "es", to="all", urgency="flash")),
        (46.0, "PR", _diffuses("green", "es", to=["US", "CO", "MX"])),
        (48.5, "KE", _diffuses("red", to=["ET", "TZ", "AE"], flaws=(no_warrant,))),
        (50.0, "UA", _child("all", "urgent", flaws=(unmarked_minor,))),
        (52.0, "JO", _checks("varied")),
        (55.0, "EG", _diffuses("black", "ar", to="all")),
    )


def steps() -> list[Step]:
    """All steps by time."""
    return [
        Step(OPENING + timedelta(hours=hours), sender, tell) for hours, sender, tell in _table() if sender in BUREAUS
    ]
