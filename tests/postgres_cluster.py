"""A PostgreSQL cluster of the tests' own: on the loopback, in a temporary folder, gone with the process that began it.

``postgres_cluster`` is the fixture; it skips where PostgreSQL isn't installed, unless ``DUTYDESK_REQUIRE_SERVERS`` is
set, as in CI.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from free_ports import free_port
from stopped_process import stop_process

#: Set where a test must not be skipped for want of a server.
REQUIRED = "DUTYDESK_REQUIRE_SERVERS"

_SECONDS = 120
_PR_SET_PDEATHSIG = 1
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 200
shared_buffers = 48MB
dynamic_shared_memory_type = mmap
max_wal_size = 256MB
min_wal_size = 32MB
wal_level = replica
hot_standby = on
max_wal_senders = 10
wal_sender_timeout = 5s
wal_receiver_timeout = 5s
wal_retrieve_retry_interval = 200ms
fsync = on
full_page_writes = on
log_min_messages = warning
log_line_prefix = '%m [%p] '
"""
_TRUST = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed; ``None`` if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).resolve().parent if other else None


def _account() -> str | None:
    """Whom the servers run as: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("there is no account that a PostgreSQL server may run as")


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def make_folder() -> Path:
    """A folder for one server, in memory where there is room for it."""
    memory = Path("/dev/shm")
    is_usable = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= 2 * 1024**3
    folder = Path(tempfile.mkdtemp(prefix="ddpg-", dir=memory if is_usable else None))
    account = _account()
    if account:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
    return folder


class PostgresServer:
    """One server: a primary, or the standby of one. ``name`` is what a primary knows its standby by."""

    def __init__(self, name: str = "primary", port: int | None = None) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("PostgreSQL isn't installed here")
        self.name = name
        self.port = port or free_port()
        self._programs = found
        self._folder = make_folder()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.remove)

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def log(self) -> str:
        """What the server has written to its log."""
        return (self._folder / "log").read_text(errors="replace")

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process that all others of this server descend from."""
        assert self._process is not None
        return self._process.pid

    def make(self) -> None:
        """Makes an empty cluster."""
        self._call(
            "initdb", "--pgdata", str(self.data), "--username", "postgres", "--auth", "trust", "--no-sync",
            "--locale", "C.UTF-8", "--encoding", "UTF8", "--data-checksums", "--wal-segsize", "4",
        )  # fmt: skip
        self._configure()

    def make_from(self, primary: PostgresServer) -> None:
        """Makes a standby that streams from ``primary``."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={self.name}"
        self._call(
            "pg_basebackup", "--pgdata", str(self.data), "--dbname", source, "--wal-method", "stream",
            "--checkpoint", "fast", "--no-sync", "--write-recovery-conf",
        )  # fmt: skip
        self._configure()
        self.follow(primary)

    def follow(self, primary: PostgresServer) -> None:
        """Has this server stream from ``primary`` when it is started next."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={self.name} connect_timeout=5"
        self._append(f"primary_conninfo = '{source}'\n")
        signal_file = self.data / "standby.signal"
        signal_file.touch()
        self._give(signal_file)

    def rewind_to(self, primary: PostgresServer) -> None:
        """Makes a standby of ``primary`` of a server that was one itself, whatever it has and ``primary`` has not."""
        self.stop()
        shutil.rmtree(self.data)
        self.make_from(primary)

    def start(self) -> None:
        """Starts the server and returns once it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self.data)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._folder, user=_account(),
                group=_group(), extra_groups=[] if _account() else None, preexec_fn=_end_with_parent,
                env=_environment(), start_new_session=True,
            )  # fmt: skip
        wait_for(self.answers)

    def answers(self) -> bool:
        """Whether the server takes a connection."""
        if not self.is_running:
            raise RuntimeError(f"the server ended: {self.log[-2000:]}")
        try:
            self.sql("SELECT 1")
        except Exception as error:
            if _is_lost_line(error):
                return False
            raise
        return True

    def stop(self) -> None:
        """Stops it in order: its clients are cut off, what it has committed goes to its standbys."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends the server and every process of it at once, as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            # A postmaster that is killed leaves its children to notice; a power cut leaves nothing.
            os.killpg(self._process.pid, signal.SIGKILL)
            for child in _descendants(self._process.pid):
                _kill(child)
        self._end(signal.SIGKILL)
        wait_for(lambda: not _is_listening(self.port))

    def kill_postmaster(self) -> None:
        """Ends the postmaster alone by SIGKILL; returns once its children have noticed, and ended."""
        children = _descendants(self.pid)
        self._end(signal.SIGKILL)
        wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children))

    def freeze(self) -> None:
        """Stops every process of the server until :meth:`thaw`; its sockets stay open and nothing answers."""
        for pid in [self.pid, *_descendants(self.pid)]:
            stop_process(pid)

    def thaw(self) -> None:
        for pid in [*_descendants(self.pid), self.pid]:
            os.kill(pid, signal.SIGCONT)

    def promote(self) -> None:
        """Makes a primary of a standby; returns once it writes."""
        self.sql("SELECT pg_promote(true, 30)")
        wait_for(lambda: not self.is_standby())

    def is_standby(self) -> bool:
        return bool(self.sql("SELECT pg_is_in_recovery()")[0][0])

    def set(self, **settings: str) -> None:
        """Changes settings while the server runs."""
        for name, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")
        for name, value in settings.items():
            wait_for(lambda name=name, value=value: self._shown(name) == value)  # type: ignore[misc]

    def await_standbys(self, *names: str) -> None:
        """Waits until each of these standbys streams, and is waited for by commits."""

        def ready() -> bool:
            rows = self.sql("SELECT application_name, state, sync_state FROM pg_stat_replication")
            streams = {name for name, state, sync in rows if state == "streaming" and sync in ("sync", "quorum")}
            return streams >= set(names)

        wait_for(ready)

    def sql(self, statement: str, values: Sequence[object] = (), database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs one statement as the superuser, in a transaction of its own."""
        import psycopg

        line = f"host=127.0.0.1 port={self.port} user=postgres dbname={database} connect_timeout=5"
        with psycopg.connect(line, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def kill_backend(self, pid: int) -> None:
        """Ends one backend by SIGKILL: the server then ends all others and recovers, as after a crash."""
        _kill(pid)

    def remove(self) -> None:
        """Ends the server and removes its folder."""
        if self.is_running:
            # In order, so that its shared memory goes with it.
            self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _shown(self, name: str) -> str:
        return str(self.sql(f"SHOW {name}")[0][0])

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(sign)
        self._process.wait(_SECONDS)

    def _configure(self) -> None:
        self._append(_SETTINGS.format(port=self.port, folder=self._folder))
        trust = self.data / "pg_hba.conf"
        trust.write_text(_TRUST)
        self._give(trust)

    def _append(self, text: str) -> None:
        path = self.data / "postgresql.conf"
        with path.open("a") as file:
            file.write(text)
        self._give(path)

    def _give(self, path: Path) -> None:
        account = _account()
        if account:
            shutil.chown(path, account, pwd.getpwnam(account).pw_gid)

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True, cwd=self._folder, user=_account(), group=_group(),
            extra_groups=[] if _account() else None, env=_environment(), timeout=_SECONDS * 2,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


class PostgresCluster(PostgresServer):
    """A primary with empty databases for the tests, each a copy of another one if it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.make()
        self.start()

    def database(self, template: str = "template0", name: str | None = None, *, tablespace: str = "pg_default") -> str:
        """A new database, as a URL for ``--db``. ``template`` is a database of this cluster that nobody has open."""
        # No counter: forked processes make databases, too.
        name = name or f"desk_{secrets.token_hex(6)}"
        self.sql(
            f"CREATE DATABASE {name} TEMPLATE {name_of(template)} LOCALE 'C.UTF-8' ENCODING 'UTF8' "
            f"TABLESPACE {tablespace} STRATEGY FILE_COPY"  # in memory two thirds of the cost of copying by the log
        )
        return self.url(name)

    def url(self, name: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"

    @contextlib.contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """The name of a tablespace in an empty folder, for databases that are gone at the end of the block."""
        self._give(folder)
        name = f"space_{secrets.token_hex(6)}"
        self.sql(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        yield name
        self.sql(f"DROP TABLESPACE {name}")

    def drop(self, database: str) -> None:
        """Removes a database, whoever has it open."""
        self.sql(f"DROP DATABASE IF EXISTS {name_of(database)} WITH (FORCE)")


def name_of(database: str) -> str:
    """The name of a database, of its URL or of its name."""
    return database.rsplit("/", 1)[-1].split("?")[0]


def wait_for(condition: Callable[[], bool], seconds: float = _SECONDS) -> None:
    """Waits until ``condition`` holds; a server that never gets there fails the test."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def need_postgres() -> None:
    """Skips a test where PostgreSQL isn't installed; fails it where the run demands one."""
    if programs() is None:
        if os.environ.get(REQUIRED):
            pytest.fail(f"PostgreSQL isn't installed, and {REQUIRED} demands it")
        pytest.skip("PostgreSQL isn't installed here")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """One primary for the whole run of tests, without a standby."""
    need_postgres()
    cluster = PostgresCluster()
    yield cluster
    cluster.remove()


def _group() -> int | None:
    account = _account()
    return pwd.getpwnam(account).pw_gid if account else None


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _descendants(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [each for child in children for each in (int(child), *_descendants(int(child)))]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _is_listening(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _is_lost_line(error: Exception) -> bool:
    import psycopg

    return isinstance(error, psycopg.OperationalError)


#: A primary and its standby.
Pair = tuple[PostgresCluster, PostgresServer]
