"""The model's restrictions: from whom a bureau keeps all its data, or one item with all its corrections.

An item and all corrections descended from it are one family, named by its root. A statement on one member applies to
all of them, including later ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from model_book import Book
from model_network import PARENT

EVERYBODY = "*"


@dataclass(frozen=True)
class Statement:
    """One statement of an owner.

    ``root`` is the root of the family, ``None`` for all data of the owner. ``first_body``: the family's first body
    states it.
    """

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
        """All items of the family of ``number``."""
        root = self.root(number)
        return {root} | {each for each, its in self.roots.items() if its == root}

    def denied(self, owner: str, number: int | None, in_body: set[str], recipient: str) -> bool:
        """Whether a country is denied.

        ``in_body`` are the countries in the current body, which no statement overrides.
        """
        codes = [code for code in (recipient, PARENT.get(recipient)) if code is not None]
        return any(code in in_body or self._denied(owner, number, code) for code in codes)

    def _denied(self, owner: str, number: int | None, code: str) -> bool:
        """Whether, in any scope, the last statement that names the country or everyone denies it."""
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

    def apply_body_names(self, owner: str, number: int, codes: set[str], *, is_first: bool) -> bool:
        """Applies ``restricted_from`` to the family's later bodies, until the owner allows the countries.

        Returns whether the family is denied to a country that was not denied before.
        """
        root = self.root(number)
        new = [code for code in sorted(codes) if not self._family_denies(root, code)]
        for code in new:
            self.statements.append(Statement(owner, root, code, denies=True, first_body=is_first))
        return bool(new)

    def _family_denies(self, root: int, code: str) -> bool:
        said = [each for each in self.statements if each.root == root and each.target in (code, EVERYBODY)]
        return bool(said) and said[-1].denies

    def last_statement(self, owner: str, number: int) -> list[int]:
        """The position of the last statement that concerns an item."""
        owners, root = (owner, PARENT.get(owner)), self.root(number)
        stated = [
            place
            for place, said in enumerate(self.statements)
            if not said.first_body and (said.owner in owners if said.root is None else said.root == root)
        ]
        return stated[-1:]


def targets_of(targets: Any) -> list[str]:
    return [EVERYBODY] if targets == "all" else list(targets or ())
