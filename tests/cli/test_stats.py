"""The figures on the command line: for people, for programs, for spreadsheets."""

from __future__ import annotations

import csv

from boxes import Box
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode

KEYS = {
    "messages_per_minute",
    "checks_per_minute",
    "states",
    "refusals",
    "oldest_held_seconds",
    "checks_against",
    "hits_by_source",
    "hits_by_category",
    "hits_by_place",
}


def test_for_programs(box: Box) -> None:
    found = box.ok("stats", "--json").object()
    assert found.keys() >= KEYS
    assert (found["states"], found["oldest_held_seconds"]) == ({}, None)


def test_for_people(box: Box) -> None:
    ended = box.ok("stats", "--country", "DE", "--since", "2022-01-01")
    assert "Figures of DE at" in ended.out
    assert "time to decision, median" in ended.out


def test_for_spreadsheets(box: Box) -> None:
    path = box.folder / "figures.csv"
    box.ok("stats", "--csv", str(path))
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    assert rows[0] == ["figure", "of", "value"]
    assert ["released", "", "0"] in rows
    box.refused(RefusedCode.FILE_EXISTS, "stats", "--csv", str(path))
    box.ok("stats", "--csv", str(path), "--force")
    box.refused(InvalidRequestCode.STORE_FILE_NAMED, "stats", "--csv", str(box.store) + "-wal")


def test_calls_that_make_no_sense(box: Box) -> None:
    assert box.run("stats", "--country", "UK").code == 2
    assert box.run("stats", "--since", "yesterday").code == 2
    assert box.run("stats", "--since", "2199-01-01").code == 2
