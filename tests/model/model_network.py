"""Reference data that the model reads from the tables: members, and the checklist of each kind."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "dutydesk" / "data"
_NETWORK = tomllib.loads((DATA / "bureaus.toml").read_text("utf-8"))
_CHECKS = tomllib.loads((DATA / "rules.toml").read_text("utf-8"))["check"]

PARENT: dict[str, str] = {code: fields[3] for code, fields in _NETWORK["sub_bureaus"].items()}


def own_of(country: str) -> set[str]:
    """A country with its parent bureau and its sub-bureaus; empty for the Secretariat."""
    if country == "-":
        return set()
    related = {country, PARENT.get(country)} | {code for code, parent in PARENT.items() if parent == country}
    return {code for code in related if code is not None}


def members(on: date) -> list[str]:
    """The members to which ``all`` refers on a day, without sub-bureaus and entities."""
    since, until = _NETWORK["member_since"], _NETWORK["member_until"]
    return [
        code
        for code in sorted(_NETWORK["members"])
        if since.get(code, date.min) <= on and on < until.get(code, date.max)
    ]


def is_known(code: str, on: date) -> bool:
    return code in PARENT or code in _NETWORK["entities"] or code in members(on)


def checklist(type_: str, kind: str | None) -> set[str]:
    """The checks that an officer ticks before an item of this type and kind is released."""
    return {
        check["id"]
        for check in _CHECKS
        if type_ in check["types"] and ("kinds" not in check or kind is None or kind in check["kinds"])
    }
