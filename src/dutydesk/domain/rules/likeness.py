"""Compares two identities: by identity document, or by name and date of birth.

Names are compared as written in each script, without regard to case, accents and the order of words. Similar and
transliterated names are compared by the matcher of the checks, and an officer judges those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import IdentityDocument, PartialDate, Person, PersonName
from dutydesk.domain.rules.folded_text import fold
from dutydesk.domain.rules.values import is_given

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 2
_SHORTEST_NUMBER = 5
#: Up to how many letters two spellings of the same name may differ.
_LETTERS_RESPELLED = 2


class Likeness(StrEnum):
    """``strong``: the same document, or the same name and full date of birth. ``weak``: the same name only.

    ``like``: not certain by either, but alike by the matcher of the checks.
    """

    STRONG = "strong"
    WEAK = "weak"
    LIKE = "like"


@value(frozen=True, slots=True)
class DocumentKey:
    """A document's number, as :func:`document_number` gives it; ``issuer`` is ``None`` if unknown."""

    number: str
    issuer: str | None = None


@value(frozen=True, slots=True)
class Identity:
    """The data by which persons are compared: name keys (see :func:`name_key`), date of birth and documents."""

    names: frozenset[str] = frozenset()
    birth: PartialDate | None = None
    documents: frozenset[DocumentKey] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a name nor a document to compare."""
        return not self.names and not self.documents


def name_key(*parts: str | None) -> str | None:
    """The words of a name, folded and sorted; ``None`` for fewer than two words, which are too common."""
    words = [word for part in parts if is_given(part) for word in _WORD.findall(plain_figures(fold(part)))]
    return " ".join(sorted(words)) if len(words) >= _FEWEST_WORDS else None


def document_number(number: str | None) -> str | None:
    """Letters and digits of a document's number, in upper case; ``None`` if too short to identify a person."""
    if not is_given(number):
        return None
    plain = plain_figures("".join(_WORD.findall(fold(number)))).upper()
    return plain if len(plain) >= _SHORTEST_NUMBER else None


def identity(names: Iterable[PersonName], birth: PartialDate | None, documents: Iterable[IdentityDocument]) -> Identity:
    """The identity of a person with these names and documents."""
    keys = {
        key
        for name in names
        for key in (name_key(name.family, name.given), name_key(name.original_script))
        if key is not None
    }
    document_keys = {
        DocumentKey(number, document.issuer or None)
        for document in documents
        if (number := document_number(document.number)) is not None
    }
    return Identity(frozenset(keys), birth, frozenset(document_keys))


def identity_of(person: Person) -> Identity:
    """The identity of a person. Aliases count like the main name, because a person may reappear under either."""
    own = (person.name,) if person.name is not None else ()
    return identity((*own, *person.aliases), person.date_of_birth, person.identity_documents)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """How likely both are one person; ``None`` if nothing matches or the dates of birth contradict each other."""
    if any(_same_document(a, b) for a in one.documents for b in other.documents):
        return Likeness.STRONG
    if one.names.isdisjoint(other.names):
        return None
    if one.birth is None or other.birth is None:
        return Likeness.WEAK
    if one.birth == other.birth and one.birth.day is not None:
        return Likeness.STRONG
    return Likeness.WEAK if _births_agree(one.birth, other.birth) else None


def _same_document(one: DocumentKey, other: DocumentKey) -> bool:
    return one.number == other.number and (one.issuer is None or other.issuer is None or one.issuer == other.issuer)


def _births_agree(one: PartialDate, other: PartialDate) -> bool:
    return all(
        a is None or b is None or a == b
        for a, b in ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    )


def is_same_person(before: Identity, now: Identity) -> bool:
    """Whether a corrected body certainly describes the same person as the body before.

    A correction may add missing data: a birth, or documents if there were none. It may change a name by two letters if
    a document or the full date of birth stays the same. Any other change of a name, birth or document makes it another
    person; otherwise a sender could use corrections to probe the registers for persons.
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
    return _all_spelled_alike(now.names, before.names) and _all_spelled_alike(before.names, now.names)


def _all_spelled_alike(names: frozenset[str], others: frozenset[str]) -> bool:
    return all(any(_is_same_spelling(name, other) for other in others) for name in names)


def _is_same_spelling(one: str, other: str) -> bool:
    """Whether two names differ by at most two inserted, omitted or replaced letters (Levenshtein distance)."""
    if abs(len(one) - len(other)) > _LETTERS_RESPELLED:
        return False
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        before, row = row, [index]
        for column, other_letter in enumerate(other, start=1):
            row.append(min(row[-1] + 1, before[column] + 1, before[column - 1] + (letter != other_letter)))
        if min(row) > _LETTERS_RESPELLED:
            return False
    return row[-1] <= _LETTERS_RESPELLED


def _is_completed(before: PartialDate | None, now: PartialDate | None) -> bool:
    """Whether ``now`` keeps every known part of ``before``."""
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
