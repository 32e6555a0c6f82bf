"""Boxes: one without a store, one with a store and its officers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from boxes import Box
from dutydesk.store.engine.own_files import DESK_KEY_SUFFIX

OFFICERS = (
    ("Ines", "supervisor", "-"),
    ("Oskar", "supervisor", "-"),
    ("Jonas", "officer", "-"),
    ("Olga", "observer", "-"),
    ("Ruslana", "supervisor", "RU"),
)


@pytest.fixture
def bare(tmp_path: Path) -> Box:
    """No store yet."""
    return Box(tmp_path)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that every box begins with; made once, then copied."""
    made = Box(tmp_path_factory.mktemp("template"))
    made.ok("init", "--exercise")
    for name, role, country in OFFICERS:
        made.ok("officers", "add", name, "--role", role, "--country", country)
    return made.store


@pytest.fixture
def box(bare: Box, template: Path) -> Box:
    """An exercise store; Ines and Oskar are supervisors, Jonas is an officer, Olga an observer, Ruslana is of RU."""
    shutil.copy(template, bare.store)
    for key in template.parent.glob(f"{template.name}{DESK_KEY_SUFFIX}*"):
        shutil.copy(key, bare.folder)
    return bare
