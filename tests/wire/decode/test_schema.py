"""The published schema agrees with the decoder."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_cases import EXAMPLES, Object, packed, read, red

from dutydesk.domain.messages import message as m
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.encode.schema import wire_schema

SCHEMA = wire_schema()
KNOWN = {"type", "const", "enum", "pattern", "minLength", "maxLength", "minItems", "maxItems", "items", "minimum"}
KNOWN |= {"maximum", "properties", "required", "additionalProperties", "oneOf", "anyOf", "$ref", "$defs"}
NOTES = {"title", "description", "examples", "format", "discriminator", "$schema"}
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def fits(value: object, schema: Object) -> bool:
    """A validator for the keywords that the schema uses."""
    assert not set(schema) - KNOWN - NOTES, set(schema) - KNOWN - NOTES
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if "type" in schema and (
        not isinstance(value, TYPES[schema["type"]]) or (schema["type"] == "integer" and isinstance(value, bool))
    ):
        return False
    return (
        ("const" not in schema or value == schema["const"])
        and ("enum" not in schema or value in schema["enum"])
        and ("oneOf" not in schema or sum(fits(value, branch) for branch in schema["oneOf"]) == 1)
        and ("anyOf" not in schema or any(fits(value, branch) for branch in schema["anyOf"]))
        and part_fits(value, schema)
    )


def part_fits(value: object, schema: Object) -> bool:
    match value:
        case str():
            long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            return long_enough and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)
        case int():
            return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
        case list():
            long_enough = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
            return long_enough and all(fits(entry, schema.get("items", {})) for entry in value)
        case dict():
            properties = schema.get("properties", {})
            closed = schema.get("additionalProperties") is False
            return (
                set(schema.get("required", ())) <= set(value)
                and not (closed and set(value) - set(properties))
                and all(fits(entry, properties[key]) for key, entry in value.items() if key in properties)
            )
    return True


def definition(kind: str) -> list[Object]:
    return [d for d in SCHEMA["$defs"].values() if d["properties"].get("type", {}).get("const") == kind]


def test_the_schema_names_its_draft_and_every_type() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "dutydesk/1"
    for kind in m.MessageType:
        assert definition(kind), kind
    assert len(SCHEMA["oneOf"]) == sum(len(definition(kind)) for kind in m.MessageType)
    json.dumps(SCHEMA)


def test_every_object_is_closed_titled_and_described() -> None:
    for name, part in SCHEMA["$defs"].items():
        assert part["additionalProperties"] is False, name
        assert part["title"], name
        assert part["description"], name


def test_every_text_and_list_has_a_limit() -> None:
    def look(part: Any, path: str) -> None:
        if isinstance(part, dict):
            if part.get("type") == "string":
                assert {"maxLength", "const", "enum", "pattern"} & set(part), path
            if part.get("type") == "array":
                assert "maxItems" in part, path
            for key, inner in part.items():
                look(inner, f"{path}/{key}")
        elif isinstance(part, list):
            for inner in part:
                look(inner, path)

    look(SCHEMA, "")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_fit(path: Path) -> None:
    assert fits(json.loads(path.read_bytes()), SCHEMA)


def spots(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    match value:
        case dict():
            inner = [spot for key, entry in value.items() for spot in spots(entry, (*path, key))]
        case list():
            inner = [spot for index, entry in enumerate(value) for spot in spots(entry, (*path, index))]
        case _:
            inner = []
    return [path, *inner] if path else inner


def changed(message: Object, spot: tuple[str | int, ...], value: object) -> Object:
    found = copy.deepcopy(message)
    place: Any = found
    for key in spot[:-1]:
        place = place[key]
    if value is ...:
        del place[spot[-1]]
    else:
        place[spot[-1]] = value
    return found


VALUES = st.sampled_from(
    (
        *(..., None, True, 0, -1, 1.5, 10**6, "", "x", "all", "FR", "red", "1968", "x" * 201),
        *([], ["FR"], ["photo"], [1], ["FR"] * 301, {}, {"x": 1}, {"type": "body"}, {"family": "x"}),
    )
)


@settings(max_examples=400)
@given(data=st.data(), value=VALUES)
def test_schema_and_reader_agree_on_any_change_of_shape(data: st.DataObject, value: object) -> None:
    message = json.loads(data.draw(st.sampled_from(EXAMPLES)).read_bytes())
    spot = data.draw(st.sampled_from(spots(message)))
    altered = changed(message, spot, value)
    accepted = isinstance(read(packed(altered)), DecodedMessage)
    # The decoder knows more than the schema: which codes and days exist.
    assert not accepted or fits(altered, SCHEMA), (spot, value)
    if fits(altered, SCHEMA) and not accepted:
        assert spot[-1] in ("sender", "recipients", 0, 1, 2, 3) or "FR" in str(value)


@pytest.mark.parametrize(
    "field", ["reference", "sender", "sent_at", "kind", "recipients", "language", "subject", "text", "schema"]
)
def test_what_the_reader_requires_the_schema_requires(field: str) -> None:
    message = red()
    del message[field]
    assert not fits(message, SCHEMA)
    assert not isinstance(read(packed(message)), DecodedMessage)
