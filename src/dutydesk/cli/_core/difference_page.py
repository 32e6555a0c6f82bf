"""What differs between two texts, as an object and as text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dutydesk.cli._core.output import cell_text, print_paragraph, print_sentence
from dutydesk.desk.base.difference_rows import DifferenceObstacle
from dutydesk.domain.messages.differences import Change, FieldDifference, word_differences

if TYPE_CHECKING:
    from dutydesk.desk.base.difference_rows import DifferenceSide, ItemDifference
    from dutydesk.domain.events.log import Json
    from dutydesk.domain.rules.examination import Finding

_OBSTACLES = {
    DifferenceObstacle.WITHHELD: "Not shown: the owner denies one of the two texts to your country.",
    DifferenceObstacle.CHANGED: "Not compared: one of the two bodies was changed since it was received.",
    DifferenceObstacle.DELETED: "Not compared: one of the two bodies has been deleted.",
    DifferenceObstacle.UNREADABLE: "Not compared: one of the two bodies can't be read as JSON.",
}


def as_object(found: ItemDifference) -> dict[str, object]:
    return {
        "item": found.item,
        "basis": found.basis,
        "bases": found.bases,
        "before": found.before,
        "after": found.after,
        "obstacle": found.obstacle,
        "fields": [_field_object(field) for field in found.fields],
        "envelope": [_field_object(field) for field in found.envelope],
        "findings": found.findings,
        "audience": found.audience,
        "ticks": found.ticks,
        "proposal": found.proposal,
    }


def _field_object(field: FieldDifference) -> dict[str, object]:
    return {"field": field.field, "change": field.change, "before": field.before, "after": field.after}


def print_difference(found: ItemDifference) -> None:
    print_sentence(f"{_side(found.before)} -> {_side(found.after)}")
    if len(found.bases) > 1:
        print_sentence(f"  can be compared with: {', '.join(basis.name for basis in found.bases)}")
    if found.obstacle is not None:
        print_sentence(f"  {_OBSTACLES[found.obstacle]}")
        return
    print_sentence("Fields" if found.fields else "No field differs, apart from those of the envelope.")
    for field in (*found.fields, *found.envelope):
        _print_field(field)
    for label, findings in (("new", found.findings.new), ("gone", found.findings.gone), ("same", found.findings.same)):
        _print_findings(label, findings)
    if found.audience is not None:
        audience = found.audience
        for label, codes in (("added", audience.added), ("removed", audience.removed), ("kept", audience.kept)):
            print_sentence(f"Recipients {label}: {', '.join(codes) or 'none'}")
    again = [tick.check for tick in found.ticks if tick.needs_another]
    if again:
        print_sentence(f"To be ticked again: {', '.join(again)}")
    if found.proposal is not None:
        print_sentence(f"The proposal of {found.proposal.officer} to {found.proposal.decision} is void:")
        for reason in found.proposal.reasons:
            print_sentence(f"  {reason}")


def _side(side: DifferenceSide) -> str:
    return f"{side.item} v{side.version} ({cell_text(side.received_at)})"


def _print_field(field: FieldDifference) -> None:
    print_sentence(f"  {field.field}")
    before, after = field.before, field.after
    if isinstance(before, str) and isinstance(after, str) and (" " in before or " " in after):
        marks = {Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
        runs = word_differences(before, after)
        print_paragraph("".join(marks.get(run.change, "{}").format(run.text) for run in runs), "    ")
        return
    if field.change is not Change.ADDED:
        print_paragraph(_value(before), "    - ")
    if field.change is not Change.REMOVED:
        print_paragraph(_value(after), "    + ")


def _value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _print_findings(label: str, findings: Iterable[Finding]) -> None:
    for finding in findings:
        article = f" ({finding.article})" if finding.article else ""
        print_sentence(
            f"Finding {label}: {finding.severity.upper()} {finding.rule}{article} {finding.field}: {finding.message}"
        )
