"""A small disk for one test, which can be full or read-only."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
