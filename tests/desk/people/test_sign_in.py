"""The actor of a session: the login's own officer, or ``--as`` for the owner of the store file and in demos."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from desks import Bench
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people import officers
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.errors import NotAllowed
from dutydesk.store.engine.reader import Handle
from refusals import raises_code


async def signed_in(bench: Bench, as_name: str | None, *, demo: bool = False, login: str = "jonas") -> Actor:
    store = bench.desk.store
    return await store.read(
        lambda handle: officers.sign_in(handle, store.path, demo=demo, login=login, as_name=as_name)
    )


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Act as an OS user who does not own the store file."""
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)


async def test_the_owner_of_the_store_names_an_officer_that_exists(bench: Bench) -> None:
    assert await signed_in(bench, "Ines") == Actor("Ines", "jonas")
    with raises_code(NotAllowedCode.NOT_AN_OFFICER, match="Nobody"):
        await signed_in(bench, "Nobody")


async def test_no_other_user_does_whatever_the_role(bench: Bench, stranger: None) -> None:
    for name in ("Ines", "Jonas", "root", "Nobody"):
        for login in ("jonas", "ines", "root"):
            with raises_code(NotAllowedCode.AS_NOT_OWNER) as caught:
                await signed_in(bench, name, login=login)
            assert "\n" not in caught.value.words
    assert await signed_in(bench, None) == Actor("Jonas", "jonas"), "without it everybody is who he or she is"


async def test_root_does_not_count_as_the_owner(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.stat_result
    status = bench.desk.store.path.stat()
    others = real((status.st_mode, status.st_ino, status.st_dev, 1, 4711, 4711, status.st_size, 0, 0, 0))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "stat", lambda _path, **_how: others)
    with raises_code(NotAllowedCode.AS_NOT_OWNER):
        await signed_in(bench, "Ines")


async def test_a_demo_lets_everybody_be_anyone_who_exists(bench: Bench, stranger: None) -> None:
    assert await signed_in(bench, "Ines", demo=True) == Actor("Ines", "jonas")
    with raises_code(NotAllowedCode.NOT_AN_OFFICER):
        await signed_in(bench, "Nobody", demo=True)


async def test_the_login_comes_from_the_system_and_no_variable_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = officers.os_user()
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "ines")
    assert officers.os_user() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_real_other_user_is_refused(bench: Bench) -> None:
    """Everybody can reach the file and its group can write it; that does not count."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        store = Path(folder) / "desk.db"
        store.touch(0o660)

        def asked(handle: Handle) -> Actor:
            return officers.sign_in(handle, store, demo=False, login="jonas", as_name="Ines")

        assert await bench.desk.store.read(asked) == Actor("Ines", "jonas")
        os.seteuid(65534)
        try:
            with pytest.raises(NotAllowed, match="--as counts only for the OS user who owns"):
                await bench.desk.store.read(asked)
        finally:
            os.seteuid(0)
