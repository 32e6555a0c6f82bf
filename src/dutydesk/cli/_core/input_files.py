"""Input that a call names: a file, or ``-`` for the standard input."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence

STDIN_NAME = "-"


def open_input(name: str) -> AbstractContextManager[BinaryIO]:
    """The file, or a copy of the standard input that is not closed: closing would wait for the next line.

    Raises InvalidRequest for anything but a file.
    """
    if name == STDIN_NAME:
        if sys.stdin is None:
            raise InvalidRequest(
                InvalidRequestCode.NO_STANDARD_INPUT, sentence("there is no standard input to read; name a file")
            )
        return nullcontext(os.fdopen(os.dup(sys.stdin.fileno()), "rb"))
    from dutydesk.desk.base.user_files import open_file

    return open_file(Path(name), follow_links=True)
