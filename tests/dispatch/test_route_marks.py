"""A folder is the outbox of one route, whichever box names it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dutydesk.dispatch.places import OpenPlaces
from dutydesk.dispatch.route_marks import MARK, claim_outbox
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.places import TransportPlaces
from refusals import raises_code


def box(folder: Path, *routes: str) -> OpenPlaces:
    folder.mkdir(exist_ok=True)
    return OpenPlaces(folder, "exercise", TransportPlaces(routes=routes))


def test_two_boxes_name_one_folder_for_one_route(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for name in ("one", "two", "one"):
        box(tmp_path / name, "main=outbox", f"east={shared}")
    assert (shared / MARK).read_text() == "east\n"
    assert [file.name for file in shared.iterdir()] == [MARK]


def test_a_folder_of_another_route_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    box(tmp_path / "one", f"east={shared}")
    with raises_code(InvalidRequestCode.BAD_ROUTES, match=r"\beast\b.*\bwest\b"):
        box(tmp_path / "two", f"west={shared}")
    (shared / MARK).unlink()
    box(tmp_path / "two", f"west={shared}")


def test_a_disk_without_hard_links_takes_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    claim_outbox(tmp_path, "east")
    assert (tmp_path / MARK).read_text() == "east\n"


def test_a_mark_that_is_no_file_is_a_fault_of_the_outbox(tmp_path: Path) -> None:
    (tmp_path / MARK).symlink_to(tmp_path / "elsewhere")
    with raises_code(StoreCode.OUTBOX_UNUSABLE):
        claim_outbox(tmp_path, "east")


def test_one_outbox_without_routes_has_no_mark(tmp_path: Path) -> None:
    OpenPlaces(tmp_path, "exercise", TransportPlaces())
    assert not (tmp_path / "outbox" / MARK).exists()


async def test_the_mark_is_no_folder_of_a_bureau(tmp_path: Path) -> None:
    claim_outbox(tmp_path, "east")
    assert await SpoolTransport(tmp_path).newest_segment() == 0
    assert (await SpoolTransport(tmp_path).contents_after(0)).keys == frozenset()
