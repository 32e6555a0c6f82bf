"""Which lines of a person's file share a document, a case, a family of corrections, or the person's name and birth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dutydesk.desk.base.person_rows import LinkKind, PersonLink
from dutydesk.desk.matching.folding import PersonFacts
from dutydesk.domain.frozen import value
from dutydesk.domain.rules.likeness import document_number

_ORDER = list(LinkKind)


@value(frozen=True, slots=True)
class LinkedLine:
    """What one item, record or entry can share with others: its facts, the number of its warrant, its family.

    ``case`` is that number as it was written.
    """

    key: str
    facts: PersonFacts
    case: str | None
    family: str | None


def find_links(lines: Iterable[LinkedLine]) -> tuple[PersonLink, ...]:
    """The links of at least two lines: documents first, then cases, families and persons; the larger ones first."""
    members: dict[tuple[LinkKind, str], list[str]] = {}
    written: dict[str, str] = {}
    for line in lines:
        for shared in dict.fromkeys(_shareable(line)):
            members.setdefault(shared, []).append(line.key)
        if line.case is not None:
            written.setdefault(document_number(line.case) or "", line.case)
    links = [
        PersonLink(kind, written.get(value, value) if kind is LinkKind.CASE else value, tuple(keys))
        for (kind, value), keys in members.items()
        if len(keys) > 1
    ]
    links.sort(key=lambda link: (_ORDER.index(link.kind), -len(link.members), link.value))
    return tuple(_without_aliases(links))


def _without_aliases(links: Iterable[PersonLink]) -> Iterator[PersonLink]:
    """A person whom lines share by several names is one link: that of the most lines."""
    known: list[set[str]] = []
    for link in links:
        if link.kind is LinkKind.PERSON:
            if any(known_members.issuperset(link.members) for known_members in known):
                continue
            known.append(set(link.members))
        yield link


def _shareable(line: LinkedLine) -> Iterator[tuple[LinkKind, str]]:
    for number, issuer in line.facts.documents:
        yield LinkKind.DOCUMENT, " ".join(filter(None, (issuer, number)))
    case = document_number(line.case)
    if case is not None:
        yield LinkKind.CASE, case
    if line.family is not None:
        yield LinkKind.FAMILY, line.family
    birth = line.facts.birth
    if birth is not None and birth.day is not None:
        for name in line.facts.names:
            if len(name.parts) > 1:
                yield LinkKind.PERSON, f"{' '.join(sorted(name.parts))} {birth}"
