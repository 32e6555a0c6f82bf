"""Boxes: one without a store, one with a store and its officers."""

from __future__ import annotations

from pathlib import Path

import pytest

from boxes import Box


@pytest.fixture
def bare(tmp_path: Path) -> Box:
    """No store yet."""
    return Box(tmp_path)


@pytest.fixture
def box(bare: Box) -> Box:
    """An exercise store; Ines and Oskar are supervisors, Jonas is an officer, Olga an observer, Ruslana is of RU."""
    bare.ok("init", "--exercise")
    for name, role, country in (
        ("Ines", "supervisor", "-"),
        ("Oskar", "supervisor", "-"),
        ("Jonas", "officer", "-"),
        ("Olga", "observer", "-"),
        ("Ruslana", "supervisor", "RU"),
    ):
        bare.ok("officers", "add", name, "--role", role, "--country", country)
    return bare
