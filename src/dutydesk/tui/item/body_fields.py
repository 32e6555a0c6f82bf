"""What matters of a message's body for its kind, as labelled lines. Everything from outside is made safe here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import Kind
from dutydesk.tui.frame import value_texts
from dutydesk.tui.frame.plain import in_words, outside
from dutydesk.tui.item import body_texts
from dutydesk.tui.widgets.text_pane import Paragraph, labelled

Body = Mapping[str, Json]
Lines = Iterator[tuple[str, str]]

#: Fields whose values are names, not free text.
_CODED = frozenset(
    {"type", "kind", "urgency", "status", "purpose", "confidentiality", "category", "database", "action", "outcome"}
)


def at(body: Json, *path: str) -> Json:
    """What stands at a path, or ``None``."""
    for name in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body


def said(value: Json) -> str:
    """A value in words, safe, on one line; empty for what was not said."""
    match value:
        case None | "":
            return ""
        case True:
            return value_texts.YES
        case False:
            return value_texts.NO
        case str():
            return outside(value)
        case int() | float():
            return str(value)
        case Mapping():
            parts = ((_plain(name), said_of(name, part)) for name, part in value.items())
            return ", ".join(f"{label} {shown}" for label, shown in parts if shown)
        case Sequence():
            return ", ".join(filter(None, map(said, value)))


def coded(value: Json) -> str:
    """A value of a fixed list, such as ``wanted_for_prosecution``, as it is said."""
    return said(in_words(value) if isinstance(value, str) else value)


def said_of(name: str, value: Json) -> str:
    """A field's value; what was written freely stays as it was sent."""
    return coded(value) if name in _CODED else said(value)


def _plain(name: str) -> str:
    return outside(in_words(name))


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _person_name(name: Json) -> str:
    family, given = said(at(name, "family")), said(at(name, "given"))
    latin = ", ".join(filter(None, (family, given)))
    script = said(at(name, "original_script"))
    return f"{latin}  {script}".strip()


def _identity(body: Body) -> Lines:
    subject = at(body, "subject")
    yield body_texts.NAME_LABEL, _person_name(at(subject, "name"))
    for alias in _listed(at(subject, "aliases")):
        yield body_texts.ALIAS, _person_name(alias)
    yield body_texts.STATUS, coded(at(subject, "status"))
    born = body_texts.born(said(at(subject, "date_of_birth")), said(at(subject, "place_of_birth")))
    yield body_texts.BORN, f"{born}  {body_texts.MINOR}" if at(subject, "minor") is True else born
    yield body_texts.SEX, said(at(subject, "sex"))
    yield body_texts.NATIONALITY, said(at(subject, "nationalities"))
    for document in _listed(at(subject, "identity_documents")):
        kind, number = coded(at(document, "type")), said(at(document, "number"))
        yield body_texts.DOCUMENT, body_texts.document(kind, number, said(at(document, "issuer")))


def _looks(body: Body) -> Lines:
    subject = at(body, "subject")
    description = at(subject, "description")
    if isinstance(description, Mapping):
        parts = (
            body_texts.height(said(description.get("height_cm"))),
            body_texts.weight(said(description.get("weight_kg"))),
            body_texts.hair(said(description.get("hair"))),
            body_texts.eyes(said(description.get("eyes"))),
            said(description.get("marks")),
        )
        yield body_texts.DESCRIPTION, ", ".join(filter(None, parts))
    yield body_texts.BIOMETRICS, said(at(subject, "biometrics"))
    yield body_texts.OCCUPATION, said(at(subject, "occupation"))


def _thing(body: Body) -> Lines:
    subject = at(body, "subject")
    yield body_texts.ABOUT, said(at(subject, "title"))
    description = at(subject, "description")
    if isinstance(description, str):
        yield body_texts.DESCRIPTION, outside(description)
    yield body_texts.BIOMETRICS, said(at(subject, "biometrics"))


def _facts(body: Body) -> Lines:
    facts = at(body, "judicial", "facts")
    yield body_texts.FACTS, said(at(facts, "summary"))
    yield body_texts.WHEN_WHERE, ", ".join(filter(None, (said(at(facts, "date")), said(at(facts, "place")))))


def _case(body: Body) -> Lines:
    for offence in _listed(at(body, "judicial", "offences")):
        parts = [said(at(offence, "charge")), said(at(offence, "law")), coded(at(offence, "category"))]
        for name, what in body_texts.MONTHS.items():
            months = at(offence, name)
            if isinstance(months, int):
                parts.append(body_texts.months(what, months))
        yield body_texts.OFFENCE, "; ".join(filter(None, parts))
    warrant = at(body, "judicial", "warrant")
    if isinstance(warrant, Mapping):
        issued = body_texts.issued(said(warrant.get("reference")), said(warrant.get("authority")))
        judge = body_texts.BY_A_JUDGE if warrant.get("judicial") is True else body_texts.NOT_BY_A_JUDGE
        dated = said(warrant.get("date"))
        yield body_texts.WARRANT, ", ".join(filter(None, (issued, dated, judge if "judicial" in warrant else "")))
    absentia = at(body, "judicial", "in_absentia")
    if absentia is not None:
        yield body_texts.IN_ABSENTIA, said(absentia)
    yield body_texts.ASSURANCES, said(at(body, "judicial", "assurances"))


def _request(body: Body) -> Lines:
    yield body_texts.PURPOSE, coded(at(body, "purpose"))
    yield body_texts.HANDLING, coded(at(body, "confidentiality"))
    yield body_texts.NOT_FOR, said(at(body, "restricted_from"))
    yield body_texts.KEPT_UNTIL, said(at(body, "retention_until"))
    yield body_texts.LANGUAGE, said(at(body, "language"))
    text = at(body, "text")
    yield body_texts.TEXT, outside(text, multiline=True) if isinstance(text, str) else ""


_Part = Callable[[Body], Lines]
_PERSON: tuple[_Part, ...] = (_identity, _facts, _looks, _case, _request)
_ORDER: dict[Kind, tuple[_Part, ...]] = {
    Kind.RED: (_identity, _case, _facts, _looks, _request),
    Kind.YELLOW: (_identity, _facts, _looks, _request),
    Kind.BLACK: (_thing, _facts, _looks, _request),
    Kind.PURPLE: (_thing, _facts, _request),
    Kind.ORANGE: (_thing, _facts, _request),
    Kind.SILVER: (_thing, _case, _facts, _identity, _request),
}


def fields(body: Json, kind: str | None) -> list[Paragraph]:
    """The labelled lines of a body, those first that its kind turns on; what was not said is left out."""
    if not isinstance(body, Mapping):
        return []
    parts = _ORDER.get(Kind(kind), _PERSON) if kind else (_request,)
    return [labelled(label, text) for part in parts for label, text in part(body) if text.strip()]


def whole(body: Json, indent: int = 0) -> Iterator[Paragraph]:
    """The sender's own object, each field on its line, in its order."""
    if not isinstance(body, Mapping):
        yield Paragraph(outside(str(body), multiline=True), indent=indent)
        return
    for name, value in body.items():
        label = _plain(name)
        if isinstance(value, Mapping):
            yield Paragraph("", label, indent=indent)
            yield from whole(value, indent + 2)
        elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value):
            for place, entry in enumerate(value, 1):
                yield Paragraph("", f"{label} {place}", indent=indent)
                yield from whole(entry, indent + 2)
        elif isinstance(value, str):
            shown = in_words(value) if name in _CODED else value
            yield Paragraph(outside(shown, multiline=True), label, indent=indent)
        else:
            yield Paragraph(said_of(name, value), label, indent=indent)
