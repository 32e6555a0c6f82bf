"""Runs the command of the box's own choosing for an alarm: no shell, its text on standard input, never too often."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dutydesk.domain.limits import DEFAULT_LIMITS, HealthLimits
from dutydesk.language.sentences import sentence
from dutydesk.wire.text.safe_text import safe_text

log = logging.getLogger(__name__)

#: What the command gets of this process's environment, besides the code and the count.
_KEPT_VARIABLES: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
CODE_VARIABLE: Final = "DUTYDESK_ALARM"
SUPPRESSED_VARIABLE: Final = "DUTYDESK_ALARM_SUPPRESSED"
_CUT: Final = " [cut]"


@dataclass(slots=True)
class _Pause:
    """The time after a run for one code: the latest text that came meanwhile, and how many came in all."""

    text: str = ""
    suppressed: int = 0


class AlarmCommand:
    """``command`` is a program and its arguments. It gets the code in ``$DUTYDESK_ALARM``, and the text on its input.

    For each code it runs once in ``alarm_pause_seconds``. What comes meanwhile is counted, and runs it once more at the
    end of that time, with the latest text and the count in ``$DUTYDESK_ALARM_SUPPRESSED``. ``problems`` says what
    failed, for each code until it runs well again.
    """

    def __init__(self, command: Sequence[str], limits: HealthLimits = DEFAULT_LIMITS.health) -> None:
        self._command = tuple(command)
        self._limits = limits
        self._pauses: dict[str, _Pause] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: dict[str, str] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(self._failures.values())

    def raise_alarm(self, code: str, text: str) -> None:
        """Run the command for an alarm, or count it; returns at once. ``code`` is of a closed set."""
        pause = self._pauses.get(code)
        if pause is not None:
            pause.text, pause.suppressed = text, pause.suppressed + 1
            return
        self._pauses[code] = _Pause()
        task = asyncio.create_task(self._run_for(code, text), name="alarm-command")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run_for(self, code: str, text: str) -> None:
        suppressed = 0
        try:
            while True:
                await self._run_once(code, text, suppressed)
                await asyncio.sleep(self._limits.alarm_pause_seconds)
                waiting = self._pauses[code]
                if not waiting.suppressed:
                    return
                text, suppressed = waiting.text, waiting.suppressed
                self._pauses[code] = _Pause()
        finally:
            del self._pauses[code]

    async def _run_once(self, code: str, text: str, suppressed: int) -> None:
        fault = await self._fault_of_run(code, text, suppressed)
        if fault is None:
            self._failures.pop(code, None)
            return
        words = sentence("the alarm command failed for {code}: {fault}", code=code, fault=fault)
        if code not in self._failures:
            log.warning("%s", words)
        self._failures[code] = words

    async def _fault_of_run(self, code: str, text: str, suppressed: int) -> str | None:
        """Run the command once; what went wrong in words, or ``None``."""
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= {CODE_VARIABLE: code, SUPPRESSED_VARIABLE: str(suppressed)}
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            fault = (error.strerror if isinstance(error, OSError) else None) or str(error)
            return sentence("it can't be started: {fault}", fault=fault)
        seconds = self._limits.alarm_command_seconds
        try:
            async with asyncio.timeout(seconds):
                await process.communicate(alarm_text(text, self._limits.alarm_text_bytes))
        except TimeoutError:
            return sentence("it did not end within {seconds:g} s", seconds=seconds)
        finally:
            await _end(process)
        status = process.returncode
        return None if status == 0 else sentence("it ended with status {status}", status=status)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill whatever the command has left in its process group, and wait for the command itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()


def alarm_text(text: str, most: int) -> bytes:
    """The text as one line of UTF-8 of at most ``most`` bytes: nothing in it acts on a terminal or ends a line."""
    shown = safe_text(text[:most]).encode("utf-8", "replace")
    if len(text) > most or len(shown) >= most:
        kept = shown[: most - len(_CUT) - 1].decode("utf-8", "ignore")
        shown = f"{kept}{_CUT}".encode()
    return shown + b"\n"
