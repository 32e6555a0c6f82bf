"""One message from its bytes.

Two ways lead to the same answer. The fast one takes sound messages and says nothing of what it does not take. The
careful one reads those again and lists every fault at once.
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
from dutydesk.wire.decode import limits, models
from dutydesk.wire.decode.meaning import MessageReceipt, Tree, faults, receipt_at, sender_fault
from dutydesk.wire.decode.message_types import FORMS
from dutydesk.wire.decode.outcome import WHOLE, Decoded, Problem, Quarantined, Reading, Rejected
from dutydesk.wire.decode.problems import shape_problems, shown
from dutydesk.wire.decode.strict_json import Content, UndecodableError, claims, parse
from dutydesk.wire.text.safe_text import safe

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)
_ESCAPED_NUL: Final = b"\\u0000"


def decode(raw: bytes, directory: Directory, at: datetime) -> Reading:
    """What ``raw`` says, received at ``at``; codes are looked up on that day (UTC).

    Never raises for any bytes. Raises ``ValueError`` where ``at`` has no zone.
    """
    receipt = receipt_at(directory, at)
    sha256 = hashlib.sha256(raw).hexdigest()
    if len(raw) > limits.MESSAGE_BYTES:
        return oversize(len(raw), sha256, raw[: limits.MESSAGE_BYTES])
    if _ESCAPED_NUL not in raw:
        decoded = _fast(raw, sha256, receipt)
        if decoded is not None:
            return decoded
    return _carefully(raw, sha256, receipt)


def oversize(size: int, sha256: str, beginning: bytes) -> Rejected:
    """The answer to a message of too many bytes, of which only the beginning is at hand."""
    words = f"has {size:,} bytes; at most {limits.MESSAGE_BYTES:,} (256 KiB) are taken"
    reference, sender = _identity(claims(beginning))
    return Rejected((Problem(WHOLE, words),), sha256, reference, sender)


def _fast(raw: bytes, sha256: str, receipt: MessageReceipt) -> Decoded | None:
    try:
        tree = jiter.from_json(raw, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)
    except ValueError:
        return None
    if not isinstance(tree, dict):
        return None
    kind = tree.get("type")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    if form is None or sender_fault(tree, receipt) is not None or next(faults(tree, receipt), None) is not None:
        return None
    try:
        message = form.read(tree)
    except ValidationError:
        return None
    return _decoded(message, sha256, tree)


def _decoded(message: Message, sha256: str, tree: Tree) -> Decoded:
    content_hash = hashlib.sha256(_CANONICAL.encode(tree).encode()).hexdigest()
    return Decoded(message, sha256, content_hash, _named_twice(tree.get("recipients")))


def _named_twice(recipients: object) -> tuple[str, ...]:
    if not isinstance(recipients, list) or len(set(recipients)) == len(recipients):
        return ()
    return tuple(code for code, count in Counter(recipients).items() if count > 1)


def _carefully(raw: bytes, sha256: str, receipt: MessageReceipt) -> Reading:
    if not raw.strip(b" \t\r\n"):
        words = "is empty: a message is one JSON object"
        return Rejected((Problem(WHOLE, words),), sha256, None, None)
    try:
        content = parse(raw)
    except UndecodableError as fault:
        return Quarantined((Problem(WHOLE, str(fault)),), sha256, *_identity(claims(raw)))
    reference, sender = _identity(content)
    tree = content.tree
    if not isinstance(tree, dict):
        problems = content.problems or [Problem(WHOLE, f"must be a JSON object, is {shown(tree)}")]
        return Rejected(_listed(problems), sha256, reference, sender)
    problems = _one_by_path([*content.problems, *faults(tree, receipt), *_shape_faults(tree)])
    unknown = sender_fault(tree, receipt)
    if unknown is not None and not problems:
        return Quarantined(_listed([unknown]), sha256, reference, sender)
    if unknown is not None:
        problems.append(unknown)
    if problems:
        return Rejected(_listed(problems), sha256, reference, sender)
    return _decoded(FORMS[str(tree["type"])].read(tree), sha256, tree)


def _shape_faults(tree: Tree) -> list[Problem]:
    kind = tree.get("type")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    found: list[Problem] = []
    if form is None:
        words = "is missing" if "type" not in tree else f"must be one of {', '.join(FORMS)}, is {shown(kind)}"
        found.append(Problem("type", words))
    try:
        if form is None:
            envelope = {key: tree[key] for key in models.EnvelopeFields.__annotations__ if key in tree}
            models.ENVELOPE.validate_python(envelope)
        else:
            form.check(tree)
    except ValidationError as error:
        found += shape_problems(error, tree)
    return found


def _one_by_path(problems: Iterable[Problem]) -> list[Problem]:
    """The first kind of fault found at a path stands for the others there; the whole message may have several."""
    first: dict[str, Problem] = {}
    more: list[Problem] = []
    for problem in problems:
        if first.setdefault(problem.path, problem) is not problem and problem.path == WHOLE:
            more.append(problem)
    return [*first.values(), *more]


def _listed(problems: list[Problem]) -> tuple[Problem, ...]:
    listed = [Problem(problem.path, safe(problem.problem)) for problem in problems[: limits.PROBLEMS]]
    if len(problems) > limits.PROBLEMS:
        listed.append(Problem(WHOLE, f"has {len(problems) - limits.PROBLEMS:,} problems more"))
    return tuple(listed)


def _identity(content: Content) -> tuple[str | None, str | None]:
    """Reference and sender as claimed; ``None`` where they are no text, too long, unprintable or given twice."""
    tree = content.tree
    if not isinstance(tree, dict):
        return None, None
    return _claimed(content, tree, "reference"), _claimed(content, tree, "sender")


def _claimed(content: Content, tree: Tree, key: str) -> str | None:
    value = tree.get(key)
    if not isinstance(value, str) or key in content.doubled or not 0 < len(value) <= limits.REFERENCE:
        return None
    return value if value.isprintable() else None
