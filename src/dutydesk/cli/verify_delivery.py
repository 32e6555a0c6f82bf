"""The command by which a recipient verifies what the desk has handed over; it needs no store."""

from __future__ import annotations

from pathlib import Path

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import number_and_noun, print_json_line, print_sentence
from dutydesk.domain.codes.signature import DeliveryProofCode
from dutydesk.domain.frozen import value

_FILE = click.Path(path_type=Path, dir_okay=False)
_MAX_KEY_BYTES = 1 << 14


@value(frozen=True, slots=True)
class LineReport:
    """What was found of one line, from 1; ``code`` is ``None`` for one that the desk has written."""

    line: int
    code: DeliveryProofCode | None
    fields: dict[str, object]


@command("verify-delivery", "dutydesk verify-delivery 000000000042.jsonl --key desk.pem")
@click.argument("file", type=_FILE)
@click.option(
    "--key", "keys", metavar="FILE", type=_FILE, multiple=True, required=True, help="A public key of the desk, in PEM."
)
@click.option("--bureau", metavar="CC", type=free_text, help="The bureau that every line must be for.")
@pass_call
@click.pass_context
def verify_delivery_command(
    ctx: click.Context, call: Call, file: Path, keys: tuple[Path, ...], bureau: str | None
) -> None:
    """Verify that the desk wrote the lines in FILE, without a store.

    Each line must be exactly as the desk wrote it. Name each public key of the desk that you were given; a line says
    which one it is signed by, and swears to the head of the desk's log at that time. The exit code is 1 if any line
    does not hold: do not act on it.
    """
    reports = verify_file(file, keys, bureau)
    for report in reports:
        if call.json:
            print_json_line({"line": report.line, "code": report.code, **report.fields})
        elif report.code is not None:
            print_sentence(f"line {report.line}: {report.code.value}: {report.code.meaning} {report.code.remedy}")
    bad = sum(report.code is not None for report in reports)
    if not call.json:
        print_sentence(f"{number_and_noun(len(reports), 'line', 'lines')}: {len(reports) - bad} of the desk, {bad} not")
    if bad or not reports:
        ctx.exit(NO)


def verify_file(file: Path, keys: tuple[Path, ...], bureau: str | None) -> list[LineReport]:
    """Verifies each line that is not blank. Raises InvalidRequest for a file or a key that can't be read."""
    from dutydesk.desk.base.user_files import open_file
    from dutydesk.wire.files.signatures import fingerprint, read_public
    from dutydesk.wire.signed.lines import LONGEST_LINE, DeliveryFault, lines_of, verify_line

    known: dict[str, bytes] = {}
    for path in keys:
        with open_file(path, follow_links=True) as source:
            public = read_public(source.read(_MAX_KEY_BYTES), str(path))
        known[fingerprint(public)] = public
    reports = []
    with open_file(file, follow_links=True) as lines:
        for number, line in enumerate(lines_of(lines, LONGEST_LINE + 2), 1):
            if len(line) <= LONGEST_LINE and not line.strip():
                continue
            try:
                found = verify_line(line, known, bureau)
            except DeliveryFault as fault:
                reports.append(LineReport(number, fault.code, {"detail": fault.code.meaning}))
                continue
            fields: dict[str, object] = {
                "delivery": found.delivery,
                "recipient": found.recipient,
                "notice": found.notice,
                "item": found.item,
                "key": found.key,
                "seq": found.head.seq,
                "head": found.head.hash,
                "at": found.at,
            }
            if found.head.tree_size:
                fields |= {"tree_size": found.head.tree_size, "tree_root": found.head.tree_root}
            reports.append(LineReport(number, None, fields))
    return reports
