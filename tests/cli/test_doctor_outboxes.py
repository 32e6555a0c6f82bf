"""``doctor`` compares the store with the outboxes that the desk delivers to, wherever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from boxes import Box


def newer_than_the_store(outbox: Path) -> None:
    (outbox / "PL").mkdir(parents=True)
    (outbox / "PL" / "000000000999.jsonl").write_text("{}\n")


def outboxes_found(box: Box, *words: str) -> list[tuple[str, bool]]:
    rows = box.run("--json", "doctor", *words).objects()
    return [(row["detail"].split(" ")[0], row["ok"]) for row in rows if row["check"] == "outbox"]


@pytest.mark.parametrize(
    "settings",
    ['outbox = ["elsewhere"]', 'outbox = ["elsewhere", "FR=nats://127.0.0.1:9"]', 'routes = ["main=elsewhere"]'],
)
def test_the_outbox_that_the_settings_name_is_compared_with_the_store(box: Box, settings: str) -> None:
    newer_than_the_store(box.store.parent / "elsewhere")
    (box.store.parent / "desk.toml").write_text(f"[transport]\n{settings}\n")
    assert outboxes_found(box) == [(str(box.store.parent / "elsewhere"), False)]


def test_an_outbox_that_the_command_names_takes_its_place(box: Box, tmp_path: Path) -> None:
    newer_than_the_store(tmp_path / "named")
    assert outboxes_found(box) == [(str(box.store.parent / "outbox"), True)]
    assert outboxes_found(box, "--outbox", str(tmp_path / "named")) == [(str(tmp_path / "named"), False)]
