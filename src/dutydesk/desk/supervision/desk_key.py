"""The keys by which the desk signs what it hands over: each in a file next to the store; the log says which counts.

A new key may be made ahead of its time, so that every bureau has its public half before the first line comes under it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc
from dutydesk.desk.base.key_files import desk_key_file, write_key_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.keys import DeskKeyMade
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureau_keys
from dutydesk.wire.files.signatures import SigningKey, fingerprint, new_key

DESK = "desk"


def write_new_key(store: Path) -> SigningKey:
    """A new key in a file of its own. Raises Refused where that can't be written."""
    key = new_key()
    write_key_file(desk_key_file(store, key.public), key.private_pem())
    return key


def record_key(
    transaction: Transaction, context: Context, actor: Actor, key: SigningKey, since: datetime | None = None
) -> CommandResult:
    """Says in the log that the desk signs by this key from ``since`` on. Raises NotAllowed, InvalidRequest."""
    context.officer(transaction, actor, Right.KEYS)
    if since is not None and since < transaction.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_PAST, sentence("{since} has passed; nothing is backdated", since=format_utc(since))
        )
    begin, name = since or transaction.at, fingerprint(key.public)
    event = DeskKeyMade(login=actor.login, key=name, public=key.public.hex(), since=begin.isoformat())
    bureau_keys.record(transaction, actor.officer, DESK, event)
    words = sentence("the desk signs by {key} from {since} on", key=name, since=format_utc(begin))
    return CommandResult(name, DESK, 0, words)
