"""Reads one line of FollowTheMoney JSON: an entity, cut down to the values that the desk uses.

A line of the nested format, in which a person holds its passports and sanctions, gives the same fragments as the lines
of the flat format, in which these name the person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

import jiter

from dutydesk.domain.frozen import value
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.strict_json import UndecodableError, parse_json

#: The longest id that FollowTheMoney knows.
_ID: Final = 255
#: Values of one property that are read.
_VALUES: Final = 200


class FragmentKind(StrEnum):
    PERSON = "person"
    DOCUMENT = "document"
    SANCTION = "sanction"
    OTHER = "other"


_KINDS: Final = {
    "Person": FragmentKind.PERSON,
    "Passport": FragmentKind.DOCUMENT,
    "Identification": FragmentKind.DOCUMENT,
    "Sanction": FragmentKind.SANCTION,
}
_OWNER: Final = {FragmentKind.DOCUMENT: "holder", FragmentKind.SANCTION: "entity"}
_PROPERTIES: Final = {
    FragmentKind.PERSON: (
        *("name", "alias", "weakAlias", "previousName", "firstName", "secondName", "middleName", "fatherName"),
        *("lastName", "birthDate", "nationality", "citizenship", "country", "passportNumber", "idNumber"),
    ),
    FragmentKind.DOCUMENT: ("number", "passportNumber", "country"),
    FragmentKind.SANCTION: ("listingDate", "startDate", "endDate", "program", "reason", "status", "country"),
    FragmentKind.OTHER: (),
}
#: Fields of the entity itself, not among its properties, under which a fragment keeps them.
CAPTION, FIRST_SEEN, NOT_A_TARGET = "@caption", "@first_seen", "@not_a_target"

Values = Mapping[str, list[str]]


@value(frozen=True, slots=True)
class EntityFragment:
    """What one line says of the entity ``owner``: of itself, or by a document or a sanction that names it."""

    line: int
    kind: FragmentKind
    schema: str
    owner: str
    values: Values


@value(frozen=True, slots=True)
class EntityLine:
    """The entity of one line. ``datasets`` are the lists that it is in."""

    kind: FragmentKind
    schema: str
    datasets: frozenset[str]
    fragments: tuple[EntityFragment, ...]


class EntityLineError(ValueError):
    """The line is no entity; the argument is one clause."""


def read_entity(number: int, line: bytes) -> EntityLine:
    """Read one line. Raises EntityLineError."""
    entity = _json_object(line)
    own_id = _entity_id(entity.get("id"))
    schema = entity.get("schema")
    if not isinstance(schema, str) or not 0 < len(schema) <= limits.SHORT:
        raise EntityLineError("it has no schema")
    properties = entity.get("properties")
    if not isinstance(properties, dict):
        raise EntityLineError("it has no properties")
    kind = _KINDS.get(schema, FragmentKind.OTHER)
    return EntityLine(
        kind, schema, frozenset(_texts(entity.get("datasets"))), tuple(_fragments(number, schema, own_id, entity))
    )


def _json_object(line: bytes) -> dict[str, object]:
    """The line's object; anything that the fast parser accepts too easily is read by the careful one."""
    try:
        if b"\\u0000" in line:
            raise ValueError
        tree = jiter.from_json(line, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        try:
            content = parse_json(line)
        except UndecodableError as fault:
            raise EntityLineError(f"it {fault}") from None
        if content.problems:
            raise EntityLineError(f"{content.problems[0].path}: {content.problems[0].problem}") from None
        tree = content.tree
    if not isinstance(tree, dict):
        raise EntityLineError("it is no object; an entity is written as one JSON object a line")
    return tree


def _entity_id(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise EntityLineError("it has no id")
    if len(value) > _ID:
        raise EntityLineError(f"its id has {len(value):,} characters; at most {_ID} are taken")
    return value.strip()


def _fragments(number: int, schema: str, own_id: str, entity: Mapping[str, object]) -> Iterator[EntityFragment]:
    properties = entity["properties"]
    if not isinstance(properties, dict):
        return
    kind = _KINDS.get(schema, FragmentKind.OTHER)
    values = {name: found for name in _PROPERTIES[kind] if (found := list(_texts(properties.get(name))))}
    if kind in _OWNER:
        owners = list(_owners(properties.get(_OWNER[kind])))
        if not owners:
            raise EntityLineError(f"it names no {_OWNER[kind]}")
        yield from (EntityFragment(number, kind, schema, owner, values) for owner in owners)
        return
    if kind is FragmentKind.PERSON:
        values |= _own_fields(entity)
        yield from _nested(number, own_id, properties)
    yield EntityFragment(number, kind, schema, own_id, values)


def _own_fields(entity: Mapping[str, object]) -> dict[str, list[str]]:
    fields = ((CAPTION, entity.get("caption")), (FIRST_SEEN, entity.get("first_seen")))
    found = {name: [value[: limits.NAME]] for name, value in fields if isinstance(value, str)}
    if entity.get("target") is False:
        found[NOT_A_TARGET] = [""]
    return found


def _nested(number: int, own_id: str, properties: Mapping[str, object]) -> Iterator[EntityFragment]:
    """The documents and sanctions that a person holds, under whatever name."""
    for held in properties.values():
        for inner in held[:_VALUES] if isinstance(held, list) else ():
            schema = inner.get("schema") if isinstance(inner, dict) else None
            kind = _KINDS.get(schema) if isinstance(schema, str) else None
            within = inner.get("properties") if isinstance(inner, dict) else None
            if isinstance(schema, str) and kind in _OWNER and isinstance(within, dict):
                values = {name: found for name in _PROPERTIES[kind] if (found := list(_texts(within.get(name))))}
                yield EntityFragment(number, kind, schema, own_id, values)


def _texts(value: object) -> Iterator[str]:
    """The texts of one property; a single text counts as a list of one, anything else is none."""
    for each in value[:_VALUES] if isinstance(value, list) else [value]:
        if isinstance(each, str) and (words := each.strip()):
            yield words[: limits.PARAGRAPH]


def _owners(value: object) -> Iterator[str]:
    """The ids of the entities that a property refers to, written as ids or as nested entities."""
    for each in value[:_VALUES] if isinstance(value, list) else [value]:
        found = each.get("id") if isinstance(each, dict) else each
        if isinstance(found, str) and 0 < len(found.strip()) <= _ID:
            yield found.strip()
