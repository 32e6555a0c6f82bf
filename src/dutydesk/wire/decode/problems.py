"""The schema's errors in words: what is wrong, and what to write instead."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import models
from dutydesk.wire.decode.meaning import Tree
from dutydesk.wire.decode.outcome import WHOLE_MESSAGE, Problem
from dutydesk.wire.decode.strict_json import child_path
from dutydesk.wire.text.safe_text import safe_text

_AUDIENCES: Final = frozenset({"recipients", "deny", "allow"})
_LONGEST_SHOWN: Final = 40
_MAX_SUGGESTED: Final = 20
_PATTERNS: Final = {
    "reference": sentence("must be 1 to 64 characters of A-Z a-z 0-9 . _ / -"),
    "of": sentence("must be a reference: 1 to 64 characters of A-Z a-z 0-9 . _ / -"),
    "about": sentence("must be an item number such as D-000001"),
}
_WANTED: Final = {
    "string_type": sentence("text"),
    "int_type": sentence("a whole number"),
    "int_from_float": sentence("a whole number"),
    "bool_type": sentence("true or false"),
    "list_type": sentence("a list"),
    "dict_type": sentence("an object"),
    "model_attributes_type": sentence("an object"),
}


def shape_problems(error: ValidationError, tree: Tree) -> list[Problem]:
    """One problem for each path that violates the shape."""
    found: dict[str, Problem] = {}
    suggested = 0
    for detail in error.errors(include_url=False):
        if _is_other_branch(detail, tree):
            continue
        path = _path(detail, tree)
        suggested += detail["type"] == "extra_forbidden"
        words = _problem_text(detail, suggest=suggested <= _MAX_SUGGESTED)
        found.setdefault(path, Problem(path, words))
    return list(found.values())


def short_form(value: object) -> str:
    """A short form of a value for a line of text."""
    match value:
        case None:
            return "null"
        case True | False:
            return str(value).lower()
        case str():
            return f'"{safe_text(value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…")}"'
        case list():
            return sentence("a list")
        case dict():
            return sentence("an object")
        case _:
            return str(value)


def _is_other_branch(detail: ErrorDetails, tree: Tree) -> bool:
    """Whether an error is of the other branch of an audience, which is "all" or a list."""
    place = detail["loc"]
    return detail["type"] == "literal_error" and place[0] in _AUDIENCES and isinstance(tree.get(str(place[0])), list)


def _path(detail: ErrorDetails, tree: Tree) -> str:
    """The path in the message, without the names of the schema's union branches."""
    parts = list(detail["loc"])
    if tree.get("type") == "check" and parts and parts[0] in ("nominal", "travel_documents"):
        del parts[0]
    if len(parts) > 1 and (parts[0] in _AUDIENCES or parts[0] == "subject"):
        del parts[1]
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        parts.append(_discriminator(detail))
    path = WHOLE_MESSAGE
    for part in parts:
        path = child_path(path, part)
    return path


def _problem_text(detail: ErrorDetails, *, suggest: bool) -> str:
    kind = detail["type"]
    value: object = detail["input"]
    context: dict[str, Any] = detail.get("ctx", {})
    last = detail["loc"][-1] if detail["loc"] else ""
    if detail["loc"] and detail["loc"][0] in _AUDIENCES and kind in ("literal_error", "list_type"):
        return sentence('must be a list of codes such as ["FR"], or "all", is {value}', value=short_form(value))
    if kind in _WANTED:
        return sentence("must be {wanted}, is {value}", wanted=_WANTED[kind], value=short_form(value))
    match kind:
        case "missing" | "union_tag_not_found":
            return sentence("is missing")
        case "extra_forbidden":
            return sentence(
                "is no field of this message{suggestion}", suggestion=_suggestion(str(last)) if suggest else ""
            )
        case "literal_error":
            return sentence(
                "must be {wanted}, is {value}",
                wanted=str(context["expected"]).replace(chr(39), chr(34)),
                value=short_form(value),
            )
        case "union_tag_invalid":
            tags = str(context["expected_tags"]).replace("'", '"')
            tag = value.get(_discriminator(detail)) if isinstance(value, dict) else value
            return sentence("must be one of {tags}, is {tag}", tags=tags, tag=short_form(tag))
        case "string_too_short" | "too_short":
            return sentence("is empty")
        case "string_too_long":
            return sentence(
                "at most {most:,} characters, has {count:,}", most=context["max_length"], count=len(str(value))
            )
        case "too_long":
            count = len(value) if isinstance(value, list) else 0
            return sentence("at most {most:,} entries, has {count:,}", most=context["max_length"], count=count)
        case "string_pattern_mismatch":
            return sentence(
                "{wanted}, is {value}",
                wanted=_PATTERNS.get(str(last), sentence("has not the form that is wanted")),
                value=short_form(value),
            )
        case "greater_than_equal":
            return sentence("must be at least {least:,}, is {value}", least=context["ge"], value=short_form(value))
        case "less_than_equal":
            return sentence("must be at most {most:,}, is {value}", most=context["le"], value=short_form(value))
    return sentence("cannot be taken: {detail}", detail=detail["msg"])


def _discriminator(detail: ErrorDetails) -> str:
    return str(detail["ctx"]["discriminator"]).strip("'")


def _suggestion(key: str) -> str:
    near = get_close_matches(key[:_LONGEST_SHOWN].lower(), _field_names(), n=1, cutoff=0.75)
    return sentence("; did you mean {near}?", near=near[0]) if near and near[0] != key else ""


@cache
def _field_names() -> tuple[str, ...]:
    fields = (names for form in vars(models).values() for names in getattr(form, "__annotations__", {}))
    return tuple(sorted(set(fields)))
