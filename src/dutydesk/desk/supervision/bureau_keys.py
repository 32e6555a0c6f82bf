"""Administrators enter, retire and revoke the keys by which bureaus sign their messages, each with a date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from dutydesk.desk.base.context import Actor, CommandResult, Context, format_utc, require_text
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.errors import Conflict, InvalidRequest, NotFound
from dutydesk.domain.events.keys import KeyAdded, KeyRetired, KeyRevoked, SignaturesOrdered
from dutydesk.domain.review.officers import Right
from dutydesk.domain.supervision.keys import BureauKey, SignatureLevel
from dutydesk.domain.supervision.measures import Channel
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureau_keys
from dutydesk.wire.files.signatures import fingerprint

ADDED, RETIRED, REVOKED = "added", "retired", "revoked"
#: Items that an answer names at most.
_FEW = 20


def add_key(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    bureau: str,
    public: bytes,
    since: datetime | None = None,
    until: datetime | None = None,
) -> CommandResult:
    """Enter a bureau's public key, in force from ``since`` (now, where that is not given) and before ``until``.

    Raises NotAllowed, InvalidRequest for an unknown bureau or dates that don't fit, and Conflict for a key that any
    bureau had before: nobody else's key becomes a bureau's, and what was retired or revoked does not come back.
    """
    _require_administrator(transaction, context, actor, bureau)
    begin = _begin(transaction, since)
    if until is not None and until <= begin:
        raise InvalidRequest(
            InvalidRequestCode.DATES_REVERSED, sentence("a key ends after it begins; correct --from or --until")
        )
    name = fingerprint(public)
    known = context.keys.current(transaction).keys.get(name)
    if known is not None:
        raise Conflict(
            ConflictCode.KEY_KNOWN,
            sentence(
                "the key {name} was entered for {bureau} already; make a new key",
                name=name,
                bureau=known.bureau,
            ),
        )
    event = KeyAdded(
        login=actor.login,
        key=name,
        public=public.hex(),
        since=begin.isoformat(),
        until=None if until is None else until.isoformat(),
    )
    bureau_keys.record(transaction, actor.officer, bureau, event)
    words = sentence("{name} is a key of {bureau} from {since} on", name=name, bureau=bureau, since=format_utc(begin))
    return CommandResult(bureau, ADDED, 0, words)


def retire_key(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    bureau: str,
    key: str | None = None,
    until: datetime | None = None,
) -> CommandResult:
    """End a key in its order, now or at ``until``; what it signed before stays.

    ``key`` may be left out where the bureau has one that is not retired or revoked. Raises NotAllowed, NotFound,
    InvalidRequest for a past date, Conflict for a key that ends no later than that.
    """
    _require_administrator(transaction, context, actor, bureau)
    found = _named_key(transaction, context, bureau, key)
    end = _begin(transaction, until)
    ends_earlier = found.has_ended or (found.until is not None and found.until <= end)
    if found.revoked_since is not None or ends_earlier:
        raise Conflict(
            ConflictCode.KEY_ENDED,
            sentence(
                "the key {name} of {bureau} has ended, or ends before that", name=found.fingerprint, bureau=bureau
            ),
        )
    event = KeyRetired(login=actor.login, key=found.fingerprint, until=end.isoformat())
    bureau_keys.record(transaction, actor.officer, bureau, event)
    words = sentence(
        "{name} is a key of {bureau} until {until}", name=found.fingerprint, bureau=bureau, until=format_utc(end)
    )
    return CommandResult(bureau, RETIRED, 0, words)


def revoke_key(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    bureau: str,
    since: datetime,
    reason: str,
    key: str | None = None,
) -> CommandResult:
    """Take a key away for good: nothing that it signs is taken any more; what it signed after ``since`` is in doubt.

    The answer names the items in doubt, which the desk does not change. Raises NotAllowed, NotFound, InvalidRequest for
    a date to come or without a reason, Conflict for a key that was revoked.
    """
    _require_administrator(transaction, context, actor, bureau)
    reason = require_text(reason, sentence("a reason"))
    found = _named_key(transaction, context, bureau, key)
    if since > transaction.at:
        raise InvalidRequest(
            InvalidRequestCode.DATE_TO_COME,
            sentence("a key is revoked since a time that has passed; retire it instead"),
        )
    if found.revoked_since is not None:
        raise Conflict(ConflictCode.KEY_ENDED, sentence("the key {name} was revoked already", name=found.fingerprint))
    event = KeyRevoked(login=actor.login, key=found.fingerprint, since=since.isoformat(), reason=reason)
    bureau_keys.record(transaction, actor.officer, bureau, event)
    doubtful = bureau_keys.signed_since(transaction, bureau, found.fingerprint, since)
    words = sentence("{name} of {bureau} is revoked", name=found.fingerprint, bureau=bureau)
    if doubtful:
        words = sentence(
            "{words}; look at what it has signed since then: {items}",
            words=words,
            items=", ".join(doubtful[:_FEW]) + (" …" if len(doubtful) > _FEW else ""),
        )
    return CommandResult(bureau, REVOKED, 0, words)


def order_signatures(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    bureau: str,
    level: SignatureLevel,
    channels: Collection[Channel] = frozenset(Channel),
    since: datetime | None = None,
) -> CommandResult:
    """Say whether a bureau's messages must be signed, from ``since`` on. Raises NotAllowed, InvalidRequest.

    ``required`` is refused for a bureau that has no key in force at that time: nothing of it could be taken in.
    """
    _require_administrator(transaction, context, actor, bureau)
    begin = _begin(transaction, since)
    ring = context.keys.current(transaction)
    has_key = any(key.fault_at(begin) is None for key in ring.of_bureau(bureau))
    if level is SignatureLevel.REQUIRED and not has_key:
        raise InvalidRequest(
            InvalidRequestCode.NO_KEY_IN_FORCE,
            sentence("{bureau} has no key in force then; enter one first with: bureaus keys add", bureau=bureau),
        )
    event = SignaturesOrdered(
        login=actor.login,
        level=level.value,
        channels=tuple(channel.value for channel in Channel if channel in channels),
        since=begin.isoformat(),
    )
    bureau_keys.record(transaction, actor.officer, bureau, event)
    words = sentence(
        "signatures of {bureau} are {level} from {since} on", bureau=bureau, level=level, since=format_utc(begin)
    )
    return CommandResult(bureau, level.value, 0, words)


def _require_administrator(transaction: Transaction, context: Context, actor: Actor, bureau: str) -> None:
    officer = context.officer(transaction, actor, Right.KEYS)
    today = transaction.at.date()
    if context.directory.bureau(bureau, today) is None:
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(bureau, today))
    context.refuse_own_country(officer, bureau)


def _begin(transaction: Transaction, wanted: datetime | None) -> datetime:
    """The time from which something counts: now, or later. Raises InvalidRequest for a past one."""
    if wanted is not None and wanted < transaction.at:
        raise InvalidRequest(
            InvalidRequestCode.TIME_PAST,
            sentence("{wanted} has passed; nothing is backdated", wanted=format_utc(wanted)),
        )
    return transaction.at if wanted is None else wanted


def _named_key(transaction: Transaction, context: Context, bureau: str, name: str | None) -> BureauKey:
    """The bureau's key of that fingerprint, or its only one that has not ended. Raises NotFound."""
    keys = context.keys.current(transaction).of_bureau(bureau)
    found = [key for key in keys if (_is_open(key, transaction.at) if name is None else key.fingerprint == name)]
    if len(found) == 1:
        return found[0]
    raise NotFound(
        NotFoundCode.UNKNOWN_KEY,
        sentence("{bureau} has several keys; name one of those that bureaus keys list shows", bureau=bureau)
        if found
        else sentence("{bureau} has no such key; bureaus keys list shows its keys", bureau=bureau),
    )


def _is_open(key: BureauKey, at: datetime) -> bool:
    return key.fault_at(at) in (None, SignatureCode.KEY_NOT_YET_VALID)
