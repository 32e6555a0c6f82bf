"""Commands that import records for checks, and the registers of refugees and of the CCF."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import group
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.import_progress import import_entities, import_records
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.usage_errors import BadArgument, WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.rules.registers import Register
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode.dates import date_problem, full_date

if TYPE_CHECKING:
    from dutydesk.desk.checks.import_registers import ImportReport


@group(
    "import",
    "dutydesk import notices red.json",
    "dutydesk import entities entities.ftm.json",
    "dutydesk import documents lost.csv",
    "dutydesk import ccf ccf.json",
)
@click.pass_context
def import_command(ctx: click.Context) -> None:
    """Import records (notices, entities, documents) and registers (refugees, ccf)."""
    if ctx.invoked_subcommand is None:
        raise WrongUsage(
            InvalidRequestCode.MISSING_ARGUMENT,
            sentence("name what is imported: notices, entities, documents, refugees or ccf"),
        )


@import_command.command("notices", examples=("dutydesk import notices red.json --source FR",))
@click.argument("file", metavar="FILE")
@click.option("--source", metavar="CC", type=free_text, default="-", help="The owner of rows that name no bureau.")
@click.option("--refused", metavar="FILE", type=free_text, help="The file that lists refused rows; else stderr.")
@pass_call
@click.pass_context
def import_notices_command(ctx: click.Context, call: Call, file: str, source: str, refused: str | None) -> None:
    """Import persons from the JSON of the public notices service.

    \b
    It takes the service's lists, pages and details, also a bare list or one object a line, in UTF-8 or
    UTF-16. A row with a known entity_id replaces the earlier one; an interrupted import continues
    where it stopped.
    """
    ctx.exit(import_records(call, "notices", file, source, refused))


@import_command.command(
    "entities",
    examples=(
        "dutydesk import entities entities.ftm.json",
        "dutydesk import entities targets.nested.json --list un_sc_sanctions",
        "dutydesk import entities refugees.ftm.json --register refugees --date 2022-03-01",
    ),
)
@click.argument("file", metavar="FILE")
@click.option(
    "--register",
    type=click.Choice([register.value for register in Register]),
    help="Import into this register; else as nominal records.",
)
@click.option("--list", "list_name", metavar="NAME", type=free_text, help="The list's name; else that of its dataset.")
@click.option("--source", metavar="CC", type=free_text, default="-", help="The owner of persons whom no member lists.")
@click.option("--date", "on", metavar="DATE", type=free_text, help="The date of register entries that have none.")
@click.option("--whole", is_flag=True, help="End all who have left the list, even if they are most of it.")
@click.option("--part", is_flag=True, help="The file is a part of its list: nobody has left it.")
@click.option("--refused", metavar="FILE", type=free_text, help="The file that lists refused lines; else stderr.")
@pass_call
@click.pass_context
def import_entities_command(
    ctx: click.Context,
    call: Call,
    file: str,
    *,
    register: str | None,
    list_name: str | None,
    source: str,
    on: str | None,
    whole: bool,
    part: bool,
    refused: str | None,
) -> None:
    """Import the persons of a list from FollowTheMoney JSON lines.

    \b
    It takes entities.ftm.json and targets.nested.json as OpenSanctions publishes them: Person, with
    Passport, Identification and Sanction. Other entities are counted and skipped. A person with a
    known id replaces the earlier one; one who has left the list, or whose sanctions have all ended, is
    no longer in force. An interrupted import continues where it stopped.
    """
    from dutydesk.desk.checks.import_entities import Absent, EntityImport

    if whole and part:
        raise WrongUsage(InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--whole and --part exclude each other"))
    if register is None and on is not None:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--date is for --register; records have no such date")
        )
    if register is not None and source != "-":
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--source is for records; a register has no owners")
        )
    absent = Absent.KEEP if part else Absent.END_ALL if whole else Absent.END_FEW
    into = None if register is None else Register(register)
    wanted = EntityImport(into, list_name, source, None if on is None else _entry_date(on), absent)
    ctx.exit(import_entities(call, file, wanted, refused))


def _entry_date(written: str) -> date:
    found = full_date(written)
    if found is None:
        raise BadArgument(
            InvalidRequestCode.BAD_DATE, sentence("--date {written}", written=date_problem(written[:40], partial=False))
        )
    return found


@import_command.command("documents", examples=("dutydesk import documents lost.csv --refused refused.txt",))
@click.argument("file", metavar="FILE")
@click.option("--refused", metavar="FILE", type=free_text, help="The file that lists refused rows; else stderr.")
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
