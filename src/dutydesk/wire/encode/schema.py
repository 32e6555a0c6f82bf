"""The JSON Schema of the wire, for authors of messages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from dutydesk.wire.decode import limits, models

_ANY_MESSAGE: TypeAdapter[object] = TypeAdapter(
    Annotated[
        models.DiffusionFields
        | models.NoticeRequestFields
        | models.CorrectionFields
        | models.WithdrawalFields
        | models.InformationFields
        | models.ResponseFields
        | models.RecallConfirmationFields
        | models.RestrictionFields
        | models.CheckFields
        | models.CorrespondenceFields,
        Field(discriminator="type"),
    ]
)


def wire_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of every message of ``dutydesk/1``, as one union discriminated by ``type``."""
    schema = _ANY_MESSAGE.json_schema()
    del schema["discriminator"]
    schema["oneOf"] = [branch for union in schema["oneOf"] for branch in union.get("oneOf", [union])]
    definitions: dict[str, Any] = schema["$defs"]
    definitions["RestrictionFields"]["anyOf"] = [{"required": ["deny"]}, {"required": ["allow"]}]
    for name, definition in definitions.items():
        definition["title"] = _title(name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dutydesk/1",
        "description": (
            f"One message: a JSON object in UTF-8 of at most {limits.MESSAGE_BYTES:,} bytes and {limits.DEPTH} levels. "
            "Keys may not repeat; texts hold no NUL and no lone surrogate. Lengths are in characters."
        ),
        **schema,
    }


def _title(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name.removesuffix("Fields"))
    return words.strip().capitalize()
