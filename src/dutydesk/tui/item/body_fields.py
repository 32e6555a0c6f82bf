"""The body of a message as labelled lines, ordered by its kind. Text from outside is made safe here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import Kind
from dutydesk.tui.frame import value_texts
from dutydesk.tui.frame.text_format import display_text, readable_name
from dutydesk.tui.item import body_texts
from dutydesk.tui.widgets.text_pane import Paragraph, labelled

Body = Mapping[str, Json]
Lines = Iterator[tuple[str, str]]

#: Fields whose values are names, not free text.
_CODED_FIELDS = frozenset(
    {"type", "kind", "urgency", "status", "purpose", "confidentiality", "category", "database", "action", "outcome"}
)


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


def field_text(name: str, value: Json) -> str:
    """A field's value as text; free text stays as it was sent."""
    return code_text(value) if name in _CODED_FIELDS else value_text(value)


def _field_label(name: str) -> str:
    return display_text(readable_name(name))


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _person_name(name: Json) -> str:
    family, given = value_text(value_at(name, "family")), value_text(value_at(name, "given"))
    latin = ", ".join(filter(None, (family, given)))
    script = value_text(value_at(name, "original_script"))
    return f"{latin}  {script}".strip()


def _identity(body: Body) -> Lines:
    subject = value_at(body, "subject")
    yield body_texts.NAME_LABEL, _person_name(value_at(subject, "name"))
    for alias in _listed(value_at(subject, "aliases")):
        yield body_texts.ALIAS, _person_name(alias)
    yield body_texts.STATUS, code_text(value_at(subject, "status"))
    born = body_texts.born(
        value_text(value_at(subject, "date_of_birth")), value_text(value_at(subject, "place_of_birth"))
    )
    yield body_texts.BORN, f"{born}  {body_texts.MINOR}" if value_at(subject, "minor") is True else born
    yield body_texts.SEX, value_text(value_at(subject, "sex"))
    yield body_texts.NATIONALITY, value_text(value_at(subject, "nationalities"))
    for document in _listed(value_at(subject, "identity_documents")):
        kind, number = code_text(value_at(document, "type")), value_text(value_at(document, "number"))
        yield body_texts.DOCUMENT, body_texts.document(kind, number, value_text(value_at(document, "issuer")))


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
        yield body_texts.DESCRIPTION, ", ".join(filter(None, parts))
    yield body_texts.BIOMETRICS, value_text(value_at(subject, "biometrics"))
    yield body_texts.OCCUPATION, value_text(value_at(subject, "occupation"))


def _object(body: Body) -> Lines:
    subject = value_at(body, "subject")
    yield body_texts.ABOUT, value_text(value_at(subject, "title"))
    description = value_at(subject, "description")
    if isinstance(description, str):
        yield body_texts.DESCRIPTION, display_text(description)
    yield body_texts.BIOMETRICS, value_text(value_at(subject, "biometrics"))


def _facts(body: Body) -> Lines:
    facts = value_at(body, "judicial", "facts")
    yield body_texts.FACTS, value_text(value_at(facts, "summary"))
    yield (
        body_texts.WHEN_WHERE,
        ", ".join(filter(None, (value_text(value_at(facts, "date")), value_text(value_at(facts, "place"))))),
    )


def _case(body: Body) -> Lines:
    for offence in _listed(value_at(body, "judicial", "offences")):
        parts = [
            value_text(value_at(offence, "charge")),
            value_text(value_at(offence, "law")),
            code_text(value_at(offence, "category")),
        ]
        for name, what in body_texts.MONTHS.items():
            months = value_at(offence, name)
            if isinstance(months, int):
                parts.append(body_texts.months(what, months))
        yield body_texts.OFFENCE, "; ".join(filter(None, parts))
    warrant = value_at(body, "judicial", "warrant")
    if isinstance(warrant, Mapping):
        issued = body_texts.issued(value_text(warrant.get("reference")), value_text(warrant.get("authority")))
        judge = body_texts.BY_A_JUDGE if warrant.get("judicial") is True else body_texts.NOT_BY_A_JUDGE
        dated = value_text(warrant.get("date"))
        yield body_texts.WARRANT, ", ".join(filter(None, (issued, dated, judge if "judicial" in warrant else "")))
    absentia = value_at(body, "judicial", "in_absentia")
    if absentia is not None:
        yield body_texts.IN_ABSENTIA, value_text(absentia)
    yield body_texts.ASSURANCES, value_text(value_at(body, "judicial", "assurances"))


def _request(body: Body) -> Lines:
    yield body_texts.PURPOSE, code_text(value_at(body, "purpose"))
    yield body_texts.HANDLING, code_text(value_at(body, "confidentiality"))
    yield body_texts.NOT_FOR, value_text(value_at(body, "restricted_from"))
    yield body_texts.KEPT_UNTIL, value_text(value_at(body, "retention_until"))
    yield body_texts.LANGUAGE, value_text(value_at(body, "language"))
    text = value_at(body, "text")
    yield body_texts.TEXT, display_text(text, multiline=True) if isinstance(text, str) else ""


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


def body_lines(body: Json, kind: str | None) -> list[Paragraph]:
    """The labelled lines of a body, the most important for its kind first; absent fields are left out."""
    if not isinstance(body, Mapping):
        return []
    parts = _ORDER.get(Kind(kind), _PERSON) if kind else (_request,)
    return [labelled(label, text) for part in parts for label, text in part(body) if text.strip()]


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
                yield Paragraph("", f"{label} {place}", indent=indent)
                yield from all_fields(entry, indent + 2)
        elif isinstance(value, str):
            shown = readable_name(value) if name in _CODED_FIELDS else value
            yield Paragraph(display_text(shown, multiline=True), label, indent=indent)
        else:
            yield Paragraph(field_text(name, value), label, indent=indent)
