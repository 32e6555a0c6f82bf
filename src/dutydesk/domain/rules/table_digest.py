"""The digest of a table of rules: equal for equal content, whatever the order of keys, spaces and comments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any


def digest_of(content: object) -> str:
    """SHA-256, in hex, of the canonical JSON of rows of tables."""
    text = json.dumps(_plain(content), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """JSON for a value. A field with its default is left out, so that a new kind of field changes no old digest."""
    match value:
        case StrEnum():
            return value.value
        case None | str() | bool() | int():
            return value
        case date():
            return value.isoformat()
        case frozenset():
            return sorted((_plain(each) for each in value), key=_sort_key)
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return sorted(([_plain(key), _plain(each)] for key, each in value.items()), key=_sort_key)
        case _ if is_dataclass(value):
            shown = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            given = {each.name for each in fields(value) if each.init and shown[each.name] != _default(each)}
            return {name: _plain(each) for name, each in shown.items() if name in given}
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a table of rules")


def _default(of: Field[Any]) -> object:
    return of.default_factory() if of.default_factory is not MISSING else of.default


def _sort_key(value: object) -> str:
    return json.dumps(value, sort_keys=True)
