"""The benchmark runs the real way of many messages, and says each figure beside the disk's own."""

from __future__ import annotations

from boxes import Box


def test_ratios_stand_beside_the_figures(bare: Box) -> None:
    figures = bare.ok(
        "bench", "--messages", "120", "--recipients", "3", "--folder", str(bare.folder), "--json"
    ).objects()
    by_unit = {figure["unit"]: figure for figure in figures if figure["ratio"] is not None}
    assert by_unit["writes/s"]["ratio"] == 1.0
    disk = by_unit["writes/s"]["value"]
    deliveries = by_unit["deliveries/s"]
    assert abs(deliveries["ratio"] - deliveries["value"] / disk) < 1e-6
    assert all(figure["value"] > 0 for figure in figures)
    said = [figure["what"] for figure in figures]
    assert [what for what in said if what.startswith("until a message is durable")] == [
        "until a message is durable, 16 senders, median",
        "until a message is durable, 256 senders, saturated, median",
    ]
    assert said.count("the same, 99 of 100 within") == 2
    assert any(what.startswith("whole life to 3:") for what in said)
    assert any(what.startswith("whole life to 19") and what.endswith("every other member") for what in said)
    assert list(bare.folder.glob("dutydesk-bench-*")) == [], "nothing is left behind"


def test_what_cannot_be_measured_is_a_wrong_call(bare: Box) -> None:
    assert bare.run("bench", "--messages", "1").code == 2
    assert bare.run("bench", "--folder", "nowhere").code == 2


def test_checks_are_measured_beside_a_scan_of_all_names(bare: Box) -> None:
    figures = bare.ok(
        "bench", "checks", "--persons", "1000", "--documents", "1000", "--checks", "20", "--folder", str(bare.folder),
        "--json",
    ).objects()  # fmt: skip
    by_name = {figure["what"]: figure for figure in figures}
    assert by_name["found: written the same"]["value"] == 100
    assert by_name["found: one letter wrong"]["value"] >= 80
    assert by_name["checks by name, birth and nationality, of clean persons"]["ratio"] > 0
    assert by_name["checks of documents that are on record"]["value"] > 0
    assert list(bare.folder.glob("dutydesk-bench-*")) == []
    assert bare.run("bench", "checks", "--persons", "1").code == 2
