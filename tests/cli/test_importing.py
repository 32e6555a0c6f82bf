"""Importing registers from the command line."""

from __future__ import annotations

from pathlib import Path

from boxes import Box

GOOD = "reference;family;given;date_of_birth;country_of_origin;date\nR-1;Skarvin;Ilja;1974-05-02;RU;2019-01-02\n"


def written(box: Box, name: str, text: str) -> str:
    path = box.folder / name
    Path(path).write_text(text, "utf-8")
    return str(path)


def test_import_of_refugees(box: Box) -> None:
    file = written(box, "refugees.csv", GOOD)
    ended = box.ok("import", "refugees", file, "--json").object()
    assert (ended["taken"], ended["not_taken"], ended["register"]) == (1, [], "refugees")
    assert box.ok("import", "refugees", file).out == "refugees: 0 taken, 0 changed, 1 unchanged, 0 not taken.\n"


def test_rows_that_are_not_taken_are_named_and_end_with_one(box: Box) -> None:
    ended = box.run("import", "refugees", written(box, "r.csv", GOOD + "R-2;Nordal\n"))
    assert ended.code == 1
    assert "refugees: 1 taken" in ended.out
    assert "line 3 is not taken: it has 2 fields" in ended.out


def test_import_of_the_ccf(box: Box) -> None:
    text = '[{"reference": "C-1", "matter": "open request", "original_script": "Скарвин Илья", "date": "2021-03-04"}]'
    assert box.ok("import", "ccf", written(box, "ccf.json", text), "--json").object()["taken"] == 1


def test_calls_that_can_t_be_done(box: Box) -> None:
    file = written(box, "refugees.csv", GOOD)
    assert box.run("--as", "Ines", "import", "refugees", file).code == 3
    assert box.run("import", "refugees", file + ".none").code == 2
    assert box.run("import", "ccf", file).code == 2
    assert box.run("import").code == 2
