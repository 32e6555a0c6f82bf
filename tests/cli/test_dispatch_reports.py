"""``dispatch`` as a service: what it tells its manager and its journal, and which calls it refuses in one sentence."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from boxes import SECONDS, Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode


def test_a_service_says_when_it_is_ready_serves_metrics_and_says_that_it_stops(box: Box) -> None:
    pytest.importorskip("prometheus_client", reason="prometheus-client is not installed: the extra metrics")
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(box.folder / "notify"))
        manager.settimeout(SECONDS)
        environment = box.environment(NOTIFY_SOCKET=str(box.folder / "notify"), WATCHDOG_USEC="800000")
        command = box.command("dispatch", "--metrics", "0", "--journal")
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            try:
                told: list[str] = []
                while not ("READY=1" in told and "WATCHDOG=1" in told):
                    told.append(manager.recv(4_096).decode())
                assert process.stderr is not None
                lines: list[dict[str, object]] = []
                while not any(line["event"] == "metrics.served" for line in lines):
                    lines.append(json.loads(process.stderr.readline()[3:]))
                port = next(line["port"] for line in lines if line["event"] == "metrics.served")
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=SECONDS) as page:
                    assert b'dutydesk_items{state="released"} 1.0\n' in page.read()
                process.terminate()
                while "STOPPING=1" not in told:
                    told.append(manager.recv(4_096).decode())
                assert process.wait(SECONDS) == 0
                rest = process.stderr.read().splitlines()
                assert all(line.startswith("<") for line in rest), rest
            finally:
                process.kill()


def test_a_port_that_is_taken_is_refused_in_one_sentence(box: Box) -> None:
    pytest.importorskip("prometheus_client", reason="prometheus-client is not installed: the extra metrics")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = box.refused(RefusedCode.METRICS_PORT_TAKEN, "dispatch", "--metrics", port, "--until-idle")
    assert port in ended.err


def test_without_the_library_the_extra_is_named(box: Box, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "prometheus_client.py").write_text("raise ImportError('not installed')\n")
    path = f"{tmp_path / 'without'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    ended = subprocess.run(
        [sys.executable, "-m", "dutydesk", "--json", "dispatch", "--metrics", "0", "--until-idle"],
        env=box.environment(PYTHONPATH=path),
        cwd=box.folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (ended.returncode, json.loads(ended.stdout)["code"]) == (2, "metrics_not_installed")
    assert "dutydesk[metrics]" in ended.stderr


def test_an_address_is_checked_before_the_store_is_opened(bare: Box) -> None:
    bare.refused(InvalidRequestCode.BAD_ARGUMENT, "dispatch", "--metrics", "example.org:80")
    bare.refused(InvalidRequestCode.BAD_ARGUMENT, "ops-box", "systemd", "--metrics", "example.org:80")


def test_a_live_store_is_not_served_to_other_machines_unless_the_settings_say_so(bare: Box) -> None:
    pytest.importorskip("prometheus_client", reason="prometheus-client is not installed: the extra metrics")
    bare.ok("init")
    call = ("dispatch", "--metrics", "0.0.0.0:0", "--until-idle")
    bare.refused(InvalidRequestCode.METRICS_OFF_LOOPBACK, *call)
    bare.store.with_name("desk.toml").write_text("metrics_off_loopback = true\n", "utf-8")
    ended = bare.run(*call)
    assert (ended.code, ended.err.count("0.0.0.0")) == (0, 2), "the address, and a warning"


def test_doctor_says_whether_the_alarm_command_can_run(box: Box) -> None:
    program = box.folder / "page"

    def checks() -> dict[str, bool]:
        return {row["check"]: row["ok"] for row in box.run("doctor", "--json").objects()}

    assert "alarm_command" not in checks()
    box.store.with_name("desk.toml").write_text(f'[alarm]\nrun = ["{program}", "x"]\n', "utf-8")
    assert checks()["alarm_command"] is False
    program.write_text("#!/bin/sh\n")
    program.chmod(0o600)
    assert checks()["alarm_command"] is False
    program.chmod(0o757)
    assert checks()["alarm_command"] is False, "everyone may change it"
    program.chmod(0o755)
    assert checks()["alarm_command"] is True
