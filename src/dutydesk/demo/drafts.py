"""Complete bodies of diffusions and notice requests about invented cases, in parts that can be left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from dutydesk.demo.bureaus import BUREAUS, DemoBureau, Town
from dutydesk.demo.persons import TODAY, InventedPerson, birth_as_written, invent_document, invent_person
from dutydesk.demo.phrase_book import Crime, PhraseBook
from dutydesk.demo.phrases import PHRASES

Fields = dict[str, object]

PURPOSES = {
    "red": "arrest_for_extradition",
    "blue": "locate_or_identify",
    "green": "warn_of_criminal_activity",
    "yellow": "locate_missing_person",
    "black": "identify_body",
    "purple": "share_method",
    "orange": "warn_of_imminent_threat",
    "silver": "trace_assets",
}
_THINGS = {"black": "body", "purple": "method", "orange": "threat", "silver": "asset"}


@dataclass(slots=True)
class Draft:
    """A body in parts. ``head`` holds the fields outside subject and judicial data.

    ``subject`` is without ``name``, and ``name`` is empty if the subject is not a person; empty parts are left out.
    ``recipients`` is ``None`` in a notice request.
    """

    kind: str
    language: str
    town: Town
    moment: tuple[int, int]
    text: str
    head: Fields
    subject: Fields
    recipients: str | list[str] | None = None
    person: InventedPerson | None = None
    name: dict[str, str] = field(default_factory=dict)
    offence: Fields = field(default_factory=dict)
    facts: Fields = field(default_factory=dict)
    warrant: Fields = field(default_factory=dict)
    assurances: Fields = field(default_factory=dict)
    in_absentia: bool | None = None

    def copy(self) -> Draft:
        """A copy whose parts can be changed without changing this draft."""
        return Draft(
            kind=self.kind,
            language=self.language,
            town=self.town,
            moment=self.moment,
            text=self.text,
            head=dict(self.head),
            subject=dict(self.subject),
            recipients=self.recipients,
            person=self.person,
            name=dict(self.name),
            offence=dict(self.offence),
            facts=dict(self.facts),
            warrant=dict(self.warrant),
            assurances=dict(self.assurances),
            in_absentia=self.in_absentia,
        )

    def body(self) -> Fields:
        """The fields of the wire format, without those of the envelope."""
        head = dict(self.head)
        ends: Fields = {name: head.pop(name) for name in ("restricted_from", "retention_until") if name in head}
        written: Fields = {"kind": self.kind}
        if self.recipients is not None:
            written["recipients"] = self.recipients
        written |= {**head, "language": self.language, "subject": self._subject()}
        judicial = self._judicial()
        if judicial:
            written["judicial"] = judicial
        return {**written, "text": self.text, **ends}

    def _subject(self) -> Fields:
        if not self.name:
            return dict(self.subject)
        leading = {name: value for name, value in self.subject.items() if name in ("type", "status")}
        return {**leading, "name": dict(self.name), **self.subject}

    def _judicial(self) -> Fields:
        judicial: Fields = {}
        if self.offence:
            judicial["offences"] = [dict(self.offence)]
        for part, fields in (("facts", self.facts), ("warrant", self.warrant)):
            if fields:
                judicial[part] = dict(fields)
        if self.in_absentia is not None:
            judicial["in_absentia"] = self.in_absentia
        if self.assurances:
            judicial["assurances"] = dict(self.assurances)
        return judicial


def write_draft(
    rng: Random,
    bureau: DemoBureau,
    kind: str,
    language: str | None = None,
    *,
    person: InventedPerson | None = None,
    nationality: str | None = None,
    crime: Crime | None = None,
) -> Draft:
    """A complete body of ``kind``, without recipients; parts that are not given are invented."""
    spoken = language or rng.choices(bureau.languages, range(len(bureau.languages) + 2, 2, -1))[0]
    phrases = PHRASES[spoken]
    town = rng.choice(bureau.towns)
    moment = (rng.randrange(2017, 2022), rng.randrange(1, 11))
    made = Draft(
        kind=kind,
        language=spoken,
        town=town,
        moment=moment,
        text=rng.choice(phrases.texts[kind]),
        head=_head(rng, kind),
        subject={},
    )
    if kind in _THINGS:
        _add_thing(rng, made, phrases)
    else:
        _add_person(rng, made, bureau, phrases, person, nationality)
    match kind:
        case "red":
            _add_prosecution(rng, made, phrases, crime or rng.choice(phrases.crimes))
        case "green":
            _add_charge(rng, made, phrases, crime or rng.choice(phrases.crimes))
        case "blue" | "yellow" | "black":
            _add_event(rng, made, phrases)
    return made


def _head(rng: Random, kind: str) -> Fields:
    head: Fields = {}
    urgency = _urgency(rng, kind)
    if urgency != "routine" or rng.random() < 0.6:
        head["urgency"] = urgency
    confidentiality = rng.choices(("official_use_only", "restricted", "confidential"), (90, 9, 1))[0]
    if confidentiality != "official_use_only" or rng.random() < 0.5:
        head["confidentiality"] = confidentiality
    if rng.random() < 0.85:
        head["purpose"] = PURPOSES[kind]
    head["retention_until"] = date(2026, 9, 15).replace(day=rng.randrange(1, 29)).isoformat()
    if rng.random() < 0.7:
        head["retention_until"] = "2027-03-01"
    return head


def _urgency(rng: Random, kind: str) -> str:
    urgent, flash = {"orange": (60, 40), "yellow": (8, 5)}.get(kind, (3, 0))
    return rng.choices(("routine", "urgent", "flash"), (max(0, 100 - urgent - flash), urgent, flash))[0]


def _add_thing(rng: Random, made: Draft, phrases: PhraseBook) -> None:
    kind = _THINGS[made.kind]
    title, description = rng.choice(phrases.things[kind])
    made.subject = {"type": kind, "title": title, "description": _fill_phrase(rng, made, phrases, description)}
    if kind == "body":
        made.subject["biometrics"] = rng.sample(("photo", "fingerprints", "dna", "dental"), rng.randrange(1, 4))


def _fill_phrase(rng: Random, made: Draft, phrases: PhraseBook, phrase: str) -> str:
    return phrases.fill(phrase, made.town.in_language(made.language), made.moment, rng)


def _add_person(
    rng: Random,
    made: Draft,
    bureau: DemoBureau,
    phrases: PhraseBook,
    person: InventedPerson | None,
    nationality: str | None,
) -> None:
    country = nationality or _nationality(rng, bureau)
    pool = BUREAUS[country].pool if country in BUREAUS else bureau.pool
    known = person or invent_person(rng, pool, (2, 17) if made.kind == "yellow" and rng.random() < 0.55 else (27, 66))
    minor = known.age_on(TODAY) < 18
    subject: Fields = {"type": "person", "status": _status(rng, made.kind)}
    if rng.random() < 0.3 and known.family.other != known.family.latin:
        subject["aliases"] = [known.alternative_name()]
    subject["sex"] = known.sex
    subject["date_of_birth"] = known.born.isoformat() if minor else birth_as_written(rng, known.born)
    if rng.random() < 0.7:
        subject["place_of_birth"] = rng.choice(BUREAUS[country].towns).latin
    subject["nationalities"] = [country]
    if minor or rng.random() < 0.6:
        subject["minor"] = minor
    if rng.random() < (0.3 if minor else 0.75):
        subject["identity_documents"] = [invent_document(rng, country)]
    subject["description"] = _description(rng, phrases, known)
    subject["biometrics"] = rng.choice((["photo"], ["photo", "fingerprints"], ["fingerprints"], ["photo", "dna"]))
    if not minor and rng.random() < 0.5:
        subject["occupation"] = rng.choice(phrases.occupations)
    made.person, made.name, made.subject = known, known.name(), subject


def _nationality(rng: Random, bureau: DemoBureau) -> str:
    """Mostly the sender's own country, else one of its region; sub-bureaus and the entity have none."""
    if bureau.code not in ("914", "HK", "GI", "PR") and rng.random() < 0.8:
        return bureau.code
    near = [
        other.code
        for other in BUREAUS.values()
        if other.region == bureau.region and other.code not in ("914", "HK", "GI", "PR", bureau.code)
    ]
    return rng.choice(near)


