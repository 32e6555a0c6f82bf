"""NATS from the command line: what ``ops-box`` prints and makes is what ``dispatch`` and ``doctor`` then use."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from nats_server import NatsServer, nats_program, read_outbox, stored_subjects


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    made = NatsServer(Path(tmp_path_factory.mktemp("nats")), ("DE", "PL", "FR"))
    made.start()
    yield made
    made.kill()


def url(server: NatsServer) -> str:
    return str(server.address)


def key_options(server: NatsServer) -> tuple[str, ...]:
    return "--nats-key", str(server.key_file("desk"))


def made_streams(box: Box, server: NatsServer) -> str:
    keys = server.write_public_keys()
    return box.ok("ops-box", "nats-streams", url(server), "--keys", str(keys), *key_options(server)).out


def test_a_key_is_made_for_its_owner_alone_and_shows_its_public_part_only(box: Box) -> None:
    file = box.folder / "pl.nk"
    public = box.ok("ops-box", "nats-key", str(file)).out.strip()
    assert public.startswith("U")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() not in public
    assert box.ok("ops-box", "nats-key", str(file), "--show").out.strip() == public
    assert box.run("ops-box", "nats-key", str(file)).code == 1, "an existing key is not replaced"


def test_the_printed_configuration_is_taken_by_the_server(box: Box, server: NatsServer, tmp_path: Path) -> None:
    text = box.ok("ops-box", "nats", "--keys", str(server.write_public_keys()), "--old-server").out
    assert all(seed not in text for seed in server.seeds.values())
    file = tmp_path / "nats.conf"
    file.write_text(text)
    said = subprocess.run([nats_program(), "-t", "-c", str(file)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_a_server_for_other_machines_needs_a_certificate(box: Box, server: NatsServer) -> None:
    keys = str(server.write_public_keys())
    box.refused(InvalidRequestCode.TLS_DEMANDED, "ops-box", "nats", "--keys", keys, "--host", "0.0.0.0")
    box.refused(InvalidRequestCode.CONFLICTING_OPTIONS, "ops-box", "nats", "--keys", keys, "--certificate", "x.pem")
    text = box.ok("ops-box", "nats", "--keys", keys, "--certificate", "/c.pem", "--certificate-key", "/k.pem").out
    assert 'cert_file: "/c.pem"' in text
    assert "host: 0.0.0.0" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PL UX\n",
        "pl {PL}\ndesk {desk}\n",
        "PL {PL}\n",
        "PL {PL}\nPL {FR}\ndesk {desk}\n",
        "PL {PL}\nFR {PL}\ndesk {desk}\n",
        "PL {PL} x\ndesk {desk}\n",
        "PL {PL}\ndesk {PL}\n",
        "PL {broken}\ndesk {desk}\n",
        'PL"}}]}} {PL}\ndesk {desk}\n',
    ],
    ids=["empty", "short", "case", "no desk", "twice", "shared", "more", "as the desk", "checksum", "injected"],
)
def test_a_list_of_keys_that_is_malformed_is_refused(box: Box, server: NatsServer, text: str) -> None:
    keys = server.public_keys
    wrong = keys.bureaus["PL"][:-1] + ("A" if keys.bureaus["PL"][-1] != "A" else "B")
    file = box.folder / "keys.txt"
    file.write_text(text.format(**keys.bureaus, desk=keys.desk, broken=wrong))
    box.refused(InvalidRequestCode.BAD_BUREAU_KEYS, "ops-box", "nats", "--keys", str(file))


async def test_dispatch_takes_in_and_delivers_over_nats_and_the_spool(box: Box, server: NatsServer) -> None:
    await server.remove_streams()
    assert "OUT is made" in made_streams(box, server)
    assert "OUT is there" in made_streams(box, server)
    germany = await server.client("DE")
    await germany.jetstream().publish("dd.in.DE", json.dumps(diffusion("DE", ("PL", "FR"))).encode())
    await germany.close()
    (box.folder / "inbox").mkdir()
    (box.folder / "inbox" / "x.json").write_text(json.dumps(diffusion("DE", ("PL",), reference="B-1")))
    done = box.ok(
        "dispatch",
        *("--inbox", url(server), "--inbox", str(box.folder / "inbox")),
        *("--outbox", str(box.folder / "outbox"), "--outbox", f"PL,DE={url(server)}"),
        *("--until-idle", "--json", *key_options(server)),
    )
    assert (done.object()["taken_in"], done.object()["failed"]) == (2, 0)
    names = {name for name in await stored_subjects(server) if "receipt-" not in name.split(".")[3]}
    assert {name for name in names if name.count(".") == 4} == {"dd.out.PL.D-000001.1-1", "dd.out.PL.D-000002.1-1"}
    assert [folder.name for folder in (box.folder / "outbox").iterdir() if folder.is_dir()] == ["FR"]
    assert len(await read_outbox(server, "PL")) == 2


async def test_settings_name_the_places_of_every_dispatcher(box: Box, server: NatsServer) -> None:
    await server.remove_streams()
    made_streams(box, server)
    (box.folder / "nats.nk").touch(0o600)
    (box.folder / "nats.nk").write_text(server.seeds["desk"])
    (box.folder / "desk.toml").write_text(f'[transport]\noutbox = ["outbox", "PL={url(server)}"]\n')
    box.ok("submit", box.lines("x.jsonl", diffusion("DE", ("PL",))))
    box.ok("dispatch", "--until-idle")
    assert "dd.out.PL.D-000001.1-1" in await stored_subjects(server)
    assert any("tls" in line or "nats://" in line for line in box.ok("settings").out.splitlines())


async def test_doctor_says_what_is_wrong_with_a_server(box: Box, server: NatsServer) -> None:
    await server.remove_streams()
    checks = box.run("doctor", "--outbox", url(server), *key_options(server), "--json").objects()
    found = {each["check"]: each["ok"] for each in checks}
    assert (found["nats"], found["nats_OUT"], found["nats_IN"], found["nats_inbox"]) == (True, False, False, False)
    made_streams(box, server)
    checks = box.run("doctor", "--outbox", url(server), *key_options(server), "--json").objects()
    found = {each["check"]: each["ok"] for each in checks}
    assert (found["nats"], found["nats_OUT"], found["nats_IN"], found["nats_inbox"]) == (True, True, True, True)
    nobody = box.run("doctor", "--outbox", "nats://127.0.0.1:9", "--json").objects()
    assert {each["check"]: each["ok"] for each in nobody}["nats"] is False


@pytest.mark.parametrize("address", ["nats://192.0.2.1", "nats://127.0.0.1,192.0.2.1:4222"])
def test_a_live_desk_uses_no_server_elsewhere_without_tls(box: Box, address: str) -> None:
    live = "--db", str(box.folder / "live.db")
    box.ok(*live, "init")
    dispatch = InvalidRequestCode.TLS_DEMANDED, *live, "dispatch", "--until-idle"
    box.refused(*dispatch, "--outbox", address)
    box.refused(*dispatch, "--inbox", address)
    box.refused(*dispatch, "--outbox", f"PL={address}")


def test_a_password_in_an_address_is_refused_and_not_repeated(box: Box) -> None:
    said = box.refused(InvalidRequestCode.BAD_SERVER_ADDRESS, "dispatch", "--outbox", "tls://desk:secret@nats1")
    assert "secret" not in said.out + said.err


def test_a_key_that_others_can_read_is_refused(box: Box, server: NatsServer) -> None:
    file = box.folder / "open.nk"
    file.write_text(server.seeds["desk"])
    file.chmod(0o644)
    said = box.refused(
        InvalidRequestCode.NATS_KEY_EXPOSED, "dispatch", "--outbox", url(server), "--nats-key", str(file)
    )
    assert server.seeds["desk"] not in said.out + said.err


@pytest.mark.parametrize(
    "text",
    [
        "transport = 1\n",
        "[transport]\noutboxes = []\n",
        '[transport]\noutbox = "x"\n',
        "[transport]\ninbox = [1]\n",
        '[transport]\noutbox = ["a", "b"]\n',
        '[transport]\noutbox = ["PL=http://x"]\n',
        "[transport]\nnats_key = 1\n",
    ],
)
def test_a_setting_of_places_that_is_wrong_refuses_to_start(box: Box, text: str) -> None:
    (box.folder / "desk.toml").write_text(text)
    box.refused(InvalidRequestCode.BAD_SETTING, "items")


def test_a_setting_with_a_password_does_not_repeat_it(box: Box) -> None:
    (box.folder / "desk.toml").write_text('[transport]\noutbox = ["tls://x:secret@nats1"]\n')
    said = box.refused(InvalidRequestCode.BAD_SETTING, "items")
    assert "secret" not in said.out + said.err


def test_the_unit_of_a_desk_with_nats_may_use_the_network(box: Box) -> None:
    assert "PrivateNetwork=yes" in box.ok("ops-box", "systemd").out
    assert "PrivateNetwork" not in box.ok("ops-box", "systemd", "--nats").out


def test_without_the_packages_one_sentence_names_the_extra(box: Box, tmp_path: Path) -> None:
    """A folder in front of the others, whose ``nats`` can't be found."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name in ('nats', 'nkeys') else find(name, *a)\n"
    )

    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    said = box.run("--json", "dispatch", "--outbox", "nats://127.0.0.1", "--until-idle", PYTHONPATH=path)
    assert said.object()["code"] == InvalidRequestCode.NATS_NOT_INSTALLED.value
    assert "dutydesk[nats]" in said.object()["detail"]
