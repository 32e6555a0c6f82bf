"""Complete bodies of every kind, about invented persons, and a small network to send them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dutydesk.domain.countries import Bureau, BureauKind, CodeTables, Directory, Region
from dutydesk.domain.messages.message import PURPOSE_OF_KIND, Body, Everyone, Kind, MessageType, Urgency
from dutydesk.domain.messages.subjects import (
    Assurances,
    Biometric,
    Facts,
    IdentityDocument,
    Judicial,
    Offence,
    PartialDate,
    Person,
    PersonName,
    PersonStatus,
    PhysicalDescription,
    Sex,
    SubjectType,
    Thing,
    Warrant,
)
from dutydesk.domain.rules.examination import ArticleConflict, ReviewContext
from dutydesk.language.languages import Language

RECEIVED = date(2022, 3, 12)


def _bureau(code: str, kind: BureauKind = BureauKind.MEMBER, parent: str | None = None) -> Bureau:
    return Bureau(code, code, code, f"City of {code}", Region.EUROPE, Language.ENGLISH, kind, parent)


DIRECTORY = Directory(
    [
        *map(_bureau, ("BR", "BY", "CN", "DE", "FR", "IT", "PL", "RU", "UA")),
        _bureau("HK", BureauKind.SUB_BUREAU, "CN"),
        _bureau("914", BureauKind.ENTITY),
    ],
    CodeTables({"RU": "Russia", "UA": "Ukraine"}),
)


def context(type: MessageType = MessageType.DIFFUSION, **changes: object) -> ReviewContext:
    """The review context of a message from RU, which takes part in the silver pilot."""
    told = ReviewContext(type, "RU", RECEIVED, DIRECTORY, pilot_members=frozenset({"RU"}))
    return replace(told, **changes)  # type: ignore[arg-type]


def the_conflict() -> ArticleConflict:
    return ArticleConflict(frozenset({"RU", "UA"}), date(2022, 2, 24))


def _wanted() -> Person:
    return Person(
        status=PersonStatus.WANTED_FOR_PROSECUTION,
        name=PersonName("Skarvin", "Ilja", "Скарвин Илья"),
        aliases=(PersonName("Skarv", "I."),),
        sex=Sex.MALE,
        date_of_birth=PartialDate(1974),
        place_of_birth="Tver",
        nationalities=("RU",),
        minor=False,
        identity_documents=(IdentityDocument("passport", "740000009", "RU"),),
        description=PhysicalDescription(height_cm=177, hair="fair", eyes="green"),
        biometrics=(Biometric.PHOTO,),
        occupation="bookkeeper",
    )


def _judicial() -> Judicial:
    return Judicial(
        offences=(Offence("Embezzlement on a large scale", "Criminal Code, article 160(4)", "fraud", 120),),
        facts=Facts(
            "Between May and July 2018 in Tver, as bookkeeper of a saw mill, he moved 2.3 million to his own accounts.",
            PartialDate(2018, 5),
            "Tver",
        ),
        warrant=Warrant("4/2-118/2019", "District Court, Tver", PartialDate(2019, 11, 5), True),
        in_absentia=False,
        assurances=Assurances(True, True, True),
    )


def _missing() -> Person:
    return Person(
        status=PersonStatus.MISSING,
        name=PersonName("Halun", "Mira", "Галун Міра"),
        sex=Sex.FEMALE,
        date_of_birth=PartialDate(2010, 5, 14),
        nationalities=("PL",),
        minor=True,
        description=PhysicalDescription(height_cm=139, hair="brown", eyes="brown", marks="scar on right knee"),
        biometrics=(Biometric.PHOTO,),
    )


_TEXTS = {
    Kind.RED: "Locate and detain with a view to extradition.",
    Kind.BLUE: "Locate the person and tell us the present address.",
    Kind.GREEN: "Has broken into safes in three countries and may do so again.",
    Kind.YELLOW: "Last seen at a bus station near the border on 8 March 2022 with an unknown adult.",
    Kind.BLACK: "A man of about 40 was found in the river on 3 March 2022.",
    Kind.PURPLE: "Seen twice at the same border; other bureaus are asked for like cases.",
    Kind.ORANGE: "Parcels of this make may be on their way to post offices in several countries.",
    Kind.SILVER: "Identify the owner of record and monitor any sale.",
}


def complete(kind: Kind) -> Body:
    """A body of the kind that passes all rules when RU sends it as a diffusion or a notice request."""
    return Body(
        kind=kind,
        recipients=("PL", "DE") if kind is not Kind.YELLOW else Everyone(),
        language=Language.ENGLISH,
        subject=_subject(kind),
        text=_TEXTS[kind],
        urgency=Urgency.FLASH if kind in (Kind.YELLOW, Kind.ORANGE) else Urgency.ROUTINE,
        purpose=PURPOSE_OF_KIND[kind],
        judicial=_judicial() if kind in (Kind.RED, Kind.GREEN) else None,
        retention_until=date(2027, 3, 1),
    )


def _subject(kind: Kind) -> Person | Thing:
    match kind:
        case Kind.RED:
            return _wanted()
        case Kind.BLUE:
            return replace(_wanted(), status=PersonStatus.SUSPECT)
        case Kind.GREEN:
            return replace(_wanted(), status=PersonStatus.CONVICTED)
        case Kind.YELLOW:
            return _missing()
        case Kind.BLACK:
            return Thing(
                SubjectType.BODY, "Unknown man", "Found by a patrol", (Biometric.FINGERPRINTS, Biometric.DENTAL)
            )
        case Kind.PURPLE:
            return Thing(SubjectType.METHOD, "False floor in a van", "Cash is carried below a false floor.")
        case Kind.ORANGE:
            return Thing(SubjectType.THREAT, "Letter bombs", "Padded envelopes with a wire at the flap.")
        case Kind.SILVER:
            return Thing(SubjectType.ASSET, "Motor yacht", "White, 24 metres, flag not known.")


def person_of(body: Body) -> Person:
    assert isinstance(body.subject, Person)
    return body.subject


def with_person(body: Body, **changes: object) -> Body:
    return replace(body, subject=replace(person_of(body), **changes))  # type: ignore[arg-type]


def with_thing(body: Body, **changes: object) -> Body:
    assert isinstance(body.subject, Thing)
    return replace(body, subject=replace(body.subject, **changes))  # type: ignore[arg-type]


def with_judicial(body: Body, **changes: object) -> Body:
    return replace(body, judicial=replace(body.judicial or Judicial(), **changes))  # type: ignore[arg-type]


def with_offence(body: Body, **changes: object) -> Body:
    """The body with changed fields in its first offence."""
    assert body.judicial is not None
    first, *others = body.judicial.offences
    return with_judicial(body, offences=(replace(first, **changes), *others))  # type: ignore[arg-type]


def with_facts(body: Body, **changes: object) -> Body:
    assert body.judicial is not None
    return with_judicial(body, facts=replace(body.judicial.facts or Facts(), **changes))  # type: ignore[arg-type]


def with_warrant(body: Body, **changes: object) -> Body:
    assert body.judicial is not None
    return with_judicial(body, warrant=replace(body.judicial.warrant or Warrant(), **changes))  # type: ignore[arg-type]


def with_assurances(body: Body, **changes: object) -> Body:
    assert body.judicial is not None
    assurances = replace(body.judicial.assurances or Assurances(), **changes)  # type: ignore[arg-type]
    return with_judicial(body, assurances=assurances)


def serving_body(**changes: object) -> Body:
    """A complete red body about a person who is to serve a sentence of 60 months."""
    red = with_person(complete(Kind.RED), status=PersonStatus.WANTED_TO_SERVE_SENTENCE)
    terms: dict[str, object] = {"maximum_penalty_months": None, "sentence_months": 60, "remaining_months": None}
    return with_offence(red, **(terms | changes))
