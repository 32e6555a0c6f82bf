"""Commands that import records for checks, and the registers of refugees and of the CCF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import group
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.import_progress import import_records
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.rules.registers import Register

if TYPE_CHECKING:
    from dutydesk.desk.checks.import_registers import ImportReport


@group(
    "import", "dutydesk import notices red.json", "dutydesk import documents lost.csv", "dutydesk import ccf ccf.json"
)
@click.pass_context
def import_command(ctx: click.Context) -> None:
    """Import records (notices, documents) and registers (refugees, ccf)."""
    if ctx.invoked_subcommand is None:
        raise WrongUsage(
            InvalidRequestCode.MISSING_ARGUMENT, "name what is imported: notices, documents, refugees or ccf"
        )


@import_command.command("notices", examples=("dutydesk import notices red.json --source FR",))
@click.argument("file", metavar="FILE")
@click.option(
    "--source", metavar="CC", type=arguments.free_text, default="-", help="The owner of rows that name no bureau."
)
@click.option(
    "--refused", metavar="FILE", type=arguments.free_text, help="The file that lists refused rows; else stderr."
)
@pass_call
@click.pass_context
def import_notices_command(ctx: click.Context, call: Call, file: str, source: str, refused: str | None) -> None:
    """Import persons from the JSON of the public notices service.

    \b
    It takes the service's lists, pages and details, also a bare list or one object a line. A row with
    a known entity_id replaces the earlier one; an interrupted import continues where it stopped.
    """
    ctx.exit(import_records(call, "notices", file, source, refused))


@import_command.command("documents", examples=("dutydesk import documents lost.csv --refused refused.txt",))
@click.argument("file", metavar="FILE")
@click.option(
    "--refused", metavar="FILE", type=arguments.free_text, help="The file that lists refused rows; else stderr."
)
@pass_call
@click.pass_context
def import_documents_command(ctx: click.Context, call: Call, file: str, refused: str | None) -> None:
    """Import stolen and lost travel documents from CSV.

    \b
    Columns: number and issuer; type, status (stolen, stolen_blank, lost, revoked, invalid) and date.
    A known document replaces the earlier one; an interrupted import continues where it stopped.
    """
    ctx.exit(import_records(call, "documents", file, "-", refused))


@import_command.command("refugees", examples=("dutydesk import refugees refugees.csv",))
@click.argument("file", metavar="FILE")
@pass_call
@click.pass_context
def import_refugees_command(ctx: click.Context, call: Call, file: str) -> None:
    """Import confirmed refugees from CSV or JSON, for rule CON-05.

    \b
    Columns: reference, date (YYYY-MM-DD) and country_of_origin; family, given, original_script,
    date_of_birth, identity_document, document_issuer, status (confirmed or ended).
    """
    ctx.exit(_import_register(call, Register.REFUGEES, file))


@import_command.command("ccf", examples=("dutydesk import ccf ccf.csv",))
@click.argument("file", metavar="FILE")
@pass_call
@click.pass_context
def import_ccf_command(ctx: click.Context, call: Call, file: str) -> None:
    """Import decisions and open requests of the CCF from CSV or JSON, for rule HIS-02.

    \b
    Columns: reference, date (YYYY-MM-DD) and matter (decision or open request); decision, family,
    given, original_script, date_of_birth, nationality, identity_document, document_issuer,
    status (in force or ended).
    """
    ctx.exit(_import_register(call, Register.CCF, file))


def _import_register(call: Call, register: Register, file: str) -> int:
    """Import a register and return the exit code: 0 if every row was taken. Other rows are named by their line."""
    from dutydesk.desk.base.user_files import open_file
    from dutydesk.wire.registers.registers import MAX_BYTES

    with open_file(Path(file)) as stream:
        raw = stream.read(MAX_BYTES + 1)
    report = run_at_desk(call, lambda desk, actor: desk.imports.import_register(actor, register, raw))
    print_json_line(report) if call.json else _print_report(report)
    return NO if report.not_taken else 0


def _print_report(report: ImportReport) -> None:
    counted = f"{report.taken} taken, {report.changed} changed, {report.unchanged} unchanged"
    print_sentence(f"{report.register}: {counted}, {len(report.not_taken)} not taken.")
    for row in report.not_taken:
        print_sentence(f"  {report.counted_by} {row.line} is not taken: {row.problem}")
    for item in report.concerned:
        print_sentence(f"  {item} is about one of these persons; look at it")
