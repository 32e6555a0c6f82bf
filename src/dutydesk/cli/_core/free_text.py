"""Text as it is typed. Apart from the other arguments, because every command has some, and it imports little."""

from __future__ import annotations

from dutydesk.cli._core.usage_errors import BadArgument
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.sentences import sentence

_MAX_SHOWN = 60
_MAX_READ = 2 * _MAX_SHOWN


def quoted(value: str) -> str:
    """A short form of a value that was typed, between quotation marks and safe for a terminal."""
    from dutydesk.wire.text.safe_text import clip, safe_text

    return f'"{clip(safe_text(value[:_MAX_READ]), _MAX_SHOWN)}"'


def free_text(value: str) -> str:
    """Free text. Raises BadArgument for bytes that the store can't hold."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadArgument(
            InvalidRequestCode.BAD_ENCODING,
            sentence("{value} holds bytes that are no UTF-8; type it again", value=quoted(value)),
        ) from error
    return value
