"""The stories of the sample shift: what must happen, in which order, and not before which time."""

from __future__ import annotations

from collections.abc import Callable
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
from dutydesk.demo.drafts import Draft, Fields, write_draft
from dutydesk.demo.message_writer import MessageWriter
from dutydesk.demo.persons import InventedPerson, invent_person
from dutydesk.domain.frozen import value

StepWriter = Callable[[MessageWriter, DemoBureau, datetime], Fields | None]


@value(frozen=True, slots=True)
class StoryStep:
    """A message that ``sender`` sends, not before ``at``; ``write`` returns nothing if earlier steps are missing."""

    at: datetime
    sender: str
    write: StepWriter


def _person(rng: Random, pool: str, years: tuple[int, int] = (27, 60), sex: str | None = None) -> InventedPerson:
    return invent_person(rng, pool, years, sex)


def _restriction(
    reason: str, deny: tuple[str, ...] = (), allow: tuple[str, ...] = (), of: str | None = None
) -> StepWriter:
    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields | None:
        if of is not None and of not in scribe.story_drafts:
            return None
        return scribe.restriction(
            at, bureau, deny=deny, allow=allow, of=scribe.story_drafts.get(of or ""), reason=reason
        )

    return write


def _diffusion(
    kind: str,
    language: str | None = None,
    to: str | list[str] | int | None = None,
    defects: tuple[Defect, ...] = (),
    keep: str | None = None,
    nationality: str | None = None,
    urgency: str | None = None,
) -> StepWriter:
    """A step that sends a diffusion. ``to``: its recipients, or how many are drawn."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields:
        made = write_draft(scribe.rng, bureau, kind, language, nationality=nationality)
        if urgency is not None:
            made.head["urgency"] = urgency
        recipients = choose_recipients(scribe.rng, bureau, to) if isinstance(to, int) else to
        return scribe.diffusion(at, bureau, made, recipients, defects, keep)

    return write


def _missing_child(
    to: str | list[str], urgency: str, keep: str | None = None, defects: tuple[Defect, ...] = ()
) -> StepWriter:
    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields:
        made = write_draft(
            scribe.rng, bureau, "yellow", person=_person(scribe.rng, bureau.pool, (6, 14)), nationality=bureau.code
        )
        made.head["urgency"] = urgency
        return scribe.diffusion(at, bureau, made, to, defects, keep)

    return write


def _notice_request(keep: str, language: str, defects: tuple[Defect, ...]) -> StepWriter:
    """A notice request that can hardly be granted."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields:
        made = write_draft(scribe.rng, bureau, "red", language, nationality=bureau.code)
        return scribe.notice_request(at, bureau, made, defects, keep)

    return write


