"""The soak's verdicts on invented figures; the run itself is ``python tests/crash/soak.py --minutes 30``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from soak import Sample, verdicts

FIRST = Sample(0.0, 50_000_000, 70_000_000, 20, 19, 5, 5, 100_000, 1_000_000, 100)
#: Values that rise while caches fill and then vary around a constant.
FLAT = [
    replace(FIRST, minute=n / 10, console_rss=70_000_000 + min(n, 90) * 300_000 + n % 3 * 50_000, store=n * 10_000)
    for n in range(300)
]


def growing_samples(**slopes: float) -> list[Sample]:
    return [
        replace(sample, **{name: int(getattr(sample, name) + slope * sample.minute) for name, slope in slopes.items()})
        for sample in FLAT
    ]


def test_what_settles_is_flat_though_the_store_grows() -> None:
    assert all(flat for flat, _ in verdicts(FLAT))


@pytest.mark.parametrize(
    ("name", "slope"),
    [("dispatcher_rss", 500_000), ("console_rss", 500_000), ("console_files", 0.5), ("dispatcher_threads", 0.5)],
)
def test_a_leak_is_not_flat(name: str, slope: float) -> None:
    (words,) = [words for flat, words in verdicts(growing_samples(**{name: slope})) if not flat]
    assert words.startswith(name.replace("_", " "))


def test_a_log_that_is_never_folded_is_not_flat() -> None:
    (words,) = [words for flat, words in verdicts(growing_samples(wal=2_000_000)) if not flat]
    assert words.startswith("write-ahead log")


def test_an_inbox_that_falls_behind_is_not_flat() -> None:
    assert all(flat for flat, _ in verdicts([replace(sample, inbox_files=n % 9) for n, sample in enumerate(FLAT)]))
    (words,) = [words for flat, words in verdicts(growing_samples(inbox_files=2)) if not flat]
    assert words.startswith("inbox")
