"""The body of a message as labelled lines, ordered by its kind. Text from outside is made safe here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from anyascii import anyascii

from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import Kind
from dutydesk.tui.frame.text_format import display_text, readable_name
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.body_texts import texts as body_texts
from dutydesk.tui.widgets.text_layout import Paragraph

Body = Mapping[str, Json]


class BodyLine(NamedTuple):
    """``path``: the dotted path of the field that it shows, as findings name it."""

    label: str
    text: str
    path: str


Lines = Iterator[BodyLine]

_ISOLATES: Final = re.compile("[\u2068\u2069]")
#: Fields whose values are names, not free text.
_CODED_FIELDS = frozenset(
    {"type", "kind", "urgency", "status", "purpose", "confidentiality", "category", "database", "action", "outcome"}
)


def is_coded_field(name: str) -> bool:
    """Whether the field's values are names of a fixed list."""
    return name in _CODED_FIELDS


def value_at(body: Json, *path: str) -> Json:
    """The value at a path, or ``None``."""
    for name in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body


def value_text(value: Json) -> str:
    """A value as safe text on one line; empty if absent."""
    match value:
        case None | "":
            return ""
        case True:
            return value_texts.YES
        case False:
            return value_texts.NO
        case str():
            return display_text(value)
        case int() | float():
            return str(value)
        case Mapping():
            parts = ((_field_label(name), field_text(name, part)) for name, part in value.items())
            return ", ".join(f"{label} {shown}" for label, shown in parts if shown)
        case Sequence():
            return ", ".join(filter(None, map(value_text, value)))


def code_text(value: Json) -> str:
    """A coded value, such as ``wanted_for_prosecution``, in words."""
    return value_text(readable_name(value) if isinstance(value, str) else value)


def _coded_list(value: Json) -> str:
    return ", ".join(filter(None, map(code_text, _listed(value))))


def field_text(name: str, value: Json) -> str:
    """A field's value as text; free text stays as it was sent."""
    return code_text(value) if name in _CODED_FIELDS else value_text(value)


def _field_label(name: str) -> str:
    return display_text(readable_name(name))


def field_label(path: str) -> str:
    """The last name of a dotted path, in words."""
    return readable_name(path.rpartition(".")[2])


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _person_name(name: Json) -> str:
    """The name in Latin letters and in its own script; a name without Latin letters also as they would write it."""
    family, given = value_text(value_at(name, "family")), value_text(value_at(name, "given"))
    latin = ", ".join(filter(None, (family, given)))
    script = value_text(value_at(name, "original_script"))
    return with_latin_letters(f"{latin}  {script}".strip())


def with_latin_letters(shown: str) -> str:
    """The text, and its transliteration if it has letters but no Latin ones."""
    letters = [letter for letter in shown if letter.isalpha()]
    if not letters or any(letter.isascii() or "LATIN" in unicodedata.name(letter, "") for letter in letters):
        return shown
    return body_texts.with_latin_letters(shown, anyascii(_ISOLATES.sub("", shown)).strip())


def _identity(body: Body) -> Lines:
    subject = value_at(body, "subject")
    yield BodyLine(body_texts.NAME_LABEL, _person_name(value_at(subject, "name")), "subject.name")
    for place, alias in enumerate(_listed(value_at(subject, "aliases"))):
        yield BodyLine(body_texts.ALIAS, _person_name(alias), f"subject.aliases[{place}]")
    yield BodyLine(body_texts.STATUS, code_text(value_at(subject, "status")), "subject.status")
    born = body_texts.born(
        value_text(value_at(subject, "date_of_birth")), value_text(value_at(subject, "place_of_birth"))
    )
    minor = f"{born}  {body_texts.MINOR}" if value_at(subject, "minor") is True else born
    yield BodyLine(body_texts.BORN, minor, "subject.date_of_birth")
    yield BodyLine(body_texts.SEX, value_text(value_at(subject, "sex")), "subject.sex")
    yield BodyLine(body_texts.NATIONALITY, value_text(value_at(subject, "nationalities")), "subject.nationalities")
    for place, document in enumerate(_listed(value_at(subject, "identity_documents"))):
        kind, number = code_text(value_at(document, "type")), value_text(value_at(document, "number"))
        shown = body_texts.document(kind, number, value_text(value_at(document, "issuer")))
        yield BodyLine(body_texts.DOCUMENT, shown, f"subject.identity_documents[{place}]")


def _appearance(body: Body) -> Lines:
    subject = value_at(body, "subject")
    description = value_at(subject, "description")
    if isinstance(description, Mapping):
        parts = (
            body_texts.height(value_text(description.get("height_cm"))),
            body_texts.weight(value_text(description.get("weight_kg"))),
            body_texts.hair(value_text(description.get("hair"))),
            body_texts.eyes(value_text(description.get("eyes"))),
            value_text(description.get("marks")),
        )
        yield BodyLine(body_texts.DESCRIPTION, ", ".join(filter(None, parts)), "subject.description")
    yield BodyLine(body_texts.BIOMETRICS, _coded_list(value_at(subject, "biometrics")), "subject.biometrics")
    yield BodyLine(body_texts.OCCUPATION, value_text(value_at(subject, "occupation")), "subject.occupation")


