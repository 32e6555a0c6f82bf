"""Errors of a call that click reports, each with the code of its refusal."""

from __future__ import annotations

import click

from dutydesk.domain.codes.invalid_request import InvalidRequestCode


class WrongUsage(click.UsageError):
    """The options or commands of a call don't fit together."""

    def __init__(self, code: InvalidRequestCode, words: str, ctx: click.Context | None = None) -> None:
        super().__init__(words, ctx)
        self.code = code


class BadArgument(click.BadParameter):
    """An argument or option has a value that it does not take."""

    def __init__(
        self,
        code: InvalidRequestCode,
        words: str,
        ctx: click.Context | None = None,
        param: click.Parameter | None = None,
    ) -> None:
        super().__init__(words, ctx, param)
        self.code = code


#: click's own errors; the first class that fits gives the code.
_CLICK_CODES: tuple[tuple[type[click.ClickException], InvalidRequestCode], ...] = (
    (click.NoSuchOption, InvalidRequestCode.UNKNOWN_OPTION),
    (click.MissingParameter, InvalidRequestCode.MISSING_ARGUMENT),
    (click.BadOptionUsage, InvalidRequestCode.MISSING_ARGUMENT),
    (click.BadParameter, InvalidRequestCode.BAD_ARGUMENT),
)


def usage_error_code(error: click.ClickException) -> InvalidRequestCode:
    """The code of one of click's errors or of ours."""
    if isinstance(error, WrongUsage | BadArgument):
        return error.code
    return next((code for kind, code in _CLICK_CODES if isinstance(error, kind)), InvalidRequestCode.WRONG_USAGE)
