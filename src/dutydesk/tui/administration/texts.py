"""Purge and import."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate, translate_count


class AdministrationTexts:
    PURGE = Phrase("Purge")
    PURGE_HINT = Phrase(
        "Closed items past their retention lose their text for ever. Hashes, events and the chain remain."
    )
    IMPORT = Phrase("Import")
    IMPORT_HINT = Phrase(
        "Entries of a register hold matching requests at every level. Valid rows are imported, others are skipped."
    )
    REMAINS = Phrase("copies of rows may remain in the store's file until dutydesk purge --rewrite")
    LEFT_TO_VACUUM = Phrase("the cluster keeps old versions of rows until its owner runs VACUUM FULL")
    REGISTER = Phrase("Register", cells=11)
    FILE_HINT = Phrase("a CSV or JSON file on this machine")

    def purged(self, number: int, kept: int, *, erased: bool, left_to_vacuum: bool) -> str:
        """``kept``: how many items past their retention were not purged. Not ``erased``: bytes of them remain."""
        stay = (
            translate("; {kept} past their retention kept: under legal hold, or not closed", kept=self._items(kept))
            if kept
            else ""
        )
        purged = translate("{number} purged{stay}", number=self._items(number), stay=stay)
        if erased:
            return purged
        return f"{purged}; {self.LEFT_TO_VACUUM if left_to_vacuum else self.REMAINS}"

    def imported(self, number: int, left_out: int) -> str:
        rows = translate_count("{number:,} row", "{number:,} rows", left_out)
        left = translate("; {rows} skipped; dutydesk import lists them", rows=rows) if left_out else ""
        return translate_count(
            "{number:,} entry imported{left}", "{number:,} entries imported{left}", number, left=left
        )

    def _items(self, number: int) -> str:
        return translate_count("{number:,} item", "{number:,} items", number)


texts: Final = AdministrationTexts()
