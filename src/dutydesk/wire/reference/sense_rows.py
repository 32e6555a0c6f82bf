"""The word lists as a lawyer reads them: each sense with its number of entries by language and its source."""

from __future__ import annotations

from collections.abc import Mapping

import tomli

from dutydesk.domain.frozen import value
from dutydesk.wire.reference.word_lists import LANGUAGES

_SHOWN = frozenset({"rule", "sense", "use", "source", "unless", *LANGUAGES})


@value(frozen=True, slots=True)
class SenseRow:
    """One list. ``entries`` counts them by language; ``limits`` are its other keys, such as fields and kinds."""

    file: str
    sense: str
    use: str
    entries: Mapping[str, int]
    exceptions: tuple[str, ...]
    source: str
    limits: Mapping[str, str]


def sense_rows(files: Mapping[str, bytes], rule: str) -> tuple[SenseRow, ...]:
    """The lists of a rule, from files that were checked before, in their order."""
    found: list[SenseRow] = []
    for path, raw in sorted(files.items()):
        for row in tomli.loads(raw.decode("utf-8-sig")).get("sense", ()):
            if row["rule"] == rule:
                found.append(_row(path, row))
    return tuple(found)


def _row(path: str, row: Mapping[str, object]) -> SenseRow:
    counted = {language: len(_listed(row.get(language))) for language in LANGUAGES if language in row}
    limits = {key: ", ".join(_listed(value)) for key, value in row.items() if key not in _SHOWN}
    source = "; ".join(_listed(row.get("source")))
    exceptions = tuple(_listed(row.get("unless")))
    return SenseRow(path, str(row["sense"]), str(row.get("use", "points")), counted, exceptions, source, limits)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
