"""How a command fails: one line, a code and an exit code; tracebacks go to the log file."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import click

from dutydesk.cli._core.usage_errors import usage_error_code
from dutydesk.domain.codes.base import Code
from dutydesk.domain.codes.unexpected import SystemCode, UnexpectedCode
from dutydesk.domain.errors import DeskError, InvalidRequest, Obstacle
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, CommandLimits
from dutydesk.language.sentences import read_sentence
from dutydesk.wire.text.safe_text import safe_text

NO, WRONG_CALL, STORE = 1, InvalidRequest.exit_code, 4
INTERRUPTED = 130


@value(frozen=True, slots=True)
class Failure:
    """Why a command failed: ``name`` (its kind) and ``code`` are for programs, ``words`` are for people."""

    exit_code: int
    name: str
    code: Code
    words: str
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def detail(self) -> str:
        """The words and all obstacles in one line."""
        return _in_one_line(self.words, _other_obstacles(self.words, self.obstacles))

    def read(self) -> str:
        """The same in the language that is spoken."""
        others = [read_sentence(words) for words in _other_obstacles(self.words, self.obstacles)]
        return _in_one_line(read_sentence(self.words), others)


def _in_one_line(words: str, others: Sequence[str]) -> str:
    return ": ".join((words, "; ".join(others))).removesuffix(": ")


def _other_obstacles(words: str, obstacles: Iterable[Obstacle]) -> list[str]:
    return [obstacle.words for obstacle in obstacles if obstacle.words != words]


def from_desk_error(error: DeskError) -> Failure:
    return Failure(error.exit_code, error.name, error.code, error.words, error.detail)


def from_click_error(error: click.ClickException) -> Failure:
    """A wrong call; its line names the help of the command."""
    words = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "dutydesk"
    return Failure(WRONG_CALL, InvalidRequest.name, usage_error_code(error), f"{words}; see: {path} --help")


def from_unexpected_error(error: BaseException) -> Failure:
    """An unexpected error: the traceback goes to the log file, and the line names its path."""
    from dutydesk.domain.errors import StoreUnusable
    from dutydesk.store.engine.opening import as_store_error

    refusal = as_store_error(error) if isinstance(error, Exception) else error
    if isinstance(refusal, StoreUnusable):
        return from_desk_error(refusal)
    is_system = isinstance(error, OSError)
    what = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    kept = _log_traceback(error)
    return Failure(
        STORE if is_system else NO,
        "system" if is_system else "unexpected",
        SystemCode.SYSTEM_ERROR if is_system else UnexpectedCode.INTERNAL_ERROR,
        f"{'the system refused' if is_system else 'something went wrong in dutydesk'}: {what}{where}; {kept}",
    )


def log_file() -> Path:
    from platformdirs import user_log_path

    return user_log_path("dutydesk", appauthor=False) / "dutydesk.log"


def drafts_folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("dutydesk", appauthor=False) / "drafts"


def _log_traceback(error: BaseException) -> str:
    path = log_file()
    try:
        handler = log_handler(path)
        text = "".join(traceback.format_exception(error))
        record = logging.makeLogRecord({"name": "dutydesk", "levelname": "ERROR", "levelno": logging.ERROR})
        record.msg = text
        handler.handle(record)
        handler.close()
    except OSError as fault:
        return f"nothing could be written to the log {path} ({fault.strerror})"
    return f"the log has more: {path}"


class _SafeFormatter(logging.Formatter):
    """Escapes control characters, because logs are read on terminals."""

    def format(self, record: logging.LogRecord) -> str:
        return safe_text(super().format(record), multiline=True)


def log_handler(path: Path, limits: CommandLimits = DEFAULT_LIMITS.commands) -> logging.Handler:
    """A log file that is rotated by size, also with several writers; only its owner reads it; links are not followed.

    Raises OSError.
    """
    from logging.handlers import RotatingFileHandler

    class PrivateLogHandler(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(self.baseFilename, flags, 0o600)
            if os.fstat(descriptor).st_mode & 0o007:
                os.fchmod(descriptor, 0o600)
            return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding=self.encoding, write_through=True)

        def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802
            """Reopen the file first if another process has rotated it."""
            stream = self.stream
            with suppress(OSError):
                if stream and os.fstat(stream.fileno()).st_ino != os.stat(self.baseFilename).st_ino:  # noqa: PTH116
                    stream.close()
                    self.stream = self._open()
            return bool(super().shouldRollover(record))

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = PrivateLogHandler(path, maxBytes=limits.log_bytes, backupCount=limits.log_files - 1, encoding="utf-8")
    handler.setFormatter(_SafeFormatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))
    return handler


def log_to_file() -> None:
    """For long-running commands: send log records to the log file, not to the terminal."""
    try:
        handler = log_handler(log_file())
    except OSError:
        handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    logging.getLogger("dutydesk").setLevel(logging.INFO)


def report_failure(failure: Failure, *, json: bool) -> None:
    """One line on stderr; with ``json`` also one object on stdout, in place of the result.

    The object has ``error`` (the kind), ``code`` (the refusal's stable name), ``detail`` (all in one line) and
    ``obstacles``.
    """
    if json:
        fields: dict[str, object] = {
            "error": failure.name,
            "code": failure.code.value,
            "detail": safe_text(failure.detail),
            "obstacles": [
                {"what": obstacle.what, "words": safe_text(obstacle.words)} for obstacle in failure.obstacles
            ],
        }
        from dutydesk.wire.encode.json_line import to_json_line

        print(to_json_line(fields), flush=True)
    sys.stdout.flush()
    print(f"dutydesk: {safe_text(failure.read())}", file=sys.stderr, flush=True)
