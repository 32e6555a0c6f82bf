"""Hundreds of rounds between processes; run thousands with ``python tests/races/race_rounds.py --rounds 5000``."""

from __future__ import annotations

from pathlib import Path

from race_rounds import RACES, run

ROUNDS = 18


def test_each_round_has_one_winner_and_a_loser_who_is_told(tmp_path: Path) -> None:
    won = run(tmp_path, ROUNDS * len(RACES))
    assert sum(won.values()) == ROUNDS * len(RACES)
    for name in RACES:
        ways = [words for words in won if words.startswith(name)]
        assert len(ways) == 2, f"both sides of {name} were first in some rounds: {won}"
