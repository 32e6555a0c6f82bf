"""The table of message types: the shape of each and its conversion to the domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter

from dutydesk.domain.messages.message import Message, MessageType
from dutydesk.wire.decode import convert, models

_Fields = TypeVar("_Fields")


@dataclass(frozen=True, slots=True)
class MessageForm:
    """Both functions raise ``pydantic.ValidationError`` for a wrong shape; ``read`` also converts."""

    validate: Callable[[object], object]
    to_message: Callable[[object], Message]


def _form(adapter: TypeAdapter[_Fields], to_domain: Callable[[_Fields], Message]) -> MessageForm:
    validate = adapter.validator.validate_python

    def read(tree: object) -> Message:
        return to_domain(validate(tree))

    return MessageForm(validate, read)


FORMS: dict[str, MessageForm] = {
    str(kind): form
    for kind, form in (
        (MessageType.DIFFUSION, _form(models.DIFFUSION, convert.diffusion)),
        (MessageType.NOTICE_REQUEST, _form(models.NOTICE_REQUEST, convert.notice_request)),
        (MessageType.CORRECTION, _form(models.CORRECTION, convert.correction)),
        (MessageType.WITHDRAWAL, _form(models.WITHDRAWAL, convert.withdrawal)),
        (MessageType.INFORMATION, _form(models.INFORMATION, convert.information)),
        (MessageType.RESPONSE, _form(models.RESPONSE, convert.response)),
        (MessageType.RECALL_CONFIRMATION, _form(models.RECALL_CONFIRMATION, convert.recall_confirmation)),
        (MessageType.RESTRICTION, _form(models.RESTRICTION, convert.restriction)),
        (MessageType.CHECK, _form(models.CHECK, convert.check)),
        (MessageType.MESSAGE, _form(models.CORRESPONDENCE, convert.correspondence)),
    )
}
