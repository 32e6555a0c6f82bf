"""Importing records from the command line: what is taken is found by checks, what is not is named."""

from __future__ import annotations

import json
from pathlib import Path

from boxes import Box
from dutydesk.domain.limits import DEFAULT_LIMITS
from ptys import terminal

HEAD = "number;issuer;type;status;date\n"
LOST = HEAD + "ZX1234567;FI;passport;lost;2021-11-30\nZX7654321;FI;passport;stolen;2021-12-01\n"
RED = {
    "entity_id": "2022/90417",
    "name": "VARELO",
    "forename": "TOMAS",
    "date_of_birth": "1979/05/02",
    "sex_id": "M",
    "nationalities": ["BR"],
    "arrest_warrants": [{"issuing_country_id": "BR", "charge": "1) fraud\r\n2) forgery", "charge_translation": None}],
}


def written(box: Box, name: str, text: str) -> str:
    path = box.folder / name
    Path(path).write_text(text, "utf-8")
    return str(path)


def found(box: Box, *arguments: str) -> list[dict[str, object]]:
    hits: list[dict[str, object]] = box.ok("check", *arguments, "--json").object()["hits"]
    return hits


def test_documents_are_found_by_checks(box: Box) -> None:
    file = written(box, "lost.csv", LOST)
    report = box.ok("import", "documents", file, "--json").object()
    assert (report["rows"], report["taken"], report["not_taken"], len(report["sha256"])) == (2, 2, 0, 64)
    query = ("--requester", "SE", "--database", "travel_documents", "--document-number")
    assert [hit["source"] for hit in found(box, *query, "zx 1234567", "--issuer", "FI")] == ["FI"]
    assert found(box, *query, "ZX0000000", "--issuer", "FI") == []
    again = box.ok("import", "documents", file)
    assert "documents: 0 taken, 0 changed, 2 unchanged, 0 not taken, of 2 rows." in again.out


def test_on_a_terminal_a_bar_shows_how_far_it_is(box: Box) -> None:
    file = written(box, "lost.csv", HEAD + "".join(f"ZX{n:07d};FI;passport;lost;2021-11-30\n" for n in range(3000)))
    command = box.command("--db", str(box.store), "import", "documents", file)
    with terminal(box.store, (100, 24), command) as screen:
        screen.shows("documents: 3,000 taken")
        drawn = screen.sent.decode()
    assert "lost.csv" in drawn
    assert "100%" in drawn
    assert "\x1b[" in drawn


def test_persons_are_found_by_checks_and_hits_count_by_what_is_charged(box: Box) -> None:
    page = {"total": 1, "_embedded": {"notices": [RED]}}
    box.ok("import", "notices", written(box, "red.json", json.dumps(page)))
    query = ("--requester", "SE", "--database", "nominal", "--name", "Tomas Varelo", "--date-of-birth", "1979-05-02")
    (hit,) = found(box, *query)
    assert hit["source"] == "BR"
    stats = box.ok("stats", "--json").object()
    assert stats["hits_by_category"] == {"fraud": 1, "forgery": 1}
    assert (stats["checks_against"], stats["hits_by_source"], stats["checks_per_minute"]) == ({"BR": 1}, {"BR": 1}, 1)


def test_a_row_without_a_bureau_is_the_secretariats_or_whose_it_is_said_to_be(box: Box) -> None:
    bare = {key: value for key, value in RED.items() if key != "arrest_warrants"}
    file = written(box, "red.json", json.dumps([bare]))
    query = ("--requester", "SE", "--database", "nominal", "--name", "Tomas Varelo", "--date-of-birth", "1979-05-02")
    box.ok("import", "notices", file)
    assert [hit["source"] for hit in found(box, *query)] == ["-"]
    box.ok("import", "notices", file, "--source", "FR")
    assert {hit["source"] for hit in found(box, *query)} == {"-", "FR"}
    assert box.run("import", "notices", file, "--source", "UK").code == 2


def test_each_row_that_is_not_taken_is_named(box: Box) -> None:
    file = written(box, "lost.csv", LOST + "ZX1;FI;passport;lost;2021\n;FI;passport;lost;2021\nZX5555555;FIN;;;\n")
    ended = box.run("import", "documents", file)
    assert ended.code == 1
    assert "documents: 2 taken" in ended.out
    assert "row 4 is not taken: its number has fewer than 4 letters and figures" in ended.err
    assert "row 5 is not taken: its number is empty" in ended.err
    assert "row 6 is not taken: its issuer:" in ended.err
    refused = box.folder / "refused.txt"
    assert box.run("import", "documents", file, "--refused", str(refused)).code == 1
    assert len(refused.read_text("utf-8").splitlines()) == 3
    assert box.run("import", "documents", file, "--refused", str(refused)).code == 2, "nothing is written over"


def test_what_is_left_out_of_a_row_is_said(box: Box) -> None:
    odd = RED | {"nationalities": ["XA"], "date_of_birth": "1979/02/30"}
    ended = box.run("import", "notices", written(box, "red.json", json.dumps([odd])))
    assert ended.code == 0
    assert "row 1 is taken, but for this: nationalities: " in ended.err
    assert "row 1 is taken, but for this: date_of_birth" in ended.err


def test_calls_that_can_t_be_done(box: Box) -> None:
    file = written(box, "lost.csv", LOST)
    assert box.run("--as", "Ines", "import", "documents", file).code == 3
    assert box.run("import", "documents", file + ".none").code == 2
    assert box.run("import", "documents", str(box.folder)).code == 2
    assert box.run("import", "notices", file).code == 2
    assert box.run("import", "documents", written(box, "empty.csv", "")).code == 2
    assert DEFAULT_LIMITS.batches.import_rows < 5_000
