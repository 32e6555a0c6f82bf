"""Makes one person of all fragments that a file of entities has of it.

Nothing is guessed: a value that can't be used is left out and named. Country codes are those of ISO 3166 in small
letters; a code of a former country, or of a territory that is no nationality, is left out with the codes that may be
meant.
"""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, PersonName
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.dates import date_problem, full_date, partial_date
from dutydesk.wire.reference.offences import categories_of
from dutydesk.wire.registers.entity_lines import CAPTION, FIRST_SEEN, NOT_A_TARGET, Values

#: Names that are put together of first and last names; a person with more has spellings that the whole names hold too.
_MOST_PAIRS = 20
_FORMER_CODE_LENGTH = 4
_NO_NAME = frozenset({"", "-", "--", ".", "?", "n/a", "na", "unknown", "none"})


@dataclass(frozen=True, slots=True)
class EntityPerson:
    """One person of a list. ``line`` is the first one on it; ``title`` is how it is listed.

    ``names`` are those that a person is searched by; ``weak_names`` are those that the list calls too common for that.
    ``source`` is the bureau of the country that lists the person, if it has one. A person is ``in_force`` unless every
    sanction has ended; ``ends_on`` is the last day of the last one, if each has one. ``grounds`` are the reasons of the
    sanctions, or their programs. ``omitted_fields`` are clauses.
    """

    line: int
    id: str
    title: str
    names: tuple[PersonName, ...]
    weak_names: tuple[PersonName, ...]
    birth: PartialDate | None
    nationalities: tuple[str, ...]
    countries: tuple[str, ...]
    documents: tuple[IdentityDocument, ...]
    source: str | None
    listed_on: date | None
    in_force: bool
    ends_on: date | None
    statuses: tuple[str, ...]
    grounds: tuple[str, ...]
    categories: tuple[str, ...]
    omitted_fields: tuple[str, ...]


class NobodyError(ValueError):
    """The entity names nobody; the argument is one clause."""


@dataclass(slots=True)
class PersonFragments:
    """All that a file says of one person; of documents and sanctions no more than the desk keeps."""

    line: int
    id: str
    own: dict[str, list[str]] = field(default_factory=dict)
    documents: list[Values] = field(default_factory=list)
    sanctions: list[Values] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add_own(self, values: Values) -> None:
        for name, found in values.items():
            self.own[name] = list(dict.fromkeys((*self.own.get(name, ()), *found)))[: 2 * limits.ALIASES]

    def add_document(self, values: Values) -> None:
        if len(self.documents) < limits.DOCUMENTS:
            self.documents.append(values)
        elif len(self.documents) == limits.DOCUMENTS:
            self._say(f"it has more than {limits.DOCUMENTS} documents; the others are not taken")

    def add_sanction(self, values: Values) -> None:
        if len(self.sanctions) < limits.OFFENCES:
            self.sanctions.append(values)
        else:
            self._say(f"it has more than {limits.OFFENCES} sanctions; the others are not read")

    def _say(self, clause: str) -> None:
        if clause not in self.left_out:
            self.left_out.append(clause)

    @property
    def is_listed(self) -> bool:
        """Whether the list is about this person, and not only about somebody whom it knows."""
        return bool(self.sanctions) or NOT_A_TARGET not in self.own


def make_person(found: PersonFragments, directory: Directory, today: date) -> EntityPerson:
    """The person of these fragments. Raises NobodyError."""
    return _EntityReader(found, directory, today).person()


