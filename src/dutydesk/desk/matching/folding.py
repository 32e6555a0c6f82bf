"""Names, births and documents in the form in which persons are compared."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, Person, PersonName
from dutydesk.screening import names
from dutydesk.screening.documents import number_key
from dutydesk.screening.names import FoldedName
from dutydesk.store.engine.canonical import canonical_json


@value(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person, folded: every name and alias, and each document's number and issuer."""

    names: tuple[FoldedName, ...] = ()
    birth: PartialDate | None = None
    nationalities: tuple[str, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()

    def digest(self) -> str:
        """A SHA-256 that is equal for equal facts, in whatever order they are listed."""
        facts = (
            sorted(" ".join(sorted(name.parts)) for name in self.names),
            str(self.birth or ""),
            sorted(self.nationalities),
            sorted(map(list, self.documents)),
        )
        return sha256(canonical_json(list(facts)).encode()).hexdigest()


def facts_of(person: Person) -> PersonFacts:
    return PersonFacts(
        fold_names((person.name, *person.aliases)),
        person.date_of_birth,
        person.nationalities,
        document_keys(person.identity_documents),
    )


def fold_names(given: Iterable[PersonName | None]) -> tuple[FoldedName, ...]:
    """All distinct written forms of the names, with aliases and original scripts."""
    found: list[FoldedName] = []
    for name in given:
        if name is not None:
            found += names.fold_name(name.family, name.given)
            found += names.possible_names(name.original_script or "")
    return names.unique_names(found)


def document_keys(documents: Iterable[IdentityDocument]) -> tuple[tuple[str, str], ...]:
    """Number and issuer of each document that has a usable number; the issuer may be empty."""
    found = ((number_key(document.number), document.issuer or "") for document in documents)
    return tuple(dict.fromkeys((number, issuer) for number, issuer in found if number is not None))


@lru_cache(maxsize=4_096)
def parse_birth(text: str) -> PartialDate | None:
    """A date of birth as a record keeps it."""
    return PartialDate(*map(int, text.split("-"))) if text else None
