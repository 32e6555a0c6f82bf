"""What a command that can't be done says: one line and an exit code; a traceback only ever goes to the log file."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

import click

from dutydesk.domain.errors import DeskError, InvalidRequest, Obstacle
from dutydesk.domain.limits import DEFAULT_LIMITS, CommandLimits
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.text.safe_text import safe_text

NO, WRONG_CALL, STORE = 1, InvalidRequest.exit_code, 4
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Failure:
    """``name`` is for programs, ``words`` for people; ``obstacles`` are what stands in the way, one by one."""

    exit_code: int
    name: str
    words: str
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def detail(self) -> str:
        """The whole of it in one line."""
        return ": ".join((self.words, "; ".join(_other_obstacles(self.words, self.obstacles)))).removesuffix(": ")


def _other_obstacles(words: str, obstacles: Iterable[Obstacle]) -> list[str]:
    return [obstacle.words for obstacle in obstacles if obstacle.words != words]


def from_desk_error(error: DeskError) -> Failure:
    return Failure(error.exit_code, error.name, error.words, error.detail)


def from_click_error(error: click.ClickException) -> Failure:
    """A wrong call; the line says where the right one is described."""
    words = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "dutydesk"
    return Failure(WRONG_CALL, InvalidRequest.name, f"{words}; see: {path} --help")


def from_unexpected_error(error: BaseException) -> Failure:
    """What nobody foresaw: the traceback goes to the log file, whose path is named."""
    from dutydesk.domain.errors import StoreUnusable
    from dutydesk.store.engine.faults import as_store_error

    said = as_store_error(error) if isinstance(error, Exception) else error
    if isinstance(said, StoreUnusable):
        return from_desk_error(said)
    is_system = isinstance(error, OSError)
    what = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    kept = _log_traceback(error)
    return Failure(
        STORE if is_system else NO,
        "system" if is_system else "unexpected",
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
    """A log is read on terminals too."""

    def format(self, record: logging.LogRecord) -> str:
        return safe_text(super().format(record), multiline=True)


def log_handler(path: Path, limits: CommandLimits = DEFAULT_LIMITS.commands) -> logging.Handler:
    """Rotated by size, also where several processes write to it; its owner's alone; never through a link.

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
            """First takes up the file that another process has begun."""
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
    """For commands that run on: what their parts have to say goes to the log file, never to the terminal."""
    try:
        handler = log_handler(log_file())
    except OSError:
        handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    logging.getLogger("dutydesk").setLevel(logging.INFO)


def report_failure(failure: Failure, *, json: bool) -> None:
    """One line on stderr, always; for programs also one object on stdout, in the place of the answer."""
    if json:
        obstacles = [{"what": obstacle.what, "words": safe_text(obstacle.words)} for obstacle in failure.obstacles]
        print(
            to_json_line({"error": failure.name, "detail": safe_text(failure.detail), "obstacles": obstacles}),
            flush=True,
        )
    sys.stdout.flush()
    print(f"dutydesk: {safe_text(failure.detail)}", file=sys.stderr, flush=True)