class _EntityReader:
    """Reads one person, property by property; values that can't be used are noted in ``left_out``."""

    def __init__(self, found: PersonFragments, directory: Directory, today: date) -> None:
        self._found = found
        self._directory = directory
        self._today = today
        self.left_out = list(found.left_out)

    def person(self) -> EntityPerson:
        own = self._found.own
        names = self._names()
        ends = [self._end(sanction) for sanction in self._found.sanctions]
        grounds = _first_given(self._found.sanctions, "reason") or _first_given(self._found.sanctions, "program")
        nationalities = self._codes("nationality", own) + self._codes("citizenship", own)
        return EntityPerson(
            line=self._found.line,
            id=self._found.id,
            title=self._title(names),
            names=names,
            weak_names=tuple(PersonName(original_script=name) for name in self._texts("weakAlias")),
            birth=self._birth(),
            nationalities=tuple(dict.fromkeys(nationalities))[: limits.NATIONALITIES],
            countries=tuple(code for code in _upper(own.get("country", ())) if self._directory.is_nationality(code)),
            documents=self._documents(),
            source=self._source(),
            listed_on=self._listed_on(),
            in_force=not ends or any(end is None or end >= self._today for end in ends),
            ends_on=max((end for end in ends if end is not None), default=None) if None not in ends else None,
            statuses=_first_given(self._found.sanctions, "status"),
            grounds=grounds,
            categories=categories_of(_first_given(self._found.sanctions, "reason")),
            omitted_fields=tuple(self.left_out),
        )

    def _texts(self, name: str) -> list[str]:
        found = []
        for value in self._found.own.get(name, ()):
            words = " ".join(value.split())
            if len(words) > limits.NAME:
                self.left_out.append(f"{name} has {len(words):,} characters; at most {limits.NAME} are taken")
            elif words.casefold() not in _NO_NAME:
                found.append(words)
        return found

    def _names(self) -> tuple[PersonName, ...]:
        """First and last names that belong together by their script, then every whole name that says more."""
        first, last = self._texts("firstName"), self._texts("lastName")
        between = [name for part in ("secondName", "middleName", "fatherName") for name in self._texts(part)]
        pairs = [
            PersonName(family, " ".join((given, *(name for name in between if _script(name) == _script(given)))))
            for family in last
            for given in first
            if _script(family) == _script(given)
        ][:_MOST_PAIRS]
        known = {_words(name.family, name.given) for name in pairs}
        whole = [name for part in ("name", "alias", "previousName") for name in self._texts(part)]
        others = [PersonName(original_script=name) for name in dict.fromkeys(whole) if _words(name) not in known]
        if not pairs and not others:
            others = [PersonName(family) for family in last] + [PersonName(None, given) for given in first]
        if not pairs and not others:
            raise NobodyError("it names nobody")
        names = (*pairs, *others)
        if len(names) > limits.ALIASES:
            self.left_out.append(f"it has {len(names)} names; {limits.ALIASES} are taken")
        return names[: limits.ALIASES]

    def _title(self, names: Sequence[PersonName]) -> str:
        for name in sorted(names, key=lambda name: _script(name.family or name.original_script or "") != "LATIN"):
            if name.family and name.given:
                return f"{name.family.upper()}, {name.given}"
        caption = " ".join(next(iter(self._found.own.get(CAPTION, ())), "").split())
        one = names[0]
        return caption or one.original_script or one.family or one.given or self._found.id

    def _birth(self) -> PartialDate | None:
        """The date of birth; of several that agree the one that says most, of others none."""
        known = [birth for value in self._found.own.get("birthDate", ()) if (birth := self._one_birth(value))]
        if not known:
            return None
        most = max(known, key=lambda birth: len(str(birth)))
        if not all(str(most).startswith(str(birth)) for birth in known):
            self.left_out.append(f"birthDate is {' and '.join(sorted(map(str, known)))}; no one of them is taken")
            return None
        return most

    def _one_birth(self, written: str) -> PartialDate | None:
        birth = self._date("birthDate", written)
        if birth is not None and birth.earliest() > self._today:
            self.left_out.append(f"birthDate is {birth}, which lies in the future")
            return None
        return birth

    def _date(self, name: str, written: str) -> PartialDate | None:
        """A date as the list writes it; a time after a date says nothing of the day."""
        day, _, _ = written.partition("T")
        found = partial_date(day)
        if found is None:
            self.left_out.append(f"{name} {date_problem(written, partial=True)}")
        return found

    def _end(self, sanction: Values) -> date | None:
        """The last day on which a sanction may be in force; ``None`` if it names no end."""
        known = [end for value in sanction.get("endDate", ()) if (end := self._date("endDate", value))]
        return max(map(_last_day, known), default=None)

    def _listed_on(self) -> date | None:
        """The first day on the list: of the sanctions, else the day on which the list was first seen to have it."""
        written = [
            day for s in self._found.sanctions for name in ("listingDate", "startDate") for day in s.get(name, ())
        ]
        for values in (written, self._found.own.get(FIRST_SEEN, ())):
            days = [day for value in values if (day := full_date(value[:10])) and day <= self._today]
            if days:
                return min(days)
        return None

    def _codes(self, name: str, values: Values) -> list[str]:
        found = []
        for code in _upper(values.get(name, ())):
            if self._directory.is_nationality(code):
                found.append(code)
            else:
                self.left_out.append(f"{name}: {self._code_problem(code)}")
        return found

    def _code_problem(self, code: str) -> str:
        """Why a code is no nationality; a code of four letters is that of a former country, such as SUHH."""
        former = len(code) == _FORMER_CODE_LENGTH and code.isalpha() and code[:2] in self._directory.tables.retired
        if not former:
            return self._directory.nationality_error(code)
        return f"{code} stands for a former country: {self._directory.nationality_error(code[:2])}"

    def _documents(self) -> tuple[IdentityDocument, ...]:
        """Each document once; one with an issuer stands for the same number without one."""
        own = self._found.own
        found: list[tuple[str, str, str | None]] = [
            ("passport", number, None) for number in own.get("passportNumber", ())
        ]
        found += [("identity_card", number, None) for number in own.get("idNumber", ())]
        for document in self._found.documents:
            issuers = self._codes("country", document)
            kind = "passport" if "passportNumber" in document else "identity_document"
            numbers = dict.fromkeys((*document.get("passportNumber", ()), *document.get("number", ())))
            if not numbers:
                self.left_out.append("a document has no number")
            found += [(kind, number, issuers[0] if len(issuers) == 1 else None) for number in numbers]
        by_number: dict[str, IdentityDocument] = {}
        for kind, number, issuer in found:
            key = "".join(filter(str.isalnum, number)).upper()
            if not key or len(number) > limits.SHORT:
                self.left_out.append("a document has no number that can be used")
            elif key not in by_number or by_number[key].issuer is None:
                by_number[key] = IdentityDocument(kind, number, issuer)
        return tuple(by_number.values())[: limits.DOCUMENTS]

    def _source(self) -> str | None:
        countries = (code for sanction in self._found.sanctions for code in _upper(sanction.get("country", ())))
        return next((code for code in countries if self._directory.bureau(code, self._today) is not None), None)


def _upper(codes: Iterable[str]) -> list[str]:
    return [code.strip().upper() for code in codes]


def _first_given(sanctions: Iterable[Values], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for sanction in sanctions for value in sanction.get(name, ())))


def _last_day(known: PartialDate) -> date:
    month = known.month or 12
    return date(known.year, month, known.day or monthrange(known.year, month)[1])


def _script(text: str) -> str:
    """The script of the first letter, such as LATIN or CYRILLIC."""
    letter = next(filter(str.isalpha, text), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _words(*parts: str | None) -> tuple[str, ...]:
    return tuple(sorted(" ".join(part for part in parts if part).casefold().replace(",", " ").split()))
