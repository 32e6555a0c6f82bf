"""Commands for database checks and false hits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.act_result import run_act
from dutydesk.cli._core.call import Call, pass_call, run_at_desk
from dutydesk.cli._core.commands import command, with_command_id
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence, print_table
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.messages.message import Database, DocumentQuery, NominalQuery
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.language.phrases import marked, translate
from dutydesk.language.sentences import read_sentence, sentence

if TYPE_CHECKING:
    from dutydesk.desk.checks.check import CheckResult


@command(
    "check",
    'dutydesk check --requester EE --database nominal --name "Irzo Quillabrand" --date-of-birth 1968',
    "dutydesk check --requester EE --database travel_documents --document-number ZX4400917 --issuer SE",
)
@click.option("--requester", metavar="CC", type=free_text, required=True, help="The bureau that asks.")
@click.option("--database", type=arguments.one_of(Database), required=True, help="Persons, or documents by number.")
@click.option("--name", metavar="N", type=free_text, help="The whole name, in any order and script.")
@click.option("--date-of-birth", metavar="D", type=arguments.birth_date, help="YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--nationality", metavar="CC", type=free_text, help="The person's nationality.")
@click.option("--document-number", metavar="X", type=free_text, help="The number of a travel document.")
@click.option("--issuer", metavar="CC", type=free_text, help="The country that issued the document.")
@click.option("--place", metavar="P", type=free_text, help="The control point.")
@pass_call
def check_command(
    call: Call,
    requester: str,
    database: str,
    name: str | None,
    date_of_birth: PartialDate | None,
    nationality: str | None,
    document_number: str | None,
    issuer: str | None,
    place: str | None,
) -> None:
    """Run one database check for a bureau.

    The result holds only what that bureau may see; in all other cases it is "No record".
    """
    query: NominalQuery | DocumentQuery
    if database == Database.NOMINAL:
        if (name is None and document_number is None) or issuer is not None:
            raise InvalidRequest(
                InvalidRequestCode.CONFLICTING_OPTIONS,
                sentence("a nominal check takes --name or --document-number, and no --issuer"),
            )
        query = NominalQuery(name or "", date_of_birth, nationality, document_number)
    else:
        if document_number is None or (name, date_of_birth, nationality) != (None, None, None):
            raise InvalidRequest(
                InvalidRequestCode.CONFLICTING_OPTIONS,
                sentence("a check of travel documents takes --document-number and --issuer, and nothing of a person"),
            )
        query = DocumentQuery(document_number, issuer)
    _print_check(call, run_at_desk(call, lambda desk, actor: desk.checks.check(actor, requester, query, place)))


def _print_check(call: Call, result: CheckResult) -> None:
    if call.json:
        print_json_line({"result": result.result, "hits": list(result.hits)})
    elif not result.hits:
        print_sentence(translate("No record."))
    else:
        columns = marked(("Score", "Item", "Source", "Hit", "Why"))
        print_table(
            columns, ((h.score, h.item or h.record, h.source, h.hit, read_sentence(h.explanation)) for h in result.hits)
        )


@command("dismiss", 'dutydesk dismiss H-000001 --reason "another person: fingerprints differ"')
@click.argument("hit", type=arguments.hit)
@click.option("--reason", metavar="R", type=free_text, required=True, help="Why the hit is false.")
@click.option("--until", metavar="T", type=arguments.moment, help="When the dismissal ends; else as the settings say.")
@with_command_id
@pass_call
def dismiss_command(call: Call, hit: int, reason: str, until: datetime | None, command_id: str | None) -> None:
    """Dismiss a false hit.

    The same query of the same bureau does not hit that record again until then.
    """
    run_act(call, lambda desk, actor: desk.checks.dismiss(actor, hit, reason, until), command_id, "hit")
