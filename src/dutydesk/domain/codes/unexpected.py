"""The codes of failures that are no refusals of the desk."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class UnexpectedCode(Code):
    """The program or the system failed."""

    INTERNAL_ERROR = (
        "internal_error",
        "Something went wrong in dutydesk.",
        "Read the log file that the text names; report it.",
    )


class SystemCode(Code):
    """The operating system refused what the command needs."""

    SYSTEM_ERROR = (
        "system_error",
        "The operating system refused an operation.",
        "Mend what the text names; the log file has more.",
    )
