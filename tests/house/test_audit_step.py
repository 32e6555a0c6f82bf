"""The dependency audit of the checks: a known vulnerability fails them, a service out of reach does not."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CHECKS = Path(__file__).parents[2] / ".ci"
CLEAN = {"name": "click", "version": "8.1.8", "vulns": []}
SKIPPED = {"name": "dutydesk", "skip_reason": "distribution marked as editable"}
UNKNOWN = {"name": "rich", "skip_reason": "Dependency not found on PyPI and could not be audited: rich (15.0)"}
BAD = {
    "name": "jiter",
    "version": "0.9.0",
    "vulns": [
        {"id": "PYSEC-2026-1", "fix_versions": ["0.9.1", "0.10.0"], "aliases": [], "description": "x"},
        {"id": "PYSEC-2026-2", "fix_versions": [], "aliases": [], "description": "x"},
    ],
}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_step", CHECKS / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def test_a_known_vulnerability_fails(audit: ModuleType) -> None:
    assert audit.judged(said(CLEAN, BAD, UNKNOWN), "Found 2 known vulnerabilities", 1) == (
        1,
        [
            "jiter 0.9.0 has PYSEC-2026-1, fixed in 0.9.1, 0.10.0",
            "jiter 0.9.0 has PYSEC-2026-2, fixed in no release yet",
        ],
    )


def test_nothing_known_passes_and_names_what_was_not_looked_up(audit: ModuleType) -> None:
    assert audit.judged(said(CLEAN, SKIPPED), "No known vulnerabilities found", 0) == (
        0,
        ["1 dependencies audited, no known vulnerability; not audited: dutydesk"],
    )


@pytest.mark.parametrize(
    "err",
    [
        "Traceback\nrequests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries",
        "requests.exceptions.ProxyError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='pypi.org', port=443): Read timed out.",
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed",
        "pip_audit._service.interface.ServiceError",
    ],
)
def test_a_service_out_of_reach_is_one_line_and_no_failure(audit: ModuleType, err: str) -> None:
    code, lines = audit.judged("", err, 1)
    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("dependencies not audited: the advisory service can't be reached (")
    assert "\n" not in lines[0]


def test_a_mirror_without_advisories_is_one_line_and_no_failure(audit: ModuleType) -> None:
    assert audit.judged(said(UNKNOWN, SKIPPED), "No known vulnerabilities found", 0) == (
        0,
        ["dependencies not audited: the advisory service gave no answer for any of 2 packages"],
    )


@pytest.mark.parametrize(
    ("out", "err", "ended"),
    [
        ("", "", 1),
        ("", "pip-audit: error: unrecognized arguments: --lokal", 2),
        ("", "Traceback\nKeyError: 'vulns'", 1),
        ("[]", "odd", 0),
        (said(CLEAN), "", 1),
    ],
)
def test_an_audit_that_did_not_work_fails(audit: ModuleType, out: str, err: str, ended: int) -> None:
    """Else a misspelt option would pass for ever."""
    assert audit.judged(out, err, ended)[0] == 1


def test_it_does_not_wait_for_ever(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: dict[str, Any] = {}

    def slow(_command: list[str], **how: Any) -> None:
        asked.update(how)
        raise subprocess.TimeoutExpired("pip-audit", how["timeout"])

    monkeypatch.setattr(subprocess, "run", slow)
    assert audit.main() == 0
    assert asked["timeout"] < 60
    assert capsys.readouterr().out == "dependencies not audited: the advisory service took more than 50 seconds\n"


def test_the_checks_make_both_steps() -> None:
    steps = (CHECKS / "run").read_text("utf-8").splitlines()
    assert ".ci-venv/bin/pip check" in steps
    assert ".ci-venv/bin/python .ci/audit.py" in steps
    assert any('".[test,audit]"' in step for step in steps)
