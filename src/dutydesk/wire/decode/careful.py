"""The careful way of decoding: reads again what the fast way did not accept, and lists all that is wrong with it.

It alone needs pydantic, whose models take longer to load than the rest of the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

import msgspec
from pydantic import ValidationError

from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits, models
from dutydesk.wire.decode.claims import claimed_identity
from dutydesk.wire.decode.convert import repeated_recipients, to_message
from dutydesk.wire.decode.meaning import ReceiptDay, Tree, meaning_faults, sender_fault
from dutydesk.wire.decode.message_types import VALIDATORS
from dutydesk.wire.decode.outcome import (
    WHOLE_MESSAGE,
    DecodedMessage,
    DecodeResult,
    Problem,
    QuarantinedMessage,
    RejectedMessage,
)
from dutydesk.wire.decode.problems import shape_problems, short_form
from dutydesk.wire.decode.shapes import MessageShape
from dutydesk.wire.decode.strict_json import UndecodableError, parse_json, parse_leniently
from dutydesk.wire.text.safe_text import safe_text

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)


def decode_with_problems(raw: bytes, sha256: str, receipt: ReceiptDay) -> DecodeResult:
    if not raw.strip(b" \t\r\n"):
        words = sentence("is empty: a message is one JSON object")
        return RejectedMessage((Problem(WHOLE_MESSAGE, words),), sha256, None, None)
    try:
        content = parse_json(raw)
    except UndecodableError as fault:
        return QuarantinedMessage(
            (Problem(WHOLE_MESSAGE, str(fault)),), sha256, *claimed_identity(parse_leniently(raw))
        )
    reference, sender = claimed_identity(content)
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
    try:
        shape = msgspec.convert(tree, MessageShape)
        message = to_message(shape, receipt)
    except ValueError as fault:  # Never, unless models and shapes disagree: the tests look for these words.
        problem = Problem(WHOLE_MESSAGE, f"is not understood: {fault}")
        return RejectedMessage(_limit_problems([problem]), sha256, reference, sender)
    content_hash = hashlib.sha256(_CANONICAL.encode(tree).encode()).hexdigest()
    return DecodedMessage(message, sha256, content_hash, repeated_recipients(shape))


def _shape_faults(tree: Tree) -> list[Problem]:
    kind = tree.get("type")
    validate = VALIDATORS.get(kind) if isinstance(kind, str) else None
    found: list[Problem] = []
    if validate is None:
        words = (
            sentence("is missing")
            if "type" not in tree
            else sentence("must be one of {forms}, is {kind}", forms=", ".join(VALIDATORS), kind=short_form(kind))
        )
        found.append(Problem("type", words))
    try:
        if validate is None:
            envelope = {key: tree[key] for key in models.EnvelopeFields.__annotations__ if key in tree}
            models.ENVELOPE.validate_python(envelope)
        else:
            validate(tree)
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
