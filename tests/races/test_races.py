"""Rounds between processes, a few and hundreds; thousands by ``python tests/races/race_rounds.py --rounds 5000``."""

from __future__ import annotations

from pathlib import Path

import pytest
from race_rounds import RACES, run


@pytest.mark.parametrize(
    ("rounds", "both_ways"),
    [(4, len(RACES) // 2), pytest.param(18, len(RACES), marks=pytest.mark.long("hundreds of rounds of processes"))],
)
def test_each_round_has_one_winner_and_a_loser_who_is_told(tmp_path: Path, rounds: int, both_ways: int) -> None:
    """``both_ways`` is the number of races of which each side must be first in some rounds."""
    won = run(tmp_path, rounds * len(RACES))
    assert sum(won.values()) == rounds * len(RACES)
    ways = {name: [words for words in won if words.startswith(f"{name}: ")] for name in RACES}
    assert all(1 <= len(words) <= 2 for words in ways.values()), won
    assert sum(len(words) == 2 for words in ways.values()) >= both_ways, won
