"""What ``ops-box`` prints: nothing that gives more than the console, and only for officers and public keys."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from boxes import Box
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.limits import DEFAULT_LIMITS
from postgres_cluster import PostgresServer, need_postgres

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVkaOqyJYz9LCx3P8XkbvMS1ipBwqTRvfYlN4HTuqRk"


def _key(box: Box, text: str) -> str:
    file = box.folder / "officer.pub"
    file.write_text(text)
    return str(file)


def test_a_keys_line_gives_the_console_of_one_officer_and_nothing_else(box: Box) -> None:
    line = box.ok("ops-box", "key", "Jonas", _key(box, f"{KEY} jonas@laptop\n")).out
    assert line.endswith(f'" {KEY}\n')
    options, _, rest = line.partition("command=")
    assert options == "restrict,pty,"
    command = shlex.split(shlex.split(rest)[0])
    assert command[-5:] == ["--db", str(box.store), "--as", "Jonas", "console"]


def test_a_name_with_spaces_and_quotes_stays_one_word(box: Box) -> None:
    name = """Ada "Q" O'Quill"""
    box.ok("officers", "add", name, "--role", "officer", "--country", "-")
    rest = box.ok("ops-box", "key", name, _key(box, KEY)).out.partition("command=")[2]
    assert shlex.split(shlex.split(rest)[0])[-2] == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n",
        f"{KEY}\n{KEY}\n",
        f'command="sh" {KEY}\n',
        KEY.replace("ssh-ed25519", "ssh-rsa"),
        "ssh-dss AAAAB3NzaC1kc3MAAACB\n",
        f"{KEY[:40]}!\n",
    ],
    ids=["empty", "private", "two", "options", "other type inside", "dss", "no base64"],
)
def test_what_is_no_single_public_key_is_refused_in_one_line(box: Box, text: str) -> None:
    ended = box.run("ops-box", "key", "Jonas", _key(box, text))
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)


def test_a_key_for_nobody_is_refused(box: Box) -> None:
    box.refused(InvalidRequestCode.UNLISTED_OFFICER, "ops-box", "key", "Nobody", _key(box, KEY))


def test_sshd_takes_what_it_is_given(box: Box, tmp_path: Path) -> None:
    text = box.ok("ops-box", "sshd", "--account", "desk").out
    assert "DisableForwarding yes" in text
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if sshd is None:
        assert not os.environ.get("DUTYDESK_REQUIRE_SERVERS"), "a run that may install sshd has it"
        pytest.skip("no sshd on this machine: install openssh-server")
    host = tmp_path / "host"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host)], check=True)
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    config = tmp_path / "config"
    config.write_text(f"HostKey {host}\n{text}")
    where = "user=desk,host=box,addr=127.0.0.1"
    said = subprocess.run(
        [sshd, "-T", "-f", str(config), "-C", where], capture_output=True, text=True, check=True
    ).stdout
    given = ("disableforwarding yes", "passwordauthentication no", "permituserrc no", "maxsessions 1")
    for line in (*given, "permituserenvironment no"):
        assert line in said.splitlines()


def unit_lines(box: Box, *options: str) -> dict[str, str]:
    unit = box.ok("--json", "ops-box", "systemd", *options).object()["systemd"]
    return dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))


def test_the_unit_runs_the_dispatcher_of_this_store_without_network(box: Box) -> None:
    lines = unit_lines(box)
    assert shlex.split(lines["ExecStart"])[-4:] == ["--db", str(box.store), "dispatch", "--journal"]
    assert (lines["PrivateNetwork"], lines["ReadWritePaths"]) == ("yes", str(box.folder))
    assert (lines["Type"], lines["NotifyAccess"]) == ("notify", "main")


def test_its_watchdog_is_longer_than_a_transport_may_take(box: Box) -> None:
    """A step asks the transport up to five times; then comes the time from one heartbeat to the next."""
    limits = DEFAULT_LIMITS
    seconds = float(unit_lines(box)["WatchdogSec"])
    assert seconds > 5 * limits.dispatch.transport_seconds + seconds / limits.health.heartbeats


