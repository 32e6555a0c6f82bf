"""Tells a service manager how the dispatcher is, as systemd reads it (sd_notify(3)); elsewhere it says nothing."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import MutableMapping

log = logging.getLogger(__name__)


class ServiceManager:
    """Sends datagrams to the socket of ``$NOTIFY_SOCKET``.

    ``watchdog_seconds`` is the time within which the manager expects the next heartbeat; ``None`` if it expects none.
    The variables are removed, so that no process that this one starts speaks in its name.
    """

    def __init__(self, environment: MutableMapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        self._address = given.pop("NOTIFY_SOCKET", "")
        self.watchdog_seconds = _watchdog_seconds(given.pop("WATCHDOG_USEC", ""), given.pop("WATCHDOG_PID", ""))
        self._status = ""
        self._failed = False

    @property
    def is_there(self) -> bool:
        return bool(self._address)

    def ready(self) -> None:
        self._send("READY=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def heartbeat(self) -> None:
        self._send("WATCHDOG=1")

    def status(self, words: str) -> None:
        """One line for whoever looks at the service; the same words are sent once."""
        if words != self._status:
            self._status = words
            self._send(f"STATUS={' '.join(words.split())}")

    def _send(self, text: str) -> None:
        """A manager that takes nothing now, or is gone, never stops the dispatcher."""
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(text.encode("utf-8", "replace"), address)
            self._failed = False
        except (OSError, ValueError) as error:
            if not self._failed:
                log.warning("the service manager can't be reached: %s", error)
            self._failed = True


def _watchdog_seconds(microseconds: str, process: str) -> float | None:
    """The time of the watchdog, if it is for this process."""
    if process not in ("", str(os.getpid())) or not microseconds.isascii() or not microseconds.isdigit():
        return None
    return int(microseconds[:18]) / 1_000_000 or None
