"""The values that the machine draws from, and how it chooses among items, orders and officers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from model_world import World

SENDERS = ("RU", "DE", "CN", "HK", "914")
BUREAUS = ("PL", "FR", "UA", "RU", "DE", "HK", "CN", "914")
OFFICERS = ("Jonas", "Mara", "Ines", "Oskar", "Thea", "Jonas", "Mara", "Ines", "Ruslana", "Wen", "Olga", "Nobody")
SUPERVISORS = ("Ines", "Oskar", "Thea", "Ines", "Oskar", "Ruslana", "Jonas")
CONFIDENTIAL = {"confidentiality": "confidential"}
KINDS = ("red", "blue", "purple", "silver")

which = st.integers(0, 999)
senders, officers, supervisors = st.sampled_from(SENDERS), st.sampled_from(OFFICERS), st.sampled_from(SUPERVISORS)
lists = st.lists(st.sampled_from(BUREAUS), min_size=1, max_size=4, unique=True)
TYPES = (
    "diffusion",
    "notice_request",
    "correction",
    "withdrawal",
    "information",
    "response",
    "recall_confirmation",
    "restriction",
    "check",
    "message",
)
#: Values of ``restricted_from``, by name or by meaning.
kept = st.sampled_from(({}, {}, {}, {"restricted_from": ["UA"]}, {"restricted_from": ["PL", "RU"]}, CONFIDENTIAL))
flaws = st.sampled_from(("", "", "judgement", "block", "brief"))


def has_item_in(*states: str) -> Callable[[Any], bool]:
    """A precondition: an item in one of the states exists, so that few steps do nothing."""
    return lambda machine: any(piece.state in states for piece in machine.law.pieces.values())


class Choices(RuleBasedStateMachine):
    """The desk and its model, and choices of items, orders and officers from them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.law = self.world.law

    def choose_item(self, which: int, *states: str) -> int:
        """Mostly an item in one of the states, sometimes any item."""
        pool = [piece.number for piece in self.law.pieces.values() if piece.state in states]
        if not pool or which % 16 == 15:
            pool = sorted(self.law.pieces)
        return pool[which % len(pool)] if pool else 1

    def claimant(self, item: int, officer: str, which: int) -> str:
        """Mostly the officer who has the claim."""
        piece = self.law.pieces.get(item)
        holder = piece.holder(self.world.clock.at) if piece else None
        return officer if holder is None or which % 8 == 7 else holder

    def sent_by(self, item: int) -> str:
        piece = self.law.pieces.get(item)
        return (piece.sender if piece else None) or "RU"

    def reference_of(self, item: int, which: int) -> str:
        """One of the references that name an item: its own, a correction's, or that of another message about it."""
        names = [reference for (_, reference), known in self.law.references.items() if known.item == item]
        if not names:
            return "UNKNOWN/1"
        return names[0] if which % 4 else names[which % len(names)]

    def an_order(self, which: int) -> int:
        live = [order.number for order in self.law.orders if order.state in ("proposed", "ordered", "effective")]
        pool = live if live and which % 8 else [order.number for order in self.law.orders]
        return pool[which % len(pool)] if pool else 1