def test_a_unit_with_metrics_has_the_network_that_they_need_and_no_more(box: Box) -> None:
    here = unit_lines(box, "--metrics", "9108")
    assert shlex.split(here["ExecStart"])[-2:] == ["--metrics", "127.0.0.1:9108"]
    assert (here["IPAddressDeny"], here["IPAddressAllow"]) == ("any", "localhost")
    assert "PrivateNetwork" not in here
    assert "IPAddressDeny" not in unit_lines(box, "--metrics", "192.0.2.7:9108")


@pytest.mark.parametrize(
    ("servers", "reached"),
    [
        ("", None),
        ("127.0.0.1:5433,[::1]", "localhost"),
        ("10.0.0.21,10.0.0.22:5433", "localhost 10.0.0.21 10.0.0.22"),
        ("db1,10.0.0.22", "all"),
    ],
)
def test_a_unit_of_a_store_on_a_cluster_reaches_its_servers(
    box: Box, tmp_path: Path, servers: str, reached: str | None
) -> None:
    home = tmp_path / "a home 100%"
    called = ("--home", str(home), "--db", f"postgresql://dutydesk_app@{servers}/desk?sslmode=verify-full")
    unit = box.run(*called, "--json", "ops-box", "systemd", PGPASSFILE=f"{home}/pgpass").object()["systemd"]
    lines = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    assert lines.get("IPAddressAllow", "all" if "PrivateNetwork" not in lines else None) == reached
    assert (lines["After"] == "network-online.target") is (reached not in (None, "localhost"))
    assert lines["ReadWritePaths"] == f'"{tmp_path}/a home 100%%"'
    assert lines["Environment"] == f'"PGPASSFILE={tmp_path}/a home 100%%/pgpass"'
    assert shlex.split(lines["ExecStart"])[-4:-2] == ["--db", f"{tmp_path}/a home 100%%/desk.url"]


def test_systemd_takes_a_unit_whose_home_needs_quotes(box: Box, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine: install systemd")
    home = tmp_path / """a "home" 100% $HOME it's"""
    home.mkdir()
    unit = tmp_path / "dutydesk.service"
    page = box.ok("--json", "ops-box", "postgresql", *CLUSTER, "--home", str(home), "--account", "root").object()
    unit.write_text(page["postgresql"]["unit"])
    said = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in said.stderr.splitlines() if "dutydesk.service" in line] == []


def test_the_steps_name_commands_that_exist(box: Box) -> None:
    steps = box.ok("ops-box").out
    for command in ("officers add", "ops-box systemd", "ops-box sshd", "ops-box key", "doctor"):
        assert f"dutydesk {command}" in steps
        assert box.run(*command.split(), "--help").code == 0
    assert json.loads(box.ok("--json", "ops-box").out)["steps"] == steps


CLUSTER = ("--server", "db1=10.0.0.21", "--server", "db2=10.0.0.22", "--box", "10.0.0.11", "--box", "10.0.0.12")


def test_a_box_of_a_cluster_reaches_its_servers_and_nothing_else(box: Box) -> None:
    pages = box.ok("--json", "ops-box", "postgresql", *CLUSTER).object()["postgresql"]
    lines = dict(line.split("=", 1) for line in pages["unit"].splitlines() if "=" in line and not line.startswith("#"))
    assert (lines["IPAddressDeny"], lines["IPAddressAllow"]) == ("any", "localhost 10.0.0.21/32 10.0.0.22/32")
    assert (lines["Type"], lines["ReadWritePaths"]) == ("notify", "/srv/dutydesk /srv/shared/outbox")
    assert float(lines["WatchdogSec"]) == float(unit_lines(box)["WatchdogSec"]), "one that hangs is started again"
    command = shlex.split(lines["ExecStart"])
    assert "--journal" in command
    url = command[command.index("--db") + 1]
    assert url.startswith("postgresql://dutydesk_app@db1,db2/desk?sslmode=verify-full")
    assert "dutydesk_owner@" in pages["init"]


