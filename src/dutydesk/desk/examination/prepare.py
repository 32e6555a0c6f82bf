"""Works out what it can of a message before its transaction, so that the store is locked for less time."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.examination.filing import RecordContent, record_content
from dutydesk.desk.examination.persons import identity_in_body
from dutydesk.desk.examination.review_context import body_context
from dutydesk.desk.examination.watch import SourcePerson, watch_query
from dutydesk.desk.matching.watch_list import PreparedWatch
from dutydesk.desk.matching.watch_search import AskedWatch, WatchSearch
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Diffusion, NoticeRequest, type_of
from dutydesk.domain.rules.examination import BodyFindings, examine_body
from dutydesk.domain.rules.likeness import Identity
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import persons
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult


@value(frozen=True, slots=True)
class PreparedMessage:
    """The person whom a message is about, its record, and the findings of the rules that need nothing but its body.

    ``person_keys`` are the :func:`~dutydesk.store.tables.persons.key_rows` of the identity.
    ``watch`` is the search of the watch list, where one was made ahead of the transaction.
    """

    identity: Identity
    person_keys: tuple[tuple[str, str], ...]
    record_content: RecordContent
    body_findings: BodyFindings
    watch: PreparedWatch | AskedWatch | None = None


def prepare(context: Context, decode_result: DecodeResult, at: datetime) -> PreparedMessage | None:
    """Prepares a diffusion or notice request, without reading the store.

    ``None`` for any other message: it is not examined, or only as the type of an earlier one.
    """
    match decode_result:
        case DecodedMessage(message=Diffusion() | NoticeRequest() as message):
            envelope, body = message.envelope, message.body
            review_context = body_context(context, body, type_of(message), envelope.sender, at, envelope.sent_at)
            identity = identity_in_body(body)
            return PreparedMessage(
                identity,
                tuple(persons.key_rows(identity)),
                record_content(body),
                examine_body(body, review_context, context.rules),
            )
        case _:
            return None


def with_watch(
    handle: Handle, context: Context, search: WatchSearch, prepared: PreparedMessage | None, sender: str
) -> PreparedMessage | None:
    """The prepared message with the search of the watch list, where that can be made ahead of the transaction."""
    if prepared is None or (prepared.identity.is_empty and not prepared.record_content.person.names):
        return prepared
    identity, keys, record, findings = (
        prepared.identity,
        prepared.person_keys,
        prepared.record_content,
        prepared.body_findings,
    )
    query = watch_query(context, SourcePerson(sender, identity, record.person, keys))
    return PreparedMessage(identity, keys, record, findings, search.prepare(handle, query))