def _status(rng: Random, kind: str) -> str:
    match kind:
        case "red":
            return rng.choices(("wanted_for_prosecution", "wanted_to_serve_sentence"), (4, 1))[0]
        case "blue":
            return rng.choice(("suspect", "person_of_interest", "witness", "charged"))
        case "green":
            return "convicted"
        case _:
            return "missing"


def _description(rng: Random, phrases: PhraseBook, person: InventedPerson) -> Fields:
    age = person.age_on(TODAY)
    height = rng.randrange(158, 195) if age >= 16 else 80 + age * 6
    described: Fields = {"height_cm": height}
    if rng.random() < 0.4:
        described["weight_kg"] = max(10, height - 100 + rng.randrange(-8, 14))
    described["hair"] = rng.choice(phrases.hair[:4] if age >= 30 else phrases.hair[:2])
    described["eyes"] = rng.choice(phrases.eyes)
    if age >= 18 and rng.random() < 0.3:
        described["marks"] = rng.choice(phrases.marks)
    return described


def _add_charge(rng: Random, made: Draft, phrases: PhraseBook, crime: Crime) -> None:
    made.offence = {"charge": crime.charge, "law": crime.law, "category": crime.category}
    made.facts = {
        "summary": _fill_phrase(rng, made, phrases, crime.facts),
        "date": f"{made.moment[0]}-{made.moment[1]:02d}",
        "place": made.town.latin,
    }


def _add_prosecution(rng: Random, made: Draft, phrases: PhraseBook, crime: Crime) -> None:
    _add_charge(rng, made, phrases, crime)
    if made.subject["status"] == "wanted_to_serve_sentence":
        sentence = rng.randrange(12, max(13, crime.months // 2))
        made.offence["sentence_months"] = sentence
        made.offence["remaining_months"] = max(7, sentence - rng.randrange(0, 12))
        made.in_absentia = False
    else:
        made.offence["maximum_penalty_months"] = crime.months
        if rng.random() < 0.4:
            made.in_absentia = False
    issued = date(made.moment[0] + 1, rng.randrange(1, 3), rng.randrange(1, 29))
    judicial = rng.random() < 0.9
    authority = rng.choice(phrases.court) if judicial else phrases.prosecutor
    made.warrant = {
        "reference": f"{rng.randrange(1, 9)}/{rng.randrange(1, 30)}-{rng.randrange(100, 990)}/{issued.year}",
        "authority": authority.format(town=made.town.in_language(made.language)),
        "date": issued.isoformat(),
        "judicial": judicial,
    }
    made.assurances = {
        "authority_competent": True,
        "extradition_will_be_sought": True,
        "coordinated_with_extradition_authority": True,
    }


def _add_event(rng: Random, made: Draft, phrases: PhraseBook) -> None:
    """Add the event behind a search; a missing person has been missing for weeks or months, not years."""
    made.moment = (2021, rng.randrange(3, 13)) if rng.random() < 0.6 else (2022, rng.randrange(1, 3))
    made.facts = {
        "summary": _fill_phrase(rng, made, phrases, rng.choice(phrases.events[made.kind])),
        "date": f"{made.moment[0]}-{made.moment[1]:02d}",
        "place": made.town.latin,
    }