def test_all_boxes_of_a_cluster_deliver_to_the_outbox_that_is_named(box: Box) -> None:
    pages = box.ok("--json", "ops-box", "postgresql", *CLUSTER, "--outbox", "/mnt/the outbox").object()["postgresql"]
    assert tomllib.loads(pages["box"]) == {"transport": {"outbox": ["/mnt/the outbox"]}}
    lines = dict(line.split("=", 1) for line in pages["unit"].splitlines() if "=" in line and not line.startswith("#"))
    assert "--outbox" not in shlex.split(lines["ExecStart"]), "it would stand in place of what the settings name"
    assert shlex.split(lines["ReadWritePaths"]) == ["/srv/dutydesk", "/mnt/the outbox"]


def test_a_unit_may_write_where_the_settings_deliver(box: Box) -> None:
    places = 'inbox = ["/mnt/in", "nats://127.0.0.1:9"]\nroutes = ["main=outbox", "east=/mnt/east"]'
    (box.folder / "desk.toml").write_text(f"[transport]\n{places}\n")
    assert shlex.split(unit_lines(box)["ReadWritePaths"]) == [str(box.folder), "/mnt/in", "/mnt/east"]


def test_each_server_is_made_a_standby_under_the_name_that_commits_wait_for(box: Box) -> None:
    pages = box.ok("--json", "ops-box", "postgresql", *CLUSTER, "--server", "db-3:5433=10.0.0.23").object()[
        "postgresql"
    ]
    commands = [shlex.split(line, comments=True) for line in pages["standby"].splitlines() if line[:1] != "#"]
    lines = [dict(part.split("=", 1) for part in command[-1].split()) for command in commands]
    assert [(line["host"], line["port"], line["application_name"]) for line in lines] == [
        ("db1", "5432", "db2"),
        ("db1", "5432", "db-3"),
        ("db2", "5432", "db1"),
    ]
    assert [command[command.index("--slot") + 1] for command in commands] == ["db2", "db_3", "db1"]
    assert all(f'"{line["application_name"]}"' in pages["settings"] for line in lines)


def test_pg_hba_lets_in_the_boxes_by_tls_and_nobody_else(box: Box) -> None:
    pages = box.ok("--json", "ops-box", "postgresql", *CLUSTER).object()["postgresql"]
    lines = [line.split() for line in pages["pg_hba"].splitlines() if not line.startswith("#")]
    assert {line[0] for line in lines[:-1]} == {"hostssl"}
    assert lines[-1] == ["host", "desk", "all", "all", "reject"]
    assert {line[3] for line in lines if line[2] == "dutydesk_app"} == {"10.0.0.11/32", "10.0.0.12/32"}


@pytest.mark.parametrize(
    "wrong", [("--server", "db1=nowhere"), ("--server", "=10.0.0.1"), ("--box", "x"), ("--database", "a b")]
)
def test_what_is_no_address_and_no_name_is_refused(box: Box, wrong: tuple[str, str]) -> None:
    box.refused(InvalidRequestCode.BAD_ARGUMENT, "ops-box", "postgresql", *CLUSTER, *wrong)


def test_a_cluster_takes_the_roles_the_lines_and_the_settings(box: Box) -> None:
    need_postgres()
    pages = box.ok("--json", "ops-box", "postgresql", *CLUSTER).object()["postgresql"]
    server = PostgresServer()
    try:
        server.make()
        server.start()
        statements = [line for line in pages["roles"].splitlines() if not line.startswith(("--", "\\"))]
        for statement in statements:
            server.sql(statement)
        (server.data / "pg_hba.conf").open("a").write(pages["pg_hba"])
        wrong = "SELECT error FROM pg_hba_file_rules WHERE error NOT LIKE '%SSL is disabled'"
        assert server.sql(wrong) == []
        (server.data / "postgresql.conf").open("a").write(pages["settings"])
        unknown = "SELECT name FROM pg_file_settings WHERE error <> 'setting could not be applied' AND name <> 'ssl'"
        assert server.sql(unknown) == []
    finally:
        server.remove()
