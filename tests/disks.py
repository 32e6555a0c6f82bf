"""A small disk for one test, which can be full or read-only."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import engine_under_test
from postgres_cluster import make_folder

MEGABYTES = 24


@dataclass(frozen=True)
class Disk:
    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Fills the disk until not one more byte fits."""
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def empty(self) -> None:
        self._ballast.unlink()

    def read_only(self, yes: bool) -> None:
        """Remounts the disk read-only. Raises CalledProcessError while one of its files is open for writing."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", self.path], check=True)


@dataclass(frozen=True)
class StoreDisk:
    """A disk, and the store on it: its file, or what stands for a database whose tables are on it."""

    disk: Disk
    store: Path


@contextlib.contextmanager
def small_store_disk(path: Path) -> Iterator[StoreDisk]:
    """Mounts a small disk for a store that is still to be made, on the engine under test."""
    if not engine_under_test.IS_ON_CLUSTER:
        with small_disk(path) as disk:
            yield StoreDisk(disk, path / "desk.db")
        return
    path.mkdir()
    cluster, place = engine_under_test.cluster(), path / "desk.db"
    with contextlib.ExitStack() as stack:
        # The server's account can't look into the folders of the tests.
        folder = make_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        disk = stack.enter_context(small_disk(folder / "disk"))
        tables = disk.path / "tables"
        tables.mkdir()
        disk.path.chmod(0o755)
        url = engine_under_test.new_database(
            place, is_dropped=False, tablespace=stack.enter_context(cluster.tablespace(tables))
        )
        stack.callback(cluster.drop, url)
        yield StoreDisk(disk, place)


@contextlib.contextmanager
def small_disk(path: Path) -> Iterator[Disk]:
    """Mounts a small disk. Skips the test, with a reason, if this user may not mount one."""
    path.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=770", "dutydesk-test", path],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0 or os.geteuid() != 0:
        pytest.skip(f"no disk can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", path], check=True)