def _object(body: Body) -> Lines:
    subject = value_at(body, "subject")
    yield BodyLine(body_texts.ABOUT, with_latin_letters(value_text(value_at(subject, "title"))), "subject.title")
    description = value_at(subject, "description")
    if isinstance(description, str):
        yield BodyLine(body_texts.DESCRIPTION, display_text(description), "subject.description")
    yield BodyLine(body_texts.BIOMETRICS, _coded_list(value_at(subject, "biometrics")), "subject.biometrics")


def _facts(body: Body) -> Lines:
    facts = value_at(body, "judicial", "facts")
    yield BodyLine(body_texts.FACTS, value_text(value_at(facts, "summary")), "judicial.facts.summary")
    when = ", ".join(filter(None, (value_text(value_at(facts, "date")), value_text(value_at(facts, "place")))))
    yield BodyLine(body_texts.WHEN_WHERE, when, "judicial.facts")


def _case(body: Body) -> Lines:
    for place, offence in enumerate(_listed(value_at(body, "judicial", "offences"))):
        parts = [
            value_text(value_at(offence, "charge")),
            value_text(value_at(offence, "law")),
            code_text(value_at(offence, "category")),
        ]
        for name, what in body_texts.MONTHS.items():
            months = value_at(offence, name)
            if isinstance(months, int):
                parts.append(body_texts.months(what, months))
        yield BodyLine(body_texts.OFFENCE, "; ".join(filter(None, parts)), f"judicial.offences[{place}]")
    warrant = value_at(body, "judicial", "warrant")
    if isinstance(warrant, Mapping):
        issued = body_texts.issued(value_text(warrant.get("reference")), value_text(warrant.get("authority")))
        judge = body_texts.BY_A_JUDGE if warrant.get("judicial") is True else body_texts.NOT_BY_A_JUDGE
        dated = value_text(warrant.get("date"))
        shown = ", ".join(filter(None, (issued, dated, judge if "judicial" in warrant else "")))
        yield BodyLine(body_texts.WARRANT, shown, "judicial.warrant")
    absentia = value_at(body, "judicial", "in_absentia")
    if absentia is not None:
        yield BodyLine(body_texts.IN_ABSENTIA, value_text(absentia), "judicial.in_absentia")
    assurances = value_at(body, "judicial", "assurances")
    yield BodyLine(body_texts.ASSURANCES, value_text(assurances), "judicial.assurances")


def _request(body: Body) -> Lines:
    yield BodyLine(body_texts.PURPOSE, code_text(value_at(body, "purpose")), "purpose")
    yield BodyLine(body_texts.HANDLING, code_text(value_at(body, "confidentiality")), "confidentiality")
    yield BodyLine(body_texts.NOT_FOR, value_text(value_at(body, "restricted_from")), "restricted_from")
    yield BodyLine(body_texts.KEPT_UNTIL, value_text(value_at(body, "retention_until")), "retention_until")
    yield BodyLine(body_texts.LANGUAGE, value_text(value_at(body, "language")), "language")
    text = value_at(body, "text")
    shown = display_text(text, multiline=True) if isinstance(text, str) else ""
    yield BodyLine(body_texts.TEXT, shown, "text")


_Part = Callable[[Body], Lines]
_PERSON: tuple[_Part, ...] = (_identity, _facts, _appearance, _case, _request)
_ORDER: dict[Kind, tuple[_Part, ...]] = {
    Kind.RED: (_identity, _case, _facts, _appearance, _request),
    Kind.YELLOW: (_identity, _facts, _appearance, _request),
    Kind.BLACK: (_object, _facts, _appearance, _request),
    Kind.PURPLE: (_object, _facts, _request),
    Kind.ORANGE: (_object, _facts, _request),
    Kind.SILVER: (_object, _case, _facts, _identity, _request),
}


def body_lines(body: Json, kind: str | None) -> list[BodyLine]:
    """The labelled lines of a body, the most important for its kind first; absent fields are left out."""
    if not isinstance(body, Mapping):
        return []
    parts = _ORDER.get(Kind(kind), _PERSON) if kind else (_request,)
    return [line for part in parts for line in part(body) if line.text.strip()]


def all_fields(body: Json, indent: int = 0) -> Iterator[Paragraph]:
    """Every field of the sender's object on a line of its own, in the sender's order."""
    if not isinstance(body, Mapping):
        yield Paragraph(display_text(str(body), multiline=True), indent=indent)
        return
    for name, value in body.items():
        label = _field_label(name)
        if isinstance(value, Mapping):
            yield Paragraph("", label, indent=indent)
            yield from all_fields(value, indent + 2)
        elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value):
            for place, entry in enumerate(value, 1):
                yield Paragraph("", body_texts.entry_of(label, place, len(value)), indent=indent)
                yield from all_fields(entry, indent + 2)
        elif isinstance(value, str):
            shown = readable_name(value) if name in _CODED_FIELDS else value
            yield Paragraph(display_text(shown, multiline=True), label, indent=indent)
        else:
            yield Paragraph(field_text(name, value), label, indent=indent)
