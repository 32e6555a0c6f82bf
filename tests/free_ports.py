"""Ports for servers of tests."""

from __future__ import annotations

import socket
from random import SystemRandom

#: Below those that the system gives to lines that go out, of which one could take the port before its server does.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    while True:
        port = SystemRandom().choice(_PORTS)
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
