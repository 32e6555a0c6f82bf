"""Runs the command line in processes forked from one that has already imported it.

Tests and measurements of the start itself use ``python -m dutydesk``.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

_LONGEST_CALL = 1_000_000
#: What a call loads when it needs it.
_LOADED_AT_FIRST_USE = (
    "apsw",
    "confusable_homoglyphs.confusables",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.serialization",
    "dutydesk.cli._core.item_page",
    "dutydesk.store.engines.sqlite.apsw_connection",
    "dutydesk.store.engines.sqlite.engine",
    "rich.console",
    "rich.table",
    "urllib.request",
)


class ForkServer:
    """Runs calls one after another, each in a process of its own."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        descriptor = theirs.fileno()
        self._parent = subprocess.Popen([sys.executable, __file__, str(descriptor)], pass_fds=[descriptor])
        theirs.close()
        atexit.register(self._stop)

    def run(
        self, arguments: Sequence[str], given: bytes, environment: dict[str, str], folder: Path, seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Returns exit code, stdout and stderr. Raises TimeoutError; the server is of no use afterwards."""
        with ExitStack() as stack:
            streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            streams[0].write(given)
            streams[0].seek(0)
            call = json.dumps([list(arguments), environment, str(folder)]).encode()
            self._socket.settimeout(seconds)
            socket.send_fds(self._socket, [len(call).to_bytes(4)], [stream.fileno() for stream in streams])
            self._socket.sendall(call)
            try:
                code = int.from_bytes(self._socket.recv(4), signed=True)
            except TimeoutError:
                # A later call would get the result of this one.
                self._socket.close()
                self._parent.kill()
                warm.cache_clear()
                raise
            for stream in streams[1:]:
                stream.seek(0)
            return code, streams[1].read(), streams[2].read()

    def _stop(self) -> None:
        self._socket.close()
        self._parent.wait()


@cache
def warm() -> ForkServer:
    return ForkServer()


def load_all() -> None:
    """Imports what commands import, and reads the rules and the reference data."""
    import importlib

    from dutydesk.cli.main import FAMILIES
    from dutydesk.domain.events.event import TYPES
    from dutydesk.store.engine.queries import query_texts
    from dutydesk.store.engines.sqlite.database import migrations
    from dutydesk.wire.reference.directory import load_directory
    from dutydesk.wire.reference.read_rule_table import load_rules

    for module in {module for family in FAMILIES.values() for module in family.values()}:
        importlib.import_module(module if "." in module else f"dutydesk.cli.{module}")
    for module in ("desk.service.desk", "desk.audit.log_export", "desk.audit.replay", "wire.decode.stream"):
        importlib.import_module(f"dutydesk.{module}")
    for module in _LOADED_AT_FIRST_USE:
        with suppress(ImportError):  # what isn't installed here is loaded by no call either
            importlib.import_module(module)
    load_rules().lexicon.prepare(), load_directory(), migrations(), query_texts("sqlite")
    for kind in TYPES.values():
        kind.from_data({})  # prepares its reading
    gc.collect()
    gc.freeze()


def _serve(asked: socket.socket) -> None:
    load_all()
    while head := socket.recv_fds(asked, 4, 3)[:2]:
        length, streams = head
        if not length:
            return
        call = b""
        while len(call) < int.from_bytes(length):
            part = asked.recv(_LONGEST_CALL)
            if not part:
                return
            call += part
        child = os.fork()
        if not child:
            asked.close()
            _act(*json.loads(call), streams)
        for descriptor in streams:
            os.close(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        asked.sendall(code.to_bytes(4, signed=True))


def _act(arguments: list[str], environment: dict[str, str], folder: str, streams: list[int]) -> None:
    from dutydesk.cli.main import main

    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    sys.argv = ["dutydesk", *arguments]
    code = 1
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
    _leave(code)


def _leave(code: int) -> None:
    """Ends the process without taking the interpreter down, which would touch, and so copy, all that was imported."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
