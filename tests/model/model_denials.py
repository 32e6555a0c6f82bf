"""What an owner's denials do to items: what is queued stops, and who holds a copy is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model_claims import Claims
from model_law import HOLDING, Piece
from model_network import PARENT


@dataclass
class Denials(Claims):
    def restrict(self, owner: str, number: int | None, deny: Any, allow: Any) -> None:
        """An owner's statements, of all its data or of a family: queued rows that they forbid stop at once."""
        self.state_all(owner, number, deny, allow)
        self.reach("restriction", "on an item" if number else "standing")
        if number and len(self.family(number)) > 1:
            self.reach("restriction", "on a family")
        if deny:
            self.denial_acts(owner, number)

    def denial_acts(self, owner: str, number: int | None) -> None:
        """Race rule 13, on each item that a denial concerns: all of a family, or all of the owner's."""
        family = self.family(number) if number else set()
        for piece in self.pieces.values():
            if piece.sender is None:
                continue
            if piece.number in family or (not number and owner in (piece.sender, PARENT.get(piece.sender))):
                self.close(piece)

    def close(self, piece: Piece) -> None:
        """Stops what is queued to whom an item is denied, and tells who of them holds a copy."""
        sender = piece.sender or ""
        denied = {code for code in piece.rows if self.denied(sender, piece.number, piece.in_body, code)}
        self.stop_unsent(piece, "restricted", denied)
        for code, row in piece.rows.items():
            if code in denied and row.state in (*HOLDING, "recall_sent"):
                self.withdraw_access(piece, code)

    def body_names(self, piece: Piece, codes: set[str]) -> bool:
        """A new body's own list of whom it is kept from: it holds for the whole family, from this body on.

        Says whether it denies the family to anybody who was not denied it: then, once the body is placed, that acts.
        """
        piece.in_body = codes
        is_first = piece.version == 1 and piece.parent is None
        if not self.carry(piece.sender or "", piece.number, codes, is_first=is_first) or is_first:
            return False
        self.reach("restriction", "carried by a body")
        return True

    def withdraw_access(self, piece: Piece, recipient: str) -> None:
        """Told, and each copy only once; it cannot be erased by the desk."""
        if recipient not in piece.access_told:
            piece.access_told.add(recipient)
            self.tell(piece, recipient, "access_withdrawn")
            self.reach("delivery", "access withdrawn")
