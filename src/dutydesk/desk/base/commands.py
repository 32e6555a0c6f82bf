"""Carries out each command id once, by the log even where the table of results has lost its row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from dutydesk.desk.base import differences
from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import Conflict
from dutydesk.domain.events.event import LogEvent, optional
from dutydesk.domain.events.facts import Fact
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, kept_rows, log_queries


def run_once(
    transaction: Transaction, command_id: str | None, digest: str, work: Callable[[Transaction], CommandResult]
) -> CommandResult:
    """Runs ``work``, or returns the result of its first run. Raises Conflict for an id that another command used."""
    if command_id is None:
        return work(transaction)
    known, fact = transaction.one("command_answer", id=command_id), log_queries.command(transaction, command_id)
    digests = {known["digest"]} if known is not None else set()
    if fact is not None:
        digests.add(optional(fact.event.command_digest))
    if digests - {digest}:
        raise Conflict(
            ConflictCode.COMMAND_ID_USED,
            sentence("the command id {command_id} was used for another command already", command_id=command_id),
        )
    if known is not None:
        return CommandResult(**json.loads(known["answer"]))
    if fact is not None:
        answer = _result_by_log(transaction, command_id, fact)
    else:
        transaction.name_command(command_id, digest)
        try:
            answer = work(transaction)
        finally:
            transaction.forget_command()
    text = json.dumps(asdict(answer))
    row: dict[str, object] = {"id": command_id, "digest": digest, "answer": text, "at": transaction.at_us}
    of_columns = kept_rows.COMMANDS.column_digests(row)
    transaction.run("command_add", **row, column_digests=of_columns)
    transaction.keep_row("command", command_id, kept_rows.logged_digest(of_columns))
    return answer


def _result_by_log(transaction: Transaction, command_id: str, fact: Fact[LogEvent]) -> CommandResult:
    """The result where the table has lost it: the command is not carried out again."""
    words = sentence(
        "the answer to the command {command_id} was removed; the log has it as carried out, and it is not again",
        command_id=command_id,
    )
    differences.report(transaction, "command", fact.subject, words, {"id": command_id})
    number = item_number(fact.subject)
    item = items.find(transaction, number) if number is not None else None
    state, revision = (item.state.value, item.revision) if item is not None else ("done", 0)
    return CommandResult(fact.subject, state, revision, sentence("this command was carried out before; see the log"))
