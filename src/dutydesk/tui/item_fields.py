"""What matters of a message's body for its kind, as labelled lines. Everything from outside is made safe here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dutydesk.domain.events import Json
from dutydesk.domain.messages import Kind
from dutydesk.tui.plain import outside
from dutydesk.tui.widgets.text_pane import Paragraph, labelled

Body = Mapping[str, Json]
Lines = Iterator[tuple[str, str]]


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
            return "yes"
        case False:
            return "no"
        case str():
            return outside(value.replace("_", " ") if value.isascii() and value.islower() else value)
        case int() | float():
            return str(value)
        case Mapping():
            return ", ".join(f"{_plain(name)} {said(part)}" for name, part in value.items() if said(part))
        case Sequence():
            return ", ".join(filter(None, map(said, value)))


def _plain(name: str) -> str:
    return outside(name.replace("_", " "))


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _person_name(name: Json) -> str:
    family, given = said(at(name, "family")), said(at(name, "given"))
    latin = ", ".join(filter(None, (family, given)))
    script = said(at(name, "original_script"))
    return f"{latin}  {script}".strip()


def _identity(body: Body) -> Lines:
    subject = at(body, "subject")
    yield "Name", _person_name(at(subject, "name"))
    for alias in _listed(at(subject, "aliases")):
        yield "Alias", _person_name(alias)
    yield "Status", said(at(subject, "status"))
    born = " in ".join(filter(None, (said(at(subject, "date_of_birth")), said(at(subject, "place_of_birth")))))
    yield "Born", born + ("  MINOR" if at(subject, "minor") is True else "")
    yield "Sex", said(at(subject, "sex"))
    yield "Nationality", said(at(subject, "nationalities"))
    for document in _listed(at(subject, "identity_documents")):
        kind, number = said(at(document, "type")), said(at(document, "number"))
        issuer = said(at(document, "issuer"))
        yield "Document", " ".join(filter(None, (kind, number, f"of {issuer}" if issuer else "")))


def _looks(body: Body) -> Lines:
    subject = at(body, "subject")
    description = at(subject, "description")
    if isinstance(description, Mapping):
        height, weight = said(description.get("height_cm")), said(description.get("weight_kg"))
        hair, eyes = said(description.get("hair")), said(description.get("eyes"))
        parts = (
            f"{height} cm" if height else "",
            f"{weight} kg" if weight else "",
            f"hair {hair}" if hair else "",
            f"eyes {eyes}" if eyes else "",
            said(description.get("marks")),
        )
        yield "Description", ", ".join(filter(None, parts))
    yield "Biometrics", said(at(subject, "biometrics"))
    yield "Occupation", said(at(subject, "occupation"))


def _thing(body: Body) -> Lines:
    subject = at(body, "subject")
    yield "About", said(at(subject, "title"))
    description = at(subject, "description")
    if isinstance(description, str):
        yield "Description", outside(description)
    yield "Biometrics", said(at(subject, "biometrics"))


def _facts(body: Body) -> Lines:
    facts = at(body, "judicial", "facts")
    yield "Facts", said(at(facts, "summary"))
    yield "When, where", ", ".join(filter(None, (said(at(facts, "date")), said(at(facts, "place")))))


def _case(body: Body) -> Lines:
    for offence in _listed(at(body, "judicial", "offences")):
        parts = [said(at(offence, "charge")), said(at(offence, "law")), said(at(offence, "category"))]
        for name, words in (
            ("maximum_penalty_months", "maximum penalty"),
            ("sentence_months", "sentence"),
            ("remaining_months", "remaining"),
        ):
            months = at(offence, name)
            if isinstance(months, int):
                parts.append(f"{words} {months} months")
        yield "Offence", "; ".join(filter(None, parts))
    warrant = at(body, "judicial", "warrant")
    if isinstance(warrant, Mapping):
        reference, authority = said(warrant.get("reference")), said(warrant.get("authority"))
        issued = " of ".join(filter(None, (reference, authority)))
        judge = {True: "by a judge", False: "not by a judge"}.get(warrant.get("judicial") is True)
        dated = said(warrant.get("date"))
        yield "Warrant", ", ".join(filter(None, (issued, dated, judge if "judicial" in warrant else "")))
    absentia = at(body, "judicial", "in_absentia")
    if absentia is not None:
        yield "In absentia", said(absentia)
    yield "Assurances", said(at(body, "judicial", "assurances"))


def _request(body: Body) -> Lines:
    yield "Purpose", said(at(body, "purpose"))
    yield "Handling", said(at(body, "confidentiality"))
    yield "Not for", said(at(body, "restricted_from"))
    yield "Kept until", said(at(body, "retention_until"))
    yield "Language", said(at(body, "language"))
    text = at(body, "text")
    yield "Text", outside(text, multiline=True) if isinstance(text, str) else ""


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
            yield Paragraph(outside(value, multiline=True), label, indent=indent)
        else:
            yield Paragraph(said(value), label, indent=indent)
