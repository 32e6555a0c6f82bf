"""The effect of an owner's denials on items: queued deliveries stop, and holders of a copy get a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model_claims import Claims
from model_law import HOLDING, Piece
from model_network import PARENT


@dataclass
class Denials(Claims):
    def restrict(self, owner: str, number: int | None, deny: Any, allow: Any) -> None:
        """An owner's statements on all its data or on one family; queued deliveries that they deny stop at once."""
        self.state_all(owner, number, deny, allow)
        self.reach("restriction", "on an item" if number else "standing")
        if number and len(self.family(number)) > 1:
            self.reach("restriction", "on a family")
        if deny:
            self.denial_acts(owner, number)

    def denial_acts(self, owner: str, number: int | None) -> None:
        """Applies race rule 13 to each item that a denial concerns: all of a family, or all of the owner's."""
        family = self.family(number) if number else set()
        for piece in self.pieces.values():
            if piece.sender is None:
                continue
            if piece.number in family or (not number and owner in (piece.sender, PARENT.get(piece.sender))):
                self.close(piece)

    def close(self, piece: Piece) -> None:
        """Stops queued deliveries that are denied, and sends a notice to denied recipients that hold a copy."""
        sender = piece.sender or ""
        denied = {code for code in piece.rows if self.denied(sender, piece.number, piece.in_body, code)}
        self.stop_unsent(piece, "restricted", denied)
        for code, row in piece.rows.items():
            if code in denied and row.state in (*HOLDING, "recall_sent"):
                self.withdraw_access(piece, code)

    def body_names(self, piece: Piece, codes: set[str]) -> bool:
        """Applies a new body's ``restricted_from``, which holds for the whole family from this body on.

        Returns whether it denies the family to a country that was not denied before: if so, the denial acts once the
        body is placed.
        """
        piece.in_body = codes
        is_first = piece.version == 1 and piece.parent is None
        if not self.apply_body_names(piece.sender or "", piece.number, codes, is_first=is_first) or is_first:
            return False
        self.reach("restriction", "carried by a body")
        return True

    def withdraw_access(self, piece: Piece, recipient: str) -> None:
        """Sends one notice of withdrawn access for each copy; the desk cannot erase a copy."""
        if recipient not in piece.access_told:
            piece.access_told.add(recipient)
            self.queue_notice(piece, recipient, "access_withdrawn")
            self.reach("delivery", "access withdrawn")
