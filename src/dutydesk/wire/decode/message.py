"""Decodes one message from its bytes.

A fast path accepts valid messages and reports nothing. A careful path reads the others again and lists every fault.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import jiter
from pydantic import ValidationError

from dutydesk.domain.countries import Directory
from dutydesk.domain.messages.message import Message
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits, models
from dutydesk.wire.decode.meaning import ReceiptDay, Tree, meaning_faults, receipt_day, sender_fault
from dutydesk.wire.decode.message_types import FORMS
from dutydesk.wire.decode.outcome import (
    WHOLE_MESSAGE,
    DecodedMessage,
    DecodeResult,
    Problem,
    QuarantinedMessage,
    RejectedMessage,
)
from dutydesk.wire.decode.problems import shape_problems, short_form
from dutydesk.wire.decode.strict_json import JsonContent, UndecodableError, parse_json, parse_leniently
from dutydesk.wire.text.safe_text import safe_text

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)
_ESCAPED_NUL: Final = b"\\u0000"


def decode_message(raw: bytes, directory: Directory, at: datetime) -> DecodeResult:
    """Decode ``raw``, received at ``at``; codes are looked up on that day (UTC).

    It never raises for any bytes. Raises ``ValueError`` if ``at`` has no zone.
    """
    receipt = receipt_day(directory, at)
    sha256 = hashlib.sha256(raw).hexdigest()
    if len(raw) > limits.MESSAGE_BYTES:
        return reject_oversize(len(raw), sha256, raw[: limits.MESSAGE_BYTES])
    if _ESCAPED_NUL not in raw:
        decoded = _decode_fast(raw, sha256, receipt)
        if decoded is not None:
            return decoded
    return _decode_with_problems(raw, sha256, receipt)


def reject_oversize(size: int, sha256: str, beginning: bytes) -> RejectedMessage:
    """The result for a message of too many bytes, of which only the beginning is available."""
    words = sentence(
        "has {size:,} bytes; at most {message_bytes:,} (256 KiB) are taken",
        size=size,
        message_bytes=limits.MESSAGE_BYTES,
    )
    reference, sender = _identity(parse_leniently(beginning))
    return RejectedMessage((Problem(WHOLE_MESSAGE, words),), sha256, reference, sender)


def _decode_fast(raw: bytes, sha256: str, receipt: ReceiptDay) -> DecodedMessage | None:
    try:
        tree = jiter.from_json(raw, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)
    except ValueError:
        return None
    if not isinstance(tree, dict):
        return None
    kind = tree.get("type")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    if form is None or sender_fault(tree, receipt) is not None or next(meaning_faults(tree, receipt), None) is not None:
        return None
    try:
        message = form.to_message(tree)
    except ValidationError:
        return None
    return _build_decoded(message, sha256, tree)


def _build_decoded(message: Message, sha256: str, tree: Tree) -> DecodedMessage:
    content_hash = hashlib.sha256(_CANONICAL.encode(tree).encode()).hexdigest()
    return DecodedMessage(message, sha256, content_hash, _repeated_recipients(tree.get("recipients")))


def _repeated_recipients(recipients: object) -> tuple[str, ...]:
    if not isinstance(recipients, list) or len(set(recipients)) == len(recipients):
        return ()
    return tuple(code for code, count in Counter(recipients).items() if count > 1)


def _decode_with_problems(raw: bytes, sha256: str, receipt: ReceiptDay) -> DecodeResult:
    if not raw.strip(b" \t\r\n"):
        words = sentence("is empty: a message is one JSON object")
        return RejectedMessage((Problem(WHOLE_MESSAGE, words),), sha256, None, None)
    try:
        content = parse_json(raw)
    except UndecodableError as fault:
        return QuarantinedMessage((Problem(WHOLE_MESSAGE, str(fault)),), sha256, *_identity(parse_leniently(raw)))
    reference, sender = _identity(content)
    tree = content.tree
    if not isinstance(tree, dict):
        problems = content.problems or [
            Problem(WHOLE_MESSAGE, sentence("must be a JSON object, is {tree}", tree=short_form(tree)))
        ]
        return RejectedMessage(_limit_problems(problems), sha256, reference, sender)
    problems = _one_by_path([*content.problems, *meaning_faults(tree, receipt), *_shape_faults(tree)])
    unknown = sender_fault(tree, receipt)
    if unknown is not None and not problems:
        return QuarantinedMessage(_limit_problems([unknown]), sha256, reference, sender)
    if unknown is not None:
        problems.append(unknown)
    if problems:
        return RejectedMessage(_limit_problems(problems), sha256, reference, sender)
    return _build_decoded(FORMS[str(tree["type"])].to_message(tree), sha256, tree)


def _shape_faults(tree: Tree) -> list[Problem]:
    kind = tree.get("type")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    found: list[Problem] = []
    if form is None:
        words = (
            sentence("is missing")
            if "type" not in tree
            else sentence("must be one of {forms}, is {kind}", forms=", ".join(FORMS), kind=short_form(kind))
        )
        found.append(Problem("type", words))
    try:
        if form is None:
            envelope = {key: tree[key] for key in models.EnvelopeFields.__annotations__ if key in tree}
            models.ENVELOPE.validate_python(envelope)
        else:
            form.validate(tree)
    except ValidationError as error:
        found += shape_problems(error, tree)
    return found


def _one_by_path(problems: Iterable[Problem]) -> list[Problem]:
    """Keep only the first kind of fault for each path; the message as a whole may have several."""
    first: dict[str, Problem] = {}
    more: list[Problem] = []
    for problem in problems:
        if first.setdefault(problem.path, problem) is not problem and problem.path == WHOLE_MESSAGE:
            more.append(problem)
    return [*first.values(), *more]


def _limit_problems(problems: list[Problem]) -> tuple[Problem, ...]:
    listed = [Problem(problem.path, safe_text(problem.problem)) for problem in problems[: limits.PROBLEMS]]
    if len(problems) > limits.PROBLEMS:
        listed.append(
            Problem(WHOLE_MESSAGE, sentence("has {problems:,} problems more", problems=len(problems) - limits.PROBLEMS))
        )
    return tuple(listed)


def _identity(content: JsonContent) -> tuple[str | None, str | None]:
    """Reference and sender as claimed; ``None`` if they are no text, too long, unprintable or duplicate."""
    tree = content.tree
    if not isinstance(tree, dict):
        return None, None
    return _claimed(content, tree, "reference"), _claimed(content, tree, "sender")


def _claimed(content: JsonContent, tree: Tree, key: str) -> str | None:
    value = tree.get(key)
    if not isinstance(value, str) or key in content.repeated_keys or not 0 < len(value) <= limits.REFERENCE:
        return None
    return value if value.isprintable() else None
