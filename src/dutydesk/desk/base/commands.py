"""One answer for each command: the same command id is carried out once, whatever the table has forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from dutydesk.desk.base import differences
from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import Conflict
from dutydesk.domain.proof.facts import Fact
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, log_queries


def run_once(
    transaction: Transaction, command_id: str | None, digest: str, work: Callable[[Transaction], CommandResult]
) -> CommandResult:
    """The same command gets the same answer; the same id for another command is refused. The log knows it too."""
    if command_id is None:
        return work(transaction)
    known, fact = transaction.one("command_answer", id=command_id), log_queries.command(transaction, command_id)
    digests = {known["digest"]} if known is not None else set()
    if fact is not None:
        digests.add(fact.optional_text("command_digest"))
    if digests - {digest}:
        raise Conflict(
            ConflictCode.COMMAND_ID_USED, f"the command id {command_id} was used for another command already"
        )
    if known is not None:
        return CommandResult(**json.loads(known["answer"]))
    if fact is not None:
        answer = _result_by_log(transaction, command_id, fact)
    else:
        transaction.add_to_next_event(command=command_id, command_digest=digest)
        try:
            answer = work(transaction)
        finally:
            transaction.add_to_next_event()
    text = json.dumps(asdict(answer))
    transaction.run("command_add", id=command_id, digest=digest, answer=text, at=transaction.at_us)
    return answer


def _result_by_log(transaction: Transaction, command_id: str, fact: Fact) -> CommandResult:
    """The table has lost the answer: the command is not carried out again."""
    words = f"the answer to the command {command_id} was removed; the log has it as carried out, and it is not again"
    differences.report(transaction, "command", fact.subject, words, id=command_id)
    number = item_number(fact.subject)
    item = items.find(transaction, number) if number is not None else None
    state, revision = (item.state.value, item.revision) if item is not None else ("done", 0)
    return CommandResult(fact.subject, state, revision, "this command was carried out before; see the log")
