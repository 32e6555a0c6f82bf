"""The model's owners: whom a bureau keeps from its data, and whom from one item with all its corrections.

An item and what descends from it by corrections are one family, known by its root. What is stated on one of them
holds for all of them, those that are yet to come too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from model_book import Book
from model_network import PARENT

EVERYBODY = "*"


@dataclass(frozen=True)
class Statement:
    """``root``: of the family that it is about, ``None`` for all data of its owner. ``first_body``: said by the
    family's first body."""

    owner: str
    root: int | None
    target: str
    denies: bool
    first_body: bool = False


@dataclass
class Owners(Book):
    statements: list[Statement] = field(default_factory=list)
    roots: dict[int, int] = field(default_factory=dict)

    def root(self, number: int) -> int:
        return self.roots.get(number, number)

    def family(self, number: int) -> set[int]:
        """Every item of the family that ``number`` belongs to."""
        root = self.root(number)
        return {root} | {each for each, its in self.roots.items() if its == root}

    def denied(self, owner: str, number: int | None, in_body: set[str], recipient: str) -> bool:
        """``in_body``: whom the present body keeps out, which no statement lifts."""
        codes = [code for code in (recipient, PARENT.get(recipient)) if code is not None]
        return any(code in in_body or self._denied(owner, number, code) for code in codes)

    def _denied(self, owner: str, number: int | None, code: str) -> bool:
        """By the last statement of any scope that names the country or everybody."""
        root = None if number is None else self.root(number)
        last: dict[tuple[str, int | None], bool] = {}
        for said in self.statements:
            if said.target not in (code, EVERYBODY):
                continue
            if said.root is None and said.owner in (owner, PARENT.get(owner)):
                last[said.owner, None] = said.denies
            elif said.root is not None and said.root == root:
                last["family", root] = said.denies
        return any(last.values())

    def state_all(self, owner: str, number: int | None, deny: Any, allow: Any) -> None:
        root = None if number is None else self.root(number)
        for targets, denies in ((deny, True), (allow, False)):
            for target in targets_of(targets):
                self.statements.append(Statement(owner, root, target, denies))

    def carry(self, owner: str, number: int, codes: set[str], *, is_first: bool) -> bool:
        """A body names whom it is kept from: that holds for the family's later bodies, until the owner allows them.

        Says whether the family is kept from anybody whom it was not kept from before.
        """
        root = self.root(number)
        new = [code for code in sorted(codes) if not self._family_denies(root, code)]
        for code in new:
            self.statements.append(Statement(owner, root, code, denies=True, first_body=is_first))
        return bool(new)

    def _family_denies(self, root: int, code: str) -> bool:
        said = [each for each in self.statements if each.root == root and each.target in (code, EVERYBODY)]
        return bool(said) and said[-1].denies

    def last_said(self, owner: str, number: int) -> list[int]:
        """The place of the last statement that concerns an item."""
        owners, root = (owner, PARENT.get(owner)), self.root(number)
        stated = [
            place
            for place, said in enumerate(self.statements)
            if not said.first_body and (said.owner in owners if said.root is None else said.root == root)
        ]
        return stated[-1:]


def targets_of(targets: Any) -> list[str]:
    return [EVERYBODY] if targets == "all" else list(targets or ())
