"""Whether two records are of one person: by identity document, or by name and date of birth.

Names are compared as they are written in each script, without case, accents and order of their words. Nothing is
transliterated and nothing is guessed: what is only like must be judged by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, Person, PersonName
from dutydesk.domain.rules.folded_text import fold
from dutydesk.domain.rules.values import is_given

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 2
_SHORTEST_NUMBER = 5
#: How many letters a name may differ by and still be the same name in another spelling.
_LETTERS_RESPELLED = 2


class Likeness(StrEnum):
    """``strong``: the same document, or the same name and full date of birth. ``weak``: the same name, no more."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """``issuer`` is ``None`` where it is not known."""

    number: str
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person is compared by: folded names, of at least two words each, and documents."""

    names: frozenset[str] = frozenset()
    birth: PartialDate | None = None
    documents: frozenset[DocumentKey] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.names and not self.documents


def name_key(*parts: str | None) -> str | None:
    """The words of a name, folded and sorted; ``None`` for fewer than two, which say too little."""
    words = [word for part in parts if is_given(part) for word in _WORD.findall(fold(part))]
    return " ".join(sorted(words)) if len(words) >= _FEWEST_WORDS else None


def document_number(number: str | None) -> str | None:
    """Letters and figures of a document's number, in capitals; ``None`` for what is too short to tell anybody by."""
    if not is_given(number):
        return None
    plain = "".join(_WORD.findall(fold(number))).upper()
    return plain if len(plain) >= _SHORTEST_NUMBER else None


def identity(names: Iterable[PersonName], birth: PartialDate | None, documents: Iterable[IdentityDocument]) -> Identity:
    keys = {
        key
        for name in names
        for key in (name_key(name.family, name.given), name_key(name.original_script))
        if key is not None
    }
    papers = {
        DocumentKey(number, document.issuer or None)
        for document in documents
        if (number := document_number(document.number)) is not None
    }
    return Identity(frozenset(keys), birth, frozenset(papers))


def identity_of(person: Person) -> Identity:
    """A person's main name and aliases count alike: whoever comes back may come under either."""
    own = (person.name,) if person.name is not None else ()
    return identity((*own, *person.aliases), person.date_of_birth, person.identity_documents)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """How much speaks for one person; ``None`` where nothing does, or the births contradict each other."""
    if any(_same_document(a, b) for a in one.documents for b in other.documents):
        return Likeness.STRONG
    if one.names.isdisjoint(other.names):
        return None
    if one.birth is None or other.birth is None:
        return Likeness.WEAK
    if one.birth == other.birth and one.birth.day is not None:
        return Likeness.STRONG
    return Likeness.WEAK if _may_be_same_person(one.birth, other.birth) else None


def _same_document(one: DocumentKey, other: DocumentKey) -> bool:
    return one.number == other.number and (one.issuer is None or other.issuer is None or one.issuer == other.issuer)


def _may_be_same_person(one: PartialDate, other: PartialDate) -> bool:
    return all(
        a is None or b is None or a == b
        for a, b in ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    )


def is_same_person(before: Identity, now: Identity) -> bool:
    """Whether a corrected body describes the person of the body before it, and nobody else could be meant.

    A correction may complete what was missing: a birth, or documents where none were named. It may respell a name by
    two letters where a document or the full date of birth stays the same. Every other change of a name, a birth or a
    document makes it another person, because each could be a try at whom the registers know.
    """
    if before.is_empty or now.is_empty:
        return before.is_empty and now.is_empty
    return _keeps_names(before, now) and _is_completed(before.birth, now.birth) and _keeps_documents(before, now)


def _keeps_names(before: Identity, now: Identity) -> bool:
    if before.names == now.names:
        return True
    same_birth = before.birth is not None and before.birth.day is not None and before.birth == now.birth
    if not same_birth and likeness(before, now) is not Likeness.STRONG:
        return False
    return _all_respelled(now.names, before.names) and _all_respelled(before.names, now.names)


def _all_respelled(names: frozenset[str], others: frozenset[str]) -> bool:
    return all(any(_is_respelled(name, other) for other in others) for name in names)


def _is_respelled(one: str, other: str) -> bool:
    """Whether two names differ by a few letters that are put in, left out or exchanged."""
    if abs(len(one) - len(other)) > _LETTERS_RESPELLED:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row = row, [place]
        for column, opposite in enumerate(other, start=1):
            row.append(min(row[-1] + 1, before[column] + 1, before[column - 1] + (letter != opposite)))
        if min(row) > _LETTERS_RESPELLED:
            return False
    return row[-1] <= _LETTERS_RESPELLED


def _is_completed(before: PartialDate | None, now: PartialDate | None) -> bool:
    if before is None or before == now:
        return True
    return now is not None and all(
        known is None or known == given
        for known, given in ((before.year, now.year), (before.month, now.month), (before.day, now.day))
    )


def _keeps_documents(before: Identity, now: Identity) -> bool:
    if not before.documents:
        return True
    kept = all(any(_same_document(a, b) for b in now.documents) for a in before.documents)
    return kept and all(any(_same_document(a, b) for a in before.documents) for b in now.documents)
