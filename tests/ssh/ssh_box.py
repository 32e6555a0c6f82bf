"""An OpenSSH server of the test's own on loopback, with what ``ops-box`` prints, and officers' keys for it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from boxes import Box, FinishedCommand, wait_until
from free_ports import free_port
from ptys import Terminal, terminal

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
ACCOUNT = pwd.getpwuid(os.getuid()).pw_name
AT_BOX = f"{ACCOUNT}@127.0.0.1"


class SshBox:
    """A store, its dispatcher's folders, and an sshd that knows one key for each officer."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.folder = box.folder / "ssh"
        self.folder.mkdir(mode=0o700)
        self._keys = self.folder / "keys"
        self._keys.touch(mode=0o600)
        self.log = self.folder / "sshd.log"
        self.port = free_port()
        _make_key(self.folder / "host")

    def add(self, name: str, role: str = "officer") -> None:
        self.box.ok("officers", "add", name, "--role", role, "--country", "-")
        key = self.folder / name.lower()
        _make_key(key)
        line = self.box.ok("ops-box", "key", name, f"{key}.pub").out
        with self._keys.open("a") as keys:
            keys.write(line)

    @contextmanager
    def serving(self) -> Iterator[None]:
        assert SSHD is not None
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = self.folder / "sshd_config"
        match = self.box.ok("ops-box", "sshd", "--account", ACCOUNT, "--keys", str(self._keys)).out
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder / 'host'}\nPidFile none\n"
            "StrictModes no\nUsePAM no\nPermitRootLogin forced-commands-only\nSubsystem sftp internal-sftp\n"
            "LogLevel DEBUG1\n"
            f"SetEnv LC_ALL=C.UTF-8 XDG_STATE_HOME={self.folder / 'state'}\n{match}"
        )
        subprocess.run([SSHD, "-t", "-f", str(config)], check=True)
        with self.log.open("wb") as log:
            server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
            try:
                _answering(self.port)
                yield
            finally:
                server.terminate()
                server.wait()

    def client(self, name: str, *options: str) -> list[str]:
        return [shutil.which("ssh") or "ssh", "-p", str(self.port), *self._login(name), *options, AT_BOX]

    def copier(self, name: str, *options: str) -> list[str]:
        """``scp``; what is copied, and where to, comes behind it."""
        return [shutil.which("scp") or "scp", "-P", str(self.port), *self._login(name), *options]

    def _login(self, name: str) -> list[str]:
        return [
            "-F", "none", "-i", str(self.folder / name.lower()), "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
            "-o", "StrictHostKeyChecking=accept-new", "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}",
        ]  # fmt: skip

    @contextmanager
    def agent(self) -> Iterator[str]:
        """An agent of keys, and where it listens."""
        at = self.folder / "agent"
        running = subprocess.Popen(["ssh-agent", "-D", "-a", str(at)], stdout=subprocess.DEVNULL)
        try:
            wait_until(at.exists)
            yield str(at)
        finally:
            running.terminate()
            running.wait()

    @contextmanager
    def console(self, name: str, *options: str, command: Sequence[str] = (), **environment: str) -> Iterator[Terminal]:
        """``command`` is what the officer asks for, ``environment`` is on that side of the line; the key decides."""
        asked = [*self.client(name, "-tt", *options), *command]
        with terminal(self.box.store, (80, 24), asked, **environment) as made:
            yield made

    def run(self, name: str, command: Sequence[str], *options: str) -> FinishedCommand:
        return ran([*self.client(name, *options), *command])


def ran(command: Sequence[str]) -> FinishedCommand:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=240)
    return FinishedCommand(done.returncode, done.stdout.decode(), done.stderr.decode())


def _make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


def _answering(port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                assert line.recv(4).startswith(b"SSH-")
                return
        except OSError:
            assert time.monotonic() < deadline, "sshd never answered"
            time.sleep(0.02)