def _repeated_person(keep: str, to: list[str]) -> StepWriter:
    """A diffusion on the person of an earlier notice request, under another charge and spelling."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields | None:
        before = scribe.story_drafts.get(keep)
        if before is None:
            return None
        made: Draft = write_draft(scribe.rng, bureau, "red", before.complete.language, person=before.complete.person)
        for part in ("date_of_birth", "nationalities", "identity_documents"):
            if part in before.complete.subject:
                made.subject[part] = before.complete.subject[part]
        if made.person is not None:
            made.name |= made.person.alternative_name()
        return scribe.diffusion(at, bureau, made, to)

    return write


def _repeated_body(keep: str) -> StepWriter:
    """The same body under a new reference."""

    def write(scribe: MessageWriter, bureau: DemoBureau, at: datetime) -> Fields | None:
        before = scribe.story_drafts.get(keep)
        if before is None:
            return None
        return scribe.diffusion(at, bureau, before.complete.copy(), before.complete.recipients)

    return write


def _correction(keep: str) -> StepWriter:
    return lambda scribe, _, at: (
        scribe.correction(at, scribe.story_drafts[keep]) if keep in scribe.story_drafts else None
    )


def _withdrawal(keep: str) -> StepWriter:
    return lambda scribe, _, at: (
        scribe.withdrawal(at, scribe.story_drafts[keep]) if keep in scribe.story_drafts else None
    )


def _check(keep: str) -> StepWriter:
    return lambda scribe, bureau, at: (
        scribe.check(at, bureau, scribe.story_drafts[keep]) if keep in scribe.story_drafts else None
    )


_PRECAUTION = "All data of this bureau, for as long as the conflict lasts."


def _table() -> tuple[tuple[float, str, StepWriter], ...]:
    """Hours after the opening, sender, and what is sent."""
    return (
        (0.05, "UA", _restriction(_PRECAUTION, deny=("RU", "BY"))),
        (0.4, "CL", _restriction("Until our exchange about the use of shared data is concluded.", deny=("PE",))),
        (0.8, "DE", _diffusion("red", to=["PL", "AT", "TR", "CZ", "NL"], keep="source")),
        (1.2, "RU", _diffusion("red", "en", to=["PL", "DE", "KZ", "TR"], keep="varied")),
        (1.6, "DE", _restriction("Protection of a source in this case.", deny=("TR",), of="source")),
        (2.0, "UA", _missing_child("all", "flash", keep="child")),
        (2.4, "PL", _check("varied")),
        (2.8, "RU", _notice_request("refused", "en", (political_case, no_warrant))),
        (3.2, "FR", _missing_child(["BE", "CH", "ES", "IT", "GB"], "urgent", keep="found")),
        (3.6, "AR", _notice_request("cheque", "es", (unpaid_cheque, light_penalty))),
        (4.2, "JO", _diffusion("red", "ar", to=["LB", "AE", "TR"], defects=(adultery,))),
        (4.8, "IT", _diffusion("red", to=20)),
        (5.6, "HK", _diffusion("red", to=["SG", "MY", "TH", "MO"])),
        (6.4, "PL", _check("child")),
        (7.0, "RU", _check("child")),
        (7.6, "RU", _diffusion("red", "en", to=["PL", "DE", "GE", "TR"], defects=(political_case,), nationality="UA")),
        (8.6, "RU", _diffusion("blue", to=["GE", "AM", "KZ"], keep="crossing")),
        (9.1, "RU", _diffusion("red", to=["DE", "FR", "AE"], keep="held")),
        (9.3, "RU", _diffusion("red", "en", to=["PL", "LT"], defects=(political_case,), nationality="UA")),
        (9.5, "RU", _diffusion("orange", to="all", urgency="urgent")),
        (9.7, "RU", _diffusion("red", to=["GB", "ES"], defects=(light_penalty,), keep="light")),
        (10.5, "UA", _diffusion("orange", "en", to="all", urgency="flash")),
        (11.5, "KE", _diffusion("red", defects=(no_warrant,), keep="incomplete")),
        (13.0, "SN", _diffusion("blue", defects=(unmarked_minor,))),
        (15.0, "AR", _diffusion("silver", to=["BR", "ES", "CH"])),
        (17.5, "914", _diffusion("blue", "fr", to=["NL", "BE", "RS"])),
        (21.0, "KE", _correction("incomplete")),
        (25.0, "GI", _diffusion("purple", to=["ES", "MA", "PT", "GB"])),
        (26.0, "RU", _withdrawal("light")),
        (27.5, "RU", _repeated_person("refused", ["DE", "CZ", "GE", "RS"])),
        (28.0, "KE", _diffusion("red", to=["TZ", "UG", "GB"])),
        (28.5, "CL", _restriction("The exchange of letters is concluded.", allow=("PE",))),
        (29.5, "FR", _withdrawal("found")),
        (30.5, "RU", _correction("held")),
        (32.0, "AR", _repeated_person("cheque", ["BR", "UY", "ES"])),
        (33.0, "KE", _diffusion("blue", to=["UG", "RW"])),
        (34.0, "RU", _repeated_body("varied")),
        (36.0, "BR", _diffusion("orange", "es", to="all", urgency="flash")),
        (46.0, "PR", _diffusion("green", "es", to=["US", "CO", "MX"])),
        (48.5, "KE", _diffusion("red", to=["ET", "TZ", "AE"], defects=(no_warrant,))),
        (50.0, "UA", _missing_child("all", "urgent", defects=(unmarked_minor,))),
        (52.0, "JO", _check("varied")),
        (55.0, "EG", _diffusion("black", "ar", to="all")),
    )


def story_steps() -> list[StoryStep]:
    """All steps by time."""
    return [
        StoryStep(OPENING + timedelta(hours=hours), sender, tell)
        for hours, sender, tell in _table()
        if sender in BUREAUS
    ]
