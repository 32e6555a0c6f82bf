"""Finds the line of each key and list entry of a TOML file, so that a fault can be reported where it stands.

A reader of TOML gives values without their lines. Here the text is walked once, only for the places; the values stay
the reader's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from dutydesk.domain.frozen import value

_HEADER = re.compile(r"\[\[?\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w-]+)""")
_TOKEN = re.compile(
    r'''(?P<text>"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?P<comment>\#[^\n]*)|(?P<mark>[\[\]{}=\n])''',
    re.DOTALL,
)


@dataclass(slots=True)
class TomlKey:
    """The line of a key, and the lines of the texts in its value, in their order."""

    line: int
    texts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class TomlRow:
    """The line of a table's header, and the places of its keys."""

    line: int
    keys: dict[str, TomlKey] = field(default_factory=dict)


@value(frozen=True, slots=True)
class TomlPlaces:
    """``rows`` has the tables of each name in their order; the top of the file is the one row named ``""``."""

    rows: dict[str, list[TomlRow]]

    def line(self, table: str, index: int, key: str | None = None, entry: int | None = None) -> int:
        """The line of a row, of a key in it, or of the key's entry of that index; the nearest known place."""
        rows = self.rows.get(table, [])
        if index >= len(rows):
            return rows[-1].line if rows else 1
        row = rows[index]
        place = row.keys.get(key) if key is not None else None
        if place is None:
            return row.line
        return place.texts[entry] if entry is not None and entry < len(place.texts) else place.line


def find_places(text: str) -> TomlPlaces:
    """The places of a text that is TOML; for any other text the result means nothing. Never raises."""
    rows: dict[str, list[TomlRow]] = defaultdict(list)
    row = TomlRow(1)
    rows[""].append(row)
    at, line, depth = 0, 1, 0
    key: TomlKey | None = None
    while at < len(text):
        if depth == 0 and key is None:
            header, named = _HEADER.match(text, at), _KEY.match(text, at)
            if header is not None and _begins_line(text, at):
                row = TomlRow(line)
                rows[header.group(1).strip("\"' ")].append(row)
                at = header.end()
                continue
            if named is not None:
                line += text.count("\n", at, named.start(1))
                key = row.keys.setdefault(named.group(1).strip("\"'"), TomlKey(line))
                at = named.end()
                continue
        token = _TOKEN.match(text, at)
        if token is None:
            at += 1
            continue
        at = token.end()
        match token.lastgroup, token.group():
            case "text", words:
                if key is not None:
                    key.texts.append(line)
                line += words.count("\n")
            case "mark", "\n":
                line += 1
                key = key if depth else None
            case "mark", "[" | "{":
                depth += 1
            case "mark", "]" | "}":
                depth = max(0, depth - 1)
            case _:
                pass
    return TomlPlaces(dict(rows))


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()
