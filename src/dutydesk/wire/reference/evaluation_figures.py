"""The figures of an evaluation as a file, which is kept beside the rules that it measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.evaluation import Evaluation, RuleCount
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.wire.reference.directory import data_file

FIGURES_FILE = "evaluation.json"


@value(frozen=True, slots=True)
class CorpusPart:
    """One file of a corpus: how many of its texts were counted, and how many lines were not."""

    file: str
    texts: int
    not_read: int


@value(frozen=True, slots=True)
class KeptFigures:
    """An evaluation that was kept: when, of which table, on how many texts; ``rules`` by name and language."""

    made_on: str
    digest: str
    texts: int
    rules: Mapping[tuple[str, str], RuleCount]


def count_fields(count: RuleCount) -> dict[str, object]:
    """A count with its shares, as JSON has it."""
    return {**asdict(count), "recall": _rounded(count.recall), "false_alarm_rate": _rounded(count.false_alarm_rate)}


def evaluation_object(
    found: Evaluation, table: RuleTable, parts: Iterable[CorpusPart], made_on: date
) -> dict[str, object]:
    """The whole evaluation but for its misses, as JSON has it."""
    return {
        "made_on": made_on.isoformat(),
        "table": table.name,
        "digest": table.digest,
        "corpus": [asdict(part) for part in parts],
        "texts": found.texts,
        "unreleasable": found.unreleasable,
        "total": count_fields(found.total),
        "rules": [
            {"rule": rule, "language": language, **count_fields(found.counts[rule, language])}
            for rule, language in sorted(found.counts)
        ],
    }


def figures_text(values: Mapping[str, object]) -> str:
    """The file of an evaluation: one rule and language a line, so that two evaluations can be compared."""
    rules = values["rules"]
    lines = ",\n".join(f"  {json.dumps(each)}" for each in rules) if isinstance(rules, list) else ""
    head = json.dumps({name: value for name, value in values.items() if name != "rules"}, indent=1)
    return f'{head[:-2]},\n "rules": [\n{lines}\n ]\n}}\n'


def read_figures(raw: bytes) -> KeptFigures | None:
    """The figures of a file; ``None`` for a file that holds none. Never raises."""
    try:
        values = json.loads(raw)
        names = tuple(RuleCount.__dataclass_fields__)
        rules = {
            (str(row["rule"]), str(row["language"])): RuleCount(**{name: int(row[name]) for name in names})
            for row in values["rules"]
        }
        return KeptFigures(str(values["made_on"]), str(values["digest"]), int(values["texts"]), rules)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def built_in_figures() -> KeptFigures | None:
    """The figures of the last evaluation of the program's own rules; ``None`` where none is kept."""
    try:
        return read_figures(data_file(FIGURES_FILE))
    except FileNotFoundError:
        return None


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
